"""Who takes care of an alarm; and the movements of a SKU, found without a look at all others."""

from alembic import op

revision = "0003"
down_revision = "0002"

TYPES = {
    "sqlite": {"text": "TEXT", "whole": "INTEGER"},
    "postgresql": {"text": 'TEXT COLLATE "C"', "whole": "BIGINT"},
}
SCHEMA = """
ALTER TABLE alarm ADD COLUMN acknowledged_by {text} NOT NULL DEFAULT '';
ALTER TABLE alarm ADD COLUMN acknowledged_ms {whole} NOT NULL DEFAULT 0;
CREATE INDEX movement_by_sku ON movement (sku, id)
"""


def upgrade() -> None:
    types = TYPES[op.get_bind().dialect.name]
    for statement in SCHEMA.split(";"):
        op.execute(statement.format(**types))

"""Orders say by when they are to arrive, and what service the customer paid for."""

from alembic import op

revision = "0024"
down_revision = "0023"

WORDS = {
    "sqlite": {"text": "TEXT", "whole": "INTEGER"},
    "postgresql": {"text": 'TEXT COLLATE "C"', "whole": "BIGINT"},
}

STATEMENTS = (
    "ALTER TABLE customer_order ADD COLUMN arrive_by_ms {whole} NOT NULL DEFAULT 0",
    "ALTER TABLE customer_order ADD COLUMN service {text} NOT NULL DEFAULT ''",
)


def upgrade() -> None:
    words = WORDS[op.get_bind().dialect.name]
    for statement in STATEMENTS:
        op.execute(statement.format(**words))

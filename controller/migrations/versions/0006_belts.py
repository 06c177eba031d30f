"""What each conveyor section says of itself: whether it runs, and may be started from afar."""

from alembic import op

revision = "0006"
down_revision = "0005"

TYPES = {
    "sqlite": {"text": "TEXT", "whole": "INTEGER"},
    "postgresql": {"text": 'TEXT COLLATE "C"', "whole": "BIGINT"},
}
SCHEMA = """
CREATE TABLE belt (
    device {text} NOT NULL PRIMARY KEY,
    running {whole} NOT NULL,
    armed {whole} NOT NULL,
    since_ms {whole} NOT NULL
)
"""


def upgrade() -> None:
    op.execute(SCHEMA.format(**TYPES[op.get_bind().dialect.name]))

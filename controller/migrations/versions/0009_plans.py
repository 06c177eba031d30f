"""What each release plan said of itself, which tours are of it, and which stay as they are."""

from alembic import op

revision = "0009"
down_revision = "0008"

TYPES = {
    "sqlite": {"text": "TEXT", "whole": "INTEGER"},
    "postgresql": {"text": 'TEXT COLLATE "C"', "whole": "BIGINT"},
}
SCHEMA = """
CREATE TABLE plan (
    id {whole} NOT NULL PRIMARY KEY,
    at_ms {whole} NOT NULL,
    tours {whole} NOT NULL,
    kinds {text} NOT NULL,
    left_out {text} NOT NULL,
    waiting {text} NOT NULL
);
ALTER TABLE tour ADD COLUMN plan {whole} NOT NULL DEFAULT 0;
ALTER TABLE tour ADD COLUMN locked_by {text} NOT NULL DEFAULT '';
CREATE INDEX tour_by_plan ON tour (plan, id)
"""


def upgrade() -> None:
    types = TYPES[op.get_bind().dialect.name]
    for statement in SCHEMA.split(";"):
        op.execute(statement.format(**types))

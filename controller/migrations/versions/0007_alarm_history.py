"""Every occurrence of an alarm: raised, taken care of, cleared."""

from alembic import op

revision = "0007"
down_revision = "0006"

TYPES = {
    "sqlite": {"text": "TEXT", "whole": "INTEGER"},
    "postgresql": {"text": 'TEXT COLLATE "C"', "whole": "BIGINT"},
}
SCHEMA = """
CREATE TABLE occurrence (
    device {text} NOT NULL,
    fault {text} NOT NULL,
    raised_ms {whole} NOT NULL,
    detail {text} NOT NULL,
    times {whole} NOT NULL,
    acknowledged_by {text} NOT NULL,
    acknowledged_ms {whole} NOT NULL,
    cleared_ms {whole} NOT NULL,
    PRIMARY KEY (device, fault, raised_ms)
);
CREATE INDEX occurrence_by_end ON occurrence (cleared_ms, raised_ms);
INSERT INTO occurrence (
    device, fault, raised_ms, detail, times, acknowledged_by, acknowledged_ms, cleared_ms
) SELECT device, fault, since_ms, detail, times, acknowledged_by, acknowledged_ms, 0
FROM alarm WHERE state = 'open'
"""


def upgrade() -> None:
    types = TYPES[op.get_bind().dialect.name]
    for statement in SCHEMA.split(";"):
        op.execute(statement.format(**types))

"""Pickups that carriers make on call, and how long before they are booked."""

from alembic import op

revision = "0040"
down_revision = "0039"

WORDS = {
    "sqlite": {"text": "TEXT", "whole": "INTEGER"},
    "postgresql": {"text": 'TEXT COLLATE "C"', "whole": "BIGINT"},
}

STATEMENTS = (
    "ALTER TABLE carrier ADD COLUMN ahead_ms {whole} NOT NULL DEFAULT 0",
    "ALTER TABLE carrier ADD COLUMN window_ms {whole} NOT NULL DEFAULT 0",
    "CREATE TABLE pickup (carrier {text} NOT NULL, leaves_ms {whole} NOT NULL, "
    "nth {whole} NOT NULL, reference {text} NOT NULL, state {text} NOT NULL, "
    "parcels {whole} NOT NULL, mass_g {whole} NOT NULL, number {text} NOT NULL, "
    "from_ms {whole} NOT NULL, until_ms {whole} NOT NULL, asked_ms {whole} NOT NULL, "
    "answered_ms {whole} NOT NULL, why {text} NOT NULL, PRIMARY KEY (carrier, leaves_ms))",
    "CREATE INDEX pickup_by_reference ON pickup (reference)",
)


def upgrade() -> None:
    words = WORDS[op.get_bind().dialect.name]
    for statement in STATEMENTS:
        op.execute(statement.format(**words))

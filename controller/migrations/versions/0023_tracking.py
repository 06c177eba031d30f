"""The way of parcels after they left, as carriers and drivers tell it."""

from alembic import op

revision = "0023"
down_revision = "0022"

WORDS = {
    "sqlite": {"text": "TEXT", "whole": "INTEGER"},
    "postgresql": {"text": 'TEXT COLLATE "C"', "whole": "BIGINT"},
}

STATEMENTS = (
    "CREATE TABLE tracking_event (id {whole} NOT NULL PRIMARY KEY, parcel {whole} NOT NULL, "
    "at_ms {whole} NOT NULL, status {text} NOT NULL, place {text} NOT NULL, "
    "words {text} NOT NULL, source {text} NOT NULL)",
    "CREATE UNIQUE INDEX tracking_event_once ON tracking_event (parcel, status, at_ms)",
    "CREATE INDEX tracking_event_by_parcel ON tracking_event (parcel, at_ms, id)",
    "CREATE TABLE journey (parcel {whole} NOT NULL PRIMARY KEY, carrier {text} NOT NULL, "
    "service {text} NOT NULL, country {text} NOT NULL, postcode {text} NOT NULL, "
    "status {text} NOT NULL, at_ms {whole} NOT NULL, left_ms {whole} NOT NULL, "
    "promised_ms {whole} NOT NULL, delivered_ms {whole} NOT NULL, ask_ms {whole} NOT NULL, "
    "asks {whole} NOT NULL)",
    "CREATE INDEX journey_by_ask ON journey (carrier, ask_ms, parcel)",
    "CREATE INDEX journey_by_status ON journey (status, parcel)",
    "CREATE INDEX journey_by_left ON journey (left_ms, parcel)",
)


def upgrade() -> None:
    words = WORDS[op.get_bind().dialect.name]
    for statement in STATEMENTS:
        op.execute(statement.format(**words))

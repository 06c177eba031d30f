"""The parcels of which a carrier was told with a shipment are rows.

Of shipments that said nothing these are all parcels of the order, for so they were read.
"""

from alembic import op

revision = "0053"
down_revision = "0052"

WORDS = {
    "sqlite": {"text": "TEXT", "whole": "INTEGER"},
    "postgresql": {"text": 'TEXT COLLATE "C"', "whole": "BIGINT"},
}

STATEMENTS = (
    "CREATE TABLE told_piece (shipment {text} NOT NULL, parcel {whole} NOT NULL, "
    "PRIMARY KEY (shipment, parcel))",
    "INSERT INTO told_piece (shipment, parcel) SELECT s.reference, p.id FROM shipment s "
    "JOIN parcel p ON p.order_id = s.order_id WHERE s.told = '' "
    "OR ',' || s.told || ',' LIKE '%,' || CAST(p.id AS TEXT) || ',%'",
    "ALTER TABLE shipment DROP COLUMN told",
)


def upgrade() -> None:
    words = WORDS[op.get_bind().dialect.name]
    for statement in STATEMENTS:
        op.execute(statement.format(**words))

"""Parcels of an order that go as one shipment, and what services say about that."""

from alembic import op

revision = "0037"
down_revision = "0036"

WORDS = {
    "sqlite": {"text": "TEXT", "whole": "INTEGER"},
    "postgresql": {"text": 'TEXT COLLATE "C"', "whole": "BIGINT"},
}

STATEMENTS = (
    "ALTER TABLE shipping_service ADD COLUMN pieces_max {whole} NOT NULL DEFAULT 0",
    "ALTER TABLE shipping_service ADD COLUMN per {text} NOT NULL DEFAULT 'piece'",
    "ALTER TABLE purchase ADD COLUMN shipment {text} NOT NULL DEFAULT ''",
    "ALTER TABLE purchase ADD COLUMN piece {whole} NOT NULL DEFAULT 0",
    "ALTER TABLE purchase ADD COLUMN billed {whole} NOT NULL DEFAULT 0",
    "CREATE INDEX purchase_by_shipment ON purchase (shipment, piece, id) WHERE shipment <> ''",
    "CREATE TABLE shipment (reference {text} NOT NULL PRIMARY KEY, order_id {text} NOT NULL, "
    "carrier {text} NOT NULL, service {text} NOT NULL, state {text} NOT NULL, "
    "pieces {whole} NOT NULL, master {text} NOT NULL, promised_ms {whole} NOT NULL, "
    "opened_ms {whole} NOT NULL)",
    "CREATE INDEX shipment_by_order ON shipment (order_id, reference)",
    "CREATE INDEX shipment_by_master ON shipment (master, reference) WHERE master <> ''",
)


def upgrade() -> None:
    words = WORDS[op.get_bind().dialect.name]
    for statement in STATEMENTS:
        op.execute(statement.format(**words))

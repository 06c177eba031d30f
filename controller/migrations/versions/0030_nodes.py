"""Orders are sourced from several nodes: a line is promised by one or more of them."""

from alembic import op

revision = "0030"
down_revision = "0029"

WORDS = {
    "sqlite": {"text": "TEXT", "whole": "INTEGER"},
    "postgresql": {"text": 'TEXT COLLATE "C"', "whole": "BIGINT"},
}

STATEMENTS = (
    "CREATE TABLE node (code {text} NOT NULL PRIMARY KEY, name {text} NOT NULL, "
    "kind {text} NOT NULL, country {text} NOT NULL, postcode {text} NOT NULL, "
    "lat_udeg {whole} NOT NULL, lon_udeg {whole} NOT NULL, parcels_max {whole} NOT NULL, "
    "safety_units {whole} NOT NULL, handling_cents {whole} NOT NULL, unit_cents {whole} NOT NULL, "
    "cutoff_ms {whole} NOT NULL, days {text} NOT NULL, hours {text} NOT NULL, "
    "countries {text} NOT NULL, services {text} NOT NULL, collects {whole} NOT NULL, "
    "active {whole} NOT NULL)",
    "CREATE TABLE consignment (order_id {text} NOT NULL, node {text} NOT NULL, "
    "state {text} NOT NULL, ready_ms {whole} NOT NULL, sourced_ms {whole} NOT NULL, "
    "cost_cents {whole} NOT NULL, lpn {text} NOT NULL, parcel {whole} NOT NULL, "
    "told {whole} NOT NULL, PRIMARY KEY (order_id, node))",
    "CREATE INDEX consignment_by_node ON consignment (node, state, ready_ms, order_id)",
    "CREATE INDEX consignment_by_lpn ON consignment (lpn)",
    "CREATE TABLE sourced (order_id {text} NOT NULL PRIMARY KEY, at_ms {whole} NOT NULL, "
    "parcels {whole} NOT NULL, cost_cents {whole} NOT NULL, nearest_cents {whole} NOT NULL, "
    "moves {whole} NOT NULL, here_ready_ms {whole} NOT NULL, prices {text} NOT NULL, "
    "left_out {text} NOT NULL)",
    "CREATE INDEX sourced_by_ready ON sourced (here_ready_ms)",
    "CREATE INDEX sourced_by_time ON sourced (at_ms, order_id)",
    "ALTER TABLE order_line ADD COLUMN away {whole} NOT NULL DEFAULT 0",
    "ALTER TABLE customer_order ADD COLUMN pickup_node {text} NOT NULL DEFAULT ''",
    "CREATE TABLE promised (order_id {text} NOT NULL, line {whole} NOT NULL, "
    "node {text} NOT NULL, sku {text} NOT NULL, owner {text} NOT NULL, qty {whole} NOT NULL, "
    "PRIMARY KEY (order_id, line, node), CONSTRAINT promise_qty CHECK (qty > 0))",
    "INSERT INTO promised (order_id, line, node, sku, owner, qty) "
    "SELECT order_id, line, node, sku, owner, qty FROM promise",
    "DROP TABLE promise",
    "ALTER TABLE promised RENAME TO promise",
    "CREATE INDEX promise_by_sku ON promise (sku)",
)


def upgrade() -> None:
    words = WORDS[op.get_bind().dialect.name]
    for statement in STATEMENTS:
        op.execute(statement.format(**words))

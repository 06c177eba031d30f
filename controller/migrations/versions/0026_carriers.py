"""Carriers that are connected, the labels bought from them, their manifests, and open cases."""

from alembic import op

revision = "0026"
down_revision = "0025"

WORDS = {
    "sqlite": {"text": "TEXT", "whole": "INTEGER"},
    "postgresql": {"text": 'TEXT COLLATE "C"', "whole": "BIGINT"},
}

STATEMENTS = (
    "CREATE TABLE carrier (name {text} NOT NULL PRIMARY KEY, offers {text} NOT NULL, "
    "dearer_percent {whole} NOT NULL, stuck_days {whole} NOT NULL, down_ms {whole} NOT NULL, "
    "why {text} NOT NULL)",
    "CREATE TABLE purchase (id {whole} NOT NULL PRIMARY KEY, parcel {whole} NOT NULL, "
    "number {whole} NOT NULL, reference {text} NOT NULL, carrier {text} NOT NULL, "
    "service {text} NOT NULL, bench {text} NOT NULL, state {text} NOT NULL, "
    "quoted_cents {whole} NOT NULL, promised_ms {whole} NOT NULL, "
    "cost_cents {whole} NOT NULL, tracking {text} NOT NULL, "
    "asked_ms {whole} NOT NULL, answered_ms {whole} NOT NULL, why {text} NOT NULL)",
    "CREATE INDEX purchase_by_parcel ON purchase (parcel, number)",
    "CREATE UNIQUE INDEX purchase_by_reference ON purchase (reference)",
    "CREATE INDEX purchase_by_state ON purchase (state, id)",
    "CREATE INDEX purchase_by_tracking ON purchase (tracking, id)",
    "INSERT INTO purchase (id, parcel, number, reference, carrier, service, bench, state, "
    "quoted_cents, promised_ms, cost_cents, tracking, asked_ms, answered_ms, why) "
    "SELECT p.id, p.id, 1, p.lpn, COALESCE(s.carrier, ''), p.service, "
    "COALESCE(c.place, ''), CASE WHEN p.tracking = '' THEN 'asked' ELSE 'bought' END, "
    "p.cost_cents, 0, p.cost_cents, p.tracking, 0, 0, '' FROM parcel p "
    "LEFT JOIN shipping_service s ON s.code = p.service "
    "LEFT JOIN container c ON c.lpn = p.lpn AND p.lpn <> '' "
    "WHERE p.label <> 0 AND p.id = (SELECT MAX(q.id) FROM parcel q WHERE q.lpn = p.lpn "
    "AND q.label <> 0)",
    "CREATE TABLE manifest (departure {whole} NOT NULL, carrier {text} NOT NULL, "
    "state {text} NOT NULL, number {text} NOT NULL, parcels {whole} NOT NULL, "
    "answered_ms {whole} NOT NULL, why {text} NOT NULL, PRIMARY KEY (departure, carrier))",
    "CREATE TABLE delivery_case (id {whole} NOT NULL PRIMARY KEY, parcel {whole} NOT NULL, "
    "kind {text} NOT NULL, since_ms {whole} NOT NULL, words {text} NOT NULL, "
    "state {text} NOT NULL, step {text} NOT NULL, reason {text} NOT NULL, ref {text} NOT NULL, "
    "by {text} NOT NULL, changed_ms {whole} NOT NULL)",
    "CREATE UNIQUE INDEX delivery_case_once ON delivery_case (parcel, kind, since_ms)",
    "CREATE INDEX delivery_case_by_state ON delivery_case (state, since_ms, id)",
)


def upgrade() -> None:
    words = WORDS[op.get_bind().dialect.name]
    for statement in STATEMENTS:
        op.execute(statement.format(**words))

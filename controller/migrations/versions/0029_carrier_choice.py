"""Contracts, preferences and plans of carriers; parcels know their planned service."""

from alembic import op

revision = "0029"
down_revision = "0028"

WORDS = {
    "sqlite": {"text": "TEXT", "whole": "INTEGER"},
    "postgresql": {"text": 'TEXT COLLATE "C"', "whole": "BIGINT"},
}

STATEMENTS = (
    "CREATE TABLE contract (carrier {text} NOT NULL PRIMARY KEY, period {text} NOT NULL, "
    "tiers {text} NOT NULL, parcels_min {whole} NOT NULL, missing_cents {whole} NOT NULL, "
    "daily_max {whole} NOT NULL, pickups {text} NOT NULL)",
    "CREATE TABLE service_preference (shop {text} NOT NULL, name {text} NOT NULL, "
    "penalty_cents {whole} NOT NULL, barred {whole} NOT NULL, PRIMARY KEY (shop, name))",
    "CREATE TABLE carrier_bar (carrier {text} NOT NULL PRIMARY KEY, until_ms {whole} NOT NULL, "
    "barred_by {text} NOT NULL, reason {text} NOT NULL)",
    "CREATE TABLE service_day (service {text} NOT NULL, day {whole} NOT NULL, "
    "parcels {whole} NOT NULL, base_cents {whole} NOT NULL, cost_cents {whole} NOT NULL, "
    "PRIMARY KEY (service, day))",
    "CREATE TABLE carrier_plan (id {whole} NOT NULL PRIMARY KEY, at_ms {whole} NOT NULL, "
    "leaves_ms {whole} NOT NULL, cost_cents {whole} NOT NULL, greedy_cents {whole} NOT NULL, "
    "bound_cents {whole} NOT NULL, parcels {whole} NOT NULL, expected {whole} NOT NULL, "
    "left_out {whole} NOT NULL, late {whole} NOT NULL, carriers {text} NOT NULL, "
    "pickups {text} NOT NULL)",
    "CREATE INDEX carrier_plan_by_time ON carrier_plan (at_ms, id)",
    "CREATE INDEX customer_order_by_time ON customer_order (placed_ms, id)",
    "ALTER TABLE parcel ADD COLUMN planned_service {text} NOT NULL DEFAULT ''",
    "ALTER TABLE parcel ADD COLUMN planned_why {text} NOT NULL DEFAULT ''",
    "ALTER TABLE parcel ADD COLUMN set_by {text} NOT NULL DEFAULT ''",
    "ALTER TABLE parcel ADD COLUMN base_cents {whole} NOT NULL DEFAULT 0",
    "INSERT INTO timer (id, name, ref, due_ms) SELECT -29, 'carriers', '', 0 FROM setting "
    "WHERE name = 'site'",
)


def upgrade() -> None:
    words = WORDS[op.get_bind().dialect.name]
    for statement in STATEMENTS:
        op.execute(statement.format(**words))

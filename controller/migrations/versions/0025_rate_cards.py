"""Services say when they are picked up and what they refuse; rate cards and holidays are kept."""

from alembic import op

revision = "0025"
down_revision = "0024"

WORDS = {
    "sqlite": {"text": "TEXT", "whole": "INTEGER"},
    "postgresql": {"text": 'TEXT COLLATE "C"', "whole": "BIGINT"},
}

ADDED = {
    "pickup": "{text} NOT NULL DEFAULT ''",
    "pickups_ms": "{text} NOT NULL DEFAULT ''",
    "delivery_days": "{text} NOT NULL DEFAULT ''",
    "arrives_by_ms": "{whole} NOT NULL DEFAULT 72000000",
    "mass_min_g": "{whole} NOT NULL DEFAULT 0",
    "length_max_mm": "{whole} NOT NULL DEFAULT 0",
    "width_max_mm": "{whole} NOT NULL DEFAULT 0",
    "height_max_mm": "{whole} NOT NULL DEFAULT 0",
    "length_min_mm": "{whole} NOT NULL DEFAULT 0",
    "width_min_mm": "{whole} NOT NULL DEFAULT 0",
    "hazardous": "{whole} NOT NULL DEFAULT 1",
    "po_box": "{whole} NOT NULL DEFAULT 1",
    "insured_max_cents": "{whole} NOT NULL DEFAULT 0",
}

STATEMENTS = (
    *(f"ALTER TABLE shipping_service ADD COLUMN {name} {kind}" for name, kind in ADDED.items()),
    "CREATE TABLE rate_card (code {text} NOT NULL PRIMARY KEY, carrier {text} NOT NULL, "
    "owner {text} NOT NULL, from_day {whole} NOT NULL, until_day {whole} NOT NULL, "
    "body {text} NOT NULL)",
    "CREATE TABLE holiday (country {text} NOT NULL, day {whole} NOT NULL, name {text} NOT NULL, "
    "PRIMARY KEY (country, day))",
)


def upgrade() -> None:
    words = WORDS[op.get_bind().dialect.name]
    for statement in STATEMENTS:
        op.execute(statement.format(**words))

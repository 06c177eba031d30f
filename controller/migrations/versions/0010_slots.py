"""What a place bears, how high it is and what it is made for; how an item must be kept."""

from alembic import op

revision = "0010"
down_revision = "0009"

WHOLE = {"sqlite": "INTEGER", "postgresql": "BIGINT"}
TEXT = {"sqlite": "TEXT", "postgresql": 'TEXT COLLATE "C"'}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    for name in ("mass_max_g", "height_mm"):
        op.execute(f"ALTER TABLE place ADD COLUMN {name} {WHOLE[dialect]} NOT NULL DEFAULT 0")
    for table in ("place", "item"):
        op.execute(f"ALTER TABLE {table} ADD COLUMN storage {TEXT[dialect]} NOT NULL DEFAULT ''")

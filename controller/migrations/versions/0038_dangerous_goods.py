"""What is dangerous in an item, and which dangers a service takes.

What was known by its UN number alone has no class yet: it is hazardous until its items are
imported anew.
"""

from alembic import op

revision = "0038"
down_revision = "0037"

WHOLE = {"sqlite": "INTEGER", "postgresql": "BIGINT"}
TEXT = {"sqlite": "TEXT", "postgresql": 'TEXT COLLATE "C"'}
WORDS = ("danger_class", "packing_group", "shipping_name", "lithium")
FIGURES = ("lithium_cell", "watt_hours", "lithium_mg", "inner_max", "net_g", "net_ml", "danger")


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    for name in WORDS:
        op.execute(f"ALTER TABLE item ADD COLUMN {name} {TEXT[dialect]} NOT NULL DEFAULT ''")
    for name in FIGURES:
        op.execute(f"ALTER TABLE item ADD COLUMN {name} {WHOLE[dialect]} NOT NULL DEFAULT 0")
    op.execute(
        f"ALTER TABLE shipping_service ADD COLUMN dangers {TEXT[dialect]} NOT NULL DEFAULT '*'"
    )
    op.execute("UPDATE item SET hazardous = 1 WHERE un_number <> '' AND limited_quantity = 0")

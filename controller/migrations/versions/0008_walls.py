"""Put walls: a tote's goods are sorted at its wall, into slots of orders."""

from alembic import op

revision = "0008"
down_revision = "0007"


TEXT = {"sqlite": "TEXT", "postgresql": 'TEXT COLLATE "C"'}


def upgrade() -> None:
    text = TEXT[op.get_bind().dialect.name]
    op.execute(f"ALTER TABLE load ADD COLUMN wall {text} NOT NULL DEFAULT ''")

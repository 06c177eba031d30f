"""A shipment says of which parcels its carrier was told; of earlier ones it is not known."""

from alembic import op

revision = "0049"
down_revision = "0048"

TEXT = {"sqlite": "TEXT", "postgresql": 'TEXT COLLATE "C"'}


def upgrade() -> None:
    text = TEXT[op.get_bind().dialect.name]
    op.execute(f"ALTER TABLE shipment ADD COLUMN told {text} NOT NULL DEFAULT ''")

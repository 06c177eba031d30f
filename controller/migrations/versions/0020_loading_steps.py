"""Parcels of a lane are loaded in a planned sequence."""

from alembic import op

revision = "0020"
down_revision = "0019"

WORDS = {"sqlite": "INTEGER", "postgresql": "BIGINT"}


def upgrade() -> None:
    whole = WORDS[op.get_bind().dialect.name]
    op.execute(f"ALTER TABLE parcel ADD COLUMN loading_step {whole} NOT NULL DEFAULT 0")

"""Packing by picture: a parcel knows where its units lie."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.execute("ALTER TABLE parcel ADD COLUMN blocks TEXT NOT NULL DEFAULT '[]'")

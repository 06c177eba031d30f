"""Positions of nodes are named as those of vans are."""

from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    op.execute("ALTER TABLE node RENAME COLUMN lat_udeg TO lat_e6")
    op.execute("ALTER TABLE node RENAME COLUMN lon_udeg TO lon_e6")

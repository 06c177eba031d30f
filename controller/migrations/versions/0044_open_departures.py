"""Departures that are open are found among all that have left."""

from alembic import op

revision = "0044"
down_revision = "0043"


def upgrade() -> None:
    op.execute("CREATE INDEX departure_open ON departure (leaves_ms, id) WHERE state = 'open'")

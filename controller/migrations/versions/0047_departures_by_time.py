"""Departures of a time are found whether they are open or were closed before it."""

from alembic import op

revision = "0047"
down_revision = "0046"


def upgrade() -> None:
    op.execute("DROP INDEX departure_open")
    op.execute("CREATE INDEX departure_by_time ON departure (leaves_ms, id)")

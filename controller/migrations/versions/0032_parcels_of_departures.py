"""The parcels of a departure are found at once."""

from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    op.execute("CREATE INDEX parcel_by_departure ON parcel (departure, id)")

"""Parcels that partners have sent are found by what their carriers say of them."""

from alembic import op

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    op.execute("CREATE INDEX parcel_sent_elsewhere ON parcel (tracking, id) WHERE carton = ''")

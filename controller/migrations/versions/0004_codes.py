"""The codes of a thing, found without a look at all others."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute("CREATE INDEX barcode_by_ref ON barcode (ref, code)")

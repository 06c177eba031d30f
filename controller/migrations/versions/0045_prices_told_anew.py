"""What tells one book of prices from another no longer has columns added since in it."""

from alembic import op

revision = "0045"
down_revision = "0044"


def upgrade() -> None:
    op.execute("DELETE FROM setting WHERE name = 'tariffs'")

"""Until when an order waits that a lead has taken out of a tour."""

from alembic import op

revision = "0016"
down_revision = "0015"

WHOLE = {"sqlite": "INTEGER", "postgresql": "BIGINT"}


def upgrade() -> None:
    whole = WHOLE[op.get_bind().dialect.name]
    op.execute(f"ALTER TABLE customer_order ADD COLUMN pulled_until_ms {whole} NOT NULL DEFAULT 0")

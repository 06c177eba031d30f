"""What a parcel is insured for by its service."""

from alembic import op

revision = "0042"
down_revision = "0041"

WORDS = {"sqlite": "INTEGER", "postgresql": "BIGINT"}


def upgrade() -> None:
    whole = WORDS[op.get_bind().dialect.name]
    op.execute(f"ALTER TABLE parcel ADD COLUMN insured_cents {whole} NOT NULL DEFAULT 0")

"""Pick-and-pass: each pick is of a zone."""

from alembic import op

revision = "0012"
down_revision = "0011"

WHOLE = {"sqlite": "INTEGER", "postgresql": "BIGINT"}


def upgrade() -> None:
    whole = WHOLE[op.get_bind().dialect.name]
    op.execute(f"ALTER TABLE task ADD COLUMN zone {whole} NOT NULL DEFAULT 0")

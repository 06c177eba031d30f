"""A PIN that others have read: its worker sets another before anything else."""

from alembic import op

revision = "0005"
down_revision = "0004"

WHOLE = {"sqlite": "INTEGER", "postgresql": "BIGINT"}


def upgrade() -> None:
    whole = WHOLE[op.get_bind().dialect.name]
    op.execute(f"ALTER TABLE credential ADD COLUMN once {whole} NOT NULL DEFAULT 0")

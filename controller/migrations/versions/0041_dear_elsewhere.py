"""How much dearer another carrier may be where one sells no label; a person decides above that."""

from alembic import op

revision = "0041"
down_revision = "0040"

WHOLE = {"sqlite": "INTEGER", "postgresql": "BIGINT"}


def upgrade() -> None:
    whole = WHOLE[op.get_bind().dialect.name]
    op.execute(f"ALTER TABLE carrier ADD COLUMN elsewhere_percent {whole} NOT NULL DEFAULT 200")

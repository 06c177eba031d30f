"""Places on a floor of any shape: the way that each lies on, and its zone."""

from alembic import op

revision = "0011"
down_revision = "0010"

TEXT = {"sqlite": "TEXT", "postgresql": 'TEXT COLLATE "C"'}


def upgrade() -> None:
    text = TEXT[op.get_bind().dialect.name]
    op.execute(f"ALTER TABLE place ADD COLUMN way {text} NOT NULL DEFAULT ''")
    op.execute(f"ALTER TABLE place ADD COLUMN zone {text} NOT NULL DEFAULT ''")

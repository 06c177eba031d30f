"""Goods to person: bins that are on a pod."""

from alembic import op

revision = "0017"
down_revision = "0016"

TEXT = {"sqlite": "TEXT", "postgresql": 'TEXT COLLATE "C"'}


def upgrade() -> None:
    text = TEXT[op.get_bind().dialect.name]
    op.execute(f"ALTER TABLE place ADD COLUMN pod {text} NOT NULL DEFAULT ''")
    op.execute("CREATE INDEX ix_place_pod ON place (pod)")

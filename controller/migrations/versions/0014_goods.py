"""What an item may have to be kept apart from."""

from alembic import op

revision = "0014"
down_revision = "0013"

TEXT = {"sqlite": "TEXT", "postgresql": 'TEXT COLLATE "C"'}


def upgrade() -> None:
    text = TEXT[op.get_bind().dialect.name]
    op.execute(f"ALTER TABLE item ADD COLUMN goods {text} NOT NULL DEFAULT ''")

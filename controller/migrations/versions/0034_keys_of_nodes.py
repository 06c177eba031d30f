"""A key may be for one node: the partner that ships from there."""

from alembic import op

revision = "0034"
down_revision = "0033"

TYPES = {"sqlite": "TEXT", "postgresql": 'TEXT COLLATE "C"'}


def upgrade() -> None:
    kind = TYPES[op.get_bind().dialect.name]
    op.execute(f"ALTER TABLE api_key ADD COLUMN node {kind} NOT NULL DEFAULT ''")

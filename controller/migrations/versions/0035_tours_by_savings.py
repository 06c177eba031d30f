"""Planned tours are told against tours by savings."""

from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    op.execute("ALTER TABLE van_plan RENAME COLUMN nearest_cents TO by_savings_cents")
    op.execute("ALTER TABLE van_plan RENAME COLUMN nearest_m TO by_savings_m")

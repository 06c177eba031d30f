"""Pick-to-carton: what a carton measures outside, and how many there are."""

from alembic import op

revision = "0015"
down_revision = "0014"

WHOLE = {"sqlite": "INTEGER", "postgresql": "BIGINT"}


def upgrade() -> None:
    whole = WHOLE[op.get_bind().dialect.name]
    for name in ("outer_length_mm", "outer_width_mm", "outer_height_mm"):
        op.execute(f"ALTER TABLE carton_type ADD COLUMN {name} {whole} NOT NULL DEFAULT 0")
    op.execute(f"ALTER TABLE carton_type ADD COLUMN on_hand {whole} NOT NULL DEFAULT -1")

"""Tours start in an order of their own where aisles are narrow; until now by due time."""

from alembic import op

revision = "0021"
down_revision = "0020"

WORDS = {"sqlite": "INTEGER", "postgresql": "BIGINT"}


def upgrade() -> None:
    whole = WORDS[op.get_bind().dialect.name]
    for statement in (
        f"ALTER TABLE tour ADD COLUMN go_ms {whole} NOT NULL DEFAULT 0",
        "UPDATE tour SET go_ms = due_ms",
        "DROP INDEX tour_by_state",
        "CREATE INDEX tour_by_state ON tour (state, go_ms, id)",
    ):
        op.execute(statement)

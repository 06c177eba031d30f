"""What items weigh by the scales of the benches."""

from alembic import op

revision = "0019"
down_revision = "0018"

WORDS = {
    "sqlite": {"text": "TEXT", "whole": "INTEGER"},
    "postgresql": {"text": 'TEXT COLLATE "C"', "whole": "BIGINT"},
}


def upgrade() -> None:
    words = WORDS[op.get_bind().dialect.name]
    statement = (
        "CREATE TABLE item_mass (sku {text} NOT NULL PRIMARY KEY, times {whole} NOT NULL, "
        "sum_mg {whole} NOT NULL, squares {whole} NOT NULL)"
    )
    op.execute(statement.format(**words))

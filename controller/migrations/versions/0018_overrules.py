"""Packers overrule planned cartons: why, and how full plans may make a carton."""

from alembic import op

revision = "0018"
down_revision = "0017"

WORDS = {
    "sqlite": {"text": "TEXT", "whole": "INTEGER"},
    "postgresql": {"text": 'TEXT COLLATE "C"', "whole": "BIGINT"},
}


def upgrade() -> None:
    words = WORDS[op.get_bind().dialect.name]
    for statement in (
        "CREATE TABLE overrule (id {whole} NOT NULL PRIMARY KEY, at_ms {whole} NOT NULL, "
        "parcel {whole} NOT NULL, order_id {text} NOT NULL, planned {text} NOT NULL, "
        "taken {text} NOT NULL, reason {text} NOT NULL, fill_percent {whole} NOT NULL, "
        "worker {text} NOT NULL)",
        "CREATE INDEX overrule_by_time ON overrule (at_ms, id)",
        "CREATE INDEX overrule_by_parcel ON overrule (parcel)",
        "CREATE TABLE carton_fill (carton {text} NOT NULL PRIMARY KEY, percent {whole} NOT NULL)",
    ):
        op.execute(statement.format(**words))

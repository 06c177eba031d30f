"""Customers and shops are told of parcels under way: by rules, in words of their own."""

from alembic import op

revision = "0031"
down_revision = "0030"

WORDS = {
    "sqlite": {"text": "TEXT", "whole": "INTEGER"},
    "postgresql": {"text": 'TEXT COLLATE "C"', "whole": "BIGINT"},
}

STATEMENTS = (
    "CREATE TABLE notice_rule (shop {text} NOT NULL, status {text} NOT NULL, "
    "channel {text} NOT NULL, PRIMARY KEY (shop, status, channel))",
    "CREATE TABLE notice_template (shop {text} NOT NULL, status {text} NOT NULL, "
    "language {text} NOT NULL, subject {text} NOT NULL, body {text} NOT NULL, "
    "PRIMARY KEY (shop, status, language))",
    "CREATE TABLE notice (id {whole} NOT NULL PRIMARY KEY, parcel {whole} NOT NULL, "
    "order_id {text} NOT NULL, shop {text} NOT NULL, status {text} NOT NULL, "
    "channel {text} NOT NULL, at_ms {whole} NOT NULL, state {text} NOT NULL, "
    "answered_ms {whole} NOT NULL, why {text} NOT NULL)",
    "CREATE INDEX notice_by_parcel ON notice (parcel, status, channel, id)",
)


def upgrade() -> None:
    words = WORDS[op.get_bind().dialect.name]
    for statement in STATEMENTS:
        op.execute(statement.format(**words))

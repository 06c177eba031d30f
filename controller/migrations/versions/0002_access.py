"""Who may come in; and which of an import's names is whose, told again from the journal."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TYPES = {
    "sqlite": {"text": "TEXT", "whole": "INTEGER"},
    "postgresql": {"text": 'TEXT COLLATE "C"', "whole": "BIGINT"},
}
SCHEMA = """
CREATE TABLE credential (
    badge {text} NOT NULL, pin_hash {text} NOT NULL, set_ms {whole} NOT NULL,
    PRIMARY KEY (badge)
);
CREATE TABLE sign_in_attempt (
    badge {text} NOT NULL, times {whole} NOT NULL, last_ms {whole} NOT NULL,
    locked_until_ms {whole} NOT NULL, PRIMARY KEY (badge)
);
CREATE INDEX ix_sign_in_attempt_last_ms ON sign_in_attempt (last_ms);
CREATE TABLE access_session (
    token_hash {text} NOT NULL, badge {text} NOT NULL, opened_ms {whole} NOT NULL,
    seen_ms {whole} NOT NULL, idle_ms {whole} NOT NULL, expires_ms {whole} NOT NULL,
    floor {whole} NOT NULL, PRIMARY KEY (token_hash)
);
CREATE INDEX ix_access_session_badge ON access_session (badge);
CREATE TABLE api_key (
    key {text} NOT NULL, name {text} NOT NULL, secret_hash {text} NOT NULL,
    scopes {text} NOT NULL, shop {text} NOT NULL, owner {text} NOT NULL,
    created_ms {whole} NOT NULL, expires_ms {whole} NOT NULL, revoked_ms {whole} NOT NULL,
    PRIMARY KEY (key)
);
ALTER TABLE worker ADD COLUMN nth {whole} NOT NULL DEFAULT 0
"""
_IMPORTS = "SELECT payload FROM journal WHERE name = 'ImportWorkers' AND refused = 0 ORDER BY seq"
_NUMBER = "UPDATE worker SET nth = :nth WHERE badge = :badge AND personal = :personal"


def upgrade() -> None:
    connection = op.get_bind()
    types = TYPES[connection.dialect.name]
    for statement in SCHEMA.split(";"):
        op.execute(statement.format(**types))
    for row in connection.execute(sa.text(_IMPORTS)).all():
        content = json.loads(row.payload)
        for nth, worker in enumerate(content["workers"]):
            connection.execute(
                sa.text(_NUMBER),
                {"nth": nth, "badge": worker["badge"], "personal": content["names"]},
            )

"""A parcel says on which day it counts for its carrier; the counts of days are told again by that.

What left before counts for the day of its departure; what a van has brought, for that of the
next departure after it was handed over.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"

WORDS = {"sqlite": "INTEGER", "postgresql": "BIGINT"}
DAY = 86_400_000
_SITE = sa.text("SELECT value FROM setting WHERE name = 'site'")
_LEFT = sa.text(
    "UPDATE parcel SET sent_day = COALESCE((SELECT (d.leaves_ms + :offset) / :day "
    "FROM departure d WHERE d.id = parcel.departure), 0) WHERE departure > 0"
)
_BROUGHT = sa.text(
    "UPDATE parcel SET sent_day = (SELECT (MAX(v.at_ms) + :offset + :day - :leaves) / :day "
    "FROM van_drop v WHERE v.parcel = parcel.id AND v.state = 'delivered') WHERE departure > 0 "
    "AND id IN (SELECT parcel FROM van_drop WHERE state = 'delivered')"
)
STATEMENTS = (
    "DELETE FROM service_day",
    "INSERT INTO service_day (service, day, parcels, base_cents, cost_cents) "
    "SELECT service, sent_day, COUNT(*), SUM(base_cents), SUM(cost_cents) FROM parcel "
    "WHERE sent_day > 0 AND service <> '' GROUP BY service, sent_day",
    "CREATE INDEX parcel_sent ON parcel (sent_day, lane, id) WHERE sent_day > 0",
)


def upgrade() -> None:
    connection = op.get_bind()
    whole = WORDS[connection.dialect.name]
    op.execute(f"ALTER TABLE parcel ADD COLUMN sent_day {whole} NOT NULL DEFAULT 0")
    site = json.loads(connection.execute(_SITE).scalar() or "{}")
    at = {"offset": site.get("utc_offset_ms", 0), "day": DAY}
    connection.execute(_LEFT, at)
    connection.execute(_BROUGHT, at | {"leaves": site.get("departure_ms", 21 * 3_600_000)})
    for statement in STATEMENTS:
        op.execute(statement)

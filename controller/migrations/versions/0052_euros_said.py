"""A site in another currency than the pound no longer has the pound's rate of the euro.

Such a site says its own, where a shop of it uses the import scheme.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0049"

POUNDS_PPM = 831_900
_SITE = sa.text("SELECT value FROM setting WHERE name = 'site'")
_KEEP = sa.text("UPDATE setting SET value = :value WHERE name = 'site'")


def upgrade() -> None:
    connection = op.get_bind()
    site = json.loads(connection.execute(_SITE).scalar() or "{}")
    if site and site.get("eur_ppm", POUNDS_PPM) == POUNDS_PPM:
        eur_ppm = POUNDS_PPM if site.get("currency", "GBP") == "GBP" else 0
        told = json.dumps(site | {"eur_ppm": eur_ppm}, separators=(",", ":"), ensure_ascii=False)
        connection.execute(_KEEP, {"value": told})

"""Owns which carton of how many of its order a parcel is, as screens, papers and pages say it.

It counts by id what was not cancelled; it refuses to follow the sequence in which cartons are
closed, since several packers may work on one order.
"""

from typing import Final

from controller.store import Db

NTH: Final = (
    "(SELECT COUNT(*) FROM parcel e WHERE e.order_id = p.order_id AND e.state <> 'cancelled' "
    "AND e.id <= p.id)"
)
OF: Final = (
    "(SELECT COUNT(*) FROM parcel e WHERE e.order_id = p.order_id AND e.state <> 'cancelled')"
)
_NTH = f"SELECT {NTH} AS nth, {OF} AS cartons FROM parcel p WHERE p.id = :id"


def nth(db: Db, parcel_id: int) -> tuple[int, int]:
    """Which carton it is, of how many."""
    row = db.the(_NTH, id=parcel_id)
    return row.nth, row.cartons

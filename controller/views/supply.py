"""Owns the look at what the house has of each item and what is announced to come."""

from dataclasses import dataclass

from controller.store import Db

_ITEMS = "SELECT sku, 0 AS units FROM item ORDER BY sku"
_FREE = (
    "SELECT sku, CAST(SUM(sellable - promised) AS BIGINT) AS units FROM available "
    "GROUP BY sku ORDER BY sku"
)
_OWED = (
    "SELECT l.sku, CAST(SUM(l.backordered) AS BIGINT) AS units FROM order_line l "
    "JOIN customer_order o ON o.id = l.order_id WHERE o.state = 'open' AND l.backordered > 0 "
    "GROUP BY l.sku ORDER BY l.sku"
)
_COMING = (
    "SELECT l.sku, CAST(SUM(l.qty - l.received) AS BIGINT) AS units FROM receipt_line l "
    "JOIN receipt r ON r.asn = l.asn WHERE r.state <> 'received' AND l.qty > l.received "
    "GROUP BY l.sku ORDER BY l.sku"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """Units: `free` to promise, `owed` to backorders, `coming` with deliveries that are open."""

    free: int
    owed: int
    coming: int


def supply(db: Db) -> dict[str, Supply]:
    """By SKU, for every item of the house."""
    free, owed, coming = _units(db, _FREE), _units(db, _OWED), _units(db, _COMING)
    return {
        sku: Supply(free=free.get(sku, 0), owed=owed.get(sku, 0), coming=coming.get(sku, 0))
        for sku in _units(db, _ITEMS)
    }


def _units(db: Db, query: str) -> dict[str, int]:
    return {row.sku: int(row.units) for row in db.all(query)}

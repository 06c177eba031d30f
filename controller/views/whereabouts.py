"""Owns where the books say that goods and parcels are, for a comparison with a building."""

from typing import Any

from controller.store import Db

_GOODS = (
    "SELECT CASE WHEN container <> '' THEN container ELSE place END AS at, sku, "
    "CAST(SUM(qty) AS BIGINT) AS units FROM stock WHERE substr(place, 1, 1) <> '~' "
    "GROUP BY 1, sku HAVING SUM(qty) <> 0 ORDER BY 1, sku"
)
_PARCELS = (  # those that have left are the many
    "SELECT p.lpn, p.state, c.place FROM parcel p JOIN container c ON c.lpn = p.lpn "
    "WHERE p.state IN ('planned', 'packing', 'packed', 'labelled', 'sorted', 'on_van', "
    "'cancelled') AND c.place <> '' ORDER BY p.lpn"
)


def goods(db: Db) -> dict[tuple[str, str], int]:
    """Units by the place or container in which they are, and SKU."""
    return {(row.at, row.sku): int(row.units) for row in db.all(_GOODS)}


def parcels(db: Db) -> list[Any]:
    """Parcels in the building: licence plate, state, place."""
    return db.all(_PARCELS)

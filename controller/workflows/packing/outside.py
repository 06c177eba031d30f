"""Owns how large a parcel is outside: as its carton, or as the goods that go as they are.

An outer measure of 0 says that a carton is so long outside as inside. It refuses to know a parcel
whose goods are not known: that measures nothing.
"""

from typing import Any, Final

from controller.store import Db

Sides = tuple[int, int, int]
_NAMES: Final = ("length_mm", "width_mm", "height_mm")
_OUTER: Final = tuple(f"CASE WHEN c.outer_{n} > 0 THEN c.outer_{n} ELSE c.{n} END" for n in _NAMES)
_GOODS: Final = tuple(
    f"(SELECT MAX(g.{n}) FROM parcel_line h JOIN item g ON g.sku = h.sku WHERE h.parcel = p.id)"
    for n in _NAMES
)
_ALIKE: Final = ", ".join(f"{o} AS {n}" for o, n in zip(_OUTER, _NAMES, strict=True))
_CARTONS = f"SELECT c.code, {_ALIKE} FROM carton_type c ORDER BY c.code"
SIDES: Final = ", ".join(
    f"COALESCE({outer}, {goods}, 0) AS {name}"
    for outer, goods, name in zip(_OUTER, _GOODS, _NAMES, strict=True)
)
"""Columns of a query of parcels `p` with their carton types `c`, which some have not."""
VOLUME_MM3: Final = " * ".join(f"({each})" for each in _OUTER)
"""Of a carton type `c`."""
_PARCEL = (
    f"SELECT {SIDES} FROM parcel p LEFT JOIN carton_type c ON c.code = p.carton WHERE p.id = :id"
)


def of_cartons(db: Db) -> dict[str, Sides]:
    """By code of the carton type."""
    return {code: (length, width, height) for code, length, width, height in db.all(_CARTONS)}


def of_parcel(db: Db, parcel_id: int) -> Sides:
    length, width, height = db.the(_PARCEL, id=parcel_id)
    return length, width, height


def of_goods(goods: Any) -> Sides:
    """What goes as it is, by a row with the largest measures of it."""
    return goods.length_mm, goods.width_mm, goods.height_mm

"""Owns what the dangerous goods of parcels and returns count in an own van.

It refuses a parcel, or a whole tour, at a van that would carry more points than its equipment
allows.
"""

from collections import Counter
from typing import Any, Final

from controller.errors import Refused
from controller.plan.dangers import goods, points
from controller.store import Db
from controller.turn import Turn

_OF_PARCELS: Final = (
    "SELECT l.parcel AS key, l.packed AS qty, i.* FROM parcel p "
    "JOIN parcel_line l ON l.parcel = p.id JOIN item i ON i.sku = l.sku "
    "WHERE p.state IN ('packed', 'labelled', 'sorted', 'on_van') AND i.danger <> 0 "
    "ORDER BY l.parcel, l.line"
)
_OF_RETURNS: Final = (
    "SELECT r.rma AS key, l.qty, i.* FROM customer_return r "
    "JOIN return_line l ON l.rma = r.rma JOIN item i ON i.sku = l.sku "
    "WHERE r.state = 'announced' AND i.danger <> 0 ORDER BY r.rma, l.sku"
)
_OF_TOUR: Final = (
    "SELECT l.parcel AS key, l.packed AS qty, i.* FROM van_stop s "
    "JOIN van_drop d ON d.stop = s.id JOIN parcel_line l ON l.parcel = d.parcel "
    "JOIN item i ON i.sku = l.sku WHERE s.tour = :tour "
    "AND i.danger <> 0 AND {those} ORDER BY l.parcel, l.line"
)
_ABOARD: Final = _OF_TOUR.format(those="(d.state = 'loaded' OR d.parcel = :parcel)")
_TO_CARRY: Final = _OF_TOUR.format(
    those="d.state IN ('planned', 'loaded', 'attempted', 'refused', 'damaged')"
)
_SKILLS: Final = "SELECT skills FROM van WHERE code = :van"


def waiting(db: Db) -> Counter[Any]:
    """Thousandths of a point, by parcel and by the number of a return."""
    return _counted([*db.all(_OF_PARCELS), *db.all(_OF_RETURNS)])


def equipped(skills: str) -> bool:
    """Whether a van with these skills may carry more than the points that are free."""
    return points.EQUIPPED in skills.split()


def check(turn: Turn, drop: Any, van: str) -> None:
    """Raises: Refused where a parcel is too much beside what the van has aboard."""
    rows = turn.db.all(_ABOARD, tour=drop.tour, parcel=drop.parcel)
    found = _counted(rows)
    if not found[drop.parcel] or found.total() <= points.VEHICLE_MAX:
        return
    if not _is_equipped(turn, van):
        raise Refused(
            "too_many_points",
            parcel=drop.lpn,
            points=told(found.total()),
            most=told(points.VEHICLE_MAX),
            fix="put it aside: it goes with another van",
        )


def check_tour(turn: Turn, tour: int, van: str) -> None:
    """Raises: Refused where a van may not carry all that is aboard on a tour or is to be."""
    found = _counted(turn.db.all(_TO_CARRY, tour=tour)).total()
    if found > points.VEHICLE_MAX and not _is_equipped(turn, van):
        raise Refused(
            "too_many_points",
            van=van,
            tour=tour,
            points=told(found),
            most=told(points.VEHICLE_MAX),
            fix="name a van with the skill ADR, or none",
        )


def _is_equipped(turn: Turn, van: str) -> bool:
    return equipped(turn.db.value(_SKILLS, van=van) or "")


def told(thousandths: int) -> int:
    """Points, a started one for a whole one."""
    return -(-thousandths // 1_000)


def _counted(rows: list[Any]) -> Counter[Any]:
    found = Counter[Any]()
    for row in rows:
        found[row.key] += row.qty * points.of_unit(goods.of(row), row.mass_g)
    return found

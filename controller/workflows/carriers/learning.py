"""Owns what promises learn from carriers: how long their parcels have really been under way.

It counts days as a service counts its transit days, and refuses to learn from a few parcels.
"""

from typing import Final

from controller.plan.rates.calendars import EVERY_DAY, weekday
from controller.store import Db
from controller.turn import Turn
from controller.units import DAY
from controller.workflows.carriers import tariffs

SPAN_DAYS: Final = 60
PARCELS_MAX: Final = 200_000

_DELIVERED = (
    "SELECT service, country, left_ms, delivered_ms FROM journey WHERE left_ms >= :since "
    "AND left_ms > 0 AND delivered_ms > 0 ORDER BY left_ms DESC, parcel LIMIT :most"
)
_SERVICES = "SELECT code, delivery_days FROM shipping_service ORDER BY code"


def learn(turn: Turn) -> None:
    """From now on promises go by the last two months, where a carrier took longer than it says."""
    since_ms = turn.now_ms - SPAN_DAYS * DAY
    tariffs.measured(turn, measured_days(turn.db, since_ms, turn.site.utc_offset_ms))


def percentile(values: list[int], percent: int) -> int:
    """The smallest of the sorted values that so many percent do not exceed; 0 of none."""
    return values[max(0, -(-len(values) * percent // 100) - 1)] if values else 0


def measured_days(
    db: Db, since_ms: int, offset_ms: int = 0, percent: int = 80, least: int = 30
) -> dict[tuple[str, str], int]:
    """By (service, country): in how many delivery days so many percent of the parcels were there.

    Only where at least so many were delivered. Units: days on which the service delivers, as its
    transit days are counted.
    """
    delivers = {row.code: _weekdays(row.delivery_days) for row in db.all(_SERVICES)}
    took: dict[tuple[str, str], list[int]] = {}
    for each in db.all(_DELIVERED, since=since_ms, most=PARCELS_MAX):
        if days := delivers.get(each.service):
            first = (each.left_ms + offset_ms) // DAY
            last = min((each.delivered_ms + offset_ms) // DAY, first + SPAN_DAYS)
            count = sum(weekday(day) in days for day in range(first + 1, last + 1))
            took.setdefault((each.service, each.country), []).append(count)
    return {
        key: percentile(sorted(days), percent)
        for key, days in sorted(took.items())
        if len(days) >= least
    }


def _weekdays(joined: str) -> frozenset[int]:
    return frozenset(int(each) for each in joined.split(",") if each) or frozenset(EVERY_DAY)

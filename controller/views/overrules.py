"""Owns the look at cartons that packers took instead of planned ones: how often, why, of what.

Where a carton is often called too small, a lower share of its height is suggested. It refuses
to set it: a lead does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from controller.store import Db
from controller.units import DAY

SINCE_MS = 90 * DAY
SUGGEST_FROM = 5
FILL_MIN = 50
SKUS_MAX = 50

_ROWS = (
    "SELECT planned, taken, reason, fill_percent FROM overrule WHERE at_ms >= :since "
    "ORDER BY planned, fill_percent, id"
)
_USED = (
    "SELECT carton, COUNT(*) AS n FROM parcel WHERE state NOT IN ('planned', 'cancelled') "
    "GROUP BY carton ORDER BY carton"
)
_FILLS = "SELECT carton, percent FROM carton_fill ORDER BY carton"
_SKUS = (
    "SELECT l.sku, o.planned, o.reason, COUNT(*) AS times FROM overrule o "
    "JOIN parcel_line l ON l.parcel = o.parcel WHERE o.at_ms >= :since "
    "GROUP BY l.sku, o.planned, o.reason ORDER BY times DESC, l.sku, o.planned, o.reason "
    f"LIMIT {SKUS_MAX}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CartonOverruled:
    """`fill_percent` of the height is planned with now; `suggested_percent` 0: nothing to change.

    `used` counts the parcels in this carton, `reasons` the times that it was not taken.
    """

    carton: str
    used: int
    overruled: int
    reasons: dict[str, int]
    taken: dict[str, int]
    fill_percent: int
    suggested_percent: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SkuOverruled:
    sku: str
    carton: str
    reason: str
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrules:
    """Of the last 90 days."""

    cartons: tuple[CartonOverruled, ...]
    skus: tuple[SkuOverruled, ...]


def overrules(db: Db, now_ms: int) -> Overrules:
    """What packers changed, by carton and by SKU."""
    since = now_ms - SINCE_MS
    used = {row.carton: int(row.n) for row in db.all(_USED)}
    fills = {row.carton: int(row.percent) for row in db.all(_FILLS)}
    grouped: dict[str, list[Any]] = {name: [] for name in fills}
    for row in db.all(_ROWS, since=since):
        grouped.setdefault(row.planned, []).append(row)
    found = [
        _carton(name, rows, used.get(name, 0), fills.get(name, 100))
        for name, rows in sorted(grouped.items())
    ]
    return Overrules(
        cartons=tuple(sorted(found, key=lambda each: (-each.overruled, each.carton))),
        skus=tuple(
            SkuOverruled(sku=row.sku, carton=row.planned, reason=row.reason, times=int(row.times))
            for row in db.all(_SKUS, since=since)
        ),
    )


def _carton(name: str, rows: Sequence[Any], used: int, fill: int) -> CartonOverruled:
    reasons: dict[str, int] = {}
    taken: dict[str, int] = {}
    for row in rows:
        reasons[row.reason] = reasons.get(row.reason, 0) + 1
        taken[row.taken] = taken.get(row.taken, 0) + 1
    too_small = [row.fill_percent for row in rows if row.reason == "TOO_SMALL"]
    percent, why = _suggested(too_small, fill)
    return CartonOverruled(
        carton=name,
        used=used,
        overruled=len(rows),
        reasons=reasons,
        taken=taken,
        fill_percent=fill,
        suggested_percent=percent,
        why=why,
    )


def _suggested(too_small: Sequence[int], fill: int) -> tuple[int, str]:
    """A share beneath which three quarters of those lay that were called too small."""
    if len(too_small) < SUGGEST_FROM:
        return 0, ""
    quartile = sorted(too_small)[len(too_small) // 4]
    percent = max(FILL_MIN, min(100, quartile) - 1)
    if percent >= fill:
        return 0, ""
    return percent, (
        f"called too small {len(too_small)} times, three times of four when planned to be full "
        f"to {quartile} percent or more"
    )

"""Owns the figures of the running day: read once for all who ask, and added to as time goes on."""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from api.runtime import Runtime
from controller.store import Db
from controller.units import DAY, HOUR
from controller.views import figures
from controller.views.figures import Ahead, Day, Departure
from controller.views.site_map import settings_of

FRESH_S: Final = 1.5  # a look is shared for so long
READ_S: Final = 1.0  # a long day is read in pieces: who waits sees it grow


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """One hour of the day. Units: `picks` are bin visits, `units` single pieces."""

    starts_ms: int
    placed: int
    released: int
    shipped: int
    parcels: int
    picks: int
    units: int
    scans: int
    wrong: int
    undone: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What must leave by a time, and when it is done at the rate of the last hour (0: never)."""

    due_ms: int
    orders: int
    done_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Cycle times run from order to shipment, over the orders shipped since midnight."""

    now_ms: int
    since_ms: int
    complete: bool
    hours: tuple[Hour, ...]
    cycle_median_ms: int
    cycle_p90_ms: int
    cycle_p95_ms: int
    cycles: int
    late_shipped: int
    shipped_per_hour: float
    short_picks: int
    due: tuple[Due, ...]
    departures: tuple[Departure, ...]
    lanes: dict[str, dict[str, int]]


class DayFigures:
    """Keeps the day and gives everybody the same figures."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._lock = asyncio.Lock()
        self._day: Day | None = None
        self._since_ms = -1
        self._fresh: Figures | None = None
        self._read_s = 0.0

    async def now(self) -> Figures:
        async with self._lock:
            at_s = asyncio.get_running_loop().time()
            if self._fresh is None or at_s - self._read_s > FRESH_S:
                now_ms = self._runtime.clock.now_ms()
                self._fresh = await self._runtime.desk.read(self._read, now_ms)
                self._read_s = at_s
            return self._fresh

    def _read(self, db: Db, now_ms: int) -> Figures:
        since_ms = midnight_ms(db, now_ms)
        if self._day is None or since_ms != self._since_ms:
            self._day, self._since_ms = figures.day_since(db, since_ms), since_ms
        end_s = time.monotonic() + READ_S
        while (more := figures.add(db, self._day)) and time.monotonic() < end_s:
            pass
        return _figures(self._day, figures.ahead(db, since_ms), now_ms, since_ms, not more)


def midnight_ms(db: Db, now_ms: int) -> int:
    """When the site's day began."""
    offset_ms = settings_of(db).utc_offset_ms
    return (now_ms + offset_ms) // DAY * DAY - offset_ms


def _figures(day: Day, ahead: Ahead, now_ms: int, since_ms: int, complete: bool) -> Figures:
    median, p90, p95 = figures.percentiles(day)
    rate = _per_hour(day, now_ms)
    return Figures(
        now_ms=now_ms,
        since_ms=since_ms,
        complete=complete,
        hours=tuple(_hour(day, hour) for hour in range(since_ms // HOUR, now_ms // HOUR + 1)),
        cycle_median_ms=median,
        cycle_p90_ms=p90,
        cycle_p95_ms=p95,
        cycles=len(day.cycles_ms),
        late_shipped=day.late,
        shipped_per_hour=round(rate, 1),
        short_picks=sum(n for (kind, _), n in day.events.items() if kind == "stock_missing"),
        due=tuple(_due(ahead.due, rate, now_ms)),
        departures=ahead.departures,
        lanes=ahead.lanes,
    )


def _hour(day: Day, hour: int) -> Hour:
    return Hour(
        starts_ms=hour * HOUR,
        placed=day.events["order_placed", hour],
        released=day.events["released", hour],
        shipped=day.events["order_shipped", hour],
        parcels=day.events["parcel_shipped", hour],
        picks=day.moves["pick", hour],
        units=day.units["pick", hour],
        scans=day.scans["scans", hour],
        wrong=day.scans["wrong", hour],
        undone=day.scans["undone", hour],
    )


def _per_hour(day: Day, now_ms: int) -> float:
    """Orders shipped in the last 60 minutes: this hour's, and its share of the one before."""
    hour, part = now_ms // HOUR, now_ms % HOUR / HOUR
    shipped = day.events
    return shipped["order_shipped", hour] + shipped["order_shipped", hour - 1] * (1 - part)


def _due(due: Iterable[tuple[int, int]], rate: float, now_ms: int) -> Iterable[Due]:
    """Orders are worked off in the sequence of their due times."""
    left = 0
    for due_ms, orders in due:
        left += orders
        done_ms = now_ms + int(left / rate * HOUR) if rate else 0
        yield Due(due_ms=due_ms, orders=orders, done_ms=done_ms)

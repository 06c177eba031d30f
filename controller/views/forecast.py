"""Owns how much will be ordered yet: lines by quarter of an hour and weekday, as on days before.

A quarter hour counts as often as it has passed since the first order of the history, with orders
or without; a weekday is drawn to the mean of all days while few of it were seen.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from controller.store import Db
from controller.units import DAY, MINUTE

SLOT_MS: Final = 15 * MINUTE
HISTORY_DAYS: Final = 28
DOUBT_DAYS: Final = 0.5  # the mean of all days weighs as much as so many days of a weekday
WEEK: Final = 7

_PLACED = (
    "SELECT o.placed_ms, COUNT(*) AS n FROM customer_order o JOIN order_line l "
    "ON l.order_id = o.id WHERE o.placed_ms >= :since AND o.placed_ms < :now "
    "AND o.state <> 'cancelled' GROUP BY o.placed_ms ORDER BY o.placed_ms"
)


@dataclass(frozen=True, kw_only=True)
class Demand:
    """Lines ordered in the past, by local quarter of the day and by local day."""

    now_ms: int
    quarters: Counter[int]
    days: Counter[int]

    @cached_property
    def _first(self) -> int:
        return min(self.days)

    @cached_property
    def _today(self) -> int:
        return self.now_ms // DAY

    def at(self, local_ms: int) -> float:
        """The lines to be expected in the quarter of an hour that begins at a local time."""
        if not self.days:
            return 0.0
        quarter = local_ms % DAY // SLOT_MS
        passed = self._today - self._first + (quarter < self.now_ms % DAY // SLOT_MS)
        return self.quarters[quarter] / max(1, passed) * self.of_weekday(local_ms // DAY)

    def of_weekday(self, day: int) -> float:
        """The lines of such a weekday as a multiple of the mean day."""
        whole = range(self._first, self._today)
        mean = sum(self.days[each] for each in whole) / max(1, len(whole))
        if not mean:
            return 1.0
        same = [self.days[each] for each in whole if (each - day) % WEEK == 0]
        return (sum(same) + DOUBT_DAYS * mean) / (len(same) + DOUBT_DAYS) / mean


def demand(db: Db, now_ms: int, offset_ms: int) -> Demand:
    """What was ordered on the last days. Units: all times of it are local."""
    quarters: Counter[int] = Counter()
    days: Counter[int] = Counter()
    for row in db.all(_PLACED, since=now_ms - HISTORY_DAYS * DAY, now=now_ms):
        local_ms = row.placed_ms + offset_ms
        quarters[local_ms % DAY // SLOT_MS] += row.n
        days[local_ms // DAY] += row.n
    return Demand(now_ms=now_ms + offset_ms, quarters=quarters, days=days)


def whole_lines(rates: Iterator[float]) -> Iterator[int]:
    """Whole numbers for rates: fractions are carried from one to the next."""
    rest = 0.0
    for rate in rates:
        rest += rate
        lines = int(rest + 1e-9)
        rest -= lines
        yield lines

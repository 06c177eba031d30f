"""When a parcel leaves with a service, and when it arrives.

Owns pickups by weekday, delivery days and holidays, all by the site's clock. Refuses to guess: a
service that is never picked up has no time.
"""

from functools import lru_cache

from controller.plan.rates.parcels import Origin
from controller.units import DAY

SEARCH_DAYS = 60
KEPT_MAX = 10_000
EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
Leaves = tuple[int, int]


def weekday(day: int) -> int:
    """0 is Monday; days count from Thursday, 1 January 1970."""
    return (day + 3) % 7


class Pickups:
    """The weekdays and times at which a vehicle leaves; what was reckoned once is kept."""

    def __init__(self, times_ms: tuple[int, ...], origin: Origin) -> None:
        self._times_ms = times_ms
        self._offset_ms = origin.utc_offset_ms
        self._holidays = origin.holidays
        self._next = lru_cache(maxsize=KEPT_MAX)(self._first)

    def leaves(self, ready_ms: int, country: str) -> Leaves:
        """The local day and the time of the first pickup after a parcel is ready; -1: never."""
        today, time_ms = divmod(ready_ms + self._offset_ms, DAY)
        return self._next(today + (time_ms >= self._times_ms[weekday(today)]), country)

    def _first(self, day: int, country: str) -> Leaves:
        for each in range(day, day + SEARCH_DAYS):
            at_ms = self._times_ms[weekday(each)]
            if at_ms >= 0 and (country, each) not in self._holidays:
                return each, each * DAY + at_ms - self._offset_ms
        return -1, -1


class Deliveries:
    """The days on which services deliver."""

    def __init__(self, days: tuple[int, ...], origin: Origin) -> None:
        self._days = frozenset(days or EVERY_DAY)
        self._holidays = origin.holidays

    def arrives(self, day: int, transit_days: int, country: str) -> int:
        """The day on which a parcel that leaves on a day is there; -1: not in sight."""
        left, last = transit_days, day
        while left > 0:
            last += 1
            if last > day + 2 * transit_days + SEARCH_DAYS:
                return -1
            left -= weekday(last) in self._days and (country, last) not in self._holidays
        return last

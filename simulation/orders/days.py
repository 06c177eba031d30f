"""Owns the days that a run takes from a file: `2009-12-14` or `2009-12-01..2009-12-31`.

Times of files are local to the site, and the simulated site keeps UTC all year.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from controller.units import DAY
from simulation.orders.report import OrderFileError


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    first: date
    last: date

    @property
    def start_ms(self) -> int:
        return midnight_ms(self.first)

    @property
    def count(self) -> int:
        return (self.last - self.first).days + 1

    def __str__(self) -> str:
        return f"{self.first}" if self.first == self.last else f"{self.first}..{self.last}"


def midnight_ms(day: date) -> int:
    """UTC epoch milliseconds at which the day starts."""
    return (day.toordinal() - date(1970, 1, 1).toordinal()) * DAY


def days_of(text: str) -> Days:
    """One day or a range of days. Raises: OrderFileError with the form to write."""
    first, _, last = text.partition("..")
    try:
        days = Days(first=date.fromisoformat(first), last=date.fromisoformat(last or first))
    except ValueError as error:
        raise OrderFileError(
            f"day {text!r}: {error}; write 2009-12-14, or 2009-12-01..2009-12-31"
        ) from error
    if days.last < days.first:
        raise OrderFileError(f"day {text!r} ends before it starts: write the earlier day first")
    return days


def time_ms(text: str) -> int | None:
    """UTC epoch milliseconds of an ISO 8601 time, or None when it is not one."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return round(at.timestamp() * 1_000)

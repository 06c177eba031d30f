"""Owns who works when: two shifts, sized so that each day's orders leave on their day.

The late shift is sized by what arrives last, since half of a shop's orders may come in the two
hours before its cut-off. Paces differ from worker to worker.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from controller.messages import Worker
from controller.units import DAY, HOUR, MINUTE
from simulation.scenario import Person
from simulation.streams import Streams
from simulation.wanted import Arrival

LINES_PER_HOUR = 90  # of a picker, walking included
PARCELS_PER_HOUR = 45  # of a packer, plus the time that its lines take to scan
PACKED_LINES_PER_HOUR = 400
UNITS_PER_LINE = 150  # a line of many units takes as long as several lines
SLACK_PERCENT = 125
EARLY_STARTS_MS = 8 * HOUR
EARLY_ENDS_MS = 16 * HOUR
LATE_STARTS_MS = 14 * HOUR
CLOSING_MS = 30 * MINUTE
PICKERS_PER_REPLENISHER = 4
CUTOFFS_H = (16, 20)
CUTOFF_SHARE_PERCENT = 97
DEPARTURE_AFTER_MS = 3 * HOUR

Work = Callable[[Arrival], float]
Head = tuple[str, int, int, int]  # role, count, starts and ends after midnight


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When orders must be in and when the trucks leave, after midnight."""

    cutoff_ms: int
    departure_ms: int


def hours_of(arrivals: Sequence[Arrival]) -> Hours:
    """A cut-off on the hour that nearly all order lines meet, within what carriers allow."""
    times = sorted(each.at_ms % DAY for each in arrivals for _ in range(each.lines))
    late_ms = times[(len(times) - 1) * CUTOFF_SHARE_PERCENT // 100] if times else 0
    hour = min(max(-(-late_ms // HOUR), CUTOFFS_H[0]), CUTOFFS_H[1])
    return Hours(cutoff_ms=hour * HOUR, departure_ms=hour * HOUR + DEPARTURE_AFTER_MS)


def staff_of(
    streams: Streams,
    arrivals: Sequence[Arrival],
    day_start_ms: int,
    hours: Hours,
    staff_percent: int = 100,
) -> tuple[Person, ...]:
    """The shifts of every day that has orders."""
    by_day: dict[int, list[Arrival]] = {}
    for each in arrivals:
        by_day.setdefault((each.at_ms - day_start_ms) // DAY, []).append(each)
    staff: list[Person] = []
    for day, orders in sorted(by_day.items()):
        heads = _heads(orders, hours, staff_percent)
        staff += _shifts(streams, day_start_ms + day * DAY, heads)
    return tuple(staff)


def roster(staff: Sequence[Person]) -> tuple[Worker, ...]:
    """Everybody once, by badge."""
    roles = {person.badge: person.role for person in staff}
    return tuple(Worker(badge=badge, role=role) for badge, role in sorted(roles.items()))


def at_once(staff: Sequence[Person], role: str) -> int:
    """The most people of a role who are in the house at the same time."""
    edges = [
        edge
        for person in staff
        if person.role == role
        for edge in ((person.starts_ms, 1), (person.ends_ms, -1))
    ]
    most = now = 0
    for _, step in sorted(edges):
        now += step
        most = max(most, now)
    return most


def _heads(orders: Sequence[Arrival], hours: Hours, staff_percent: int) -> Iterator[Head]:
    late_ends_ms = hours.departure_ms
    due = [each for each in orders if each.at_ms % DAY <= hours.cutoff_ms]
    pickers = _both_shifts(due, _picking_hours, late_ends_ms - CLOSING_MS, staff_percent)
    packers = _both_shifts(due, _packing_hours, late_ends_ms - CLOSING_MS // 2, staff_percent)
    for role, (early, late) in (("picker", pickers), ("packer", packers)):
        yield role, early, EARLY_STARTS_MS, EARLY_ENDS_MS
        yield role, late, LATE_STARTS_MS, late_ends_ms
    early, late = (-(-count // PICKERS_PER_REPLENISHER) for count in pickers)
    yield "replenisher", early, EARLY_STARTS_MS - HOUR, EARLY_ENDS_MS - HOUR
    yield "replenisher", late, EARLY_ENDS_MS - HOUR, late_ends_ms
    yield "receiver", 1, EARLY_STARTS_MS, EARLY_ENDS_MS
    yield "loader", 1, EARLY_STARTS_MS, EARLY_ENDS_MS
    yield "loader", 2, EARLY_ENDS_MS, late_ends_ms + CLOSING_MS
    yield "returns", 1, EARLY_STARTS_MS + HOUR, EARLY_ENDS_MS + HOUR


def _picking_hours(each: Arrival) -> float:
    return (each.lines + each.units // UNITS_PER_LINE) / LINES_PER_HOUR


def _packing_hours(each: Arrival) -> float:
    return each.parcels / PARCELS_PER_HOUR + each.lines / PACKED_LINES_PER_HOUR


def _both_shifts(
    due: Sequence[Arrival], work: Work, ends_ms: int, staff_percent: int
) -> tuple[int, int]:
    """Heads of the early and the late shift: no arrival may leave too much for the time left."""
    turn_ms = EARLY_ENDS_MS - HOUR
    early = sum(work(each) for each in due if each.at_ms % DAY < turn_ms)
    late = max(
        (
            sum(work(each) for each in due if each.at_ms % DAY >= since_ms)
            / ((ends_ms - since_ms) / HOUR)
            for since_ms in range(turn_ms, ends_ms - HOUR, HOUR)
        ),
        default=0.0,
    )
    early_hours = (turn_ms - EARLY_STARTS_MS) / HOUR
    return _heads_for(early / early_hours, staff_percent), _heads_for(late, staff_percent)


def _heads_for(load: float, staff_percent: int) -> int:
    return max(1, -(-round(load * SLACK_PERCENT * staff_percent) // 10_000))


def _shifts(streams: Streams, midnight_ms: int, heads: Iterator[Head]) -> Iterator[Person]:
    badges: dict[str, int] = {}
    for role, count, starts_ms, ends_ms in heads:
        for _ in range(count):
            badges[role] = badges.get(role, 0) + 1
            badge = f"{role.upper()}-{badges[role]:03}"
            stream = streams.stream(f"people/{badge}")
            yield Person(
                badge=badge,
                role=role,
                starts_ms=midnight_ms + starts_ms,
                ends_ms=midnight_ms + ends_ms,
                speed_mm_s=stream.randint(1_000, 1_400),
                pace_percent=stream.randint(85, 115),
            )

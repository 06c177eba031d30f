"""Owns who works in the living warehouse and when, and the badges that are free for visitors.

Two shifts fill the day; the night is empty. It refuses to give a visitor's badge to a simulated
person.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from controller.messages import Worker
from controller.units import HOUR, MINUTE
from simulation.scenario import Person, Post
from simulation.streams import Streams

CREW_MAX: Final = 24
CREW: Final = 12
# who comes first when there are few
ROLES: Final = (
    *("picker", "packer", "loader", "picker", "replenisher", "packer", "picker", "receiver"),
    *("picker", "returns", "packer", "replenisher", "picker", "picker", "loader", "picker"),
    *("receiver", "picker", "replenisher", "picker", "loader", "picker", "replenisher", "picker"),
)
SHIFTS: Final = ((6 * HOUR, 14 * HOUR + 15 * MINUTE), (14 * HOUR, 22 * HOUR + 15 * MINUTE))
OPENS_MS: Final = SHIFTS[0][0]
CLOSES_MS: Final = SHIFTS[-1][1]


@dataclass(frozen=True, slots=True)
class Visitor:
    """A badge that no simulated person uses, and what to scan first with it on a handheld."""

    badge: str
    role: str
    begins_at: str = ""


OUTSIDE: Final = (
    Post(badge="DRIVER-001", role="driver", at="VAN-1"),
    Post(badge="DRIVER-002", role="driver", at="VAN-2", waits=True),
    Post(badge="CLERK-001", role="clerk", at="MANCHESTER"),
    Post(badge="LEAD-001", role="lead"),
)

VISITORS: Final = (
    *(Visitor(f"PICKER-10{nth}", "picker", f"CART-01{nth + 3}") for nth in (1, 2, 3)),
    Visitor("PACKER-101", "packer", "BENCH-04"),
    Visitor("LOADER-101", "loader", "LANE-01"),
    Visitor("RECEIVER-101", "receiver", "DOCK-01"),
    Visitor("DRIVER-101", "driver", OUTSIDE[1].at),
    Visitor("CLERK-101", "clerk", OUTSIDE[2].at),
    Visitor("LEAD-101", "lead"),
    Visitor("ADMIN-101", "admin"),
)
KEPT_FREE: Final = frozenset(
    each.begins_at for each in VISITORS if each.role in ("picker", "packer")
)


def crew_of(people: int) -> Counter[str]:
    """How many of each role work at the same time."""
    return Counter(ROLES[: min(people, CREW_MAX)])


def staff_of_day(seed: int, people: int, day_ms: int) -> tuple[Person, ...]:
    """The shifts of the day that begins at `day_ms`; the same badges every day."""
    return tuple(
        _person(seed, f"{role.upper()}-{shift * 40 + nth:03}", role, day_ms, SHIFTS[shift])
        for shift in range(len(SHIFTS))
        for role, count in sorted(crew_of(people).items())
        for nth in range(1, count + 1)
    )


def workers() -> Iterator[Worker]:
    """Everybody who may ever come, simulated or not, whatever the size of the crew is."""
    for person in staff_of_day(0, CREW_MAX, 0):
        yield Worker(badge=person.badge, role=person.role)
    for post in OUTSIDE:
        yield Worker(badge=post.badge, role=post.role)
    for visitor in VISITORS:
        yield Worker(badge=visitor.badge, role=visitor.role)


def simulated() -> frozenset[str]:
    """The badges of all simulated people, whatever the size of the crew is."""
    return frozenset(person.badge for person in staff_of_day(0, CREW_MAX, 0))


def _person(seed: int, badge: str, role: str, day_ms: int, shift: tuple[int, int]) -> Person:
    stream = Streams(seed).stream(f"people/{badge}")
    starts_ms, ends_ms = shift
    return Person(
        badge=badge,
        role=role,
        starts_ms=day_ms + starts_ms + stream.randrange(2 * MINUTE),
        ends_ms=day_ms + ends_ms,
        speed_mm_s=stream.randint(1_000, 1_400),
        pace_percent=stream.randint(85, 115),
    )

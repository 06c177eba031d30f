"""Owns the zones of pick-and-pass: which aisles each zone has, so that none has much more to do.

A zone is a run of neighbouring aisles. The division is exact: no other one has a busiest zone
with less work. It refuses to move a boundary for little: people know their zone, so a division
that is in use stays until the busiest zone would get a fair part less.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from controller.plan import Effort
from controller.plan._sharing import even_runs

KEEP_PERCENT = 85  # a new division has at most so much of the work that the busiest zone has now


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Work content by aisle; `firsts` holds the first aisle of each zone in use, if any."""

    work_ms: tuple[int, ...]
    zones: int
    firsts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`firsts`: the first aisle of each zone; no division has a busiest zone below `bound_ms`."""

    firsts: tuple[int, ...]
    longest_ms: int
    bound_ms: int
    why: str


def solve(problem: Problem, _effort: Effort) -> Plan:
    """The zones from now on: those in use, or the best ones where they are clearly better."""
    best = _firsts(problem)
    least = longest_ms(problem.work_ms, best)
    firsts, kept = best, False
    if len(problem.firsts) == problem.zones:
        now = longest_ms(problem.work_ms, problem.firsts)
        kept = least * 100 > now * KEEP_PERCENT
        firsts = problem.firsts if kept else best
    longest = longest_ms(problem.work_ms, firsts)
    return Plan(firsts=firsts, longest_ms=longest, bound_ms=least, why=_why(problem, firsts, kept))


def zone_of(firsts: Sequence[int], aisle: int) -> int:
    """The zone of an aisle, counted from 1; 0 where there are no zones."""
    return sum(first <= aisle for first in firsts)


def longest_ms(work_ms: Sequence[int], firsts: Sequence[int]) -> int:
    """The work of the busiest zone."""
    ends = (*firsts[1:], len(work_ms))
    return max(sum(work_ms[first:end]) for first, end in zip(firsts, ends, strict=True))


def _firsts(problem: Problem) -> tuple[int, ...]:
    """Zones without work get aisles, too, from the end."""
    runs = even_runs(problem.work_ms, problem.zones)
    firsts = [0, *(start for start, _ in runs[1:])]
    for aisle in range(len(problem.work_ms) - 1, 0, -1):
        if len(firsts) < problem.zones and aisle not in firsts:
            firsts.append(aisle)
    return tuple(sorted(firsts))


def _why(problem: Problem, firsts: tuple[int, ...], kept: bool) -> str:
    total = sum(problem.work_ms)
    fair = total / problem.zones
    longest = longest_ms(problem.work_ms, firsts)
    said = f"{len(firsts)} zones begin at aisles {', '.join(map(str, firsts))}: "
    said += f"the busiest has {longest / 60_000:.0f} min of {total / 60_000:.0f} min of picking, "
    said += f"{100 * longest / max(1, fair) - 100:.0f}% above an equal share"
    return said + (", and stay as people know them" if kept else "")

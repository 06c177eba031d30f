"""Owns when a plan lets an order join a tour under way: where a tour of its own would be late.

Refuses tours that would bring an order of theirs late for it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from controller.plan import Effort, joining, walking
from controller.plan.cutting import BULK, Problem, Work
from controller.plan.zoning import zone_of

WALK = Effort(work=20_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """An order, the tour that it joins, and why."""

    order: str
    tour: int
    why: str


def offers(problem: Problem, works: Sequence[Work]) -> joining.Plan:
    """The tours under way that these loads of one order may join."""
    return joining.solve(
        joining.Problem(
            layout=problem.layout,
            tours=problem.running,
            stops=tuple(row.stop for work in works for _, row, _ in work.picks),
            loads=len(works),
            due_ms=min(work.due_ms for work in works),
            pace=problem.pace,
            kinds=frozenset(kind for work in works for kind in work.kinds),
            apart=problem.apart,
            zone=min(_zones(problem, works), default=0),
        )
    )


def _zones(problem: Problem, works: Sequence[Work]) -> Iterator[int]:
    """Of the bins; on a rectangle they go by aisle."""
    for work in works:
        for _, row, _ in work.picks:
            yield row.zone or zone_of(problem.zones, row.stop.aisle)


def in_time(problem: Problem, works: Sequence[Work]) -> Join | None:
    """The tour that brings an order out earlier which would be late in one of its own."""
    stream = problem.stream
    if stream is None or not problem.running or not works:
        return None
    if any(work.kind == BULK for work in works):
        return None
    stops = tuple(row.stop for work in works for _, row, _ in work.picks)
    alone = walking.solve(walking.Problem(layout=problem.layout, stops=stops), WALK)
    own_ms = stream.pickers_ms[0] + stream.pace.duration_ms(alone.length_mm, len(stops))
    due_ms = min(work.due_ms for work in works)
    if own_ms <= due_ms:
        return None
    for offer in offers(problem, works).offers:
        if not offer.late_ms and offer.done_ms < own_ms:
            in_min = max(0, own_ms - offer.done_ms) // 60_000
            return Join(
                order=works[0].parcels[0].order,
                tour=offer.tour,
                why=f"{in_min} min earlier than with a tour of its own, which would be late",
            )
    return None

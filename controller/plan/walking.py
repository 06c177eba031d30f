"""Walking: the shortest tour from the depot through all stops of a pick list and back.

Owns the choice of method: the exact programme wherever its transitions fit the effort, else the
best of the known heuristics with a lower bound. Refuses stops outside the layout.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from controller.plan import Effort
from controller.plan._frontier import (
    ARCS_PER_AISLE,
    BACK,
    BLOCKS_MAX,
    DOUBLE,
    FRONT,
    GAP,
    THROUGH,
    walks_along,
)
from controller.plan._heuristics import best_known, lower_bound_mm
from controller.plan._programme import ACROSS, Choice, best_choices
from controller.plan._rectangle import (
    Layout,
    Stop,
    check_stops,
    depot_distance_mm,
    distance_mm,
    length_of,
)

__all__ = [
    "Layout",
    "Plan",
    "Problem",
    "Stop",
    "depot_distance_mm",
    "distance_mm",
    "length_of",
    "solve",
]

Corner = tuple[int, int]
Walk = tuple[Corner, Corner, tuple[int, ...]]

ARCS_PER_UNIT = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A pick list: every stop is visited once, in any order."""

    layout: Layout
    stops: tuple[Stop, ...]

    def __post_init__(self) -> None:
        check_stops(self.layout, self.stops)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The stops in walking order, as indices; no tour is shorter than `bound_mm`."""

    sequence: tuple[int, ...]
    length_mm: int
    optimal: bool
    bound_mm: int
    method: str


def solve(problem: Problem, effort: Effort) -> Plan:
    """The shortest tour, or the best known one where the effort ends before the proof.

    Units: one unit of work is ten transitions of the exact programme or ten prices of a change
    in the heuristics, about a microsecond. The programme needs 4, 29, 197, 1,334 or 8,995 units
    for each aisle with stops in 1, 2, 3, 4 or 5 blocks.
    Source: Ratliff & Rosenthal 1983; Roodbergen & de Koster 2001.
    """
    if not problem.stops:
        return Plan(sequence=(), length_mm=0, optimal=True, bound_mm=0, method="exact")
    return _exact(problem, effort) or _heuristic(problem, effort)


def _exact(problem: Problem, effort: Effort) -> Plan | None:
    layout = problem.layout
    blocks = len(layout.block_lengths_mm)
    aisles = len({layout.depot_aisle, *(stop.aisle for stop in problem.stops)})
    if blocks > BLOCKS_MAX or aisles * ARCS_PER_AISLE[blocks] > effort.work * ARCS_PER_UNIT:
        return None
    served = _by_segment(problem.stops)
    segments = {key: [problem.stops[i].y_mm for i in held] for key, held in served.items()}
    best = best_choices(layout, segments, effort.should_stop)
    if best is None:
        return None
    length, choices = best
    sequence = _circuit((layout.depot_aisle, 0), list(_walks(choices, served, problem.stops)))
    return Plan(sequence=sequence, length_mm=length, optimal=True, bound_mm=length, method="exact")


def _heuristic(problem: Problem, effort: Effort) -> Plan:
    method, sequence = best_known(problem.layout, problem.stops, effort, ARCS_PER_UNIT)
    length = length_of(problem.layout, problem.stops, sequence)
    bound = lower_bound_mm(problem.layout, problem.stops)
    return Plan(
        sequence=sequence,
        length_mm=length,
        optimal=length == bound,
        bound_mm=bound,
        method=method,
    )


def _by_segment(stops: Sequence[Stop]) -> dict[Corner, list[int]]:
    """Stop indices by (aisle, block), each list in ascending y."""
    segments: dict[Corner, list[int]] = {}
    for index in sorted(range(len(stops)), key=lambda i: (stops[i].y_mm, i)):
        stop = stops[index]
        segments.setdefault((stop.aisle, stop.block), []).append(index)
    return segments


def _walks(
    choices: Sequence[Choice], served: dict[Corner, list[int]], stops: Sequence[Stop]
) -> Iterator[Walk]:
    """The walks of a tour between corners (aisle, cross-aisle), with the stops on their way."""
    before = choices[0].aisle
    for choice in choices:
        if choice.block == ACROSS:
            for cross, label in enumerate(choice.state):
                for _ in range(walks_along(label)):
                    yield (before, cross), (choice.aisle, cross), ()
            before = choice.aisle
        elif choice.block >= 0:
            held = served.get((choice.aisle, choice.block), [])
            yield from _ways(choice, held, stops)


def _ways(choice: Choice, held: list[int], stops: Sequence[Stop]) -> Iterator[Walk]:
    front, back = (choice.aisle, choice.block), (choice.aisle, choice.block + 1)
    if choice.way in (THROUGH, DOUBLE):
        yield front, back, tuple(held)
        if choice.way == DOUBLE:
            yield front, back, ()
    elif not held:
        return
    elif choice.way == FRONT:
        yield front, front, tuple(held)
    elif choice.way == BACK:
        yield back, back, tuple(held[::-1])
    elif choice.way == GAP:
        gaps = [stops[b].y_mm - stops[a].y_mm for a, b in pairwise(held)]
        cut = gaps.index(max(gaps)) + 1
        yield front, front, tuple(held[:cut])
        yield back, back, tuple(held[: cut - 1 : -1])


def _circuit(depot: Corner, walks: list[Walk]) -> tuple[int, ...]:
    """The stops along one round that uses every walk once.

    Source: Hierholzer 1873.
    """
    leaving: dict[Corner, list[int]] = {depot: []}
    for index in reversed(range(len(walks))):
        start, end, _ = walks[index]
        leaving.setdefault(start, []).append(index)
        if end != start:
            leaving.setdefault(end, []).append(index)
    done = [False] * len(walks)
    trail: list[tuple[Corner, tuple[int, ...]]] = [(depot, ())]
    visited: list[tuple[int, ...]] = []
    while trail:
        here = trail[-1][0]
        while leaving[here] and done[leaving[here][-1]]:
            leaving[here].pop()
        if not leaving[here]:
            visited.append(trail.pop()[1])
            continue
        index = leaving[here].pop()
        done[index] = True
        start, end, stops = walks[index]
        trail.append((end, stops) if here == start else (start, stops[::-1]))
    return tuple(stop for stops in reversed(visited) for stop in stops)

"""Walking: the shortest tour from the depot through all stops of a pick list and back.

Owns the choice of method: the exact programme wherever its transitions fit the effort, else the
best of the known heuristics with a lower bound; on a floor that is no rectangle, and in classes
(heavy first, fragile and frozen last), a search over the distances. Refuses stops outside the
layout, and those that no walk joins.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from controller.plan import Effort
from controller.plan.graphs.distances import depot_distance_mm, distance_mm, length_of
from controller.plan.graphs.graph import Graph, check_on_graph, point_stop
from controller.plan.walks.frontier import ARCS_PER_AISLE, BLOCKS_MAX
from controller.plan.walks.heuristics import best_known, lower_bound_mm
from controller.plan.walks.rectangle import (
    DEPOT,
    Crossing,
    End,
    Ends,
    Layout,
    Stop,
    check_ends,
    check_stops,
)

__all__ = [
    "DEPOT",
    "Crossing",
    "Graph",
    "Layout",
    "Plan",
    "Problem",
    "Stop",
    "depot_distance_mm",
    "distance_mm",
    "length_of",
    "solve",
]

ARCS_PER_UNIT = 10
OPENED_BLOCKS_MAX = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A pick list: every stop is visited once, in any order that its classes allow.

    The tour goes from `start`, a crossing or wherever the picker stands, to `end`; None is the
    depot. `classes` has a number for each stop: those of a lower class come first, strictly while
    `class_mm` is None, else each step back costs so many mm for each class.
    """

    layout: Layout | Graph
    stops: tuple[Stop, ...]
    start: End = None
    end: End = None
    classes: tuple[int, ...] = ()
    class_mm: int | None = None

    def __post_init__(self) -> None:
        if isinstance(self.layout, Graph):
            check_on_graph(self.layout, (*self.stops, *(end for end in self.ends if end)))
        else:
            check_stops(self.layout, self.stops)
            check_ends(self.layout, self.ends)
        if self.classes and len(self.classes) != len(self.stops):
            raise ValueError(
                f"Problem.classes has {len(self.classes)} numbers: give one for each of the "
                f"{len(self.stops)} stops"
            )

    @property
    def ends(self) -> Ends:
        return self.start, self.end


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
    layout, classed = problem.layout, len(set(problem.classes)) > 1
    if isinstance(layout, Graph) or classed or isinstance(problem.end, Stop):
        return _searched(problem, effort, classed)
    if not problem.stops:
        length = length_of(layout, (), (), problem.ends)
        return Plan(sequence=(), length_mm=length, optimal=True, bound_mm=length, method="exact")
    return _exact(layout, problem, effort) or _heuristic(layout, problem, effort)


def warm() -> None:
    """Loads the compiled programme, or compiles it once for this installation."""
    layout = Layout(aisles=1, block_lengths_mm=(1,), aisle_pitch_mm=1, depot_aisle=0)
    solve(Problem(layout=layout, stops=(Stop(aisle=0, block=0, y_mm=1),)), Effort())


def _searched(problem: Problem, effort: Effort, classed: bool) -> Plan:
    """A tour over the distances; with classes, the tour without them is its bound."""
    from controller.plan.graphs.matrix import length_of_tour, matrix_of, with_classes
    from controller.plan.graphs.searching import tour_over

    layout, (start, end) = problem.layout, problem.ends
    if isinstance(layout, Graph):
        start, end = start or point_stop(layout.start), end or point_stop(layout.end)
    plain = costs = matrix_of(layout, problem.stops, start, end)
    if classed:
        costs = with_classes(plain, problem.classes, problem.class_mm)
    found = tour_over(costs, effort)
    length = length_of_tour(plain, [0, *(index + 1 for index in found.sequence), 0])
    bound = found.bound_mm
    if classed and (problem.class_mm is not None or found.method != "exact"):
        bound = solve(replace(problem, classes=()), effort).bound_mm
    bound = min(bound, length)
    return Plan(
        sequence=found.sequence,
        length_mm=length,
        optimal=length == bound,
        bound_mm=bound,
        method=found.method,
    )


def _exact(layout: Layout, problem: Problem, effort: Effort) -> Plan | None:
    off = int(bool(layout.depot_mm))
    blocks = len(layout.block_lengths_mm) + off
    aisles = 1 + len({stop.aisle for stop in problem.stops})
    most = BLOCKS_MAX if problem.start == problem.end else OPENED_BLOCKS_MAX
    if blocks > most or aisles * ARCS_PER_AISLE[blocks] > effort.work * ARCS_PER_UNIT:
        return None
    end = problem.end
    if effort.should_stop() or isinstance(end, Stop):
        return None
    from controller.plan.tours import circuits, exact

    served = _by_segment(problem.stops)
    segments = {key: [y for y, _ in held] for key, held in served.items()}
    length, choices = exact.best_choices(layout, segments, problem.start, end)
    standing = isinstance(problem.start, Stop)
    walks = circuits.walks_of(
        choices,
        {(aisle, block + off): held for (aisle, block), held in served.items()},
        (*[0] * off, *layout.block_lengths_mm),
        problem.start.y_mm if isinstance(problem.start, Stop) else 0,
    )
    sequence = circuits.circuit(
        circuits.STAND if standing else _corner(layout, problem), list(walks)
    )
    return Plan(sequence=sequence, length_mm=length, optimal=True, bound_mm=length, method="exact")


def _corner(layout: Layout, problem: Problem) -> tuple[int, int]:
    """Where the tour begins, if not inside a block."""
    off = bool(layout.depot_mm)
    if isinstance(problem.start, Crossing):
        return problem.start.aisle, problem.start.cross + off
    return (0 if off else layout.depot_aisle), 0


def _heuristic(layout: Layout, problem: Problem, effort: Effort) -> Plan:
    stops, ends = problem.stops, problem.ends
    method, sequence = best_known(layout, stops, effort, ARCS_PER_UNIT, ends)
    length = length_of(layout, stops, sequence, ends)
    bound = lower_bound_mm(layout, stops, ends)
    return Plan(
        sequence=sequence,
        length_mm=length,
        optimal=length == bound,
        bound_mm=bound,
        method=method,
    )


def _by_segment(stops: Sequence[Stop]) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """(y, stop index) by (aisle, block), ascending."""
    segments: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for index, stop in enumerate(stops):
        segments.setdefault((stop.aisle, stop.block), []).append((stop.y_mm, index))
    return {key: sorted(held) for key, held in segments.items()}

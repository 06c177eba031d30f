"""Owns pick-and-pass: the picks of a tour by zone, each walked from one hand-over to the next.

Zones are balanced by the work of all that is needed now. It refuses to say which orders share a
tour.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from controller.messages import PlannedPick
from controller.plan import Effort, sequencing, walking, zoning
from controller.plan.cutting import Problem, Row
from controller.plan.graphs.graph import Graph
from controller.plan.releases.turns import in_turn
from controller.plan.releases.wall_tours import UNIT_MS, VISIT_MS, WALK
from controller.plan.walks.rectangle import Crossing, Ends, Stop

QUIET_AISLE_MS = 10 * VISIT_MS  # what every aisle counts beside, so that few orders decide little


@dataclass(frozen=True, slots=True)
class Passed:
    """Picks in the order in which they are made, and the way through all zones."""

    picks: tuple[PlannedPick, ...]
    length_mm: int
    precedence_mm: int
    early: int


def zones(problem: Problem) -> zoning.Plan | None:
    """The division of the aisles; None without two hand-over places.

    On a graph the floor itself says which zone a place is of, and nothing is divided.
    """
    layout, count = problem.layout, len(problem.hand_overs)
    if isinstance(layout, Graph):
        named = count > 1 and any(row.zone for row in problem.rows)
        return (
            zoning.Plan(firsts=problem.zones, longest_ms=0, bound_ms=0, why="") if named else None
        )
    if not 1 < count <= layout.aisles:
        return None
    work_ms = [QUIET_AISLE_MS] * layout.aisles
    row_of: dict[tuple[str, str], Row] = {}
    for row in problem.rows:
        row_of.setdefault((row.sku, row.owner), row)
    for need in problem.needs:
        used = row_of.get((need.sku, need.owner))
        if used is not None:
            work_ms[used.stop.aisle] += VISIT_MS + UNIT_MS * need.qty
    return zoning.solve(
        zoning.Problem(work_ms=tuple(work_ms), zones=count, firsts=problem.zones),
        Effort(),
    )


def passed(problem: Problem, firsts: Sequence[int], picks: Sequence[PlannedPick]) -> Passed:
    """The picks of a tour in the sequence of zones, with the zone of each."""
    rows = {row.place: row for row in problem.rows}
    stops = {place: row.stop for place, row in rows.items()}
    graph = isinstance(problem.layout, Graph)

    def zone(pick: PlannedPick) -> int:
        row = rows[pick.place]
        return row.zone if graph else zoning.zone_of(firsts, row.stop.aisle)

    done: list[PlannedPick] = []
    length = longer = early = 0
    legs = [(number, list(leg)) for number, leg in groupby(sorted(picks, key=zone), key=zone)]
    at: Crossing | Stop | None = None
    for nth, (number, leg) in enumerate(legs):
        last = nth + 1 == len(legs)
        to = None if last else _place(problem, legs[nth + 1][0])
        walked, length_mm, turn = _leg(problem, stops, leg, (at, to))
        done += [replace(pick, zone=number) for pick in walked]
        length, at = length + length_mm + turn.longer_mm, to
        longer, early = longer + turn.longer_mm, early + turn.early
    return Passed(picks=tuple(done), length_mm=length, precedence_mm=longer, early=early)


def _place(problem: Problem, zone: int) -> Crossing | Stop:
    """Where a zone's carts are left; on a rectangle at the front of that aisle."""
    stop = problem.hand_overs[zone - 1]
    return stop if isinstance(problem.layout, Graph) else Crossing(aisle=stop.aisle, cross=0)


def _leg(
    problem: Problem,
    stops: Mapping[str, Stop],
    picks: Sequence[PlannedPick],
    ends: Ends,
) -> tuple[list[PlannedPick], int, sequencing.Plan]:
    """One zone's picks as they are made, and the shortest way from its one end to the other."""
    visits = {pick.place: [each for each in picks if each.place == pick.place] for pick in picks}
    places = list(visits)
    plan = walking.solve(
        walking.Problem(
            layout=problem.layout,
            stops=tuple(stops[place] for place in places),
            start=ends[0],
            end=ends[1],
        ),
        WALK,
    )
    walked = [pick for at in plan.sequence for pick in visits[places[at]]]
    asked = [(pick.sku, stops[pick.place], pick.load) for pick in walked]
    turn = in_turn(problem, {each.sku: each for each in problem.goods}, asked, ends)
    return [walked[at] for at in turn.sequence], plan.length_mm, turn

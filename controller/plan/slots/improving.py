"""The search that also sees what is picked together: each step is priced by walking the trips.

Owns one step: a SKU moves to a free spot, or two change places. Steps are tried in the order of
what a visit to their spots costs now and of their partners nearby; only those that make the trips
shorter by more than they cost are taken.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest

from controller.plan import Effort
from controller.plan.graphs.distances import distance_mm
from controller.plan.slots.assigning import Assignment
from controller.plan.slots.faces import why_not
from controller.plan.slots.visits import Visits

PARTNERS = 5
NEAR = 4
BUSY = 200  # goods that a sweep looks at, the most visited first
TARGETS = 6
STEPS_TRIED = 250
SWEEPS_MAX = 40

Step = tuple[int, int]  # goods, spot


@dataclass(slots=True)
class _State:
    """An assignment with the length of each trip under it."""

    visits: Visits
    assignment: Assignment
    places: list[int]
    lengths: list[int]
    holder: dict[int, int]

    def moved(self, changes: dict[int, int]) -> int:
        """How many more goods are away from their present spot after the changes."""
        present = self.assignment.present
        return sum(
            (spot != present[goods]) - (self.places[goods] != present[goods])
            for goods, spot in changes.items()
        )

    def changes(self, step: Step) -> dict[int, int] | None:
        """What a step puts where, or None when a spot may not hold it."""
        goods, spot = step
        changes = {goods: spot}
        if spot in self.holder:
            changes[self.holder[spot]] = self.places[goods]
        problem, present = self.visits.problem, self.assignment.present
        for each, target in changes.items():
            allowed = target == present[each] or not why_not(
                problem.goods[each], problem.spots[target], problem.rules
            )
            if not allowed:
                return None
        return changes

    def saving(self, changes: dict[int, int]) -> tuple[int, dict[int, int]]:
        """What changes save in all, and the new length of each trip that they touch."""
        visits, present = self.visits, self.assignment.present
        kept_mm = 0
        after = list(self.places)
        for goods, spot in changes.items():
            old = self.places[goods]
            after[goods] = spot
            kept_mm += visits.reached_mm(goods, old) - visits.reached_mm(goods, spot)
            kept_mm += visits.share_mm(_moving_mm(visits, goods, present[goods], old))
            kept_mm -= visits.share_mm(_moving_mm(visits, goods, present[goods], spot))
        touched = Counter(nth for goods in changes for nth in visits.trips_of[goods])
        # a trip through both ends of an exchange stays as it is
        which = [nth for nth, times in touched.items() if times < 2]
        new = dict(zip(which, visits.trips_mm(which, after), strict=True))
        return kept_mm + sum(self.lengths[nth] - mm for nth, mm in new.items()), new

    def take(self, changes: dict[int, int], lengths: dict[int, int]) -> None:
        for goods in changes:
            del self.holder[self.places[goods]]
        for goods, spot in changes.items():
            self.places[goods] = spot
            self.holder[spot] = goods
        for nth, length_mm in lengths.items():
            self.lengths[nth] = length_mm


def _moving_mm(visits: Visits, goods: int, source: int, target: int) -> int:
    return 0 if source == target else visits.moving_mm(goods, source, target)


def improved(
    visits: Visits, assignment: Assignment, places: Sequence[int], moves_max: int, effort: Effort
) -> list[int]:
    """The assignment after all steps that pay; `effort` bounds the trips priced."""
    state = _State(
        visits,
        assignment,
        list(places),
        visits.trips_mm(range(len(visits.trips)), places),
        {spot: goods for goods, spot in enumerate(places)},
    )
    partners = together(visits)
    left = moves_max - assignment.moves(places)
    for _ in range(SWEEPS_MAX):
        hoped = _priced(state, _worth_a_try(state, partners), effort)
        better = False
        for step in sorted(hoped, key=lambda each: (-hoped[each], each)):
            changes = state.changes(step)
            if changes is None or (more := state.moved(changes)) > left:
                continue
            saving_mm, lengths = state.saving(changes)
            if saving_mm > 0:
                state.take(changes, lengths)
                left -= more
                better = True
        if not better:
            break
    return state.places


def _priced(state: _State, steps: list[Step], effort: Effort) -> dict[Step, int]:
    """What each step saves by itself, those that save nothing left out."""
    found: dict[Step, int] = {}
    for step in steps:
        if state.visits.spent >= effort.work or effort.should_stop():
            break
        changes = state.changes(step)
        if changes is not None and (saving_mm := state.saving(changes)[0]) > 0:
            found[step] = saving_mm
    return found


def together(visits: Visits) -> list[list[int]]:
    """For each of the goods, those most often on the same trip."""
    counts: list[Counter[int]] = [Counter() for _ in visits.problem.goods]
    for trip in visits.trips:
        for goods in trip:
            counts[goods].update(trip)
    return [
        sorted(seen, key=lambda other: (-seen[other], other))[:PARTNERS]
        for seen in (
            {other: times for other, times in each.items() if other != goods}
            for goods, each in enumerate(counts)
        )
    ]


def _worth_a_try(state: _State, partners: list[list[int]]) -> list[Step]:
    """The most promising steps by the detour that a visit makes now."""
    weights = state.visits.detour_mm(state.places)
    often = [len(trips) for trips in state.visits.trips_of]
    busy = sorted(state.assignment.goods, key=lambda g: (-often[g], g))[:BUSY]
    hopes: dict[Step, int] = {}
    for goods in busy:
        here = state.places[goods]
        nearer = dict(_near_partners(state, goods, partners))
        hoped = []
        for spot in state.assignment.spots:
            rival = often[state.holder[spot]] if spot in state.holder else 0
            hope = (often[goods] - rival) * (weights[here] - weights[spot])
            hoped.append((hope + nearer.get(spot, 0), -spot))
        hopes |= {(goods, -spot): hope for hope, spot in nlargest(TARGETS, hoped) if hope > 0}
        if here != state.assignment.present[goods]:
            hopes.setdefault((goods, state.assignment.present[goods]), 1)
    return sorted(hopes, key=lambda step: (-hopes[step], step))[:STEPS_TRIED]


def _near_partners(
    state: _State, goods: int, partners: list[list[int]]
) -> Iterator[tuple[int, int]]:
    """Spots near those that are visited together with the goods, and the way that may spare."""
    problem, trips_of = state.visits.problem, state.visits.trips_of
    stop, mine = problem.spots[state.places[goods]].stop, {*trips_of[goods]}
    for partner in partners[goods]:
        spot = state.places[partner]
        way_mm = distance_mm(problem.layout, stop, problem.spots[spot].stop)
        shared = len(mine.intersection(trips_of[partner]))
        for near in state.assignment.near(spot, NEAR):
            yield near, way_mm * shared // 4

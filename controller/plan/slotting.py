"""Slotting: which spot each SKU is picked from, and the moves that are worth their walk.

Owns the plan: moves in chains that can be made in their order, each chain with what it saves a
day, what it costs and when it has paid. The measure is the tours that were walked: they are walked
again with the goods elsewhere. Refuses moves that do not pay within the horizon.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from controller.plan import Effort
from controller.plan.graphs.distances import distance_mm
from controller.plan.slots.assigning import Assignment
from controller.plan.slots.chaining import Leg, Links, kept, links_of, worth
from controller.plan.slots.faces import Goods, Problem, Rules, Spot, Trip, why_not
from controller.plan.slots.improving import improved, together
from controller.plan.slots.visits import Visits

__all__ = [
    "Chain", "Goods", "Move", "Plan", "Problem", "Rules", "Spot", "Trip", "solve", "why_not",
]  # fmt: skip

ROUNDS = 3
OVER = 2  # times the moves allowed: the least of them are left out afterwards
ARCS_PER_WORK = 20  # pairs of goods and spots: they are offered a dozen times


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """All units of a SKU go from one spot to another; `between`: it goes on from there later."""

    sku: str
    source: str
    target: str
    way_mm: int
    time_ms: int
    between: bool
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Moves in the order in which they can be made; figures of all of them together."""

    moves: tuple[Move, ...]
    saves_mm_day: int
    costs_mm: int
    costs_ms: int
    pays_back_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The chains that save most first; ways are of a day.

    `reached` is the reaching to low and high levels as a way. `linear_mm_day` prices the plan by
    visits alone, `bound_mm_day` is the least that any assignment has by that price.
    """

    chains: tuple[Chain, ...]
    walked_before_mm_day: int
    walked_after_mm_day: int
    reached_before_mm_day: int
    reached_after_mm_day: int
    linear_mm_day: int
    bound_mm_day: int
    proven: bool
    left_out: tuple[tuple[str, str], ...]


NOTHING = Plan(
    chains=(),
    walked_before_mm_day=0,
    walked_after_mm_day=0,
    reached_before_mm_day=0,
    reached_after_mm_day=0,
    linear_mm_day=0,
    bound_mm_day=0,
    proven=True,
    left_out=(),
)


def solve(problem: Problem, effort: Effort) -> Plan:
    """The moves within the limit that spare most; without trips there is nothing to spare.

    Units: one unit of work is one trip priced, or two hundred pairs offered to the assignment:
    about a fifth of a millisecond in one block.
    """
    if not problem.trips:
        return NOTHING
    visits = Visits(problem)
    assignment = Assignment(visits, effort.work * ARCS_PER_WORK)
    present = assignment.present
    depot = visits.depot_mm()
    free = assignment.best(depot)
    tried = [present, assignment.best_within(depot, free, problem.moves_max)]
    for _ in range(ROUNDS):
        if visits.spent < effort.work // 2 and not effort.should_stop():
            weights = visits.detour_mm(_best(assignment, tried))
            first = assignment.best(weights)
            tried.append(assignment.best_within(weights, first, OVER * problem.moves_max))
    if problem.affinity:
        half = Effort(
            work=visits.spent + max(0, effort.work - visits.spent) // 2,
            should_stop=effort.should_stop,
        )
        tried.append(improved(visits, assignment, present, problem.moves_max, half))
        start, most = _best(assignment, tried), OVER * problem.moves_max
        tried.append(improved(visits, assignment, start, most, effort))
    distinct = [list(each) for each in dict.fromkeys(map(tuple, tried))]
    places = _best(assignment, [kept(visits, present, each) for each in distinct])
    if problem.affinity:
        better = improved(visits, assignment, places, problem.moves_max, effort)
        places = _best(assignment, [places, kept(visits, present, better)])
    return _plan(visits, assignment, places, depot, free)


def _best(assignment: Assignment, tried: Sequence[list[int]]) -> list[int]:
    return min(tried, key=lambda places: _total_mm(assignment, places))


def _total_mm(assignment: Assignment, places: Sequence[int]) -> int:
    """The measure: trips walked, reaching, and the share of the moves that they must earn."""
    visits = assignment.visits
    moving_mm = sum(
        visits.moving_mm(goods, then, now)
        for goods, (then, now) in enumerate(zip(assignment.present, places, strict=True))
        if then != now
    )
    return visits.walked_mm(places) + visits.total_reached_mm(places) + visits.share_mm(moving_mm)


def _plan(
    visits: Visits,
    assignment: Assignment,
    places: list[int],
    depot: list[int],
    free: list[int],
) -> Plan:
    problem, present = visits.problem, assignment.present
    days = problem.days
    story = _Story(visits, present, places)
    chains = [
        _costed(visits, links, present, places, story)
        for links in links_of(visits, present, places)
    ]
    linear, bound = assignment.total_mm(places, depot), assignment.total_mm(free, depot)
    return Plan(
        chains=tuple(sorted(chains, key=lambda c: (-c.saves_mm_day, c.moves[0].sku))),
        walked_before_mm_day=visits.walked_mm(present) // days,
        walked_after_mm_day=visits.walked_mm(places) // days,
        reached_before_mm_day=visits.total_reached_mm(present) // days,
        reached_after_mm_day=visits.total_reached_mm(places) // days,
        linear_mm_day=linear // days,
        bound_mm_day=bound // days,
        proven=linear == bound and not assignment.fixed,
        left_out=tuple(
            (problem.goods[goods].sku, "visited less than those that the effort reaches")
            for goods in assignment.fixed
        ),
    )


def _costed(
    visits: Visits, links: Links, present: list[int], places: list[int], story: "_Story"
) -> Chain:
    problem = visits.problem
    found = worth(visits, links, links.goods, present, places)
    moves = tuple(story.move(links, nth) for nth in range(len(links.legs)))
    return Chain(
        moves=moves,
        saves_mm_day=found.saving_mm // problem.days,
        costs_mm=sum(move.way_mm for move in moves),
        costs_ms=found.cost_mm * 1_000 // problem.rules.walk_mm_s,
        pays_back_days=-(-found.cost_mm * problem.days // max(1, found.saving_mm)),
    )


class _Story:
    """Why each move is made, in words."""

    def __init__(self, visits: Visits, present: list[int], places: list[int]) -> None:
        self.visits, self.present, self.places = visits, present, places
        self.weights = visits.detour_mm(places)
        self.together = together(visits)

    def move(self, links: Links, nth: int) -> Move:
        problem = self.visits.problem
        goods, source, target = links.legs[nth]
        between = links.closed and nth == 0
        return Move(
            sku=problem.goods[goods].sku,
            source=problem.spots[source].name,
            target=problem.spots[target].name,
            way_mm=2
            * distance_mm(problem.layout, problem.spots[source].stop, problem.spots[target].stop),
            time_ms=self.visits.moving_mm(goods, source, target)
            * 1_000
            // problem.rules.walk_mm_s,
            between=between,
            why=self._between(links) if between else self._why(links.legs[nth], links),
        )

    def _between(self, links: Links) -> str:
        last = self.visits.problem.spots[links.legs[-1][2]].name
        return f"waits here until {last} is free"

    def _why(self, leg: Leg, links: Links) -> str:
        problem, (goods, _, target) = self.visits.problem, leg
        source = self.present[goods]
        visited = len(self.visits.trips_of[goods])
        reasons = [f"visited by {visited} of {len(problem.trips)} tours"]
        here, there = self.weights[source] // 100, self.weights[target] // 100
        if there < here:
            reasons.append(f"a visit adds {there / 10} m to a tour there, {here / 10} m here")
        saved_mm = self.visits.reached_mm(goods, source) - self.visits.reached_mm(goods, target)
        if saved_mm > 0:
            low, high = problem.spots[source].height_mm, problem.spots[target].height_mm
            reasons.append(f"picked at {high} mm instead of {low} mm")
        if partner := self._partner(goods, source, target):
            reasons.append(partner)
        if len(reasons) == 1:
            rest = [problem.goods[each].sku for each in links.goods if each != goods]
            reasons.append(f"makes room for {rest[-1]}" if rest else "pays in all tours together")
        return "; ".join(reasons)

    def _partner(self, goods: int, source: int, target: int) -> str:
        """The SKU picked most often on the same tours, if it is nearer after the moves."""
        problem, spots = self.visits.problem, self.visits.problem.spots
        for other in self.together[goods][:1]:
            then = distance_mm(problem.layout, spots[source].stop, spots[self.present[other]].stop)
            now = distance_mm(problem.layout, spots[target].stop, spots[self.places[other]].stop)
            if now < then:
                mine, theirs = self.visits.trips_of[goods], self.visits.trips_of[other]
                times = len({*mine} & {*theirs})
                return (
                    f"{now // 1_000} m from {problem.goods[other].sku} ({times} tours visit both)"
                )
        return ""

"""Replanning: what follows on a tour that is being walked, after something on it has changed.

Owns the rule that keeps a picker's way steady: stops that were planned keep their order, and each
added one goes in where it lengthens the way least. The rest is put in another order only where
that saves both a tenth of the way that is left and 20 m. Stops that cannot be reached come last,
in their order. Refuses to load a solver: it answers within a command.
"""

from dataclasses import dataclass
from itertools import pairwise

from controller.plan.graphs.distances import distance_mm
from controller.plan.graphs.graph import Graph, point_stop
from controller.plan.graphs.paths import FAR
from controller.plan.sequencing import early
from controller.plan.walks.rectangle import End, Layout, Stop, end_distance_mm

SAVES_PERCENT = 10
SAVES_MM = 20_000
ANEW_MAX = 40  # stops; above, another order is not looked for
CHAIN_MAX = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """`rest` in its present order and `added`, from where the picker stands to `end`.

    A stop is None where it cannot be reached. Unless `free`, the rest keeps its order whatever
    that costs. `ranks` and `loads`, of rest and added, say what lies on what (see sequencing);
    each pick out of turn counts `price_mm`.
    """

    layout: Layout | Graph
    here: Stop
    rest: tuple[Stop | None, ...]
    added: tuple[Stop | None, ...] = ()
    end: End = None
    free: bool = True
    ranks: tuple[int, ...] = ()
    loads: tuple[int, ...] = ()
    price_mm: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`sequence` holds indices of rest, then of added; `kept` when the rest is in its order."""

    sequence: tuple[int, ...]
    length_mm: int
    kept: bool
    kept_mm: int


def solve(problem: Problem) -> Plan:
    """The stops that follow. Units: the length does not count what cannot be reached."""
    stops = (*problem.rest, *problem.added)
    numbers = [index for index, stop in enumerate(stops) if stop is not None]
    walk = _Walk(problem, [stop for stop in stops if stop is not None], numbers)
    lost = tuple(index for index, stop in enumerate(stops) if stop is None)
    known = sum(index < len(problem.rest) for index in numbers)
    order = list(range(known))
    for new in range(known, len(numbers)):
        order.insert(walk.cheapest(order, new), new)
    kept_mm, kept = walk.mm(order), order
    if problem.free and len(order) <= ANEW_MAX:
        better = walk.improved(order)
        saved = walk.cost(order) - walk.cost(better)
        if saved >= SAVES_MM and saved * 100 >= kept_mm * SAVES_PERCENT:
            order = better
    return Plan(
        sequence=(*(numbers[place] for place in order), *lost),
        length_mm=walk.mm(order),
        kept=order == kept,
        kept_mm=kept_mm,
    )


class _Walk:
    """Distances between the stops of one problem, remembered as they are asked for."""

    def __init__(self, problem: Problem, stops: list[Stop], numbers: list[int]) -> None:
        self._layout = problem.layout
        self._stops = [*stops, problem.here]
        self._end = problem.end
        self._price = problem.price_mm if problem.ranks else 0
        self._ranks = [problem.ranks[number] for number in numbers] if self._price else []
        self._loads = [[problem.loads[number]] for number in numbers] if self._price else []
        self._known: dict[tuple[int, int], int] = {}

    def step(self, a: int, b: int) -> int:
        """From stop a to b; -1 is where the picker stands before and the end of the tour after."""
        known = self._known.get((a, b))
        if known is None:
            known = self._known[a, b] = min(self._measured(a, b), FAR)
        return known

    def _measured(self, a: int, b: int) -> int:
        if b >= 0:
            return distance_mm(self._layout, self._stops[a], self._stops[b])
        if isinstance(self._layout, Graph):
            end = self._end or point_stop(self._layout.end)
            assert isinstance(end, Stop)
            return distance_mm(self._layout, self._stops[a], end)
        return end_distance_mm(self._layout, self._end, self._stops[a])

    def mm(self, order: list[int]) -> int:
        return sum(self.step(a, b) for a, b in pairwise([-1, *order, -1]))

    def cost(self, order: list[int]) -> int:
        """The length, and the price of what is picked out of turn."""
        if not self._price:
            return self.mm(order)
        ranks, loads = [self._ranks[at] for at in order], [self._loads[at] for at in order]
        return self.mm(order) + self._price * early(ranks, loads)

    def cheapest(self, order: list[int], new: int) -> int:
        """Where a stop costs least; the first such position."""
        costs = [self.cost([*order[:at], new, *order[at:]]) for at in range(len(order) + 1)]
        return costs.index(min(costs))

    def improved(self, order: list[int]) -> list[int]:
        """The order after moves of short chains, as long as one helps (or-opt)."""
        while True:
            moved = min(self._moves(order), key=self.cost, default=order)
            if self.cost(moved) >= self.cost(order):
                return order
            order = moved

    def _moves(self, order: list[int]) -> list[list[int]]:
        """For each chain the order in which it stands at its best place, either way round."""
        found = []
        for size in range(1, min(CHAIN_MAX, len(order) - 1) + 1):
            for first in range(len(order) - size + 1):
                chain = order[first : first + size]
                left = order[:first] + order[first + size :]
                head, tail = chain[0], chain[-1]
                gaps = list(pairwise([-1, *left, -1]))
                for a_chain in (chain, chain[::-1]):
                    head, tail = a_chain[0], a_chain[-1]
                    costs = [
                        self.step(a, head) + self.step(tail, b) - self.step(a, b) for a, b in gaps
                    ]
                    at = costs.index(min(costs))
                    found.append(left[:at] + a_chain + left[at:])
        return found

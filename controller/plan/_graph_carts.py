"""Which loads share a cart on a floor that is no rectangle: savings over searched tours.

Owns the joining of loads. Refuses to be worse than carts filled first come, first served.

Source: Clarke & Wright 1964.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from heapq import heapify, heappop, heappush
from itertools import count
from typing import Any

import numpy as np

from controller.plan import Effort
from controller.plan.apart import Pairs
from controller.plan.batching import Cart, Load, Members, Plan, first_come, takes, walked
from controller.plan.graphs.graph import MATRIX_MAX, Graph, point_stop
from controller.plan.graphs.matrix import length_of_tour, matrix_of
from controller.plan.graphs.paths import paths_of
from controller.plan.graphs.searching import searched
from controller.plan.walks.rectangle import Stop

NEIGHBOURS = 12

UNITS_PER_PRICE = 500  # of the work of a plan; a price is a tour searched anew
QUICK = Effort(work=0)


class Prices:
    """The length of a tour through the stops of some loads, remembered by members."""

    def __init__(self, graph: Graph, visits: Sequence[Sequence[Stop]]) -> None:
        stops = sorted({(s.aisle, s.block, s.y_mm) for visit in visits for s in visit})
        places = {stop: place for place, stop in enumerate(stops, 1)}
        self.asked = 0
        self.visits = [
            sorted({places[stop.aisle, stop.block, stop.y_mm] for stop in visit})
            for visit in visits
        ]
        self.small = len(stops) <= MATRIX_MAX
        self._known: dict[Members, int] = {}
        if self.small:
            ends = point_stop(graph.start), point_stop(graph.end)
            wanted = [Stop(aisle=aisle, block=block, y_mm=y) for aisle, block, y in stops]
            self.matrix = matrix_of(graph, wanted, *ends)

    def mm(self, members: Members) -> int:
        known = self._known.get(members)
        if known is None:
            known = self._known[members] = length_of_tour(self.matrix, self.tour(members))
        return known

    def tour(self, members: Members) -> Any:
        """A short tour through the stops of these loads, as places from 0 to 0."""
        self.asked += 1
        places = sorted({place for load in members for place in self.visits[load]})
        chosen = np.array([0, *places])
        part = np.ascontiguousarray(self.matrix[np.ix_(chosen, chosen)])
        return chosen[searched(part, QUICK)]

    def near(self, load: int) -> list[int]:
        """The loads whose stops are nearest to those of this one."""
        least = self.matrix[self.visits[load]].min(axis=0)
        far = [(int(least[visit].sum()) // len(visit), n) for n, visit in enumerate(self.visits)]
        return [n for _, n in sorted(far) if n != load][:NEIGHBOURS]


def solve(graph: Graph, cart: Cart, given: Sequence[Load], apart: Pairs, effort: Effort) -> Plan:
    """Tours over all loads that fit the cart, never longer in sum than first come, first served.

    Units: one unit of work is twelve prices of a move; the bound is the farthest stop and back.
    Raises: ValueError where a stop cannot be reached.
    """
    alone = [load for load in given if takes(cart, [load])]
    loads = sorted(alone, key=lambda load: (load.due_ms, load.id))

    def fits(members: Members) -> bool:
        return takes(cart, [loads[load] for load in members], apart)

    first = first_come(len(loads), fits)
    best = _joined(graph, [load.stops for load in loads], fits, first, effort)
    share = replace(effort, work=effort.work // max(1, len(best)))
    plans = [
        [walked(graph, [loads[load] for load in members], share) for members in sorted(tours)]
        for tours in (best, first)
    ]
    totals = [sum(tour.length_mm for tour in tours) for tours in plans]
    paths, ends = paths_of(graph), (point_stop(graph.start), point_stop(graph.end))
    trips = [
        paths.mm(ends[0], stop) + paths.mm(stop, ends[1]) for load in loads for stop in load.stops
    ]
    return Plan(
        tours=tuple(plans[totals.index(min(totals))]),
        total_mm=min(totals),
        first_come_mm=totals[1],
        bound_mm=max(trips, default=0),
        bound_why="the way to the farthest stop and back",
        refused=tuple((load.id, "no cart takes it") for load in given if load not in alone),
    )


def _joined(
    graph: Graph,
    visits: Sequence[Sequence[Stop]],
    fits: Callable[[Members], bool],
    first: list[Members],
    effort: Effort,
) -> list[Members]:
    """The members of each tour: by savings, or first come where that is shorter."""
    prices = Prices(graph, visits)
    if not prices.small or len(first) < 2:
        return first
    tours = _by_savings(prices, fits, effort)
    return min(first, tours, key=lambda each: sum(map(prices.mm, each)))


def _by_savings(prices: Prices, fits: Callable[[Members], bool], effort: Effort) -> list[Members]:
    tours: dict[int, Members] = {n: (n,) for n in range(len(prices.visits))}
    of_load = list(tours)
    near = [prices.near(load) for load in tours]
    most = effort.work // UNITS_PER_PRICE

    def offers(tour: int) -> list[tuple[int, int, int]]:
        beside = {of_load[other] for load in tours[tour] for other in near[load]} - {tour}
        return [
            (saving, tour, other)
            for other in sorted(beside)
            if (saving := _saving(prices, fits, tours[tour], tours[other])) < 0
        ]

    waiting = [offer for tour in list(tours) for offer in offers(tour)]
    heapify(waiting)
    numbers = count(len(tours))
    while waiting and prices.asked < most and not effort.should_stop():
        _, one, other = heappop(waiting)
        if one not in tours or other not in tours:
            continue
        new = next(numbers)
        tours[new] = tuple(sorted((*tours.pop(one), *tours.pop(other))))
        for load in tours[new]:
            of_load[load] = new
        for offer in offers(new):
            heappush(waiting, offer)
    return sorted(tours.values())


def _saving(prices: Prices, fits: Callable[[Members], bool], a: Members, b: Members) -> int:
    """How much longer one tour is than both; 0 where no cart takes them."""
    together = tuple(sorted((*a, *b)))
    if not fits(together):
        return 0
    return prices.mm(together) - prices.mm(a) - prices.mm(b)

"""Spreading: in which order tours start where only one cart fits into a block of an aisle.

Owns the forecast of who is where and when, and the choice of the next tour: of the few most
urgent ones the one whose cart waits least. Refuses to let a tour pass one that would be late for
it, and counts nobody who only walks through a block.

Source: Hong, Johnson & Peters 2012.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heapify, heapreplace
from itertools import groupby, pairwise

from controller.plan.graphs.distances import depot_distance_mm, distance_mm, home
from controller.plan.graphs.graph import Graph
from controller.plan.streams.problem import Pace
from controller.plan.walks.rectangle import Layout, Stop

LOOKED_AT = (4, 8, 16, 32)  # how many tours the next one is chosen among, each tried

Cell = tuple[int, int]
Busy = dict[Cell, list[tuple[int, int]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tour:
    """Stops in walking order, and when the first of its orders is due."""

    stops: tuple[Stop, ...]
    due_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead(Tour):
    """A tour of an earlier plan, which waits for a picker: it passes no other.

    Nor is it passed: it starts among the others by `go_ms`.
    """

    go_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Tours in the order in which they would start; `pickers_ms` is when each picker is free.

    `under_way` are the stops of each tour that is walked now, from where its picker stands.
    """

    layout: Layout | Graph
    tours: tuple[Tour, ...]
    pickers_ms: tuple[int, ...]
    now_ms: int
    pace: Pace
    under_way: tuple[tuple[Stop, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Numbers of tours as they start; `unspread_ms` is the waiting in the order given."""

    sequence: tuple[int, ...]
    waiting_ms: int
    unspread_ms: int
    late: int


@dataclass(frozen=True, slots=True)
class Visit:
    """A walk to a block of an aisle, and the time in it."""

    cell: Cell
    walk_ms: int
    stay_ms: int


Visits = Sequence[Visit]


def solve(problem: Problem) -> Plan:
    """The order of starts: never more late or with more waiting than the order given."""
    if not problem.tours or not problem.pickers_ms:
        return Plan(sequence=tuple(range(len(problem.tours))), waiting_ms=0, unspread_ms=0, late=0)
    forecast = _Forecast(problem)
    given = forecast.walked(1)
    best = min(given, *map(forecast.walked, LOOKED_AT), key=lambda plan: plan[:2])
    return Plan(sequence=best[2], waiting_ms=best[1], unspread_ms=given[1], late=best[0])


class _Forecast:
    """The visits of all tours, and what those that are walked now take."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        here = home(problem.layout)
        self._visits = [
            visits_of(problem.layout, problem.pace, (here, *tour.stops)) for tour in problem.tours
        ]
        self._alone_ms = [
            problem.pace.tour_ms + sum(each.walk_ms + each.stay_ms for each in visits)
            for visits in self._visits
        ]
        self._busy: Busy = {}
        for stops in problem.under_way:
            visits = visits_of(problem.layout, problem.pace, stops)
            _take(self._busy, _entered(visits, problem.now_ms, self._busy))

    def walked(self, most: int) -> tuple[int, int, tuple[int, ...]]:
        """Who is late, the waiting and the order, if the next is chosen among so many."""
        problem, late, waited = self._problem, 0, 0
        busy = {cell: list(held) for cell, held in self._busy.items()}
        free, order = list(problem.pickers_ms), list[int]()
        heapify(free)
        left = list(range(len(problem.tours)))
        while left:
            times = sorted(free)[:2]
            tried = [
                (_entered(self._visits[number], times[0], busy), number)
                for number in self._choices(left, times, most)
            ]
            entered, number = min(tried, key=lambda each: (_waiting(each[0]), each[1]))
            _take(busy, entered)
            done = entered[-1][3] + problem.pace.tour_ms
            heapreplace(free, done)
            waited += _waiting(entered)
            late += done > problem.tours[number].due_ms
            left.remove(number)
            order.append(number)
        return late, waited, tuple(order)

    def _choices(self, left: Sequence[int], times: Sequence[int], most: int) -> Sequence[int]:
        """The tours that may start: one that is in time now and not with the next picker must."""
        chosen = list[int]()
        for number in left[:most]:
            tour, ends_ms = self._problem.tours[number], self._alone_ms[number]
            if isinstance(tour, Ahead):
                return chosen or [number]
            if times[0] + ends_ms <= tour.due_ms < times[-1] + ends_ms:
                return [number]
            chosen.append(number)
        return chosen


def _entered(visits: Visits, start: int, busy: Busy) -> list[tuple[Cell, int, int, int]]:
    """For each visit when the cart comes, goes in and goes out, beside carts under way."""
    entered, now = [], start
    for visit in visits:
        came = now = now + visit.walk_ms
        for begin, end in sorted(busy.get(visit.cell, ())):
            if visit.stay_ms and begin < now + visit.stay_ms and now < end:
                now = end
        entered.append((visit.cell, came, now, now + visit.stay_ms))
        now += visit.stay_ms
    return entered


def _waiting(entered: Sequence[tuple[Cell, int, int, int]]) -> int:
    return sum(goes_in - came for _, came, goes_in, _ in entered)


def _take(busy: Busy, entered: Sequence[tuple[Cell, int, int, int]]) -> None:
    for cell, _, goes_in, goes_out in entered:
        busy.setdefault(cell, []).append((goes_in, goes_out))


def visits_of(layout: Layout | Graph, pace: Pace, walk: Sequence[Stop]) -> Visits:
    """A walk from its first stop to the depot as visits; the last one, without a stay, is home."""
    return [*_visits(layout, pace, walk)]


def _visits(layout: Layout | Graph, pace: Pace, walk: Sequence[Stop]) -> Iterator[Visit]:
    def walk_ms(way_mm: int) -> int:
        return 1_000 * max(0, way_mm) // pace.walk_mm_s

    before, left = walk[0], 0
    groups = [list(held) for _, held in groupby(walk[1:], key=lambda s: (s.aisle, s.block))]
    depot = home(layout)
    for group, after in zip(groups, [*groups[1:], [depot]], strict=True):
        first, last = group[0], group[-1]
        entering, leaving = to_end_mm(layout, first, before), to_end_mm(layout, last, after[0])
        inside = entering + leaving + sum(distance_mm(layout, a, b) for a, b in pairwise(group))
        outside = distance_mm(layout, before, first) - left - entering
        stay_ms = pace.stop_ms * len(group) + walk_ms(inside)
        yield Visit((first.aisle, first.block), walk_ms(outside), stay_ms)
        before, left = last, leaving
    yield Visit((-1, -1), walk_ms(depot_distance_mm(layout, before) - left), 0)


def to_end_mm(layout: Layout | Graph, stop: Stop, other: Stop) -> int:
    """The way within its block from a stop to the end that lies towards another stop."""
    if isinstance(layout, Graph):
        length = layout.arcs[stop.aisle].length_mm
    else:
        length = layout.block_lengths_mm[stop.block]
    ways = []
    for y in (0, length):
        end = Stop(aisle=stop.aisle, block=stop.block, y_mm=y)
        ways.append((abs(stop.y_mm - y) + distance_mm(layout, end, other), abs(stop.y_mm - y)))
    return min(ways)[1]

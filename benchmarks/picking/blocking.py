"""What narrow aisles cost: carts that wait for one another, by the order in which tours start.

Owns an event model: one cart at a time in each block of an aisle, whoever comes first goes in
first, and who waits stands in the cross-aisle. Refuses to count who only walks through a block
without a pick, and people who step aside.

Source: Hong, Johnson & Peters 2012.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import groupby, pairwise

from benchmarks.picking.online import CART, LAYOUT, PACE, a_day
from controller.plan import Effort, batching
from controller.plan.walking import Stop, distance_mm

WORK = 1_000_000
LOOKED_AT = 8  # the next tours among which the one that waits least starts

Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Visit:
    """A walk to a block of an aisle, and the time in it."""

    cell: Cell
    walk_ms: int
    stay_ms: int


Tour = Sequence[Visit]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--orders", type=int, default=500)
    parser.add_argument("--pickers", default="4,8,12", help="numbers of pickers, by commas")
    parser.add_argument("--seed", type=int, default=1)


def run(arguments: argparse.Namespace) -> int:
    loads = [order.load for order in a_day(arguments.seed, arguments.orders)]
    problem = batching.Problem(layout=LAYOUT, cart=CART, loads=tuple(loads))
    plan = batching.solve(problem, Effort(work=WORK))
    of = {load.id: load for load in loads}
    tours = [visits_of([of[id_].stops[index] for id_, index in t.sequence]) for t in plan.tours]
    busy = sum(visit.walk_ms + visit.stay_ms for tour in tours for visit in tour)
    sys.stdout.write(
        "| pickers | start | waiting | hours until all is picked |\n|---|---|---|---|\n"
    )
    for pickers in map(int, arguments.pickers.split(",")):
        orders = {"as planned": list(range(len(tours))), "spread": spread(tours, pickers)}
        for name, order in orders.items():
            waited, done = walked([tours[number] for number in order], pickers)
            sys.stdout.write(
                f"| {pickers} | {name} | {100 * waited / busy:.1f} % | {done / 3.6e6:.2f} |\n"
            )
    return 0


def visits_of(stops: Sequence[Stop]) -> Tour:
    """A tour as visits; a last one without a stay is the way home."""
    groups = [list(held) for _, held in groupby(stops, key=lambda s: (s.aisle, s.block))]
    depot = Stop(aisle=LAYOUT.depot_aisle, block=0, y_mm=0)
    visits, before, left = list[Visit](), depot, 0
    for group, after in zip(groups, [*groups[1:], [depot]], strict=True):
        first, last = group[0], group[-1]
        entering, leaving = _to_end(first, before), _to_end(last, after[0])
        inside = entering + leaving + sum(distance_mm(LAYOUT, a, b) for a, b in pairwise(group))
        outside = distance_mm(LAYOUT, before, first) - left - entering
        stay_ms = PACE.stop_ms * len(group) + _walk_ms(inside)
        visits.append(Visit((first.aisle, first.block), _walk_ms(max(0, outside)), stay_ms))
        before, left = last, leaving
    home = distance_mm(LAYOUT, before, depot) - left
    return [*visits, Visit((-1, -1), _walk_ms(max(0, home)), 0)]


def _to_end(stop: Stop, other: Stop) -> int:
    """The way within its block from a stop to the end that lies towards another stop."""
    length = LAYOUT.block_lengths_mm[stop.block]
    ends = [(y, abs(stop.y_mm - y)) for y in (0, length)]
    return min(
        (way + distance_mm(LAYOUT, Stop(aisle=stop.aisle, block=stop.block, y_mm=y), other), way)
        for y, way in ends
    )[1]


def _walk_ms(way_mm: int) -> int:
    return PACE.duration_ms(way_mm, 0) - PACE.tour_ms


def spread(tours: Sequence[Tour], pickers: int) -> list[int]:
    """An order of starts: of the next few tours always the one that waits least."""
    waiting, order = list(range(len(tours))), list[int]()
    free = [0] * pickers
    taken: dict[Cell, list[tuple[int, int]]] = {}
    heapify(free)
    while waiting:
        start = heappop(free)
        tried = [(_entered(tours[n], start, taken), n) for n in waiting[:LOOKED_AT]]
        _, number = min((sum(b - a for _, a, b, _ in held), n) for held, n in tried)
        held = next(held for held, n in tried if n == number)
        for cell, _, begin, end in held:
            taken.setdefault(cell, []).append((begin, end))
        heappush(free, held[-1][3] + PACE.tour_ms)
        waiting.remove(number)
        order.append(number)
    return order


def _entered(
    tour: Tour, start: int, taken: dict[Cell, list[tuple[int, int]]]
) -> list[tuple[Cell, int, int, int]]:
    """For each visit when the cart comes, goes in and goes out, beside carts under way."""
    entered, now = [], start
    for visit in tour:
        came = now = now + visit.walk_ms
        for begin, end in sorted(taken.get(visit.cell, ())):
            if visit.stay_ms and begin < now + visit.stay_ms and now < end:
                now = end
        entered.append((visit.cell, came, now, now + visit.stay_ms))
        now += visit.stay_ms
    return entered


def walked(tours: Sequence[Tour], pickers: int) -> tuple[int, int]:
    """The time that carts wait in sum, and when the last is back; tours start in this order."""
    events = [(0, number, -1) for number in range(min(pickers, len(tours)))]
    begun, waited, done = len(events), 0, 0
    free_at: dict[Cell, int] = {}
    while events:
        now, number, at = heappop(events)
        tour = tours[number]
        if at >= 0 and tour[at].stay_ms:
            enters = max(now, free_at.get(tour[at].cell, 0))
            waited += enters - now
            now = free_at[tour[at].cell] = enters + tour[at].stay_ms
        if at + 1 < len(tour):
            heappush(events, (now + tour[at + 1].walk_ms, number, at + 1))
            continue
        done = max(done, now)
        if begun < len(tours):
            heappush(events, (now + PACE.tour_ms, begun, -1))
            begun += 1
    return waited, done

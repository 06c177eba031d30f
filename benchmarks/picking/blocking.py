"""What narrow aisles cost: carts that wait for one another, by the order in which tours start.

Owns an event model: one cart at a time in each block of an aisle, whoever comes first goes in
first, and who waits stands in the cross-aisle. Refuses to count who only walks through a block
without a pick, and people who step aside.

Source: Hong, Johnson & Peters 2012.
"""

import argparse
import sys
from collections.abc import Sequence
from heapq import heappop, heappush

from benchmarks.picking.online import CART, LAYOUT, PACE, a_day
from controller.plan import Effort, batching, spreading
from controller.plan.graphs.distances import home

WORK = 1_000_000
NEVER_MS = 1 << 52


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--orders", type=int, default=500)
    parser.add_argument("--pickers", default="4,8,12", help="numbers of pickers, by commas")
    parser.add_argument("--seed", type=int, default=1)


def run(arguments: argparse.Namespace) -> int:
    loads = [order.load for order in a_day(arguments.seed, arguments.orders)]
    problem = batching.Problem(layout=LAYOUT, cart=CART, loads=tuple(loads))
    plan = batching.solve(problem, Effort(work=WORK))
    of = {load.id: load for load in loads}
    asked = [
        spreading.Tour(
            stops=tuple(of[id_].stops[index] for id_, index in tour.sequence), due_ms=NEVER_MS
        )
        for tour in plan.tours
    ]
    tours = [spreading.visits_of(LAYOUT, PACE, (home(LAYOUT), *tour.stops)) for tour in asked]
    busy = sum(visit.walk_ms + visit.stay_ms for tour in tours for visit in tour)
    sys.stdout.write(
        "| pickers | start | waiting | hours until all is picked |\n|---|---|---|---|\n"
    )
    for pickers in map(int, arguments.pickers.split(",")):
        apart = spreading.solve(
            spreading.Problem(
                layout=LAYOUT,
                tours=tuple(asked),
                pickers_ms=(0,) * pickers,
                now_ms=0,
                pace=PACE,
            )
        )
        orders = {"as planned": range(len(tours)), "spread": apart.sequence}
        for name, order in orders.items():
            waited, done = walked([tours[number] for number in order], pickers)
            sys.stdout.write(
                f"| {pickers} | {name} | {100 * waited / busy:.1f} % | {done / 3.6e6:.2f} |\n"
            )
    return 0


def walked(tours: Sequence[spreading.Visits], pickers: int) -> tuple[int, int]:
    """The time that carts wait in sum, and when the last is back; tours start in this order."""
    events = [(0, number, -1) for number in range(min(pickers, len(tours)))]
    begun, waited, done = len(events), 0, 0
    free_at: dict[spreading.Cell, int] = {}
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

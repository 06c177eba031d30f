"""What trucks bring keeps pace with what is sold, day after day, whatever the size of the crew."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from operator import itemgetter

import pytest

from controller.messages import ImportStock, PlaceOrder
from controller.units import DAY, MINUTE
from controller.views.supply import Supply
from simulation.live.plan import Plan
from simulation.live.site import scenario_of
from simulation.live.supplying import TRUCKS_MS, delivery

START_MS = 20_000 * DAY
PUT_AWAY_MS = 90 * MINUTE  # from the notice to the shelf


class Books:
    """Stock as the controller would count it, without people: orders take, deliveries bring."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.free: Counter[str] = Counter()
        self.coming: Counter[str] = Counter()
        self.lines = self.short = 0
        for command in scenario_of(plan.seed, plan.wants, START_MS).setup:
            if isinstance(command, ImportStock):
                self.free.update({line.sku: 0 for line in command.lines})
                for line in command.lines:
                    self.free[line.sku] += line.qty

    def sell(self, order: PlaceOrder) -> None:
        for line in order.lines:
            self.lines += 1
            self.short += self.free[line.sku] < line.qty
            self.free[line.sku] -= line.qty

    def call_truck(self, at_ms: int) -> None:
        books = {
            sku: Supply(free=max(0, units), owed=max(0, -units), coming=self.coming[sku])
            for sku, units in self.free.items()
        }
        notice = delivery(self.plan.wants, books, at_ms, self.plan.receivers)
        for line in notice.lines if notice else ():
            self.coming[line.sku] += line.qty

    def put_away(self) -> None:
        self.free.update(self.coming)
        self.coming.clear()

    def day(self, day_ms: int) -> None:
        happens: list[tuple[int, Callable[[], None]]] = [
            (timed.at_ms, partial(self.sell, timed.command))
            for timed in self.plan.demand(day_ms)
            if isinstance(timed.command, PlaceOrder)
        ]
        for truck_ms in TRUCKS_MS:
            at_ms = day_ms + truck_ms
            happens.append((at_ms, partial(self.call_truck, at_ms)))
            happens.append((at_ms + PUT_AWAY_MS, self.put_away))
        for _, happen in sorted(happens, key=itemgetter(0)):
            happen()


@pytest.mark.parametrize(
    ("people", "days", "short_percent"), [(0, 3, 0.1), (12, 3, 0.1), (24, 1, 2)]
)
def test_a_house_does_not_run_out_of_what_sells(
    people: int, days: int, short_percent: float
) -> None:
    books = Books(Plan(people=people))
    for nth in range(days):
        books.day(START_MS + nth * DAY)
    assert books.short * 100 <= books.lines * short_percent, (books.short, books.lines)


def test_the_racks_hold_the_stock_of_the_largest_crew_and_room_to_put_away() -> None:
    plan = Plan(people=24)
    units = sum(Books(plan).free.values())
    assert units >= sum(plan.wants.levels) * 0.9

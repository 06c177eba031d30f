"""A monkey over three nodes: whatever is asked in whatever order, nothing is sold twice."""

import os
from contextlib import suppress
from random import Random
from typing import Any

import pytest

from api.replaying import replay
from controller.errors import Refused
from controller.messages import (
    CancelOrder,
    ChangeOrder,
    Command,
    CountNode,
    FireTimer,
    Node,
    NodeStock,
    OrderLine,
    RefuseConsignment,
    SetUpNodes,
    ShipConsignment,
)
from controller.plan import Effort
from controller.plan import sourcing as planner
from controller.workflows.nodes import resourcing
from tests.workflows.floor import Floor

SKUS = ("MUG", "PEN", "BOOK")
NODES = (
    Node(code="main", handling_cents=300, parcels_max=9),
    Node(code="STORE", kind="store", collects=True, safety_units=1, parcels_max=6),
    Node(code="3PL", kind="partner", handling_cents=200),
)
STEPS = 120
SEEDS = int(os.environ.get("MONKEY_SEEDS", "4"))


class Monkey:
    def __init__(self, seed: int) -> None:
        self.draw = Random(seed)
        self.floor = Floor()
        self.floor.do(SetUpNodes(id="nodes", nodes=NODES))
        self.orders = 0

    def send(self, command: Command[Any]) -> None:
        """What is refused changes nothing; a defect would not be a refusal."""
        with suppress(Refused):
            self.floor.do(command)

    def step(self) -> None:
        often = (self.order, self.scan) * 3
        acts = (*often, self.cancel, self.change, self.count, self.plan, self.tick, self.partner)
        self.draw.choice(acts)()
        self.floor.carrier_answers()
        self.floor.printer_answers()
        assert self.floor.books_balance()

    def order(self) -> None:
        self.orders += 1
        skus = self.draw.sample(SKUS, self.draw.randint(1, 3))
        wants = {sku: self.draw.randint(1, 4) for sku in skus}
        pickup = self.draw.choice(("", "", "", "STORE"))
        self.floor.order(str(self.orders), wants, pickup_node=pickup)

    def some_order(self) -> str:
        return f"shop/{self.draw.randint(1, max(1, self.orders))}"

    def cancel(self) -> None:
        line = OrderLine(line=self.draw.randint(1, 3), sku="", qty=self.draw.randint(1, 4))
        lines = self.draw.choice(((), (line,)))
        self.send(CancelOrder(id=self.floor.id(), order=self.some_order(), lines=lines))

    def change(self) -> None:
        sku, qty = self.draw.choice(SKUS), self.draw.randint(0, 6)
        line = OrderLine(line=self.draw.randint(1, 4), sku=sku, qty=qty)
        self.send(ChangeOrder(id=self.floor.id(), order=self.some_order(), lines=(line,)))

    def count(self) -> None:
        line = NodeStock(sku=self.draw.choice(SKUS), qty=self.draw.randint(0, 8))
        node = self.draw.choice(("STORE", "3PL"))
        self.send(CountNode(id=self.floor.id(), node=node, lines=(line,)))

    def plan(self) -> None:
        now_ms = self.floor.clock.ms
        with self.floor.controller.reading() as db:
            problem = resourcing.snapshot(db, now_ms)
        if problem is not None:
            plan = planner.solve(problem, Effort(work=400))
            for command in resourcing.commands(plan, self.draw.randint(1, 1 << 40)):
                self.send(command)

    def tick(self) -> None:
        self.floor.clock.ms += 300_000
        for row in self.floor.all("SELECT id FROM timer WHERE name = 'sourcing'"):
            self.send(FireTimer(id=self.floor.id(), timer=row.id))

    def partner(self) -> None:
        asked: dict[str, Any] = {"order": self.some_order(), "node": "3PL"}
        asked["id"] = self.floor.id()
        if self.draw.random() < 0.5:
            self.send(ShipConsignment(**asked, tracking=f"T{self.floor.id()}"))
        else:
            missing = tuple(self.draw.sample(SKUS, self.draw.randint(0, 1)))
            self.send(RefuseConsignment(**asked, missing=missing))

    def scan(self) -> None:
        screen = self.floor.screens["W1"].screen
        own = (*screen.buttons, screen.target, str(screen.fields.get("box", "1")))
        codes = (*own, *own, *own, "STORE", "NEXT", "1", "2", "MUG", "BOX-S")
        self.floor.scan(self.draw.choice([code for code in codes if code]))


@pytest.mark.parametrize("seed", range(SEEDS))
def test_nothing_is_sold_twice_whatever_is_asked(seed: int) -> None:
    monkey = Monkey(seed)
    for _ in range(STEPS):
        monkey.step()
    assert replay(monkey.floor.controller.store).same

"""A monkey on vans and in a store: whatever is scanned or reported, the books balance."""

import os
from collections import deque
from contextlib import suppress
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from api.replaying import replay
from controller.errors import Refused
from controller.messages import (
    CancelOrder,
    CancelVanStop,
    Command,
    CountNode,
    LockVanTour,
    Node,
    NodeStock,
    OrderLine,
    RelabelParcel,
    ReportVan,
    Scan,
    SetUpNodes,
    SetUpSite,
    VoidLabel,
)
from tests.workflows.floor import CARTONS, ECO, SETTINGS
from tests.workflows.vans import POSTCODES, VAN, VanFloor

SEEDS = int(os.environ.get("MONKEY_SEEDS", "2"))
STEPS = 120
CHECK_EVERY = 6
VANS = ("VAN-1", "VAN-2")
NODES = (
    Node(code="main", handling_cents=300),
    Node(code="STORE", kind="store", collects=True, country="GB", postcode="YO1"),
)
DRIVERS = ("W2", "W3")


class Monkey:
    """W1 packs and is in the store, W2 and W3 drive; `story` holds the last steps."""

    def __init__(self, seed: int) -> None:
        self.draw = Random(seed)
        self.floor = VanFloor(VAN, replace(VAN, code="VAN-2"))
        self.floor.parcels_for(*(self.draw.choice([*POSTCODES]) for _ in range(5)))
        calls = SetUpSite(id="calls", settings=SETTINGS, cartons=CARTONS, services=(ECO,))
        self.floor.do(calls)
        self.floor.do(SetUpNodes(id="nodes", nodes=NODES))
        stock = tuple(NodeStock(sku=sku, qty=6) for sku in ("MUG", "PEN"))
        self.floor.do(CountNode(id="count", node="STORE", lines=stock))
        self.floor.scans("HOME", "STORE")
        self.orders = 5
        self.story: deque[str] = deque(maxlen=20)

    def send(self, command: Command[Any]) -> None:
        self.story.append(str(command))
        with suppress(Refused):
            self.floor.do(command)

    def step(self) -> None:
        rare = (self.cancel, self.report, self.stop, self.lock, self.void, self.count, self.wait)
        often = ((self.drive, 24), (self.sell, 14), (self.plan, 2), (self.order, 3))
        acts = [*often, *((act, 1) for act in rare)]
        self.draw.choices([act for act, _ in acts], [weight for _, weight in acts])[0]()
        self.floor.carrier_answers()
        self.floor.printer_answers()

    def scan(self, worker: str, raw: str) -> None:
        self.story.append(f"{worker} {raw}")
        version = self.floor.screens[worker].screen.version
        scan = Scan(id=self.floor.id(), worker=worker, version=version, raw=raw)
        self.floor.screens[worker] = self.floor.do(scan)
        assert self.floor.screens[worker].message != "defect", self.floor.screens[worker]

    def drive(self) -> None:
        worker = self.draw.choice(DRIVERS)
        screen = self.floor.screens[worker].screen
        own = (*screen.buttons, *[screen.target] * 8, "UNDO")
        if screen.workflow == "home":
            own = VANS
        elif self.draw.random() < 0.1:
            own = (*VANS, *(row.lpn for row in self.floor.parcels()))
        self.scan(worker, self.draw.choice([raw for raw in own if raw] or ["NEXT"]))

    def sell(self) -> None:
        screen = self.floor.screens["W1"].screen
        if screen.workflow != "store":
            self.scan("W1", "STORE" if screen.workflow == "home" else "HOME")
            return
        box = str(screen.fields.get("box", "1"))
        follow = (*[screen.target] * 8, box, box, "BOX-S", "BOX-S", "DONE", "DONE", "NEXT", "NEXT")
        codes = (*screen.buttons, *follow, "UNDO", "STORE", str(screen.fields.get("qty", "")))
        self.scan("W1", self.draw.choice([code for code in codes if code]))

    def plan(self) -> None:
        with suppress(Refused):
            self.floor.plan()

    def order(self) -> None:
        self.orders += 1
        pickup = self.draw.choice(("", "", "STORE"))
        wants = {self.draw.choice(("MUG", "PEN")): self.draw.randint(1, 3)}
        self.floor.order(str(self.orders), wants, postcode="YO1", pickup_node=pickup)

    def cancel(self) -> None:
        lines = self.draw.choice(((), (OrderLine(line=1, sku="", qty=1),)))
        order = f"shop/{self.draw.randint(1, self.orders)}"
        self.send(CancelOrder(id=self.floor.id(), order=order, lines=lines))

    def report(self) -> None:
        van, other = self.draw.sample(VANS, 2)
        down, by = self.draw.choice(((True, other), (True, ""), (False, ""), (False, "")))
        self.send(ReportVan(id=self.floor.id(), van=van, down=down, replacement=by))

    def any_id(self, table: str) -> int:
        rows = [row.id for row in self.floor.all(f"SELECT id FROM {table} ORDER BY id")]
        return int(self.draw.choice([*rows, 1]))

    def stop(self) -> None:
        stop = self.any_id("van_stop")
        self.send(CancelVanStop(id=self.floor.id(), stop=stop, reason="a whim"))

    def lock(self) -> None:
        locked = self.draw.random() < 0.5
        tour = self.any_id("van_tour")
        self.send(LockVanTour(id=self.floor.id(), tour=tour, locked=locked))

    def void(self) -> None:
        parcel = self.any_id("parcel")
        self.send(VoidLabel(id=self.floor.id(), parcel=parcel, reason="a whim"))
        self.send(RelabelParcel(id=self.floor.id(), parcel=parcel))

    def count(self) -> None:
        lines = (NodeStock(sku="MUG", qty=self.draw.randint(0, 8)),)
        self.send(CountNode(id=self.floor.id(), node="STORE", lines=lines))

    def wait(self) -> None:
        self.floor.clock.ms += self.draw.choice((60_000, 3_600_000))
        self.floor.controller.tick()


@pytest.mark.parametrize("seed", range(SEEDS))
def test_vans_and_a_store_leave_the_books_right_whatever_is_done(seed: int) -> None:
    monkey = Monkey(seed)
    try:
        for nth in range(STEPS):
            monkey.step()
            if nth % CHECK_EVERY == 0:
                assert monkey.floor.books_balance()
    except Exception as error:
        error.add_note(f"seed {seed}; the last steps:\n" + "\n".join(monkey.story))
        raise
    assert replay(monkey.floor.controller.store).same

"""A tour that a lead has locked: what customers cancel drops out, what is missing is fetched."""

from typing import Any

import pytest

from controller.messages import Container, ImportContainers, ImportWorkers, Scan, SignIn, Worker
from controller.store import Store
from tests.house import House
from tests.workflows import test_joining as running
from tests.workflows.test_joining import left, lock, plan, to_the_end, tour

house = running.house
_LINE = "SELECT planned, backordered FROM order_line WHERE order_id = 'shop/1' AND sku = :sku"


@pytest.fixture
def locked(house: House) -> House:
    """Ann's tour is locked with the first of its three picks in her hands."""
    lock(house)
    return house


def line(house: House, sku: str) -> tuple[int, int]:
    row = house.one(_LINE, sku=sku)
    return int(row.planned), int(row.backordered)


def count_short(house: House, there: int) -> Any:
    house.scan("SHORT")
    return house.scan(str(there))


def test_what_a_customer_cancels_drops_out_and_the_rest_keeps_its_order(locked: House) -> None:
    locked.cancel("shop/1", (2, 2))
    assert left(locked) == ["P-S1", "P-S4"]
    assert locked.stock("S2", "P-S2") == (9, 0)
    locked.cancel("shop/1", (3, 1))
    assert locked.one("SELECT qty FROM task WHERE sku = 'S4'").qty == 1
    to_the_end(locked)
    assert [row.picked for row in locked.lines("shop/1")] == [2, 0, 1]
    assert locked.violations() == []


def test_a_locked_tour_of_which_all_is_cancelled_is_over(store: Store) -> None:
    house = House(store, {"S1": 9})
    house.order("1", {"S1": 2})
    house.release("shop/1")
    lock(house)
    house.cancel("shop/1")
    house.sign_in()
    assert house.scan("CART").message == "no_tour"
    assert tour(house).state == "done"
    assert house.violations() == []


def test_what_is_missing_is_fetched_from_another_bin_and_nothing_else_moves(
    locked: House,
) -> None:
    locked.stock_in("S1", "P-S3", 5)
    assert count_short(locked, 0).message == "short_noted"
    assert left(locked) == ["P-S2", "P-S3", "P-S4"]
    assert locked.one("SELECT qty FROM task WHERE from_place = 'P-S3'").qty == 2
    Hand(locked, "ANN").follow()
    assert [row.picked for row in locked.lines("shop/1")] == [2, 2, 2]
    assert locked.violations() == []


def test_what_is_nowhere_else_is_backordered_and_the_tour_goes_on(locked: House) -> None:
    count_short(locked, 1)
    assert line(locked, "S1") == (1, 1)
    assert left(locked) == ["P-S1", "P-S2", "P-S4"]
    assert locked.violations() == []


def test_what_another_picker_finds_missing_leaves_the_tour_and_waits_for_a_plan(
    locked: House,
) -> None:
    """No plan adds it to the locked tour again: it comes with a tour of its own."""
    locked.stock_in("S4", "R1", 9)
    locked.order("2", {"S4": 3})
    locked.handle(ImportWorkers(id="bob", workers=(Worker(badge="BOB"),)))
    cart = Container(lpn="CART-2", kind="cart", place="BUFFER", slots=4)
    locked.handle(ImportContainers(id="cart", containers=(cart,)))
    plan(locked)
    bob = Hand(locked, "BOB")
    bob.to_place("P-S4")
    bob.scan("SHORT")
    bob.scan("0")
    assert left_of(locked) == ["P-S1", "P-S2"]
    assert line(locked, "S4") == (0, 0)
    plan(locked, 2)
    assert left_of(locked) == ["P-S1", "P-S2"]
    assert line(locked, "S4") == (2, 0)
    assert locked.violations() == []


def left_of(house: House) -> list[str]:
    rows = house.all(
        "SELECT from_place FROM task WHERE state = 'open' AND tour = :tour ORDER BY seq, id",
        tour=tour(house).id,
    )
    return [row.from_place for row in rows]


class Hand:
    """Somebody at a handheld."""

    def __init__(self, house: House, worker: str) -> None:
        self.house, self.worker = house, worker
        self.screen = house.handle(SignIn(id=house.new_id(), badge=worker)).screen

    def scan(self, raw: str) -> None:
        scanned = Scan(
            id=self.house.new_id(), worker=self.worker, version=self.screen.version, raw=raw
        )
        reply = self.house.handle(scanned)
        assert reply.tone != "error", (raw, reply)
        self.screen = reply.screen

    def follow(self) -> None:
        while self.screen.workflow != "home":
            self.scan(self.screen.target)

    def to_place(self, place: str) -> None:
        self.scan("CART-2")
        while self.screen.step == "tote":
            self.scan(self.screen.target)
        assert self.screen.target == place
        self.scan(place)

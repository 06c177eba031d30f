"""Orders taken back at every stage: promised, planned, in a tote."""

from collections.abc import Callable
from typing import Any

import pytest

from controller.messages import (
    OrderCancelled,
)
from tests.house import House

Given = Callable[..., House]


@pytest.fixture
def house(given: Given) -> House:
    return given(stock={"S1": 5, "S2": 3, "S3": 0})


def test_open_order_is_cancelled_whole(house: House) -> None:
    house.order("1", {"S1": 2, "S3": 4})
    assert house.cancel("shop/1") == OrderCancelled(
        order="shop/1", cancelled_units=6, too_late_units=0, state="cancelled"
    )
    assert house.free("S1") == 5
    assert house.violations() == []


def test_second_cancellation_finds_nothing_left(house: House) -> None:
    house.order("1", {"S1": 2})
    house.cancel("shop/1")
    assert house.cancel("shop/1").cancelled_units == 0
    assert house.free("S1") == 5


def test_held_order_is_cancelled_with_its_timer(house: House) -> None:
    house.order("1", {"S1": 2}, hold_ms=1_000)
    house.cancel("shop/1")
    assert house.all("SELECT * FROM timer WHERE name = 'hold'") == []


def test_part_of_a_line_is_cancelled(house: House) -> None:
    house.order("1", {"S1": 4, "S2": 1})
    assert house.cancel("shop/1", (1, 3)) == OrderCancelled(
        order="shop/1", cancelled_units=3, too_late_units=0, state="open"
    )
    assert house.free("S1") == 4
    assert house.violations() == []


def test_more_than_a_line_wants_is_cancelled_as_far_as_it_goes(house: House) -> None:
    house.order("1", {"S1": 4})
    answer = house.cancel("shop/1", (1, 9))
    assert (answer.cancelled_units, answer.too_late_units, answer.state) == (4, 5, "cancelled")
    assert house.violations() == []


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([(1, -3)], "bad_quantity"),
        ([(1, 0)], "bad_quantity"),
        ([(9, 1)], "unknown_line"),
        ([(1, 2), (1, 2)], "line_twice"),
    ],
)
def test_bad_cancellation_is_refused_whole(house: House, lines: Any, code: str) -> None:
    house.order("1", {"S1": 8})
    house.refuses(lambda: house.cancel("shop/1", *lines), code, line=lines[0][0])


def test_planned_units_leave_their_tour_and_are_free_again(house: House) -> None:
    house.order("1", {"S1": 4, "S2": 2})
    house.release("shop/1")
    assert house.stock("S1", "P-S1") == (5, 4)
    answer = house.cancel("shop/1")
    assert (answer.cancelled_units, answer.state) == (6, "cancelled")
    assert house.stock("S1", "P-S1") == (5, 0)
    assert {row.state for row in house.all("SELECT state FROM task")} == {"cancelled"}
    assert (house.free("S1"), house.free("S2")) == (5, 3)
    assert house.violations() == []


def test_units_not_planned_are_taken_before_planned_ones(house: House) -> None:
    house.order("1", {"S1": 4})
    house.release("shop/1")
    house.change("shop/1", (1, "S1", 6))
    house.cancel("shop/1", (1, 2))
    row = house.line("shop/1")
    assert (row.wanted, row.planned, row.backordered) == (4, 4, 0)
    assert house.violations() == []


def test_picked_units_lose_their_claim_and_wait_in_the_tote(house: House) -> None:
    house.order("1", {"S1": 3})
    house.release("shop/1")
    house.pick_all()
    assert house.stock("S1", container="TOTE1") == (3, 3)
    answer = house.cancel("shop/1")
    assert (answer.cancelled_units, answer.too_late_units, answer.state) == (3, 0, "cancelled")
    assert house.stock("S1", container="TOTE1") == (3, 0)
    assert house.free("S1") == 5
    assert house.violations() == []


def test_part_of_a_picked_line_is_cancelled(house: House) -> None:
    house.order("1", {"S1": 3, "S2": 1})
    house.release("shop/1")
    house.pick_all()
    assert house.cancel("shop/1", (1, 2)).cancelled_units == 2
    row = house.line("shop/1")
    assert (row.wanted, row.planned, row.picked) == (1, 1, 1)
    assert house.stock("S1", container="TOTE1") == (3, 1)
    assert house.violations() == []


def test_cancellation_while_the_picker_is_at_the_bin_sends_her_on(house: House) -> None:
    house.order("1", {"S1": 3, "S2": 1})
    house.release("shop/1")
    house.start_tour()
    house.scan("P-S1")
    house.cancel("shop/1", (1, 3))
    for raw in ("S1", "S1", "S1", "TOTE1"):
        reply = house.scan(raw)
    assert reply.message == "pick_cancelled"
    assert reply.screen.fields["sku"] == "S2"
    assert house.stock("S1", "P-S1") == (5, 0)
    assert house.violations() == []


def test_rest_of_a_partly_picked_line_is_cancelled_and_the_tour_goes_on(house: House) -> None:
    house.order("1", {"S1": 5, "S2": 1})
    house.release("shop/1")
    house.start_tour()
    for raw in ("P-S1", "S1", "2", "TOTE1"):
        house.scan(raw)
    assert house.stock("S1", container="TOTE1") == (2, 2)
    house.cancel("shop/1", (1, 3))
    assert house.one("SELECT state, qty, done_qty FROM task WHERE sku = 'S1'") == ("done", 2, 2)
    assert house.violations() == []

"""Orders from their arrival on: placed, held, paid, changed."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from controller.errors import NotFound
from controller.messages import (
    CancelOrder,
    ChangeOrder,
    Done,
    ImportStock,
    OrderLine,
    OrderPlaced,
    PayOrder,
    PlaceOrder,
    SiteSettings,
    StockLine,
)
from controller.units import DAY, HOUR
from tests.house import MONDAY_8_MS, House, wanted

Given = Callable[..., House]
MIDNIGHT_MS = MONDAY_8_MS - 8 * HOUR


@pytest.fixture
def house(given: Given) -> House:
    return given(stock={"S1": 5, "S2": 3, "S3": 0})


# --- placing ---------------------------------------------------------------------------------


def test_order_is_promised_line_by_line(house: House) -> None:
    placed = house.order("1", {"S1": 2, "S2": 3})
    assert placed == OrderPlaced(
        order="shop/1",
        promised_units=5,
        backordered_units=0,
        due_ms=MIDNIGHT_MS + 21 * HOUR,
    )
    assert (house.free("S1"), house.free("S2")) == (3, 0)
    assert house.state("shop/1") == "open"
    assert house.violations() == []


def test_what_cannot_be_promised_is_backordered_and_said_so(house: House) -> None:
    placed = house.order("1", {"S1": 9, "S3": 1})
    assert (placed.promised_units, placed.backordered_units) == (5, 5)
    assert [row.backordered for row in house.lines("shop/1")] == [4, 1]
    assert house.violations() == []


def test_two_lines_of_one_sku_share_what_there_is(house: House) -> None:
    lines = tuple(OrderLine(line=n, sku="S2", qty=2) for n in (1, 2))
    placed = house.handle(PlaceOrder(id="a", shop="shop", number="1", lines=lines))
    assert (placed.promised_units, placed.backordered_units) == (3, 1)
    assert [row.backordered for row in house.lines("shop/1")] == [0, 1]


def test_unknown_sku_is_refused_by_line_and_nothing_is_promised(house: House) -> None:
    def place() -> None:
        house.order("1", {"S1": 2, "NO-SUCH": 1})

    house.refuses(place, "unknown_sku", line=2, sku="NO-SUCH")
    assert house.free("S1") == 5


@pytest.mark.parametrize("qty", [0, -1, 100_001, 10**30])
def test_absurd_quantity_is_refused_by_line(house: House, qty: int) -> None:
    house.refuses(lambda: house.order("1", {"S1": qty}), "bad_quantity", line=1, sku="S1")


def test_order_without_lines_is_refused(house: House) -> None:
    house.refuses(lambda: house.order("1", {}), "bad_number_of_lines", lines=0)


def test_line_number_used_twice_is_refused(house: House) -> None:
    lines = (OrderLine(line=1, sku="S1", qty=1), OrderLine(line=1, sku="S2", qty=1))
    command = PlaceOrder(id="a", shop="shop", number="1", lines=lines)
    house.refuses(lambda: house.handle(command), "line_twice", line=1, sku="S2")


def test_order_sent_again_under_another_id_is_refused(house: House) -> None:
    house.order("1", {"S1": 2})
    house.refuses(lambda: house.order("1", {"S1": 2}), "order_exists", order="shop/1")


def test_shop_hears_what_may_still_be_sold(house: House) -> None:
    house.order("1", {"S2": 2, "S1": 1})
    (event,) = house.controller.due("channel/", house.clock.now)
    assert (event.topic, event.payload) == (
        "channel/stock",
        {"shop": "shop", "free": {"S1": 4, "S2": 1}},
    )


def test_shop_of_an_owner_hears_of_that_owners_stock(house: House) -> None:
    line = StockLine(sku="S1", place="P-S1", qty=7, owner="acme")
    house.handle(ImportStock(id="acme", lines=(line,)))
    assert house.order("1", {"S1": 2}, owner="acme").promised_units == 2
    (event,) = house.controller.due("channel/", house.clock.now)
    assert event.payload["free"] == {"S1": 5}
    assert house.free("S1") == 5


@pytest.mark.parametrize(
    ("placed_ms", "departure_ms"),
    [(8 * HOUR, 21 * HOUR), (18 * HOUR, 21 * HOUR), (18 * HOUR + 1, DAY + 21 * HOUR)],
)
def test_order_leaves_with_the_departure_whose_cut_off_it_meets(
    house: House, placed_ms: int, departure_ms: int
) -> None:
    house.clock.now = MIDNIGHT_MS + placed_ms
    assert house.order("1", {"S1": 1}).due_ms == MIDNIGHT_MS + departure_ms


def test_cut_off_is_local_time(given: Given) -> None:
    east = given(stock={"S1": 1}, settings=SiteSettings(utc_offset_ms=2 * HOUR))
    east.clock.now = MIDNIGHT_MS + 16 * HOUR + 1
    assert east.order("1", {"S1": 1}).due_ms == MIDNIGHT_MS + DAY + 19 * HOUR


def test_due_time_of_the_shop_is_kept(house: House) -> None:
    assert house.order("1", {"S1": 1}, due_ms=MIDNIGHT_MS + DAY).due_ms == MIDNIGHT_MS + DAY


# --- holding and paying ----------------------------------------------------------------------


def test_unpaid_order_gives_its_promise_back_when_its_hold_ends(house: House) -> None:
    house.order("1", {"S1": 2}, hold_ms=1_000)
    assert (house.state("shop/1"), house.free("S1")) == ("held", 3)
    house.clock.now += 1_000
    house.controller.tick()
    assert (house.state("shop/1"), house.free("S1")) == ("cancelled", 5)
    assert house.violations() == []


def test_paid_order_keeps_its_promise(house: House) -> None:
    house.order("1", {"S1": 2}, hold_ms=1_000)
    assert house.handle(PayOrder(id="pay", order="shop/1")) == Done(note="held")
    house.clock.now += 1_000
    house.controller.tick()
    assert (house.state("shop/1"), house.free("S1")) == ("open", 3)


def test_payment_after_the_hold_is_told_that_the_order_is_cancelled(house: House) -> None:
    house.order("1", {"S1": 2}, hold_ms=1_000)
    house.clock.now += 1_000
    house.controller.tick()
    assert house.handle(PayOrder(id="pay", order="shop/1")) == Done(note="cancelled")
    assert house.state("shop/1") == "cancelled"


@pytest.mark.parametrize("command", [PayOrder, ChangeOrder, CancelOrder])
def test_unknown_order_is_named(house: House, command: Any) -> None:
    more = {"lines": wanted({"S1": 1})} if command is ChangeOrder else {}
    with pytest.raises(NotFound, match="shop/9"):
        house.handle(command(id="a", order="shop/9", **more))


# --- changing --------------------------------------------------------------------------------


def test_change_up_promises_what_it_can_and_backorders_the_rest(house: House) -> None:
    house.order("1", {"S1": 2})
    changed = house.change("shop/1", (1, "S1", 7))
    assert (changed.promised_units, changed.backordered_units) == (3, 2)
    row = house.line("shop/1")
    assert (row.wanted, row.backordered) == (7, 2)
    assert house.violations() == []


def test_change_down_gives_backordered_units_up_first(house: House) -> None:
    house.order("1", {"S1": 7})
    house.change("shop/1", (1, "S1", 4))
    row = house.line("shop/1")
    assert (row.wanted, row.backordered, row.cancelled) == (4, 0, 3)
    assert house.free("S1") == 1
    assert house.violations() == []


def test_change_adds_a_line_and_leaves_unnamed_lines_alone(house: House) -> None:
    house.order("1", {"S1": 2})
    changed = house.change("shop/1", (2, "S2", 4))
    assert (changed.promised_units, changed.backordered_units) == (3, 1)
    assert [row.wanted for row in house.lines("shop/1")] == [2, 4]
    assert house.violations() == []


def test_change_of_a_line_to_zero_takes_it_back(house: House) -> None:
    house.order("1", {"S1": 2, "S2": 1})
    house.change("shop/1", (1, "S1", 0), (3, "S3", 0))
    assert [row.wanted for row in house.lines("shop/1")] == [0, 1]
    assert (house.state("shop/1"), house.free("S1")) == ("open", 5)
    house.change("shop/1", (2, "S2", 0))
    assert house.state("shop/1") == "cancelled"
    assert house.violations() == []


def test_change_to_the_same_quantity_changes_nothing(house: House) -> None:
    house.order("1", {"S1": 2})
    before = house.lines("shop/1")
    house.change("shop/1", (1, "S1", 2))
    assert house.lines("shop/1") == before


def test_change_reaches_into_planned_work(house: House) -> None:
    house.order("1", {"S1": 4})
    house.release("shop/1")
    house.change("shop/1", (1, "S1", 1))
    row = house.line("shop/1")
    assert (row.wanted, row.planned) == (1, 1)
    assert house.one("SELECT qty, state FROM task WHERE kind = 'pick'") == (1, "open")
    assert house.stock("S1", "P-S1") == (5, 1)
    assert house.violations() == []


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([(1, "S2", 1)], "line_is_another_sku"),
        ([(1, "S1", -1)], "bad_quantity"),
        ([(1, "S1", 1), (1, "S1", 3)], "line_twice"),
        ([(1, "S1", 0), (1, "S1", 0)], "line_twice"),
        ([(2, "NO-SUCH", 1)], "unknown_sku"),
        ([], "bad_number_of_lines"),
    ],
)
def test_bad_change_is_refused_whole(house: House, lines: Any, code: str) -> None:
    house.order("1", {"S1": 2})
    house.refuses(lambda: house.change("shop/1", *lines), code)


def test_cancelled_order_cannot_be_changed(house: House) -> None:
    house.order("1", {"S1": 2})
    house.cancel("shop/1")
    house.refuses(lambda: house.change("shop/1", (1, "S1", 3)), "order_closed", state="cancelled")


def test_shops_hear_what_is_free_after_order_change_and_cancellation(given: Given) -> None:
    house = given(stock={"S1": 10})
    house.order("1", {"S1": 4})
    house.handle(ChangeOrder(id="more", order="shop/1", lines=wanted({"S1": 7})))
    house.handle(CancelOrder(id="less", order="shop/1", lines=wanted({"S1": 2})))
    house.handle(CancelOrder(id="all", order="shop/1"))
    told = house.all("SELECT payload FROM outbox WHERE topic = 'channel/stock' ORDER BY id")
    assert [json.loads(row.payload)["free"]["S1"] for row in told] == [6, 3, 5, 10]

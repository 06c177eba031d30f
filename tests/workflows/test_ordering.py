"""Orders from their arrival to their end, at every stage."""

from collections.abc import Callable
from typing import Any

import pytest

from controller.errors import NotFound, Refused
from controller.messages import (
    CancelOrder,
    ChangeOrder,
    Done,
    ImportStock,
    OrderCancelled,
    OrderLine,
    OrderPlaced,
    PayOrder,
    PlaceOrder,
    SiteSettings,
    StockLine,
)
from controller.units import DAY, HOUR
from controller.workflows.shortages import stock_arrived
from tests.house import MONDAY_8_MS, House, wanted

Given = Callable[..., House]
MIDNIGHT_MS = MONDAY_8_MS - 8 * HOUR


def cancel(house: House, order: str, *lines: tuple[int, int]) -> OrderCancelled:
    """Cancels (line, quantity) pairs, or the whole order."""
    asked = tuple(OrderLine(line=line, sku="", qty=qty) for line, qty in lines)
    return house.handle(CancelOrder(id=house.new_id(), order=order, lines=asked))


def change(house: House, order: str, *lines: tuple[int, str, int]) -> OrderPlaced:
    asked = tuple(OrderLine(line=line, sku=sku, qty=qty) for line, sku, qty in lines)
    return house.handle(ChangeOrder(id=house.new_id(), order=order, lines=asked))


def refused(house: House, act: Callable[[], Any], code: str, **fields: object) -> Refused:
    """The order is refused for this reason, and nothing has changed."""
    before = house.all("SELECT * FROM order_line ORDER BY order_id, line")
    with pytest.raises(Refused) as error:
        act()
    assert error.value.code == code
    assert fields.items() <= dict(error.value.fields).items()
    assert house.all("SELECT * FROM order_line ORDER BY order_id, line") == before
    assert house.violations() == []
    return error.value


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

    refused(house, place, "unknown_sku", line=2, sku="NO-SUCH")
    assert house.free("S1") == 5


@pytest.mark.parametrize("qty", [0, -1, 100_001, 10**30])
def test_absurd_quantity_is_refused_by_line(house: House, qty: int) -> None:
    refused(house, lambda: house.order("1", {"S1": qty}), "bad_quantity", line=1, sku="S1")


def test_order_without_lines_is_refused(house: House) -> None:
    refused(house, lambda: house.order("1", {}), "bad_number_of_lines", lines=0)


def test_line_number_used_twice_is_refused(house: House) -> None:
    lines = (OrderLine(line=1, sku="S1", qty=1), OrderLine(line=1, sku="S2", qty=1))
    command = PlaceOrder(id="a", shop="shop", number="1", lines=lines)
    refused(house, lambda: house.handle(command), "line_twice", line=1, sku="S2")


def test_order_sent_again_under_another_id_is_refused(house: House) -> None:
    house.order("1", {"S1": 2})
    refused(house, lambda: house.order("1", {"S1": 2}), "order_exists", order="shop/1")


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
    changed = change(house, "shop/1", (1, "S1", 7))
    assert (changed.promised_units, changed.backordered_units) == (3, 2)
    row = house.line("shop/1")
    assert (row.wanted, row.backordered) == (7, 2)
    assert house.violations() == []


def test_change_down_gives_backordered_units_up_first(house: House) -> None:
    house.order("1", {"S1": 7})
    change(house, "shop/1", (1, "S1", 4))
    row = house.line("shop/1")
    assert (row.wanted, row.backordered, row.cancelled) == (4, 0, 3)
    assert house.free("S1") == 1
    assert house.violations() == []


def test_change_adds_a_line_and_leaves_unnamed_lines_alone(house: House) -> None:
    house.order("1", {"S1": 2})
    changed = change(house, "shop/1", (2, "S2", 4))
    assert (changed.promised_units, changed.backordered_units) == (3, 1)
    assert [row.wanted for row in house.lines("shop/1")] == [2, 4]
    assert house.violations() == []


def test_change_of_a_line_to_zero_takes_it_back(house: House) -> None:
    house.order("1", {"S1": 2, "S2": 1})
    change(house, "shop/1", (1, "S1", 0), (3, "S3", 0))
    assert [row.wanted for row in house.lines("shop/1")] == [0, 1]
    assert (house.state("shop/1"), house.free("S1")) == ("open", 5)
    change(house, "shop/1", (2, "S2", 0))
    assert house.state("shop/1") == "cancelled"
    assert house.violations() == []


def test_change_to_the_same_quantity_changes_nothing(house: House) -> None:
    house.order("1", {"S1": 2})
    before = house.lines("shop/1")
    change(house, "shop/1", (1, "S1", 2))
    assert house.lines("shop/1") == before


def test_change_reaches_into_planned_work(house: House) -> None:
    house.order("1", {"S1": 4})
    house.release("shop/1")
    change(house, "shop/1", (1, "S1", 1))
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
    refused(house, lambda: change(house, "shop/1", *lines), code)


def test_cancelled_order_cannot_be_changed(house: House) -> None:
    house.order("1", {"S1": 2})
    cancel(house, "shop/1")
    refused(
        house, lambda: change(house, "shop/1", (1, "S1", 3)), "order_closed", state="cancelled"
    )


# --- cancelling ------------------------------------------------------------------------------


def test_open_order_is_cancelled_whole(house: House) -> None:
    house.order("1", {"S1": 2, "S3": 4})
    assert cancel(house, "shop/1") == OrderCancelled(
        order="shop/1", cancelled_units=6, too_late_units=0, state="cancelled"
    )
    assert house.free("S1") == 5
    assert house.violations() == []


def test_second_cancellation_finds_nothing_left(house: House) -> None:
    house.order("1", {"S1": 2})
    cancel(house, "shop/1")
    assert cancel(house, "shop/1").cancelled_units == 0
    assert house.free("S1") == 5


def test_held_order_is_cancelled_with_its_timer(house: House) -> None:
    house.order("1", {"S1": 2}, hold_ms=1_000)
    cancel(house, "shop/1")
    assert house.all("SELECT * FROM timer WHERE name = 'hold'") == []


def test_part_of_a_line_is_cancelled(house: House) -> None:
    house.order("1", {"S1": 4, "S2": 1})
    assert cancel(house, "shop/1", (1, 3)) == OrderCancelled(
        order="shop/1", cancelled_units=3, too_late_units=0, state="open"
    )
    assert house.free("S1") == 4
    assert house.violations() == []


def test_more_than_a_line_wants_is_cancelled_as_far_as_it_goes(house: House) -> None:
    house.order("1", {"S1": 4})
    answer = cancel(house, "shop/1", (1, 9))
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
    refused(house, lambda: cancel(house, "shop/1", *lines), code, line=lines[0][0])


def test_planned_units_leave_their_tour_and_are_free_again(house: House) -> None:
    house.order("1", {"S1": 4, "S2": 2})
    house.release("shop/1")
    assert house.stock("S1", "P-S1") == (5, 4)
    answer = cancel(house, "shop/1")
    assert (answer.cancelled_units, answer.state) == (6, "cancelled")
    assert house.stock("S1", "P-S1") == (5, 0)
    assert {row.state for row in house.all("SELECT state FROM task")} == {"cancelled"}
    assert (house.free("S1"), house.free("S2")) == (5, 3)
    assert house.violations() == []


def test_units_not_planned_are_taken_before_planned_ones(house: House) -> None:
    house.order("1", {"S1": 4})
    house.release("shop/1")
    change(house, "shop/1", (1, "S1", 6))
    cancel(house, "shop/1", (1, 2))
    row = house.line("shop/1")
    assert (row.wanted, row.planned, row.backordered) == (4, 4, 0)
    assert house.violations() == []


def test_picked_units_lose_their_claim_and_wait_in_the_tote(house: House) -> None:
    house.order("1", {"S1": 3})
    house.release("shop/1")
    house.pick_all()
    assert house.stock("S1", container="TOTE1") == (3, 3)
    answer = cancel(house, "shop/1")
    assert (answer.cancelled_units, answer.too_late_units, answer.state) == (3, 0, "cancelled")
    assert house.stock("S1", container="TOTE1") == (3, 0)
    assert house.free("S1") == 5
    assert house.violations() == []


def test_part_of_a_picked_line_is_cancelled(house: House) -> None:
    house.order("1", {"S1": 3, "S2": 1})
    house.release("shop/1")
    house.pick_all()
    assert cancel(house, "shop/1", (1, 2)).cancelled_units == 2
    row = house.line("shop/1")
    assert (row.wanted, row.planned, row.picked) == (1, 1, 1)
    assert house.stock("S1", container="TOTE1") == (3, 1)
    assert house.violations() == []


def test_cancellation_while_the_picker_is_at_the_bin_sends_her_on(house: House) -> None:
    house.order("1", {"S1": 3, "S2": 1})
    house.release("shop/1")
    house.start_tour()
    house.scan("P-S1")
    cancel(house, "shop/1", (1, 3))
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
    cancel(house, "shop/1", (1, 3))
    assert house.one("SELECT state, qty, done_qty FROM task WHERE sku = 'S1'") == ("done", 2, 2)
    assert house.violations() == []


# --- short counts ----------------------------------------------------------------------------


def pick_short(house: House, there: int) -> None:
    """Ann finds `there` units of S1 at its face."""
    house.start_tour()
    for raw in ("P-S1", "SHORT", str(there)):
        reply = house.scan(raw)
        assert reply.tone != "error", reply


def test_units_that_are_missing_are_backordered_when_nothing_else_covers_them(
    house: House,
) -> None:
    house.order("1", {"S1": 5})
    house.release("shop/1")
    pick_short(house, 2)
    row = house.line("shop/1")
    assert (row.wanted, row.planned, row.backordered) == (5, 2, 3)
    assert house.stock("S1", "P-S1") == (2, 2)
    assert house.one("SELECT qty FROM stock WHERE place = '~lost'").qty == 3
    assert house.violations() == []


def test_missing_units_are_fetched_from_another_place_at_once(house: House) -> None:
    reserve = StockLine(sku="S1", place="R1", qty=4)
    house.handle(ImportStock(id="more", lines=(reserve,)))
    house.order("1", {"S1": 5})
    house.release("shop/1")
    pick_short(house, 2)
    row = house.line("shop/1")
    assert (row.wanted, row.planned, row.backordered) == (5, 5, 0)
    assert house.stock("S1", "R1") == (4, 3)
    assert house.violations() == []


def test_short_count_takes_from_unplanned_promises_of_others_last_due_first(
    house: House,
) -> None:
    house.order("1", {"S1": 1})
    house.release("shop/1")
    house.order("soon", {"S1": 2}, due_ms=MONDAY_8_MS + HOUR)
    house.order("late", {"S1": 2}, due_ms=MONDAY_8_MS + DAY)
    pick_short(house, 2)
    lines = {order: house.line(f"shop/{order}") for order in ("1", "soon", "late")}
    assert {order: row.backordered for order, row in lines.items()} == {
        "1": 0,
        "soon": 1,
        "late": 2,
    }
    assert house.stock("S1", "P-S1") == (2, 1)
    assert house.violations() == []


def test_short_count_unplans_picks_of_others_at_the_same_place(house: House) -> None:
    house.order("1", {"S1": 2})
    house.order("2", {"S1": 3})
    house.release("shop/1")
    house.release("shop/2")
    pick_short(house, 3)
    first, second = house.line("shop/1"), house.line("shop/2")
    assert (first.planned, first.backordered) == (2, 0)
    assert (second.planned, second.backordered) == (1, 2)
    assert house.stock("S1", "P-S1") == (3, 3)
    assert house.violations() == []


def test_short_count_of_an_empty_place_leaves_nothing_reserved(house: House) -> None:
    house.order("1", {"S1": 2})
    house.order("2", {"S1": 3})
    house.release("shop/1")
    house.release("shop/2")
    pick_short(house, 0)
    assert house.stock("S1", "P-S1") == (0, 0)
    assert [house.line(f"shop/{n}").backordered for n in (1, 2)] == [2, 3]
    assert house.violations() == []


def test_more_units_than_booked_change_nothing(house: House) -> None:
    house.order("1", {"S1": 2})
    house.release("shop/1")
    pick_short(house, 9)
    assert house.stock("S1", "P-S1") == (5, 2)
    assert house.violations() == []


def test_goods_that_arrive_go_to_the_earliest_due_backorder(house: House) -> None:
    house.order("late", {"S3": 2}, due_ms=MONDAY_8_MS + DAY)
    house.order("soon", {"S3": 2}, due_ms=MONDAY_8_MS + HOUR)
    house.handle(ImportStock(id="in", lines=(StockLine(sku="S3", place="P-S3", qty=3),)))
    assert house.act(lambda turn: stock_arrived(turn, "S3", "", "main")) == 3
    assert [house.line(f"shop/{n}").backordered for n in ("soon", "late")] == [0, 1]
    assert house.act(lambda turn: stock_arrived(turn, "S3", "", "main")) == 0
    assert house.violations() == []

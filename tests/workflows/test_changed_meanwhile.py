"""Orders and errands that change while somebody has the goods in hand."""

from collections.abc import Callable

from controller.messages import CancelOrder, ChangeOrder, OrderLine, StockLine
from controller.units import DAY, HOUR
from tests.house import MONDAY_8_MS, House
from tests.workflows.floor import Floor, packed_floor, singles_floor
from tests.workflows.inbound import Site

Given = Callable[..., House]


def at_last_bin(given: Given, qty: int = 1, stock: int = 10) -> House:
    house = given(stock={"MUG": stock})
    house.order("1", {"MUG": qty})
    house.release("shop/1")
    house.start_tour()
    house.scan("P-MUG")
    return house


def test_skip_of_a_pick_that_was_cancelled_goes_on(given: Given) -> None:
    house = at_last_bin(given)
    house.cancel("shop/1")
    reply = house.scan("SKIP")
    assert (reply.tone, reply.message, reply.screen.step) == (
        "warn",
        "pick_cancelled",
        "hand_over",
    )


def test_full_on_a_pick_that_was_cancelled_goes_on(given: Given) -> None:
    house = at_last_bin(given)
    house.cancel("shop/1")
    house.scan("FULL")
    assert house.scan("TOTE2").screen.step == "item"
    house.scan("MUG")
    assert house.scan("TOTE2").screen.step == "hand_over"
    house.scan("BUFFER")
    assert house.violations() == []


def test_more_units_in_hand_than_still_wanted_are_counted_again(given: Given) -> None:
    house = at_last_bin(given, qty=3)
    for _ in range(3):
        house.scan("MUG")
    house.cancel("shop/1", (1, 2))
    reply = house.scan("TOTE1")
    assert (reply.tone, reply.message, reply.screen.step) == ("warn", "fewer_wanted", "drop")
    assert reply.fields == {"sku": "MUG", "wanted": 1, "got": 3}
    assert house.stock("MUG", container="TOTE1") == (0, 0)
    assert house.scan("TOTE1").message == "picked"
    assert house.stock("MUG", container="TOTE1") == (1, 1)
    assert house.violations() == []


def test_a_cancelled_order_leaves_its_units_to_those_who_wait(given: Given) -> None:
    house = given(stock={"MUG": 5})
    house.order("1", {"MUG": 5})
    house.order("late", {"MUG": 4}, due_ms=MONDAY_8_MS + DAY)
    house.order("soon", {"MUG": 3}, due_ms=MONDAY_8_MS + HOUR)
    house.cancel("shop/1")
    assert [house.line(f"shop/{n}").backordered for n in ("soon", "late")] == [0, 2]
    assert house.violations() == []


def test_a_reduced_line_leaves_its_units_to_those_who_wait(given: Given) -> None:
    house = given(stock={"MUG": 5})
    house.order("1", {"MUG": 5})
    house.order("2", {"MUG": 2})
    house.change("shop/1", (1, "MUG", 4))
    house.cancel("shop/1", (1, 1))
    assert house.line("shop/2").backordered == 0
    assert house.violations() == []


def test_an_unpaid_order_leaves_its_units_to_those_who_wait(given: Given) -> None:
    house = given(stock={"MUG": 5})
    house.order("1", {"MUG": 5}, hold_ms=HOUR)
    house.order("2", {"MUG": 2})
    house.clock.now += HOUR
    house.controller.tick()
    assert house.line("shop/2").backordered == 0


def test_an_order_whose_rest_is_cancelled_was_shipped_at_that_time() -> None:
    floor = Floor()
    order = floor.order("1", {"MUG": 60})
    floor.tour([[(order, "BOX-L", {"MUG": 25})]])
    floor.scans("BENCH-01", "TOTE-1", "BOX-L", "MUG", "25")
    floor.scans("9050")
    floor.carrier_answers()
    floor.printer_answers()
    floor.scans(floor.screens["W1"].screen.target, "HOME")
    floor.scan("LANE-01")
    floor.scans(floor.parcels()[0].lpn)
    floor.clock.ms += HOUR
    cancelled = floor.do(CancelOrder(id="cancel", order=order))
    assert (cancelled.cancelled_units, cancelled.state) == (35, "shipped")
    shipped_ms = floor.value("SELECT shipped_ms FROM customer_order WHERE id = :id", id=order)
    assert shipped_ms == floor.clock.ms


def test_goods_to_put_back_that_became_more_are_shown_anew() -> None:
    floor = packed_floor({"MUG": 3})
    less = (OrderLine(line=1, sku="MUG", qty=2),)
    floor.do(ChangeOrder(id="less", order="shop/1", lines=less))
    floor.scans("TOTE-1", "BOX-S", "MUG", "MUG", "780")
    floor.carrier_answers()
    floor.printer_answers()
    reply = floor.scans(floor.screens["W1"].screen.target)
    assert (reply.screen.step, reply.screen.fields["qty"]) == ("put_back", 1)
    floor.do(CancelOrder(id="all", order="shop/1"))
    assert floor.scan("PUT-BACK").message == "put_back_done"
    assert floor.books_balance()


def test_short_on_an_item_whose_order_was_cancelled_blames_nobody_else() -> None:
    floor = singles_floor()
    assert floor.screens["W1"].screen.target == "MUG"
    floor.do(CancelOrder(id="a", order="shop/a"))
    floor.do(CancelOrder(id="b", order="shop/b"))
    reply = floor.scan("SHORT")
    assert (reply.tone, reply.message, reply.screen.target) == ("warn", "order_changed", "PEN")
    assert floor.value("SELECT COUNT(*) FROM stock WHERE place = '~lost'") == 0
    assert floor.books_balance()


def test_a_replenishment_that_shrank_is_counted_again() -> None:
    face = StockLine(sku="MUG", place="P1", qty=10, face=True, face_max=30)
    site = Site(stock=(face, StockLine(sku="MUG", place="R1", qty=26)))
    site.release("MUG", "P1", 5)
    site.release("MUG", "R1", 6)
    site.scan("NEXT", "R1", "MUG", "20")
    site.scan("CART", worker="BOB")
    site.follow("BOB")
    site.scan("CART", "T2", "R1", "SHORT", "10", worker="BOB")
    reply = site.scan("P1")
    assert (reply.tone, reply.message, reply.screen.step) == ("warn", "errand_changed", "item")
    assert reply.screen.fields["qty"] == 4
    site.follow()
    assert site.stock_at()["MUG", "P1"] == 9
    assert site.violations() == {}

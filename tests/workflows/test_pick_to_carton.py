"""Pick-to-carton: erected and named before the pick, only weighed and closed at the bench."""

from dataclasses import replace

import pytest

from controller.errors import Refused
from controller.messages import CancelOrder, CountCartons, OrderLine
from controller.workflows import releasing
from tests.workflows.floor import Floor
from tests.workflows.monkey_site import SITE
from tests.workflows.scenes import cartoned, fewer_in_carton, plan

PLATE = "PLATE-3"
ON_CART = ("CART-1", "BOX-S", PLATE)
MUGS = (*ON_CART, "P-MUG", "MUG", "5", PLATE)
PICKED = (*MUGS, "P-PEN", "PEN", PLATE, "BUFFER")
AT_BENCH = (*PICKED, "BENCH-01", PLATE)


def at(*path: str) -> Floor:
    floor = cartoned()
    floor.scans(*path)
    return floor


def on_hand(floor: Floor, code: str = "BOX-S") -> int:
    there = "SELECT SUM(qty) FROM stock WHERE sku = :code AND substr(place, 1, 1) <> '~'"
    return int(floor.value(there, code=code) or 0)


def test_goods_are_handled_once_and_the_bench_only_weighs_and_labels() -> None:
    floor = at(*AT_BENCH)
    screen = floor.screens["W1"].screen
    assert (screen.step, screen.fields["planned_g"]) == ("weigh", 5 * 350 + 20 + 80)
    floor.scans("1850")
    floor.carrier_answers()
    floor.printer_answers()
    assert floor.scans(PLATE).message == "tote_done"
    (parcel,) = floor.parcels()
    assert (parcel.lpn, parcel.state, parcel.carton) == (PLATE, "labelled", "BOX-S")
    causes = floor.all("SELECT cause FROM movement WHERE to_container = :lpn", lpn=PLATE)
    assert {row.cause for row in causes} == {"pick"}
    assert floor.stock(PLATE) == {"MUG": 5, "PEN": 1}
    assert floor.value("SELECT COUNT(*) FROM load WHERE state <> 'packed'") == 0
    assert floor.books_balance()


def test_a_wrong_carton_is_refused_by_name() -> None:
    floor = at("CART-1")
    reply = floor.scan("BOX-L")
    assert (reply.tone, reply.message) == ("error", "wrong_carton")
    assert (reply.fields["expected"], reply.fields["got"]) == ("BOX-S", "BOX-L")


def test_a_plate_in_use_and_a_tote_are_no_plates_for_this_carton() -> None:
    floor = at("CART-1", "BOX-S")
    assert floor.scan("TOTE-1").message == "tote_not_free"
    floor.do(CountCartons(id="count", carton="BOX-S", on_hand=3))
    floor.scans(PLATE)
    assert on_hand(floor) == 2
    assert floor.scan("UNDO").screen.step == "plate"
    assert on_hand(floor) == 3
    assert floor.scans("PLATE-4").screen.step == "place"


def test_goods_into_another_carton_are_refused() -> None:
    floor = at(*MUGS[:-1])
    reply = floor.scan("PLATE-1")
    assert (reply.tone, reply.message, reply.fields["expected"]) == ("error", "wrong_tote", PLATE)


def test_no_undo_takes_the_carton_away_once_goods_are_in() -> None:
    floor = at(*MUGS)
    floor.scans("UNDO", PLATE, "UNDO")
    assert floor.stock(PLATE) == {}
    assert floor.books_balance()


def test_where_the_carton_is_short_a_tote_takes_its_place_and_the_next_plans_know() -> None:
    floor = at("CART-1")
    reply = floor.scans("SHORT")
    assert (reply.message, reply.screen.step) == ("tote_instead", "tote")
    assert floor.scans("UNDO").screen.target == "BOX-S"
    floor.scans("SHORT", "TOTE-1")
    floor.order("2", {"MUG": 4})
    plan(floor, 2)
    assert floor.value("SELECT kind FROM load ORDER BY id LIMIT 1") == "tote"
    assert floor.value("SELECT carton FROM parcel ORDER BY id DESC LIMIT 1") == "BOX-L"
    floor.do(CountCartons(id="count", carton="BOX-S", on_hand=-1))
    floor.order("3", {"MUG": 4})
    plan(floor, 3)
    assert floor.value("SELECT kind FROM load ORDER BY id DESC LIMIT 1") == "carton"
    with pytest.raises(Refused, match="bad quantity"):
        floor.do(CountCartons(id="wrong", carton="BOX-S", on_hand=-2))


def test_carts_hold_what_their_slots_hold_and_plates_limit_the_plan() -> None:
    floor = cartoned()
    small = replace(SITE.settings, pick_to_carton=True, slot_height_mm=150)
    floor.do(replace(SITE, id="low", settings=small))
    with floor.controller.reading() as db:
        assert releasing.snapshot(db, floor.clock.ms).erect == ()
    floor.do(replace(SITE, id="high", settings=replace(small, slot_height_mm=400)))
    with floor.controller.reading() as db:
        problem = releasing.snapshot(db, floor.clock.ms)
    assert [(each.code, each.slots) for each in problem.erect] == [("BOX-L", 1), ("BOX-S", 1)]
    assert problem.plates == 7  # of eight, one for the tour that waits


def test_a_full_carton_goes_on_in_a_tote() -> None:
    floor = at(*ON_CART, "P-MUG", "MUG", "3", PLATE, "FULL")
    floor.scans("TOTE-1", "MUG", "MUG", "TOTE-1", "P-PEN", "PEN", "TOTE-1", "BUFFER")
    assert floor.scans("BENCH-01", PLATE).screen.fields["planned_g"] == 3 * 350 + 80
    floor.scan("HOME")
    assert floor.scans("BENCH-01", "TOTE-1").screen.step == "carton"
    assert floor.books_balance()


def test_a_line_that_fell_short_is_offered_a_cheaper_carton_at_the_bench() -> None:
    floor = fewer_in_carton()
    reply = floor.scans("BENCH-01", "PLATE-1")
    assert (reply.message, reply.screen.target) == ("carton_offered", "BOX-S")
    assert floor.scans("DONE").screen.fields["planned_g"] == 500 + 300
    floor.scans("UNDO")
    assert floor.scans("BOX-S").screen.fields["planned_g"] == 500 + 80
    floor.scans("580")
    assert [parcel.carton for parcel in floor.parcels()] == ["BOX-S"]
    assert floor.books_balance()


def test_the_packer_may_take_another_carton_that_is_large_enough() -> None:
    floor = at(*AT_BENCH)
    assert floor.scans("BOX-L").screen.fields["planned_g"] == 5 * 350 + 20 + 300
    assert floor.scans("UNDO").screen.fields["planned_g"] == 5 * 350 + 20 + 80
    small = fewer_in_carton()
    small.scans("BENCH-01", "PLATE-1", "DONE")
    assert small.scan("BOX-S").message == "carton_changed"


def test_goods_of_a_cancelled_order_come_out_before_the_carton_is_free() -> None:
    floor = at(*PICKED)
    floor.do(CancelOrder(id="cancel", order="shop/1"))
    reply = floor.scans("BENCH-01", PLATE)
    assert reply.screen.step == "put_back"
    floor.scans("PUT-BACK", "PUT-BACK")
    assert floor.screens["W1"].screen.step == "tote"
    assert floor.value("SELECT state FROM container WHERE lpn = :lpn", lpn=PLATE) == ""
    assert {parcel.state for parcel in floor.parcels()} == {"cancelled"}
    assert floor.books_balance()


def test_a_line_cancelled_before_the_bench_comes_out_and_the_rest_ships() -> None:
    floor = at(*PICKED)
    pens = (OrderLine(line=2, sku="PEN", qty=1),)
    floor.do(CancelOrder(id="cancel", order="shop/1", lines=pens))
    floor.scans("BENCH-01", PLATE)
    assert floor.scans("PUT-BACK").screen.fields["planned_g"] == 5 * 350 + 80
    floor.scans("1830")
    assert floor.books_balance()


def test_an_order_cancelled_on_the_bench_is_put_aside() -> None:
    floor = at(*AT_BENCH)
    floor.do(CancelOrder(id="cancel", order="shop/1"))
    reply = floor.scan("1850")
    assert (reply.message, reply.screen.step) == ("parcel_gone", "tote")
    assert floor.value("SELECT COUNT(*) FROM task WHERE from_container = :lpn", lpn=PLATE) == 1
    assert floor.books_balance()


def test_home_leaves_the_carton_to_whoever_scans_it_next() -> None:
    floor = at(*AT_BENCH)
    floor.scan("HOME")
    floor.scan("BENCH-01", "W2")
    reply = floor.scan(PLATE, "W2")
    assert (reply.screen.step, reply.screen.fields["planned_g"]) == ("weigh", 1850)
    assert floor.books_balance()


def test_a_cart_left_before_the_first_pick_gives_carton_and_plate_back() -> None:
    floor = at("CART-1")
    floor.do(CountCartons(id="count", carton="BOX-S", on_hand=2))
    floor.scans("BOX-S", PLATE)
    floor.scan("HOME")
    assert on_hand(floor) == 2
    assert floor.value("SELECT state FROM container WHERE lpn = :lpn", lpn=PLATE) == ""
    assert floor.scans(*ON_CART).screen.step == "place"

"""Packing at the bench: totes, cartons, items, short, put-back, take-over."""

from dataclasses import replace

import pytest

from controller.messages import (
    CancelOrder,
    ImportItems,
    ImportPlaces,
    ImportStock,
    Item,
    OrderLine,
    Place,
    SetUpSite,
    SignIn,
    StockLine,
)
from controller.store import Store
from tests.workflows.floor import CARTONS, ECO, SETTINGS, SETUP, Floor, let_go, packed_floor

BOX = "040123450000000016"


def to_item(floor: Floor) -> None:
    floor.scans("TOTE-1", "BOX-S")


def to_label(floor: Floor) -> None:
    to_item(floor)
    floor.scans("MUG", "MUG", "PEN", "800")


def test_a_parcel_goes_from_tote_to_belt_by_what_each_screen_asks_for(store: Store) -> None:
    floor = packed_floor(store=store)
    assert floor.screens["W1"].screen.target == "TOTE-1"
    to_label(floor)
    assert floor.screens["W1"].screen.target == BOX
    floor.carrier_answers()
    floor.printer_answers()
    reply = floor.scans(BOX)
    assert (reply.message, reply.screen.step) == ("tote_done", "tote")
    parcel = floor.parcels()[0]
    assert (parcel.state, parcel.lpn, parcel.mass_g) == ("labelled", BOX, 800)
    assert floor.stock(BOX) == {"MUG": 2, "PEN": 1}
    assert floor.value("SELECT place FROM container WHERE lpn = :b", b=BOX) == "BELT-01"
    assert floor.value("SELECT state FROM container WHERE lpn = 'TOTE-1'") == ""
    assert floor.value("SELECT state FROM load") == "packed"
    assert floor.books_balance()


def test_without_a_gs1_prefix_a_carton_gets_a_plate_of_our_own() -> None:
    plain = SetUpSite(
        id="site", settings=replace(SETTINGS, gs1_prefix=""), cartons=CARTONS, services=(ECO,)
    )
    floor = Floor(setup=(plain, *SETUP[1:]))
    order = floor.order("1", {"MUG": 1})
    floor.tour([[(order, "BOX-S", {"MUG": 1})]])
    reply = floor.scans("BENCH-01", "TOTE-1", "BOX-S")
    assert reply.screen.fields["box"] == "LP000000001"


def test_wrong_item_is_refused_and_names_both() -> None:
    floor = packed_floor()
    to_item(floor)
    reply = floor.scan("BOOK")
    assert (reply.message, reply.tone) == ("wrong_item", "error")
    assert reply.fields == {"expected": "MUG", "got": "BOOK"}
    assert floor.stock(BOX) == {}


def test_lines_may_be_packed_in_any_sequence_and_packs_count_their_units() -> None:
    floor = packed_floor()
    to_item(floor)
    reply = floor.scans("PEN", "MUG-PACK")
    assert reply.screen.step == "weigh"
    assert floor.stock(BOX) == {"MUG": 2, "PEN": 1}


def test_more_units_than_wanted_are_refused() -> None:
    floor = packed_floor()
    to_item(floor)
    floor.scans("MUG")
    assert floor.scan("MUG-PACK").message == "too_many"


def test_large_quantities_are_keyed_in_once() -> None:
    floor = packed_floor({"MUG": 6})
    to_item(floor)
    reply = floor.scans("MUG")
    assert (reply.screen.step, reply.screen.target) == ("count", "6")
    assert floor.scan("7").message == "wrong_count"
    assert floor.scans("4").screen.fields["got"] == 4
    assert floor.scans("MUG-PACK").screen.step == "weigh"
    assert floor.stock(BOX) == {"MUG": 6}


def test_other_carton_that_fits_is_taken_for_a_reason() -> None:
    floor = packed_floor()
    floor.scans("TOTE-1")
    reply = floor.scan("BOX-L")
    assert (reply.message, reply.tone) == ("other_carton", "warn")
    assert floor.scan("TOO_SMALL").screen.step == "item"
    floor.scans("MUG-PACK", "PEN")
    assert floor.screens["W1"].screen.fields["planned_g"] == 2 * 350 + 20 + 300
    assert floor.parcels()[0].carton == "BOX-L"


def test_carton_that_is_too_small_is_refused() -> None:
    floor = Floor()
    order = floor.order("1", {"MUG": 12})
    floor.tour([[(order, "BOX-L", {"MUG": 12})]])
    floor.scans("BENCH-01", "TOTE-1")
    assert floor.scan("BOX-S").message == "carton_too_small"


def test_own_packaging_needs_no_carton() -> None:
    floor = Floor()
    order = floor.order("1", {"BOOK": 1})
    floor.tour([[(order, "OWN", {"BOOK": 1})]])
    reply = floor.scans("BENCH-01", "TOTE-1")
    assert reply.screen.step == "item"
    assert floor.scans("BOOK").screen.fields["planned_g"] == 500
    assert floor.scans("500").screen.step == "label"


@pytest.mark.parametrize("scans", [("MUG",), ("MUG", "MUG"), ("MUG", "MUG", "PEN"), ()])
def test_undo_takes_back_one_step_and_the_work_goes_on(scans: tuple[str, ...]) -> None:
    floor = packed_floor()
    to_item(floor)
    for raw in scans:
        floor.scans(raw)
    undone = floor.scans("UNDO")
    assert "UNDO" not in undone.screen.buttons
    again = (scans or ("BOX-S",))[-1]
    floor.scans(again)
    for raw in ("MUG", "MUG", "PEN")[len(scans) :]:
        floor.scans(raw)
    screen = floor.screens["W1"].screen
    assert (screen.step, screen.fields["planned_g"]) == ("weigh", 800)
    assert floor.value("SELECT SUM(packed) FROM order_line") == 3
    assert floor.books_balance()


def test_undo_of_a_carton_leaves_no_plate_behind() -> None:
    floor = packed_floor()
    to_item(floor)
    floor.scans("UNDO")
    assert floor.value("SELECT COUNT(*) FROM barcode WHERE code = :b", b=BOX) == 0
    assert floor.parcels()[0].state == "planned"


def test_missing_units_are_booked_lost_and_the_rest_ships(store: Store) -> None:
    floor = packed_floor(store=store)
    to_item(floor)
    floor.scans("MUG")
    reply = floor.scans("SHORT")
    assert (reply.screen.step, reply.screen.target) == ("item", "PEN")
    floor.scans("PEN")
    assert floor.screens["W1"].screen.fields["planned_g"] == 350 + 20 + 80
    assert floor.stock(BOX) == {"MUG": 1, "PEN": 1}
    assert floor.stock("~lost") == {"MUG": 1}
    row = floor.all("SELECT planned, picked, packed FROM order_line WHERE sku = 'MUG'")[0]
    assert tuple(row) == (1, 1, 1)
    assert floor.books_balance()


def test_a_parcel_with_nothing_left_is_dropped() -> None:
    floor = packed_floor({"MUG": 1})
    to_item(floor)
    reply = floor.scans("SHORT")
    assert reply.screen.step == "tote"
    assert floor.parcels()[0].state == "cancelled"
    assert floor.value("SELECT state FROM load") == "packed"


def test_done_closes_a_full_parcel_and_the_rest_gets_another_one(store: Store) -> None:
    floor = packed_floor(store=store)
    to_item(floor)
    assert floor.scan("DONE").message == "parcel_empty"
    floor.scans("MUG", "DONE", "430")
    assert let_go(floor) == "shop/1"
    assert floor.screens["W1"].screen.step == "carton"
    assert [p.state for p in floor.parcels()] == ["labelled", "planned"]
    floor.scans(floor.screens["W1"].screen.target, "MUG", "PEN")
    planned_g = floor.screens["W1"].screen.fields["planned_g"]
    floor.scans(str(planned_g))
    let_go(floor)
    assert floor.value("SELECT SUM(packed) FROM order_line") == 3
    assert floor.value("SELECT state FROM load") == "packed"


def test_units_that_were_not_picked_are_taken_off_their_parcel() -> None:
    floor = Floor()
    order = floor.order("1", {"MUG": 2, "PEN": 1})
    floor.tour([[(order, "BOX-S", {"MUG": 2, "PEN": 1})]])
    cancelled = OrderLine(line=1, sku="MUG", qty=1)
    floor.do(CancelOrder(id="cancel", order=order, lines=(cancelled,)))
    floor.scans("BENCH-01", "TOTE-1", "BOX-S")
    reply = floor.scans("MUG", "PEN")
    assert reply.screen.fields["planned_g"] == 350 + 20 + 80


def test_goods_of_a_cancelled_order_are_put_back_and_the_tote_is_free(store: Store) -> None:
    floor = packed_floor(store=store)
    floor.do(CancelOrder(id="cancel", order="shop/1"))
    reply = floor.scans("TOTE-1")
    assert (reply.screen.step, reply.screen.target) == ("put_back", "PUT-BACK")
    assert floor.scan("BENCH-01").message == "wrong_place"
    floor.scans("PUT-BACK", "PUT-BACK")
    assert floor.stock("PUT-BACK") == {"MUG": 2, "PEN": 1}
    assert floor.screens["W1"].screen.step == "tote"
    assert floor.value("SELECT state FROM container WHERE lpn = 'TOTE-1'") == ""
    assert floor.books_balance()


def test_an_order_cancelled_under_the_packers_hands_stops_its_parcel() -> None:
    floor = packed_floor()
    to_item(floor)
    floor.scans("MUG", "MUG")
    floor.do(CancelOrder(id="cancel", order="shop/1"))
    reply = floor.scan("PEN")
    assert (reply.message, reply.tone) == ("order_changed", "warn")
    assert reply.screen.step == "put_back"
    floor.scans("PUT-BACK")
    assert floor.stock("PUT-BACK") == {"PEN": 1}
    assert floor.stock(BOX) == {"MUG": 2}
    assert floor.books_balance()


def test_a_parcel_cancelled_on_the_scale_is_not_bought() -> None:
    floor = packed_floor()
    to_item(floor)
    floor.scans("MUG", "MUG", "PEN")
    floor.do(CancelOrder(id="cancel", order="shop/1"))
    assert floor.scan("800").message == "parcel_gone"
    assert floor.sent("carrier/") == []


def test_home_in_the_middle_loses_nothing_and_another_packer_goes_on() -> None:
    floor = packed_floor()
    to_item(floor)
    floor.scans("MUG", "MUG", "HOME")
    reply = floor.scans("BENCH-02", "TOTE-1")
    assert (reply.screen.step, reply.screen.target) == ("item", "PEN")
    assert floor.scans("PEN").screen.step == "weigh"


def test_a_tote_in_work_is_taken_over_on_the_second_scan() -> None:
    floor = Floor("W1", "W2")
    order = floor.order("1", {"MUG": 1})
    floor.tour([[(order, "BOX-S", {"MUG": 1})]])
    floor.scans("BENCH-01", "TOTE-1")
    floor.scan("BENCH-02", "W2")
    assert floor.scan("TOTE-1", "W2").message == "tote_in_packing"
    assert floor.scan("TOTE-1", "W2").screen.step == "carton"


def test_a_bench_is_taken_over_on_the_second_scan() -> None:
    floor = Floor("W1", "W2")
    floor.scan("BENCH-01")
    reply = floor.scan("BENCH-01", "W2")
    assert (reply.message, reply.fields["by"]) == ("bench_taken", "W1")
    assert floor.scan("BENCH-01", "W2").screen.workflow == "packing"
    assert floor.value("SELECT workflow FROM session WHERE worker = 'W1'") == "home"


def test_scanning_the_bench_again_shows_the_tote_that_came_meanwhile() -> None:
    floor = Floor("W1", "W2")
    assert floor.scan("BENCH-01", "W2").message == "nothing_to_pack"
    order = floor.order("1", {"MUG": 1})
    floor.tour([[(order, "BOX-S", {"MUG": 1})]])
    assert floor.scan("BENCH-01", "W2").screen.target == "TOTE-1"


@pytest.mark.parametrize("raw", ["SHORT", "DONE"])
def test_a_line_cancelled_after_its_first_scan_is_noticed(raw: str) -> None:
    floor = packed_floor()
    to_item(floor)
    floor.scans("MUG")
    floor.do(CancelOrder(id="cancel", order="shop/1"))
    assert floor.scan(raw).message == "order_changed"
    assert floor.stock(BOX) == {}
    assert floor.books_balance()


def test_two_packers_at_one_tote_never_make_one_parcel_twice() -> None:
    floor = packed_floor()
    floor.screens["W2"] = floor.do(SignIn(id="in/W2", badge="W2"))
    floor.scans("TOTE-1")
    for raw in ("BENCH-02", "TOTE-1", "TOTE-1", "BOX-S", "MUG-PACK"):
        floor.scan(raw, "W2")
    reply = floor.scan("BOX-S")
    assert (reply.message, reply.screen.workflow) == ("screen_out_of_date", "home")
    assert floor.stock(BOX) == {"MUG": 2}
    assert len(floor.parcels()) == 1
    assert floor.books_balance()


def test_what_fits_no_carton_ships_as_it_is() -> None:
    safe = Item(sku="SAFE", name="Safe", length_mm=400, width_mm=400, height_mm=400, mass_g=40_000)
    stock = StockLine(sku="SAFE", place="P-SAFE", qty=5)
    floor = Floor(
        setup=(
            *SETUP,
            ImportItems(id="more", items=(safe,)),
            ImportPlaces(id="its place", places=(Place(name="P-SAFE", kind="pick"),)),
            ImportStock(id="its stock", lines=(stock,)),
        )
    )
    order = floor.order("1", {"MUG": 1, "SAFE": 1})
    floor.tour([[(order, "BOX-L", {"MUG": 1, "SAFE": 1})]])
    floor.scans("BENCH-01", "TOTE-1", "BOX-L", "MUG", "DONE", "650")
    let_go(floor)
    screen = floor.screens["W1"].screen
    assert (screen.step, screen.target, screen.fields["carton"]) == ("item", "SAFE", "OWN")
    assert "40000 g fits no carton" in floor.events("fits_no_carton")[0]["why"]

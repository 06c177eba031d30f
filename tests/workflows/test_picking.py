"""Picking by cart: every branch of the screens, through the one door."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from controller.messages import (
    ApplyTour,
    CancelOrder,
    ImportItems,
    ImportStock,
    Item,
    OrderLine,
    ScanReply,
    SetUpSite,
    SiteSettings,
    StockLine,
)
from tests.house import House
from tests.workflows.monkey_site import SETUP
from tests.workflows.scenes import house, plan

Given = Callable[..., House]


def at_first_pick(house: House, qty: int = 2, sku: str = "MUG") -> House:
    """The order shop/1 wants `qty` of one SKU; Ann stands before its bin with an empty tote."""
    house.order("1", {sku: qty})
    house.release("shop/1")
    house.start_tour()
    return house


def test_a_tour_moves_every_unit_from_bin_to_tote(given: Given) -> None:
    house = given(stock={"MUG": 10, "PEN": 10})
    house.order("1", {"MUG": 2, "PEN": 5})
    house.release("shop/1")
    reply = house.pick_all()
    assert (reply.screen.workflow, reply.message) == ("home", "handed_over")
    assert house.stock("MUG", container="TOTE1") == (2, 2)
    assert house.stock("PEN", container="TOTE1") == (5, 5)
    assert house.stock("MUG", place="P-MUG") == (8, 0)
    assert [row.picked for row in house.lines("shop/1")] == [2, 5]
    assert house.violations() == []


def test_a_wrong_bin_names_the_expected_and_the_read_one(given: Given) -> None:
    house = at_first_pick(given(stock={"MUG": 10, "PEN": 10}))
    reply = house.scan("P-PEN")
    assert (reply.tone, reply.message) == ("error", "wrong_place")
    assert reply.fields == {"expected": "P-MUG", "got": "P-PEN"}
    assert reply.screen.step == "place"


def test_a_wrong_item_is_refused_and_nothing_moves(given: Given) -> None:
    house = at_first_pick(given(stock={"MUG": 10, "PEN": 10}))
    house.scan("P-MUG")
    reply = house.scan("PEN")
    assert (reply.tone, reply.message) == ("error", "wrong_item")
    assert house.stock("MUG", place="P-MUG") == (10, 2)


def test_a_product_is_not_inferred_from_a_place(given: Given) -> None:
    house = at_first_pick(given(stock={"MUG": 10}))
    assert house.scan("P-MUG").screen.step == "item"


def test_few_units_are_scanned_one_by_one(given: Given) -> None:
    house = at_first_pick(given(stock={"MUG": 10}), qty=2)
    house.scan("P-MUG")
    assert house.scan("MUG").screen.step == "item"
    assert house.scan("MUG").screen.step == "drop"


def test_many_units_are_keyed_in_after_one_scan(given: Given) -> None:
    house = at_first_pick(given(stock={"MUG": 100}), qty=48)
    house.scan("P-MUG")
    reply = house.scan("MUG")
    assert (reply.screen.step, reply.screen.target) == ("count", "48")
    assert house.scan("48").screen.step == "drop"


@pytest.mark.parametrize("count", ["0", "49", "999999"])
def test_a_count_outside_what_is_wanted_is_refused(given: Given, count: str) -> None:
    house = at_first_pick(given(stock={"MUG": 100}), qty=48)
    house.scan("P-MUG")
    house.scan("MUG")
    reply = house.scan(count)
    assert (reply.tone, reply.message, reply.screen.step) == ("error", "wrong_count", "count")


def test_part_of_a_pick_can_be_dropped_and_the_rest_fetched_after(given: Given) -> None:
    house = at_first_pick(given(stock={"MUG": 100}), qty=48)
    for raw in ("P-MUG", "MUG", "20"):
        house.scan(raw)
    reply = house.scan("TOTE1")
    assert (reply.screen.step, reply.screen.fields["qty"]) == ("item", 28)
    assert house.stock("MUG", container="TOTE1") == (20, 20)


def test_the_wrong_tote_stops_the_hand(given: Given) -> None:
    house = given(stock={"MUG": 10})
    house.order("1", {"MUG": 1})
    house.order("2", {"MUG": 1})
    house.release_together(["shop/1", "shop/2"])
    house.start_tour()
    house.scan("P-MUG")
    house.scan("MUG")
    reply = house.scan("TOTE2")
    assert (reply.tone, reply.message) == ("error", "wrong_tote")
    assert reply.fields == {"expected": "TOTE1", "got": "TOTE2"}


def test_undo_takes_the_units_out_of_the_tote_again(given: Given) -> None:
    house = at_first_pick(given(stock={"MUG": 10, "PEN": 5}), qty=1)
    for raw in ("P-MUG", "MUG", "TOTE1"):
        reply = house.scan(raw)
    assert "UNDO" in reply.screen.buttons
    reply = house.scan("UNDO")
    assert (reply.message, reply.screen.step) == ("undone", "drop")
    assert house.stock("MUG", place="P-MUG") == (10, 1)
    assert house.stock("MUG", container="TOTE1") == (0, 0)
    assert house.line("shop/1").picked == 0
    assert house.violations() == []
    assert house.scan("TOTE1").message == "picked"


def test_a_skipped_pick_comes_last(given: Given) -> None:
    house = given(stock={"MUG": 10, "PEN": 10})
    house.order("1", {"MUG": 1, "PEN": 1})
    house.release("shop/1")
    house.start_tour()
    assert house.scan("SKIP").screen.target == "P-PEN"
    for raw in ("P-PEN", "PEN"):
        house.scan(raw)
    assert house.scan("TOTE1").screen.target == "P-MUG"


def test_a_short_bin_is_counted_and_another_bin_joins_the_tour(given: Given) -> None:
    house = at_first_pick(given(stock={"MUG": 10}), qty=6)
    house.stock_in("MUG", "R1", 20)
    house.scan("P-MUG")
    assert house.scan("SHORT").screen.step == "short"
    reply = house.scan("4")
    assert (reply.message, reply.screen.step, reply.screen.fields["qty"]) == (
        "take_what_is_here",
        "item",
        4,
    )
    for raw in ("MUG", "4"):
        house.scan(raw)
    reply = house.scan("TOTE1")
    assert (reply.screen.target, reply.screen.fields["qty"]) == ("R1", 2)
    assert house.line("shop/1").backordered == 0
    assert house.violations() == []


def test_an_empty_bin_with_nothing_elsewhere_backorders_the_line(given: Given) -> None:
    house = at_first_pick(given(stock={"MUG": 3}), qty=3)
    house.scan("SHORT")
    reply = house.scan("0")
    assert reply.screen.step == "hand_over"
    line = house.line("shop/1")
    assert (line.backordered, line.planned, line.picked) == (3, 0, 0)
    assert house.stock("MUG", place="P-MUG") == (0, 0)
    assert house.violations() == []


def test_a_short_count_unplans_what_other_tours_had_reserved_there(given: Given) -> None:
    house = given(stock={"MUG": 10})
    house.order("1", {"MUG": 4})
    house.order("2", {"MUG": 4})
    house.release("shop/1")
    house.release("shop/2")
    house.start_tour()
    house.scan("SHORT")
    house.scan("4")
    assert house.stock("MUG", place="P-MUG") == (4, 4)
    other = house.line("shop/2")
    assert (other.planned, other.backordered) == (0, 4)
    assert house.violations() == []


def test_a_count_that_is_enough_for_fewer_wanted_says_how_many(given: Given) -> None:
    house = at_first_pick(given(stock={"MUG": 10}), qty=6)
    house.cancel("shop/1", (1, 4))
    house.scan("SHORT")
    assert house.scan("2").screen.fields["qty"] == 2


def test_a_count_that_finds_enough_changes_nothing(given: Given) -> None:
    house = at_first_pick(given(stock={"MUG": 10}), qty=6)
    house.scan("SHORT")
    reply = house.scan("10")
    assert (reply.message, reply.screen.step) == ("enough_here", "item")
    assert house.stock("MUG", place="P-MUG") == (10, 6)


def test_a_full_tote_is_replaced_and_both_are_packed(given: Given) -> None:
    house = given(stock={"MUG": 10, "PEN": 10})
    house.order("1", {"MUG": 1, "PEN": 1})
    house.release("shop/1")
    house.start_tour()
    for raw in ("P-MUG", "MUG", "TOTE1", "P-PEN"):
        house.scan(raw)
    assert house.scan("FULL").screen.step == "new_tote"
    assert house.scan("TOTE1").message == "tote_not_free"
    assert house.scan("TOTE2").screen.step == "item"
    house.scan("PEN")
    house.scan("TOTE2")
    house.scan("BUFFER")
    loads = house.all("SELECT lpn, state FROM load ORDER BY lpn")
    assert [(row.lpn, row.state) for row in loads] == [("TOTE1", "picked"), ("TOTE2", "picked")]
    assert house.violations() == []


def test_a_cancelled_pick_turns_amber_and_the_tour_goes_on(given: Given) -> None:
    house = given(stock={"MUG": 10, "PEN": 10})
    house.order("1", {"MUG": 1, "PEN": 1})
    house.release("shop/1")
    house.start_tour()
    for raw in ("P-MUG", "MUG"):
        house.scan(raw)
    house.handle(CancelOrder(id="cancel", order="shop/1"))
    reply = house.scan("TOTE1")
    assert (reply.tone, reply.message, reply.screen.step) == (
        "warn",
        "pick_cancelled",
        "hand_over",
    )
    assert house.state("shop/1") == "cancelled"
    assert house.violations() == []


def test_units_cancelled_while_in_hand_go_back_before_the_rest_is_dropped(given: Given) -> None:
    house = at_first_pick(given(stock={"MUG": 10}), qty=6)
    for raw in ("P-MUG", "MUG", "6"):
        house.scan(raw)
    part = OrderLine(line=1, sku="MUG", qty=2)
    house.handle(CancelOrder(id="cancel", order="shop/1", lines=(part,)))
    reply = house.scan("TOTE1")
    assert (reply.tone, reply.message, reply.screen.step) == ("warn", "fewer_wanted", "drop")
    assert reply.fields == {"sku": "MUG", "wanted": 4, "got": 6}
    assert house.stock("MUG", container="TOTE1") == (0, 0)
    assert house.scan("TOTE1").message == "picked"
    assert house.stock("MUG", container="TOTE1") == (4, 4)
    assert house.violations() == []


def test_a_tour_not_begun_is_given_back_on_leaving(given: Given) -> None:
    house = at_first_pick(given(stock={"MUG": 10}))
    house.scan("HOME")
    assert house.one("SELECT state, cart FROM tour") == ("planned", "")
    assert house.scan("CART").screen.workflow == "picking"


def test_a_tour_begun_waits_on_its_cart_for_whoever_scans_it(given: Given) -> None:
    house = given(stock={"MUG": 10, "PEN": 10})
    house.order("1", {"MUG": 1, "PEN": 1})
    house.release("shop/1")
    house.start_tour()
    for raw in ("P-MUG", "MUG", "TOTE1", "HOME"):
        house.scan(raw)
    assert house.one("SELECT state, cart, worker FROM tour") == ("active", "CART", "")
    assert house.scan("CART").screen.target == "P-PEN"


def test_a_cart_without_a_tour_says_so(given: Given) -> None:
    house = given(stock={"MUG": 10})
    house.sign_in()
    reply = house.scan("CART")
    assert (reply.tone, reply.message, reply.screen.workflow) == ("warn", "no_tour", "home")


def test_a_plan_that_no_longer_holds_is_dropped_pick_by_pick(given: Given) -> None:
    house = given(stock={"MUG": 10, "PEN": 10})
    house.order("1", {"MUG": 2, "PEN": 2})
    house.release("shop/1")
    first = house.one("SELECT payload FROM journal WHERE name = 'ApplyTour'")
    again = house.as_command(first.payload, ApplyTour, id="plan/again")
    refusal = house.refused(again)
    assert refusal.code == "tour_obsolete"
    assert house.stock("MUG", place="P-MUG") == (10, 2)


GTIN = "09506000134352"


def lots_in_one_bin(house: House) -> House:
    """Lot A expires first and is planned; lot B lies in the same bin."""
    milk = Item(
        sku="MUG",
        name="Milk",
        length_mm=80,
        width_mm=80,
        height_mm=80,
        mass_g=500,
        barcodes=((GTIN, 1),),
        lot_tracked=True,
    )
    house.handle(ImportItems(id="milk", items=(milk,)))
    lines = tuple(
        StockLine(sku="MUG", place="P-MUG", qty=4, lot=lot, expiry_ms=expiry)
        for lot, expiry in (("A", 1), ("B", 2))
    )
    house.handle(ImportStock(id="lots", lines=lines))
    house.order("1", {"MUG": 1})
    house.release("shop/1")
    house.start_tour()
    house.scan("P-MUG")
    return house


def scan_lot(house: House, lot: str) -> ScanReply:
    return house.scan(f"(01){GTIN}(10){lot}")


def test_another_lot_turns_amber_and_is_taken_on_the_second_scan(given: Given) -> None:
    house = lots_in_one_bin(given(stock={"MUG": 0}))
    reply = scan_lot(house, "B")
    assert (reply.tone, reply.message, reply.screen.step) == ("warn", "other_lot", "item")
    assert reply.fields == {"expected": "A", "got": "B"}
    assert scan_lot(house, "B").screen.step == "drop"
    house.scan("TOTE1")
    (picked,) = house.all("SELECT lot, qty FROM stock WHERE container = 'TOTE1'")
    assert tuple(picked) == ("B", 1)
    assert house.violations() == []


def test_the_planned_lot_is_taken_at_once(given: Given) -> None:
    house = lots_in_one_bin(given(stock={"MUG": 0}))
    assert scan_lot(house, "A").screen.step == "drop"


def test_a_lot_that_has_too_few_free_here_is_refused_by_name(given: Given) -> None:
    house = lots_in_one_bin(given(stock={"MUG": 0}))
    scan_lot(house, "C")
    reply = scan_lot(house, "C")
    assert (reply.tone, reply.message) == ("error", "lot_not_free")
    assert (reply.fields["lot"], reply.fields["fix"]) == ("C", "take lot A")
    assert house.violations() == []


def asked_at_zero(given: Given) -> House:
    """Ann has just taken the last three units that the books know of."""
    house = at_first_pick(
        given(stock={"MUG": 3, "PEN": 1}, settings=SiteSettings(zero_check=True)), qty=3
    )
    for raw in ("P-MUG", "MUG", "MUG", "MUG"):
        house.scan(raw)
    reply = house.scan("TOTE1")
    assert (reply.message, reply.screen.step, reply.screen.target) == (
        "is_it_empty",
        "zero",
        "EMPTY",
    )
    return house


def test_a_bin_that_the_books_empty_is_confirmed_by_the_picker(given: Given) -> None:
    house = asked_at_zero(given)
    assert house.scan("EMPTY").screen.step == "hand_over"
    assert house.stock("MUG", place="P-MUG") == (0, 0)


def test_units_left_in_an_empty_bin_are_found_and_serve_who_waits(given: Given) -> None:
    house = asked_at_zero(given)
    house.order("2", {"MUG": 1})
    assert house.line("shop/2").backordered == 1
    assert house.scan("2").screen.step == "hand_over"
    assert house.stock("MUG", place="P-MUG") == (2, 0)
    assert house.line("shop/2").backordered == 0
    assert house.violations() == []


def test_found_units_can_be_taken_back_while_nobody_has_them(given: Given) -> None:
    house = asked_at_zero(given)
    house.scan("2")
    assert house.scan("UNDO").screen.step == "zero"
    assert house.stock("MUG", place="P-MUG") == (0, 0)
    assert house.violations() == []


def test_full_cases_are_taken_from_reserve_and_the_screen_says_how_many() -> None:
    floor = house()
    site = SETUP[0]
    assert isinstance(site, SetUpSite)
    floor.do(replace(site, id="cases", settings=replace(site.settings, case_units_min=3)))
    floor.order("1", {"MUG": 7})
    plan(floor)
    open_picks = floor.all("SELECT from_place, qty FROM task WHERE kind = 'pick' ORDER BY qty")
    assert [tuple(row) for row in open_picks] == [("P-MUG", 1), ("R4", 6)]
    reply = floor.scans("CART-1", "TOTE-1")
    shown = {reply.screen.target: reply.screen.fields["cases"]}
    floor.scan("SKIP")
    screen = floor.screens["W1"].screen
    shown[screen.target] = screen.fields["cases"]
    assert shown == {"P-MUG": "", "R4": "2 \u00d7 3"}

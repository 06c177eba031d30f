"""The put wall: one batch's tote, sorted into the slots of its orders, through the one door."""

import pytest

from api.console.plan_words import plan_says
from controller.messages import ApplyTour, CancelOrder, OrderLine, PlannedLoad, PlannedPick
from controller.views import plans
from tests.workflows.floor import Floor
from tests.workflows.scenes import house, plan, wall

AT_TOTE = ("WALL-01", "TOTE-1")
FIRST, SECOND = "WALL-01-1", "WALL-01-2"


def states(floor: Floor) -> dict[str, str]:
    return {row.lpn: row.state for row in floor.all("SELECT lpn, state FROM load ORDER BY id")}


def emptied() -> Floor:
    """All of the tote lies in the slots of its two orders; W1 has just put the last item."""
    floor = wall()
    floor.scans(*AT_TOTE, "MUG", FIRST, "MUG", SECOND, "PEN", FIRST, "PEN", SECOND)
    return floor


def test_goods_of_all_orders_are_picked_in_one_visit_of_each_bin() -> None:
    floor = wall()
    picks = floor.all("SELECT sku, qty FROM movement WHERE cause = 'pick' ORDER BY sku, id")
    assert [tuple(row) for row in picks] == [("MUG", 2), ("MUG", 2), ("PEN", 1), ("PEN", 1)]
    scans = floor.all("SELECT seq FROM journal WHERE name = 'Scan' ORDER BY seq")
    told = ("CART-1", "TOTE-1", "P-MUG", "MUG", "4", "TOTE-1", "P-PEN", "PEN", "PEN", "TOTE-1")
    assert len(scans) == len((*told, "WALL-01"))
    assert floor.stock("TOTE-1") == {"MUG": 4, "PEN": 2}
    assert floor.value("SELECT place FROM container WHERE lpn = 'TOTE-1'") == "WALL-01"
    assert floor.books_balance()


def test_a_batch_says_what_first_come_first_served_would_have_walked() -> None:
    floor = house()
    for number in range(1, 3):
        floor.order(str(number), {"MUG": 2, "PEN": 1})
    plan(floor)
    with floor.controller.reading() as db:
        story = plans.plan(db, 1)
    assert story is not None
    (said,) = story.kinds
    assert said.kind == "batch"
    assert 0 < said.bound_mm <= said.length_mm <= said.first_come_mm
    assert any("proven" in line or "at most" in line for line in plan_says(story))


def test_a_batch_tote_is_no_work_for_a_bench() -> None:
    floor = wall()
    assert floor.scan("BENCH-01").message == "nothing_to_pack"
    assert floor.scan("TOTE-1").tone == "error"


def test_each_put_moves_units_from_the_tote_to_the_slot_of_their_order() -> None:
    floor = wall()
    floor.scans(*AT_TOTE, "MUG")
    screen = floor.screens["W1"].screen
    assert (screen.step, screen.target, screen.fields["qty"]) == ("slot", FIRST, 2)
    assert floor.scan(FIRST).message == "put_into_slot"
    assert floor.stock("TOTE-1") == {"MUG": 2, "PEN": 2}
    assert floor.stock(FIRST) == {"MUG": 2}
    held = floor.all("SELECT ref, qty FROM reservation WHERE container = :lpn", lpn=FIRST)
    assert [tuple(row) for row in held] == [("shop/1", 2)]
    assert floor.books_balance()


def test_the_last_item_of_an_order_completes_its_slot_and_the_last_of_all_frees_the_tote() -> None:
    floor = wall()
    floor.scans(*AT_TOTE, "MUG", FIRST, "PEN", FIRST)
    assert floor.screens["W1"].message == "slot_complete"
    assert states(floor) == {"TOTE-1": "sorting", FIRST: "picked", SECOND: "filling"}
    floor.scans("PEN", SECOND, "MUG", SECOND)
    assert states(floor) == {"TOTE-1": "packed", FIRST: "picked", SECOND: "picked"}
    assert floor.value("SELECT state FROM container WHERE lpn = 'TOTE-1'") == ""
    assert floor.screens["W1"].screen.step == "tote"


def test_the_packer_takes_a_complete_slot_and_the_slot_is_free_again() -> None:
    floor = emptied()
    floor.scans("HOME", "BENCH-01")
    assert floor.screens["W1"].screen.target == FIRST
    floor.scans(FIRST, "BOX-S", "MUG", "MUG", "PEN", "800")
    floor.carrier_answers()
    floor.printer_answers()
    floor.scans(floor.screens["W1"].screen.target)
    at = "SELECT state, place FROM container WHERE lpn = :lpn"
    assert tuple(floor.all(at, lpn=FIRST)[0]) == ("", "WALL-01")
    assert tuple(floor.all(at, lpn=SECOND)[0]) == ("in_use", "WALL-01")
    assert [parcel.state for parcel in floor.parcels()] == ["labelled", "planned"]
    assert floor.books_balance()


def test_a_slot_that_is_not_complete_cannot_be_packed() -> None:
    floor = wall()
    floor.scans(*AT_TOTE, "MUG", FIRST, "HOME")
    floor.scan("BENCH-01")
    assert floor.scan(FIRST).tone == "error"


def test_the_wrong_slot_is_named_and_nothing_moves() -> None:
    floor = wall()
    floor.scans(*AT_TOTE, "MUG")
    reply = floor.scan(SECOND)
    assert (reply.tone, reply.message) == ("error", "wrong_slot")
    assert reply.fields == {"expected": FIRST, "got": SECOND}
    assert floor.stock(SECOND) == {}


def test_undo_takes_the_last_put_back_into_a_tote_that_was_free_already() -> None:
    floor = emptied()
    assert floor.scan("UNDO").message == "undone"
    assert floor.screens["W1"].screen.target == SECOND
    assert states(floor) == {"TOTE-1": "sorting", FIRST: "picked", SECOND: "filling"}
    assert floor.stock("TOTE-1") == {"PEN": 1}
    assert floor.books_balance()
    assert floor.scan(SECOND).message == "slot_complete"


def test_undo_is_too_late_once_a_packer_has_the_slot() -> None:
    floor = emptied()
    floor.scans("BENCH-01", worker="W2")
    floor.scans(SECOND, worker="W2")
    reply = floor.scan("UNDO")
    assert (reply.tone, reply.message) == ("error", "fetched_by_now")
    assert floor.stock(SECOND) == {"MUG": 2, "PEN": 1}
    assert floor.books_balance()


def test_a_full_slot_is_replaced_and_both_are_packed() -> None:
    floor = wall()
    floor.scans(*AT_TOTE, "MUG", FIRST, "PEN")
    assert floor.scan("FULL").screen.target == "WALL-01-3"
    assert floor.scan("WALL-01-3").message == "slot_complete"
    assert states(floor)[FIRST] == states(floor)["WALL-01-3"] == "picked"
    assert floor.books_balance()


def test_a_wall_without_a_free_slot_says_so_and_the_goods_stay_in_the_tote() -> None:
    floor = wall()
    floor.scans(*AT_TOTE, "MUG")
    floor.scan("FULL")
    floor.scan("FULL")
    reply = floor.scan("FULL")
    assert (reply.message, reply.fields["wall"]) == ("no_slot_free", "WALL-01")
    assert floor.stock("TOTE-1") == {"MUG": 4, "PEN": 2}
    floor.scan("WALL-01-4")
    floor.scans("MUG", SECOND, "PEN", "WALL-01-4", "PEN", SECOND)
    assert states(floor)[FIRST] == "packed"  # nothing came into it: it is free again
    assert floor.value("SELECT state FROM container WHERE lpn = :lpn", lpn=FIRST) == ""
    assert floor.books_balance()


def test_a_tote_of_which_nothing_has_a_slot_waits_until_one_is_free() -> None:
    floor = wall()
    order = floor.order("5", {"BOOK": 2})
    floor.scans(*AT_TOTE, "MUG")
    floor.scan("FULL")
    floor.scan("FULL")
    pick = PlannedPick(order=order, line=1, sku="BOOK", place="P-BOOK", qty=2, load=0)
    tote = PlannedLoad(container="tote", parcels=(), wall="WALL-01")
    floor.do(ApplyTour(id="late", kind="batch", loads=(tote,), picks=(pick,), length_mm=1))
    floor.follow("W2", "CART-2")
    floor.scan("WALL-01", "W2")
    assert floor.screens["W2"].screen.target == ""
    reply = floor.scans("TOTE-10", worker="W2")
    reply = floor.scan("BOOK", "W2")
    assert (reply.tone, reply.message, reply.screen.step) == ("warn", "no_slot_free", "tote")
    assert states(floor)["TOTE-10"] == "picked"
    floor.scans("WALL-01-4", "MUG", SECOND, "PEN", "WALL-01-4", "PEN", SECOND)
    assert states(floor)[FIRST] == "packed"  # nothing came into it: it is free again
    assert floor.screens["W1"].screen.target == "TOTE-10"
    assert floor.scans("TOTE-10", "BOOK").screen.target == FIRST
    assert floor.books_balance()


def test_what_is_missing_in_the_tote_falls_to_the_latest_due_order() -> None:
    floor = wall()
    floor.scans(*AT_TOTE, "SHORT")
    reply = floor.scan("3")
    assert (reply.message, reply.fields) == ("short_noted", {"sku": "MUG", "missing": 1})
    lines = floor.all(
        "SELECT order_id, planned, picked FROM order_line WHERE sku = 'MUG' ORDER BY 1"
    )
    assert [tuple(row) for row in lines] == [("shop/1", 2, 2), ("shop/2", 1, 1)]
    assert floor.books_balance()
    plan(floor, 2)
    assert floor.value("SELECT SUM(qty) FROM task WHERE state = 'open'") == 1


@pytest.mark.parametrize("count", ["5", "999999"])
def test_more_than_the_tote_can_hold_is_no_count(count: str) -> None:
    floor = wall()
    floor.scans(*AT_TOTE, "SHORT")
    assert floor.scan(count).message == "wrong_count"


def test_a_count_that_finds_all_changes_nothing() -> None:
    floor = wall()
    floor.scans(*AT_TOTE, "SHORT")
    assert floor.scan("4").message == "enough_here"
    assert floor.stock("TOTE-1") == {"MUG": 4, "PEN": 2}


def test_goods_of_a_cancelled_order_go_back_and_its_slot_is_free() -> None:
    floor = wall()
    floor.do(CancelOrder(id="cancel", order="shop/1"))
    floor.scans(*AT_TOTE, "MUG", SECOND, "PEN", SECOND)
    assert floor.screens["W1"].screen.step == "put_back"
    floor.scans("PUT-BACK", "PUT-BACK")
    assert states(floor) == {"TOTE-1": "packed", FIRST: "packed", SECOND: "picked"}
    assert floor.stock("PUT-BACK") == {"MUG": 2, "PEN": 1}
    assert floor.value("SELECT state FROM container WHERE lpn = :lpn", lpn=FIRST) == ""
    assert floor.books_balance()


def test_units_cancelled_in_the_hand_stay_in_the_tote() -> None:
    floor = wall()
    floor.scans(*AT_TOTE, "MUG")
    part = (OrderLine(line=1, sku="MUG", qty=1),)
    floor.do(CancelOrder(id="cancel", order="shop/1", lines=part))
    reply = floor.scan(FIRST)
    assert (reply.tone, reply.message, reply.screen.fields["qty"]) == ("warn", "fewer_wanted", 1)
    assert floor.scan(FIRST).message == "put_into_slot"
    assert floor.stock(FIRST) == {"MUG": 1}
    assert floor.books_balance()


def test_an_item_of_another_tote_is_refused() -> None:
    floor = wall()
    floor.scans(*AT_TOTE)
    reply = floor.scan("BOOK")
    assert (reply.tone, reply.message) == ("error", "no_order_wants_it")


def test_a_tote_that_a_colleague_sorts_is_taken_over_on_the_second_scan() -> None:
    floor = wall()
    floor.scans(*AT_TOTE)
    floor.scan("WALL-01", "W2")
    reply = floor.scan("TOTE-1", "W2")
    assert (reply.message, reply.fields["by"]) == ("tote_in_sorting", "W1")
    assert floor.scan("TOTE-1", "W2").screen.step == "item"
    assert floor.scan("MUG").message == "screen_out_of_date"


def test_orders_too_large_for_the_wall_and_lonely_ones_go_the_usual_way() -> None:
    floor = wall()
    floor.order("3", {"MUG": 12})
    floor.order("4", {"PEN": 3})
    plan(floor, 2)
    kinds = floor.all("SELECT kind FROM tour WHERE state = 'planned' ORDER BY id")
    assert {row.kind for row in kinds} == {"cluster"}

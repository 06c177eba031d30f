"""Putting away: goods find a place with room, and the container is free again."""

from controller.messages import (
    AnnounceReturn,
    CancelOrder,
    OrderLine,
    PlaceOrder,
    StockLine,
)
from controller.workflows import putting_away
from tests.workflows.floor import packed_floor
from tests.workflows.inbound import Site, walk_every_pair

FACE = StockLine(sku="MUG", place="P1", qty=10, face=True, face_max=30)


def given(*stock: StockLine, **units: int) -> Site:
    """A site where a tote has been received at the dock."""
    site = Site(stock=stock)
    site.announce("ASN1", **units)
    site.scan("DOCK1")
    site.follow()
    return site


def targets(site: Site) -> list[tuple[object, ...]]:
    return site.rows("SELECT sku, qty, to_place FROM task WHERE kind = 'putaway' ORDER BY id")


def test_goods_go_to_the_face_while_it_has_room_and_then_to_an_empty_reserve_place() -> None:
    site = given(FACE, MUG=45)
    assert targets(site) == [("MUG", 20, "P1"), ("MUG", 20, "R1"), ("MUG", 5, "R2")]
    site.scan("NEXT")
    assert site.follow() == ["source", "place", "place", "place", "done"]
    assert site.stock_at() == {("MUG", "P1"): 30, ("MUG", "R1"): 20, ("MUG", "R2"): 5}
    assert site.violations() == {}


def test_goods_join_the_same_sku_before_they_open_another_place() -> None:
    site = given(StockLine(sku="MUG", place="R2", qty=15), MUG=8)
    assert targets(site) == [("MUG", 5, "R2"), ("MUG", 3, "R1")]


def test_place_of_the_same_sku_that_is_full_is_passed_over() -> None:
    site = given(StockLine(sku="MUG", place="R1", qty=20), MUG=3)
    assert targets(site) == [("MUG", 3, "R2")]


def test_full_face_gives_way_to_reserve() -> None:
    site = given(FACE, MUG=4)
    assert site.scan("NEXT", "T1").screen.target == "P1"
    assert site.scan("FULL", "0").screen.target == "R1"


def test_another_lot_gets_a_place_of_its_own() -> None:
    site = Site(stock=(StockLine(sku="MILK", place="R1", qty=2, lot="L1"),))
    site.announce("ASN1", MILK=2)
    site.scan("DOCK1", "ASN1", "T1", "(01)09506000134352(17)261231(10)L7", "2", "DONE")
    assert targets(site) == [("MILK", 2, "R2")]


def test_goods_on_their_way_count_as_being_there() -> None:
    site = given(FACE, MUG=15)
    site.announce("ASN2", MUG=15)
    site.scan("DOCK1")
    site.follow()
    assert targets(site) == [("MUG", 15, "P1"), ("MUG", 5, "P1"), ("MUG", 10, "R1")]


def test_choice_says_why() -> None:
    site = given(FACE, MUG=25)
    why = site.rows("SELECT data FROM event WHERE kind = 'putaway_planned' ORDER BY id")
    assert [row[0].split('"why":')[1] for row in why] == ['"face"}', '"empty"}']


def test_emptied_tote_is_free_again_in_its_rack() -> None:
    site = given(MUG=4)
    site.scan("NEXT")
    site.follow()
    assert site.rows("SELECT state, place FROM container WHERE lpn = 'T1'") == [("", "RACK")]


def test_several_skus_in_one_tote_are_told_apart_by_scanning_the_item() -> None:
    site = given(MUG=4, LAMP=2)
    site.scan("NEXT")
    reply = site.scan("T1")
    assert (reply.screen.step, reply.screen.target) == ("item", "LAMP")
    reply = site.scan("MUG")
    assert (reply.screen.step, reply.screen.target) == ("place", "R2")
    reply = site.scan("R2")
    assert (reply.screen.step, reply.screen.target) == ("place", "R1")
    assert site.scan("R1").screen.step == "done"
    assert site.stock_at() == {("MUG", "R2"): 4, ("LAMP", "R1"): 2}


def test_item_that_is_not_in_the_tote_is_refused() -> None:
    site = given(MUG=4, LAMP=2)
    reply = site.scan("NEXT", "T1", "MILK")
    assert (reply.message, reply.fields["expected"]) == ("wrong_item", "LAMP")


def test_wrong_tote_is_refused_with_both_names() -> None:
    site = given(MUG=4)
    reply = site.scan("NEXT", "T2")
    assert (reply.tone, reply.message) == ("error", "wrong_scan")
    assert reply.fields == {"expected": "T1", "got": "T2"}


def test_other_place_turns_amber_and_is_taken_on_the_second_scan() -> None:
    site = given(MUG=4)
    assert site.scan("NEXT", "T1").screen.target == "R1"
    reply = site.scan("R3")
    assert (reply.tone, reply.message, reply.screen.step) == ("warn", "other_place", "place")
    assert site.scan("R3").message == "put_away"
    assert site.stock_at() == {("MUG", "R3"): 4}


def test_first_other_place_then_another_is_asked_again() -> None:
    site = given(MUG=4)
    site.scan("NEXT", "T1", "R3")
    assert site.scan("R2").tone == "warn"
    assert site.scan("R3").tone == "warn"


def test_other_place_without_room_is_refused_with_the_room_it_has() -> None:
    site = given(StockLine(sku="LAMP", place="R3", qty=9), MUG=4)
    reply = site.scan("NEXT", "T1", "R3")
    assert (reply.message, reply.fields["room"], reply.fields["qty"]) == ("place_full", 2, 4)


def test_bench_is_no_storage() -> None:
    site = given(MUG=4)
    assert site.scan("NEXT", "T1", "BENCH").message == "not_storage"


def test_full_place_gives_the_next_one() -> None:
    site = given(MUG=4)
    site.scan("NEXT", "T1")
    assert site.scan("FULL").screen.step == "fitted"
    reply = site.scan("0")
    assert (reply.message, reply.screen.target) == ("next_place", "R2")
    site.scan("R2")
    assert site.stock_at() == {("MUG", "R2"): 4}


def test_what_fitted_stays_and_the_rest_goes_elsewhere() -> None:
    site = given(MUG=4)
    site.scan("NEXT", "T1", "FULL")
    assert site.scan("4").message == "wrong_count"
    reply = site.scan("3")
    assert (reply.message, reply.screen.target, reply.screen.fields["qty"]) == (
        "put_part",
        "R2",
        1,
    )
    assert site.follow() == ["place", "done"]
    assert site.stock_at() == {("MUG", "R1"): 3, ("MUG", "R2"): 1}
    assert site.violations() == {}


def test_no_room_anywhere_asks_for_any_place() -> None:
    full = tuple(StockLine(sku="LAMP", place=place, qty=10) for place in ("R1", "R2", "R3"))
    site = given(*full, MUG=4)
    reply = site.scan("NEXT", "T1")
    assert (reply.tone, reply.screen.target) == ("warn", "")
    assert site.scan("P2").tone == "warn"
    assert site.scan("P2").message == "put_away"


def test_undo_brings_goods_and_tote_back() -> None:
    site = given(MUG=4)
    site.scan("NEXT", "T1", "R1")
    reply = site.scan("UNDO")
    assert (reply.screen.step, reply.screen.target) == ("place", "R1")
    assert site.stock_at() == {("MUG", "T1"): 4}
    assert site.rows("SELECT state, place FROM container WHERE lpn = 'T1'") == [
        ("in_use", "DOCK1")
    ]
    site.scan("R1")
    assert site.stock_at() == {("MUG", "R1"): 4}
    assert site.violations() == {}


def test_undo_is_refused_once_the_tote_is_used_again() -> None:
    site = given(MUG=4)
    site.scan("NEXT", "T1", "R1")
    site.announce("ASN2", MUG=1)
    site.scan("DOCK1", "ASN2", "T1", worker="BOB")
    reply = site.scan("UNDO")
    assert (reply.message, reply.screen.step) == ("container_reused", "done")


def test_tote_belongs_to_one_worker_until_home() -> None:
    site = given(MUG=4, LAMP=2)
    site.scan("NEXT")
    assert site.scan("NEXT", worker="BOB").message == "no_task"
    site.scan("HOME")
    assert site.scan("NEXT", worker="BOB").screen.target == "T1"


def test_skipped_errand_makes_way_for_another() -> None:
    site = given(MUG=4)
    assert site.scan("NEXT", "SKIP").message == "no_task"
    site.announce("ASN2", MUG=1)
    site.scan("DOCK1")
    site.follow()
    assert site.scan("NEXT").screen.target == "T2"


def test_missing_goods_are_booked_as_lost_and_their_promise_is_backordered() -> None:
    site = given(MUG=4)
    site.handle(PlaceOrder, shop="web", number="1", lines=(OrderLine(line=1, sku="MUG", qty=3),))
    assert site.scan("NEXT", "T1", "SHORT").message == "short_noted"
    assert site.stock_at() == {}
    assert site.rows("SELECT backordered FROM order_line") == [(3,)]
    assert site.rows("SELECT state FROM container WHERE lpn = 'T1'") == [("",)]
    assert site.violations() == {}


def test_second_missing_sku_of_a_tote_ends_the_errand() -> None:
    site = given(MUG=4, LAMP=2)
    assert site.scan("NEXT", "T1", "SHORT").screen.target == "R2"
    assert site.scan("SHORT").screen.step == "done"
    assert site.stock_at() == {}


def test_goods_missing_on_the_shelf_are_booked_as_lost() -> None:
    site = Site()
    lines = (OrderLine(line=1, sku="MUG", qty=2),)
    site.handle(AnnounceReturn, number="RMA1", lines=lines)
    site.scan("DESK", "RMA1", "MUG", "2", "DONE", "HOME", "NEXT", "BACK", "SHORT")
    assert site.stock_at() == {}
    assert site.violations() == {}


def test_goods_that_an_order_holds_by_now_stay_where_they_are() -> None:
    site = Site()
    lines = (OrderLine(line=1, sku="MUG", qty=2),)
    site.handle(AnnounceReturn, number="RMA1", lines=lines)
    site.scan("DESK", "RMA1", "MUG", "2", "DONE", "HOME")
    site.release("MUG", "BACK", 2)
    assert site.scan("NEXT", "BACK", "R1").message == "insufficient_stock"
    assert site.scan("SHORT").message == "short_noted"
    assert site.stock_at() == {("MUG", "BACK"): 2}
    assert site.violations() == {}


def test_several_skus_on_the_shelf_are_told_apart_by_scanning_the_item() -> None:
    site = Site()
    lines = tuple(OrderLine(line=n, sku=sku, qty=1) for n, sku in enumerate(("MUG", "LAMP")))
    site.handle(AnnounceReturn, number="RMA1", lines=lines)
    site.scan("DESK", "RMA1", "MUG", "1", "DONE", "LAMP", "1", "DONE", "HOME", "NEXT", "BACK")
    assert site.last["ANN"].screen.target == "MUG"
    assert site.scan("LAMP").message == "wrong_item"
    assert site.scan("MUG").screen.step == "place"


def test_carton_that_has_not_come_yet_is_looked_for_later() -> None:
    floor = packed_floor()
    floor.scans("TOTE-1", "BOX-S", "MUG", "MUG", "PEN", "800")
    floor.do(CancelOrder(id="cancel", order="shop/1"))
    floor.scan("HOME")
    floor.scan("NEXT")
    assert floor.scan("SHORT").message == "no_task"
    assert floor.value("SELECT state FROM task WHERE kind = 'putaway'") == "open"


def test_carton_of_a_cancelled_order_is_put_away_sku_by_sku() -> None:
    floor = packed_floor()
    floor.scans("TOTE-1", "BOX-S", "MUG", "MUG", "PEN", "800")
    box = floor.screens["W1"].screen.target
    floor.do(CancelOrder(id="cancel", order="shop/1"))
    floor.scan("HOME")
    assert floor.scans("NEXT").screen.target == box
    assert floor.scans(box).screen.step == "item"
    floor.follow("W1", "MUG")
    assert floor.value("SELECT state FROM container WHERE lpn = :box", box=box) == "gone"
    assert (floor.stock("P-MUG"), floor.stock("P-PEN")) == ({"MUG": 50}, {"PEN": 50})
    assert floor.books_balance()


def test_every_scan_is_answered_at_every_step() -> None:
    walk_every_pair(
        putting_away.FLOW,
        lambda: given(FACE, MUG=22, LAMP=2),
        {
            "source": ("NEXT",),
            "item": ("NEXT", "T1"),
            "place": ("NEXT", "T1", "MUG"),
            "fitted": ("NEXT", "T1", "MUG", "FULL"),
            "done": ("NEXT", "T1", "SHORT", "SHORT", "SHORT"),
        },
    )

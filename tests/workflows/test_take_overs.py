"""Two people and one thing: who has it is said, and the second scan takes it over."""

from typing import Any

import pytest

from controller.messages import (
    AnnounceReturn,
    CancelOrder,
    Container,
    ImportContainers,
    OrderLine,
    Scan,
    ScanReply,
    SignIn,
)
from tests.workflows.floor import Floor, belt_floor, confirm, packed_floor, seen
from tests.workflows.inbound import Site


def on_tour(picked: int) -> Floor:
    """W1 has a tour of two picks on the cart, of which some are done."""
    floor = Floor("W1", "W2")
    order = floor.order("1", {"MUG": 1, "PEN": 1})
    plan(floor, [[(order, "BOX-S", {"MUG": 1, "PEN": 1})]])
    floor.scans("CART-1", "TOTE-1")
    for _ in range(picked):
        for _ in range(3):
            floor.scan(floor.screens["W1"].screen.target)
    return floor


def plan(floor: Floor, loads: list[Any]) -> None:
    """A tour that nobody has begun."""
    follow, floor.follow = floor.follow, lambda *_: None  # type: ignore[method-assign]
    floor.tour(loads)
    floor.follow = follow  # type: ignore[method-assign]


def screen(floor: Floor, worker: str) -> ScanReply:
    reply = floor.do(SignIn(id=floor.id(), badge=worker))
    floor.screens[worker] = reply
    return reply


@pytest.mark.parametrize("picked", [0, 1])
def test_a_cart_of_another_picker_is_taken_over_by_the_second_scan(picked: int) -> None:
    floor = on_tour(picked)
    reply = floor.scan("CART-1", "W2")
    assert (reply.tone, reply.message, reply.fields["by"]) == ("warn", "cart_taken", "W1")
    assert floor.scan("CART-1", "W2").screen.workflow == "picking"
    assert screen(floor, "W1").screen.workflow == "home"
    floor.follow("W2", screen(floor, "W2").screen.target)
    assert floor.value("SELECT worker FROM tour") == "W2"
    assert floor.books_balance()


def test_the_former_picker_gives_nothing_back_that_is_no_longer_his() -> None:
    floor = on_tour(1)
    floor.scan("CART-1", "W2")
    floor.scan("CART-1", "W2")
    old = Scan(id="late", worker="W1", version=3, raw="HOME")
    assert floor.do(old).message == "screen_out_of_date"
    assert floor.value("SELECT state FROM tour") == "active"


def test_a_tote_of_another_packer_is_taken_over_by_the_second_scan() -> None:
    floor = packed_floor()
    floor.screens["W2"] = floor.do(SignIn(id="in/W2", badge="W2"))
    floor.scans("TOTE-1", "BOX-S")
    floor.scan("BENCH-02", "W2")
    reply = floor.scan("TOTE-1", "W2")
    assert (reply.tone, reply.message, reply.fields["by"]) == ("warn", "tote_in_packing", "W1")
    assert floor.scan("TOTE-1", "W2").screen.step == "item"
    assert screen(floor, "W1").screen.workflow == "home"
    assert floor.value("SELECT state FROM load") == "packing"
    for lpn in ("TOTE-1", floor.parcels()[0].lpn):
        place = floor.value("SELECT place FROM container WHERE lpn = :lpn", lpn=lpn)
        assert place == "BENCH-02"
    assert floor.books_balance()


def test_of_two_pickers_who_are_shown_one_tote_the_second_is_shown_another() -> None:
    floor = Floor("W1", "W2")
    cart = Container(lpn="CART-2", kind="cart", place="BUFFER", slots=6)
    floor.do(ImportContainers(id="cart", containers=(cart,)))
    for number in ("1", "2"):
        order = floor.order(number, {"MUG": 1})
        plan(floor, [[(order, "BOX-S", {"MUG": 1})]])
    floor.scans("CART-1")
    floor.scans("CART-2", worker="W2")
    floor.scans("TOTE-1")
    reply = floor.scan("TOTE-1", "W2")
    assert (reply.tone, reply.message, reply.screen.target) == ("warn", "tote_not_free", "TOTE-2")
    floor.scans("TOTE-2", worker="W2")
    floor.scans("P-MUG", "FULL")
    floor.scans("P-MUG", "FULL", worker="W2")
    floor.scans("TOTE-3")
    reply = floor.scan("TOTE-3", "W2")
    assert (reply.tone, reply.message, reply.screen.target) == ("warn", "tote_not_free", "TOTE-4")


def test_of_two_receivers_who_are_shown_one_tote_the_second_is_shown_another() -> None:
    site = Site()
    site.announce("ASN1", MUG=1)
    site.announce("ASN2", MUG=1)
    site.scan("DOCK1", "ASN1")
    assert site.scan("DOCK1", "ASN2", worker="BOB").screen.target == "T1"
    site.scan("T1")
    reply = site.scan("T1", worker="BOB")
    assert (reply.tone, reply.message, reply.screen.target) == ("warn", "container_not_free", "T2")


@pytest.mark.parametrize(
    ("door", "first", "second"), [("DOCK1", "ASN1", "ASN2"), ("DESK", "RMA1", "RMA2")]
)
def test_a_document_that_another_has_finished_gives_way_to_the_next(
    door: str, first: str, second: str
) -> None:
    site = Site()
    for number in ("1", "2"):
        site.announce(f"ASN{number}", MUG=1)
        lines = (OrderLine(line=1, sku="MUG", qty=1),)
        site.handle(AnnounceReturn, number=f"RMA{number}", lines=lines)
    assert site.scan(door, worker="BOB").screen.target == first
    done = {"DOCK1": ("T1", "MUG", "1", "DONE"), "DESK": ("MUG", "1", "DONE")}[door]
    site.scan(door, first, *done)
    reply = site.scan(first, worker="BOB")
    assert (reply.tone, reply.screen.target) == ("warn", second)
    assert reply.message in ("receipt_closed", "return_closed")


def test_a_tote_that_another_has_packed_gives_way_to_the_next() -> None:
    floor = packed_floor({"MUG": 1})
    floor.screens["W2"] = floor.do(SignIn(id="in/W2", badge="W2"))
    assert floor.scan("BENCH-02", "W2").screen.target == "TOTE-1"
    floor.do(CancelOrder(id="cancel", order="shop/1"))
    floor.scans("TOTE-1", "PUT-BACK")
    reply = floor.scan("TOTE-1", "W2")
    assert (reply.tone, reply.message, reply.screen.target) == ("warn", "no_load_in_tote", "")


def test_a_parcel_that_was_cancelled_in_the_lane_gives_way_to_the_next() -> None:
    floor = belt_floor(parcels=2)
    for parcel in floor.parcels():
        seen(floor, parcel.lpn)
        confirm(floor, "LANE-01")
    floor.scans("HOME", "LANE-01")
    first, second = floor.parcels()
    assert floor.screens["W1"].screen.target == first.lpn
    floor.do(CancelOrder(id="cancel", order=first.order_id))
    reply = floor.scan(first.lpn)
    assert (reply.tone, reply.message) == ("warn", "parcel_cancelled")
    assert reply.screen.target == second.lpn
    assert floor.books_balance()


def test_a_load_that_was_cancelled_at_the_cart_gives_way_to_the_next() -> None:
    floor = Floor("W1", "W2")
    orders = [floor.order(number, {"MUG": 1}) for number in ("1", "2")]
    plan(floor, [[(order, "BOX-S", {"MUG": 1})] for order in orders])
    other = floor.order("3", {"PEN": 1})
    plan(floor, [[(other, "BOX-S", {"PEN": 1})]])
    floor.scans("CART-1")
    cart = Container(lpn="CART-2", kind="cart", place="BUFFER", slots=6)
    floor.do(ImportContainers(id="cart", containers=(cart,)))
    floor.scans("CART-2", "TOTE-1", worker="W2")
    floor.do(CancelOrder(id="cancel", order=orders[0]))
    reply = floor.scan("TOTE-1")
    assert (reply.message, reply.screen.target) == ("tote_not_free", "TOTE-2")
    assert reply.screen.fields["slot"] == 2

"""Returning: goods that come back are counted, graded, and sold again where they are good."""

import pytest

from controller.errors import NotFound, Refused
from controller.messages import AnnounceReturn, OrderLine, PlaceOrder
from controller.workflows import returning
from tests.workflows.inbound import Site, walk_every_pair


def announce(site: Site, number: str = "RMA1", order: str = "", **units: int) -> None:
    lines = tuple(
        OrderLine(line=line, sku=sku, qty=qty) for line, (sku, qty) in enumerate(units.items(), 1)
    )
    site.handle(AnnounceReturn, number=number, order=order, lines=lines)


def given(**units: int) -> Site:
    site = Site()
    announce(site, "RMA1", "", **(units or {"MUG": 2, "LAMP": 1}))
    return site


def state(site: Site) -> str:
    return str(site.rows("SELECT state FROM customer_return WHERE rma = 'RMA1'")[0][0])


def test_return_is_received_by_scanning_the_targets_and_its_goods_are_put_away() -> None:
    site = given()
    site.scan("DESK")
    for expected in ("rma", "item", "count", "grade", "item", "count", "grade", "rma"):
        screen = site.last["ANN"].screen
        assert screen.step == expected
        if screen.target:
            site.scan(screen.target)
    assert state(site) == "received"
    assert site.stock_at() == {("MUG", "BACK"): 2, ("LAMP", "BACK"): 1}
    site.scan("HOME", "NEXT")
    site.follow()
    assert site.stock_at() == {("MUG", "R1"): 2, ("LAMP", "R2"): 1}
    assert site.violations() == {}


def test_damaged_units_stay_on_the_shelf_and_are_not_for_sale() -> None:
    site = given()
    site.scan("DESK", "RMA1", "MUG", "1", "DAMAGED", "MUG", "1", "DONE")
    assert site.rows("SELECT status, qty FROM stock WHERE place = 'BACK' ORDER BY status") == [
        ("available", 1),
        ("damaged", 1),
    ]
    assert site.rows("SELECT sellable FROM available") == [(1,)]
    assert site.rows("SELECT sku, qty FROM task") == [("MUG", 1)]
    assert site.violations() == {}


def test_event_tells_the_units_per_grade() -> None:
    site = given()
    site.scan("DESK", "RMA1", "MUG", "1", "DAMAGED", "MUG", "1", "DONE", "LAMP", "1", "DONE")
    assert site.rows("SELECT data FROM event WHERE kind = 'return_received'") == [
        ('{"units":{"available":2,"damaged":1}}',)
    ]


def test_return_of_an_order_belongs_to_its_story() -> None:
    site = Site()
    order = site.handle(
        PlaceOrder, shop="web", number="1", lines=(OrderLine(line=1, sku="MUG", qty=1),)
    ).order
    announce(site, order=order, MUG=1)
    kinds = "SELECT kind FROM event WHERE order_id = :order ORDER BY id"
    assert ("return_announced",) in site.rows(kinds, order=order)


def test_unknown_order_and_unknown_sku_are_refused_by_name() -> None:
    with pytest.raises(NotFound, match="web/404"):
        announce(Site(), order="web/404", MUG=1)
    with pytest.raises(NotFound, match="GHOST"):
        announce(Site(), GHOST=1)


def test_number_that_is_taken_is_refused() -> None:
    site = given()
    with pytest.raises(Refused, match="return exists"):
        announce(site, MUG=1)


def test_item_that_was_not_announced_is_refused_with_what_to_do() -> None:
    site = given()
    reply = site.scan("DESK", "RMA1", "MILK")
    assert (reply.message, reply.fields["item"]) == ("not_announced", "MILK")
    assert site.scan("4006381333955").message == "unknown_item"


def test_more_than_announced_turns_amber_and_is_taken_on_the_second_scan() -> None:
    site = given()
    reply = site.scan("DESK", "RMA1", "MUG", "3")
    assert (reply.tone, reply.message, reply.screen.step) == (
        "warn",
        "more_than_announced",
        "count",
    )
    site.scan("3", "DONE")
    assert site.stock_at() == {("MUG", "BACK"): 3}
    assert site.scan("MUG").screen.target == "1"


def test_done_ends_a_return_of_which_not_all_has_come() -> None:
    site = given()
    site.scan("DESK", "RMA1", "MUG", "1", "DONE")
    assert site.scan("DONE").message == "return_received"
    assert state(site) == "received"
    assert site.scan("RMA1").message == "return_closed"


def test_good_units_serve_backorders_at_once() -> None:
    site = given()
    site.handle(PlaceOrder, shop="web", number="1", lines=(OrderLine(line=1, sku="MUG", qty=2),))
    site.scan("DESK", "RMA1", "MUG", "2", "DONE")
    assert site.rows("SELECT backordered FROM order_line") == [(0,)]
    assert site.violations() == {}


def test_undo_takes_a_grade_back_with_its_task() -> None:
    site = given(MUG=2)
    site.scan("DESK", "RMA1", "MUG", "2", "DONE")
    reply = site.scan("UNDO")
    assert (reply.message, reply.screen.step) == ("undone", "grade")
    assert site.stock_at() == {}
    assert site.rows("SELECT state FROM task") == [("cancelled",)]
    assert state(site) == "announced"
    site.scan("DAMAGED")
    assert site.rows("SELECT status FROM stock WHERE place = 'BACK'") == [("damaged",)]
    assert state(site) == "received"
    assert site.violations() == {}


def test_undo_is_refused_once_the_goods_are_fetched() -> None:
    site = given(MUG=2)
    site.scan("DESK", "RMA1", "MUG", "2", "DONE")
    site.scan("NEXT", worker="BOB")
    assert site.scan("UNDO").message == "fetched_by_now"


def test_zero_is_no_count() -> None:
    site = given()
    assert site.scan("DESK", "RMA1", "MUG", "0").message == "wrong_count"


def test_every_scan_is_answered_at_every_step() -> None:
    walk_every_pair(
        returning.FLOW,
        given,
        {
            "rma": ("DESK",),
            "item": ("DESK", "RMA1"),
            "count": ("DESK", "RMA1", "MUG"),
            "grade": ("DESK", "RMA1", "MUG", "2"),
        },
    )

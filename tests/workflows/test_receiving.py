"""Receiving: announced deliveries become stock in containers, and putaway tasks."""

import pytest

from controller.errors import NotFound, Refused
from controller.messages import AnnounceReceipt, OrderLine, PlaceOrder
from controller.workflows import receiving
from tests.workflows.inbound import Site, walk_every_pair

MILK_L7 = "(01)09506000134352(17)261231(10)L7"


def given(**units: int) -> Site:
    site = Site()
    site.announce("ASN1", **(units or {"MUG": 40, "LAMP": 3}))
    return site


def opened(**units: int) -> Site:
    """At the step `item`, with tote T1."""
    site = given(**units)
    site.scan("DOCK1", "ASN1", "T1")
    return site


def events(site: Site, kind: str) -> int:
    return len(site.rows("SELECT id FROM event WHERE kind = :kind", kind=kind))


def test_delivery_is_received_by_scanning_the_targets_and_becomes_putaway_tasks() -> None:
    site = given()
    site.scan("DOCK1")
    assert site.follow() == ["asn", "lpn", "item", "count", "item", "count", "item"]
    assert site.stock_at() == {("MUG", "T1"): 40, ("LAMP", "T1"): 3}
    assert site.rows("SELECT state FROM receipt") == [("received",)]
    tasks = "SELECT sku, SUM(qty) AS n, from_container FROM task GROUP BY 1, 3 ORDER BY 1"
    assert site.rows(tasks) == [("LAMP", 3, "T1"), ("MUG", 40, "T1")]
    assert site.violations() == {}


def test_unknown_sku_is_refused_by_name() -> None:
    with pytest.raises(NotFound, match="GHOST"):
        Site().announce("ASN1", GHOST=1)


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ((), "bad_number_of_lines"),
        ((OrderLine(line=1, sku="MUG", qty=0),), "bad_quantity"),
        (
            (OrderLine(line=1, sku="MUG", qty=1), OrderLine(line=1, sku="LAMP", qty=1)),
            "line_twice",
        ),
    ],
)
def test_bad_lines_are_refused(lines: tuple[OrderLine, ...], code: str) -> None:
    with pytest.raises(Refused, match=code.replace("_", " ")):
        Site().handle(AnnounceReceipt, asn="ASN1", lines=lines)


def test_number_that_is_taken_is_refused() -> None:
    site = given()
    with pytest.raises(Refused, match="receipt exists"):
        site.announce("ASN1", MUG=1)
    with pytest.raises(Refused, match="code in use"):
        site.announce("P1", MUG=1)
    with pytest.raises(Refused, match="number missing"):
        site.announce("", MUG=1)


def test_earliest_delivery_comes_first_and_any_other_may_be_opened() -> None:
    site = given()
    site.clock.now -= 1000
    site.announce("ASN0", MUG=1)
    assert site.scan("DOCK1").screen.target == "ASN0"
    assert site.scan("ASN1").screen.step == "lpn"


def test_items_may_come_in_any_order() -> None:
    site = opened()
    assert site.last["ANN"].screen.target == "MUG"
    reply = site.scan("LAMP")
    assert (reply.screen.step, reply.screen.target) == ("count", "3")


def test_unknown_and_unannounced_items_are_refused_with_what_to_do() -> None:
    site = opened()
    unknown = site.scan("4006381333955")
    assert (unknown.tone, unknown.message, unknown.screen.step) == (
        "error",
        "unknown_item",
        "item",
    )
    other = site.scan("MILK")
    assert other.message == "not_announced"
    assert "put it aside" in str(other.fields["fix"])


def test_more_than_announced_turns_amber_and_is_taken_on_the_second_scan() -> None:
    site = opened()
    reply = site.scan("LAMP", "5")
    assert (reply.tone, reply.message, reply.fields["open"]) == ("warn", "more_than_announced", 3)
    assert site.stock_at() == {}
    assert site.scan("5").message == "received"
    assert site.stock_at() == {("LAMP", "T1"): 5}
    assert events(site, "over_receipt") == 1
    assert site.scan("LAMP").screen.target == "1"


def test_another_number_after_amber_is_asked_again() -> None:
    site = opened()
    site.scan("LAMP", "5")
    assert site.scan("6").tone == "warn"
    assert site.scan("2").message == "received"


def test_container_offers_what_fits_and_asks_twice_for_more() -> None:
    site = opened(MUG=100)
    assert site.scan("MUG").screen.target == "60"
    assert site.scan("70").message == "more_than_fits"
    assert site.scan("60").screen.target == "DONE"
    assert site.scan("DONE").screen.step == "lpn"
    assert site.follow() == ["lpn", "item", "count", "item"]
    assert site.stock_at() == {("MUG", "T1"): 60, ("MUG", "T2"): 40}


def test_goods_too_large_for_any_container_are_taken_one_by_one() -> None:
    site = opened(SOFA=2)
    assert site.scan("SOFA").screen.target == "1"
    assert site.scan("1").message == "more_than_fits"
    assert site.scan("1").screen.target == "DONE"
    assert site.scan("DONE", "T2", "SOFA", "1", "1").message == "received"
    assert site.stock_at() == {("SOFA", "T1"): 1, ("SOFA", "T2"): 1}


def test_container_without_limits_takes_any_amount() -> None:
    site = given(MUG=900)
    site.scan("DOCK1", "ASN1", "Z1", "MUG")
    assert site.last["ANN"].screen.target == "900"
    assert site.scan("900").message == "received"


def test_damaged_units_stand_apart_and_are_not_for_sale() -> None:
    site = opened()
    assert site.scan("DAMAGED").message == "damaged_next"
    assert site.scan("LAMP", "1").message == "set_apart"
    assert site.scan("LAMP", "2").message == "received"
    assert site.stock_at() == {("LAMP", "BACK"): 1, ("LAMP", "T1"): 2}
    assert site.rows("SELECT sellable FROM available WHERE sku = 'LAMP'") == [(2,)]
    assert site.violations() == {}


def test_damaged_pressed_twice_is_good_again() -> None:
    site = opened()
    assert site.scan("DAMAGED", "DAMAGED").message == "good_next"
    site.scan("LAMP", "1")
    assert site.stock_at() == {("LAMP", "T1"): 1}


def test_lot_and_expiry_come_from_the_code() -> None:
    site = opened(MILK=6)
    assert site.scan(MILK_L7).screen.step == "count"
    site.scan("6")
    assert site.rows("SELECT lot, qty FROM stock WHERE container = 'T1'") == [("L7", 6)]
    day_ms = 86_400_000
    assert site.rows("SELECT lot, expiry_ms / :day AS day FROM lot", day=day_ms) == [
        ("L7", 20_818)
    ]


@pytest.mark.parametrize(
    ("raw", "lot"), [("L8", "L8"), ("1234", "1234"), ("(10)L9", "L9"), ("ASN1", "ASN1")]
)
def test_missing_lot_is_asked_for(raw: str, lot: str) -> None:
    site = opened(MILK=6)
    assert site.scan("MILK").screen.step == "lot"
    site.scan(raw, "6")
    assert site.rows("SELECT lot, qty FROM stock WHERE container = 'T1'") == [(lot, 6)]


def test_unreadable_lot_is_refused() -> None:
    site = opened(MILK=6)
    assert site.scan("MILK", "\n").message == "unreadable_lot"


def test_short_delivery_ends_on_the_second_done_and_says_what_is_missing() -> None:
    site = opened()
    site.scan("MUG", "30", "DONE")
    reply = site.scan("DONE")
    assert (reply.tone, reply.message) == ("warn", "receipt_incomplete")
    assert site.scan("DONE").message == "receipt_short"
    assert site.rows("SELECT state FROM receipt") == [("received",)]
    assert site.rows("SELECT data FROM event WHERE kind = 'receipt_short'") == [
        ('{"missing":{"1":10,"2":3}}',)
    ]
    site.scan("DOCK1")
    assert site.scan("ASN1").message == "receipt_closed"


def test_next_delivery_follows_at_the_same_dock() -> None:
    site = given(LAMP=1)
    site.announce("ASN2", LAMP=1)
    site.scan("DOCK1", "ASN1", "T1", "LAMP", "1")
    reply = site.scan("DONE")
    assert (reply.screen.step, reply.screen.target) == ("asn", "ASN2")


def test_lines_of_the_same_sku_fill_up_in_turn() -> None:
    site = Site()
    lines = tuple(OrderLine(line=line, sku="MUG", qty=10) for line in (1, 2))
    site.handle(AnnounceReceipt, asn="ASN1", lines=lines)
    site.scan("DOCK1", "ASN1", "T1", "MUG", "15")
    received = "SELECT line, received FROM receipt_line ORDER BY line"
    assert site.rows(received) == [(1, 10), (2, 5)]
    site.scan("UNDO")
    assert site.rows(received) == [(1, 0), (2, 0)]
    site.scan("15", "MUG", "5")
    assert site.rows(received) == [(1, 10), (2, 10)]


def test_undo_takes_a_count_back() -> None:
    site = opened()
    site.scan("MUG", "30")
    reply = site.scan("UNDO")
    assert (reply.message, reply.screen.step, reply.screen.target) == ("undone", "count", "40")
    assert site.stock_at() == {}
    site.scan("12")
    assert site.stock_at() == {("MUG", "T1"): 12}
    assert site.violations() == {}


def test_undo_gives_the_container_back() -> None:
    site = opened()
    assert site.scan("UNDO").screen.step == "lpn"
    assert site.rows("SELECT state, place FROM container WHERE lpn = 'T1'") == [("", "DOCK1")]


def test_container_in_use_or_of_another_kind_is_refused() -> None:
    site = opened()
    site.scan("MUG", "1", "DONE")
    assert site.scan("T1").message == "container_not_free"
    assert site.scan("CART").message == "container_not_free"
    assert site.scan("T2").screen.step == "item"


def test_home_closes_the_container_so_that_nothing_is_left_behind() -> None:
    site = opened()
    site.scan("MUG", "30", "HOME")
    assert site.rows("SELECT SUM(qty) AS n FROM task WHERE from_container = 'T1'") == [(30,)]
    site.scan("DOCK1", "ASN1", "T2")
    assert site.last["ANN"].screen.fields["open"] == 10
    site.scan("HOME")
    assert site.rows("SELECT state FROM container WHERE lpn = 'T2'") == [("",)]


def test_closed_container_serves_backorders() -> None:
    site = given(MUG=40)
    order = site.handle(
        PlaceOrder, shop="web", number="1", lines=(OrderLine(line=1, sku="MUG", qty=50),)
    )
    assert order.backordered_units == 50
    site.scan("DOCK1")
    site.follow()
    assert site.rows("SELECT backordered FROM order_line") == [(10,)]
    assert site.violations() == {}


def test_zero_is_no_count() -> None:
    site = opened()
    assert site.scan("MUG", "0").message == "wrong_count"


def test_every_scan_is_answered_at_every_step() -> None:
    to_item = ("DOCK1", "ASN1", "T1")
    walk_every_pair(
        receiving.FLOW,
        lambda: given(MUG=40, MILK=5),
        {
            "asn": ("DOCK1",),
            "lpn": ("DOCK1", "ASN1"),
            "item": to_item,
            "lot": (*to_item, "MILK"),
            "count": (*to_item, "MUG"),
        },
    )

"""Stores and partners ship what is sourced there; what they lack comes from elsewhere at once."""

from dataclasses import replace

import pytest

from controller.errors import Refused
from controller.messages import (
    CancelOrder,
    CountNode,
    FireTimer,
    Node,
    NodeStock,
    RefuseConsignment,
    SetUpNodes,
    ShipConsignment,
)
from controller.views.screens import screen_of
from tests.workflows.floor import Floor
from tests.workflows.store import FETCH, FETCHED, store, to_collect, unwanted_in_bag


def state(floor: Floor, order: str = "shop/1") -> str:
    return str(floor.value("SELECT state FROM customer_order WHERE id = :id", id=order))


def promised(floor: Floor, order: str = "shop/1") -> dict[str, int]:
    rows = floor.all(
        "SELECT node, SUM(qty) AS n FROM promise WHERE order_id = :o GROUP BY node ORDER BY node",
        o=order,
    )
    return {row.node: int(row.n) for row in rows}


def labelled(floor: Floor) -> str:
    """The label of the parcel that was packed last is on it; its plate."""
    floor.carrier_answers()
    floor.printer_answers()
    box = str(floor.screens["W1"].screen.fields["box"])
    assert floor.scan(box).message == "parcel_labelled"
    return box


def test_store_picks_packs_labels_and_hands_to_the_carrier() -> None:
    floor = store()
    floor.scans(*FETCHED, "BOX-S")
    box = labelled(floor)
    assert floor.screens["W1"].screen.fields["packed"] == 1
    assert floor.scan(box).message == "parcel_loaded"
    assert state(floor) == "shipped"
    (parcel,) = floor.parcels()
    assert (parcel.lane, parcel.state, parcel.mass_g) == ("STORE-1", "shipped", 4 * 350 + 20 + 80)
    assert floor.stock("STORE-1") == {"MUG": 1, "PEN": 1}
    assert floor.books_balance()


def test_customer_collects_by_the_number_of_the_order() -> None:
    floor = to_collect()
    floor.scans(*FETCHED, "DONE")
    assert [event.payload["node"] for event in floor.sent("channel/ready")] == ["STORE-1"]
    assert floor.scan("1").message == "hand_it_over"
    assert floor.scan("2").message == "wrong_scan"
    assert floor.scan("no such code").message == "wrong_scan"
    assert floor.scan("1").message == "handed_to_customer"
    assert state(floor) == "shipped"
    assert floor.books_balance()


def test_what_is_not_on_the_shelf_is_written_off_and_sourced_elsewhere() -> None:
    floor = store()
    floor.order("2", {"MUG": 1})
    floor.scans(*FETCH, "MUG", "3")
    assert promised(floor) == {"STORE-1": 5}
    assert floor.scan("SHORT").screen.fields["sku"] == "PEN"
    assert promised(floor) == {"STORE-1": 4, "main": 1}
    assert promised(floor, "shop/2") == {"main": 1}
    assert floor.stock("STORE-1") == {"PEN": 2}
    floor.scans("PEN", "DONE")
    floor.scans(labelled(floor))
    assert (state(floor), promised(floor)) == ("open", {"main": 1})
    assert floor.books_balance()


def test_store_that_refuses_keeps_its_stock_and_loses_the_order() -> None:
    floor = store()
    assert floor.scans(*FETCH, "REFUSED").screen.step == "list"
    assert promised(floor) == {"main": 5}
    assert floor.stock("STORE-1") == {"MUG": 5, "PEN": 2}
    assert floor.books_balance()


@pytest.mark.parametrize("packs", ["DONE", "BOX-S"])
def test_an_order_that_is_cancelled_before_its_bag_is_closed_is_put_back(packs: str) -> None:
    floor = store()
    floor.scans(*FETCHED)
    floor.do(CancelOrder(id="cancel", order="shop/1"))
    assert floor.scan(packs).message == "put_it_back"
    assert floor.scans("MUG", "PEN").screen.step == "list"
    assert floor.stock("STORE-1") == {"MUG": 5, "PEN": 2}
    assert not floor.parcels()
    assert floor.books_balance()


def test_the_list_of_a_store_shows_orders_that_came_while_nobody_scanned() -> None:
    floor = store()
    floor.scans("STORE-1")
    floor.order("2", {"PEN": 1}, pickup_node="STORE-1")
    with floor.controller.reading() as db:
        screen = screen_of(db, "W1")
    assert screen is not None
    assert screen.fields["to_pick"] == 2
    assert floor.scan("NEXT").screen.step == "item"


def test_undo_puts_the_item_back_and_the_order_may_move_again() -> None:
    floor = store()
    floor.scans(*FETCH, "MUG", "4", "UNDO")
    assert floor.value("SELECT state FROM consignment") == "open"
    assert floor.stock("STORE-1") == {"MUG": 5, "PEN": 2}
    assert floor.books_balance()


def test_goods_of_a_cancelled_order_go_back_to_the_shelf() -> None:
    floor = unwanted_in_bag()
    assert floor.scans(*FETCH).screen.step == "put_back"
    assert floor.scan("MUG").message == "put_back_done"
    assert floor.stock("STORE-1") == {"MUG": 5, "PEN": 2}
    assert floor.all("SELECT * FROM consignment") == []
    floor.scans("HOME", *FETCH[:1])
    assert floor.scan("NEXT").message == "nothing_to_pick"
    assert floor.books_balance()


def test_packed_parcel_of_a_cancelled_order_goes_back_too() -> None:
    floor = store()
    floor.scans(*FETCHED, "BOX-S")
    box = labelled(floor)
    floor.do(CancelOrder(id="cancel", order="shop/1"))
    assert floor.scan(box).message == "parcel_gone"
    floor.scans("NEXT", "DONE", "DONE")
    assert floor.stock("STORE-1") == {"MUG": 5, "PEN": 2}
    assert state(floor) == "cancelled"
    assert floor.books_balance()


def with_partner() -> Floor:
    """A partner that was told of an order a round of planning ago."""
    floor = Floor()
    partner = Node(code="3PL", kind="partner")
    floor.do(SetUpNodes(id="nodes", nodes=(Node(code="main", handling_cents=5_000), partner)))
    floor.do(CountNode(id="count", node="3PL", lines=(NodeStock(sku="MUG", qty=5),)))
    floor.order("1", {"MUG": 2})
    for _ in range(2):
        floor.clock.ms += 300_000
        (timer,) = floor.all("SELECT id FROM timer WHERE name = 'sourcing'")
        floor.do(FireTimer(id=floor.id(), timer=timer.id))
    return floor


def test_partner_is_told_and_answers_with_a_tracking_number() -> None:
    floor = with_partner()
    (told,) = floor.sent("channel/fulfil")
    assert (told.payload["node"], told.payload["lines"]) == ("3PL", [[1, "MUG", 2]])
    sent = ShipConsignment(id="none", order="shop/1", node="3PL", tracking="", carrier="Swift")
    with pytest.raises(Refused, match="no tracking"):
        floor.do(sent)
    floor.do(replace(sent, id="shipped", tracking="T1"))
    assert state(floor) == "shipped"
    assert floor.stock("3PL") == {"MUG": 3}
    assert floor.books_balance()


def test_partner_that_lacks_goods_gives_the_order_to_another_node() -> None:
    floor = with_partner()
    floor.do(RefuseConsignment(id="no", order="shop/1", node="3PL", missing=("MUG",)))
    assert promised(floor) == {"main": 2}
    assert floor.stock("3PL") == {}
    assert floor.books_balance()


def test_cancelled_order_is_recalled_from_the_partner() -> None:
    floor = with_partner()
    floor.do(CancelOrder(id="cancel", order="shop/1"))
    assert [each.payload["node"] for each in floor.sent("channel/recall")] == ["3PL"]
    assert state(floor) == "open"
    floor.do(RefuseConsignment(id="no", order="shop/1", node="3PL"))
    assert state(floor) == "cancelled"
    assert floor.books_balance()

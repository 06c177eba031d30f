"""Labels of pieces that are given back, alone or with their shipment, and pieces labelled anew."""

from dataclasses import replace

import pytest

from api.carriers.deliverer import Carriers
from controller.errors import Refused
from controller.messages import (
    CancelOrder,
    CountNode,
    ImportItems,
    Item,
    Node,
    NodeStock,
    RelabelParcel,
    SetUpNodes,
    VoidLabel,
    VoidShipment,
)
from controller.store import Store
from controller.units import DAY
from tests.carriers.conftest import JOIN, SITE, Made, Shipping, pack, put_on
from tests.carriers.peer import Peer
from tests.carriers.test_pieces import THIRD, close_both, pieces
from tests.workflows.floor import FAST, FIRST, SECOND, SETUP, Floor

CUP = Item(sku="CUP", name="Cup", length_mm=100, width_mm=100, height_mm=100, mass_g=350)


def test_an_order_that_is_cancelled_gives_all_its_pieces_back_at_once(
    made: Made, peer: Peer, store: Store
) -> None:
    shipping = made(2, store=store)
    pack(shipping)
    pack(shipping)
    shipping.floor.do(CancelOrder(id="no", order="shop/1", reason="changed her mind"))
    shipping.settled()
    assert [state for _, _, state in pieces(shipping)] == ["voided", "voided"]
    assert peer.count("DELETE", "/groups/M-PEER000001") == 1
    assert not peer.count("DELETE", "/shipments/.*")
    assert peer.valid == []
    assert shipping.floor.value("SELECT state FROM shipment") == "voided"
    assert shipping.floor.books_balance()


def test_a_lead_voids_a_whole_shipment_while_all_of_it_is_here(made: Made, peer: Peer) -> None:
    shipping = made(2)
    pack(shipping)
    pack(shipping)
    shipping.floor.do(VoidShipment(id="void", actor="LEAD", shipment=FIRST, reason="wrong town"))
    shipping.settled()
    assert peer.valid == []
    missing = shipping.floor.all(
        "SELECT device FROM alarm WHERE fault = 'carrier_label_missing' AND state = 'open' "
        "ORDER BY device"
    )
    assert [row.device for row in missing] == [f"parcel/{FIRST}", f"parcel/{SECOND}"]
    with pytest.raises(Refused, match="shipment not here"):
        shipping.floor.do(VoidShipment(id="twice", shipment=FIRST, reason="again"))


def test_a_piece_whose_label_is_still_asked_for_goes_back_with_its_shipment(
    made: Made, peer: Peer
) -> None:
    shipping = made(2)
    pack(shipping)
    peer.faults.append("slow")
    shipping.floor.scans("BOX-S", "MUG", "430")
    shipping.until(lambda: len(peer.seen) > 1)
    done = shipping.floor.do(VoidShipment(id="void", shipment=FIRST, reason="wrong town"))
    assert done.note == "1 labels"
    assert shipping.floor.value("SELECT state FROM shipment") == "voided"
    shipping.until(lambda: peer.count("DELETE", "/groups/M-PEER000001"))
    peer.held.set()
    shipping.settled()
    assert pieces(shipping) == [("Snail", 1, "voided"), ("Snail", 2, "voided")]
    assert peer.voided == {"PEER000001", "PEER000002"}
    assert shipping.floor.books_balance()


def test_a_piece_that_waits_for_the_first_is_not_bought_on_a_voided_shipment(
    made: Made, peer: Peer
) -> None:
    shipping = made(2, totes=2)
    close_both(shipping, peer)
    shipping.floor.do(VoidShipment(id="void", shipment=FIRST, reason="wrong town"))
    peer.held.set()
    shipping.settled()
    assert [state for _, _, state in pieces(shipping)] == ["voided", "voided"]
    assert (peer.added, peer.valid) == ([], [])


def test_the_first_piece_that_is_labelled_anew_joins_the_shipment_that_it_began(
    made: Made, peer: Peer
) -> None:
    shipping = made(2)
    pack(shipping)
    pack(shipping)
    first = shipping.floor.parcels()[0].id
    shipping.floor.do(RelabelParcel(id="anew", actor="LEAD", parcel=first))
    shipping.settled()
    assert pieces(shipping) == [
        ("Snail", 1, "voided"),
        ("Snail", 2, "bought"),
        ("Snail", 1, "bought"),
    ]
    assert peer.added == [("M-PEER000001", SECOND), ("M-PEER000001", f"{FIRST}-2")]
    assert peer.valid == ["PEER000002", "PEER000003"]
    assert shipping.floor.all("SELECT device, fault FROM alarm WHERE state = 'open'") == []
    assert shipping.floor.books_balance()


def test_a_piece_that_is_labelled_anew_is_the_same_piece_again(made: Made, peer: Peer) -> None:
    shipping = made(2)
    pack(shipping)
    pack(shipping)
    second = shipping.floor.parcels()[1].id
    shipping.floor.do(RelabelParcel(id="anew", actor="LEAD", parcel=second))
    shipping.settled()
    assert pieces(shipping) == [
        ("Snail", 1, "bought"),
        ("Snail", 2, "voided"),
        ("Snail", 2, "bought"),
    ]
    assert peer.valid == ["PEER000001", "PEER000003"]
    shipping.floor.do(VoidLabel(id="void", actor="LEAD", parcel=second, reason="torn"))
    short = "SELECT state FROM alarm WHERE fault = 'shipment_short'"
    assert shipping.floor.value(short) == "open"
    shipping.floor.do(RelabelParcel(id="again", actor="LEAD", parcel=second))
    shipping.settled()
    assert shipping.floor.value(short) == "cleared"
    assert shipping.floor.books_balance()


def test_another_label_by_print_after_a_void_is_as_good_for_further_pieces_as_the_first(
    made: Made,
) -> None:
    shipping = made(2)
    pack(shipping, label=False)
    shipping.floor.printer_answers()
    first = shipping.floor.parcels()[0].id
    shipping.floor.do(VoidLabel(id="void", actor="LEAD", parcel=first, reason="torn"))
    assert shipping.floor.scans("PRINT").message == "label_asked_again"
    shipping.settled()
    put_on(shipping)
    pack(shipping)
    assert pieces(shipping) == [
        ("Snail", 1, "voided"),
        ("Snail", 1, "bought"),
        ("Snail", 2, "bought"),
    ]
    same = "SELECT DISTINCT promised_ms, billed FROM purchase ORDER BY promised_ms"
    assert len(shipping.floor.all(same)) == 1
    assert shipping.floor.books_balance()


def test_a_shipment_is_short_as_soon_as_no_piece_can_come_any_more(made: Made) -> None:
    shipping = made(3)
    floor = shipping.floor
    short = "SELECT detail FROM alarm WHERE fault = 'shipment_short' AND state = 'open'"
    pack(shipping)
    floor.scans("BOX-S", "SHORT")
    assert floor.value(short) == f"Snail M-PEER000001: 3 pieces told, 1 go: {FIRST}"
    pack(shipping)
    third = floor.parcels()[2].lpn
    assert floor.value(short) == f"Snail M-PEER000001: 3 pieces told, 2 go: {FIRST}, {third}"
    assert floor.books_balance()


def test_a_piece_that_goes_another_way_is_told_when_it_is_closed(made: Made) -> None:
    light = replace(SITE, services=(replace(JOIN, mass_max_g=600), FAST))
    shipping = made(2, site=light)
    pack(shipping)
    short = "SELECT detail FROM alarm WHERE fault = 'shipment_short' AND state = 'open'"
    assert shipping.floor.value(short) is None
    pack(shipping, heavy="780")
    assert [each.service for each in shipping.floor.parcels()] == ["ECO", "FAST"]
    assert "2 pieces told, 1 go" in shipping.floor.value(short)


def test_pieces_of_a_voided_shipment_that_are_labelled_anew_go_together_again(
    made: Made, peer: Peer
) -> None:
    shipping = made(2)
    pack(shipping)
    pack(shipping)
    floor = shipping.floor
    floor.do(VoidShipment(id="void", actor="LEAD", shipment=FIRST, reason="wrong town"))
    shipping.settled()
    first, second = (each.id for each in floor.parcels())
    floor.do(RelabelParcel(id="second", actor="LEAD", parcel=second))
    shipping.settled()
    short = "SELECT detail FROM alarm WHERE fault = 'shipment_short' AND state = 'open'"
    assert "2 pieces told, 1 go" in floor.value(short)
    floor.do(RelabelParcel(id="first", actor="LEAD", parcel=first))
    shipping.settled()
    assert pieces(shipping)[2:] == [("Snail", 1, "bought"), ("Snail", 2, "bought")]
    assert peer.valid == ["PEER000003", "PEER000004"]
    quoted = "SELECT quoted_cents FROM purchase WHERE number = 2 ORDER BY id"
    assert [row.quoted_cents for row in floor.all(quoted)] == [322, 22]
    assert floor.value(short) is None
    assert floor.books_balance()


def test_nobody_is_told_any_more_of_labels_of_an_order_that_is_cancelled(made: Made) -> None:
    shipping = made(2)
    pack(shipping)
    pack(shipping)
    floor = shipping.floor
    floor.do(VoidLabel(id="one", actor="LEAD", parcel=floor.parcels()[1].id, reason="torn"))
    floor.do(CancelOrder(id="no", order="shop/1", reason="changed her mind"))
    shipping.settled()
    assert floor.all("SELECT device, fault FROM alarm WHERE state = 'open'") == []


def test_pieces_that_missed_the_departure_of_their_shipment_begin_another(made: Made) -> None:
    shipping = made(4, site=replace(SITE, services=(replace(JOIN, pieces_max=4), FAST)))
    floor = shipping.floor
    pack(shipping)
    floor.clock.ms += DAY
    for _ in range(3):
        pack(shipping)
    assert pieces(shipping) == [("Snail", n, "bought") for n in (1, 1, 2, 3)]
    masters = floor.all("SELECT master, pieces FROM shipment ORDER BY reference")
    assert [tuple(row) for row in masters] == [("M-PEER000001", 4), ("M-PEER000002", 3)]
    assert [each.cost_cents for each in floor.parcels()] == [320, 320, 20, 20]
    short = "SELECT detail FROM alarm WHERE fault = 'shipment_short' AND state = 'open'"
    assert "4 pieces told, 1 go" in floor.value(short)
    assert floor.books_balance()


def test_a_piece_that_is_labelled_anew_takes_no_place_in_another_shipment(
    made: Made, store: Store
) -> None:
    shipping = made(
        4, site=replace(SITE, services=(replace(JOIN, pieces_max=4), FAST)), store=store
    )
    floor = shipping.floor
    pack(shipping)
    pack(shipping)
    floor.clock.ms += DAY
    pack(shipping)
    second = floor.parcels()[1].id
    floor.do(RelabelParcel(id="anew", actor="LEAD", parcel=second))
    shipping.settled()
    pack(shipping)
    rows = floor.all(
        "SELECT parcel, shipment, piece, state, quoted_cents FROM purchase ORDER BY id"
    )
    assert [tuple(row)[1:] for row in rows] == [
        (FIRST, 1, "bought", 322),
        (FIRST, 2, "voided", 22),
        (THIRD, 1, "bought", 322),
        (FIRST, 2, "bought", 22),
        (THIRD, 2, "bought", 22),
    ]
    assert floor.books_balance()


def test_a_parcel_that_was_not_told_leaves_the_places_of_those_that_were(made: Made) -> None:
    two = replace(SITE, services=(replace(JOIN, pieces_max=2), FAST))
    shipping = made(3, totes=2, site=two)
    pack(shipping)
    shipping.floor.scans("BENCH-02", "TOTE-2", "BOX-S", "MUG", "430", worker="W2")
    shipping.settled()
    pack(shipping)
    rows = shipping.floor.all("SELECT shipment, piece, quoted_cents FROM purchase ORDER BY id")
    assert [tuple(row) for row in rows] == [(FIRST, 1, 322), ("", 0, 322), (FIRST, 2, 22)]
    assert shipping.floor.value("SELECT COUNT(*) FROM alarm WHERE state = 'open'") == 0
    assert shipping.floor.books_balance()


def test_a_parcel_of_a_store_that_is_labelled_anew_goes_by_itself_again(
    carriers: Carriers,
) -> None:
    floor = Floor("W1", "W2", setup=(SITE, *SETUP[1:]))
    floor.do(ImportItems(id="cup", items=(CUP,)))
    stores = (Node(code="main"), Node(code="STORE-1", kind="store", country="GB"))
    floor.do(SetUpNodes(id="nodes", nodes=stores))
    floor.do(CountNode(id="count", node="STORE-1", lines=(NodeStock(sku="CUP", qty=5),)))
    order = floor.order("1", {"MUG": 3, "CUP": 1})
    floor.tour([[(order, "BOX-S", {"MUG": 1})] * 3])
    floor.scans("BENCH-01", "TOTE-1")
    shipping = Shipping(carriers, floor=floor)
    pack(shipping)
    floor.scans("STORE-1", "NEXT", "CUP", "BOX-S", worker="W2")
    shipping.settled()
    assert pieces(shipping) == [("Snail", 1, "bought"), ("Snail", 0, "bought")]
    mine = floor.value("SELECT parcel FROM purchase WHERE shipment = ''")
    floor.do(RelabelParcel(id="anew", actor="LEAD", parcel=mine))
    shipping.settled()
    shipping.deliverer.stop()
    quoted = floor.all("SELECT state, quoted_cents FROM purchase WHERE shipment = '' ORDER BY id")
    assert [tuple(row) for row in quoted] == [("voided", 322), ("bought", 322)]
    assert floor.value("SELECT COUNT(*) FROM alarm WHERE state = 'open'") == 0
    assert floor.books_balance()


def test_a_purchase_without_an_answer_that_is_asked_again_keeps_its_price(
    made: Made, peer: Peer
) -> None:
    shipping = made(2)
    peer.faults.append("slow")
    shipping.floor.scans("BOX-S", "MUG", "430")
    shipping.until(lambda: len(peer.seen) > 0)
    assert shipping.floor.scan("PRINT").message == "label_on_its_way"
    assert shipping.floor.scan("PRINT").message == "label_asked_again"
    asked = [event.payload for event in shipping.floor.sent("carrier/buy")]
    assert [(each["reference"], each["cost_cents"]) for each in asked] == [(FIRST, 322)]
    peer.held.set()
    shipping.settled()
    assert pieces(shipping) == [("Snail", 1, "bought")]
    assert shipping.floor.books_balance()

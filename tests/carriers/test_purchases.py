"""Labels of a carrier with all its faults: one is valid, or none, and the bench goes on."""

import base64
from dataclasses import replace

import pytest

from controller.views.consignments import consignment
from tests.carriers.conftest import Shipping
from tests.carriers.peer import ZPL, Peer
from tests.workflows.floor import FIRST

BEFORE = ("500", "503", "429", "garbage", "type", "reset", "no_number")
FROM_ANOTHER = [("Snail", "voided"), ("Swift", "bought")]


def test_a_label_is_bought_once_and_printed_as_the_carrier_sent_it(
    stored_shipping: Shipping, peer: Peer
) -> None:
    shipping = stored_shipping
    shipping.pack()
    shipping.settled()
    parcel = shipping.floor.parcels()[0]
    assert (parcel.tracking, parcel.cost_cents) == ("PEER000001", 320)
    asked = peer.bodies[0]
    assert (asked["reference"], asked["product"], asked["weight_kg"]) == (FIRST, "ECONOMY", 0.43)
    assert asked["to"]["lines"] == ["1 Mill Lane", "York"]
    assert asked["goods"] == [{"code": "MUG", "pieces": 1, "value": 0}]
    (job,) = shipping.floor.sent("device/printer")
    assert base64.b64decode(job.payload["kept"]) == ZPL


@pytest.mark.parametrize("fault", BEFORE)
def test_what_goes_wrong_once_is_asked_again_and_nothing_is_bought_twice(
    shipping: Shipping, peer: Peer, fault: str
) -> None:
    peer.faults.append(fault)
    shipping.pack()
    shipping.settled()
    assert shipping.purchases() == [("Snail", "bought")]
    assert peer.valid == [shipping.floor.parcels()[0].tracking]
    assert shipping.floor.books_balance()


def test_a_carrier_that_knows_no_repeat_is_asked_what_it_sold_before_it_is_asked_again(
    shipping: Shipping, peer: Peer
) -> None:
    peer.idempotent = False
    peer.faults.append("reset")
    shipping.pack()
    shipping.settled()
    assert peer.valid == [shipping.floor.parcels()[0].tracking]
    assert peer.count("GET", r"/shipments\?.*") == 1


def test_a_pause_that_the_carrier_asks_for_is_kept(shipping: Shipping, peer: Peer) -> None:
    peer.faults.append("429")
    shipping.pack()
    start_ms = shipping.floor.clock.ms
    shipping.settled()
    assert shipping.floor.clock.ms - start_ms >= 7_000
    assert shipping.purchases() == [("Snail", "bought")]


@pytest.mark.parametrize("fault", ["dear", "of_another", "no_label", "priceless"])
def test_a_label_that_cannot_be_used_goes_back_and_another_carrier_is_asked(
    shipping: Shipping, peer: Peer, fault: str
) -> None:
    peer.faults.append(fault)
    shipping.pack()
    shipping.settled()
    assert shipping.purchases() == FROM_ANOTHER
    assert peer.valid == []
    alarm = shipping.floor.value("SELECT detail FROM alarm WHERE fault = 'no_label'")
    assert alarm.startswith(("label_", "price_unreadable"))
    assert shipping.floor.books_balance()


def test_an_address_that_the_carrier_declines_is_told_with_its_words(
    shipping: Shipping, peer: Peer
) -> None:
    peer.faults.append("422")
    shipping.pack()
    shipping.settled()
    assert shipping.purchases() == [("Snail", "refused"), ("Swift", "bought")]
    alarm = shipping.floor.value("SELECT detail FROM alarm WHERE fault = 'no_label'")
    assert "postcode and street do not match" in alarm
    rows = shipping.floor.all("SELECT data AS text FROM event")
    rows += shipping.floor.all("SELECT payload AS text FROM journal")
    assert not [row.text for row in rows if "do not match" in row.text]


@pytest.mark.parametrize("fault", ["slow", "late", "late_no_label"])
def test_a_bench_waits_no_longer_than_its_patience_and_a_late_label_goes_back(
    shipping: Shipping, peer: Peer, fault: str
) -> None:
    peer.faults.append(fault)
    shipping.pack()
    shipping.until(lambda: peer.seen)
    shipping.floor.clock.ms += 21_000
    shipping.until(lambda: len(shipping.purchases()) == 2)
    assert shipping.floor.parcels()[0].service == "FAST"
    peer.held.set()
    shipping.until(lambda: shipping.purchases() == FROM_ANOTHER and not shipping.rows())
    assert peer.valid == []
    assert shipping.floor.books_balance()


def test_a_carrier_that_is_down_is_left_alone_then_tried_and_used_again(
    shipping: Shipping, peer: Peer
) -> None:
    peer.faults.extend(["500"] * 6)
    shipping.pack()
    shipping.until(lambda: shipping.deliverer.states()[0].down)
    shipping.until(lambda: len(shipping.purchases()) == 2)
    shipping.step()
    assert shipping.floor.value("SELECT detail FROM alarm WHERE fault = 'down'")
    asked = len(peer.seen)
    shipping.step()
    assert len(peer.seen) == asked
    shipping.until(lambda: not shipping.deliverer.states()[0].down)
    assert peer.count("GET", "/account") == 3
    shipping.until(
        lambda: shipping.floor.value("SELECT state FROM alarm WHERE fault = 'down'") == "cleared"
    )
    shipping.settled()
    assert shipping.purchases() == FROM_ANOTHER


def test_a_label_that_is_given_up_is_given_up_again_when_the_books_could_not_be_written(
    shipping: Shipping, peer: Peer
) -> None:
    peer.faults.append("late")
    shipping.pack()
    shipping.until(lambda: peer.seen)
    shipping.floor.clock.ms += 21_000
    store = shipping.floor.controller.store
    with store.transaction() as db:
        db.run("ALTER TABLE purchase RENAME TO purchase_away")
    with pytest.raises(Exception, match="purchase"):
        shipping.deliverer.round()
    with store.transaction() as db:
        db.run("ALTER TABLE purchase_away RENAME TO purchase")
    shipping.until(lambda: len(shipping.purchases()) == 2)
    peer.held.set()
    shipping.until(lambda: shipping.purchases() == FROM_ANOTHER and not shipping.rows())
    assert peer.valid == []


def test_a_number_that_another_parcel_has_is_refused_and_that_parcel_keeps_its_label(
    shipping: Shipping, peer: Peer
) -> None:
    floor = shipping.floor
    shipping.pack()
    shipping.settled()
    floor.printer_answers()
    floor.scans(FIRST, "HOME")
    order = floor.order("2", {"MUG": 1})
    floor.tour([[(order, "BOX-S", {"MUG": 1})]])
    peer.faults.append("taken")
    floor.scans("BENCH-01", "TOTE-1", "BOX-S", "MUG", "430")
    shipping.settled()
    assert peer.valid == ["PEER000001"]
    first, second = floor.parcels()
    assert (first.tracking, second.service) == ("PEER000001", "FAST")
    states = floor.all("SELECT carrier, state FROM purchase ORDER BY id")
    assert [row.state for row in states] == ["bought", "voided", "bought"]
    assert floor.books_balance()


def test_carriers_are_asked_for_prices_and_addresses(shipping: Shipping, peer: Peer) -> None:
    shipping.pack()
    with shipping.floor.controller.reading() as db:
        parcel = shipping.floor.parcels()[0].id
        asked = consignment(db, parcel, FIRST, "ECO")
    assert asked is not None
    told, silent = shipping.deliverer.rates(asked)
    assert [(each.service, each.cost_cents, each.days) for each in told["Snail"]] == [
        ("ECO", 320, 2)
    ]
    assert silent == {}
    peer.faults.append("500")
    told, silent = shipping.deliverer.rates(asked)
    assert (told, silent) == ({}, {"Snail": "server_error: HTTP 500"})
    adapter = shipping.deliverer.lines["Snail"].adapter
    assert adapter.validate(asked.to).valid
    wrong = adapter.validate(replace(asked.to, postcode="NOWHERE"))
    assert (wrong.valid, wrong.detail) == (False, "no such postcode")

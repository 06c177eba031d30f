"""One parcel from its price to the customer's door, with a fault of the carrier at each step."""

from typing import Any

import pytest

from controller.views.consignments import Consignment, consignment
from tests.carriers.conftest import Shipping
from tests.carriers.peer import Peer
from tests.workflows.floor import FIRST, confirm, seen

ONCE = ("500", "503", "429", "garbage", "type", "reset")


def asked(shipping: Shipping) -> Consignment:
    with shipping.floor.controller.reading() as db:
        found = consignment(db, shipping.floor.parcels()[0].id, FIRST, "ECO")
    assert found is not None
    return found


def load(shipping: Shipping) -> None:
    """The label is printed, the sorter brings the parcel to its lane, the loader takes it."""
    floor = shipping.floor
    floor.printer_answers()
    floor.scans(FIRST)
    seen(floor, FIRST)
    confirm(floor, "LANE-01")
    floor.scans("HOME", "LANE-01", FIRST)


def leave(shipping: Shipping) -> None:
    floor = shipping.floor
    floor.clock.ms = max(each.leaves_ms for each in floor.all("SELECT leaves_ms FROM departure"))
    floor.controller.tick()
    shipping.settled()


@pytest.mark.parametrize("fault", ONCE)
def test_a_parcel_is_priced_labelled_loaded_announced_and_followed_whatever_fails_once(
    stored_shipping: Shipping, peer: Peer, fault: str
) -> None:
    shipping, floor = stored_shipping, stored_shipping.floor
    shipping.pack()
    told, _silent = shipping.deliverer.rates(asked(shipping))
    peer.faults.append(fault)
    shipping.settled()
    (parcel,) = floor.parcels()
    assert peer.valid == [parcel.tracking]
    assert parcel.cost_cents == told["Snail"][0].cost_cents
    load(shipping)
    peer.faults.append(fault)
    leave(shipping)
    assert floor.value("SELECT state FROM manifest") == "accepted"
    assert {each["parcels"][0]["number"] for each in peer.manifests} == {parcel.tracking}
    peer.news[parcel.tracking] = [{"code": "DONE", "time": floor.clock.ms // 1_000 + 3_600}]
    peer.faults.append(fault)
    shipping.until(lambda: delivered(shipping), "news of the carrier")
    assert shipping.purchases() == [("Snail", "bought")]
    assert peer.valid == [parcel.tracking]
    assert floor.books_balance()


def delivered(shipping: Shipping) -> Any:
    shipping.floor.clock.ms += 600_000
    shipping.floor.controller.tick()
    return shipping.floor.value("SELECT id FROM tracking_event WHERE status = 'delivered'")


def test_a_carrier_that_is_slow_to_tell_its_price_is_not_waited_for(
    shipping: Shipping, peer: Peer
) -> None:
    shipping.pack()
    peer.faults.append("slow")
    told, silent = shipping.deliverer.rates(asked(shipping))
    peer.held.set()
    assert (told, list(silent)) == ({}, ["Snail"])

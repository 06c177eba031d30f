"""Pickups on call: booked once, told anew, called off, or a person is told by when to call."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from api.carriers.carriers_file import read_carriers
from api.errors import WrongInput
from controller.errors import NotFound
from controller.messages import CancelOrder, CloseDeparture, NotePickup
from controller.store import Store
from controller.units import HOUR, MINUTE
from tests.carriers.conftest import Shipping, write
from tests.carriers.peer import Peer
from tests.workflows.floor import belt_floor, confirm, seen

ON_CALL = """
pickups = { ahead_min = 120, window_min = 60 }

[carriers.Snail.calls.pickup]
path = "/pickups"
answer = { number = "confirmation", from = "earliest", until = "latest" }
[carriers.Snail.calls.pickup.body]
reference = "{reference}"
from = "{ready_at}"
until = "{latest_at}"
parcels = "{parcels}"
kg = "{mass_kg}"
postcode = "{place.postcode}"

[carriers.Snail.calls.cancel_pickup]
method = "DELETE"
path = "/pickups/{number}"

[carriers.Snail.calls.check]"""
ONCE = ("500", "503", "429", "garbage", "reset", "no_number", "late")
Made = Callable[..., Shipping]


def on_call(text: str) -> str:
    return text.replace("[carriers.Snail.calls.check]", ON_CALL, 1)


@pytest.fixture
def made(peer: Peer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Made]:
    """Parcels of Snail on the belt, and the carrier comes on call."""
    monkeypatch.setenv("SNAIL_TOKEN", "tok-3f9a-very-secret")
    monkeypatch.setenv("SNAIL_SIGNS", "whsec")
    running: list[Shipping] = []

    def make(store: Store | None = None) -> Shipping:
        carriers = read_carriers(write(peer, tmp_path, on_call))
        floor = belt_floor(2, store)
        running.append(Shipping(carriers, floor=floor))
        running[0].settled()
        return running[0]

    yield make
    for each in running:
        each.deliverer.stop()


def later(shipping: Shipping, ms: int = 10 * MINUTE) -> None:
    """Time passes, and the carrier has answered what it was asked."""
    shipping.floor.clock.ms += ms
    shipping.floor.controller.tick()
    shipping.settled()


def alarm(shipping: Shipping, fault: str = "pickup_missing") -> str:
    told = f"SELECT detail FROM alarm WHERE fault = '{fault}' AND state = 'open'"
    return str(shipping.floor.value(told) or "")


@pytest.mark.parametrize("fault", ["", *ONCE])
def test_a_pickup_is_booked_once_whatever_fails_once(made: Made, peer: Peer, fault: str) -> None:
    shipping = made()
    peer.faults.extend([fault] if fault else [])
    shipping.floor.clock.ms += 10 * MINUTE
    shipping.floor.controller.tick()
    shipping.until(lambda: peer.count("POST", "/pickups"))
    peer.held.set()
    shipping.settled()
    ((number, asked),) = peer.pickups.items()
    assert (asked["parcels"], asked["kg"], asked["until"][11:16]) == (2, 0.86, "21:00")
    row = shipping.floor.all("SELECT * FROM pickup")[0]
    assert (row.state, row.number, row.parcels) == ("booked", number, 2)
    assert row.until_ms - row.from_ms == HOUR
    later(shipping)
    assert len(peer.pickups) == 1
    assert alarm(shipping) == ""
    assert shipping.floor.books_balance()


def test_a_pickup_is_told_anew_when_the_parcels_change_and_called_off_with_the_last(
    made: Made, peer: Peer, store: Store
) -> None:
    shipping = made(store)
    later(shipping)
    shipping.floor.do(CancelOrder(id="one", order="shop/1", reason="no"))
    later(shipping)
    ((number, asked),) = peer.pickups.items()
    assert asked["parcels"] == 1
    assert shipping.floor.value("SELECT number FROM pickup") == number
    assert peer.count("DELETE", "/pickups/.*") == 1
    shipping.floor.do(CancelOrder(id="two", order="shop/2", reason="no"))
    later(shipping)
    assert peer.pickups == {}
    assert shipping.floor.value("SELECT state FROM pickup") == "cancelled"
    later(shipping)
    assert peer.count("POST", "/pickups") == 2
    assert shipping.floor.books_balance()


def test_a_refusal_names_the_carrier_the_parcels_and_by_when_to_call(
    made: Made, peer: Peer
) -> None:
    shipping = made()
    peer.faults.append("422")
    later(shipping)
    assert alarm(shipping).startswith("2 parcels leave at 21:00: call Snail by 19:00 (http_422")
    later(shipping)
    assert peer.count("POST", "/pickups") == 1
    shipping.floor.do(NotePickup(id="called", actor="LEAD", carrier="Snail", number="TEL-7"))
    later(shipping)
    assert alarm(shipping) == ""
    assert shipping.floor.value("SELECT state FROM pickup") == "by_hand"
    with pytest.raises(NotFound):
        shipping.floor.do(NotePickup(id="who", carrier="Swift", number="1"))


def test_what_is_booked_is_named_until_its_cancellation_is_confirmed(
    made: Made, peer: Peer, store: Store
) -> None:
    shipping = made(store)
    later(shipping)
    ((number, _),) = peer.pickups.items()
    shipping.floor.do(CancelOrder(id="one", order="shop/1", reason="no"))
    shipping.settled()
    peer.faults.append("422")
    later(shipping)
    row = shipping.floor.all("SELECT * FROM pickup")[0]
    assert (row.state, row.number, row.until_ms - row.from_ms) == ("refused", number, HOUR)
    told = f"1 parcel leaves at 21:00, {number} is still booked: call Snail by 19:00 (http_422"
    assert alarm(shipping).startswith(told)
    shipping.floor.do(CancelOrder(id="two", order="shop/2", reason="no"))
    later(shipping)
    assert list(peer.pickups) == [number]
    told = f"nothing leaves at 21:00, {number} is still booked: call it off with Snail by 19:00"
    assert alarm(shipping).startswith(told)
    shipping.floor.do(NotePickup(id="off", actor="LEAD", carrier="Snail", number="Ann said so"))
    assert alarm(shipping) == ""
    row = shipping.floor.all("SELECT * FROM pickup")[0]
    assert (row.state, row.number, row.why) == ("cancelled", "", "by LEAD: Ann said so")
    assert shipping.floor.books_balance()


def test_what_was_called_off_before_a_refusal_is_not_named(made: Made, peer: Peer) -> None:
    shipping = made()
    later(shipping)
    shipping.floor.do(CancelOrder(id="one", order="shop/1", reason="no"))
    shipping.settled()
    peer.faults.extend(["", "422"])
    later(shipping)
    assert peer.pickups == {}
    assert alarm(shipping).startswith("1 parcel leaves at 21:00: call Snail by 19:00 (http_422")
    assert shipping.floor.value("SELECT number FROM pickup") == ""
    shipping.floor.do(CancelOrder(id="two", order="shop/2", reason="no"))
    later(shipping)
    assert alarm(shipping) == ""


def test_a_driver_comes_for_what_was_closed_before_its_time(made: Made, peer: Peer) -> None:
    shipping = made()
    floor = shipping.floor
    for row in floor.all("SELECT lpn FROM parcel ORDER BY id"):
        seen(floor, row.lpn)
        confirm(floor, "LANE-01")
        floor.scans("HOME", "LANE-01", row.lpn)
    later(shipping)
    departure = floor.value("SELECT id FROM departure")
    floor.do(CloseDeparture(id="close", departure=departure))
    later(shipping)
    assert len(peer.pickups) == 1
    assert floor.value("SELECT state FROM pickup") == "booked"
    assert alarm(shipping) == ""


@pytest.mark.parametrize("gone", ["booked", "by_hand"])
def test_a_pickup_that_nobody_wants_any_more_and_no_carrier_hears_of_is_for_a_person(
    made: Made, peer: Peer, gone: str
) -> None:
    shipping = made()
    later(shipping)
    ((number, _),) = peer.pickups.items()
    if gone == "by_hand":
        shipping.floor.do(NotePickup(id="told", actor="LEAD", carrier="Snail", number="TEL-7"))
        number = "TEL-7"
    shipping.floor.clock.ms += 11 * HOUR  # after 19:00
    for order in ("shop/1", "shop/2"):
        shipping.floor.do(CancelOrder(id=f"no-{order}", order=order, reason="no"))
    later(shipping)
    told = f"nothing leaves at 21:00, {number} is still booked: call it off with Snail now"
    assert alarm(shipping).startswith(told)
    shipping.floor.do(NotePickup(id="off", actor="LEAD", carrier="Snail", number="Ann"))
    later(shipping)
    assert alarm(shipping) == ""
    assert shipping.floor.value("SELECT state FROM pickup") == "cancelled"


@pytest.mark.parametrize("said", ["TEL-7", "PU001"])
def test_a_carrier_that_is_called_while_it_is_asked_does_not_come_twice_unnoticed(
    made: Made, peer: Peer, said: str
) -> None:
    shipping = made()
    peer.faults.append("slow")
    shipping.floor.clock.ms += 10 * MINUTE
    shipping.floor.controller.tick()
    shipping.until(lambda: peer.count("POST", "/pickups"))
    shipping.floor.do(NotePickup(id="called", actor="LEAD", carrier="Snail", number=said))
    peer.held.set()
    shipping.settled()
    assert list(peer.pickups) == ["PU001"]
    assert shipping.floor.value("SELECT number FROM pickup") == said
    told = "PU001 is booked beside TEL-7: call Snail, and keep one of them"
    assert alarm(shipping, "second_pickup") == (told if said == "TEL-7" else "")
    shipping.floor.do(NotePickup(id="one", actor="LEAD", carrier="Snail", number="PU001"))
    assert alarm(shipping, "second_pickup") == ""


def test_a_carrier_that_does_not_answer_is_called_half_an_hour_before_it_is_too_late(
    made: Made, peer: Peer
) -> None:
    shipping = made()
    peer.faults.extend(["500"] * 40)
    shipping.floor.clock.ms += 10 * HOUR + 15 * MINUTE  # 18:15, as parcels were packed at eight
    shipping.floor.controller.tick()
    shipping.until(lambda: peer.count("POST", "/pickups"))
    assert alarm(shipping) == ""
    shipping.floor.clock.ms += 20 * MINUTE
    shipping.floor.controller.tick()
    assert alarm(shipping) == "2 parcels leave at 21:00: call Snail by 19:00 (no answer yet)"
    peer.faults.clear()
    shipping.settled()
    assert alarm(shipping) == ""
    assert len(peer.pickups) == 1


def test_a_pickup_that_may_be_booked_is_not_booked_again_with_who_knows_no_repeat(
    made: Made, peer: Peer
) -> None:
    shipping = made()
    shipping.deliverer.lines["Snail"].adapter.repeats = False
    peer.faults.append("reset")
    later(shipping)
    assert len(peer.pickups) == 1
    assert "ask the carrier" in alarm(shipping)


def test_a_carrier_that_can_not_be_asked_for_pickups_is_told_by_its_file(
    peer: Peer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SNAIL_TOKEN", "tok")
    monkeypatch.setenv("SNAIL_SIGNS", "whsec")
    only = "pickups = {}\n\n[carriers.Snail.calls.check]"
    path = write(peer, tmp_path, lambda text: text.replace("[carriers.Snail.calls.check]", only))
    with pytest.raises(WrongInput, match="has no cancel_pickup and no pickup; leave it out"):
        read_carriers(path)

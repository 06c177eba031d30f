"""Loading: goods leave, promises close, orders are shipped, departures have their manifest."""

import pytest

from controller.errors import Refused
from controller.messages import CancelOrder, DeviceFault, SequenceLane, SignIn
from controller.store import Store
from tests.workflows.floor import FIRST, SECOND, Floor, belt_floor, confirm, seen

DAY_END_MS = 21 * 3_600_000


def sorted_floor(parcels: int = 1, store: Store | None = None) -> Floor:
    """A floor with sorted parcels in LANE-01; W2 stands there."""
    floor = belt_floor(parcels, store)
    for lpn in (FIRST, SECOND)[:parcels]:
        seen(floor, lpn)
        confirm(floor, "LANE-01")
    floor.screens["W2"] = floor.do(SignIn(id="in/W2", badge="W2"))
    floor.scans("LANE-01", worker="W2")
    return floor


def test_loading_ships_the_goods_and_closes_their_promise(store: Store) -> None:
    floor = sorted_floor(store=store)
    assert floor.screens["W2"].screen.target == FIRST
    reply = floor.scan(FIRST, "W2")
    assert (reply.message, reply.screen.target) == ("parcel_loaded", "")
    assert floor.stock("~customer") == {"MUG": 1}
    assert floor.value("SELECT COUNT(*) FROM promise") == 0
    assert floor.value("SELECT shipped FROM order_line") == 1
    order = floor.all("SELECT state, shipped_ms FROM customer_order")[0]
    assert tuple(order) == ("shipped", floor.clock.ms)
    assert floor.parcels()[0].state == "shipped"
    assert floor.value("SELECT state FROM container WHERE lpn = :l", l=FIRST) == "gone"
    assert floor.books_balance()


def test_the_shop_hears_the_tracking_number() -> None:
    floor = sorted_floor()
    floor.scan(FIRST, "W2")
    (event,) = floor.sent("channel/tracking")
    assert event.payload == {
        "shop": "shop",
        "order": "shop/1",
        "number": "1",
        "carrier": "Snail",
        "service": "ECO",
        "tracking": f"TRK{FIRST}",
        "lines": [[1, "MUG", 1]],
        "complete": True,
    }


def test_an_order_of_two_parcels_is_shipped_with_the_second() -> None:
    floor = Floor()
    order = floor.order("1", {"MUG": 1, "PEN": 1})
    floor.tour([[(order, "BOX-S", {"MUG": 1}), (order, "BOX-S", {"PEN": 1})]])
    floor.scans("BENCH-01", "TOTE-1")
    for item, mass_g in (("MUG", "430"), ("PEN", "100")):
        floor.scans("BOX-S", item, mass_g)
        floor.carrier_answers()
        floor.printer_answers()
        floor.scans(floor.screens["W1"].screen.target)
    floor.scans("HOME")
    floor.scan("LANE-01")
    states = []
    for lpn in (FIRST, SECOND):
        floor.scan(lpn)
        states.append(floor.value("SELECT state FROM customer_order"))
    assert states == ["open", "shipped"]
    assert floor.value("SELECT COUNT(*) FROM event WHERE kind = 'order_shipped'") == 1
    complete = [event.payload["complete"] for event in floor.sent("channel/tracking")]
    assert complete == [False, True]


def test_an_order_that_waits_for_a_backorder_stays_open() -> None:
    floor = Floor()
    order = floor.order("1", {"MUG": 51})
    floor.tour([[(order, "BOX-L", {"MUG": 50})]])
    floor.scans("BENCH-01", "TOTE-1", "BOX-L", "MUG", "50", "17800")
    floor.carrier_answers()
    floor.printer_answers()
    floor.scans(FIRST, "HOME")
    floor.scan("LANE-01")
    assert floor.scan(FIRST).message == "parcel_loaded"
    row = floor.all("SELECT shipped, backordered FROM order_line")[0]
    assert tuple(row) == (50, 1)
    assert floor.value("SELECT state FROM customer_order") == "open"
    assert floor.books_balance()


def test_a_parcel_of_another_lane_is_stopped_and_both_lanes_are_named() -> None:
    floor = sorted_floor()
    floor.scan("LANE-02", "W2")
    reply = floor.scan(FIRST, "W2")
    assert (reply.message, reply.tone) == ("wrong_lane", "error")
    assert reply.fields == {"expected": "LANE-01", "got": "LANE-02"}
    assert floor.stock("~customer") == {}


def test_a_parcel_is_shipped_once() -> None:
    floor = sorted_floor()
    floor.scan(FIRST, "W2")
    assert floor.scan(FIRST, "W2").message == "already_shipped"
    assert floor.stock("~customer") == {"MUG": 1}


def test_a_loader_whose_parcel_another_one_took_is_shown_the_next() -> None:
    floor = sorted_floor(parcels=2)
    floor.screens["W3"] = floor.do(SignIn(id="in/W3", badge="W3"))
    floor.scans("LANE-01", worker="W3")
    floor.scan(FIRST, "W2")
    reply = floor.scan(FIRST, "W3")
    assert (reply.message, reply.tone) == ("already_shipped", "warn")
    assert reply.screen.target == SECOND


def test_a_cancelled_parcel_is_not_loaded() -> None:
    floor = sorted_floor()
    floor.do(CancelOrder(id="cancel", order="shop/1"))
    assert floor.scan(FIRST, "W2").message == "parcel_cancelled"


@pytest.mark.parametrize(
    ("raw", "message"), [("TOTE-5", "not_a_parcel"), ("BENCH-01", "not_a_lane")]
)
def test_what_is_no_parcel_is_refused(raw: str, message: str) -> None:
    floor = sorted_floor()
    assert floor.scan(raw, "W2").message == message


def test_a_parcel_whose_label_was_not_scanned_is_refused() -> None:
    floor = Floor("W1", "W2")
    order = floor.order("1", {"MUG": 1})
    floor.tour([[(order, "BOX-S", {"MUG": 1})]])
    floor.scans("BENCH-01", "TOTE-1", "BOX-S", "MUG", "430")
    floor.scan("LANE-01", "W2")
    assert floor.scan(FIRST, "W2").message == "not_labelled"


def test_done_goes_home_and_an_empty_lane_says_so() -> None:
    floor = sorted_floor()
    floor.scan(FIRST, "W2")
    assert floor.scan("LANE-01", "W2").message == "nothing_to_load"
    assert floor.scan("DONE", "W2").screen.workflow == "home"


def test_a_loaded_parcel_makes_room_in_a_full_lane() -> None:
    floor = sorted_floor(parcels=2)
    floor.do(DeviceFault(id="f", device="SORTER-01", fault="lane_full", detail="LANE-01"))
    assert seen(floor, SECOND).reason == "lane_full"
    floor.scan(FIRST, "W2")
    assert seen(floor, SECOND).lane == "LANE-01"


def test_a_departure_closes_with_its_manifest_and_late_parcels_take_the_next(
    store: Store,
) -> None:
    floor = sorted_floor(2, store)
    floor.scan(FIRST, "W2")
    departure = floor.all("SELECT * FROM departure")[0]
    midnight_ms = floor.clock.ms // 86_400_000 * 86_400_000
    assert departure.leaves_ms == midnight_ms + DAY_END_MS
    assert (departure.carrier, departure.lane, departure.parcels) == ("Snail", "LANE-01", 1)
    floor.clock.ms = departure.leaves_ms
    floor.controller.tick()
    manifest = {"carrier": "Snail", "lane": "LANE-01", "parcels": 1, "mass_g": 430}
    assert floor.events("departure_closed") == [manifest]
    floor.scan(SECOND, "W2")
    rows = floor.all("SELECT state, leaves_ms, parcels FROM departure ORDER BY id")
    assert [tuple(row) for row in rows] == [
        ("closed", departure.leaves_ms, 1),
        ("open", departure.leaves_ms + 86_400_000, 1),
    ]


SCANS = ("MUG", "TOTE-1", "BOX-S", "BENCH-01", "W1", "3", "junk", "UNDO", "SHORT", "PRINT", "FULL")


def test_every_scan_at_a_lane_gets_a_screen() -> None:
    floor = sorted_floor()
    for raw in SCANS:
        reply = floor.scan(raw, "W2")
        assert (reply.screen.workflow, reply.tone) == ("loading", "error")
    assert floor.scan("HOME", "W2").screen.workflow == "home"


def test_a_planned_sequence_is_shown_and_another_parcel_may_go_first(store: Store) -> None:
    floor = sorted_floor(2, store)
    command = SequenceLane(id="plan", lane="LANE-01", parcels=(SECOND, "NONE", FIRST))
    reply = floor.do(command)
    assert (reply.parcels, reply.dropped) == (2, (("NONE", "unknown"),))
    assert floor.scan("LANE-01", "W2").screen.target == SECOND
    other = floor.scan(FIRST, "W2")
    assert (other.message, other.screen.target) == ("parcel_loaded", SECOND)
    with pytest.raises(Refused, match="not a lane"):
        floor.do(SequenceLane(id="bench", lane="BENCH-01", parcels=()))
    assert floor.books_balance()

"""Goods to person: pods come to the station, their units go into slots, and they leave again."""

from dataclasses import replace

import pytest

from controller.errors import NotFound
from controller.messages import (
    ApplyPresentation,
    CancelOrder,
    DeviceFault,
    ImportPlaces,
    LoadCarried,
    OrderLine,
    Place,
    PlannedPick,
)
from tests.workflows.floor import Floor
from tests.workflows.monkey_site import SITE, STATIONS
from tests.workflows.scenes import called, house, plan, presented

AT_POD = ("STATION-1", "POD-1", "POD-1-A")
FIVE = (*AT_POD, "MUG", "5", "STATION-1-1")
SEVEN = (*FIVE, "MUG", "MUG", "STATION-1-2")


def at(*path: str) -> Floor:
    floor = presented()
    floor.scans(*path)
    return floor


def stands(floor: Floor, pod: str = "POD-1") -> str:
    return str(floor.value("SELECT place FROM container WHERE lpn = :lpn", lpn=pod))


def fetch(floor: Floor, pod: str) -> None:
    """W2 has this pod in hand."""
    reply = floor.scan("NEXT", "W2")
    while reply.screen.target != pod:
        reply = floor.scan("SKIP", "W2")
    floor.scans(pod, worker="W2")


def way(floor: Floor, pod: str = "POD-1") -> str | None:
    query = "SELECT to_place FROM task WHERE kind = 'carry' AND state = 'open' AND "
    found = floor.value(query + "from_container = :pod", pod=pod)
    return None if found is None else str(found)


def slots(floor: Floor) -> dict[str, str]:
    rows = floor.all("SELECT lpn, state FROM load WHERE kind = 'slot' ORDER BY id")
    return {row.lpn: row.state for row in rows}


def test_two_orders_share_a_pod_and_are_packed_from_their_slots() -> None:
    floor = at(*SEVEN)
    assert way(floor) == "SPOT-1"
    assert slots(floor) == {"STATION-1-1": "filling", "STATION-1-2": "picked"}
    floor.scans("HOME", "NEXT", "POD-2", "STATION-1", "HOME")
    floor.scans("STATION-1", "POD-2", "POD-2-B", "PEN")
    assert floor.scans("STATION-1-1").message == "slot_complete"
    assert floor.stock("STATION-1-1") == {"MUG": 5, "PEN": 1}
    assert floor.stock("POD-1-A") == {"MUG": 13}
    floor.scans("HOME", "BENCH-01", "STATION-1-1", "BOX-S", "MUG", "5", "PEN", "1850")
    assert floor.books_balance()


def test_a_slot_that_is_packed_gets_the_next_order_at_once() -> None:
    floor = at(*SEVEN)
    floor.do(CancelOrder(id="cancel", order="shop/2"))
    asked = len(floor.sent("plan/release"))
    floor.scans("HOME", "BENCH-01", "STATION-1-2", "PUT-BACK")
    assert len(floor.sent("plan/release")) == asked + 1
    floor.order("3", {"MUG": 1, "BOOK": 1})
    plan(floor, 2)
    assert floor.value("SELECT COUNT(*) FROM load WHERE state = 'filling'") == 2
    assert (stands(floor), way(floor)) == ("STATION-1", None)  # it need not leave first


def test_wrong_pods_bins_items_and_slots_are_refused_by_name() -> None:
    floor = presented()
    floor.scans("STATION-1")
    for raw, message in (("POD-9", "wrong_scan"), ("TOTE-1", "wrong_pod")):
        assert floor.scan(raw).message == message
    floor.scans("POD-1")
    assert floor.scan("POD-1-B").message == "wrong_place"
    floor.scans("POD-1-A")
    assert floor.scan("PEN").message == "wrong_item"
    floor.scans("MUG", "5")
    reply = floor.scan("STATION-1-2")
    assert (reply.message, reply.fields["expected"]) == ("wrong_slot", "STATION-1-1")


def test_a_pod_that_nobody_has_announced_is_there_when_it_is_scanned() -> None:
    floor = called()
    floor.scan("STATION-1")
    assert floor.screens["W1"].screen.target == ""
    assert floor.scans("POD-2").screen.step == "bin"
    assert (stands(floor, "POD-2"), way(floor, "POD-2")) == ("STATION-1", None)


def test_undo_takes_a_put_back_until_the_pod_is_fetched() -> None:
    floor = at(*SEVEN)
    assert floor.scans("UNDO").screen.step == "slot"
    assert (way(floor), floor.stock("STATION-1-2")) == (None, {})
    floor.scans("STATION-1-2")
    fetch(floor, "POD-1")
    assert floor.scan("UNDO").message == "fetched_by_now"
    assert floor.books_balance()


def test_what_is_short_in_the_bin_is_planned_anew() -> None:
    floor = at(*AT_POD, "SHORT")
    assert floor.scans("4").message == "short_noted"
    assert floor.scans("MUG", "4", "STATION-1-1").message == "picked"
    assert floor.stock("POD-1-A") == {}
    assert floor.books_balance()
    plan(floor, 2)
    walked = "SELECT SUM(qty) FROM task t JOIN tour r ON r.id = t.tour WHERE r.container = 'tote'"
    assert floor.value(walked) == 1 + 2  # of the order in hand, and of the other one
    assert floor.books_balance()


def test_a_count_that_finds_all_changes_nothing() -> None:
    floor = at(*AT_POD, "SHORT")
    assert floor.scans("20").message == "enough_here"
    assert floor.scans("MUG", "5", "STATION-1-1").message == "picked"


def test_a_full_slot_goes_on_in_another_or_says_that_none_is_free() -> None:
    floor = at(*AT_POD, "MUG", "5")
    assert floor.scan("FULL").message == "no_slot_free"
    floor.do(CancelOrder(id="cancel", order="shop/2"))
    floor.scans("STATION-1-1")
    assert slots(floor)["STATION-1-2"] == "packed"
    again = at(*AT_POD)
    again.do(CancelOrder(id="cancel", order="shop/2"))
    again.scans("HOME", *AT_POD, "MUG", "5")
    assert again.scans("FULL").screen.target == "STATION-1-2"
    again.scans("STATION-1-2")
    assert again.stock("STATION-1-2") == {"MUG": 5}
    assert again.books_balance()


def test_units_cancelled_in_the_hand_stay_in_the_bin() -> None:
    floor = at(*AT_POD, "MUG", "5")
    part = (OrderLine(line=1, sku="MUG", qty=3),)
    floor.do(CancelOrder(id="cancel", order="shop/1", lines=part))
    reply = floor.scan("STATION-1-1")
    assert (reply.tone, reply.message, reply.screen.fields["got"]) == ("warn", "fewer_wanted", 2)
    floor.do(CancelOrder(id="all", order="shop/1"))
    assert floor.scan("STATION-1-1").message == "pick_cancelled"
    assert floor.books_balance()


def test_a_pod_of_which_nothing_is_wanted_any_more_is_sent_away() -> None:
    floor = presented()
    for number in ("1", "2"):
        floor.do(CancelOrder(id=f"cancel/{number}", order=f"shop/{number}"))
    floor.scan("STATION-1")
    assert (floor.screens["W1"].screen.target, way(floor)) == ("", "SPOT-1")
    assert slots(floor) == {"STATION-1-1": "packed", "STATION-1-2": "packed"}
    assert floor.books_balance()


def test_a_pod_on_its_way_back_is_sent_on_when_it_is_called_again() -> None:
    floor = at(*SEVEN)
    fetch(floor, "POD-1")
    floor.do(CancelOrder(id="cancel", order="shop/2"))
    floor.scans("HOME", "BENCH-01", "STATION-1-2", "PUT-BACK")
    floor.order("3", {"BOOK": 1})
    plan(floor, 2)
    assert way(floor) == "SPOT-1"
    floor.scans("SPOT-1", worker="W2")
    assert way(floor) == "STATION-1"


def test_a_second_picker_takes_the_station_over_on_the_second_scan() -> None:
    floor = at(*AT_POD)
    reply = floor.scan("STATION-1", "W2")
    assert (reply.message, reply.fields["by"]) == ("station_taken", "W1")
    floor.scans("STATION-1", "POD-1", worker="W2")
    assert floor.scan("MUG").message == "screen_out_of_date"


def carrier() -> Floor:
    """Pods are brought by a fleet of vehicles."""
    floor = house()
    for command in STATIONS:
        floor.do(command)
    settings = replace(SITE.settings, pod_carrier="FLEET")
    floor.do(replace(SITE, id="fleet", settings=settings))
    floor.order("1", {"MUG": 2})
    plan(floor)
    return floor


def test_a_vehicle_carries_what_the_outbox_asks_and_says_so_once_or_twice() -> None:
    floor = carrier()
    (event,) = floor.sent("device/FLEET")
    assert event.payload == {"do": "carry", "load": "POD-1", "from": "SPOT-1", "to": "STATION-1"}
    assert floor.scan("NEXT").message == "no_task"
    for n in (1, 2):
        floor.do(LoadCarried(id=f"there/{n}", device="FLEET", outbox=event.id))
    assert stands(floor) == "STATION-1"
    floor.scans("STATION-1", "POD-1", "POD-1-A", "MUG", "MUG", "STATION-1-1")
    (back,) = floor.sent("device/FLEET")
    assert back.payload["to"] == "SPOT-1"


def test_what_no_vehicle_carries_waits_for_a_person() -> None:
    floor = carrier()
    (event,) = floor.sent("device/FLEET")
    floor.do(DeviceFault(id="fault", device="FLEET", fault="offline", outbox=event.id))
    assert floor.scans("NEXT").screen.target == "POD-1"


def test_a_presentation_that_no_longer_holds_is_refused() -> None:
    floor = called()
    pick = PlannedPick(order="shop/1", line=1, sku="MUG", place="POD-1-A", qty=1, load=0)
    stale = ApplyPresentation(id="stale", station="STATION-1", pod="POD-1", picks=(pick,))
    with pytest.raises(Exception, match="obsolete"):
        floor.do(stale)
    with pytest.raises(NotFound):
        floor.do(replace(stale, id="unknown", pod="POD-7"))


def test_orders_on_pods_wait_for_a_slot_with_a_reason_and_others_are_picked_on_tours() -> None:
    floor = called()
    floor.order("3", {"MUG": 1})
    plan(floor, 2)
    assert floor.value("SELECT COUNT(*) FROM tour WHERE container = 'tote'") == 1
    only = house()
    for command in STATIONS:
        only.do(command)
    for sku in ("MUG", "R4"):
        only.do(ImportPlaces(id=sku, places=(Place(name=f"P-{sku}", kind="dock"),)))
    only.do(ImportPlaces(id="reserve", places=(Place(name="R4", kind="dock"),)))
    for number in ("1", "2", "3"):
        only.order(number, {"MUG": 2})
    plan(only)
    assert [each["reason"] for each in only.events("waiting")] == ["station_full"]

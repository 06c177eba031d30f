"""Own vans: planned, loaded, driven and unloaded, with stock right at every moment."""

import re
from dataclasses import replace

import pytest

from controller.errors import ControllerError
from controller.messages import (
    AnnounceReturn,
    AssignVan,
    CancelOrder,
    CancelVanStop,
    LockVanTour,
    OrderLine,
    ReportVan,
    SetUpVans,
    Spot,
    VanSettings,
    WishDelivery,
)
from controller.store import Store
from controller.units import DAY, HOUR, MINUTE
from tests.workflows.vans import DEPOT, VAN, VanFloor

SECOND_VAN = replace(VAN, code="VAN-2")


def driving(*postcodes: str, store: Store | None = None) -> tuple[VanFloor, list[str]]:
    """`W2` has loaded VAN-1 and heads for the first stop; plates by stop."""
    floor = VanFloor(store=store)
    floor.parcels_for(*postcodes)
    floor.plan()
    floor.load()
    return floor, stops(floor)


def stops(floor: VanFloor) -> list[str]:
    rows = floor.all(
        "SELECT p.lpn FROM van_stop s JOIN van_drop d ON d.stop = s.id JOIN parcel p "
        "ON p.id = d.parcel WHERE d.state <> 'cancelled' ORDER BY s.tour, s.seq, p.id"
    )
    return [row.lpn for row in rows]


def announced_return(floor: VanFloor) -> None:
    line = OrderLine(line=1, sku="MUG", qty=1)
    floor.do(AnnounceReturn(id="rma", number="RMA-1", order="shop/1", lines=(line,)))
    floor.do(WishDelivery(id="wish", kind="return", ref="RMA-1"))


def told(floor: VanFloor) -> str:
    return str(floor.value("SELECT left_out FROM van_plan ORDER BY at_ms DESC, id DESC LIMIT 1"))


def test_a_parcel_goes_from_the_plan_to_the_customer(store: Store) -> None:
    floor = VanFloor(store=store)
    floor.parcels_for("YO1 1AA", "YO2 2BB")
    assert len(floor.plan().tours) == 1
    first, second = stops(floor)
    floor.scans("VAN-1", worker="W2")
    assert floor.screens["W2"].screen.target == second, "the last stop is loaded first"
    floor.scans(second, first, worker="W2")
    assert floor.stock(first) == {"MUG": 1}
    assert floor.value("SELECT place FROM container WHERE lpn = :l", l=first) == "VAN-1"
    reply = floor.scans("DONE", worker="W2")
    assert (reply.screen.step, reply.screen.target) == ("stop", first)
    reply = floor.scans(first, "CUSTOMER", worker="W2")
    assert (reply.message, reply.screen.target) == ("delivered", second)
    assert floor.stock("~customer") == {"MUG": 1}
    floor.scans(second, "NEIGHBOUR", worker="W2")
    assert floor.tracked(first) == ["out_for_delivery", "delivered"]
    expected = floor.value("SELECT words FROM tracking_event ORDER BY id LIMIT 1")
    assert re.fullmatch(r"0[789]:[0-5]\d-[01]\d:[0-5]\d", expected)
    assert floor.scan("DONE", "W2").message == "van_empty"
    assert floor.value("SELECT state FROM van_tour") == "done"
    assert {row.state for row in floor.all("SELECT state FROM customer_order")} == {"shipped"}
    assert floor.value("SELECT parcels FROM departure") == 2
    assert floor.books_balance()


def test_a_parcel_that_nobody_takes_goes_with_the_next_tour(store: Store) -> None:
    floor, (plate,) = driving("YO1", store=store)
    floor.scans("NOT_HOME", "DONE", worker="W2")
    assert floor.tracked(plate) == ["out_for_delivery", "attempted"]
    floor.scans("DONE", worker="W2")
    reply = floor.scan(plate, "W2")
    assert (reply.message, reply.screen.step) == ("back_to_lane", "home")
    assert floor.parcels()[0].state == "sorted"
    assert floor.stock("~customer") == {}
    assert floor.value("SELECT qty FROM promise") == 1
    floor.clock.ms += HOUR
    assert len(floor.plan().tours) == 1
    floor.load()
    floor.scans(plate, "SAFE_PLACE", "DONE", worker="W2")
    assert floor.stock("~customer") == {"MUG": 1}
    assert floor.books_balance()


def test_a_delivery_is_undone_at_the_door(store: Store) -> None:
    floor, (plate,) = driving("YO1", store=store)
    floor.scans(plate, "CUSTOMER", worker="W2")
    assert floor.value("SELECT state FROM customer_order") == "shipped"
    floor.clock.ms += MINUTE
    reply = floor.scan("UNDO", "W2")
    assert (reply.message, reply.screen.step) == ("undone", "hand")
    assert floor.stock("~customer").get("MUG", 0) == 0
    assert floor.stock(plate) == {"MUG": 1}
    assert floor.value("SELECT qty FROM promise") == 1
    assert floor.value("SELECT state FROM customer_order") == "open"
    assert floor.books_balance()
    floor.scans("NEIGHBOUR", worker="W2")
    assert floor.stock("~customer") == {"MUG": 1}
    assert floor.books_balance()


@pytest.mark.parametrize(
    ("button", "status", "here"),
    [
        ("REFUSED", "returning", "put away"),
        ("DAMAGED", "exception", "set apart"),
    ],
)
def test_what_comes_back_for_good_is_its_orders_no_longer(
    button: str, status: str, here: str
) -> None:
    floor, (plate,) = driving("YO1")
    floor.scans(button, *([plate] if button == "DAMAGED" else []), worker="W2")
    assert floor.tracked(plate)[-1] == status
    floor.scans("DONE", worker="W2")
    assert floor.scan(plate, "W2").message == "put_aside"
    assert floor.tracked(plate)[-1] == "returned"
    assert floor.value("SELECT state FROM customer_order") == "cancelled"
    if here == "put away":
        task = floor.all("SELECT kind, from_container FROM task WHERE state = 'open'")
        assert [tuple(row) for row in task] == [("putaway", plate)]
        assert floor.stock(plate) == {"MUG": 1}
    else:
        assert floor.stock("PUT-BACK") == {"MUG": 1}
        assert floor.value("SELECT status FROM stock WHERE place = 'PUT-BACK'") == "damaged"
    assert floor.books_balance()


def test_a_stop_may_come_last_and_sooner_again() -> None:
    floor, (first, second) = driving("YO1", "YO2")
    assert floor.scans("SKIP", worker="W2").screen.target == second
    assert floor.scans("UNDO", worker="W2").screen.target == first
    floor.scans("NOT_HOME", "LATER", worker="W2")
    reply = floor.scans(second, "CUSTOMER", worker="W2")
    assert reply.screen.target == first


def test_a_parcel_of_another_stop_goes_back_into_the_van() -> None:
    floor, (_, second) = driving("YO1", "YO2")
    reply = floor.scan(second, "W2")
    assert (reply.message, reply.screen.step) == ("parcel_of_another_stop", "stop")


def test_an_order_cancelled_on_the_way_is_not_brought() -> None:
    floor, (first, second) = driving("YO1", "YO2")
    order = floor.value("SELECT order_id FROM parcel WHERE lpn = :l", l=first)
    floor.do(CancelOrder(id="cancel", order=order))
    assert floor.scan(first, "W2").tone == "error"
    assert floor.scans("NEXT", worker="W2").screen.target == second
    floor.scans(second, "CUSTOMER", "DONE", worker="W2")
    assert floor.scan(first, "W2").message == "put_aside"
    assert floor.value("SELECT state FROM van_tour") == "done"
    assert floor.books_balance()


def test_parcels_left_behind_wait_for_the_next_plan() -> None:
    floor = VanFloor()
    first, second = floor.parcels_for("YO1", "YO2")
    floor.plan()
    floor.scans("VAN-1", worker="W2")
    loaded = floor.screens["W2"].screen.target
    floor.scans(loaded, worker="W2")
    assert floor.scan("DONE", "W2").message == "not_all_loaded"
    assert floor.scan("DONE", "W2").screen.target == loaded
    floor.scans(loaded, "CUSTOMER", "DONE", worker="W2")
    floor.plan()
    (left,) = {first, second} - {loaded}
    assert stops(floor)[-1] == left


def test_a_parcel_of_a_van_is_not_loaded_into_another_vehicle() -> None:
    floor = VanFloor()
    (plate,) = floor.parcels_for("YO1")
    floor.plan()
    floor.scans("HOME")
    floor.scan("LANE-01", "W1")
    reply = floor.scan(plate, "W1")
    assert (reply.message, reply.fields["van"]) == ("goes_by_van", "VAN-1")


def test_a_plan_takes_the_place_of_tours_that_nobody_loads_or_locked() -> None:
    floor = VanFloor(VAN, SECOND_VAN)
    floor.parcels_for("YO1")
    (tour,) = floor.plan().tours
    assert floor.plan().tours != (tour,), "nobody has begun it"
    (tour,) = [row.id for row in floor.all("SELECT id FROM van_tour")]
    floor.do(LockVanTour(id="lock", tour=tour))
    floor.plan()
    assert [row.id for row in floor.all("SELECT id FROM van_tour")] == [tour]
    floor.do(LockVanTour(id="unlock", tour=tour, locked=False))
    floor.do(AssignVan(id="assign", ref="shop/1", van="VAN-2"))
    floor.plan()
    assert [row.van for row in floor.all("SELECT van FROM van_tour")] == ["VAN-2"]


def test_what_cannot_be_driven_is_told_with_the_reason() -> None:
    floor = VanFloor()
    floor.parcels_for("YO1", "ZZ9", "YO2")
    gone = floor.clock.ms - MINUTE
    floor.do(WishDelivery(id="late", ref="shop/3", opens_ms=gone - HOUR, closes_ms=gone))
    floor.do(WishDelivery(id="crane", ref="shop/1", skill="crane"))
    floor.plan()
    assert "nobody knows where GB ZZ9 is" in told(floor)
    assert "its window is over" in told(floor)
    assert "VAN-1: may not take it" in told(floor)
    assert floor.value("SELECT detail FROM alarm WHERE fault = 'left_out'")
    spot = Spot(lat_e6=53_960_000, lon_e6=-1_080_000, note="ring twice")
    floor.do(WishDelivery(id="where", ref="shop/2", spot=spot))
    floor.plan()
    assert "ZZ9" not in told(floor)
    assert floor.value("SELECT COUNT(*) FROM van_stop") == 1
    assert "ring twice" not in str(floor.all("SELECT * FROM journal"))


def test_a_return_is_collected_on_the_way() -> None:
    floor = VanFloor()
    floor.parcels_for("YO1")
    announced_return(floor)
    floor.plan()
    floor.load()
    done = []
    while (screen := floor.screens["W2"].screen).step == "stop":
        done.append(screen.target)
        floor.scans(screen.target, worker="W2")
        if floor.screens["W2"].screen.step == "hand":
            floor.scans("CUSTOMER", worker="W2")
    assert sorted(done)[-1] == "RMA-1"
    assert floor.scan("DONE", "W2").message == "van_empty"


def test_a_cancelled_stop_changes_the_tour_and_its_parcel_comes_back() -> None:
    floor, (first, second) = driving("YO1", "YO2")
    stop = floor.value("SELECT id FROM van_stop ORDER BY seq LIMIT 1")
    floor.do(CancelVanStop(id="cancel", stop=stop, reason="customer asked"))
    assert floor.scan(first, "W2").message == "stop_cancelled"
    assert floor.scans("NEXT", worker="W2").screen.target == second
    floor.plan()
    floor.scans(second, "CUSTOMER", "DONE", worker="W2")
    assert floor.scan(first, "W2").message == "back_to_lane"
    assert floor.books_balance()


def test_a_tour_under_way_goes_on_in_another_sequence() -> None:
    floor, (first, second) = driving("YO1", "YO2")
    announced_return(floor)
    floor.do(AssignVan(id="assign", kind="return", ref="RMA-1", van="VAN-1"))
    assert floor.plan().dropped == ()
    rows = floor.all("SELECT kind, state FROM van_stop ORDER BY seq")
    assert sorted(row.kind for row in rows) == ["order", "order", "return"]
    assert floor.screens["W2"].screen.target == first, "the stop in hand stays the next one"
    assert floor.value("SELECT replan FROM van_tour") == 0
    assert second


def test_what_lies_at_the_depot_is_planned_onto_no_van_under_way() -> None:
    floor = VanFloor()
    floor.parcels_for("YO1", "YO2")
    floor.plan()
    for raw in ("VAN-1", "040123450000000023", "DONE", "DONE"):
        floor.scan(raw, "W2")
    floor.do(SetUpVans(id="second", depots=(DEPOT,), vans=(VAN, SECOND_VAN)))
    announced_return(floor)
    floor.do(AssignVan(id="assign", kind="return", ref="RMA-1", van="VAN-1"))
    assert floor.plan().dropped == ()
    vans = floor.all("SELECT van, state FROM van_tour ORDER BY van")
    assert vans == [("VAN-1", "driving"), ("VAN-2", "planned")]


@pytest.mark.parametrize("until_ms", [VAN.ends_ms, 22 * HOUR], ids=["tomorrow", "tonight"])
def test_a_late_van_brings_what_is_aboard_and_the_others_are_planned(
    until_ms: int, store: Store
) -> None:
    floor = VanFloor(VAN, store=store)
    floor.parcels_for("YO1", "YO2", "YO1")
    floor.plan()
    floor.load()
    vans = (VAN, replace(SECOND_VAN, ends_ms=until_ms))
    floor.do(SetUpVans(id="second", depots=(DEPOT,), vans=vans))
    shift_ends_ms = floor.clock.ms // DAY * DAY + VAN.ends_ms
    floor.clock.ms = shift_ends_ms + 10 * MINUTE
    announced_return(floor)
    *_, last = floor.all("SELECT id FROM van_stop ORDER BY seq")
    floor.do(CancelVanStop(id="cancel", stop=last.id, reason="customer asked"))
    assert (len(floor.plan().tours), told(floor)) == (1, "[]")
    tours = floor.all("SELECT van, starts_ms, back_ms, replan FROM van_tour ORDER BY van")
    late, other = tours
    assert shift_ends_ms + 10 * MINUTE < late.back_ms < shift_ends_ms + 2 * HOUR
    assert (late.replan, other.van) == (0, "VAN-2")
    assert (other.starts_ms > shift_ends_ms + 6 * HOUR) == (until_ms == VAN.ends_ms)
    alarm = "SELECT detail FROM alarm WHERE device = 'van/VAN-1' AND state = 'open'"
    assert re.fullmatch(r"back \d+ minutes after its shift", floor.value(alarm))
    for _ in range(2):
        floor.scans(floor.screens["W2"].screen.target, "CUSTOMER", worker="W2")
    floor.scans("DONE", worker="W2")
    assert floor.value(alarm) is None
    assert floor.books_balance()


def test_another_van_takes_over_where_one_broke_down() -> None:
    floor = VanFloor(VAN, SECOND_VAN)
    floor.parcels_for("YO1", "YO2")
    floor.plan()
    van = floor.value("SELECT van FROM van_tour")
    other = {"VAN-1": "VAN-2", "VAN-2": "VAN-1"}[van]
    floor.load(van=van)
    first, second = stops(floor)
    floor.scans(first, "CUSTOMER", worker="W2")
    floor.do(ReportVan(id="down", van=van, down=True, replacement=other))
    assert floor.value("SELECT place FROM container WHERE lpn = :l", l=second) == other
    floor.plan()
    assert floor.scans(other, worker="W3").screen.target == second
    floor.scans(second, "CUSTOMER", "DONE", worker="W3")
    assert floor.books_balance()


def test_without_another_van_all_comes_back() -> None:
    floor, (first, second) = driving("YO1", "YO2")
    floor.scans(first, "CUSTOMER", worker="W2")
    floor.do(ReportVan(id="down", van="VAN-1", down=True))
    assert floor.value("SELECT state FROM van_tour") == "back"
    assert floor.value("SELECT state FROM departure") == "closed"
    assert floor.scans("VAN-1", worker="W3").screen.target == second, "it is down, and is unloaded"
    assert floor.scan(second, "W3").message == "back_to_lane"
    assert floor.scan("VAN-1", "W3").message == "van_is_down"
    assert floor.books_balance()


def test_a_second_driver_takes_over_when_asked_twice() -> None:
    floor, (first, _) = driving("YO1", "YO2")
    assert floor.scan("VAN-1", "W3").message == "van_taken"
    assert floor.scans("VAN-1", worker="W3").screen.target == first
    assert floor.scan(first, "W2").message == "screen_out_of_date"


def test_the_rest_of_a_long_tour_is_planned_and_asked_for() -> None:
    floor = VanFloor(settings=VanSettings(rest_after_ms=25 * MINUTE, rest_ms=MINUTE))
    floor.parcels_for("YO1", "YO2")
    floor.plan()
    rest_ms = floor.value("SELECT rest_ms FROM van_tour")
    assert rest_ms
    floor.load()
    floor.clock.ms = rest_ms
    assert floor.scan(floor.screens["W2"].screen.target, "W2").screen.step == "hand"
    assert floor.scan("CUSTOMER", "W2").message == "rest_is_due"
    assert floor.scans("BREAK", worker="W2").screen.step == "rest"
    assert floor.scans("DONE", worker="W2").screen.step == "stop"


def test_a_driver_goes_home_and_on_from_where_the_tour_is() -> None:
    floor, (first, _) = driving("YO1", "YO2")
    floor.scans("HOME", worker="W2")
    assert floor.scans("VAN-1", worker="W2").screen.target == first


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"vans": (replace(VAN, depot="?"),)}, "unknown_depot"),
        ({"vans": (replace(VAN, starts_ms=2, ends_ms=1),)}, "bad_shift"),
        ({"vans": (replace(VAN, mass_max_g=-1),)}, "bad_capacity"),
        ({"depots": (replace(DEPOT, lat_e6=91_000_000),)}, "bad_position"),
        ({"settings": VanSettings(speed_kmh=0)}, "bad_setting"),
    ],
)
def test_wrong_fleets_are_refused_by_name(wrong: dict[str, object], code: str) -> None:
    floor = VanFloor()
    right = {"depots": (DEPOT,), "vans": (VAN,)}
    with pytest.raises(ControllerError) as error:
        floor.do(SetUpVans(id="wrong", **(right | wrong)))  # type: ignore[arg-type]
    assert error.value.code == code


def test_wrong_acts_are_refused_by_name() -> None:
    floor = VanFloor()
    for command, code in (
        (ReportVan(id="1", van="?", down=True), "unknown_van"),
        (CancelVanStop(id="2", stop=1, reason="x"), "unknown_van_stop"),
        (LockVanTour(id="3", tour=1), "unknown_van_tour"),
        (AssignVan(id="4", ref="?", van="VAN-1"), "unknown_order"),
        (WishDelivery(id="5", kind="visit", ref="?"), "bad_kind"),
    ):
        with pytest.raises(ControllerError) as error:
            floor.do(command)
        assert error.value.code == code
    assert floor.scan("VAN-1", "W2").fields == {"van": "VAN-1", "at": "06:00"}

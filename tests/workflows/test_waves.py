"""When orders start: waveless, in waves, held for denser tours, and what is predicted."""

from dataclasses import replace
from typing import Any

from controller.messages import (
    CancelOrder,
    ImportPlaces,
    OrderLine,
    Place,
    PlaceOrder,
    Recipient,
    RecordPlan,
    SetUpSite,
    SignOut,
)
from controller.plan import Effort
from controller.plan import releasing as planner
from controller.units import DAY, HOUR
from controller.views.order_list import orders_by_id
from controller.workflows import releasing, waves
from tests.workflows.floor import MORNING_MS, SETTINGS, Floor, belt_floor

MINUTE = 60_000
EVENING_MS = MORNING_MS + 10 * HOUR


def a_floor(*workers: str, **settings: Any) -> Floor:
    """No put wall and every order a cluster of its own."""
    floor = Floor(*workers)
    changed = replace(SETTINGS, wall_units_max=0, **settings)
    floor.do(SetUpSite(id="as wanted", settings=changed))
    return floor


def snapshot(floor: Floor) -> planner.Problem:
    with floor.controller.reading() as db:
        return releasing.snapshot(db, floor.clock.ms)


def plan(floor: Floor, request: int = 1) -> planner.Plan:
    """Solves what waits and applies it."""
    made = planner.solve(snapshot(floor), Effort(work=500))
    floor.controller.handle_all(releasing.commands(made, request))
    return made


def started(floor: Floor) -> list[str]:
    rows = floor.all("SELECT DISTINCT order_id FROM task WHERE kind = 'pick' ORDER BY order_id")
    return [row.order_id for row in rows]


def hurried(floor: Floor, number: str) -> str:
    """An order of priority that is due late."""
    placed = floor.do(
        PlaceOrder(
            id=floor.id(),
            shop="shop",
            number=number,
            lines=(OrderLine(line=1, sku="MUG", qty=2),),
            country="GB",
            due_ms=EVENING_MS + DAY,
            priority=1,
            recipient=Recipient(name="Ada Byron", street="1 Mill Lane", city="York"),
        )
    )
    return placed.order


def requests(floor: Floor) -> int:
    return len(floor.sent("plan/"))


def test_waves_start_on_schedule() -> None:
    floor = a_floor(release="every", wave_every_ms=HOUR)
    floor.clock.ms = MORNING_MS + 20 * MINUTE
    floor.do(SetUpSite(id="again", settings=replace(SETTINGS, release="every")))
    floor.order("1", {"MUG": 2})
    for minutes, asked in ((59, 0), (60, 1), (119, 1), (120, 2)):
        floor.clock.ms = MORNING_MS + minutes * MINUTE
        floor.controller.tick()
        if minutes == 60:  # its plan finds nothing that can start
            floor.do(RecordPlan(id="told", plan=1, kinds=(), left_out=(), waiting=()))
        assert len(
            floor.all("SELECT id FROM outbox WHERE topic = 'plan/release' ORDER BY id")
        ) == (asked), minutes


def test_orders_of_priority_start_between_waves_and_all_others_with_the_next_one() -> None:
    floor = a_floor(release="every", wave_every_ms=HOUR)
    usual = floor.order("1", {"MUG": 2})
    floor.clock.ms = MORNING_MS + 20 * MINUTE
    floor.controller.tick()
    assert requests(floor) == 0
    first = hurried(floor, "2")
    floor.clock.ms += 5 * MINUTE
    floor.controller.tick()
    assert requests(floor) == 1
    plan(floor)
    assert started(floor) == [first]
    floor.clock.ms = MORNING_MS + HOUR
    floor.controller.tick()
    floor.clock.ms += MINUTE  # the solver has been busy
    plan(floor, 2)
    assert started(floor) == [usual, first]
    later = floor.order("3", {"MUG": 2})
    floor.clock.ms += 5 * MINUTE
    plan(floor, 3)
    assert later not in started(floor)


def test_a_wave_is_never_longer_than_until_midnight() -> None:
    site = replace(SETTINGS, release="every", wave_every_ms=5 * HOUR, utc_offset_ms=HOUR)
    assert waves.next_wave_ms(site, 20_000 * DAY + 22 * HOUR) == 20_000 * DAY + 23 * HOUR


def test_a_wave_by_cut_off_takes_what_is_due_and_what_has_priority() -> None:
    floor = a_floor(release="cut_off", wave_lead_ms=2 * HOUR)
    soon = floor.order("1", {"MUG": 2}, due_ms=MORNING_MS + HOUR)
    later = floor.order("2", {"MUG": 2}, due_ms=EVENING_MS)
    first = hurried(floor, "3")
    plan(floor)
    assert started(floor) == [soon, first]
    floor.clock.ms = EVENING_MS - 2 * HOUR
    plan(floor, 2)
    assert started(floor) == [soon, later, first]


def test_no_plan_is_asked_for_where_every_order_waits_for_its_wave() -> None:
    floor = a_floor(release="cut_off", wave_lead_ms=HOUR)
    floor.order("1", {"MUG": 2}, due_ms=EVENING_MS)
    floor.clock.ms += 6 * MINUTE
    floor.controller.tick()
    assert requests(floor) == 0
    floor.clock.ms = EVENING_MS - HOUR
    floor.controller.tick()
    assert requests(floor) == 1


def test_a_wave_by_aisles_takes_the_dense_orders_and_what_is_due() -> None:
    floor = a_floor(release="aisles", wave_units_min=4, wave_units_max=6, wave_lead_ms=2 * HOUR)
    dense = [floor.order(str(n), {"MUG": 3}, due_ms=EVENING_MS) for n in (1, 2)]
    thin = floor.order("3", {"PEN": 2}, due_ms=EVENING_MS)
    due = floor.order("4", {"PEN": 1}, due_ms=MORNING_MS + HOUR)
    made = plan(floor)
    assert started(floor) == [*dense, due]
    assert (thin, "another_wave") in made.waiting


def test_orders_with_time_wait_for_company_and_say_when_they_should_be_picked() -> None:
    floor = a_floor("W1", pool_carts=4)
    order = floor.order("1", {"MUG": 2, "PEN": 1}, due_ms=EVENING_MS)
    plan(floor)
    plan(floor, 2)
    assert started(floor) == []
    (told,) = floor.events("waiting")
    assert told["reason"] == "denser_tour"
    with floor.controller.reading() as db:
        (listed,) = orders_by_id(db, order, "", 5).orders
    assert listed.waiting == "denser_tour"
    assert MORNING_MS < listed.ready_ms == told["ready_ms"] < EVENING_MS


def test_what_waited_for_company_starts_while_it_can_be_on_time() -> None:
    floor = a_floor("W1", pool_carts=4)
    order = floor.order("1", {"MUG": 2}, due_ms=EVENING_MS)
    request = 0
    while not started(floor) and floor.clock.ms < EVENING_MS:
        request += 1
        plan(floor, request)
        floor.clock.ms += 5 * MINUTE
    (released,) = floor.events("released")
    assert MORNING_MS + 9 * HOUR < released["ready_ms"] <= EVENING_MS
    assert started(floor) == [order]


def test_an_order_of_priority_joins_the_next_tour() -> None:
    floor = a_floor("W1", pool_carts=4)
    floor.order("1", {"MUG": 2}, due_ms=EVENING_MS)
    plan(floor)
    assert started(floor) == []
    first = hurried(floor, "2")
    plan(floor, 2)
    assert first in started(floor)


def test_nothing_is_held_back_where_nobody_is_signed_in() -> None:
    floor = a_floor(pool_carts=4)
    floor.do(SignOut(id="out", badge="W1"))
    order = floor.order("1", {"MUG": 2}, due_ms=EVENING_MS)
    plan(floor)
    assert started(floor) == [order]
    assert [event["ready_ms"] for event in floor.events("released")] == [0]


def test_the_cap_on_work_in_process_holds_over_plans() -> None:
    floor = a_floor("W1", wip_orders_max=2)
    for number in range(5):
        floor.order(str(number), {"MUG": 2}, due_ms=EVENING_MS)
    for request in (1, 2):
        plan(floor, request)
        assert len(started(floor)) == 2


def test_parcels_that_wait_for_a_vehicle_hold_up_no_order() -> None:
    floor = belt_floor(parcels=2)
    floor.do(SetUpSite(id="tight", settings=replace(SETTINGS, wall_units_max=0, wip_orders_max=2)))
    new = [floor.order(str(n), {"MUG": 2}, due_ms=EVENING_MS) for n in (3, 4, 5)]
    plan(floor)
    assert [order for order in started(floor) if order in new] == new[:2]


def test_a_plan_is_applied_in_part_when_orders_changed_meanwhile() -> None:
    floor = a_floor("W1")
    kept, gone = (floor.order(str(n), {"MUG": 2}, due_ms=EVENING_MS) for n in (1, 2))
    made = planner.solve(snapshot(floor), Effort(work=500))
    floor.do(CancelOrder(id="cancel", order=gone))
    floor.controller.handle_all(releasing.commands(made, 1))
    assert started(floor) == [kept]
    assert floor.books_balance()


def test_tours_are_predicted_one_after_another() -> None:
    floor = a_floor("W1", cart_slots=1)
    for number in (1, 2):
        floor.order(str(number), {"MUG": 2}, due_ms=EVENING_MS + number)
    plan(floor)
    first, second = (event["ready_ms"] for event in floor.events("released"))
    assert MORNING_MS < first < second


def test_tours_start_apart_where_aisles_are_narrow() -> None:
    """Two tours into one aisle, then one into another: the third starts second, and says why."""
    for narrow, order in ((False, ["1", "2", "3"]), (True, ["1", "3", "2"])):
        floor = a_floor("W1", "W2", narrow_aisles=narrow, cart_slots=1)
        pens = Place(name="P-PEN", kind="pick", aisle=6, y_mm=1_000)
        floor.do(ImportPlaces(id="apart", places=(pens,)))
        for number, sku in enumerate(("MUG", "BOOK", "PEN"), 1):
            floor.order(str(number), {sku: 3})
        plan(floor)
        tours = floor.all(
            "SELECT o.number, r.why, r.go_ms, r.due_ms FROM tour r JOIN task t ON t.tour = r.id "
            "JOIN customer_order o ON o.id = t.order_id ORDER BY r.go_ms, r.id"
        )
        assert [row.number for row in tours] == order
        assert ["in narrow aisles" in row.why for row in tours] == [False, narrow, narrow]

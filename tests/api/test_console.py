"""The console over HTTP: who may look, what the page is told, and what a lead may do."""

from typing import Any

import httpx
import pytest

from api.console.gap_words import gaps
from controller import grounds
from controller.messages import (
    ApplyTour,
    BeltReported,
    DeviceFault,
    Obstacle,
    OrderLine,
    PlaceOrder,
    PlannedKind,
    PlannedLoad,
    PlannedParcel,
    PlannedPick,
    RecordPlan,
    SetUpSite,
)
from controller.plan import Effort
from controller.plan.staffing import Job, Person, Problem, solve
from controller.units import HOUR
from controller.views import catalogue
from tests.api.serving import Served, Stream
from tests.until import until
from tests.workflows.floor import ECO

TOUR, PARCEL, PLAN = "{tour}", "{parcel}", 7
LOOKS: dict[str, dict[str, str]] = {
    "/api/console/site": {},
    "/api/console/heat": {},
    "/api/console/figures": {},
    "/api/console/orders": {},
    "/api/console/devices": {},
    "/api/console/plans": {},
    "/api/console/plans/plan": {"plan": "7"},
    "/api/console/plans/tour": {"tour": TOUR},
    "/api/console/tours/offers": {"order": "shop/2"},
    "/api/console/alarms": {"days": "2"},
    "/api/console/people": {},
    "/api/console/slotting": {"moves_max": "5"},
    "/api/console/slotting/moves": {},
    "/api/console/packing/overrules": {},
    "/api/console/carriers": {},
    "/api/console/carriers/pickups": {},
    "/api/console/carriers/on-time": {"zones": "true"},
    "/api/console/packing/cartons": {},
    "/api/console/packing/measured": {},
    "/api/console/nodes": {},
    "/api/console/nodes/order": {"order": "shop/1"},
    "/api/console/vans": {},
    "/api/console/papers/order": {"order": "shop/1"},
    "/api/console/papers/departures": {},
    "/api/console/papers/messages": {},
    "/api/console/papers/template": {"shop": "shop", "status": "shipped"},
    "/api/console/staffing/people": {},
    "/api/console/shipping": {},
    "/api/console/shipping/parcels": {"which": "labelled"},
    "/api/console/shipping/parcel": {"parcel": PARCEL},
    "/api/console/find": {"text": "S1"},
    "/api/console/orders/story": {"order": "shop/1"},
    "/api/console/stock/sku": {"sku": "S1"},
    "/api/console/stock/place": {"place": "P-S1"},
    "/api/console/stock/container": {"container": "TOTE1"},
    "/api/console/stock/history": {"sku": "S1"},
}
ACTS: dict[str, dict[str, Any]] = {
    "/api/console/orders/cancel": {"order": "shop/1"},
    "/api/console/nodes/take-back": {"order": "shop/1", "node": "X", "reason": "silent"},
    "/api/console/orders/prioritise": {"order": "shop/1", "priority": 5},
    "/api/console/labels/reprint": {"parcel": "1"},
    "/api/console/alarms/acknowledge": {"device": "printer-bench-01", "fault": "paper_out"},
    "/api/console/belts/start": {"device": "belt-01"},
    "/api/console/belts/stop": {"device": "belt-01"},
    "/api/console/tours/lock": {"tour": TOUR, "reason": "an audit"},
    "/api/console/tours/pull-order": {"tour": TOUR, "order": "shop/1", "reason": "collected"},
    "/api/console/tours/let-go": {"order": "shop/1"},
    "/api/console/tours/join-order": {"order": "shop/1", "reason": "collects"},
    "/api/console/slotting/approve": {
        "moves": [{"sku": "S1", "source": "P-S1", "target": "P-S2"}]
    },
    "/api/console/slotting/cancel": {"tasks": []},
    "/api/console/carriers/void": {"parcel": "1", "reason": "torn"},
    "/api/console/carriers/pickup-by-hand": {"carrier": "X", "reason": "TEL-7"},
    "/api/console/carriers/void-shipment": {"shipment": "1", "reason": "torn"},
    "/api/console/carriers/label-anew": {"parcel": "1"},
    "/api/console/carriers/settle": {"case": "1", "step": "contacted", "reason": "called"},
    "/api/console/packing/fill": {"carton": "BOX", "percent": 80},
    "/api/console/packing/count": {"carton": "BOX", "place": "BENCH", "on_hand": 5},
    "/api/console/packing/undo-measurement": {"measurement": "1"},
    "/api/console/shipping/service": {"parcel": "1", "service": "ECO"},
    "/api/console/shipping/carrier": {"carrier": "Snail", "reason": "strike"},
    "/api/console/ways/block": {"way": "0/0", "y_mm": 500, "reason": "a pallet fell"},
    "/api/console/papers/make": {"parcel": "1", "kind": "packing_slip"},
    "/api/console/papers/pallet": {"departure": "1"},
    "/api/console/papers/close": {"departure": "1"},
    "/api/console/papers/print": {"document": "1"},
    "/api/console/papers/void": {"document": "1", "reason": "wrong"},
    "/api/console/papers/rules": {"shop": "shop", "rules": [["shipped", "mail"]]},
    "/api/console/jobs/repeat": {"job": "1"},
    "/api/console/jobs/give-up": {"job": "1"},
    "/api/console/vans/plan": {},
    "/api/console/vans/lock": {"tour": "1"},
    "/api/console/vans/assign": {"ref": "shop/1", "van": "VAN-1"},
    "/api/console/vans/cancel-stop": {"stop": "1", "reason": "customer asked"},
    "/api/console/vans/report": {"van": "VAN-1"},
    "/api/console/vans/wish": {"ref": "shop/1", "latitude": 53.96, "longitude": -1.08},
}
ASKS: dict[str, dict[str, Any]] = {
    "/api/console/papers/preview": {"subject": "{order}", "body": "{tracking_link}"},
    "/api/console/staffing": {"hours": 1, "people": [{"name": "P", "jobs": ["picking"]}]},
}
STREAM = "/api/console/events"


@pytest.fixture
def busy(quick: Served) -> Served:
    """The small house with one order and one alarm."""
    place_order(quick)
    quick.handle(DeviceFault(id="fault", device="printer-bench-01", fault="paper_out"))
    return quick


def place_order(house: Served, number: str = "1", qty: int = 1) -> None:
    line = OrderLine(line=1, sku="S1", qty=qty)
    house.handle(PlaceOrder(id=f"order/{number}", shop="shop", number=number, lines=(line,)))


def plan_order(house: Served, order: str = "shop/1") -> str:
    """A plan of one tour with this order; the tour's id."""
    kind = PlannedKind(
        kind="cluster", tours=1, loads=1, length_mm=9_000, first_come_mm=9_000, bound_mm=9_000
    )
    house.handle(RecordPlan(id="plan", plan=PLAN, kinds=(kind,), left_out=(), waiting=()))
    parcel = PlannedParcel(order=order, carton="", contents=((1, 1),), mass_g=100)
    pick = PlannedPick(order=order, line=1, sku="S1", place="P-S1", qty=1, load=0)
    applied = house.handle(
        ApplyTour(
            id="tour",
            kind="cluster",
            loads=(PlannedLoad(container="tote", parcels=(parcel,)),),
            picks=(pick,),
            length_mm=9_000,
            plan=PLAN,
        )
    )
    return str(applied.tour)


def act(client: httpx.Client, path: str, **more: Any) -> httpx.Response:
    return client.post(path, json={"id": f"act/{path}", **ACTS[path], **more})


def floor_in(stream: Stream) -> dict[str, Any]:
    """The floor as the next event about it tells it."""
    name = ""
    while name != "now":
        name, data = stream.next()
    floor: dict[str, Any] = data["floor"]
    return floor


def test_every_route_of_the_console_is_in_this_files_matrix(quick: Served) -> None:
    ours = {path for path in quick.app.openapi()["paths"] if path.startswith("/api/console")}
    assert ours == {*LOOKS, *ACTS, *ASKS, STREAM}


def test_only_leads_and_admins_may_enter(busy: Served) -> None:
    def ask(client: httpx.Client, path: str) -> int:
        if path in ACTS:
            return act(client, path).status_code
        if path in ASKS:
            return client.post(path, json=ASKS[path]).status_code
        return client.get(path, params=LOOKS.get(path)).status_code

    nobody, picker = busy.client(), busy.as_("picker")
    for path in (*LOOKS, *ACTS, *ASKS, STREAM):
        assert ask(nobody, path) == 401, path
        assert ask(picker, path) == 403, path
    for role in ("lead", "admin"):
        somebody = busy.as_(role)
        for path in (*LOOKS, *ACTS, *ASKS):
            assert ask(somebody, path) not in (401, 403, 500), (role, path)


def test_what_a_lead_looks_at_is_there(house: Served) -> None:
    place_order(house)
    place_order(house, "2")
    tour = plan_order(house)
    lead = house.as_("lead")
    (parcel,) = lead.get("/api/console/shipping/parcels").json()["parcels"]
    known = {"tour": tour, "parcel": parcel["id"]}
    for path, asked in LOOKS.items():
        params = {name: value.format(**known) for name, value in asked.items()}
        answer = lead.get(path, params=params)
        assert answer.status_code == 200, (path, answer.text)


def test_a_shift_is_planned_for_the_people_who_are_there(quick: Served) -> None:
    lead, path = quick.as_("lead"), "/api/console/staffing"
    now_ms = quick.runtime.clock.now_ms()
    ann = {"name": "ANN", "jobs": ["picking"], "ends_ms": now_ms + HOUR, "breaks_ms": [now_ms]}
    told = lead.post(path, json={"hours": 2, "people": [ann]}).json()
    assert [(each["name"], each["ends"], each["breaks"]) for each in told["people"]] == [
        ("ANN", 4, [0])
    ]
    twice = lead.post(path, json={"people": [ann, ann]}).json()
    assert (twice["code"], twice["fields"]["person"]) == ("named_twice", "ANN")
    odd = lead.post(path, json={"people": [{"name": "A", "jobs": ["knitting"]}]}).json()
    assert (odd["code"], odd["fields"]["job"]) == ("unknown_job", "knitting")


def test_what_a_shift_leaves_undone_is_told_with_its_reason() -> None:
    def told(*people: Person) -> list[tuple[str, int, int, str]]:
        problem = Problem(slots=4, slot_ms=900_000, jobs=jobs, people=people, stay_slots=1)
        found = gaps(problem, solve(problem, Effort(work=100_000)))
        return [(each.job, each.starts, each.units, each.why) for each in found]

    jobs = (
        Job(name="picking", unit_ms=90_000, arrives=(30, 0, 0, 0), feeds="loading"),
        Job(name="loading", unit_ms=90_000, arrives=(0, 0, 0, 0), due=(0, 0, 0, 30)),
    )
    ann = Person(name="ANN", skills=("picking", "loading"), starts=0, ends=4)
    bob = Person(name="BOB", skills=("loading",), starts=0, ends=4)
    assert told(bob) == [("loading", 3, 30, "30 lie at picking: nobody can do it")]
    ((job, starts, units, why),) = told(ann)
    assert (job, starts, units) == ("loading", 3, 10)
    assert why in {
        "10 lie at picking: 0 of the 1 who can do it are at it, others at loading",
        "10 lie at loading: 1 of the 1 who can do it are at it",
    }


def test_a_page_of_orders_leads_to_the_next_until_all_were_seen(house: Served) -> None:
    for number in range(7):
        place_order(house, str(number))
    lead, seen, after = house.as_("lead"), [], ""
    while True:
        page = lead.get("/api/console/orders", params={"most": 3, "after": after}).json()
        seen += [order["id"] for order in page["orders"]]
        after = page["next"]
        if not after:
            break
    assert seen == [f"shop/{number}" for number in range(7)]


def test_what_is_not_there_is_said_by_name(busy: Served) -> None:
    answer = busy.as_("lead").get("/api/console/orders/story", params={"order": "shop/none"})
    assert answer.status_code == 404
    assert answer.json()["fields"] == {"order": "shop/none"}


def test_the_stream_tells_the_floor_and_each_change_of_it(busy: Served) -> None:
    with busy.stream(busy.as_("lead"), STREAM) as stream:
        first = floor_in(stream)
        assert first["counts"]["order"] == {"open": 1}
        assert [alarm["device"] for alarm in first["alarms"]] == ["printer-bench-01"]
        place_order(busy, "2")
        until(lambda: floor_in(stream)["counts"]["order"] == {"open": 2})


def test_a_lead_cancels_an_order_once_however_often_it_is_sent(busy: Served) -> None:
    lead = busy.as_("lead")
    answers = [act(lead, "/api/console/orders/cancel") for _ in range(2)]
    assert [each.json()["cancelled_units"] for each in answers] == [1, 1]
    story = lead.get("/api/console/orders/story", params={"order": "shop/1"}).json()
    assert [each["title"] for each in story["entries"]] == ["Order received", "Order cancelled"]
    assert story["entries"][1]["why"] == "by LEAD-001"


def test_a_lead_sees_why_a_parcel_goes_as_it_does_and_bars_a_carrier(house: Served) -> None:
    with house.runtime.controller.reading() as db:
        settings = catalogue.site(db)
    assert settings is not None
    house.handle(SetUpSite(id="eco", settings=settings, services=(ECO,)))
    place_order(house)
    plan_order(house)
    lead, shipping = house.as_("lead"), "/api/console/shipping"
    (parcel,) = lead.get(f"{shipping}/parcels").json()["parcels"]
    told = lead.get(f"{shipping}/parcel", params={"parcel": parcel["id"]}).json()
    (answer,) = told["answers"]
    assert answer["cost_cents"] == sum(cents for _, cents in answer["lines"])
    carrier, service = answer["carrier"], answer["service"]
    asked = {"parcel": parcel["id"], "service": service, "reason": "asks"}
    assert act(lead, f"{shipping}/service", **asked).is_success
    (parcel,) = lead.get(f"{shipping}/parcels").json()["parcels"]
    assert (parcel["planned_service"], parcel["set_by"]) == (service, "LEAD-001")
    assert act(lead, f"{shipping}/carrier", carrier=carrier).is_success
    assert [bar["carrier"] for bar in lead.get(shipping).json()["bars"]] == [carrier]
    told = lead.get(f"{shipping}/parcel", params={"parcel": parcel["id"]}).json()
    assert told["answers"][0]["why_not"] == f"{carrier} does not come today"


def test_a_lead_sets_a_priority_and_takes_it_back(busy: Served) -> None:
    lead = busy.as_("lead")
    path = "/api/console/orders/prioritise"
    for nth, priority in enumerate((5, 0)):
        assert act(lead, path, id=f"prio/{nth}", priority=priority).status_code == 200
        orders = lead.get("/api/console/orders").json()["orders"]
        assert orders[0]["priority"] == priority


def test_an_alarm_is_somebodys_until_it_is_over(busy: Served) -> None:
    lead = busy.as_("lead")
    assert act(lead, "/api/console/alarms/acknowledge").status_code == 200
    alarm = lead.get("/api/console/devices").json()["alarms"][0]
    assert (alarm["state"], alarm["acknowledged_by"]) == ("open", "LEAD-001")
    busy.handle(DeviceFault(id="again", device="printer-bench-01", fault="paper_out"))
    alarm = lead.get("/api/console/devices").json()["alarms"][0]
    assert (alarm["times"], alarm["acknowledged_by"]) == (2, "LEAD-001")


def test_a_lead_starts_a_belt_that_stands_when_it_is_armed(busy: Served) -> None:
    lead = busy.as_("lead")
    path = "/api/console/belts/start"
    assert act(lead, path, id="early").json()["code"] == "unknown_belt"
    for nth, (armed, status) in enumerate(((False, 422), (True, 200))):
        busy.handle(BeltReported(id=f"belt/{nth}", device="belt-01", running=False, armed=armed))
        assert act(lead, path, id=f"start/{nth}").status_code == status
    (belt,) = lead.get("/api/console/devices").json()["belts"]
    assert (belt["state"], belt["armed"]) == ("stopped", True)


def test_a_lead_blocks_a_way_that_the_floor_has_and_opens_it_again(busy: Served) -> None:
    lead = busy.as_("lead")
    path = "/api/console/ways/block"
    unknown = act(lead, path, id="unknown", way="99/9").json()
    assert (unknown["code"], unknown["fields"]["way"]) == ("unknown_way", "99/9")
    for blocked in (True, False):
        assert act(lead, path, id=f"block/{blocked}", blocked=blocked).status_code == 200
        with busy.runtime.controller.reading() as db:
            site = catalogue.site(db)
            assert site is not None
            held = grounds.layout(db, site).obstacles
        assert held == ((Obstacle(way="0/0", y_mm=500),) if blocked else ())


def test_a_lead_locks_a_tour_and_takes_an_order_out_of_it(busy: Served) -> None:
    lead = busy.as_("lead")
    tour = plan_order(busy)
    pull, lock = "/api/console/tours/pull-order", "/api/console/tours/lock"
    assert act(lead, lock, tour=tour).status_code == 200
    assert act(lead, pull, tour=tour, id="early").json()["code"] == "tour_locked"
    assert act(lead, lock, tour=tour, id="let-go", locked=False).status_code == 200
    assert act(lead, pull, tour=tour).status_code == 200
    told = lead.get("/api/console/plans/tour", params={"tour": tour}).json()
    assert (told["tour"]["state"], told["stops"]) == ("done", [])
    story = lead.get("/api/console/orders/story", params={"order": "shop/1"}).json()
    assert (story["entries"][-1]["kind"], story["entries"][-1]["why"]) == (
        "pulled_from_tour",
        "collected",
    )


def test_a_lead_sees_that_nobody_walks_and_lets_a_pulled_order_go(busy: Served) -> None:
    lead = busy.as_("lead")
    offers = lead.get("/api/console/tours/offers", params={"order": "shop/1"}).json()
    assert offers == {"offers": [], "refused": []}
    refused = act(lead, "/api/console/tours/join-order").json()
    assert refused["code"] == "no_tour_to_join"
    tour = plan_order(busy)
    assert act(lead, "/api/console/tours/pull-order", tour=tour).status_code == 200
    assert act(lead, "/api/console/tours/let-go").status_code == 200
    assert act(lead, "/api/console/tours/let-go", id="again").json()["code"] == "order_not_pulled"


def test_a_job_that_is_under_way_is_given_up_and_asked_for_again(busy: Served) -> None:
    lead = busy.as_("lead")
    unknown = act(lead, "/api/console/jobs/repeat")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_job")


def test_figures_grow_with_what_happens(busy: Served) -> None:
    lead = busy.as_("lead")
    figures = lead.get("/api/console/figures").json()
    assert sum(hour["placed"] for hour in figures["hours"]) == 1
    assert figures["complete"]
    assert [due["orders"] for due in figures["due"]] == [1]

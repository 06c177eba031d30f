"""Carriers planned for all parcels together: what the bench makes of it, and what leads change."""

from dataclasses import replace
from typing import Any

import pytest

from controller import journal
from controller.core import Controller
from controller.errors import NotFound, Refused
from controller.messages import (
    BarCarrier,
    Contract,
    Preference,
    SetParcelService,
    SetUpContracts,
    SetUpPreferences,
    SetUpSite,
)
from controller.plan import Effort
from controller.store import Store, open_store
from controller.units import DAY, HOUR
from controller.views import digests
from controller.workflows.carriers.tendering import TOPIC
from controller.workflows.planned import PLANNED
from tests.house import SALT
from tests.workflows.floor import (
    CARTONS,
    ECO,
    FAST,
    MORNING_MS,
    SETTINGS,
    SETUP,
    Clock,
    Floor,
)

DEAR = replace(FAST, base_cents=330, mass_max_g=5_000, transit_days=1)
ECO_CENTS, DEAR_CENTS = 300 + 35, 330 + 35  # as planned, without the carton
TIERS = Contract(carrier="Swift", tiers=((0, 0), (3, 2_000)))

_PARCELS = "SELECT id, service, planned_service, planned_why, cost_cents FROM parcel ORDER BY id"


def site(
    *contracts: Contract, parcels: int = 3, store: Store | None = None, **promised: Any
) -> Floor:
    """A floor on which parcels of one order each stand picked before the bench."""
    setup = SetUpSite(id="site", settings=SETTINGS, cartons=CARTONS, services=(ECO, DEAR))
    floor = Floor(setup=(setup, *SETUP[1:]), store=store)
    floor.do(SetUpContracts(id="contracts", contracts=contracts))
    orders = [floor.order(str(n), {"MUG": 2}, **promised) for n in range(1, parcels + 1)]
    floor.tour([[(order, "BOX-S", {"MUG": 2})] for order in orders])
    floor.scans("BENCH-01")
    return floor


def plan(floor: Floor) -> int:
    """Makes the plan that was asked for last; how many services it has set."""
    asked = floor.sent(TOPIC)
    assert asked, "no plan was asked for"
    planned = PLANNED[TOPIC]
    with floor.controller.reading() as db:
        problem = planned.snapshot(db, floor.clock.ms)
    found = planned.solve(problem, Effort(work=planned.work))
    answers = [floor.do(each) for each in planned.commands(found, asked[-1].id)]
    floor.controller.delivered(*(event.id for event in asked))
    return sum(each.applied for each in answers[1:])


def an_hour_later(floor: Floor) -> None:
    floor.clock.ms += HOUR
    floor.controller.tick()


def planned_floor(*contracts: Contract, store: Store | None = None) -> Floor:
    floor = site(*contracts, store=store)
    an_hour_later(floor)
    plan(floor)
    return floor


def weigh(floor: Floor, tote: int = 1, scale: str = "780") -> Any:
    floor.scans(f"TOTE-{tote}", "BOX-S", "MUG-PACK")
    floor.scan(scale)
    return floor.parcels()[tote - 1]


def label(floor: Floor) -> None:
    floor.carrier_answers()
    floor.printer_answers()
    floor.scans(floor.screens["W1"].screen.target)


def services(floor: Floor) -> list[str]:
    return [row.planned_service for row in floor.parcels()]


def test_tier_within_reach_of_all_is_planned_and_kept_at_the_bench(store: Store) -> None:
    floor = planned_floor(TIERS, store=store)
    assert services(floor) == ["FAST"] * 3
    parcel = weigh(floor)
    assert (parcel.service, parcel.cost_cents, parcel.base_cents) == ("FAST", 369, 369)
    assert parcel.why == "369 cents, weighed as 296 cents; ECO: 339 cents"
    assert parcel.planned_why == "ECO: 335 cents"
    told = floor.all("SELECT * FROM carrier_plan ORDER BY id")
    assert [(row.cost_cents, row.greedy_cents, row.parcels) for row in told] == [
        (3 * (DEAR_CENTS * 80 // 100), 3 * ECO_CENTS, 3)
    ]
    assert floor.books_balance()


def test_replay_of_a_day_with_plans_makes_the_same_warehouse(store: Store) -> None:
    floor = planned_floor(TIERS, store=store)
    floor.do(BarCarrier(id="bar", carrier="Swift", reason="strike"))
    weigh(floor)
    label(floor)
    clock = Clock()
    again = Controller(open_store(salt=SALT), clock)
    with store.reading() as db:
        for now_ms, command, _row in journal.commands(db):
            clock.ms = now_ms
            again.handle(command)
    with store.reading() as first, again.store.reading() as second:
        assert digests.event_digest(first) == digests.event_digest(second)
        assert first.all(_PARCELS) == second.all(_PARCELS)


def test_what_has_a_label_counts_for_the_tier_and_stays() -> None:
    floor = planned_floor(TIERS)
    weigh(floor, 1)
    label(floor)
    weigh(floor, 2)
    an_hour_later(floor)
    assert plan(floor) == 0
    assert services(floor) == ["FAST"] * 3


def test_first_parcels_of_a_site_are_planned_when_tours_are_planned_next() -> None:
    setup = SetUpSite(id="site", settings=SETTINGS, cartons=CARTONS, services=(ECO, DEAR))
    floor = Floor(setup=(setup, *SETUP[1:]))
    floor.do(SetUpContracts(id="contracts", contracts=(TIERS,)))
    floor.clock.ms += SETTINGS.plan_every_ms
    floor.controller.tick()
    assert floor.sent(TOPIC) == []
    floor.tour([[(floor.order("1", {"MUG": 2}), "BOX-S", {"MUG": 2})]])
    floor.clock.ms += SETTINGS.plan_every_ms
    floor.controller.tick()
    assert plan(floor) == 1


def test_without_anything_shared_nobody_plans() -> None:
    floor = site()
    an_hour_later(floor)
    assert floor.sent(TOPIC) == []


def test_orders_that_have_no_parcel_yet_count_for_the_tier() -> None:
    floor = site(TIERS, parcels=1)
    for n in (7, 8):
        floor.order(str(n), {"MUG": 2})
    an_hour_later(floor)
    plan(floor)
    assert services(floor) == ["FAST"]
    assert floor.value("SELECT expected FROM carrier_plan") == 2


def test_pickup_takes_no_more_than_its_contract_says() -> None:
    floor = planned_floor(Contract(carrier="Snail", pickups=(("ECO", 2),)))
    assert sorted(services(floor)) == ["ECO", "ECO", "FAST"]
    (row,) = floor.all("SELECT pickups FROM carrier_plan ORDER BY id")
    assert '"most":2,"sent":0,"planned":2' in row.pickups


def test_parcel_that_nobody_planned_takes_no_full_pickup() -> None:
    floor = site(Contract(carrier="Snail", daily_max=1))
    assert weigh(floor, 1).service == "ECO"
    label(floor)
    dearer = weigh(floor, 2)
    assert (dearer.service, dearer.why) == ("FAST", "ECO: 339 cents, is full")


def test_service_with_the_name_of_its_carrier_counts_once_for_the_carriers_day() -> None:
    named = SetUpSite(
        id="named",
        settings=SETTINGS,
        cartons=CARTONS,
        services=(replace(ECO, code="Snail", base_cents=200), FAST),
    )
    floor = site()
    floor.do(named)
    floor.do(SetUpContracts(id="two", contracts=(Contract(carrier="Snail", daily_max=2),)))
    for tote in (1, 2, 3):
        weigh(floor, tote)
        label(floor)
    assert [each.service for each in floor.parcels()] == ["Snail", "Snail", "FAST"]


def test_weight_that_the_planned_service_does_not_take_goes_otherwise_and_it_is_said() -> None:
    floor = planned_floor(TIERS)
    floor.scans("TOTE-1", "BOX-S", "MUG-PACK")
    floor.scan("6000")
    floor.scan("6000")
    assert floor.parcels()[0].service == "ECO"
    why = "planned FAST: too heavy: 6000 g, takes 5000 g"
    assert floor.events("other_service") == [{"service": "ECO", "why": why}]


def test_promise_is_kept_by_the_plan_and_at_the_bench() -> None:
    floor = site(TIERS, parcels=1, arrive_by_ms=MORNING_MS + 2 * DAY)
    an_hour_later(floor)
    plan(floor)
    assert services(floor) == ["FAST"]
    assert weigh(floor).service == "FAST"
    assert floor.events("will_be_late") == []


def test_parcel_that_no_service_brings_in_time_gets_the_fastest_and_is_counted() -> None:
    floor = site(TIERS, parcels=1, arrive_by_ms=MORNING_MS)
    an_hour_later(floor)
    plan(floor)
    assert services(floor) == ["FAST"]
    assert floor.value("SELECT late FROM carrier_plan") == 1


def test_carrier_that_does_not_come_gets_nothing_until_it_does() -> None:
    floor = planned_floor(TIERS)
    floor.do(BarCarrier(id="bar", actor="LEAD", carrier="Swift", reason="strike"))
    assert weigh(floor, 1).service == "ECO"
    why = "planned FAST: Swift does not come today"
    assert floor.events("other_service") == [{"service": "ECO", "why": why}]
    plan(floor)
    assert services(floor)[1:] == ["ECO", "ECO"]
    floor.do(BarCarrier(id="comes", actor="LEAD", carrier="Swift", barred=False))
    assert floor.all("SELECT * FROM carrier_bar") == []
    label(floor)
    with pytest.raises(NotFound, match="unknown carrier"):
        floor.do(BarCarrier(id="who", carrier="Nobody"))


def test_lead_sets_a_service_and_leaves_it_to_the_plan_again() -> None:
    floor = planned_floor(TIERS)
    parcel = floor.parcels()[0].id
    floor.do(SetParcelService(id="set", actor="LEAD", parcel=parcel, service="ECO", reason="asks"))
    plan(floor)
    assert services(floor) == ["ECO", "ECO", "ECO"]
    floor.do(SetParcelService(id="undo", actor="LEAD", parcel=parcel, service=""))
    plan(floor)
    assert services(floor) == ["FAST"] * 3
    weigh(floor, 1)
    with pytest.raises(Refused, match="parcel has moved on"):
        floor.do(SetParcelService(id="late", parcel=parcel, service="ECO"))


def test_story_says_what_a_service_weighs_with_the_tiers_of_the_plan() -> None:
    floor = planned_floor(TIERS)
    first = floor.parcels()[0].id
    floor.do(SetParcelService(id="set", actor="LEAD", parcel=first, service="ECO"))
    assert weigh(floor).why == "FAST: 369 cents, weighed as 296 cents"


def test_shop_that_bars_a_service_never_gets_it_and_a_penalty_weighs() -> None:
    floor = site(TIERS)
    floor.do(
        SetUpPreferences(id="p1", preferences=(Preference(name="FAST", shop="shop", barred=True),))
    )
    an_hour_later(floor)
    plan(floor)
    assert services(floor) == ["ECO"] * 3
    dear = Preference(name="Snail", penalty_cents=100)
    floor.do(SetUpPreferences(id="p2", preferences=(dear,)))
    an_hour_later(floor)
    plan(floor)
    assert services(floor) == ["FAST"] * 3


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"carrier": "Nobody"}, "unknown carrier"),
        ({"period": "year"}, "one of day, week, month"),
        ({"tiers": ((5, 500), (9, 100))}, "no smaller discount"),
        ({"tiers": ((0, 20_000),)}, "discounts of 0 to 10000"),
        ({"daily_max": -1}, "daily_max"),
        ({"pickups": (("", 1),)}, "a pickup and"),
    ],
)
def test_contract_that_cannot_be_is_refused_by_its_field(given: Any, told: str) -> None:
    floor = Floor()
    with pytest.raises((NotFound, Refused), match=told):
        floor.do(SetUpContracts(id="c", contracts=(replace(TIERS, **given),)))

"""A day with carriers, vans and a store: all of it ends well, also when one of them stops."""

from concurrent.futures import Executor
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from api.demo.site import SHIPS
from controller.errors import NotFound
from controller.messages import ImportRateCard, PlaceOrder, SetUpNodes, SetUpSite, SetUpVans
from controller.units import HOUR
from simulation.building import scenario_generated
from simulation.outside import what_if
from simulation.outside.equipping import with_street
from simulation.report import Result
from simulation.run import run
from simulation.scenario import Scenario
from tests.simulation.seeds import ENDS, violations

ORDERS, SEED = 12, 3
ALBION, MERIDIAN = "Albion Parcels", "Meridian Express"


@cache
def scenario() -> Scenario:
    return with_street(scenario_generated(ORDERS, SEED), tuple(SHIPS.commands()), SHIPS.address)


def bad() -> Scenario:
    """Both carriers, a van and the store stop in the middle of the day."""
    asked = what_if.stopping(scenario(), MERIDIAN, 9 * HOUR, 11 * HOUR)
    asked = what_if.stopping(asked, ALBION, 9 * HOUR, 11 * HOUR)
    asked = what_if.stopping(asked, "VAN-1", 11 * HOUR, 14 * HOUR)
    return what_if.stopping(asked, "MANCHESTER", 12 * HOUR, 15 * HOUR)


@cache
def bad_day(planner: Executor) -> Result:
    return run(bad(), planner=planner)


def test_the_floor_never_stops_whoever_else_does(planner: Executor) -> None:
    day = bad_day(planner)
    orders = day.fields["orders"]
    assert sum(orders[end] for end in ENDS) == ORDERS
    assert orders["shipped"] >= ORDERS // 2
    assert violations(day) == []
    stops = [day.fields["faults"][f"{kind}_stops"] for kind in ("carrier", "van", "node")]
    assert stops == [2, 1, 1]


def test_no_order_waits_for_ever(planner: Executor) -> None:
    """Vans go on next morning, and the lead has labels made when carriers sell them again."""
    assert not [why for why in bad_day(planner).fields["orders"]["reasons"] if "late" in why]


def test_a_day_is_stopped_while_vans_and_news_are_waited_for(planner: Executor) -> None:
    done: list[float] = []
    after = 12  # quarters of an hour: overtime of the house has at most 9
    stopped = run(
        scenario(),
        planner=planner,
        progress=lambda part, _counts: done.append(part),
        stopping=lambda: done.count(1.0) >= after,
    )
    assert stopped.fields["stopped"]
    assert done.count(1.0) == after
    assert violations(stopped) == []


def test_what_left_is_told_of_until_it_is_there(planner: Executor) -> None:
    street = bad_day(planner).fields["street"]
    assert sum(each["parcels"] for each in street["carriers"]) > 0
    assert all(each["delivered"] == each["parcels"] for each in street["carriers"])
    assert street["sourcing"]["orders"] == ORDERS


def test_the_same_seed_is_the_same_day_whatever_a_carrier_that_sells_nothing_is_called(
    planner: Executor,
) -> None:
    asked = bad()
    assert asked.street is not None
    nobody = replace(asked.street, carriers=(*asked.street.carriers, "Aardvark Express"))
    one = bad_day(planner).fields
    other = run(replace(asked, street=nobody), planner=planner).fields
    assert one["ledger_digest"] == other["ledger_digest"]
    assert one["event_digest"] == other["event_digest"]
    assert one["street"] == other["street"]


def test_whoever_is_missing_is_nowhere_in_the_site() -> None:
    for name, kind in what_if.kinds(scenario()).items():
        left = what_if.without(scenario(), name)
        assert name not in what_if.kinds(left), kind
        assert left.street is not None
        assert all(post.at != name for post in left.street.posts)
        assert all(
            each.command.pickup_node != name
            for each in left.demand
            if isinstance(each.command, PlaceOrder)
        )


def test_nothing_is_sent_by_own_vans_when_the_last_is_gone() -> None:
    one = what_if.without(scenario(), "VAN-1")
    assert "own" in what_if.kinds(one)
    assert "own" not in what_if.kinds(what_if.without(one, "VAN-2"))


def test_a_name_that_is_none_is_told_with_those_that_are() -> None:
    with pytest.raises(NotFound, match="VAN-2"):
        what_if.without(scenario(), "VAN-9")
    with pytest.raises(NotFound, match=MERIDIAN):
        what_if.stopping(scenario(), "own", 9 * HOUR, 10 * HOUR)


def test_a_card_takes_the_place_of_the_one_with_its_code() -> None:
    cards = _all(scenario(), ImportRateCard)
    again = what_if.with_card(scenario(), cards[0])
    assert [each.card.code for each in _all(again, ImportRateCard)] == [
        each.card.code for each in cards
    ]


def test_another_cut_off_is_that_of_the_house_alone() -> None:
    early = what_if.with_cutoff(scenario(), 11 * HOUR)
    assert {each.settings.cutoff_ms for each in _all(early, SetUpSite)} == {11 * HOUR}
    cutoffs = {n.code: n.cutoff_ms for each in _all(early, SetUpNodes) for n in each.nodes}
    assert cutoffs == {"main": 11 * HOUR, "MANCHESTER": 17 * HOUR}


def test_each_van_has_a_driver_each_store_a_clerk_and_the_console_a_lead() -> None:
    street = scenario().street
    assert street is not None
    vans = {van.code for each in _all(scenario(), SetUpVans) for van in each.vans}
    assert {post.at for post in street.posts} == vans | {"MANCHESTER", ""}


def _all(asked: Scenario, kind: type[Any]) -> list[Any]:
    return [each for each in asked.setup if isinstance(each, kind)]

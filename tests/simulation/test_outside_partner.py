"""A partner ships for the house on a simulated day: later, short now and then, or not at all."""

from concurrent.futures import Executor
from dataclasses import replace
from functools import cache
from typing import Any

from api.demo.site import SHIPS
from controller.messages import Node, SetUpNodes
from controller.units import DAY
from simulation.building import scenario_generated
from simulation.outside import what_if
from simulation.outside.equipping import with_street
from simulation.run import run
from simulation.scenario import Scenario
from tests.simulation.seeds import violations

ORDERS, SEED = 12, 3
CODE = "3PL"


@cache
def scenario() -> Scenario:
    """A partner in the next town, and hands in this building that cost more than its own."""
    (main, *_), *_ = (each.nodes for each in SHIPS.commands() if isinstance(each, SetUpNodes))
    dear = Node(code=main.code, country="GB", postcode=main.postcode, handling_cents=900)
    other = Node(code=CODE, kind="partner", country="GB", postcode="LS1 4AP")
    nodes = SetUpNodes(id="setup/partner", nodes=(dear, other))
    setup = (*SHIPS.commands(), nodes)
    return with_street(scenario_generated(ORDERS, SEED), setup, SHIPS.address)


def day(asked: Scenario, planner: Executor) -> dict[str, Any]:
    result = run(asked, planner=planner)
    assert violations(result) == []
    return result.fields


def of_partner(fields: dict[str, Any]) -> dict[str, int]:
    return next(each for each in fields["street"]["nodes"] if each["node"] == CODE)


def test_a_partner_ships_what_it_was_told_and_its_parcels_arrive(planner: Executor) -> None:
    fields = day(scenario(), planner)
    assert of_partner(fields)["shipped"] == of_partner(fields)["orders"] > 0
    carriers = fields["street"]["carriers"]
    assert all(each["delivered"] == each["parcels"] for each in carriers)


def test_what_a_partner_lacks_ships_from_elsewhere(planner: Executor) -> None:
    faults = replace(scenario().faults, partner_short_ppm=1_000_000)
    fields = day(replace(scenario(), faults=faults), planner)
    assert fields["faults"]["partner_short"] > 0
    assert not [each for each in fields["street"]["nodes"] if each["node"] == CODE]
    assert not [why for why in fields["orders"]["reasons"] if "waiting" in why]


def test_a_partner_that_is_silent_answers_when_it_is_back(planner: Executor) -> None:
    silent = what_if.stopping(scenario(), CODE, 0, DAY - 1)
    fields = day(silent, planner)
    assert fields["faults"]["partner_stops"] == 1
    assert of_partner(fields)["shipped"] == of_partner(fields)["orders"] > 0
    assert fields["simulated_s"] < DAY // 1_000

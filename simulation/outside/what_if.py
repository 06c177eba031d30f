"""Owns what may be otherwise on the street: somebody is missing or stops, a cut-off, a card.

Each is the same scenario but for that, with the same customers; outside the house chance hangs on
what it is about, not on running numbers. It refuses names that the scenario does not know.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from controller.errors import NotFound
from controller.messages import (
    Command,
    Contract,
    ImportRateCard,
    PlaceOrder,
    SetUpContracts,
    SetUpNodes,
    SetUpPreferences,
    SetUpSite,
    SetUpVans,
)
from simulation.scenario import Scenario, Stop, Street

Setup = Command[Any]
CARRIER, VAN, NODE, PARTNER = "carrier", "van", "node", "partner"


def kinds(scenario: Scenario) -> Mapping[str, str]:
    """Which carriers, vans and other nodes there are, by name."""
    found: dict[str, str] = {}
    for told in scenario.setup:
        match told:
            case ImportRateCard(card=card):
                found[card.carrier] = CARRIER
            case SetUpSite(services=services):
                found |= {each.carrier: CARRIER for each in services}
            case SetUpVans(vans=vans):
                found |= {van.code: VAN for van in vans}
            case SetUpNodes(nodes=nodes):
                found |= {
                    node.code: PARTNER if node.kind == PARTNER else NODE
                    for node in nodes
                    if node.kind != "warehouse"
                }
    return dict(sorted(found.items()))


def kind_of(scenario: Scenario, name: str) -> str:
    """Raises: NotFound naming all that there is."""
    known = kinds(scenario)
    if name not in known:
        raise NotFound("unknown_name", name=name, fix=f"one of {', '.join(known) or 'none'}")
    return known[name]


def without(scenario: Scenario, name: str) -> Scenario:
    """A carrier, a van or a store is not there at all. Raises: NotFound."""
    kind_of(scenario, name)
    gone = {each.code for each in _services(scenario) if each.carrier == name}
    setup = (_without(told, name, gone) for told in scenario.setup)
    street = scenario.street or Street()
    left = replace(
        scenario,
        setup=tuple(told for told in setup if told is not None),
        demand=tuple(
            replace(each, command=replace(each.command, pickup_node=""))
            if isinstance(each.command, PlaceOrder) and each.command.pickup_node == name
            else each
            for each in scenario.demand
            if getattr(each.command, "node", "") != name
        ),
        street=replace(
            street,
            posts=tuple(post for post in street.posts if post.at != name),
            carriers=tuple(each for each in street.carriers if each != name),
        ),
    )
    return _nothing_by_no_van(left)


def _nothing_by_no_van(scenario: Scenario) -> Scenario:
    """Where the last van is gone, nothing is sent by own vans any more."""
    known = kinds(scenario)
    for told in scenario.setup:
        if isinstance(told, SetUpVans) and not told.vans and told.settings.carrier in known:
            return without(scenario, told.settings.carrier)
    return scenario


def _services(scenario: Scenario) -> list[Any]:
    return [each for told in scenario.setup for each in getattr(told, "services", ())]


def _without(told: Setup, name: str, gone: set[str]) -> Setup | None:
    match told:
        case ImportRateCard(card=card) if card.carrier == name:
            return None
        case SetUpSite(services=services):
            return replace(told, services=tuple(s for s in services if s.carrier != name))
        case SetUpContracts(contracts=contracts):
            return replace(told, contracts=tuple(c for c in contracts if c.carrier != name))
        case SetUpPreferences(preferences=all_of):
            left = tuple(each for each in all_of if each.name not in {name, *gone})
            return replace(told, preferences=left)
        case SetUpVans(vans=vans):
            return replace(told, vans=tuple(van for van in vans if van.code != name))
        case SetUpNodes(nodes=nodes):
            kept = (node for node in nodes if node.code != name)
            return replace(
                told,
                nodes=tuple(
                    replace(node, services=tuple(s for s in node.services if s not in gone))
                    for node in kept
                ),
            )
    return None if getattr(told, "node", "") == name else told


def for_volume(told: Setup, orders: int, of: int) -> Setup:
    """Contracts for a house of `of` orders a day, as one of so many orders would have them."""
    if not isinstance(told, SetUpContracts):
        return told
    return replace(told, contracts=tuple(_sized(each, orders, of) for each in told.contracts))


def _sized(contract: Contract, orders: int, of: int) -> Contract:
    """What is 0 stays so; tiers stay apart."""

    def sized(parcels: int) -> int:
        return max(1, round(parcels * orders / of)) if parcels else 0

    tiers: list[tuple[int, int]] = []
    for since, off in contract.tiers:
        tiers.append((max(sized(since), tiers[-1][0] + 1 if tiers else 0), off))
    return replace(
        contract,
        tiers=tuple(tiers),
        parcels_min=sized(contract.parcels_min),
        daily_max=sized(contract.daily_max),
        pickups=tuple((pickup, sized(most)) for pickup, most in contract.pickups),
    )


def stopping(scenario: Scenario, name: str, from_ms: int, until_ms: int) -> Scenario:
    """A carrier, a van or a store stops between these times of each day. Raises: NotFound."""
    kind = kind_of(scenario, name)
    street = scenario.street or Street()
    if kind == CARRIER and name not in street.carriers:
        fix = f"one of {', '.join(street.carriers)}"
        raise NotFound("not_connected", carrier=name, fix=fix)
    midnight_ms = scenario.day_start_ms
    stop = Stop(
        kind=kind, name=name, from_ms=midnight_ms + from_ms, until_ms=midnight_ms + until_ms
    )
    return replace(scenario, street=replace(street, stops=(*street.stops, stop)))


def with_cutoff(scenario: Scenario, cutoff_ms: int) -> Scenario:
    """What comes after this time of the day leaves on the next."""
    houses = {told.settings.node for told in scenario.setup if isinstance(told, SetUpSite)}

    def moved(told: Setup) -> Setup:
        match told:
            case SetUpSite(settings=settings):
                return replace(told, settings=replace(settings, cutoff_ms=cutoff_ms))
            case SetUpNodes(nodes=nodes):
                return replace(
                    told,
                    nodes=tuple(
                        replace(node, cutoff_ms=cutoff_ms) if node.code in houses else node
                        for node in nodes
                    ),
                )
        return told

    return replace(scenario, setup=tuple(moved(told) for told in scenario.setup))


def with_card(scenario: Scenario, card: ImportRateCard) -> Scenario:
    """Another card, in the place of the one with its code. Raises: NotFound for a new carrier."""
    kind_of(scenario, card.card.carrier)
    known = {
        told.card.code: at
        for at, told in enumerate(scenario.setup)
        if isinstance(told, ImportRateCard)
    }
    setup = list(scenario.setup)
    at = known.get(card.card.code)
    if at is None:
        last = max(known.values(), default=len(setup) - 1)
        setup.insert(last + 1, card)
    else:
        setup[at] = replace(card, id=setup[at].id)
    return replace(scenario, setup=tuple(setup))

"""Owns how a site gets its street: lanes, a store's bench, drivers, a clerk, real addresses.

What ships is given as the commands of a site that has it. Customers at home live in towns that
exist, so that cards have their zone and vans find them. It refuses to invent prices and terms.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from controller.messages import (
    Command,
    CountNode,
    ImportPlaces,
    ImportPostcodes,
    ImportRateCard,
    ImportWorkers,
    NodeStock,
    Place,
    PlaceOrder,
    SetUpNodes,
    SetUpSite,
    SetUpVans,
    Worker,
)
from controller.units import DAY
from simulation.outside.customers import customer_at_home, postcodes
from simulation.outside.store import FILLED_MS, SKUS, UNITS
from simulation.scenario import NO_FAULTS, Bench, Divert, Faults, Post, Scenario, Street
from simulation.site import DIVERT_PITCH_MM
from simulation.streams import Streams
from simulation.timed import Timed, by_time

HOME: Final = "GB"
COLLECT_PERCENT: Final = 10  # of the orders at home for one kind of goods that the store has
SLOW_PPM, REFUSES_PPM, SHORT_PPM = 30_000, 5_000, 50_000


def with_street(
    scenario: Scenario, setup: Sequence[Command[Any]], address: Mapping[str, Any]
) -> Scenario:
    """The same site at this address, with what the commands set up: cards, nodes, vans."""
    posts = tuple(_posts(setup))
    lanes = sorted({each.lane for each in _services(setup)})
    bestsellers = _bestsellers(scenario)
    stores = [post.at for post in posts if post.role == "clerk"]
    shelves = [post.at for post in posts if post.role in ("clerk", "partner")]
    fills = [_filled(each, bestsellers, scenario.day_start_ms) for each in shelves]
    made = replace(
        scenario,
        setup=(
            *(_at_address(each, address) for each in scenario.setup),
            _places(lanes),
            *setup,
            ImportPostcodes(id="setup/postcodes", postcodes=postcodes()),
            _workers(posts),
            *fills,
        ),
        demand=_demand(scenario, bestsellers, stores, shelves),
        faults=_faults(scenario.faults),
        kept_free=scenario.kept_free | set(stores),
        street=_street((*scenario.setup, *setup), posts),
    )
    return _with_machines(made, lanes, stores)


def _faults(faults: Faults) -> Faults:
    """Carriers and partners are not perfect either, on a floor that is not."""
    if faults == NO_FAULTS:
        return faults
    return replace(
        faults,
        carrier_slow_ppm=SLOW_PPM,
        carrier_refuses_ppm=REFUSES_PPM,
        partner_short_ppm=SHORT_PPM,
    )


def _services(setup: Iterable[Command[Any]]) -> Iterator[Any]:
    for each in setup:
        if isinstance(each, ImportRateCard | SetUpSite):
            yield from each.services


def _posts(setup: Iterable[Command[Any]]) -> Iterator[Post]:
    """A driver to each van, a clerk to each store, partners, and somebody at the console."""
    yield Post(badge="LEAD-001", role="lead")
    vans = [van for each in setup if isinstance(each, SetUpVans) for van in each.vans]
    nodes = [node for each in setup if isinstance(each, SetUpNodes) for node in each.nodes]
    for nth, van in enumerate(vans, 1):
        yield Post(badge=f"DRIVER-{nth:03}", role="driver", at=van.code)
    for kind, role in (("store", "clerk"), ("partner", "partner")):
        for nth, node in enumerate((each for each in nodes if each.kind == kind), 1):
            yield Post(badge=f"{role.upper()}-{nth:03}", role=role, at=node.code)


def _street(setup: Sequence[Command[Any]], posts: tuple[Post, ...]) -> Street:
    own = {each.settings.carrier for each in setup if isinstance(each, SetUpVans)}
    services = tuple(_services(setup))
    return Street(
        posts=posts,
        carriers=tuple(sorted({each.carrier for each in services} - own)),
        van_lanes=tuple(sorted({each.lane for each in services if each.carrier in own})),
    )


def _at_address(command: Command[Any], address: Mapping[str, Any]) -> Command[Any]:
    if isinstance(command, SetUpSite):
        return replace(command, settings=replace(command.settings, **address))
    return command


def _places(lanes: Iterable[str]) -> ImportPlaces:
    """A lane that the site has already stays where it is."""
    return ImportPlaces(
        id="setup/lanes", places=tuple(Place(name=lane, kind="lane") for lane in lanes)
    )


def _workers(posts: Sequence[Post]) -> ImportWorkers:
    return ImportWorkers(
        id="setup/outside",
        workers=tuple(Worker(badge=post.badge, role=post.role) for post in posts),
        names=tuple(post.badge.replace("-", " ").title() for post in posts),
    )


def _with_machines(scenario: Scenario, lanes: Sequence[str], stores: Sequence[str]) -> Scenario:
    """Diverts to further lanes, and a scale and a printer in each store."""
    machines = scenario.machines
    diverts = list(machines.sorter.diverts)
    known = {each.lane for each in diverts} | {*machines.freight_lanes}
    for lane in (each for each in lanes if each not in known):
        diverts.append(Divert(lane=lane, at_mm=diverts[-1].at_mm + DIVERT_PITCH_MM))
    length_mm = max(machines.sorter.length_mm, diverts[-1].at_mm + 2 * DIVERT_PITCH_MM)
    sorter = replace(machines.sorter, diverts=tuple(diverts), length_mm=length_mm)
    benches = (
        Bench(name=store, scale=f"SCALE-{store}", printer=f"PRINTER-{store}") for store in stores
    )
    return replace(
        scenario,
        machines=replace(machines, sorter=sorter, benches=(*machines.benches, *benches)),
    )


# --- demand ----------------------------------------------------------------------------------


def _bestsellers(scenario: Scenario) -> tuple[str, ...]:
    lines: Counter[str] = Counter()
    for each in scenario.demand:
        if isinstance(each.command, PlaceOrder):
            lines.update(line.sku for line in each.command.lines)
    return tuple(sorted(lines, key=lambda sku: (-lines[sku], sku))[:SKUS])


def _filled(node: str, skus: Sequence[str], at_ms: int) -> CountNode:
    return CountNode(
        id=f"store/{node}/{at_ms // DAY}",
        actor=node,
        node=node,
        lines=tuple(NodeStock(sku=sku, qty=UNITS) for sku in skus),
        reason="delivery",
    )


def _demand(
    scenario: Scenario,
    bestsellers: Sequence[str],
    stores: Sequence[str],
    shelves: Sequence[str],
) -> tuple[Timed, ...]:
    """Orders with addresses at home, some to be collected; shelves are filled up every day."""
    streams, sold = Streams(scenario.seed), frozenset(bestsellers)
    mornings = (scenario.day_start_ms + day * DAY for day in range(1, scenario.days))
    fills = (
        Timed(at_ms=day_ms + FILLED_MS, command=_filled(shelf, bestsellers, day_ms))
        for day_ms in mornings
        for shelf in shelves
    )
    orders = (
        replace(each, command=_addressed(each.command, streams, sold, stores))
        if isinstance(each.command, PlaceOrder)
        else each
        for each in scenario.demand
    )
    return by_time((*orders, *fills))


def _addressed(
    order: PlaceOrder, streams: Streams, sold: frozenset[str], stores: Sequence[str]
) -> PlaceOrder:
    if order.country != HOME:
        return order
    named = order.recipient.name if order.recipient else order.id
    who = customer_at_home(named)
    stream = streams.stream(f"collects/{order.id}")
    collects = (
        stores and all(line.sku in sold for line in order.lines) and len(order.lines) == 1
    ) and stream.randrange(100) < COLLECT_PERCENT
    found = replace(order, postcode=who.postcode, recipient=who.recipient)
    if not collects:
        return found
    return replace(found, pickup_node=stream.choice(stores), arrive_by_ms=0)

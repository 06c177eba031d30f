"""Carrier choice: which service takes each parcel, at the lowest total cost a pickup allows.

Owns the quote of one parcel with one service and the choice for a whole pickup. It refuses to know
labels, accounts and carriers' servers: a service is a row of prices and limits, and a parcel that
no service takes is reported with the reason of each service.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from controller.messages import ShippingService
from controller.plan import Effort


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A packed parcel that must arrive within `days_max` days."""

    id: str
    length_mm: int
    width_mm: int
    height_mm: int
    mass_g: int
    country: str
    days_max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """The parcels of one pickup and the services that may take them."""

    parcels: tuple[Parcel, ...]
    services: tuple[ShippingService, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The service of one parcel; `why` has the cost or the exclusion of every other service."""

    parcel: str
    service: str
    cost_cents: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Choices in the order of the parcels; no plan that ships as many costs under the bound."""

    choices: tuple[Choice, ...]
    cost_cents: int
    bound_cents: int
    refused: tuple[tuple[str, str], ...]


Quotes = list[int | str]


def quote(parcel: Parcel, service: ShippingService) -> int | str:
    """Price a parcel in cents, or say why the service is out.

    Units: the billed mass is the larger of the real and the dimensional mass, unrounded; the price
    is rounded up to the cent. Girth is the longest side plus the girth around the other two.
    """
    if "*" not in service.countries and parcel.country not in service.countries:
        return f"does not serve {parcel.country}"
    if parcel.mass_g > service.mass_max_g:
        return f"too heavy: {parcel.mass_g} g, takes {service.mass_max_g} g"
    length_mm, width_mm, height_mm = parcel.length_mm, parcel.width_mm, parcel.height_mm
    girth_mm = 2 * (length_mm + width_mm + height_mm) - max(length_mm, width_mm, height_mm)
    if girth_mm > service.girth_max_mm:
        return f"too large: girth {girth_mm} mm, takes {service.girth_max_mm} mm"
    if service.transit_days > parcel.days_max:
        return f"too slow: {service.transit_days} days, allowed {parcel.days_max}"
    billed_g = parcel.mass_g
    if service.divisor_cm3_per_kg:
        volume_mm3 = length_mm * width_mm * height_mm
        billed_g = max(billed_g, -(-volume_mm3 // service.divisor_cm3_per_kg))
    return service.base_cents - (-service.per_kg_cents * billed_g // 1000)


def solve(problem: Problem, effort: Effort) -> Plan:
    """Choose a service per parcel: first as many parcels as possible, then the lowest total cost.

    The answer is optimal, ties fall to the lower service code. When `effort` is out before a
    pickup is short of room, parcels take the cheapest free service in turn and the bound says so.

    Raises: ValueError when an id or a code stands twice.
    """
    services = sorted(problem.services, key=lambda service: service.code)
    _check_unique("service", [service.code for service in services])
    _check_unique("parcel", [parcel.id for parcel in problem.parcels])
    table = [[quote(parcel, service) for service in services] for parcel in problem.parcels]
    taken = [_cheapest(quotes) for quotes in table]
    if not _overbooked(services, taken):
        return _plan(problem, services, table, taken)
    if not effort.should_stop():
        return _plan(problem, services, table, _by_flow(services, table))
    plan = _plan(problem, services, table, _in_turn(services, table))
    cheapest = sorted(
        _cost(quotes, at) for quotes, at in zip(table, taken, strict=True) if at is not None
    )
    return replace(plan, bound_cents=sum(cheapest[: len(plan.choices)]))


def _check_unique(kind: str, names: Sequence[str]) -> None:
    if len(set(names)) < len(names):
        name = next(name for name, count in Counter(names).items() if count > 1)
        raise ValueError(f"{kind} {name!r} stands twice in the problem; give each its own name")


def _cheapest(quotes: Quotes) -> int | None:
    best = None
    cost_cents = 0
    for at, offer in enumerate(quotes):
        if isinstance(offer, int) and (best is None or offer < cost_cents):
            best, cost_cents = at, offer
    return best


def _cost(quotes: Quotes, at: int | None) -> int:
    offer = 0 if at is None else quotes[at]
    assert isinstance(offer, int)
    return offer


def _overbooked(services: Sequence[ShippingService], taken: Sequence[int | None]) -> bool:
    loads = Counter(taken)
    return any(s.capacity and loads[at] > s.capacity for at, s in enumerate(services))


def _in_turn(services: Sequence[ShippingService], table: Sequence[Quotes]) -> list[int | None]:
    loads = [0] * len(services)
    taken = []
    for quotes in table:
        room: Quotes = [
            "full" if service.capacity and load >= service.capacity else offer
            for offer, service, load in zip(quotes, services, loads, strict=True)
        ]
        at = _cheapest(room)
        taken.append(at)
        if at is not None:
            loads[at] += 1
    return taken


def _by_flow(services: Sequence[ShippingService], table: Sequence[Quotes]) -> list[int | None]:
    """Min-cost flow from groups of parcels with equal quotes through services to the pickup.

    The arc to nowhere costs more than any chain of swaps can save, so no parcel is left out for
    money. The rank of the service is the last digit of the cost, which settles ties.
    """
    from ortools.graph.python import min_cost_flow

    groups = _alike(table)
    scale = len(table) * (len(services) + 1) + 1
    dearest = max((o for quotes in table for o in quotes if isinstance(o, int)), default=0)
    left_out = (len(services) + 2) * (dearest + 1) * scale
    network = min_cost_flow.SimpleMinCostFlow()
    add = network.add_arc_with_capacity_and_unit_cost
    pickup, first = len(services), len(services) + 1
    for at, service in enumerate(services):
        add(at, pickup, service.capacity or len(table), 0)
    arcs: list[tuple[int, int, int]] = []
    for group, members in enumerate(groups, first):
        network.set_node_supply(group, len(members))
        add(group, pickup, len(members), left_out)
        for at, offer in enumerate(table[members[0]]):
            if isinstance(offer, int):
                arc = add(group, at, len(members), offer * scale + at)
                arcs.append((arc, group - first, at))
    network.set_node_supply(pickup, -len(table))
    status = network.solve()
    assert status == network.OPTIMAL, status
    taken: list[int | None] = [None] * len(table)
    waiting = [iter(members) for members in groups]
    for arc, group, at in arcs:
        for _ in range(network.flow(arc)):
            taken[next(waiting[group])] = at
    return taken


def _alike(table: Sequence[Quotes]) -> list[list[int]]:
    groups: dict[tuple[int | None, ...], list[int]] = {}
    for parcel, quotes in enumerate(table):
        key = tuple(offer if isinstance(offer, int) else None for offer in quotes)
        groups.setdefault(key, []).append(parcel)
    return list(groups.values())


def _plan(
    problem: Problem,
    services: Sequence[ShippingService],
    table: Sequence[Quotes],
    taken: Sequence[int | None],
) -> Plan:
    choices, refused = [], []
    for parcel, quotes, at in zip(problem.parcels, table, taken, strict=True):
        if at is None:
            refused.append((parcel.id, _explain(services, quotes, at) or "there is no service"))
            continue
        why = _explain(services, quotes, at) or "the only service"
        cost_cents = _cost(quotes, at)
        code = services[at].code
        choices.append(Choice(parcel=parcel.id, service=code, cost_cents=cost_cents, why=why))
    cost_cents = sum(choice.cost_cents for choice in choices)
    return Plan(
        choices=tuple(choices),
        cost_cents=cost_cents,
        bound_cents=cost_cents,
        refused=tuple(refused),
    )


def _explain(services: Sequence[ShippingService], quotes: Quotes, taken: int | None) -> str:
    """Say of each other service what it costs, or what excludes it.

    A cheaper one that is open to this parcel was left only because its pickup is full.
    """
    paid = None if taken is None else quotes[taken]
    words = []
    for at, offer in enumerate(quotes):
        if at == taken:
            continue
        if isinstance(offer, int):
            full = not isinstance(paid, int) or offer < paid
            offer = f"{offer} cents, but full" if full else f"{offer} cents"
        words.append(f"{services[at].code}: {offer}")
    return "; ".join(words)

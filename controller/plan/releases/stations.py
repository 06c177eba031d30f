"""Owns goods to person in a release plan: which needs go to stations, out of which bins of pods.

It refuses goods that are kept apart from others: those are picked on tours.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from controller.messages import PlannedKind, PlannedPick
from controller.plan import Effort, presenting
from controller.plan.cutting import NOT_AT_A_PLACE, Need, PodRow, Problem

STATION = "station"
POOL_TIMES = 3  # orders that are looked at for each free slot

Key = tuple[str, str]
"""Order, and owner with SKU."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """A pod at a station, and what is taken off it there."""

    station: str
    pod: str
    picks: tuple[PlannedPick, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AtStations:
    """`rest` is the problem without what stations do; `late` orders have no slot yet."""

    presented: tuple[Presented, ...]
    kinds: tuple[PlannedKind, ...]
    rest: Problem
    late: frozenset[str] = frozenset()

    def why(self, order: str, reason: str) -> str:
        """Why an order waits whose goods are at no pick place: on pods, they wait for a slot."""
        if reason == NOT_AT_A_PLACE and order in self.late:
            return "station_full"
        return reason


def at_stations(problem: Problem, effort: Effort) -> AtStations:
    """What goes to stations now; half of the free slots go to the most urgent orders."""
    free = sum(station.free for station in problem.stations)
    most = min(free, problem.orders_max)
    held = _orders(problem)
    orders = held[: POOL_TIMES * most]
    late = frozenset(order for order, _ in held)
    if not orders:
        return AtStations(presented=(), kinds=(), rest=problem, late=late)
    stations, left = [], most
    for station in problem.stations:
        stations.append(replace(station, free=min(station.free, left)))
        left -= stations[-1].free
    plan = presenting.solve(
        presenting.Problem(
            orders=tuple(_asked(order, needs) for order, needs in orders),
            stations=tuple(stations),
            pods=_pods(problem.pods),
            urgent=-(-most // 2),
        ),
        effort,
    )
    wants = dict(orders)
    presented = tuple(_presented(problem, plan, wants))
    done = {(pick.order, pick.line) for each in presented for pick in each.picks}
    rest = tuple(need for need in problem.needs if (need.order, need.line) not in done)
    said = PlannedKind(
        kind=STATION, tours=plan.new, loads=plan.opened, length_mm=0, first_come_mm=0, bound_mm=0
    )
    return AtStations(
        presented=presented,
        kinds=(said,) if presented else (),
        rest=replace(problem, needs=rest, orders_max=problem.orders_max - plan.opened),
        late=late - {pick.order for each in presented for pick in each.picks},
    )


def _orders(problem: Problem) -> list[tuple[str, list[Need]]]:
    """What pods hold of each order, by urgency."""
    held: dict[str, int] = {}
    for row in problem.pods:
        key = _sku(row.owner, row.sku)
        held[key] = held.get(key, 0) + row.qty
    apart = {goods.sku for goods in problem.goods if goods.kind}
    orders: dict[str, list[Need]] = {}
    for need in problem.needs:
        if need.sku not in apart and held.get(_sku(need.owner, need.sku), 0) >= need.qty:
            orders.setdefault(need.order, []).append(need)
    return list(orders.items())


def _sku(owner: str, sku: str) -> str:
    return f"{owner}\x1f{sku}"


def _asked(order: str, needs: list[Need]) -> presenting.Order:
    units: dict[str, int] = {}
    for need in needs:
        key = _sku(need.owner, need.sku)
        units[key] = units.get(key, 0) + need.qty
    return presenting.Order(id=order, units=tuple(sorted(units.items())))


def _pods(rows: tuple[PodRow, ...]) -> tuple[presenting.Pod, ...]:
    pods: dict[str, dict[str, int]] = {}
    for row in rows:
        held = pods.setdefault(row.pod, {})
        key = _sku(row.owner, row.sku)
        held[key] = held.get(key, 0) + row.qty
    return tuple(
        presenting.Pod(name=name, units=tuple(sorted(units.items())))
        for name, units in sorted(pods.items())
    )


def _presented(
    problem: Problem, plan: presenting.Plan, wants: Mapping[str, list[Need]]
) -> Iterator[Presented]:
    """The units of each presentation by order line and bin."""
    bins = {(row.pod, row.place, row.owner, row.sku): row.qty for row in problem.pods}
    left = {(need.order, need.line): need.qty for needs in wants.values() for need in needs}
    for each in plan.presentations:
        picks: list[PlannedPick] = []
        for order, key, qty in each.takes:
            for need in (n for n in wants[order] if _sku(n.owner, n.sku) == key):
                units = min(qty, left[order, need.line])
                left[order, need.line] -= units
                qty -= units
                picks += _from_bins(bins, each.pod, need, units)
        yield Presented(station=each.station, pod=each.pod, picks=tuple(picks), why=plan.why)


def _from_bins(
    bins: dict[tuple[str, str, str, str], int], pod: str, need: Need, qty: int
) -> Iterator[PlannedPick]:
    for row, held in bins.items():
        units = min(qty, held)
        if units and (row[0], *row[2:]) == (pod, need.owner, need.sku):
            bins[row] -= units
            qty -= units
            yield PlannedPick(
                order=need.order, line=need.line, sku=need.sku, place=row[1], qty=units, load=0
            )

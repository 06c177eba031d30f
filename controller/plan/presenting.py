"""Presenting: which orders are open at which station, and which pods come to them.

Owns the choice of orders for free slots so that those open at a station share pods. As many orders
as first come, first served would open are opened, for no more presentations; the most urgent ones
in any case. Refuses orders that no pods hold.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from controller.plan import Effort, _cp_sat
from controller.plan.methods.covering import Take, cover, in_sequence, wanted

UNITS_PER_PRICE = 200
EXACT_TERMS_MAX = 4_000

Places = tuple[tuple[int, ...], ...]
"""The orders of each station, by index."""
Quotas = list[dict[str, dict[str, int]]]
"""Units that each pod gives at each station, by pod and SKU."""
Price = tuple[int, int]
"""Orders that are not opened, and presentations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Units by SKU that pods hold."""

    id: str
    units: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """`free` slots; `called` are pods that stand there or come in any case."""

    name: str
    free: int
    called: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pod:
    """Units by SKU that nobody has reserved."""

    name: str
    units: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Orders by urgency; the first `urgent` ones are opened before any others."""

    orders: tuple[Order, ...]
    stations: tuple[Station, ...]
    pods: tuple[Pod, ...]
    urgent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Presentation:
    """A pod at a station, and the units that are taken off it for each order."""

    station: str
    pod: str
    takes: tuple[Take, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Presentations of each station in their sequence; pods that come anyhow are not counted.

    No plan that opens as many orders has fewer than `bound`.
    """

    presentations: tuple[Presentation, ...]
    opened: int
    new: int
    first_come: int
    bound: int
    proven: bool
    why: str


def solve(problem: Problem, effort: Effort) -> Plan:
    """Orders for the free slots, and pods for the orders.

    Units: one unit of work is about ten microseconds; half goes to a search, half to CP-SAT.
    """
    prices = _Prices(problem)
    first = prices.first_come()
    budget = effort.work // 2 // UNITS_PER_PRICE
    best = min((first, prices.joined(first)), key=prices.of)
    best = prices.searched(best, budget, effort)
    floor, proven = _least(problem, prices.of(best), first), False
    if _terms(problem) <= EXACT_TERMS_MAX and prices.of(best)[1] > floor:
        exact, bound = _exact(problem, best, replace(effort, work=effort.work // 2))
        best = best if exact is None else prices.better(best, *exact)
        floor = max(floor, bound - _missing(problem, best) * _big(problem))
    opened, (_, new) = sum(map(len, best)), prices.of(best)
    proven = new <= floor
    _, first_new = prices.of(first)
    return Plan(
        presentations=tuple(prices.presented(best)),
        opened=opened,
        new=new,
        first_come=first_new,
        bound=min(floor, new),
        proven=proven,
        why=f"{opened} orders on {new} presentations, {min(floor, new)} at least; "
        f"first come, first served takes {first_new} for {sum(map(len, first))}",
    )


class _Prices:
    """What an assignment of orders to stations costs, remembered by assignment."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.units = [dict(order.units) for order in problem.orders]
        self.stock = {pod.name: dict(pod.units) for pod in problem.pods}
        self._known: dict[Places, Quotas | None] = {}
        self.asked = 0

    def of(self, places: Places) -> Price:
        covers = self._covers(places)
        if covers is None:
            return (1 << 30, 0)
        new = sum(
            pod not in station.called
            for station, given in zip(self.problem.stations, covers, strict=True)
            for pod in given
        )
        return _missing(self.problem, places), new

    def _needs(self, orders: Sequence[int]) -> list[tuple[str, Mapping[str, int]]]:
        return [(self.problem.orders[at].id, self.units[at]) for at in sorted(orders)]

    def better(self, best: Places, other: Places, quotas: Quotas) -> Places:
        """The cheaper of an assignment that is known and another one with its quotas."""
        before = self._known.get(other)
        self._known[other] = quotas
        if self.of(other) < self.of(best):
            return other
        self._known[other] = before
        return best

    def _covers(self, places: Places) -> Quotas | None:
        """What each pod gives at each station; a station leaves the next what it does not take."""
        if places not in self._known:
            self.asked += 1
            self._known[places] = self._cover(places)
        return self._known[places]

    def _cover(self, places: Places) -> Quotas | None:
        stock = {pod: dict(units) for pod, units in self.stock.items()}
        quotas = []
        for station, orders in zip(self.problem.stations, places, strict=True):
            left = wanted(self._needs(orders))
            pods = cover(left, stock, station.called)
            if pods is None:
                return None
            given: dict[str, dict[str, int]] = {}
            for pod in pods:
                for sku in left:
                    n = min(left[sku], stock[pod].get(sku, 0))
                    if n:
                        left[sku] -= n
                        stock[pod][sku] -= n
                        given.setdefault(pod, {})[sku] = n
            quotas.append(given)
        return quotas

    def presented(self, places: Places) -> Iterator[Presentation]:
        quotas = self._covers(places) or []
        for station, orders, given in zip(self.problem.stations, places, quotas, strict=False):
            needs = self._needs(orders)
            for pod, takes in in_sequence(needs, given, list(given), station.called):
                yield Presentation(station=station.name, pod=pod, takes=takes)

    def first_come(self) -> Places:
        """Orders by urgency into the first station with a free slot, if pods hold them."""
        places: Places = tuple(() for _ in self.problem.stations)
        for order in range(len(self.problem.orders)):
            for at, station in enumerate(self.problem.stations):
                if len(places[at]) < station.free:
                    with_it = _with(places, at, (*places[at], order))
                    if self._covers(with_it) is not None:
                        places = with_it
                        break
        return places

    def joined(self, first: Places) -> Places:
        """The most urgent order opens a station, and those join it that need the fewest pods."""
        must = {order for orders in first for order in orders if order < self.problem.urgent}
        most = sum(map(len, first))
        places: Places = tuple(() for _ in first)
        left = list(range(len(self.problem.orders)))
        for number in range(most):
            held = [each for each in left if each in must]
            after = most - number <= len(held)
            ways = [
                _with(places, at, (*places[at], order))
                for at, station in enumerate(self.problem.stations)
                if len(places[at]) < station.free
                for order in (held if after or not number else left)
            ]
            if not ways:
                return first
            places = min(ways, key=lambda each: (self.of(each), each))
            left = [each for each in left if not any(each in orders for orders in places)]
        return places if must <= {each for orders in places for each in orders} else first

    def searched(self, places: Places, budget: int, effort: Effort) -> Places:
        """Exchanges of one order for another, and moves, while they make it cheaper."""
        asked, best = self.asked, places
        while not effort.should_stop():
            better = None
            for way in self._neighbours(best):
                if self.asked - asked >= budget:
                    return best
                if self.of(way) < self.of(best):
                    better = way
                    break
            if better is None:
                return best
            best = better
        return best

    def _neighbours(self, places: Places) -> Iterator[Places]:
        stations = range(len(places))
        opened = [(at, order) for at in stations for order in places[at]]
        waiting = sorted(set(range(len(self.problem.orders))) - {order for _, order in opened})
        for at, order in opened:
            rest = tuple(each for each in places[at] if each != order)
            for to in stations:
                if to != at and len(places[to]) < self.problem.stations[to].free:
                    yield _with(_with(places, at, rest), to, (*places[to], order))
            for other in waiting if order >= self.problem.urgent else ():
                yield _with(places, at, (*rest, other))
            for to, other in opened:
                if to > at:
                    with_it = (*(each for each in places[to] if each != other), order)
                    yield _with(_with(places, at, (*rest, other)), to, with_it)
        for at in stations:
            if len(places[at]) < self.problem.stations[at].free:
                yield from (_with(places, at, (*places[at], other)) for other in waiting)


def _with(places: Places, at: int, orders: Sequence[int]) -> Places:
    return (*places[:at], tuple(sorted(orders)), *places[at + 1 :])


def _missing(problem: Problem, places: Places) -> int:
    """Slots that could be filled, and are not."""
    most = min(len(problem.orders), sum(station.free for station in problem.stations))
    return most - sum(map(len, places))


def _big(problem: Problem) -> int:
    return 1 + len(problem.pods) * len(problem.stations)


def _least(problem: Problem, price: Price, first: Places) -> int:
    """Each station that is needed for so many orders has a presentation, called or not."""
    if any(station.called for station in problem.stations):
        return 0
    opened = min(len(problem.orders), sum(s.free for s in problem.stations)) - price[0]
    free = sorted((station.free for station in problem.stations), reverse=True)
    needed = 0
    while opened > 0 and needed < len(free):
        opened -= free[needed]
        needed += 1
    return needed if first else 0


def _terms(problem: Problem) -> int:
    lines = sum(len(pod.units) for pod in problem.pods)
    return len(problem.stations) * (len(problem.orders) + len(problem.pods) + lines)


def _exact(
    problem: Problem, hint: Places, effort: Effort
) -> tuple[tuple[Places, Quotas] | None, int]:
    """The cheapest assignment and a bound on any, as missing orders times a weight plus pods."""
    model = _cp_sat.new_model()
    stations = range(len(problem.stations))
    opens = {
        (order, at): model.new_bool_var("")
        for order in range(len(problem.orders))
        for at in stations
    }
    comes = {(pod.name, at): model.new_bool_var("") for pod in problem.pods for at in stations}
    for order in range(len(problem.orders)):
        model.add_at_most_one(opens[order, at] for at in stations)
    for order in {each for orders in hint for each in orders if each < problem.urgent}:
        model.add_exactly_one(opens[order, at] for at in stations)
    for at, station in enumerate(problem.stations):
        model.add(sum(opens[o, at] for o in range(len(problem.orders))) <= station.free)
    parts = _supply(problem, model, opens, comes)
    opened = sum(opens.values())
    most = min(len(problem.orders), sum(station.free for station in problem.stations))
    new = sum(
        variable for (pod, at), variable in comes.items() if pod not in problem.stations[at].called
    )
    model.minimize(_big(problem) * (most - opened) + new)
    for (order, at), variable in opens.items():
        model.add_hint(variable, order in hint[at])
    answer = _cp_sat.run(model, effort)
    if not answer.found:
        return None, 0
    places = tuple(
        tuple(o for o in range(len(problem.orders)) if answer.solver.value(opens[o, at]))
        for at in stations
    )
    quotas: Quotas = [{} for _ in stations]
    left = [wanted([("", dict(problem.orders[o].units)) for o in orders]) for orders in places]
    for (pod, sku, at), part in parts.items():
        n = min(answer.solver.value(part), left[at].get(sku, 0))
        if n:
            left[at][sku] -= n
            quotas[at].setdefault(pod, {})[sku] = n
    return (places, quotas), answer.bound


def _supply(
    problem: Problem,
    model: Any,
    opens: Mapping[tuple[int, int], Any],
    comes: Mapping[tuple[str, int], Any],
) -> dict[tuple[str, str, int], Any]:
    """The units of each pod, SKU and station: no pod gives what it has not."""
    stations = range(len(problem.stations))
    parts: dict[tuple[str, str, int], Any] = {}
    given: dict[tuple[str, int], list[Any]] = {}
    for pod in problem.pods:
        for sku, n in pod.units:
            for at in stations:
                part = parts[pod.name, sku, at] = model.new_int_var(0, n, "")
                model.add(part <= n * comes[pod.name, at])
                given.setdefault((sku, at), []).append(part)
            model.add(sum(parts[pod.name, sku, at] for at in stations) <= n)
    wants: dict[tuple[str, int], list[Any]] = {}
    for order, each in enumerate(problem.orders):
        for sku, n in each.units:
            for at in stations:
                wants.setdefault((sku, at), []).append(n * opens[order, at])
    for key, terms in wants.items():
        model.add(sum(given.get(key, [])) >= sum(terms))
    return parts

"""Dispatching: the day's calls on own vans, with times, rests, and what was left for tomorrow.

Owns the way from positions, shifts, skills and territories to tours that can be driven. Delivering
finds who goes where; rests are put in afterwards, and a tour that leaves no time for one gives
stops to others, or leaves them out with the reason. Every tour that leaves here was walked anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from controller.plan import Effort, delivering
from controller.plan.delivering import Depot, Stop, Vans
from controller.plan.delivering import Problem as Routing
from controller.plan.vans import checking, resting, savings
from controller.plan.vans.geography import USUAL, Point, Roads, matrices
from controller.plan.vans.problem import FAR, Measure
from controller.plan.vans.resting import Rest, Times

__all__ = [
    "Call",
    "Measure",
    "Plan",
    "Point",
    "Problem",
    "Rest",
    "Roads",
    "Tour",
    "Van",
    "Visit",
    "solve",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Somebody to go to. `only`: the one van that may, "": any; `aboard`: it has its `parcels`.

    What is brought and is not aboard lies at the depot, where no van under way loads it.
    """

    id: str
    point: Point
    brought: tuple[int, ...]
    taken: tuple[int, ...]
    service_s: int
    opens_s: int
    closes_s: int
    skill: str = ""
    only: str = ""
    aboard: bool = False
    parcels: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Van:
    """A van from where it is to its depot; `tour`: the one that it drives already, or 0.

    One under way is home after `ends_s` where it could not bring what it has aboard otherwise.
    `area` names the beginnings of the postcodes of its territory; none: it has none. Calls
    elsewhere are barred where it `stays`, and else cost `astray_cost` more. Costs are in
    thousandths of a cent.
    """

    code: str
    capacity: tuple[int, ...]
    start: Point
    home: Point
    starts_s: int
    ends_s: int
    tour: int = 0
    fixed_cost: int = 0
    metre_cost: int = 1
    second_cost: int = 0
    skills: frozenset[str] = frozenset()
    area: tuple[str, ...] = ()
    stays: bool = False
    astray_cost: int = 0
    rest: Rest = resting.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Times count from `base_ms`; `refused` calls are told on with their reasons."""

    vans: tuple[Van, ...]
    calls: tuple[Call, ...]
    measures: tuple[Measure, ...] = ()
    roads: Roads = USUAL
    refused: tuple[tuple[str, str], ...] = ()
    base_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    call: str
    parcels: tuple[int, ...]
    arrives_s: int
    begins_s: int
    leaves_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tour:
    """Costs are in thousandths of a cent; `rest_s` is -1 where nobody rests."""

    van: str
    tour: int
    visits: tuple[Visit, ...]
    starts_s: int
    back_s: int
    distance_m: int
    cost: int
    rest_s: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`by_savings_*` is what tours by savings would cost; 0 where they serve fewer."""

    tours: tuple[Tour, ...]
    left_out: tuple[tuple[str, str], ...]
    cost: int = 0
    distance_m: int = 0
    by_savings_cost: int = 0
    by_savings_m: int = 0
    base_ms: int = 0


NO_REST = "no tour has room for it beside the driver's rest"


def solve(problem: Problem, effort: Effort) -> Plan:
    """Tours that keep windows, shifts, loads, skills, territories and rests; the cheapest found.

    The baseline may take half of the effort, and is left out where that is too little.

    Units: a unit of work is an iteration of the search on one stop.
    """
    if not problem.calls or not problem.vans:
        idle = tuple((call.id, "no van is free") for call in problem.calls)
        return Plan(tours=(), left_out=problem.refused + idle, base_ms=problem.base_ms)
    routing = routed(problem)
    spent = savings.Spent(replace(effort, work=effort.work // 2))
    baseline = savings.tours(routing, spent)
    rest = replace(effort, work=max(0, effort.work - spent.work))
    found = delivering.solve(_rested(problem, routing), rest)
    rides = _rides(problem, routing, found)
    homeless = _rest_all(rides)
    reasons = dict(problem.refused + found.left_out) | {
        stop.id: NO_REST for stop in homeless if not _taken_in(rides, stop)
    }
    parcels = {call.id: call.parcels for call in problem.calls}
    tours = tuple(_told(ride, parcels) for ride in rides if ride.times is not None)
    served = sum(len(trip) for tour in baseline for trip in tour.trips)
    fair = served >= sum(len(tour.visits) for tour in tours)
    walked = checking.drive(routing, baseline) if fair else []
    return Plan(
        tours=tours,
        left_out=tuple(sorted(reasons.items())),
        cost=sum(tour.cost for tour in tours),
        distance_m=sum(tour.distance_m for tour in tours),
        by_savings_cost=sum(each.cost for each in walked),
        by_savings_m=sum(each.distance_m for each in walked),
        base_ms=problem.base_ms,
    )


@dataclass(slots=True, eq=False)
class _Ride:
    """A van on its way to being timed."""

    van: Van
    vans: Vans
    routing: Routing
    stops: list[Stop]
    times: Times | None = None


def routed(problem: Problem) -> Routing:
    """The same for delivering: a kind, a start and a home for each van, a place for each call."""
    starts = [van.start for van in problem.vans]
    homes = [van.home for van in problem.vans]
    points = [*(call.point for call in problem.calls), *starts, *homes]
    metres, seconds = matrices(points, problem.roads)
    first = len(problem.calls)
    depots, at = [], dict[Point, str]()
    for nth, point in enumerate(points[first:], first):
        if point not in at:
            at[point] = f"depot {nth}"
            depots.append(Depot(id=at[point], at=nth))
    routing = Routing(
        depots=tuple(depots),
        vans=tuple(_vans(problem, van, at) for van in problem.vans),
        stops=tuple(_stop(nth, call) for nth, call in enumerate(problem.calls)),
        distance_m=metres,
        duration_s=seconds,
        measures=problem.measures,
    )
    each = zip(problem.vans, routing.vans, strict=True)
    return replace(routing, vans=tuple(_in_overtime(problem, routing, *one) for one in each))


def _stop(at: int, call: Call) -> Stop:
    return Stop(
        id=call.id,
        at=at,
        delivery=call.brought,
        pickup=call.taken,
        service_s=call.service_s,
        opens_s=call.opens_s,
        closes_s=call.closes_s,
    )


def _vans(problem: Problem, van: Van, at: dict[Point, str]) -> Vans:
    astray = frozenset(call.id for call in problem.calls if _is_astray(van, call))
    barred = frozenset(call.id for call in problem.calls if _is_barred(van, call))
    own = frozenset(call.id for call in problem.calls if call.only == van.code)
    return Vans(
        kind=van.code,
        count=1,
        capacity=van.capacity,
        depot=at[van.start],
        end_depot=at[van.home],
        starts_s=van.starts_s,
        starts_by_s=van.starts_s if van.tour else FAR,
        ends_s=van.ends_s,
        fixed_cost=0 if van.tour else van.fixed_cost,
        metre_cost=van.metre_cost,
        second_cost=van.second_cost,
        refuses=barred | (astray - own if van.stays else frozenset()),
        dear=frozenset() if van.stays else astray - own,
        dear_cost=van.astray_cost,
    )


def _is_barred(van: Van, call: Call) -> bool:
    """Whether a van may not call: it is not the one, lacks the skill, or left without the load."""
    left_behind = bool(van.tour) and any(call.brought) and not call.aboard
    unskilled = bool(call.skill) and call.skill not in van.skills
    return call.only not in ("", van.code) or unskilled or left_behind


def _in_overtime(problem: Problem, routing: Routing, van: Van, vans: Vans) -> Vans:
    """A van under way brings what it has aboard, in the sequence told, though its shift is over.

    It neither waits in its overtime nor goes where it is too late.
    """
    if not van.tour:
        return vans
    at = {depot.id: depot.at for depot in routing.depots}
    now_s, here = van.starts_s, at[vans.depot]
    for call, stop in zip(problem.calls, routing.stops, strict=True):
        comes_s = now_s + int(routing.duration_s[here, stop.at])
        open_ = stop.opens_s <= max(comes_s, van.ends_s) and comes_s <= stop.closes_s
        if call.only == van.code and open_:
            now_s, here = max(comes_s, stop.opens_s) + stop.service_s, stop.at
    home_s = now_s + int(routing.duration_s[here, at[vans.end_depot]])
    if van.rest.after_s and home_s > van.rest.by_s(van.starts_s):
        home_s += van.rest.length_s
    return replace(vans, ends_s=max(van.ends_s, home_s))


def _is_astray(van: Van, call: Call) -> bool:
    return bool(van.area) and not call.point.name.startswith(van.area)


def _rested(problem: Problem, routing: Routing) -> Routing:
    """Shifts that leave room for the rest of a tour, and no more way than two stretches."""
    vans = []
    for van, each in zip(problem.vans, routing.vans, strict=True):
        rest = van.rest
        if rest.after_s and each.ends_s - each.starts_s > rest.after_s:
            ends_s = max(each.ends_s - rest.length_s, each.starts_s + rest.after_s)
            vans.append(replace(each, ends_s=ends_s, shift_max_s=2 * rest.after_s))
        else:
            vans.append(each)
    return replace(routing, vans=tuple(vans))


def _rides(problem: Problem, routing: Routing, found: delivering.Plan) -> list[_Ride]:
    """One for each van, with the stops that delivering gave it."""
    stops = {stop.id: stop for stop in routing.stops}
    given = {tour.kind: [stops[n] for trip in tour.trips for n in trip] for tour in found.tours}
    return [
        _Ride(van, vans, routing, given.get(van.code, []))
        for van, vans in zip(problem.vans, routing.vans, strict=True)
    ]


def _rest_all(rides: Sequence[_Ride]) -> list[Stop]:
    """Times every tour with its rest; the stops for which that leaves no room."""
    homeless: list[Stop] = []
    for ride in rides:
        if ride.stops:
            ride.times, gone = resting.repaired(ride.routing, ride.vans, ride.stops, ride.van.rest)
            homeless += gone
            ride.stops = list(ride.times.stops) if ride.times else []
    return homeless


def _taken_in(rides: Sequence[_Ride], stop: Stop) -> bool:
    """Puts a stop where it adds least to a tour that keeps its times and its rest."""
    best: tuple[int, int, int, Times] | None = None
    for number, ride in enumerate(rides):
        if stop.id in ride.vans.refuses or not _has_room(ride, stop):
            continue
        before = _cost(ride.vans, ride.times) if ride.times else 0
        for nth in range(len(ride.stops) + 1):
            trial = [*ride.stops[:nth], stop, *ride.stops[nth:]]
            times = resting.fitted(ride.routing, ride.vans, trial, ride.van.rest)
            if times is not None:
                offer = (_cost(ride.vans, times) - before, number, nth, times)
                best = offer if best is None else min(best, offer, key=lambda each: each[:3])
    if best is None:
        return False
    _, number, _, times = best
    rides[number].times, rides[number].stops = times, list(times.stops)
    return True


def _has_room(ride: _Ride, stop: Stop) -> bool:
    """Whether all that is brought and all that is taken fit at once: then any order does."""
    stops = (*ride.stops, stop)
    return all(
        sum(each.delivery[nth] + (each.pickup[nth] if each.pickup else 0) for each in stops)
        <= most
        for nth, most in enumerate(ride.vans.capacity)
    )


def _cost(vans: Vans, times: Times) -> int:
    ways = vans.metre_cost * times.distance_m
    dear = vans.dear_cost * sum(stop.id in vans.dear for stop in times.stops)
    return vans.fixed_cost + ways + vans.second_cost * (times.back_s - times.starts_s) + dear


def _told(ride: _Ride, parcels: Mapping[str, tuple[int, ...]]) -> Tour:
    times = ride.times
    assert times is not None
    visits = tuple(
        Visit(
            call=stop.id,
            parcels=parcels[stop.id],
            arrives_s=arrives_s,
            begins_s=begins_s,
            leaves_s=begins_s + stop.service_s,
        )
        for stop, arrives_s, begins_s in zip(
            times.stops, times.arrives_s, times.begins_s, strict=True
        )
    )
    return Tour(
        van=ride.van.code,
        tour=ride.van.tour,
        visits=visits,
        starts_s=times.starts_s,
        back_s=times.back_s,
        distance_m=times.distance_m,
        cost=_cost(ride.vans, times),
        rest_s=times.rest_s,
    )

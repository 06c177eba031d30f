"""The check of tours, written from the problem alone.

Owns the walk through every tour: windows, loads, shifts, and what it costs. Refuses to know how
tours are found.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from controller.plan.vans.problem import Depot, Plan, Problem, Stop, Tour, Vans


@dataclass(slots=True)
class Driven:
    """What a tour is when it is driven, what it costs, and what is wrong with it."""

    distance_m: int
    duration_s: int
    cost: int
    faults: list[str]


def faults(problem: Problem, plan: Plan) -> list[str]:
    """What is wrong with a plan; nothing when it can be driven and costs what it says."""
    told: list[str] = []
    used = Counter(tour.kind for tour in plan.tours)
    for vans in problem.vans:
        if used[vans.kind] > vans.count:
            told.append(f"{used[vans.kind]} of {vans.count} vans {vans.kind}")
    driven = drive(problem, plan.tours)
    told += [fault for each in driven for fault in each.faults]
    times = Counter(name for tour in plan.tours for trip in tour.trips for name in trip)
    left_out = {name for name, _ in plan.left_out}
    for stop in problem.stops:
        if times[stop.id] + (stop.id in left_out) != 1:
            told.append(f"stop {stop.id} is served {times[stop.id]} times")
    total = sum(each.cost for each in driven) + _left_out_cost(problem, plan.tours)
    if total != plan.cost:
        told.append(f"costs {total}, not {plan.cost}")
    return told


def cost(problem: Problem, tours: Sequence[Tour]) -> int:
    """What tours cost, with the price of each stop that is left out."""
    return sum(each.cost for each in drive(problem, tours)) + _left_out_cost(problem, tours)


def _left_out_cost(problem: Problem, tours: Sequence[Tour]) -> int:
    served = {name for tour in tours for trip in tour.trips for name in trip}
    return sum(stop.left_out_cost or 0 for stop in problem.stops if stop.id not in served)


def drive(problem: Problem, tours: Sequence[Tour]) -> list[Driven]:
    """Drives each tour from its start, waiting where a window is not open yet."""
    kinds = {vans.kind: vans for vans in problem.vans}
    stops = {stop.id: stop for stop in problem.stops}
    return [
        walk(
            problem,
            kinds[tour.kind],
            tour.starts_s,
            [[stops[name] for name in trip] for trip in tour.trips],
        )
        for tour in tours
    ]


def walk(problem: Problem, vans: Vans, starts_s: int, trips: Sequence[Sequence[Stop]]) -> Driven:
    """Drives the trips of one van from its start on."""
    depots = {depot.id: depot for depot in problem.depots}
    start, end = depots[vans.depot], depots[vans.end_depot or vans.depot]
    driven = Driven(0, 0, 0, [])
    now_s, here = starts_s, start.at
    if now_s < max(vans.starts_s, start.opens_s):
        driven.faults.append(f"{vans.kind} starts at {now_s} s, before its shift")
    if now_s > vans.starts_by_s:
        driven.faults.append(f"{vans.kind} starts at {now_s} s, after {vans.starts_by_s} s")
    if len(trips) - 1 > vans.reloads_max:
        driven.faults.append(f"{vans.kind} loads anew {len(trips) - 1} times")
    for nth, trip in enumerate(trips):
        now_s = max([now_s, *(stop.ready_s for stop in trip)])
        driven.faults += _overloads(vans, trip)
        for stop in trip:
            now_s, here = _go(problem, driven, now_s, here, stop)
            if stop.id in vans.refuses:
                driven.faults.append(f"{vans.kind} may not go to {stop.id}")
        home = end if nth == len(trips) - 1 else start
        now_s += int(problem.duration_s[here, home.at])
        driven.distance_m += int(problem.distance_m[here, home.at])
        here = home.at
    driven.duration_s = now_s - starts_s
    driven.cost = vans.fixed_cost
    driven.cost += vans.metre_cost * driven.distance_m + vans.second_cost * driven.duration_s
    driven.cost += vans.dear_cost * sum(stop.id in vans.dear for trip in trips for stop in trip)
    driven.faults += _limits(vans, end, now_s, driven)
    return driven


def _go(problem: Problem, driven: Driven, now_s: int, here: int, stop: Stop) -> tuple[int, int]:
    driven.distance_m += int(problem.distance_m[here, stop.at])
    now_s = max(now_s + int(problem.duration_s[here, stop.at]), stop.opens_s)
    if now_s > stop.closes_s:
        driven.faults.append(f"{stop.id} at {now_s} s, it closes at {stop.closes_s} s")
    return now_s + stop.service_s, stop.at


def _overloads(vans: Vans, trip: Sequence[Stop]) -> list[str]:
    told = []
    for measure, capacity in enumerate(vans.capacity):
        load = most = sum(stop.delivery[measure] for stop in trip)
        for stop in trip:
            load -= stop.delivery[measure]
            load += stop.pickup[measure] if stop.pickup else 0
            most = max(most, load)
        if most > capacity:
            told.append(f"{vans.kind} carries {most} of {capacity}")
    return told


def _limits(vans: Vans, end: Depot, now_s: int, driven: Driven) -> list[str]:
    told = []
    if now_s > min(vans.ends_s, end.closes_s):
        told.append(f"{vans.kind} is back at {now_s} s")
    if driven.duration_s > vans.shift_max_s:
        told.append(f"{vans.kind} is out for {driven.duration_s} s")
    if driven.distance_m > vans.distance_max_m:
        told.append(f"{vans.kind} drives {driven.distance_m} m")
    return told

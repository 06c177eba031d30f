"""The tours that a dispatcher with a map would make: always to the nearest stop that still fits.

Owns this baseline, against which planned tours are told. Refuses to rest and to load anew.
"""

from controller.plan.vans import checking
from controller.plan.vans.problem import Problem, Stop, Tour, Vans


def tours(problem: Problem) -> tuple[Tour, ...]:
    """Van after van goes to the nearest stop that it can serve, until none is left.

    Source: nearest-neighbour heuristic.
    """
    waiting = {stop.id: stop for stop in problem.stops}
    depots = {depot.id: depot.at for depot in problem.depots}
    made = []
    for vans in problem.vans:
        for _ in range(vans.count):
            names = _fill(problem, vans, depots[vans.depot], waiting)
            if names:
                starts_s = max([vans.starts_s, *(waiting[name].ready_s for name in names)])
                made.append(Tour(kind=vans.kind, trips=(names,), starts_s=starts_s))
                for name in names:
                    del waiting[name]
    return tuple(made)


def _fill(problem: Problem, vans: Vans, at: int, waiting: dict[str, Stop]) -> tuple[str, ...]:
    chosen: list[Stop] = []
    here, tried = at, set[str]()
    while left := [s for name, s in waiting.items() if name not in tried]:
        stop = min(left, key=lambda each: (int(problem.distance_m[here, each.at]), each.id))
        tried.add(stop.id)
        if _serves(problem, vans, [*chosen, stop]):
            chosen.append(stop)
            here = stop.at
    return tuple(stop.id for stop in chosen)


def _serves(problem: Problem, vans: Vans, stops: list[Stop]) -> bool:
    starts_s = max([vans.starts_s, *(stop.ready_s for stop in stops)])
    names = tuple(stop.id for stop in stops)
    tour = Tour(kind=vans.kind, trips=(names,), starts_s=starts_s)
    return not checking.drive(problem, [tour])[0].faults

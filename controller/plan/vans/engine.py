"""A problem in the words of PyVRP, and its tours in ours.

Owns the translation; searching runs it. Refuses to know how tours are found.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from controller.plan import Effort
from controller.plan.vans import searching
from controller.plan.vans.problem import Matrix, Problem, Stop, Tour, Vans

BARRED = 1 << 30
"""Metres and seconds of a way that vans of a kind may not take."""


def search(
    problem: Problem, stops: Sequence[Stop], effort: Effort, together: bool = False
) -> tuple[Tour, ...] | None:
    """The best tours through stops, or None when none can be driven.

    `together`: two processes search, and share what they find.
    """
    if not stops:
        return ()
    data = _data(problem, stops)
    turns = max(1, effort.work // len(stops))
    found = (searching.best_of_two if together else searching.best)(data, effort, turns)
    if not found.is_feasible():
        return None
    return tuple(_tour(problem, stops, route) for route in found.routes())


def _data(problem: Problem, stops: Sequence[Stop]) -> Any:
    import pyvrp

    places = len(problem.distance_m)
    profiles = list(dict.fromkeys(_profile(vans) for vans in problem.vans))
    depots = {depot.id: at for at, depot in enumerate(problem.depots)}
    return pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0) for _ in range(places)],
        clients=[
            pyvrp.Client(
                location=stop.at,
                delivery=list(stop.delivery),
                pickup=list(stop.pickup) or [0] * len(stop.delivery),
                service_duration=stop.service_s,
                tw_early=stop.opens_s,
                tw_late=stop.closes_s,
                release_time=stop.ready_s,
                prize=stop.left_out_cost or 0,
                required=stop.left_out_cost is None,
            )
            for stop in stops
        ],
        depots=[
            pyvrp.Depot(location=each.at, tw_early=each.opens_s, tw_late=each.closes_s)
            for each in problem.depots
        ],
        vehicle_types=[
            _vehicle_type(vans, depots, profiles.index(_profile(vans))) for vans in problem.vans
        ],
        distance_matrices=[
            _dearer(_barred(problem.distance_m, stops, refused), stops, dear, metres)
            for refused, dear, metres in profiles
        ],
        duration_matrices=[
            _barred(problem.duration_s, stops, refused) for refused, _, _ in profiles
        ],
    )


def _profile(vans: Vans) -> tuple[frozenset[str], frozenset[str], int]:
    """What ways vans see: stops barred, stops that are dear, and how many metres dearer."""
    metres = vans.dear_cost // max(1, vans.metre_cost) if vans.dear else 0
    return vans.refuses, vans.dear if metres else frozenset(), metres


def _vehicle_type(vans: Vans, depots: dict[str, int], profile: int) -> Any:
    import pyvrp

    return pyvrp.VehicleType(
        num_available=vans.count,
        capacity=list(vans.capacity),
        start_depot=depots[vans.depot],
        end_depot=depots[vans.end_depot or vans.depot],
        fixed_cost=vans.fixed_cost,
        tw_early=vans.starts_s,
        tw_late=vans.ends_s,
        start_late=min(vans.starts_by_s, vans.ends_s),
        shift_duration=vans.shift_max_s,
        max_distance=vans.distance_max_m,
        unit_distance_cost=vans.metre_cost,
        unit_duration_cost=vans.second_cost,
        profile=profile,
        reload_depots=[depots[vans.depot]] if vans.reloads_max else [],
        max_reloads=vans.reloads_max,
        name=vans.kind,
    )


def _barred(matrix: Matrix, stops: Sequence[Stop], refused: frozenset[str]) -> Any:
    if not refused:
        return matrix
    matrix = matrix.copy()
    for stop in stops:
        if stop.id in refused:
            matrix[:, stop.at] = matrix[stop.at, :] = BARRED
    np.fill_diagonal(matrix, 0)
    return matrix


def _dearer(matrix: Matrix, stops: Sequence[Stop], dear: frozenset[str], metres: int) -> Any:
    if not dear:
        return matrix
    matrix = matrix.copy()
    for stop in stops:
        if stop.id in dear:
            matrix[:, stop.at] += metres
    np.fill_diagonal(matrix, 0)
    return matrix


def _tour(problem: Problem, stops: Sequence[Stop], route: Any) -> Tour:
    trips: list[list[str]] = [[]]
    for activity in route.schedule()[1:-1]:
        if activity.is_client():
            trips[-1].append(stops[activity.idx].id)
        else:
            trips.append([])
    return Tour(
        kind=problem.vans[route.vehicle_type()].kind,
        trips=tuple(tuple(trip) for trip in trips if trip),
        starts_s=route.start_time(),
    )

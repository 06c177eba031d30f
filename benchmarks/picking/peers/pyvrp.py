"""Owns the peer PyVRP: one vehicle that takes everything.

Source: Wouda, Lan & Kool 2024.
"""

from collections.abc import Sequence
from time import process_time

from benchmarks.picking.peers import Matrix


def tour(matrix: Matrix, seconds: float) -> Sequence[int]:
    """The stops in walking order, after so many seconds of CPU."""
    import pyvrp

    model = pyvrp.Model()
    places = [model.add_location(x=0, y=0) for _ in matrix]
    model.add_depot(places[0])
    for place in places[1:]:
        model.add_client(place)
    model.add_vehicle_type(num_available=1)
    for place, row in zip(places, matrix, strict=True):
        for other, distance in zip(places, row, strict=True):
            if place is not other:
                model.add_edge(place, other, distance=distance)
    until = process_time() + seconds
    found = model.solve(stop=lambda _best: process_time() > until, display=False)
    (route,) = found.best.routes()
    return [visit.idx for visit in route.schedule() if visit.is_client()]

"""Tours over any matrix of distances: proven where the stops are few, else searched and bounded.

Owns the choice of the compiled method and its effort. Refuses stops that no walk joins.
"""

from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np

from controller.plan import Effort
from controller.plan.graphs._bounds import PLACES_MAX, ascent, shortest
from controller.plan.graphs._search import nearest, search
from controller.plan.graphs.matrix import NEVER_MM, length_of_tour
from controller.plan.graphs.paths import FAR

PRICES_PER_UNIT = 12
CHUNK = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A tour as stop indices; no tour costs less than `bound_mm`."""

    sequence: tuple[int, ...]
    cost_mm: int
    bound_mm: int
    method: str


def tour_over(matrix: Any, effort: Effort) -> Found:
    """The shortest tour through all places of the matrix, or the best one found.

    Units: one unit of work is twelve prices of a move, about half a microsecond.
    """
    if len(matrix) <= PLACES_MAX:
        tour, method = shortest(matrix), "exact"
    else:
        tour, method = searched(matrix, effort), "or-opt"
    cost = length_of_tour(matrix, tour)
    bound = cost if method == "exact" else min(cost, _bound_mm(matrix, cost))
    sequence = tuple(int(place) - 1 for place in tour[1:-1])
    return Found(sequence=sequence, cost_mm=cost, bound_mm=bound, method=method)


def searched(matrix: Any, effort: Effort) -> Any:
    """A short tour as all places from 0 to 0; with no effort, the first one that no move helps."""
    tours = np.zeros((4, len(matrix) + 1), np.int64)
    tours[0] = _greedy(matrix)
    where, waiting = np.zeros((2, 3, len(matrix) + 2), np.int64)
    near, chance, left = nearest(matrix), np.ones(2, np.int64), effort.work * PRICES_PER_UNIT
    while True:
        chance[1] = min(left, CHUNK)
        left -= search(matrix, near, tours, where, waiting, chance)
        if left <= 0 or effort.should_stop():
            return tours[0]


def _greedy(matrix: Any) -> Any:
    """From each place to the nearest one left from which all others left may still follow."""
    tour = np.zeros(len(matrix) + 1, np.int64)
    left = np.ones(len(matrix), bool)
    left[0] = False
    barred = (matrix >= NEVER_MM)[:, 1:].sum(axis=1)
    for at in range(1, len(matrix)):
        price = np.minimum(matrix[tour[at - 1]], FAR) + barred * FAR
        here = tour[at] = np.where(left, price, 1 << 60).argmin()
        left[here] = False
        barred -= matrix[:, here] >= NEVER_MM
    return tour


def _bound_mm(matrix: Any, cost_mm: int) -> int:
    """No tour is shorter than this, whichever way round it is walked."""
    either = np.minimum(matrix, matrix.T).astype(np.float64)
    return ceil(ascent(np.minimum(either, NEVER_MM), cost_mm) - 0.01)

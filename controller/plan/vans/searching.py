"""The search of PyVRP as this house runs it: its parameters, and two searches at once.

Two searches with different seeds tell each other their best tours at shares of the effort, and
both go on from the better ones. Owns the effort and the processes. Refuses to read a clock: the
effort says how much is gone.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any, Final

import numpy as np

from controller.plan import Effort

NEIGHBOURS: Final = 30
HISTORY: Final = 100
PENALTY_MAX: Final = 1e9
PENALTY_EVERY: Final = 100
SHARES: Final = (0.4, 0.7, 1.0)
"""Of the effort: where two searches tell each other what they have."""

Routes = tuple[tuple[int, tuple[int, ...]], ...]
"""Each with its kind of van and its clients in their sequence."""


@dataclass(frozen=True, slots=True)
class _Part:
    """The effort up to a share of it; one unit is an iteration."""

    effort: Effort
    turns: int
    until: float

    def stop(self) -> Any:
        left = self.turns
        effort, until = self.effort, self.until

        def out_of_effort(_best_cost: float) -> bool:
            nonlocal left
            left -= 1
            return left < 0 or effort.gone() >= until or effort.should_stop()

        return out_of_effort


def best(data: Any, effort: Effort, turns: int) -> Any:
    """The best answer of one search."""
    return _Search(data, seed=1).run(_Part(effort, turns, 2.0)).best


def best_of_two(data: Any, effort: Effort, turns: int) -> Any:
    """The best answer of two searches at once, in two processes."""
    fork = get_context("fork")
    ours, theirs = fork.Pipe()
    other = fork.Process(target=_converse, args=(theirs, data, 2, effort, turns), daemon=True)
    other.start()
    theirs.close()
    try:
        return _converse(ours, data, 1, effort, turns)
    finally:
        ours.close()
        other.join()


def _converse(pipe: Any, data: Any, seed: int, effort: Effort, turns: int) -> Any:
    """Searches, tells the other search the best answer of each share, and goes on from the better.

    Answers that load anew, or are not feasible, are kept to themselves.
    """
    search, best, past = _Search(data, seed), None, 0.0
    for share in SHARES:
        part = _Part(effort, int(turns * (share - past)), share)
        found = search.run(part, best)
        best = found.best
        pipe.send((found.cost(), _routes(best)))
        cost, routes = pipe.recv()
        if routes and cost < found.cost():
            best = _solution(data, routes)
        past = share
    return best


def _routes(solution: Any) -> Routes:
    if not solution.is_feasible() or any(each.num_trips() > 1 for each in solution.routes()):
        return ()
    return tuple(
        (each.vehicle_type(), tuple(a.idx for a in each.schedule() if a.is_client()))
        for each in solution.routes()
    )


def _solution(data: Any, routes: Sequence[tuple[int, Sequence[int]]]) -> Any:
    import pyvrp

    return pyvrp.Solution(data, [pyvrp.Route(data, list(on), kind) for kind, on in routes])


class _Search:
    """One search: what it learnt of penalties stays from part to part."""

    def __init__(self, data: Any, seed: int) -> None:
        import pyvrp
        from pyvrp import search

        self._data = data
        self._rng = pyvrp.RandomNumberGenerator(seed=seed)
        near = search.NeighbourhoodParams(num_neighbours=NEIGHBOURS)
        self._local = search.LocalSearch(
            data,
            self._rng,
            search.compute_neighbours(data, near),
            search.PerturbationManager(search.PerturbationParams()),
        )
        for operator in search.OPERATORS:
            if operator.supports(data):
                self._local.add_operator(operator(data))
        params = pyvrp.PenaltyParams(
            max_penalty=PENALTY_MAX, solutions_between_updates=PENALTY_EVERY
        )
        self._penalties = pyvrp.PenaltyManager(_first_penalties(data), params)

    def run(self, part: _Part, begin: Any = None) -> Any:
        """What a part of the effort finds, from an answer on."""
        import pyvrp
        from pyvrp.exceptions import PenaltyBoundWarning

        params = pyvrp.IteratedLocalSearchParams(history_length=HISTORY)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PenaltyBoundWarning)  # that none were found is told
            if begin is None:
                start = pyvrp.Solution.make_random(self._data, self._rng)
                begin = self._local(start, self._penalties.max_cost_evaluator(), exhaustive=True)
            search = pyvrp.IteratedLocalSearch(
                self._data, self._penalties, self._local, begin, params
            )
            return search.run(part.stop(), collect_stats=False)


def _first_penalties(data: Any) -> tuple[list[float], float, float]:
    """What a unit of load, a second and a metre too much cost at first: as much as a usual way.

    A usual way's cost is divided by the mean load of a stop, and by the time and length of such a
    way. The search raises and lowers them; from far too much it would need all its time.
    Source: Vidal 2022 (HGS-CVRP), whose penalties begin at that size.
    """
    metres, seconds = (
        max(1.0, min(float(np.median(each)) for each in matrices))  # of vans that may go anywhere
        for matrices in (data.distance_matrices(), data.duration_matrices())
    )
    way = min(
        each.unit_distance_cost * metres + each.unit_duration_cost * seconds
        for each in data.vehicle_types()
    )
    way = max(1.0, way)
    clients = data.clients()
    loads = []
    for measure in range(data.num_load_dimensions):
        most = sum(max(each.delivery[measure], each.pickup[measure]) for each in clients)
        loads.append(way / max(1.0, most / len(clients)))
    return loads, way / seconds, way / metres

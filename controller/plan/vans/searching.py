"""The search of tours: PyVRP's local search within annealing of our own, and two of them at once.

Two searches with different seeds tell each other their best tours at shares of the effort, and
both go on from the better ones. Owns the effort and the processes. Refuses to read a clock: the
effort says how much is gone.
"""

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any, Final

import numpy as np

from controller.plan import Effort

NEIGHBOURS: Final = 30
HOT: Final = 0.1
COLD: Final = 0.01
"""Of the mean cost of a way: by how much tours usually become dearer at first, and at last."""
PENALTY_MAX: Final = 1e9
PENALTY_EVERY: Final = 50
SHARES: Final = (0.4, 0.7, 1.0)
"""Of the effort: where two searches tell each other what they have."""

Routes = tuple[tuple[int, tuple[int, ...]], ...]
"""Each with its kind of van and its clients in their sequence."""


@dataclass(slots=True)
class _Spent:
    """How much of an effort is gone, in turns or in time."""

    effort: Effort
    turns: int
    turn: int = 0

    def share(self) -> float:
        return max(self.turn / self.turns, self.effort.gone())

    def over(self, until: float) -> bool:
        return self.share() >= until or self.effort.should_stop()


def best(data: Any, effort: Effort, turns: int) -> Any:
    """The best answer of one search."""
    search = _Search(data, _Spent(effort, turns), seed=1)
    search.run(1.0)
    return search.best


def best_of_two(data: Any, effort: Effort, turns: int) -> Any:
    """The best answer of two searches at once, in two processes."""
    fork = get_context("fork")
    ours, theirs = fork.Pipe()
    spent = _Spent(effort, turns)
    other = fork.Process(target=_converse, args=(theirs, data, spent, 2), daemon=True)
    other.start()
    theirs.close()
    try:
        return _converse(ours, data, spent, 1)
    finally:
        ours.close()
        other.join()


def _converse(pipe: Any, data: Any, spent: _Spent, seed: int) -> Any:
    """Searches, tells the other search the best answer of each share, and goes on from the better.

    Answers that load anew, or are not feasible, are kept to themselves.
    """
    search = _Search(data, spent, seed)
    for share in SHARES:
        search.run(share)
        mine = search.cost()
        pipe.send((mine, _routes(search.best)))
        cost, routes = pipe.recv()
        if routes and cost < mine:
            search.go_on_from(_solution(data, routes))
    return search.best


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
    """One search: what it has and what it learnt of penalties stays from share to share."""

    def __init__(self, data: Any, spent: _Spent, seed: int) -> None:
        import pyvrp
        from pyvrp import search

        self._spent = spent
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
        begin = pyvrp.Solution.make_random(data, self._rng)
        dear = self._penalties.max_cost_evaluator()
        self.go_on_from(self._local(begin, dear, exhaustive=True))

    def go_on_from(self, solution: Any) -> None:
        self.best = self._current = solution

    def cost(self) -> float:
        """What the best answer costs; beyond all where it is not feasible."""
        return float(self._penalties.cost_evaluator().cost(self.best))

    def run(self, until: float) -> None:
        """Searches until this share of the effort is gone.

        Source: simulated annealing (Kirkpatrick, Gelatt & Vecchi 1983).
        """
        from pyvrp.exceptions import PenaltyBoundWarning

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PenaltyBoundWarning)  # that none were found is told
            while not self._spent.over(until):
                self._turn()
                self._spent.turn += 1

    def _turn(self) -> None:
        costs = self._penalties.cost_evaluator()
        found = self._local(self._current, costs, exhaustive=False)
        self._penalties.register(found)
        if costs.cost(found) < costs.cost(self.best):
            self.best = found
            found = self._local(found, costs, exhaustive=True)
            if found.is_feasible():
                self.best = found
        dearer = -math.log(1 - self._rng.rand()) * self._heat()
        if costs.penalised_cost(found) < costs.penalised_cost(self._current) + dearer:
            self._current = found

    def _heat(self) -> float:
        ways = self.best.distance_cost() + self.best.duration_cost()
        mean = ways / max(1, self.best.num_clients())
        return float(mean * HOT * (COLD / HOT) ** self._spent.share())


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

"""Sequencing: in which order a cart's picks are made, so that nothing is crushed or thaws.

Owns the trade between the way and the order in a load: heavy goods go in first, fragile ones on
top, and cold ones are fetched when all else of the cart is there. Each pick that comes out of
turn has a price in mm, so a rule gives way where keeping it would be a long walk. Refuses to say
which loads share a cart.

Source: Chabot et al. 2016 (precedence in order picking).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from controller.plan import Effort
from controller.plan.graphs.graph import Graph, point_stop
from controller.plan.walks.rectangle import End, Layout, Stop

HEAVY, USUAL, FRAGILE, COLD = range(4)
"""Ranks: in a load lower ones go first; cold goods come after all others of the cart."""

TRIES_PER_UNIT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Picks as the shortest walk makes them, each at a stop, into a load and of a rank.

    `price_mm` is what one pick out of turn is worth; 0 keeps the shortest walk.
    """

    layout: Layout | Graph
    stops: tuple[Stop, ...]
    loads: tuple[int, ...]
    ranks: tuple[int, ...]
    price_mm: int
    start: End = None
    end: End = None

    def __post_init__(self) -> None:
        if not len(self.stops) == len(self.loads) == len(self.ranks):
            raise ValueError("give a load and a rank for each stop")
        if self.price_mm < 0:
            raise ValueError(f"price_mm is {self.price_mm}: give 0 or more")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The picks in walking order; `longer_mm` beyond the shortest walk, `early` visits too early.

    `free_early` is how many would come too early on the shortest walk.
    """

    sequence: tuple[int, ...]
    longer_mm: int
    early: int
    free_early: int

    @property
    def why(self) -> str:
        """What the order in the loads costs, in a sentence."""
        kept = self.free_early - self.early
        metres = self.longer_mm // 1_000
        keep = f"{metres} m of it keep" if metres else "without a longer way it keeps"
        said = f"{keep} {kept} visits in turn"
        more = f", {self.early} come too early: later ones would cost more" if self.early else ""
        return f"{said} (heavy first, fragile on top, cold last){more}"


def rank_of(mass_g: int, fragile: bool, cold: bool, heavy_unit_g: int) -> int:
    """When goods go into their load; what is fragile and heavy counts as fragile."""
    if cold:
        return COLD
    if fragile:
        return FRAGILE
    return HEAVY if 0 < heavy_unit_g <= mass_g else USUAL


def solve(problem: Problem, effort: Effort) -> Plan:
    """The walk of the least length and price.

    Units: one unit of work is a hundred prices of a move, about two microseconds.
    """
    visits = _visits(problem)
    ranks = [problem.ranks[visit[0]] for visit in visits]
    loads = [sorted({problem.loads[pick] for pick in visit}) for visit in visits]
    free = early(ranks, loads)
    if not (free and problem.price_mm):
        return Plan(
            sequence=tuple(range(len(problem.stops))), longer_mm=0, early=free, free_early=free
        )
    import numpy as np

    from controller.plan.graphs.matrix import matrix_of
    from controller.plan.sequences import kernel

    layout, start, end = problem.layout, problem.start, problem.end
    if isinstance(layout, Graph):
        start, end = start or point_stop(layout.start), end or point_stop(layout.end)
    stops = [problem.stops[visit[0]] for visit in visits]
    matrix = matrix_of(layout, stops, start, end)
    of_visit = np.array(ranks, np.int64)
    first = np.cumsum([0, *map(len, loads)]).astype(np.int64)
    groups = first, np.array([load for held in loads for load in held], np.int64)
    shortest = np.arange(len(visits), dtype=np.int64)
    ahead, back = shortest.copy(), shortest[::-1].copy()
    begun = [
        ahead,
        back,
        *(way[np.argsort(of_visit[way], kind="stable")] for way in (ahead, back)),
    ]
    walks = []
    for walk in begun:
        tries = effort.work * TRIES_PER_UNIT // len(begun)
        cost = kernel.improved(matrix, walk, of_visit, groups, problem.price_mm, tries)
        walks.append((cost, walk.tolist()))
    cost, best = min(walks)
    left = early([ranks[visit] for visit in best], [loads[visit] for visit in best])
    shortest_mm = kernel.length_of(matrix, shortest)
    return Plan(
        sequence=tuple(pick for visit in best for pick in visits[visit]),
        longer_mm=cost - left * problem.price_mm - shortest_mm,
        early=left,
        free_early=free,
    )


def _visits(problem: Problem) -> list[list[int]]:
    """Picks that follow each other at one stop and are of one rank, made together."""

    def spot(pick: int) -> tuple[int, int, int, int]:
        stop = problem.stops[pick]
        return stop.aisle, stop.block, stop.y_mm, problem.ranks[pick]

    return [list(held) for _, held in groupby(range(len(problem.stops)), key=spot)]


def early(ranks: Sequence[int], loads: Sequence[Sequence[int]]) -> int:
    """Visits of this sequence that come before one which should lie below, or before the cold."""
    later: dict[int, int] = {}
    lowest, count = COLD, 0
    for rank, held in zip(reversed(ranks), reversed(loads), strict=True):
        count += (rank == COLD > lowest) or any(later.get(load, rank) < rank for load in held)
        later |= {load: min(rank, later.get(load, rank)) for load in held}
        lowest = min(lowest, rank)
    return count

"""Owns the ranks of goods, and the picks of a cart in the sequence that these want.

Refuses to know how totes are filled.
"""

from collections.abc import Mapping, Sequence

from controller.plan import Effort, sequencing
from controller.plan._rectangle import DEPOT, Ends, Stop
from controller.plan.cutting import Goods, Problem
from controller.plan.sequencing import COLD, FRAGILE, HEAVY, USUAL

WALK = Effort(work=20_000)

Visit = tuple[str, Stop, int]
"""SKU, stop and load of a pick."""


def rank_of(problem: Problem, goods: Goods) -> int:
    """When goods go into their load; what is fragile and heavy counts as fragile."""
    if goods.cold:
        return COLD
    if goods.fragile:
        return FRAGILE
    return HEAVY if 0 < problem.heavy_unit_g <= goods.mass_g else USUAL


def in_turn(
    problem: Problem, goods: Mapping[str, Goods], visits: Sequence[Visit], ends: Ends = DEPOT
) -> sequencing.Plan:
    """The sequence of picks that are given as the shortest walk makes them."""
    start, end = ends
    return sequencing.solve(
        sequencing.Problem(
            layout=problem.layout,
            stops=tuple(stop for _, stop, _ in visits),
            loads=tuple(load for _, _, load in visits),
            ranks=tuple(rank_of(problem, goods[sku]) for sku, _, _ in visits),
            price_mm=problem.precedence_mm,
            start=start,
            end=end,
        ),
        WALK,
    )

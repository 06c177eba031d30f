"""Owns the picks of a cart in the sequence that its goods want.

Refuses to know how totes are filled.
"""

from collections.abc import Mapping, Sequence

from controller.plan import Effort, sequencing
from controller.plan.cutting import Goods, Problem
from controller.plan.walks.rectangle import DEPOT, Ends, Stop

WALK = Effort(work=20_000)

Visit = tuple[str, Stop, int]
"""SKU, stop and load of a pick."""


def in_turn(
    problem: Problem, goods: Mapping[str, Goods], visits: Sequence[Visit], ends: Ends = DEPOT
) -> sequencing.Plan:
    """The sequence of picks that are given as the shortest walk makes them."""
    start, end = ends

    def rank(each: Goods) -> int:
        return sequencing.rank_of(each.mass_g, each.fragile, each.cold, problem.heavy_unit_g)

    return sequencing.solve(
        sequencing.Problem(
            layout=problem.layout,
            stops=tuple(stop for _, stop, _ in visits),
            loads=tuple(load for _, _, load in visits),
            ranks=tuple(rank(goods[sku]) for sku, _, _ in visits),
            price_mm=problem.precedence_mm,
            start=start,
            end=end,
        ),
        WALK,
    )

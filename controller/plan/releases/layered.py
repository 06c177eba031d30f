"""Owns the tours of carts with cartons on them: filled from the bottom where the way allows.

It refuses to change which loads share a cart.
"""

from collections.abc import Sequence

from controller.plan.cutting import Pick, Problem, Work
from controller.plan.methods import erecting, layering


def layered(
    problem: Problem, works: Sequence[Work], walked: Sequence[tuple[Pick, int]], length_mm: int
) -> layering.Plan | None:
    """The picks of a tour in the sequence in which its cartons are filled.

    Shapes: `walked` has each pick with the index of its load. None where nothing lies under
    anything.
    """
    before = _before(works, walked)
    if not before:
        return None
    return layering.solve(
        layering.Problem(
            layout=problem.layout,
            stops=tuple(row.stop for (_, row, _), _ in walked),
            before=before,
            limit_mm=length_mm * (100 + problem.layering_percent) // 100,
        ),
        range(len(walked)),
    )


def _before(
    works: Sequence[Work], walked: Sequence[tuple[Pick, int]]
) -> tuple[tuple[int, int], ...]:
    """Pairs of picks of one carton of which the first lies under the second."""
    of_line: dict[tuple[int, int], list[int]] = {}
    for number, ((need, _, _), load) in enumerate(walked):
        of_line.setdefault((load, need.line), []).append(number)
    return tuple(
        (low, high)
        for load, work in enumerate(works)
        if work.container == "carton"
        for below, above in erecting.under(work.parcels[0].blocks)
        for low in of_line.get((load, below), ())
        for high in of_line.get((load, above), ())
    )

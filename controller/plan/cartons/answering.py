"""Answering: search, then questions, then words, as far as the effort of one order reaches.

Owns how effort is shared among them. Refuses to search and to prove itself.
"""

from collections import Counter
from collections.abc import Collection, Sequence

from controller.plan import Effort
from controller.plan.cartons.lots import Lot
from controller.plan.cartons.packages import Problem
from controller.plan.cartons.searching import (
    STEADY_SIZE_MAX,
    STEADY_WORK,
    Found,
    Kernels,
    Part,
    Search,
    quick,
    size_of,
)
from controller.plan.cartons.sorting import Answer, Refusals
from controller.plan.cartons.telling import Question, Teller, why

SEARCHED_PERCENT = 60
"""What of the effort the search may take before questions are asked."""
SMALL_WORK = 20_000
"""Work of the search for an order that is small enough to be proven."""


def answered(problem: Problem, lots: Sequence[Lot], effort: Effort, kernels: Kernels) -> Answer:
    """The cheapest cartons found for lots that each fit some carton at sight."""
    if effort.work < STEADY_WORK or size_of(lots) > STEADY_SIZE_MAX:
        return _told(problem, lots, quick(problem, lots, kernels, effort), frozenset())
    search = Search(problem, lots, kernels, effort)
    work = effort.work * SEARCHED_PERCENT // 100
    search.improve(min(work, SMALL_WORK) if search.small else work)
    found = search.found()
    if search.complete and found.cents > found.least_cents:
        from controller.plan.cartons.deciding import Decider

        found = Decider(search).decided(found)
    return _told(problem, lots, found, search.impossible)


def _told(
    problem: Problem, lots: Sequence[Lot], found: Found, impossible: Collection[Question]
) -> Answer:
    cost_cents, refused = found.cents, _left(lots, found.parts)
    bound_cents = 0 if refused else min(found.least_cents, cost_cents)
    teller = Teller(problem, lots, impossible)
    cartons = tuple(map(teller.packed, found.parts))
    return Answer(
        cartons=cartons,
        cost_cents=cost_cents,
        bound_cents=bound_cents,
        refused=refused,
        why=why(cartons, cost_cents, bound_cents) if cartons else "",
    )


def _left(lots: Sequence[Lot], parts: Sequence[Part]) -> Refusals:
    """Pieces of lots that found no carton."""
    used = Counter[int]()
    for part in parts:
        used.update(dict(enumerate(part.counts)))
    refused = []
    for at, lot in enumerate(lots):
        short = lot.count - used[at]
        for piece, qty in lot.pieces if short else ():
            units = f"{short * qty} of {lot.count * qty} found no place in a carton"
            refused.append((piece.ref, f"{units}; set up a larger one, or more of them"))
    return tuple(refused)

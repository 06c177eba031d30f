"""Answering: search, then questions, then words, as far as the effort of one order reaches.

Owns how effort is shared among them. Refuses to search and to prove itself.
"""

from collections.abc import Sequence

from controller.plan import Effort
from controller.plan.cartons.lots import Lot
from controller.plan.cartons.packages import Problem
from controller.plan.cartons.searching import STEADY_WORK, Kernels, Search
from controller.plan.cartons.sites import Site
from controller.plan.cartons.sorting import Answer
from controller.plan.cartons.telling import told


def answered(
    problem: Problem, site: Site, lots: Sequence[Lot], effort: Effort, kernels: Kernels
) -> Answer:
    """The cheapest cartons found for lots that each fit some carton at sight."""
    search = Search(problem, site, lots, kernels, effort)
    search.go_on()
    found = search.found()
    if effort.work >= STEADY_WORK and search.complete and found.cents > found.least_cents:
        from controller.plan.cartons.deciding import Decider

        found = Decider(search).decided(found)
    return told(problem, site, lots, found, search.impossible)

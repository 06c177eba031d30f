"""Owns which loads of a release plan share a cart, and what is known of all other plans.

Refuses to spend more on a plan than its loads are worth: it comes often, and a wave seldom.
"""

from collections.abc import Mapping
from dataclasses import replace

from controller.plan import Effort, batching, starting
from controller.plan.apart import named, pairs_of, pairs_of_names
from controller.plan.cutting import Problem, Work
from controller.plan.graphs.graph import Graph

UNLIMITED = 1 << 40
WORK_PER_LOAD = 400  # more finds little: a release plan joins a few loads, and comes often
WAVE_TIMES = 4  # so much more for a wave, which comes seldom
GRAPH_TIMES = 64  # so much more on a graph, where each price of a tour is a search


def _loads(works: Mapping[str, Work]) -> tuple[batching.Load, ...]:
    return tuple(
        batching.Load(
            id=name,
            stops=tuple(row.stop for _, row, _ in work.picks),
            volume_ml=work.volume_mm3 // 1000,
            mass_g=work.mass_g,
            due_ms=work.due_ms,
            goods=named(work.kinds),
            slots=work.slots,
        )
        for name, work in works.items()
    )


def share(problem: Problem, works: Mapping[str, Work], slots: int) -> starting.Share:
    """What may share a cart."""
    return starting.Share(
        layout=problem.layout,
        cart=_cart(slots),
        loads=_loads(works),
        apart=pairs_of_names([work.kinds for work in works.values()], problem.apart),
    )


def _cart(slots: int) -> batching.Cart:
    return batching.Cart(slots=slots, volume_ml=UNLIMITED, mass_g=UNLIMITED)


def batched(
    problem: Problem, works: Mapping[str, Work], slots: int, effort: Effort
) -> batching.Plan:
    """The tours of all these loads; among all carts, where the effort admits that."""
    held = share(problem, works, slots)
    times = WAVE_TIMES if problem.wave else 1
    effort = replace(effort, work=effort.work * times)
    enough = replace(effort, work=min(effort.work, times * WORK_PER_LOAD * len(works)))
    if isinstance(held.layout, Graph):
        from controller.plan import _graph_carts

        more = replace(enough, work=enough.work * GRAPH_TIMES)
        pairs = pairs_of(held.apart)
        return _graph_carts.solve(held.layout, held.cart, held.loads, pairs, more)
    asked = batching.Problem(
        layout=held.layout, cart=held.cart, loads=held.loads, apart=held.apart
    )
    if not batching.admits_deep(asked, effort):
        return batching.solve(asked, enough)
    return batching.solve(asked, replace(enough, work=enough.work * 3 // 2), deep=True)


def proven(plan: batching.Plan) -> str:
    """What is known of all other plans, where all their carts were compared."""
    if plan.bound_mm == plan.total_mm:
        return ", and none walks less"
    if plan.bound_why != batching.PROGRAMME:
        return ""
    permille = -(-1_000 * (plan.total_mm - plan.bound_mm) // plan.total_mm)
    return f"; all carts were compared: no plan walks more than {permille / 10}% less"

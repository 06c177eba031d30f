"""Batching: which loads share a cart, so that all tours together are short.

Owns the plan: first come first served is its first answer and no later one is longer. Refuses
loads that no cart takes, each with a reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from controller.plan import Effort, walking
from controller.plan._batch_bound import batches_bound_mm
from controller.plan._batch_pricing import Cart, Load, Members, Pricing
from controller.plan._batch_search import by_savings, improved, neighbours, savings_units
from controller.plan._cp_sat import cheapest_partition
from controller.plan._rectangle import Layout, check_stops, depot_distance_mm

__all__ = ["Cart", "Load", "Plan", "Problem", "Tour", "solve"]

PARTITION_LOADS_MAX = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """The loads to pick, and the cart that every tour takes."""

    layout: Layout
    cart: Cart
    loads: tuple[Load, ...]

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for load in self.loads:
            if load.id in seen:
                raise ValueError(f"load {load.id!r} is given twice: give each id once")
            if min(load.volume_ml, load.mass_g) < 0:
                raise ValueError(f"load {load.id!r} is smaller than nothing: give 0 or more")
            seen.add(load.id)
            check_stops(self.layout, load.stops)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tour:
    """One cart: its loads by due time, and its stops in walking order as (load id, stop index)."""

    loads: tuple[str, ...]
    sequence: tuple[tuple[str, int], ...]
    length_mm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Tours by their earliest due time; `refused` holds (load id, reason)."""

    tours: tuple[Tour, ...]
    total_mm: int
    first_come_mm: int
    bound_mm: int
    refused: tuple[tuple[str, str], ...]


def solve(problem: Problem, effort: Effort) -> Plan:
    """Tours over all loads that fit the cart, never longer in sum than first come first served.

    Units: one unit of work is 150 transitions of the tour programme, about fifteen
    microseconds; savings and the search share the effort.
    Source: Clarke & Wright 1964; Schrimpf et al. 2000.
    """
    reasons = {load.id: _reason(load, problem.cart) for load in problem.loads}
    refused = tuple((id_, reason) for id_, reason in sorted(reasons.items()) if reason)
    taken = [load for load in problem.loads if not reasons[load.id]]
    loads = sorted(taken, key=lambda load: (load.due_ms, load.id))
    pricing = Pricing(problem.layout, loads, problem.cart)
    first = _first_come(pricing)
    best, proven = _best(problem, loads, pricing, effort)
    tours = _walked(problem.layout, loads, best, _walking_effort(pricing, best, effort))
    total = sum(tour.length_mm for tour in tours)
    first_come_mm = pricing.total_mm(first)
    if not pricing.exact:
        limit = _walking_effort(pricing, first, effort)
        first_tours = _walked(problem.layout, loads, first, limit)
        first_come_mm = sum(tour.length_mm for tour in first_tours)
        if first_come_mm < total:
            tours, total = first_tours, first_come_mm
    bound = total if proven else _bound_mm(pricing, loads, problem.cart)
    return Plan(
        tours=tuple(tours),
        total_mm=total,
        first_come_mm=first_come_mm,
        bound_mm=bound,
        refused=refused,
    )


def _reason(load: Load, cart: Cart) -> str:
    if load.volume_ml > cart.volume_ml:
        return f"needs {load.volume_ml} ml, the cart holds {cart.volume_ml} ml"
    if load.mass_g > cart.mass_g:
        return f"weighs {load.mass_g} g, the cart carries {cart.mass_g} g"
    return ""


def _first_come(pricing: Pricing) -> list[Members]:
    """Fill carts in due order; a cart leaves when the next load does not fit."""
    tours: list[Members] = []
    for load in range(len(pricing.visits)):
        if tours and pricing.fits((*tours[-1], load)):
            tours[-1] = (*tours[-1], load)
        else:
            tours.append((load,))
    return tours


def _best(
    problem: Problem, loads: Sequence[Load], pricing: Pricing, effort: Effort
) -> tuple[list[Members], bool]:
    """The shortest tours found, and whether none can be shorter."""
    first = _first_come(pricing)
    if len(first) < 2:
        return first, pricing.exact
    if len(pricing.visits) <= PARTITION_LOADS_MAX and pricing.exact:
        best = _partition(pricing, effort)
        if best:
            return best, True
    near = neighbours(pricing)
    dear = pricing.exact and savings_units(pricing) > effort.work
    judge = Pricing(problem.layout, loads, problem.cart, exact=False) if dear else pricing
    start = min(first, by_savings(judge, near, effort), key=pricing.total_mm)
    return improved(pricing, start, near, effort), False


def _partition(pricing: Pricing, effort: Effort) -> list[Members] | None:
    """The proven best of all ways to share out a few loads."""
    loads = range(len(pricing.visits))
    groups = [
        (members, pricing.price_mm(members))
        for size in range(1, len(loads) + 1)
        for members in combinations(loads, size)
        if pricing.fits(members)
    ]
    answer = cheapest_partition(len(loads), groups, effort)
    if answer is None or not answer[1]:
        return None
    return [groups[index][0] for index in answer[0]]


def _walking_effort(pricing: Pricing, tours: list[Members], effort: Effort) -> Effort:
    """Priced tours are walked exactly as priced; others share ten times the work."""
    if pricing.exact:
        return Effort()
    return replace(effort, work=10 * effort.work // max(1, len(tours)))


def _walked(
    layout: Layout, loads: Sequence[Load], tours: list[Members], effort: Effort
) -> list[Tour]:
    return [_tour(layout, [loads[load] for load in members], effort) for members in sorted(tours)]


def _tour(layout: Layout, loads: Sequence[Load], effort: Effort) -> Tour:
    named = [(load.id, index) for load in loads for index in range(len(load.stops))]
    stops = tuple(stop for load in loads for stop in load.stops)
    walk = walking.solve(walking.Problem(layout=layout, stops=stops), effort)
    return Tour(
        loads=tuple(load.id for load in loads),
        sequence=tuple(named[index] for index in walk.sequence),
        length_mm=walk.length_mm,
    )


def _bound_mm(pricing: Pricing, loads: Sequence[Load], cart: Cart) -> int:
    farthest = [
        2 * max((depot_distance_mm(pricing.layout, stop) for stop in load.stops), default=0)
        for load in loads
    ]
    return batches_bound_mm(pricing, farthest, cart.slots)

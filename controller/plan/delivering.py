"""Delivering: which own van brings which parcels, in which sequence.

Owns tours of vans from depots within capacities, time windows and shifts, with several trips,
pickups on the way and stops that may be left out for a price. Refuses to know roads: distances
and durations come as matrices. No plan leaves here that the check has not seen.
"""

from dataclasses import replace

from controller.plan import Effort
from controller.plan.vans import checking, engine, reaching
from controller.plan.vans.problem import Depot, Plan, Problem, Stop, Tour, Vans

__all__ = ["Depot", "Plan", "Problem", "Stop", "Tour", "Vans", "solve"]


def solve(problem: Problem, effort: Effort, *, together: bool = False) -> Plan:
    """The cheapest tours that the effort finds; stops that no van can serve are left out.

    With `together` two processes search at once and share what they find.

    Units: a unit of work is an iteration of the search on one stop.
    Raises: AssertionError when the check finds a fault in an answer of the engine.
    Source: PyVRP's local search (Wouda, Lan & Kool 2024), perturbed and annealed.
    """
    reasons = reaching.hopeless(problem)
    served = tuple(stop for stop in problem.stops if stop.id not in reasons)
    half = replace(effort, work=effort.work // 2)
    tours = engine.search(problem, served, half, together)
    if tours is None:
        priced = _as_many_as_possible(problem, served)
        tours = engine.search(problem, priced, half, together) or ()
    gone = {name for tour in tours for trip in tour.trips for name in trip}
    for stop in served:
        if stop.id not in gone:
            must = stop.left_out_cost is None
            reasons[stop.id] = "no van has room or time left" if must else "dearer than without it"
    left_out = tuple(sorted(reasons.items()))
    plan = Plan(tours=tours, cost=checking.cost(problem, tours), left_out=left_out)
    faults = checking.faults(problem, plan)
    assert not faults, faults[:3]
    return plan


def _as_many_as_possible(problem: Problem, stops: tuple[Stop, ...]) -> tuple[Stop, ...]:
    """The stops, at a price for leaving each out that no way to it can reach."""
    way = 2 * int(problem.distance_m.max()), 2 * int(problem.duration_s.max())
    dearest = max(
        v.fixed_cost + v.metre_cost * way[0] + v.second_cost * way[1] + v.dear_cost
        for v in problem.vans
    )
    price = 1 + dearest + sum(stop.left_out_cost or 0 for stop in stops)
    return tuple(
        replace(stop, left_out_cost=price) if stop.left_out_cost is None else stop
        for stop in stops
    )

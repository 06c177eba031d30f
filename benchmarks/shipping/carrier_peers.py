"""Carrier choice by other means: one integer programme for all of it, as solvers get it.

Owns the programme and what HiGHS and CP-SAT make of it in the given seconds. Refuses contracts'
minimums, which the generated cut-offs do not have.
"""

from collections import defaultdict
from typing import Any, Final, NamedTuple

from controller.plan.carriers import Problem
from controller.plan.pickups.prices import after
from controller.plan.pickups.problem import WHOLE_PPM

PEERS: Final = ("HiGHS", "CP-SAT")


class Found(NamedTuple):
    """The cost that a peer found and what it has proven; None for nothing found."""

    cost_cents: int | None
    bound_cents: int


def solve(peer: str, problem: Problem, seconds: float) -> Found:
    """The best that a peer finds in so many seconds on one core."""
    from ortools.math_opt.python import mathopt

    model = mathopt.Model()
    tiers = {
        (carrier, nth): model.add_binary_variable()
        for carrier, steps in problem.tiers.items()
        for nth in range(len(steps))
    }
    used: dict[str, list[Any]] = defaultdict(list)
    in_tier: dict[tuple[str, int], list[Any]] = defaultdict(list)
    cost = []
    for parcel in problem.parcels:
        takes = []
        for option in parcel.options:
            for nth, (_, off_ppm) in enumerate(problem.tiers[option.carrier]):
                take = model.add_binary_variable()
                takes.append(take)
                in_tier[option.carrier, nth].append(take)
                used[option.pickup].append(take)
                cents = after(option.base_cents, WHOLE_PPM - off_ppm) + option.other_cents
                cost.append(cents * take)
        model.add_linear_constraint(mathopt.fast_sum(takes) == 1)
    for pickup, most in problem.pickup_capacity.items():
        model.add_linear_constraint(mathopt.fast_sum(used[pickup]) <= most)
    count = len(problem.parcels)
    for carrier, steps in problem.tiers.items():
        chosen = [tiers[carrier, nth] for nth in range(len(steps))]
        model.add_linear_constraint(mathopt.fast_sum(chosen) == 1)
        for nth, (start, _) in enumerate(steps):
            end = steps[nth + 1][0] - 1 if nth + 1 < len(steps) else count
            total = mathopt.fast_sum(in_tier[carrier, nth])
            model.add_linear_constraint(total >= start * chosen[nth])
            model.add_linear_constraint(total <= end * chosen[nth])
    model.minimize(mathopt.fast_sum(cost))
    return _answer(mathopt, model, peer, seconds)


def _answer(mathopt: Any, model: Any, peer: str, seconds: float) -> Found:
    import datetime

    kind = {"HiGHS": mathopt.SolverType.HIGHS, "CP-SAT": mathopt.SolverType.CP_SAT}[peer]
    one = None if peer == "HiGHS" else 1  # HiGHS takes no number of threads, and uses one here
    limits = mathopt.SolveParameters(time_limit=datetime.timedelta(seconds=seconds), threads=one)
    result = mathopt.solve(model, kind, params=limits)
    bound = result.termination.objective_bounds.dual_bound
    best = round(result.objective_value()) if result.has_primal_feasible_solution() else None
    return Found(best, max(0, round(bound)) if abs(bound) < 1 << 60 else 0)

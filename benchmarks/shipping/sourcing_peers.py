"""Sourcing by other means: one integer programme for all orders, as solvers get it.

Owns what HiGHS and CP-SAT make of it in the given seconds on one core. Refuses to help them.
"""

from datetime import timedelta
from typing import Final

from controller.plan.sources.network import tabulate
from controller.plan.sources.programme import Neighbourhood
from controller.plan.sourcing import Problem

PEERS: Final = ("HiGHS", "CP-SAT")


def whole(peer: str, problem: Problem, seconds: float) -> int | None:
    """Cents of the best answer that a peer finds for all orders together; None for none."""
    from ortools.math_opt.python import mathopt
    from ortools.sat import sat_parameters_pb2

    network = tabulate(problem)
    orders = range(len(problem.orders))
    model = Neighbourhood(network.orders, orders, network.stock, network.room).model
    limits = mathopt.SolveParameters(time_limit=timedelta(seconds=seconds))
    if peer == "CP-SAT":
        limits.threads = 1
        limits.cp_sat = sat_parameters_pb2.SatParameters(linearization_level=2)
    kind = {"HiGHS": mathopt.SolverType.HIGHS, "CP-SAT": mathopt.SolverType.CP_SAT}[peer]
    found = mathopt.solve(model, kind, params=limits)
    return round(found.objective_value()) if found.has_primal_feasible_solution() else None

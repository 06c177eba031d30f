"""CP-SAT, set up in one place: one worker, a fixed seed, deterministic limits, words for answers.

Owns the only import of CP-SAT; it is loaded when the first model is made, because the import
takes longer than most plans. Refuses wall-clock limits and more than one worker.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from controller.plan import Effort

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

Status = Literal["optimal", "feasible", "infeasible", "unknown"]

UNITS_PER_DETERMINISTIC_SECOND = 100_000
SEED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What CP-SAT found; `objective` and `bound` are 0 unless there is a solution."""

    status: Status
    objective: int
    bound: int
    solver: "cp_model.CpSolver"

    @property
    def found(self) -> bool:
        """Whether `solver.value(variable)` may be asked."""
        return self.status in ("optimal", "feasible")


def new_model() -> "cp_model.CpModel":
    """An empty model."""
    from ortools.sat.python import cp_model

    return cp_model.CpModel()


def run(model: "cp_model.CpModel", effort: Effort) -> Answer:
    """Solve within the effort.

    Units: one unit of work is 0.00001 of CP-SAT's deterministic second, about ten microseconds.
    Raises: ValueError when the model itself is invalid: a mistake of the caller.
    """
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = SEED
    solver.parameters.max_deterministic_time = effort.work / UNITS_PER_DETERMINISTIC_SECOND

    class Net(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            if effort.should_stop():
                self.stop_search()

    def bound_moved(_bound: float) -> None:
        if effort.should_stop():
            solver.stop_search()

    solver.best_bound_callback = bound_moved
    status = solver.solve(model, Net())
    if status == cp_model.MODEL_INVALID:
        raise ValueError(f"the CP-SAT model is invalid: {model.validate()}")
    words: dict[cp_model.CpSolverStatus, Status] = {
        cp_model.OPTIMAL: "optimal",
        cp_model.FEASIBLE: "feasible",
        cp_model.INFEASIBLE: "infeasible",
    }
    word: Status = words.get(status, "unknown")
    solved = word in ("optimal", "feasible")
    return Answer(
        status=word,
        objective=round(solver.objective_value) if solved else 0,
        bound=round(solver.best_objective_bound) if solved else 0,
        solver=solver,
    )


def cheapest_partition(
    items: int, groups: Sequence[tuple[Sequence[int], int]], effort: Effort
) -> tuple[tuple[int, ...], bool] | None:
    """The cheapest choice of groups that holds each item exactly once.

    Shapes: groups are (items, cost); the answer is (indices of groups, whether proven), or None
    when no choice was found.
    """
    model = new_model()
    chosen = [model.new_bool_var("") for _ in groups]
    holding: list[list[int]] = [[] for _ in range(items)]
    for index, (held, _) in enumerate(groups):
        for item in held:
            holding[item].append(index)
    for indices in holding:
        model.add_exactly_one([chosen[index] for index in indices])
    model.minimize(sum(cost * chosen[index] for index, (_, cost) in enumerate(groups)))
    answer = run(model, effort)
    if not answer.found:
        return None
    picked = tuple(i for i, variable in enumerate(chosen) if answer.solver.value(variable))
    return picked, answer.status == "optimal"

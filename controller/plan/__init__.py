"""Planning: each module is one optimisation with a Problem, a Plan and `solve(problem, effort)`.

Owns the effort a planner may spend. Planners are pure functions of frozen data: they refuse to
read a clock, the database or a source of chance, and the same problem gives the same plan.
"""

from collections.abc import Callable
from dataclasses import dataclass


def never() -> bool:
    """The wall limit that is never reached."""
    return False


def nothing() -> float:
    """The share of a wall limit that never passes."""
    return 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How much a planner may work: `work` in the planner's own deterministic units.

    `should_stop` is a safety net for wall time, asked now and then; a planner that hears yes
    answers with the best plan it has. `gone` says which share of that time has passed, for
    planners that settle down towards the end.
    """

    work: int = 100_000
    should_stop: Callable[[], bool] = never
    gone: Callable[[], float] = nothing

    def __post_init__(self) -> None:
        if self.work < 0:
            raise ValueError(f"Effort.work is {self.work}: give 0 or more units")

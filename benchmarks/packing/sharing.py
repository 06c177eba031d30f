"""Owns packing many orders on several cores: each process packs every so many-th order of a file.

All begin together when all have loaded what plans need; seconds are those of the wall. Refuses to
judge answers.
"""

import gc
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from time import process_time
from typing import Any

from benchmarks.picking.efforts import Watch
from controller.plan import Effort, cartonizing

Problems = Callable[[], Sequence[cartonizing.Problem]]
Again = Callable[[cartonizing.Plan], bool]
"""Whether an order is worth more work."""


@dataclass(frozen=True, slots=True)
class Run:
    """Plans in the sequence of the orders, the seconds of each, those of all side by side, and
    what the processors worked.
    """

    plans: list[cartonizing.Plan]
    seconds: list[float]
    wall_s: float
    busy_s: float


def pack(problems: Problems, works: Sequence[int], jobs: int, again: Again | None = None) -> Run:
    """Packs what a function reads, which each process calls for itself, with ever more work."""
    context = get_context("spawn")
    ready = context.Barrier(jobs)
    with ProcessPoolExecutor(jobs, context, _begin, (ready,)) as pool:
        asked = [pool.submit(_share, problems, works, (nth, jobs), again) for nth in range(jobs)]
        shares = [each.result() for each in asked]
    count = sum(len(plans) for plans, *_ in shares)
    return Run(
        plans=[shares[at % jobs][0][at // jobs] for at in range(count)],
        seconds=[shares[at % jobs][1][at // jobs] for at in range(count)],
        wall_s=max(each[2] for each in shares),
        busy_s=sum(each[3] for each in shares),
    )


_ready: Any = None


def _begin(ready: Any) -> None:
    global _ready
    _ready = ready
    cartonizing.warm()
    gc.collect()
    gc.freeze()


def _share(
    problems: Problems, works: Sequence[int], part: tuple[int, int], again: Again | None
) -> tuple[list[cartonizing.Plan], list[float], float, float]:
    given = problems()[part[0] :: part[1]]
    _ready.wait()
    plans, seconds, whole, began = [], [], Watch(), process_time()
    for problem in given:
        watch = Watch()
        for work in works:
            plan = cartonizing.solve(problem, Effort(work=work))
            if again is None or not again(plan):
                break
        plans.append(plan)
        seconds.append(watch.seconds())
    return plans, seconds, whole.seconds(), process_time() - began

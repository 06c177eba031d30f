"""Owns plans that somebody asks for over HTTP, made in processes that are kept for them.

At the desk it is one plan at a time, and a second one is refused; quotes of shops take turns in a
process of their own, and so do loads of docks, so that none waits for a large plan. It refuses
more than may wait, and whatever has no answer in time; the start of a process is not counted.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import replace
from functools import partial
from importlib import import_module
from time import monotonic
from typing import Final, TypeVar

from controller.errors import LimitReached
from controller.plan import Effort, cartonizing, loading
from controller.solving import awake, solver

P = TypeVar("P")
R = TypeVar("R")

QUOTES_MAX: Final = 32
QUOTE_S: Final = 20.0
LOADS_MAX: Final = 4
LOAD_S: Final = 20.0
START_S: Final = 120.0
GRACE_S: Final = 10.0


class _Process:
    """One solver's process, started when it is first asked; at most so many ask at once."""

    def __init__(self, asked_max: int, new_solver: Callable[[], Executor]) -> None:
        self._new_solver = new_solver
        self._asked_max = asked_max
        self._free = threading.BoundedSemaphore(asked_max)
        self._kept: list[tuple[Executor, Future[None]]] = []

    async def solved(
        self,
        solve: Callable[[P, Effort], R],
        problem: P,
        effort: Effort,
        seconds: float | None = None,
    ) -> R:
        """Raises: LimitReached while too many ask, and when no plan comes in time."""
        if not self._free.acquire(blocking=False):
            fix = "ask again in a minute"
            raise LimitReached("planner_busy", plans_max=self._asked_max, fix=fix)
        try:
            executor, started = self._process()
            await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(started)), START_S)
            work = partial(_within, seconds, solve, problem, effort)
            plan = asyncio.get_running_loop().run_in_executor(executor, work)
            return await asyncio.wait_for(plan, seconds and seconds + GRACE_S)
        except BrokenExecutor as error:
            self._kept.clear()
            raise LimitReached("planner_ended", fix="ask again: another is started") from error
        except TimeoutError as error:
            raise LimitReached(
                "planner_slow", fix="ask for fewer units, or again later"
            ) from error
        finally:
            self._free.release()

    def _process(self) -> tuple[Executor, Future[None]]:
        """The process, and when it has loaded what its plans need."""
        if not self._kept:
            executor = self._new_solver()
            self._kept.append((executor, executor.submit(awake)))
        return self._kept[0]


def _within(
    seconds: float | None, solve: Callable[[P, Effort], R], problem: P, effort: Effort
) -> R:
    """The plan, or the best one so far when the time is over."""
    if seconds is None:
        return solve(problem, effort)
    end = monotonic() + seconds
    return solve(problem, replace(effort, should_stop=lambda: monotonic() > end))


def load_desk() -> None:
    """What plans of the desk begin with: who asks for a shift waits for no kernel."""
    for name in ("slotting", "staffing"):
        import_module(f"controller.plan.{name}")


_AT_DESK: Final = _Process(1, lambda: solver(load_desk))
_FOR_SHOPS: Final = _Process(QUOTES_MAX, lambda: solver(cartonizing.warm))
_FOR_DOCKS: Final = _Process(LOADS_MAX, lambda: solver(loading.warm))


async def solved(solve: Callable[[P, Effort], R], problem: P, effort: Effort) -> R:
    """The plan for a problem. Raises: LimitReached while another one is being made."""
    return await _AT_DESK.solved(solve, problem, effort)


async def quoted(solve: Callable[[P, Effort], R], problem: P, effort: Effort) -> R:
    """The plan that a shop waits for. Raises: LimitReached when too many do, or for too long."""
    return await _FOR_SHOPS.solved(solve, problem, effort, QUOTE_S)


async def loaded(solve: Callable[[P, Effort], R], problem: P, effort: Effort) -> R:
    """The plan of a load. Raises: LimitReached when too many are asked for, or for too long."""
    return await _FOR_DOCKS.solved(solve, problem, effort, LOAD_S)

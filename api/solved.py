"""Owns plans that somebody asks for at the desk: one at a time, in a process kept for them.

It refuses a second one while the first is being made.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor
from typing import Final, TypeVar

from controller.errors import LimitReached
from controller.plan import Effort
from controller.solving import solver

P = TypeVar("P")
R = TypeVar("R")

_ONE: Final = threading.BoundedSemaphore(1)
_KEPT: Final[list[Executor]] = []


async def solved(solve: Callable[[P, Effort], R], problem: P, effort: Effort) -> R:
    """The plan for a problem. Raises: LimitReached while another one is being made."""
    if not _ONE.acquire(blocking=False):
        raise LimitReached("planner_busy", plans_max=1, fix="ask again in a minute")
    try:
        _KEPT[:] = _KEPT or [solver()]
        return await asyncio.get_running_loop().run_in_executor(_KEPT[0], solve, problem, effort)
    except BrokenExecutor as error:
        _KEPT.clear()
        raise LimitReached("planner_ended", fix="ask again: another is started") from error
    finally:
        _ONE.release()

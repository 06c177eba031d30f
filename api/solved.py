"""Owns plans that somebody asks for at the desk: one at a time, in a process of their own.

It refuses a second one while the first is being made.
"""

import asyncio
import threading
from collections.abc import Callable
from typing import Final, TypeVar

from controller.errors import LimitReached
from controller.plan import Effort
from controller.solving import solver

P = TypeVar("P")
R = TypeVar("R")

_ONE: Final = threading.BoundedSemaphore(1)


async def solved(solve: Callable[[P, Effort], R], problem: P, effort: Effort) -> R:
    """The plan for a problem. Raises: LimitReached while another one is being made."""
    if not _ONE.acquire(blocking=False):
        raise LimitReached("planner_busy", plans_max=1, fix="ask again in a minute")
    try:
        executor = solver()
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(executor, solve, problem, effort)
        finally:
            executor.shutdown(wait=False, cancel_futures=True)
    finally:
        _ONE.release()

"""Owns the process in which plans are made: started early, and gone when its parent is.

The solver's library is loaded there and only there, and the lock is never held while it works. A
parent that is killed cannot tell its child, so the child watches for the parent's end.
"""

import os
import signal
import threading
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait

from controller.plan.releasing import warm

NICENESS = 10


def solver() -> Executor:
    """An executor with one process for plans; its library is being loaded when this returns."""
    spawn = get_context("spawn")
    executor = ProcessPoolExecutor(1, mp_context=spawn, initializer=_begin)
    executor.submit(warm)
    return executor


def step_back() -> None:
    """On a busy machine the floor goes first: no divert waits for the plan of this process."""
    os.nice(NICENESS)


def _begin() -> None:
    """Ctrl-C reaches all processes of a terminal; only the parent takes it."""
    step_back()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_watch, name="parent", daemon=True).start()


def _watch() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)

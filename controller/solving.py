"""Owns the process in which plans are made: started early, and gone when nobody wants its plans.

The solver's library is loaded there and only there, and the lock is never held while it works. A
parent that is killed cannot tell its child, so the child watches for the parent's end; one that
stops lets go of a line to the child, which drops what it is at. Run as a program it compiles what
plans of the floor need, once for an installation, and given `all` what others need, too.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait

from controller.plan import batching, cartonizing, loading, sourcing
from controller.plan.warming import warm, warm_aisles, warm_ways

NICENESS = 10


class _Solver(ProcessPoolExecutor):
    """One process, gone with this object; a shutdown that cancels ends the plan in hand too."""

    def __init__(self) -> None:
        spawn = get_context("spawn")
        self._line, theirs = spawn.Pipe()
        super().__init__(1, mp_context=spawn, initializer=_begin, initargs=(theirs,))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        if cancel_futures:
            self._line.close()
        super().shutdown(wait, cancel_futures=cancel_futures)


def solver(load: Callable[[], None] = warm) -> Executor:
    """An executor with one process for plans; what they need is loaded while this returns."""
    executor = _Solver()
    executor.submit(load)
    return executor


def awake() -> None:
    """What a process answers when it has loaded what its plans need, also nothing."""


def step_back() -> None:
    """On a busy machine the floor goes first: no divert waits for the plan of this process."""
    os.nice(NICENESS)


def _begin(line: Connection) -> None:
    """Ctrl-C reaches all processes of a terminal; only the parent takes it."""
    step_back()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_watch, name="parent", args=(line,), daemon=True).start()


def _watch(line: Connection) -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel, line])
        os._exit(1)


def _compile(everything: bool) -> None:
    """Compiles for all processes to come, two at a time: each takes long.

    What the floor does comes of tours and cartons; loads of docks need neither, and hardly a pool
    of orders is sourced by turns. What is left out is compiled by the process that first needs it.
    """
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as two:
        began = [two.submit(each) for each in (cartonizing.warm, batching.warm)]
        began += [two.submit(each) for each in (sourcing.warm, loading.warm) if everything]
        for each in began[:2]:
            each.result()
        for each in (*began, two.submit(warm_aisles), two.submit(warm_ways)):
            each.result()


if __name__ == "__main__":
    _compile(everything="all" in sys.argv[1:])

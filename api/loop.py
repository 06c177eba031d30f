"""Owns a thread that works when it is nudged or its time has come, and outlives every failure.

What a round raises is told to `failed` and the round is tried again after a growing pause: an
outage of the database is normal, and a defect in one round must not stop the floor.
"""

import threading
import time
from collections.abc import Callable
from typing import Final

from api.clock import LiveClock

PAUSE_S: Final = (0.2, 0.5, 1.0, 2.0, 5.0)
STOP_S: Final = 5.0
IDLE_S: Final = 1.0  # a clock may jump: no wait is longer than this


class Loop:
    """`work()` returns when it wants to run next (epoch ms of `clock`), or None: when nudged.

    Rounds begin at least `rest_s` apart: what comes meanwhile is work for one round.
    """

    def __init__(
        self,
        name: str,
        clock: LiveClock,
        work: Callable[[], int | None],
        failed: Callable[[str, BaseException], None],
        *,
        rest_s: float = 0.0,
    ) -> None:
        self.name = name
        self._clock = clock
        self._work = work
        self._failed = failed
        self._nudged = threading.Event()
        self._stopping = threading.Event()
        self._rest_s = rest_s
        self._failures = 0
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def nudge(self) -> None:
        """Another round is wanted now; safe from any thread, also from within the round."""
        self._nudged.set()

    def stop(self) -> None:
        """Ends after the present round; waits for it for a few seconds."""
        self._stopping.set()
        self._nudged.set()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(STOP_S)

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            again_s = time.monotonic() + self._rest_s
            self._nudged.wait(self._round())
            self._stopping.wait(max(0.0, again_s - time.monotonic()))
            self._nudged.clear()

    def _round(self) -> float:
        """One round; how long to wait after it."""
        try:
            next_ms = self._work()
        except Exception as error:
            self._failed(self.name, error)
            pause = PAUSE_S[min(self._failures, len(PAUSE_S) - 1)]
            self._failures += 1
            return pause
        self._failures = 0
        if next_ms is None:
            return IDLE_S
        return min(IDLE_S, self._clock.seconds_until(next_ms))

"""Owns the clock of a living building: real time, times a factor, with leaps over empty nights.

It never goes back. It does not run away from the building either: while machines and people are
behind, it waits for them, so a slow computer makes a slow building and not one that misses its
deadlines.
"""

import threading
import time
from collections.abc import Callable
from typing import Final

US: Final = 1_000
NS: Final = 1_000


class ScaledClock:
    """`speed` seconds pass in the building for each second outside; threads may share a clock."""

    def __init__(
        self, start_ms: int, speed: float, monotonic_ns: Callable[[], int] = time.monotonic_ns
    ) -> None:
        self.speed = speed
        self._monotonic_ns = monotonic_ns
        self._lock = threading.Lock()
        self._base_us = start_ms * US
        self._base_ns = monotonic_ns()
        self._limit_us: int | None = None

    def now_us(self) -> int:
        with self._lock:
            return self._now_us()

    def now_ms(self) -> int:
        """UTC epoch milliseconds of the building."""
        return self.now_us() // US

    def seconds_until(self, at_ms: int, /) -> float:
        """How long a thread has to wait, in real seconds, until the clock shows `at_ms`."""
        return max(0.0, (at_ms * US - self.now_us()) / 1e6 / self.speed)

    def wait_for(self, limit_us: int | None) -> None:
        """The clock goes no further than this until it is told otherwise; None for no limit."""
        with self._lock:
            self._rebase(self._now_us())
            self._limit_us = limit_us

    def leap(self, at_ms: int) -> None:
        """The clock shows `at_ms` at once, if that is not yet past."""
        with self._lock:
            self._rebase(max(self._now_us(), at_ms * US))

    def _rebase(self, now_us: int) -> None:
        self._base_us, self._base_ns = now_us, self._monotonic_ns()

    def _now_us(self) -> int:
        passed_us = (self._monotonic_ns() - self._base_ns) * self.speed / NS
        now_us = self._base_us + int(passed_us)
        if self._limit_us is None:
            return now_us
        return max(self._base_us, min(now_us, self._limit_us))

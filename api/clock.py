"""Owns real time: the clock that every part of a running warehouse is given."""

import time
from typing import Protocol


class LiveClock(Protocol):
    """A clock that goes on by itself, maybe faster than real time; so it says how long to wait."""

    def now_ms(self) -> int:
        """UTC epoch milliseconds."""

    def seconds_until(self, at_ms: int, /) -> float:
        """How long a thread has to wait, in real seconds, until the clock shows `at_ms`."""


class WallClock:
    """UTC by the machine's clock."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def seconds_until(self, at_ms: int, /) -> float:
        return max(0.0, (at_ms - self.now_ms()) / 1_000)

"""Owns real time: the clock that every part of a running warehouse is given."""

import time


class WallClock:
    """UTC by the machine's clock."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

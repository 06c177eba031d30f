"""Owns how often somebody may come: a bucket per name that fills at a steady rate."""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

NAMES_MAX: Final = 10_000


class Rates:
    """At most `at_once` in one go and `per_s` on average, for each name."""

    def __init__(
        self, per_s: float, at_once: int, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_s = per_s
        self._at_once = at_once
        self._now_s = now_s
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, name: str) -> float:
        """0 when it may come now, else in how many seconds."""
        now_s = self._now_s()
        left, then_s = self._left.pop(name, (float(self._at_once), now_s))
        left = min(self._at_once, left + (now_s - then_s) * self._per_s)
        wait_s = 0.0 if left >= 1 else (1 - left) / self._per_s
        self._left[name] = (left if wait_s else left - 1, now_s)
        if len(self._left) > NAMES_MAX:
            self._left.popitem(last=False)
        return wait_s

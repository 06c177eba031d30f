"""Sets of services or surcharges as whole numbers, a bit for each, by what a parcel measures.

Owns the way from a measure to such a set in one look. Refuses to know what the bits stand for.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence


def bits_of(flags: Iterable[bool]) -> int:
    """The first flag is the lowest bit."""
    return sum(flag << nth for nth, flag in enumerate(flags))


class Steps:
    """Which of several limits lie below a value; a limit is a bit."""

    def __init__(self, limits: Sequence[int]) -> None:
        self._limits = sorted(set(limits))
        self._below = [
            bits_of(limit < value for limit in limits) for value in (*self._limits, 1 << 62)
        ]

    def below(self, value: int) -> int:
        """The limits that a value is above."""
        return self._below[bisect_left(self._limits, value)]

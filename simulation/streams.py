"""Owns chance: named streams of random numbers, all from one seed.

A name gives the same numbers whatever else is drawn, in any process. It refuses the hash of the
interpreter, which differs from process to process.
"""

import hashlib
import random
from collections import Counter
from collections.abc import Callable, Iterator

from controller.units import DAY


class Streams:
    """The streams of one seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def stream(self, name: str) -> random.Random:
        """A fresh stream at its beginning, the same for the same seed and name."""
        digest = hashlib.sha256(f"{self.seed}/{name}".encode()).digest()
        return random.Random(int.from_bytes(digest[:16], "big"))


class Chance:
    """Draws that hang on what they are about, the day, and how often it came up that day.

    So what is done once more, sooner or by somebody else moves no other draw.
    """

    def __init__(self, seed: int, name: str, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._named = f"{seed}/{name}"
        self._day = 0
        self._times: Counter[str] = Counter()

    def below(self, bound: int, about: str) -> int:
        """A number from 0 to below `bound`."""
        day = self._now_ms() // DAY
        if day != self._day:
            self._day = day
            self._times.clear()
        self._times[about] += 1
        drawn = f"{self._named}/{day}/{about}/{self._times[about]}".encode()
        return int.from_bytes(hashlib.blake2b(drawn, digest_size=8).digest()) * bound >> 64


def drawn_count(stream: random.Random, mean: float) -> int:
    """A Poisson number, as the arrivals of a unit-rate process before time `mean`."""
    count, passed = 0, stream.expovariate(1.0)
    while passed < mean:
        count += 1
        passed += stream.expovariate(1.0)
    return count


def moments(stream: random.Random, every_ms: int, start_ms: int, end_ms: int) -> Iterator[int]:
    """When something with this mean time between failures fails; never when that is 0."""
    at_ms = start_ms
    while every_ms:
        at_ms += max(1, round(stream.expovariate(1 / every_ms)))
        if at_ms >= end_ms:
            return
        yield at_ms

"""Owns what customers of the living warehouse want: how popular each item is.

Zones have their share of the order lines; within a zone popularity falls by Zipf's law. Stock is
sized by it and orders are drawn from it, so both fit.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import Final

from simulation.live.goods import Stocked, stocked
from simulation.streams import Streams

SHARES: Final = {"A": 0.7, "B": 0.12, "C": 0.18}
ZIPF: Final = 0.7


@dataclass(frozen=True, slots=True)
class Wants:
    """Items from the most popular of each zone on; `shares` are of all order lines."""

    goods: tuple[Stocked, ...]
    shares: tuple[float, ...]
    sums: tuple[float, ...]

    def draw(self, stream: Random, lines: int) -> Sequence[int]:
        """So many items at most, each once, by their number."""
        most = self.sums[-1]
        return sorted({bisect_left(self.sums, stream.random() * most) for _ in range(lines)})


def wants_of(seed: int) -> Wants:
    """Which items sell best depends on the seed."""
    goods = list(stocked())
    Streams(seed).stream("living/popularity").shuffle(goods)
    goods.sort(key=lambda each: each.zone)
    shares: list[float] = []
    for zone, share in SHARES.items():
        count = sum(each.zone == zone for each in goods)
        weights = [nth**-ZIPF for nth in range(1, count + 1)]
        shares += [share * weight / sum(weights) for weight in weights]
    return Wants(goods=tuple(goods), shares=tuple(shares), sums=tuple(accumulate(shares)))

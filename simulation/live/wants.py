"""Owns what customers of the living warehouse want: how popular each item is, and how much sells.

Zones have their share of the order lines; within a zone popularity falls by Zipf's law. Stock is
sized by it and orders are drawn from it, so both fit. A busy house whose racks do not hold the
stock of two days has less of each item, and is brought more at a time.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil
from random import Random
from typing import Final

from simulation.live.goods import Stocked, stocked
from simulation.streams import Streams

SHARES: Final = {"A": 0.7, "B": 0.12, "C": 0.18}
ZIPF: Final = 0.7
UNITS_AN_ORDER: Final = 4.2
STOCK_DAYS: Final = 2.0
STOCK_MIN: Final = 30
STOCK_MAX: Final = 36_000  # of all items together: what the racks hold, and room to put away


@dataclass(frozen=True, slots=True)
class Wants:
    """Items from the most popular of each zone on; `shares` are of all order lines.

    `units_a_day` are sold of all items together, `levels` is the stock wanted of each.
    """

    goods: tuple[Stocked, ...]
    shares: tuple[float, ...]
    sums: tuple[float, ...]
    units_a_day: float
    levels: tuple[int, ...]

    @property
    def skus(self) -> tuple[str, ...]:
        return tuple(each.item.sku for each in self.goods)

    def draw(self, stream: Random, lines: int) -> Sequence[int]:
        """So many items at most, each once, by their number."""
        most = self.sums[-1]
        return sorted({bisect_left(self.sums, stream.random() * most) for _ in range(lines)})


def wants_of(seed: int, orders_a_day: int) -> Wants:
    """Which items sell best depends on the seed."""
    goods = list(stocked())
    Streams(seed).stream("living/popularity").shuffle(goods)
    goods.sort(key=lambda each: each.zone)
    shares: list[float] = []
    for zone, share in SHARES.items():
        count = sum(each.zone == zone for each in goods)
        weights = [nth**-ZIPF for nth in range(1, count + 1)]
        shares += [share * weight / sum(weights) for weight in weights]
    units_a_day = orders_a_day * UNITS_AN_ORDER
    stock = min(STOCK_MAX, units_a_day * STOCK_DAYS)
    return Wants(
        goods=tuple(goods),
        shares=tuple(shares),
        sums=tuple(accumulate(shares)),
        units_a_day=units_a_day,
        levels=tuple(max(STOCK_MIN, ceil(share * stock)) for share in shares),
    )

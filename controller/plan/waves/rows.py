"""A wave problem as arrays: ragged rows of orders and aisles, and orders in sequence.

Owns what can never be chosen, with the reason. Refuses to choose.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

import numpy as np

from controller.plan.waves.kernels import Numbers, Rows

Pairs = list[tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """`sequences`: the orders that can be chosen, three times, each by another preference."""

    orders: tuple[Pairs, ...]
    aisles: tuple[Pairs, ...]
    items: int
    units_min: int
    units_max: int
    rows: Rows
    sequences: tuple[Numbers, ...]
    refused: tuple[tuple[int, str], ...]

    @property
    def lines(self) -> int:
        """How much there is to look at."""
        return sum(map(len, self.orders)) + sum(map(len, self.aisles))

    def size(self, order: int) -> int:
        """The units of an order."""
        return int(self.rows[0][self.rows[0][order]])


def wave_of(
    orders: Sequence[Iterable[tuple[str, int]]],
    aisles: Sequence[Iterable[tuple[str, int]]],
    units_min: int,
    units_max: int,
) -> Wave:
    """The arrays of a problem; stock that nobody asks for is left out."""
    asked = [_summed(order) for order in orders]
    stocks = [_summed(aisle) for aisle in aisles]
    in_all = _summed(pair for stock in stocks for pair in stock.items())
    refused = [
        (number, reason)
        for number, order in enumerate(asked)
        if (reason := _reason(order, in_all, units_max))
    ]
    for number, _ in refused:
        asked[number] = {}
    demand = _summed(pair for order in asked for pair in order.items())
    index = {sku: number for number, sku in enumerate(sorted(demand))}
    holders = [0] * len(index)
    kept = [
        [(index[sku], min(units, demand[sku])) for sku, units in stock.items() if sku in index]
        for stock in stocks
    ]
    for item, _ in (pair for stock in kept for pair in stock):
        holders[item] += 1
    lines = [
        sorted(((index[sku], n) for sku, n in order.items()), key=lambda p: (holders[p[0]], p))
        for order in asked
    ]
    scarcity = [demand[sku] / in_all[sku] for sku in sorted(demand)]
    sequences = _sequences(lines, scarcity)
    return Wave(
        orders=tuple(lines),
        aisles=tuple(kept),
        items=len(index),
        units_min=units_min,
        units_max=units_max,
        rows=(_ragged(lines), _ragged(kept)),
        sequences=sequences,
        refused=tuple(refused),
    )


def _summed(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for sku, units in pairs:
        if units:
            total[sku] = total.get(sku, 0) + units
    return total


def _reason(order: dict[str, int], stock: dict[str, int], units_max: int) -> str:
    if not order:
        return "has no lines"
    if sum(order.values()) > units_max:
        return f"has {sum(order.values())} units, a wave holds {units_max}"
    for sku, units in sorted(order.items()):
        if units > stock.get(sku, 0):
            return f"needs {units} of {sku}, the aisles hold {stock.get(sku, 0)}"
    return ""


def _sequences(orders: list[Pairs], scarcity: list[float]) -> tuple[Numbers, ...]:
    """Large orders first; orders with few lines first; units for little scarce stock first."""
    size = [sum(units for _, units in order) for order in orders]
    chosen = [number for number, order in enumerate(orders) if order]
    dear = [sum(units * scarcity[item] for item, units in order) for order in orders]
    keys = (
        lambda n: (-size[n], n),
        lambda n: (len(orders[n]), n),
        lambda n: (-size[n] / dear[n], n),
    )
    return tuple(np.array(sorted(chosen, key=key), np.int32) for key in keys)


def _ragged(rows: Sequence[Pairs]) -> Numbers:
    begins = [*accumulate((1 + 2 * len(row) for row in rows), initial=len(rows) + 1)]
    flat = [n for row in rows for n in (sum(units for _, units in row), *_flat(row))]
    return np.array([*begins, *flat], np.int32)


def _flat(row: Pairs) -> list[int]:
    return [number for pair in row for number in pair]


def aisles_bound(wave: Wave) -> tuple[Fraction, int]:
    """No wave has more units to an aisle, nor fewer aisles: the fullest aisles alone."""
    stocks = sorted((sum(units for _, units in aisle) for aisle in wave.aisles), reverse=True)
    asked = sum(units for order in wave.orders for _, units in order)
    best, fewest, held = Fraction(0), 0, 0
    for count, stock in enumerate(stocks, 1):
        held = min(held + stock, asked, wave.units_max)
        if held >= max(1, wave.units_min):
            fewest = fewest or count
            best = max(best, Fraction(held, count))
    return best, fewest

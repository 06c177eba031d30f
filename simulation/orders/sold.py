"""Owns the match of cancellations with earlier sales of the same SKU to the same customer.

A cancellation takes back the latest sales before it, each unit once. It refuses to guess: what
finds no sale stays unmatched.
"""

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One good line of a file; `position` is its line number in its order, 0 when it has none."""

    number: int
    invoice: str
    sku: str
    qty: int
    at_ms: int
    price_cents: int
    customer: str
    country: str
    position: int = 0

    @property
    def by_time(self) -> tuple[int, int]:
        return self.at_ms, self.number


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """`qty` units that a cancellation takes back; `sale` is None when nothing was found."""

    cancellation: Line
    qty: int
    sale: Line | None


def matches(sales: list[Line], cancellations: list[Line]) -> list[Match]:
    """The matches of all cancellations in the sequence of time."""
    index: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for sale in sorted(sales, key=lambda each: each.by_time):
        if sale.customer:
            index[sale.customer, sale.sku].append(sale)
    left = {sale.number: sale.qty for sale in sales}
    found: list[Match] = []
    for each in sorted(cancellations, key=lambda line: line.by_time):
        found += _taken_back(each, index.get((each.customer, each.sku), []), left)
    return found


def _taken_back(cancellation: Line, sales: list[Line], left: dict[int, int]) -> list[Match]:
    open_qty = -cancellation.qty
    found: list[Match] = []
    before = bisect_right(sales, cancellation.at_ms, key=lambda each: each.at_ms)
    for sale in reversed(sales[:before]):
        qty = min(open_qty, left[sale.number])
        if qty:
            left[sale.number] -= qty
            open_qty -= qty
            found.append(Match(cancellation=cancellation, qty=qty, sale=sale))
    if open_qty:
        found.append(Match(cancellation=cancellation, qty=open_qty, sale=None))
    return found

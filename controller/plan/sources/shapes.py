"""Orders of one shape, whose lines want the same units: the cheapest way to ship each, at prices.

Owns what parts an order may be divided into, and what each part costs from each node. Refuses to
weigh orders against each other: prices of stock do that.
"""

import numpy as np
from numpy.typing import NDArray

from controller.plan.sources.columns import Columns
from controller.plan.sources.dividing import Parcels, divided, shape_of
from controller.plan.sources.network import NEVER, Floats, Ints, Orders


class Alike:
    """Orders of one shape. Shapes: `rows` G, `lines` G x lines; costs are G x nodes x parts.

    Of an order too large for a shape these are some lines, which pay a `share` of its parcels.
    """

    def __init__(
        self, orders: Orders, stock: Ints, rows: Ints, lines: Ints, share: float = 1.0
    ) -> None:
        self.rows, self.lines, self.sku = rows, lines, orders.sku[lines]
        self.shape = shape_of(tuple(orders.qty[lines[0]].tolist()))
        self.split = orders.split_cents * share
        self._parcels = orders.parcel_cents[rows] * share + self.split
        self._units = orders.unit_cents[rows].astype(np.float64)
        self._orders, self._share = orders, share
        self.nobody = self.shape.some.sum(axis=1) * float(orders.unfilled_cents)
        self._never = self._short(stock) | (orders.parcel_cents[rows] >= NEVER)[:, :, None]
        self._never[:, :, 0] = True

    def _short(self, stock: Ints) -> NDArray[np.bool_]:
        """Which parts a node has not got."""
        has = stock[:, self.sku].transpose(1, 0, 2)
        short = np.zeros((*has.shape[:2], len(self.shape.some)), dtype=np.bool_)
        for line, units in enumerate(self.shape.some.T):
            short |= units > has[:, :, line, None]
        return short

    def at(self, worth: Floats, toll: Floats) -> "Ways":
        """The ways to ship these orders when units and parcels cost that much more."""
        each = worth[:, self.sku].transpose(1, 0, 2) + self._units[:, :, None]
        cost = (self._parcels + toll * self._share)[:, :, None] + each @ self.shape.some.T
        cost[self._never] = NEVER
        return Ways(self, cost)

    def left(self, nth: int, stock: Ints, room: Ints, worth: Floats) -> "Ways":
        """The ways to ship one order from what is left."""
        one = Alike.__new__(Alike)
        one.__dict__.update(self.__dict__)
        one.rows, one.lines, one.sku = (
            each[nth : nth + 1] for each in (self.rows, self.lines, self.sku)
        )
        one._parcels, one._units = self._parcels[nth : nth + 1], self._units[nth : nth + 1]
        one._never = self._never[nth : nth + 1] | one._short(stock) | (room <= 0)[:, None]
        return one.at(worth, np.zeros(len(room)))

    def columns(self, of: Ints, at: Ints, node: Ints, part: Ints) -> Columns:
        """Ways as columns. Shapes: way k is for order `of[k]`; parcels are of the ways `at`."""
        units = self.shape.some[part]
        parcel, line = np.nonzero(units)
        orders, row = self._orders, self.rows[of]
        shipped = np.bincount(at, weights=units.sum(axis=1), minlength=len(of)).astype(np.int64)
        paid = orders.parcel_cents[row[at], node] + orders.split_cents
        paid += orders.unit_cents[row[at], node] * units.sum(axis=1)
        cents = np.bincount(at, weights=paid, minlength=len(of)).astype(np.int64)
        cents -= orders.split_cents * (shipped > 0)
        cents += (self.shape.some[-1].sum() - shipped) * orders.unfilled_cents
        return Columns(
            order=row,
            cents=cents,
            over=np.zeros(len(of)),
            at=at[parcel],
            line=self.lines[of[at[parcel]], line],
            node=node[parcel],
            units=units[parcel, line],
        )


class Ways:
    """What each part of each order costs from each node, and the whole at the least.

    Shapes: cost is G x nodes x parts; `rest` G x parts is what a part costs, each parcel with its
    split; `least` is what the whole costs; `looked` is how many ways were looked
    at. Source: dynamic programming over the parts.
    """

    def __init__(self, alike: Alike, cost: Floats) -> None:
        shape = alike.shape
        self.alike, self.cost = alike, cost
        self._node, alone = cost.argmin(axis=1), cost.min(axis=1)
        some = np.minimum(alone, alike.nobody)
        self.rest: Floats = np.zeros_like(alone)
        self._part = np.zeros(alone.shape, dtype=np.int64)
        every = np.arange(len(alone))
        for part, within in enumerate(shape.within[1:], start=1):
            following = self.rest[:, part - within]
            cents = some[:, within] + following
            best = cents.argmin(axis=1)
            self.rest[:, part], self._part[:, part] = cents[every, best], within[best]
        cents = alone[:, within] + following
        best = cents.argmin(axis=1)
        shipped = cents[every, best]
        by_nobody = alone > alike.nobody
        self._parcels = self._found(within[best], by_nobody)
        twice = self._twice()
        pairs = sum(len(each) for each in shape.within)
        self.looked = cost.size + pairs * (len(cost) + len(twice) * cost.shape[1])
        if len(twice):
            shipped[twice], parcels = divided(shape, cost[twice], alike.nobody)
            kept = ~np.isin(self._parcels[0], twice)
            again = (twice[parcels[0]], *parcels[1:])
            self._parcels = tuple(  # type: ignore[assignment]
                np.concatenate((one[kept], other))
                for one, other in zip(self._parcels, again, strict=True)
            )
        shipped -= alike.split
        self.least: Floats = np.minimum(shipped, alike.nobody[-1])
        self._shipped = shipped < alike.nobody[-1]

    def best(self) -> Columns:
        """The cheapest way of each order."""
        kept = self._shipped[self._parcels[0]]
        at, node, part = (each[kept] for each in self._parcels)
        return self.alike.columns(np.arange(len(self.least)), at, node, part)

    def _found(self, first: Ints, by_nobody: NDArray[np.bool_]) -> Parcels:
        """The parcels of each order, the first of which is of a part."""
        left = np.full(len(first), len(self.alike.shape.some) - 1)
        at, part = np.arange(len(first)), first
        packed, found = np.ones(len(at), dtype=np.bool_), []
        while len(at):
            found.append((at[packed], self._node[at, part][packed], part[packed]))
            left[at] -= part
            at = at[left[at] > 0]
            part = self._part[at, left[at]]
            packed = ~by_nobody[at, part]
        orders, nodes, parts = zip(*found, strict=True)
        return np.concatenate(orders), np.concatenate(nodes), np.concatenate(parts)

    def _twice(self) -> Ints:
        """Orders with two parcels of one node."""
        at, node, _ = self._parcels
        both, times = np.unique(at * self.cost.shape[1] + node, return_counts=True)
        return np.unique(both[times > 1] // self.cost.shape[1])

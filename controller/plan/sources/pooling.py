"""A pool of orders by their shapes: what they cost together at prices of stock, and one in turn.

Owns the division of orders too large for a shape into groups of lines, each of which pays its
share of the parcels; together they cost no more than the order. Refuses to set prices.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from controller.plan import never
from controller.plan.sources.columns import Columns, columns_of, joined
from controller.plan.sources.filling import adding, filled
from controller.plan.sources.network import Floats, Ints, Network
from controller.plan.sources.shapes import Alike, Ways

PARTS_MAX = 512
"""Parts of an order that are looked at; of lines of one unit, nine."""
LINES_PARTS_MAX = 64
"""Parts of the lines of a larger order that are looked at together."""


@dataclass(frozen=True, slots=True)
class Quote:
    """What every order costs at least at prices, what no answer undercuts, and ways to do it.

    `looked` is how many ways were looked at.
    """

    parts: Floats
    bound: float
    ways: tuple[Ways, ...]
    best: Columns
    looked: int


class Pool:
    """The orders of a network by shape; `large` are those that have none."""

    def __init__(self, network: Network) -> None:
        self.network = network
        whole, lines = _by_shape(network)
        qty = np.minimum(network.orders.qty, PARTS_MAX - 1)
        capped = network.orders._replace(qty=qty)
        self.alike = [Alike(network.orders, network.stock, *rows) for rows in whole]
        self._of_large = [
            Alike(capped, network.stock, rows, of_rows, share) for rows, of_rows, share in lines
        ]
        self.large = np.unique([row for rows, _, _ in lines for row in rows]).astype(np.int64)
        self._at = {
            int(row): (alike, nth) for alike in self.alike for nth, row in enumerate(alike.rows)
        }

    def quote(self, worth: Floats, toll: Floats, should_stop: Callable[[], bool] = never) -> Quote:
        """What orders cost when units and parcels of nodes cost that much more.

        Large orders that are left out when it should stop cost nothing.
        """
        network = self.network
        parts = np.zeros(len(network.orders.first) - 1)
        ways = tuple(alike.at(worth, toll) for alike in self.alike)
        for each in ways:
            parts[each.alike.rows] = each.least
        best, looked = [each.best() for each in ways], sum(each.looked for each in ways)
        if len(self.large):
            columns, more = self._large(worth, toll, parts, should_stop)
            best.append(columns)
            looked += more
        bound = parts.sum() - (worth * network.stock).sum() - (toll * network.room).sum()
        return Quote(parts, float(bound), ways, joined(best), looked)

    def _large(
        self, worth: Floats, toll: Floats, parts: Floats, should_stop: Callable[[], bool]
    ) -> tuple[Columns, int]:
        """Large orders from the nodes that would serve some of their lines; adds their parts."""
        orders, looked = self.network.orders, 0
        nodes = np.zeros((len(parts), len(toll)), dtype=np.bool_)
        for alike in self._of_large:
            if should_stop():
                break
            ways = alike.at(worth, toll)
            np.add.at(parts, alike.rows, ways.least)
            looked += ways.looked
            best = ways.best()
            nodes[best.order[best.at], best.node] = True
        taken = np.zeros((len(orders.qty), len(toll)), dtype=np.int64)
        for order in self.large.tolist():
            filled(orders, order, self.network.stock, worth, nodes[order], taken)
        return columns_of(orders, taken, self.large), looked

    def in_turn(
        self, sequence: Ints, worth: Floats, should_stop: Callable[[], bool] = never
    ) -> Ints:
        """Each order from what those before it leave, in a hurry when it should stop.

        Shapes: lines x nodes, in units.
        """
        network = self.network
        stock, room = network.stock.copy(), network.room.copy()
        taken = np.zeros((len(network.orders.qty), len(room)), dtype=np.int64)
        hurry = False
        for order in sequence.tolist():
            hurry = hurry or should_stop()
            if order in self._at and not hurry:
                alike, nth = self._at[order]
                way = alike.left(nth, stock, room, worth).best()
                taken[way.line, way.node] = way.units
            else:
                adding(network.orders, order, stock, room, worth, taken)
            lines = slice(network.orders.first[order], network.orders.first[order + 1])
            np.subtract.at(stock.T, network.orders.sku[lines], taken[lines])
            room -= taken[lines].any(axis=0)
        return taken


def _by_shape(
    network: Network,
) -> tuple[list[tuple[Ints, Ints]], list[tuple[Ints, Ints, float]]]:
    """Orders with the same units by line, and groups of lines of larger ones."""
    whole: dict[tuple[int, ...], list[tuple[int, list[int]]]] = defaultdict(list)
    some: dict[tuple[float, tuple[int, ...]], list[tuple[int, list[int]]]] = defaultdict(list)
    orders = network.orders
    for row in range(len(orders.first) - 1):
        lines = sorted(
            range(orders.first[row], orders.first[row + 1]), key=lambda at: (orders.qty[at], at)
        )
        groups = list(_groups(lines, orders.qty))
        if len(groups) == 1:
            whole[tuple(orders.qty[lines].tolist())].append((row, lines))
        for group in groups if len(groups) > 1 else ():
            units = tuple(np.minimum(orders.qty[group], PARTS_MAX - 1).tolist())
            some[1 / len(groups), units].append((row, group))
    return (
        [_arrays(rows) for rows in whole.values()],
        [(*_arrays(rows), share) for (share, _), rows in some.items()],
    )


def _arrays(rows: list[tuple[int, list[int]]]) -> tuple[Ints, Ints]:
    return np.array([row for row, _ in rows]), np.array([lines for _, lines in rows])


def _groups(lines: list[int], qty: Ints) -> Iterator[list[int]]:
    """The lines of an order in groups of few parts; all of them where they make a shape."""
    if lines and np.prod(qty[lines] + 1.0) <= PARTS_MAX:
        yield lines
        return
    group: list[int] = []
    for line in lines:
        if group and np.prod(qty[[*group, line]] + 1.0) > LINES_PARTS_MAX:
            yield group
            group = []
        group.append(line)
    if group:
        yield group

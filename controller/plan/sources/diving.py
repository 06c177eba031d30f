"""An answer from a linear programme over columns: what it takes whole stays, and the rest is asked
anew, until so few orders are left that an integer programme serves them.

Owns the rounding. Refuses to find columns: an order that has none left gets nothing.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from controller.plan.sources.choosing import choose, relax
from controller.plan.sources.columns import Columns, answer_of, columns_of, joined
from controller.plan.sources.network import Floats, Ints, Network, left
from controller.plan.sources.pacing import Pace

Flags = NDArray[np.bool_]

FEW = 150
"""Orders that an integer programme serves together."""
WHOLE = 0.999
"""The part of a column from which on it is taken."""
LEAST = 0.1
"""The share of the orders that are left for which columns are taken in any case."""


def dived(network: Network, columns: Columns, pace: Pace) -> Ints:
    """An answer of these columns. Shapes: lines x nodes, in units."""
    taken = np.zeros((len(network.orders.sku), len(network.room)), dtype=np.int64)
    nothing = columns_of(network.orders, taken)
    waiting = np.ones(len(nothing), dtype=np.bool_)
    while waiting.any() and not pace.effort.should_stop():
        stock, room = left(network, taken)
        rest = replace(network, stock=stock, room=room)
        columns = columns.some(np.nonzero(waiting[columns.order] & _fit(rest, columns))[0])
        asked = joined((nothing, columns))
        if waiting.sum() <= FEW:
            return taken + answer_of(asked.some(choose(rest, asked, pace).columns), taken.shape)
        parts = relax(rest, asked, pace)
        if parts is None:
            break
        chosen = np.fromiter(_rounded(rest, asked, parts, waiting), dtype=np.int64)
        taken += answer_of(asked.some(chosen), taken.shape)
    return taken


def _fit(network: Network, columns: Columns) -> Flags:
    """Which columns there is stock and room for, each alone."""
    short = columns.units > network.stock[columns.node, network.orders.sku[columns.line]]
    fit = np.ones(len(columns), dtype=np.bool_)
    fit[columns.at[short | (network.room[columns.node] <= 0)]] = False
    return fit


def _rounded(
    network: Network,
    columns: Columns,
    parts: Floats,
    waiting: Flags,
) -> Iterator[int]:
    """Columns that are taken together, the fullest first; their orders wait no longer."""
    most_first = np.argsort(-parts, kind="stable")
    most_first = most_first[waiting[columns.order[most_first]]]
    count = max(int((parts[most_first] > WHOLE).sum()), int(np.ceil(LEAST * waiting.sum())))
    stock, room = network.stock.copy(), network.room.copy()
    by_column = np.argsort(columns.at, kind="stable")
    ends = np.searchsorted(columns.at[by_column], np.arange(len(columns) + 1))
    for at in most_first.tolist():
        order = columns.order[at]
        if not (count and waiting[order]):
            continue
        entries = by_column[ends[at] : ends[at + 1]]
        node, units = columns.node[entries], columns.units[entries]
        sku, nodes = network.orders.sku[columns.line[entries]], np.unique(node)
        if (stock[node, sku] >= units).all() and (room[nodes] > 0).all():
            stock[node, sku] -= units
            room[nodes] -= 1
            waiting[order] = False
            count -= 1
            yield at

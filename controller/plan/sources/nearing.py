"""All ways to ship orders of one shape that cost hardly more than the cheapest, at prices.

Owns the enumeration, parcel by parcel. Refuses to give some of them for
orders that have too many.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import inf

import numpy as np

from controller.plan import never
from controller.plan.sources.columns import Columns, joined, no_columns
from controller.plan.sources.network import Floats, Ints
from controller.plan.sources.shapes import Ways

LOOKED_MAX = 4_000_000
"""Parcels that are looked at in one go."""
FIRST_MAX = 500_000
"""First parcels of the orders that are looked at together."""


@dataclass(frozen=True, slots=True)
class Begun:
    """Ways to ship a part of orders. Shapes: `nodes` and `parts` are ways x parcels.

    `left` is the part that is left, `line` that of the first unit of the last parcel. The node
    after the last one is nobody.
    """

    order: Ints
    left: Ints
    cents: Floats
    line: Ints
    nodes: Ints
    parts: Ints

    def some(self, chosen: Ints) -> "Begun":
        """Those of some numbers."""
        return Begun(
            self.order[chosen],
            self.left[chosen],
            self.cents[chosen],
            self.line[chosen],
            self.nodes[chosen],
            self.parts[chosen],
        )


def nearest(
    ways: Sequence[Ways],
    least: Floats,
    columns_max: int,
    should_stop: Callable[[], bool] = never,
    most: float = inf,
) -> tuple[Columns, Floats]:
    """The columns that cost least more than their order's least, about so many.

    Those that cost `most` more are not sought, though some may be among them.

    With what each order's other columns cost more at the least: nothing where it has no shape, or
    too many columns.
    """
    some = [(each, rows) for each in ways for rows in _together(each)]
    found, columns, going = [no_columns()] * len(some), no_columns(), list(range(len(some)))
    over, within = np.zeros(len(least)), max(1.0, float(least.sum()) / max(1, 32 * len(least)))
    within = min(within, max(1.0, most))
    most = 2 * min(most, 32 * least.max(initial=1))
    while going and len(columns) < columns_max and within < most:
        grown = []
        for nth in going:
            each, rows = some[nth]
            more = None if should_stop() else near(each, rows, within)
            if more is not None:
                found[nth] = more
                over[each.alike.rows[rows]] = within
                grown.append(nth)
        columns, going = joined(found), grown
        within *= 2
    if len(columns) > columns_max:
        last = np.partition(columns.over, columns_max)[columns_max]
        return columns.some(np.nonzero(columns.over < last)[0]), np.minimum(over, last)
    return columns, over


def _together(ways: Ways) -> Iterator[Ints]:
    """Orders of one shape that are looked at together."""
    count, nodes, parts = ways.cost.shape
    size = max(1, FIRST_MAX // (nodes * parts))
    for first in range(0, count, size):
        yield np.arange(first, min(count, first + size))


def near(ways: Ways, rows: Ints, within_cents: float) -> Columns | None:
    """All columns with which these cost at most so much more than the least; None for too many."""
    count, alike = len(rows), ways.alike
    nothing = np.zeros((count, 0), dtype=np.int64)
    begun = Begun(
        order=rows,
        left=np.full(count, len(alike.shape.some) - 1),
        cents=np.full(count, -alike.split),
        line=np.full(count, -1),
        nodes=nothing,
        parts=nothing,
    )
    unshipped = np.nonzero(alike.nobody[-1] <= ways.least[rows] + within_cents)[0]
    done = [replace(begun.some(unshipped), cents=np.full(len(unshipped), alike.nobody[-1]))]
    while len(begun.order):
        grown = []
        for part in np.unique(begun.left).tolist():
            more = _grown(ways, begun.some(np.nonzero(begun.left == part)[0]), part, within_cents)
            if more is None:
                return None
            grown.append(more)
        begun = _joined(grown)
        shipped = (begun.nodes < ways.cost.shape[1]).any(axis=1)
        done.append(begun.some(np.nonzero((begun.left == 0) & shipped)[0]))
        begun = begun.some(np.nonzero(begun.left)[0])
    return _columns(ways, done)


def _grown(ways: Ways, begun: Begun, part: int, within_cents: float) -> Begun | None:
    """One parcel more, which has a unit of the first line that is left."""
    shape, nodes = ways.alike.shape, ways.cost.shape[1]
    line = shape.first[part]
    parts = shape.within[part]
    parts = parts[shape.first[parts] == line]
    if len(begun.order) * nodes * len(parts) > LOOKED_MAX:
        return None
    cost = np.empty((len(begun.order), nodes + 1, len(parts)))
    cost[:, :-1] = ways.cost[begun.order][:, :, parts]
    cost[:, -1] = ways.alike.nobody[parts]
    cost += begun.cents[:, None, None]
    rest = ways.rest[begun.order][:, part - parts]
    likely = cost + rest[:, None] <= (ways.least[begun.order] + within_cents)[:, None, None]
    for used in begun.nodes.T:  # one parcel of a node
        likely[np.arange(len(used)), used] = False
    if begun.nodes.shape[1]:  # a line that is divided comes from its nodes in their sequence
        before = np.arange(nodes + 1) < begun.nodes[:, -1:]
        likely &= ~(before & (begun.line == line)[:, None])[:, :, None]
    way, node, at = np.nonzero(likely)
    more = begun.some(way)
    return Begun(
        order=more.order,
        left=more.left - parts[at],
        cents=cost[way, node, at],
        line=np.full(len(way), line),
        nodes=np.concatenate((more.nodes, node[:, None]), axis=1),
        parts=np.concatenate((more.parts, parts[at][:, None]), axis=1),
    )


def _joined(some: list[Begun]) -> Begun:
    return Begun(
        np.concatenate([each.order for each in some]),
        np.concatenate([each.left for each in some]),
        np.concatenate([each.cents for each in some]),
        np.concatenate([each.line for each in some]),
        np.concatenate([each.nodes for each in some]),
        np.concatenate([each.parts for each in some]),
    )


def _columns(ways: Ways, done: list[Begun]) -> Columns:
    of = np.concatenate([each.order for each in done])
    cents = np.concatenate([each.cents for each in done])
    starts = np.cumsum([0, *(len(each.order) for each in done)])
    at, nodes, parts = [], [], []
    for start, each in zip(starts, done, strict=False):
        way, parcel = np.nonzero(each.nodes < ways.cost.shape[1])
        at.append(way + start)
        nodes.append(each.nodes[way, parcel])
        parts.append(each.parts[way, parcel])
    columns = ways.alike.columns(
        of, np.concatenate(at), np.concatenate(nodes), np.concatenate(parts)
    )
    return replace(columns, over=cents - ways.least[of])

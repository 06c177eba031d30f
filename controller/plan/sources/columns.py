"""Ways to ship orders as columns of a programme: what each costs and takes.

Owns their form, and the answer that a choice of them is. Refuses to find any.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from controller.plan.sources.network import Floats, Ints, Orders, cost_cents


@dataclass(frozen=True, slots=True)
class Columns:
    """Shapes: `order` and `cents` by column; column `at[k]` takes `units[k]` for `line[k]` from
    `node[k]`; `over` is what a column costs more than its order's least, at prices."""

    order: Ints
    cents: Ints
    over: Floats
    at: Ints
    line: Ints
    node: Ints
    units: Ints

    def __len__(self) -> int:
        return len(self.order)

    def some(self, chosen: Ints) -> "Columns":
        """Those of some numbers, in their sequence."""
        place = np.full(len(self), -1)
        place[chosen] = np.arange(len(chosen))
        kept = np.nonzero(place[self.at] >= 0)[0]
        return Columns(
            self.order[chosen],
            self.cents[chosen],
            self.over[chosen],
            place[self.at[kept]],
            self.line[kept],
            self.node[kept],
            self.units[kept],
        )

    def keys(self) -> list[tuple[int, bytes]]:
        """What tells columns apart."""
        by_line = np.lexsort((self.node, self.line, self.at))
        taken = np.stack((self.line, self.node, self.units))[:, by_line].T
        ends = np.searchsorted(self.at[by_line], np.arange(len(self) + 1))
        return [
            (int(order), taken[ends[nth] : ends[nth + 1]].tobytes())
            for nth, order in enumerate(self.order)
        ]

    def parcels(self) -> tuple[Ints, Ints]:
        """Columns and nodes of their parcels."""
        nodes = int(self.node.max(initial=0)) + 1
        both = np.unique(self.at * nodes + self.node)
        return both // nodes, both % nodes


def no_columns() -> Columns:
    """None."""
    nothing = np.zeros(0, dtype=np.int64)
    return Columns(nothing, nothing, np.zeros(0), nothing, nothing, nothing, nothing)


def joined(some: Iterable[Columns]) -> Columns:
    """All columns of several."""
    each = [no_columns(), *some]
    starts = np.cumsum([0, *(len(one) for one in each)])
    return Columns(
        np.concatenate([one.order for one in each]),
        np.concatenate([one.cents for one in each]),
        np.concatenate([one.over for one in each]),
        np.concatenate([one.at + start for one, start in zip(each, starts, strict=False)]),
        np.concatenate([one.line for one in each]),
        np.concatenate([one.node for one in each]),
        np.concatenate([one.units for one in each]),
    )


def columns_of(orders: Orders, taken: Ints, some: Ints | None = None) -> Columns:
    """An answer as columns, one of each order. Shapes: taken is lines x nodes, in units."""
    rows = np.arange(len(orders.first) - 1) if some is None else some
    place = np.full(len(orders.first) - 1, -1)
    place[rows] = np.arange(len(rows))
    of_line = np.repeat(place, np.diff(orders.first))
    line, node = np.nonzero(taken * (of_line >= 0)[:, None])
    cents = cost_cents(orders, taken)[rows]
    over = np.zeros(len(rows))
    return Columns(rows, cents, over, of_line[line], line, node, taken[line, node])


def answer_of(columns: Columns, shape: tuple[int, ...]) -> Ints:
    """What all these columns take. Shapes: lines x nodes."""
    taken = np.zeros(shape, dtype=np.int64)
    np.add.at(taken, (columns.line, columns.node), columns.units)
    return taken

"""The parts that orders of one shape are divided into, and their division node after node.

Owns that programme, which never packs two parcels at a node. Refuses to be quick: it is for the
orders to which this matters.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np

from controller.plan.sources.network import NEVER, Floats, Ints

Parcels = tuple[Ints, Ints, Ints]
"""Orders, nodes and parts."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Parts of an order, the last one being all of it. Shapes: `some` is parts x lines, in units.

    A part less one within it is the part at the difference of both: units are digits of a number.
    `within` has all parts of each but the empty one, `first` the first line that each has.
    """

    some: Ints
    within: tuple[Ints, ...]
    first: Ints


@lru_cache(maxsize=64)
def shape_of(wants: tuple[int, ...]) -> Shape:
    """The shape of orders whose lines want so many units."""
    some = np.array(list(product(*(range(units + 1) for units in wants))), dtype=np.int64)
    within = [np.nonzero((some <= part).all(axis=1))[0][1:] for part in some]
    return Shape(some, tuple(within), (some > 0).argmax(axis=1))


def divided(shape: Shape, cost: Floats, nobody: Floats) -> tuple[Floats, Parcels]:
    """What the whole of each order costs with a parcel or more, and its parcels.

    Shapes: cost is orders x nodes x parts, `nobody` what parts cost that nobody ships.
    """
    sizes = [len(within) for within in shape.within[1:]]
    part = np.concatenate(shape.within[1:])
    rest = np.repeat(np.arange(1, len(shape.some)), sizes) - part
    starts = np.cumsum([0, *sizes[:-1]])
    upto = [np.full((len(cost), len(shape.some)), float(NEVER))]
    for node in range(cost.shape[1]):
        before = np.minimum(upto[-1], nobody)
        now = np.minimum.reduceat(cost[:, node, part] + before[:, rest], starts, axis=1)
        upto.append(np.minimum(upto[-1], np.pad(now, ((0, 0), (1, 0)), constant_values=NEVER)))
    parcels = []
    for order in range(len(cost)):
        left = len(shape.some) - 1
        for node in range(cost.shape[1] - 1, -1, -1):
            if upto[node + 1][order, left] >= min(upto[node][order, left], nobody[left]):
                continue
            within = shape.within[left]
            before = np.minimum(upto[node][order], nobody)
            taken = int(within[(cost[order, node, within] + before[left - within]).argmin()])
            parcels.append((order, node, taken))
            left -= taken
    table = np.array(parcels, dtype=np.int64).reshape(-1, 3).T
    return upto[-1][:, -1], (table[0], table[1], table[2])

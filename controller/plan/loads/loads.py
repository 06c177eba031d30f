"""Loads being built: blocks that are placed, and the spaces that are left around them.

Owns copying a load and counting its goods. Refuses to choose blocks and to find spaces.
"""

from typing import NamedTuple

import numpy as np

from controller.plan._kept import inner
from controller.plan.loads.blocks import Blocks
from controller.plan.loads.compiled import compiled
from controller.plan.loads.goods import FLOOR, Goods, Ints, Longs

SPACES_MAX, PLACES_MAX = 600, 1_000
SPACES, PLACED = 0, 1
STACK, DEAD = 6, 7


class Loads(NamedTuple):
    """Everything of a load is in its row.

    Shapes: spaces[load, space] is (x0, y0, z0, x1, y1, z1, stack below, dead); placed[load, place]
    is (block, x, y, z); solids[load, place] its corners as of spaces; left[load, kind];
    facts[load] are the numbers of spaces and places; least[load, axis] is the shortest box;
    worths[load] is what it is worth, spare[load] the mass that may still be; scratch is room for
    work.
    """

    spaces: Ints
    placed: Ints
    solids: Ints
    left: Ints
    facts: Ints
    least: Ints
    worths: Longs
    spare: Longs
    scratch: Ints


def empty_loads(goods: Goods, most: int) -> Loads:
    """Room for so many loads; the first is empty."""
    boxes = min(int(goods.quantity.sum()), PLACES_MAX)
    loads = Loads(
        spaces=np.zeros((most, SPACES_MAX, 8), np.int32),
        placed=np.zeros((most, boxes, 4), np.int32),
        solids=np.zeros((most, boxes, 8), np.int32),
        left=np.zeros((most, len(goods.quantity)), np.int32),
        facts=np.zeros((most, 2), np.int32),
        least=np.zeros((most, 3), np.int32),
        worths=np.zeros(most, np.int64),
        spare=np.zeros(most, np.int64),
        scratch=np.zeros((SPACES_MAX, 8), np.int32),
    )
    loads.left[0] = goods.quantity
    loads.facts[0, SPACES] = 1
    loads.spaces[0, 0, 3:6] = goods.room
    loads.spaces[0, 0, STACK] = FLOOR
    loads.spare[0] = goods.mass_max
    return loads


@compiled
def copy_load(loads: Loads, old: int, new: int) -> None:
    """Write one load over another."""
    for space in range(loads.facts[old, SPACES]):
        for at in range(8):
            loads.spaces[new, space, at] = loads.spaces[old, space, at]
    for place in range(loads.facts[old, PLACED]):
        for at in range(4):
            loads.placed[new, place, at] = loads.placed[old, place, at]
        for at in range(6):
            loads.solids[new, place, at] = loads.solids[old, place, at]
    for kind in range(loads.left.shape[1]):
        loads.left[new, kind] = loads.left[old, kind]
    for fact in range(2):
        loads.facts[new, fact] = loads.facts[old, fact]
    for axis in range(3):
        loads.least[new, axis] = loads.least[old, axis]
    loads.worths[new] = loads.worths[old]
    loads.spare[new] = loads.spare[old]


@inner
def is_left(blocks: Blocks, loads: Loads, load: int, block: int) -> bool:
    """Whether the boxes of a block are left."""
    for part in range(blocks.parts.shape[1]):
        kind = blocks.parts[block, part, 0]
        if kind < 0:
            return True
        if blocks.parts[block, part, 1] > loads.left[load, kind]:
            return False
    return True

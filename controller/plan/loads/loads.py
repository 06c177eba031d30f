"""Loads being built: blocks that are placed, and the spaces that are left around them.

Owns copying a load and counting its goods. Refuses to choose blocks and to find spaces.
"""

from typing import NamedTuple

import numpy as np

from controller.plan.loads.blocks import Blocks
from controller.plan.loads.compiled import compiled, inner
from controller.plan.loads.goods import FLOOR, Goods, Ints, Longs

SPACES_MAX, PLACES_MAX = 600, 1_000
SPACES, PLACED, BLOCKS, CHANGED, MISSES = 0, 1, 2, 3, 4


class Loads(NamedTuple):
    """Everything of a load is in its row.

    Shapes: spaces[load, space] is (x0, y0, z0, x1, y1, z1, dead,
    stack below); placed[load, place] is (block,
    x, y, z); solids[load, place] its corners; left[load, kind]; fitting[load] are blocks whose
    boxes are left, greatest key first; reach[load, axis, cells] is the longest row of boxes;
    least[load, axis] the shortest box; facts[load] are the numbers of spaces, places and blocks,
    whether kinds ran out since reach was known, and how often a block was not left since they
    were told apart; volumes[load] is what is loaded, spare[load] the mass that may still
    be; scratch and ends are room for work.
    """

    spaces: Ints
    placed: Ints
    solids: Ints
    left: Ints
    fitting: Ints
    reach: Ints
    least: Ints
    facts: Ints
    volumes: Longs
    spare: Longs
    scratch: Ints
    ends: Ints


def empty_loads(goods: Goods, blocks: Blocks, most: int) -> Loads:
    """Room for so many loads; the first is empty."""
    cells = max(int(room) // int(cell) for room, cell in zip(goods.room, goods.cell, strict=True))
    boxes = min(int(goods.quantity.sum()), PLACES_MAX)
    loads = Loads(
        spaces=np.zeros((most, SPACES_MAX, 8), np.int32),
        placed=np.zeros((most, boxes, 4), np.int32),
        solids=np.zeros((most, boxes, 6), np.int32),
        left=np.zeros((most, len(goods.quantity)), np.int32),
        fitting=np.zeros((most, len(blocks.volumes)), np.int32),
        reach=np.zeros((most, 3, cells + 1), np.int32),
        least=np.zeros((most, 3), np.int32),
        facts=np.zeros((most, 5), np.int32),
        volumes=np.zeros(most, np.int64),
        spare=np.zeros(most, np.int64),
        ends=np.zeros(cells + 1, np.int32),
        scratch=np.zeros((SPACES_MAX, 8), np.int32),
    )
    loads.left[0] = goods.quantity
    loads.facts[0, SPACES] = 1
    loads.facts[0, CHANGED] = 1
    loads.spaces[0, 0, 3:6] = goods.room
    loads.spaces[0, 0, 7] = FLOOR
    loads.spare[0] = goods.mass_max
    return loads


@inner
def copy_row(old: Ints, new: Ints, count: int) -> None:
    """Write the first numbers of one row over another's."""
    for at in range(count):
        new[at] = old[at]


@compiled
def copy_load(loads: Loads, old: int, new: int) -> None:
    """Write one load over another."""
    spaces, places, blocks = loads.facts[old, 0], loads.facts[old, 1], loads.facts[old, 2]
    for space in range(spaces):
        copy_row(loads.spaces[old, space], loads.spaces[new, space], 8)
    for place in range(places):
        copy_row(loads.placed[old, place], loads.placed[new, place], 4)
        copy_row(loads.solids[old, place], loads.solids[new, place], 6)
    for axis in range(3):
        copy_row(loads.reach[old, axis], loads.reach[new, axis], loads.reach.shape[2])
    copy_row(loads.fitting[old], loads.fitting[new], blocks)
    copy_row(loads.left[old], loads.left[new], loads.left.shape[1])
    copy_row(loads.least[old], loads.least[new], 3)
    copy_row(loads.facts[old], loads.facts[new], 5)
    loads.volumes[new] = loads.volumes[old]
    loads.spare[new] = loads.spare[old]


@inner
def is_left(loads: Loads, blocks: Blocks, load: int, block: int) -> bool:
    """Whether the boxes of a block are left."""
    for part in range(blocks.parts.shape[1]):
        kind = blocks.parts[block, part, 0]
        if kind < 0:
            return True
        if blocks.parts[block, part, 1] > loads.left[load, kind]:
            return False
    return True


@inner
def reach_rows(goods: Goods, loads: Loads, load: int) -> None:
    """How long rows of the boxes that are left can be, up to each length."""
    for axis in range(3):
        cell = goods.cell[axis]
        cells = goods.room[axis] // cell
        row = loads.reach[load, axis]
        loads.least[load, axis] = goods.room[axis] + 1
        for length in range(cells + 1):
            row[length] = 0
        for way in range(len(goods.ways)):
            if loads.left[load, goods.ways[way, 0]]:
                side = goods.ways[way, 1 + axis]
                loads.least[load, axis] = min(loads.least[load, axis], side)
                row[(side + cell - 1) // cell] = 1
        ends = loads.ends
        sides = 0
        for length in range(1, cells + 1):
            if row[length]:
                ends[sides] = length
                sides += 1
        for length in range(1, cells + 1):
            best = row[length - 1]
            for side in range(sides):
                if ends[side] > length:
                    break
                before = length - ends[side]
                if row[before] == before * cell:
                    best = length * cell
                    break
            row[length] = best
    loads.facts[load, CHANGED] = 0

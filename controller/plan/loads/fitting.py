"""What the boxes that are left can still do: the blocks of them, and how far their rows reach.

Owns the two lists of blocks: what a load may take, and what its roll-outs still may. Refuses to
choose among them.
"""

from typing import NamedTuple

import numpy as np

from controller.plan._kept import inner
from controller.plan.loads.blocks import Blocks
from controller.plan.loads.goods import Goods, Ints
from controller.plan.loads.loads import Loads, is_left

OWN, ROLLED = 0, 1
MISSES_MAX = 8  # times the misses since blocks were told apart are as many as the blocks


class Fitting(NamedTuple):
    """Shapes: blocks[list, at], greatest key first; sizes[list, axis, at] theirs; numbers[list];
    facts are the list in use and how often a block of it was not left; reach[axis, cells] is the
    longest row of boxes up to a length; ends is room for work.
    """

    blocks: Ints
    sizes: Ints
    numbers: Ints
    facts: Ints
    reach: Ints
    ends: Ints


def new_fitting(goods: Goods, blocks: Blocks) -> Fitting:
    """Room for lists of all blocks."""
    cells = max(int(room) // int(cell) for room, cell in zip(goods.room, goods.cell, strict=True))
    count = len(blocks.worths)
    return Fitting(
        blocks=np.zeros((2, count), np.int32),
        sizes=np.zeros((2, 3, count), np.int32),
        numbers=np.zeros(2, np.int32),
        facts=np.zeros(2, np.int32),
        reach=np.zeros((3, cells + 1), np.int32),
        ends=np.zeros(cells + 1, np.int32),
    )


@inner
def fit(goods: Goods, blocks: Blocks, loads: Loads, load: int, fitting: Fitting) -> None:
    """Make the lists those of a load."""
    count = 0
    for block in range(len(blocks.worths)):
        if is_left(blocks, loads, load, block):
            fitting.blocks[OWN, count] = block
            for axis in range(3):
                fitting.sizes[OWN, axis, count] = blocks.sizes[block, axis]
            count += 1
    fitting.numbers[OWN] = count
    fitting.facts[0] = OWN
    fitting.facts[1] = 0
    for axis in range(3):
        _reach_rows(goods, loads, load, fitting, axis)


@inner
def missed(blocks: Blocks, loads: Loads, load: int, fitting: Fitting) -> None:
    """Leave out blocks whose boxes are gone, once they were met too often."""
    old = fitting.facts[0]
    number = fitting.numbers[old]
    if fitting.facts[1] * MISSES_MAX <= number:
        return
    count = 0
    for at in range(number):
        block = fitting.blocks[old, at]
        if is_left(blocks, loads, load, block):
            fitting.blocks[ROLLED, count] = block
            for axis in range(3):
                fitting.sizes[ROLLED, axis, count] = fitting.sizes[old, axis, at]
            count += 1
    fitting.numbers[ROLLED] = count
    fitting.facts[0] = ROLLED
    fitting.facts[1] = 0


@inner
def _reach_rows(goods: Goods, loads: Loads, load: int, fitting: Fitting, axis: int) -> None:
    cell = goods.cell[axis]
    cells = goods.room[axis] // cell
    reach, ends = fitting.reach, fitting.ends
    least, sides = goods.room[axis] + 1, 0
    for length in range(cells + 1):
        reach[axis, length] = 0
    for way in range(len(goods.ways)):
        if loads.left[load, goods.ways[way, 0]]:
            side = goods.ways[way, 1 + axis]
            least = min(least, side)
            reach[axis, (side + cell - 1) // cell] = 1
    for length in range(1, cells + 1):
        if reach[axis, length]:
            ends[sides] = length
            sides += 1
    for length in range(1, cells + 1):
        best = reach[axis, length - 1]
        for side in range(sides):
            if ends[side] > length:
                break
            before = length - ends[side]
            if reach[axis, before] == before * cell:
                best = length * cell
                break
        reach[axis, length] = best
    loads.least[load, axis] = least

"""Blocks: boxes joined to cuboids that are placed as one.

Owns how they are made: equal boxes in rows, layers and stacks, then any two blocks whose faces are
alike side by side or one on another. A block is full: no room is lost in it, and its top is one
plane. Refuses to choose among blocks.

Source: Fanslau & Bortfeldt 2010; Zhu, Oon, Lim & Weng 2012.
"""

from typing import NamedTuple

import numpy as np

from controller.plan._kept import inner
from controller.plan.loads.compiled import compiled
from controller.plan.loads.goods import Floats, Goods, Ints, Longs

PRIME, MASK = 1_000_003, (1 << 40) - 1


class Blocks(NamedTuple):
    """Shapes: sizes[block, 3]; counts[block, kind]; made[block] is (way, nx, ny, nz) of equal
    boxes, or (-1 - axis, block, block, 0) of two blocks; stacks[block] is the lowest stack that it
    stands on and the stack of its top; keys[block] is what its score cannot exceed;
    parts[block, k] is (kind, boxes) of what it takes, kind -1 after the last.
    """

    sizes: Ints
    worths: Longs
    numbers: Ints
    counts: Ints
    made: Ints
    keys: Floats
    parts: Ints
    stacks: Ints
    masses: Longs


def no_blocks(goods: Goods, most: int) -> Blocks:
    """Room for so many blocks."""
    return Blocks(
        sizes=np.zeros((most, 3), np.int32),
        worths=np.zeros(most, np.int64),
        numbers=np.zeros(most, np.int32),
        counts=np.zeros((most, len(goods.quantity)), np.int32),
        made=np.zeros((most, 4), np.int32),
        keys=np.zeros(most, np.float64),
        parts=np.zeros((most, 1, 2), np.int32),
        stacks=np.zeros((most, 2), np.int32),
        masses=np.zeros(most, np.int64),
    )


@inner
def known(blocks: Blocks, at: int, slots: Ints) -> bool:
    """Whether block `at` is like one before it; if not, it is remembered."""
    mark = 17
    for axis in range(3):
        mark = (mark * PRIME + int(blocks.sizes[at, axis])) & MASK
    kinds = blocks.counts.shape[1]
    for kind in range(kinds):
        mark = (mark * PRIME + int(blocks.counts[at, kind])) & MASK
    slot = mark % len(slots)
    while slots[slot] >= 0:
        other = slots[slot]
        same = True
        for axis in range(3):
            same &= blocks.sizes[other, axis] == blocks.sizes[at, axis]
        kind = 0
        while same and kind < kinds:
            same = blocks.counts[other, kind] == blocks.counts[at, kind]
            kind += 1
        if same:
            return True
        slot = (slot + 1) % len(slots)
    slots[slot] = at
    return False


@inner
def add_equal(
    goods: Goods, blocks: Blocks, slots: Ints, at: int, way: int, numbers: tuple[int, int, int]
) -> int:
    """Write a block of equal boxes at `at` if it is new; where the next one is written."""
    if at == len(blocks.worths):
        return at
    kind = goods.ways[way, 0]
    dx, dy, dz = goods.ways[way, 1], goods.ways[way, 2], goods.ways[way, 3]
    nx, ny, nz = numbers
    blocks.sizes[at, 0] = nx * dx
    blocks.sizes[at, 1] = ny * dy
    blocks.sizes[at, 2] = nz * dz
    blocks.counts[at, :] = 0
    blocks.counts[at, kind] = nx * ny * nz
    if known(blocks, at, slots):
        return at
    blocks.numbers[at] = nx * ny * nz
    blocks.worths[at] = goods.worths[kind] * nx * ny * nz
    blocks.masses[at] = goods.masses[kind] * nx * ny * nz
    blocks.stacks[at, 0] = goods.stacks[kind, 0]
    blocks.stacks[at, 1] = goods.stacks[kind, 1]
    blocks.made[at, 0] = way
    blocks.made[at, 1] = nx
    blocks.made[at, 2] = ny
    blocks.made[at, 3] = nz
    return at + 1


@compiled
def equal_boxes(goods: Goods, blocks: Blocks, slots: Ints) -> int:
    """Blocks of equal boxes, in all ways and numbers; the answer is how many."""
    at = 0
    for way in range(len(goods.ways)):
        kind = goods.ways[way, 0]
        long, deep = goods.room[0] // goods.ways[way, 1], goods.room[1] // goods.ways[way, 2]
        high = goods.room[2] // goods.ways[way, 3]
        owned = goods.quantity[kind]
        if goods.support and goods.stacks[kind, 1] < goods.stacks[kind, 0]:
            high = min(high, 1)
        for nx in range(1, min(owned, long) + 1):
            for ny in range(1, min(owned // nx, deep) + 1):
                for nz in range(1, min(owned // (nx * ny), high) + 1):
                    at = add_equal(goods, blocks, slots, at, way, (nx, ny, nz))
    return at


@inner
def alike(goods: Goods, blocks: Blocks, one: int, two: int, axis: int) -> bool:
    """Whether two blocks touch with equal faces along an axis and may be one."""
    for other in range(3):
        a, b = blocks.sizes[one, other], blocks.sizes[two, other]
        if a != b if other != axis else a + b > goods.room[axis]:
            return False
    if not goods.support:
        return True
    if axis == 2:
        return bool(blocks.stacks[one, 1] >= blocks.stacks[two, 0])
    return bool(blocks.stacks[one, 1] == blocks.stacks[two, 1])


@inner
def join(goods: Goods, blocks: Blocks, at: int, pair: tuple[int, int, int]) -> bool:
    """Whether the boxes of both blocks exist; the block of both is written at `at`."""
    one, two, axis = pair
    for kind in range(len(goods.quantity)):
        number = blocks.counts[one, kind] + blocks.counts[two, kind]
        if number > goods.quantity[kind]:
            return False
        blocks.counts[at, kind] = number
    for other in range(3):
        blocks.sizes[at, other] = blocks.sizes[one, other]
    blocks.sizes[at, axis] += blocks.sizes[two, axis]
    blocks.worths[at] = blocks.worths[one] + blocks.worths[two]
    blocks.numbers[at] = blocks.numbers[one] + blocks.numbers[two]
    blocks.masses[at] = blocks.masses[one] + blocks.masses[two]
    blocks.stacks[at, 0] = blocks.stacks[one, 0]
    if axis < 2:
        blocks.stacks[at, 0] = max(blocks.stacks[one, 0], blocks.stacks[two, 0])
    blocks.stacks[at, 1] = blocks.stacks[two, 1]
    blocks.made[at, 0] = -1 - axis
    blocks.made[at, 1] = one
    blocks.made[at, 2] = two
    blocks.made[at, 3] = 0
    return True


@inner
def join_pair(goods: Goods, blocks: Blocks, slots: Ints, count: int, pair: tuple[int, int]) -> int:
    """Join two blocks along each axis; how many blocks there are then."""
    one, two = pair
    for axis in range(3):
        if count == len(blocks.worths):
            return count
        made = alike(goods, blocks, one, two, axis) and join(
            goods, blocks, count, (one, two, axis)
        )
        if not made and axis == 2 and alike(goods, blocks, two, one, axis):
            made = join(goods, blocks, count, (two, one, axis))
        if made and not known(blocks, count, slots):
            count += 1
    return count


@compiled
def joined(goods: Goods, blocks: Blocks, slots: Ints, count: int, pairs: int) -> int:
    """Join blocks in rounds until nothing new arises or so many pairs are tried; how many are."""
    begin, end, most = 0, count, len(blocks.worths)
    sizes = blocks.sizes
    while begin < end:
        for new in range(begin, end):
            pairs -= new + 1
            if pairs < 0 or count == most:
                return count
            x, y, z = sizes[new, 0], sizes[new, 1], sizes[new, 2]
            for old in range(new + 1):
                same = int(sizes[old, 0] == x) + int(sizes[old, 1] == y) + int(sizes[old, 2] == z)
                if same < 2:
                    continue
                count = join_pair(goods, blocks, slots, count, (old, new))
        begin, end = end, count
    return count

"""Blocks: boxes joined to cuboids that are placed as one.

Owns how they are made: equal boxes in rows, layers and stacks, then any two blocks side by side or
one on another while hardly any room is lost between them. Refuses to choose among them.

Source: Fanslau & Bortfeldt 2010; Zhu, Oon, Lim & Weng 2012.
"""

from typing import NamedTuple

import numpy as np

from controller.plan.loads.compiled import compiled, inner
from controller.plan.loads.goods import Floats, Goods, Ints, Longs

TOPS = 4  # surfaces of different heights that a block may offer to others
PRIME, MASK = 1_000_003, (1 << 40) - 1


class Blocks(NamedTuple):
    """Shapes: sizes[block, 3]; counts[block, kind]; made[block] is (way, nx, ny, nz) of equal
    boxes, or (-1 - axis, block, block, 0) of two blocks; tops[block, top] is (x, y, z, dx, dy,
    stack); needs[block] is the lowest stack that it stands on;
    keys[block] is what its score cannot exceed; parts[block, k] is (kind, boxes) of what it takes,
    kind -1 after the last.
    """

    sizes: Ints
    volumes: Longs
    numbers: Ints
    counts: Ints
    made: Ints
    tops: Ints
    surfaces: Ints
    keys: Floats
    parts: Ints
    needs: Ints
    masses: Longs


def no_blocks(goods: Goods, most: int) -> Blocks:
    """Room for so many blocks."""
    return Blocks(
        sizes=np.zeros((most, 3), np.int32),
        volumes=np.zeros(most, np.int64),
        numbers=np.zeros(most, np.int32),
        counts=np.zeros((most, len(goods.quantity)), np.int32),
        made=np.zeros((most, 4), np.int32),
        tops=np.zeros((most, TOPS, 6), np.int32),
        surfaces=np.zeros(most, np.int32),
        keys=np.zeros(most, np.float64),
        parts=np.zeros((most, 1, 2), np.int32),
        needs=np.zeros(most, np.int32),
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
    if at == len(blocks.volumes):
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
    blocks.volumes[at] = np.int64(dx) * dy * dz * nx * ny * nz
    blocks.masses[at] = goods.masses[kind] * nx * ny * nz
    blocks.needs[at] = goods.stacks[kind, 0]
    blocks.made[at, 0] = way
    blocks.made[at, 1] = nx
    blocks.made[at, 2] = ny
    blocks.made[at, 3] = nz
    blocks.surfaces[at] = 1
    blocks.tops[at, 0, 2] = nz * dz
    blocks.tops[at, 0, 3] = nx * dx
    blocks.tops[at, 0, 4] = ny * dy
    blocks.tops[at, 0, 5] = goods.stacks[kind, 1]
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
def add_top(blocks: Blocks, at: int, of: tuple[int, int], shift: tuple[int, int, int]) -> bool:
    """Give block `at` a surface of another block, joined with an equal one beside it."""
    block, top = of
    x = blocks.tops[block, top, 0] + shift[0]
    y = blocks.tops[block, top, 1] + shift[1]
    z = blocks.tops[block, top, 2] + shift[2]
    dx, dy = blocks.tops[block, top, 3], blocks.tops[block, top, 4]
    for other in range(blocks.surfaces[at]):
        mine = blocks.tops[at, other]
        if mine[2] != z or mine[5] != blocks.tops[block, top, 5]:
            continue
        if mine[1] == y and mine[4] == dy and mine[0] + mine[3] == x:
            mine[3] += dx
            return True
        if mine[0] == x and mine[3] == dx and mine[1] + mine[4] == y:
            mine[4] += dy
            return True
    if blocks.surfaces[at] == TOPS:
        return False
    new = blocks.surfaces[at]
    blocks.surfaces[at] += 1
    blocks.tops[at, new, 0] = x
    blocks.tops[at, new, 1] = y
    blocks.tops[at, new, 2] = z
    blocks.tops[at, new, 3] = dx
    blocks.tops[at, new, 4] = dy
    blocks.tops[at, new, 5] = blocks.tops[block, top, 5]
    return True


@inner
def join_tops(blocks: Blocks, at: int, one: int, two: int, axis: int) -> bool:
    """Whether the boxes of both stand wholly; the surfaces of block `at` become theirs."""
    blocks.surfaces[at] = 0
    if axis == 2:
        if blocks.surfaces[one] > 1 or blocks.tops[one, 0, 2] < blocks.sizes[one, 2]:
            return False
        if (
            blocks.tops[one, 0, 3] < blocks.sizes[two, 0]
            or blocks.tops[one, 0, 4] < blocks.sizes[two, 1]
            or blocks.tops[one, 0, 5] < blocks.needs[two]
        ):
            return False
    else:
        for top in range(blocks.surfaces[one]):
            if not add_top(blocks, at, (one, top), (0, 0, 0)):
                return False
    dx = blocks.sizes[one, 0] if axis == 0 else 0
    dy = blocks.sizes[one, 1] if axis == 1 else 0
    dz = blocks.sizes[one, 2] if axis == 2 else 0
    for top in range(blocks.surfaces[two]):
        if not add_top(blocks, at, (two, top), (dx, dy, dz)):
            return False
    return True


@inner
def dense(blocks: Blocks, one: int, two: int, axis: int, fill: float) -> bool:
    """Whether two blocks beside each other along an axis leave hardly any room between them."""
    a, b = (axis + 1) % 3, (axis + 2) % 3
    outer = float(max(blocks.sizes[one, a], blocks.sizes[two, a]))
    outer *= max(blocks.sizes[one, b], blocks.sizes[two, b])
    outer *= blocks.sizes[one, axis] + blocks.sizes[two, axis]
    return bool(blocks.volumes[one] + blocks.volumes[two] >= fill * outer)


@inner
def join(goods: Goods, blocks: Blocks, at: int, pair: tuple[int, int, int]) -> bool:
    """Whether two blocks beside each other along an axis are a block; it is written at `at`."""
    one, two, axis = pair
    for other in range(3):
        a, b = blocks.sizes[one, other], blocks.sizes[two, other]
        blocks.sizes[at, other] = a + b if other == axis else max(a, b)
        if blocks.sizes[at, other] > goods.room[other]:
            return False
    for kind in range(len(goods.quantity)):
        number = blocks.counts[one, kind] + blocks.counts[two, kind]
        if number > goods.quantity[kind]:
            return False
        blocks.counts[at, kind] = number
    if goods.support and not join_tops(blocks, at, one, two, axis):
        return False
    blocks.volumes[at] = blocks.volumes[one] + blocks.volumes[two]
    blocks.numbers[at] = blocks.numbers[one] + blocks.numbers[two]
    blocks.masses[at] = blocks.masses[one] + blocks.masses[two]
    blocks.needs[at] = blocks.needs[one]
    if axis < 2:
        blocks.needs[at] = max(blocks.needs[one], blocks.needs[two])
    blocks.made[at, 0] = -1 - axis
    blocks.made[at, 1] = one
    blocks.made[at, 2] = two
    blocks.made[at, 3] = 0
    return True


@inner
def join_pair(
    goods: Goods, blocks: Blocks, slots: Ints, count: int, pair: tuple[int, int], fill: float
) -> int:
    """Join two blocks along each axis; how many blocks there are then."""
    old, new = pair
    for axis in range(3):
        if count == len(blocks.volumes) or not dense(blocks, new, old, axis, fill):
            continue
        made = join(goods, blocks, count, (old, new, axis))
        if not made and axis == 2:
            made = join(goods, blocks, count, (new, old, axis))
        if made and not known(blocks, count, slots):
            count += 1
    return count


@compiled
def joined(
    goods: Goods, blocks: Blocks, slots: Ints, count: int, limits: tuple[float, int]
) -> int:
    """Join blocks in rounds until nothing new arises or a limit is met; how many there are.

    limits are the share of its room that a block must fill, and how many pairs are tried.
    """
    fill, pairs = limits
    begin, end, most = 0, count, len(blocks.volumes)
    while begin < end:
        for new in range(begin, end):
            pairs -= new + 1
            if pairs < 0 or count == most:
                return count
            for old in range(new + 1):
                count = join_pair(goods, blocks, slots, count, (old, new), fill)
        begin, end = end, count
    return count

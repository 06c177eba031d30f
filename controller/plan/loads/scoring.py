"""Which block goes into a space: what touches much, leaves little that is lost, and is large.

Owns the choice of a space, its corner, and the score of a block there. Refuses to place.

Source: Araya, Guerrero & Nunez 2017 (the score); Zhu, Oon, Lim & Weng 2012 (the corner).
"""

from typing import NamedTuple

import numpy as np

from controller.plan.loads.blocks import Blocks
from controller.plan.loads.compiled import inner
from controller.plan.loads.goods import Floats, Goods, Ints
from controller.plan.loads.loads import BLOCKS, MISSES, PLACED, SPACES, Loads, is_left

NEAR_MAX = 200


class Corner(NamedTuple):
    """A space and its corner, and what may touch a block there.

    Shapes: box[7], the last the stack below; side[axis] is 1 at the far end; walls[axis, end] is
    how far the wall is, -1 if it is too far; near[k] is (face, gap, low, high, low, high) of the
    other two axes; slack[axis] is how near is near; spot[4] is where a block is put.
    """

    box: Ints
    side: Ints
    walls: Ints
    near: Ints
    slack: Ints
    number: Ints
    spot: Ints


class Chosen(NamedTuple):
    """The best blocks for a space, best first."""

    blocks: Ints
    scores: Floats
    number: Ints


def new_corner() -> Corner:
    """Room for a corner."""
    return Corner(
        box=np.zeros(7, np.int32),
        side=np.zeros(3, np.int32),
        walls=np.zeros((3, 2), np.int32),
        near=np.zeros((NEAR_MAX, 6), np.int32),
        slack=np.zeros(3, np.int32),
        number=np.zeros(1, np.int32),
        spot=np.zeros(4, np.int32),
    )


def no_choice(most: int) -> Chosen:
    """Room for so many blocks."""
    return Chosen(np.zeros(most, np.int32), np.zeros(most, np.float64), np.zeros(1, np.int32))


@inner
def nearest(goods: Goods, loads: Loads, load: int) -> int:
    """The live space whose corner is nearest to the room's; the largest of equal ones; or -1."""
    best, least, size = -1, 0.0, 0.0
    for at in range(loads.facts[load, SPACES]):
        space = loads.spaces[load, at]
        if space[6]:
            continue
        far = goods.rules[4] * min(space[0], goods.room[0] - space[3])
        far += goods.rules[5] * min(space[1], goods.room[1] - space[4])
        up = space[2] if goods.support else min(space[2], goods.room[2] - space[5])
        far += goods.rules[1] * up
        if best >= 0 and far > least:
            continue
        volume = float(space[3] - space[0]) * (space[4] - space[1]) * (space[5] - space[2])
        if best < 0 or far < least or volume > size:
            best, least, size = at, far, volume
    return best


@inner
def look(goods: Goods, loads: Loads, load: int, space: int, corner: Corner) -> None:
    """Find the corner of a space and what is near it."""
    for axis in range(3):
        low, high = loads.spaces[load, space, axis], loads.spaces[load, space, 3 + axis]
        room = goods.room[axis]
        corner.box[axis] = low
        corner.box[3 + axis] = high
        far = room - high < low and not (axis == 2 and goods.support)
        corner.side[axis] = far
        corner.slack[axis] = int(room * goods.rules[2])
        corner.walls[axis, 0] = low if low <= corner.slack[axis] else -1
        corner.walls[axis, 1] = room - high if room - high <= corner.slack[axis] else -1
    corner.box[6] = loads.spaces[load, space, 7]
    corner.number[0] = 0
    for place in range(loads.facts[load, PLACED]):
        solid = loads.solids[load, place]
        for axis in range(3):
            touch(corner, solid, axis, corner.box[axis] - solid[3 + axis], 0)
            touch(corner, solid, axis, solid[axis] - corner.box[3 + axis], 1)


@inner
def touch(corner: Corner, solid: Ints, axis: int, gap: int, end: int) -> None:
    """Remember a solid that is near one face of the space."""
    if gap < 0 or gap > corner.slack[axis]:
        return
    a, b = (axis + 1) % 3, (axis + 2) % 3
    if solid[a] >= corner.box[3 + a] or solid[3 + a] <= corner.box[a]:
        return
    if solid[b] >= corner.box[3 + b] or solid[3 + b] <= corner.box[b]:
        return
    at = corner.number[0]
    if at == NEAR_MAX:
        return
    row = corner.near[at]
    row[0] = 2 * axis + end
    row[1] = gap
    row[2] = solid[a]
    row[3] = solid[3 + a]
    row[4] = solid[b]
    row[5] = solid[3 + b]
    corner.number[0] = at + 1


@inner
def raised(share: float, power: int) -> float:
    """A share to the power of 1, 2 or 4."""
    if power > 1:
        share *= share
    if power > 2:
        share *= share
    return share


@inner
def touchable(corner: Corner, dx: int, dy: int, dz: int) -> float:
    """The share of its surface with which a block at the corner may touch anything."""
    x, y, z = float(dy) * dz, float(dx) * dz, float(dx) * dy
    area = whole = x + y + z
    if corner.box[3] - corner.box[0] - dx <= corner.slack[0]:
        area += x
    if corner.box[4] - corner.box[1] - dy <= corner.slack[1]:
        area += y
    if corner.box[5] - corner.box[2] - dz <= corner.slack[2]:
        area += z
    return area / (2.0 * whole)


@inner
def contact(corner: Corner, dx: int, dy: int, dz: int) -> float:
    """The share of its surface with which a block at the corner touches walls and solids."""
    size = (dx, dy, dz)
    area = 0.0
    for axis in range(3):
        face = float(size[(axis + 1) % 3]) * size[(axis + 2) % 3]
        rest = corner.box[3 + axis] - corner.box[axis] - size[axis]
        for end in range(2):
            gap = corner.walls[axis, end]
            if gap >= 0:
                away = rest if end != corner.side[axis] else 0
                if gap + away <= corner.slack[axis]:
                    area += face
    for at in range(corner.number[0]):
        row = corner.near[at]
        axis, end = row[0] >> 1, row[0] & 1
        if end != corner.side[axis]:
            rest = corner.box[3 + axis] - corner.box[axis] - size[axis]
            if row[1] + rest > corner.slack[axis]:
                continue
        a, b = (axis + 1) % 3, (axis + 2) % 3
        low = corner.box[3 + a] - size[a] if corner.side[a] else corner.box[a]
        wide = min(row[3], low + size[a]) - max(row[2], low)
        if wide <= 0:
            continue
        low = corner.box[3 + b] - size[b] if corner.side[b] else corner.box[b]
        high = min(row[5], low + size[b]) - max(row[4], low)
        if high > 0:
            area += float(wide) * high
    whole = 2.0 * (float(dx) * dy + float(dy) * dz + float(dx) * dz)
    return min(1.0, area / whole)


@inner
def best_blocks(
    goods: Goods, blocks: Blocks, loads: Loads, load: int, corner: Corner, chosen: Chosen
) -> None:
    """The blocks with the highest scores at a corner, as many as there is room for."""
    most, count = len(chosen.blocks), 0
    wide = corner.box[3] - corner.box[0]
    deep = corner.box[4] - corner.box[1]
    high = corner.box[5] - corner.box[2]
    reach = loads.reach[load]
    cx, cy, cz = goods.cell[0], goods.cell[1], goods.cell[2]
    inside = 1.0 / (float(wide) * deep * high)
    bar = 0.0
    for at in range(loads.facts[load, BLOCKS]):
        block = loads.fitting[load, at]
        key = blocks.keys[block]
        if key <= bar:
            break
        dx, dy, dz = blocks.sizes[block, 0], blocks.sizes[block, 1], blocks.sizes[block, 2]
        if dx > wide or dy > deep or dz > high:
            continue
        used = inside * float(dx + reach[0, (wide - dx) // cx])
        used *= dy + reach[1, (deep - dy) // cy]
        used *= dz + reach[2, (high - dz) // cz]
        score = key * raised(used, goods.rules[3])
        if score <= bar:
            continue
        if score * raised(touchable(corner, dx, dy, dz), goods.rules[0]) <= bar:
            continue
        if not is_left(loads, blocks, load, block):
            loads.facts[load, MISSES] += 1
            continue
        if blocks.needs[block] > corner.box[6] or blocks.masses[block] > loads.spare[load]:
            continue
        score *= raised(contact(corner, dx, dy, dz), goods.rules[0])
        if score <= bar:
            continue
        place = count if count < most else most - 1
        while place and chosen.scores[place - 1] < score:
            chosen.scores[place] = chosen.scores[place - 1]
            chosen.blocks[place] = chosen.blocks[place - 1]
            place -= 1
        chosen.scores[place] = score
        chosen.blocks[place] = block
        count = min(count + 1, most)
        if count == most:
            bar = chosen.scores[most - 1]
    chosen.number[0] = count

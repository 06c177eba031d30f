"""Which block goes into a space: what touches much, leaves little that is lost, and is large.

Owns the choice of a space, its corner, and the score of a block there. Refuses to place.

Source: Araya, Guerrero & Nunez 2017 (the score); Zhu, Oon, Lim & Weng 2012 (the corner).
"""

from typing import NamedTuple

import numpy as np

from controller.plan._kept import inner
from controller.plan.loads.blocks import Blocks
from controller.plan.loads.fitting import Fitting
from controller.plan.loads.goods import Floats, Goods, Ints
from controller.plan.loads.loads import DEAD, PLACED, SPACES, STACK, Loads, is_left

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
    rows = loads.spaces[load]
    for at in range(loads.facts[load, SPACES]):
        if rows[at, DEAD]:
            continue
        far = goods.rules[4] * min(rows[at, 0], goods.room[0] - rows[at, 3])
        far += goods.rules[5] * min(rows[at, 1], goods.room[1] - rows[at, 4])
        up = rows[at, 2] if goods.support else min(rows[at, 2], goods.room[2] - rows[at, 5])
        far += goods.rules[1] * up
        if best >= 0 and far > least:
            continue
        volume = float(rows[at, 3] - rows[at, 0]) * (rows[at, 4] - rows[at, 1])
        volume *= rows[at, 5] - rows[at, 2]
        if best < 0 or far < least or volume > size:
            best, least, size = at, far, volume
    return best


@inner
def look(goods: Goods, loads: Loads, load: int, space: int, corner: Corner) -> None:
    """Find the corner of a space and what is near it."""
    box = corner.box
    for axis in range(3):
        low, high = loads.spaces[load, space, axis], loads.spaces[load, space, 3 + axis]
        room = goods.room[axis]
        box[axis] = low
        box[3 + axis] = high
        far = room - high < low and not (axis == 2 and goods.support)
        corner.side[axis] = far
        corner.slack[axis] = int(room * goods.rules[2])
        corner.walls[axis, 0] = low if low <= corner.slack[axis] else -1
        corner.walls[axis, 1] = room - high if room - high <= corner.slack[axis] else -1
    box[6] = loads.spaces[load, space, STACK]
    corner.number[0] = 0
    solids = loads.solids[load]
    for at in range(loads.facts[load, PLACED]):
        x = (solids[at, 0] < box[3]) & (solids[at, 3] > box[0])
        y = (solids[at, 1] < box[4]) & (solids[at, 4] > box[1])
        z = (solids[at, 2] < box[5]) & (solids[at, 5] > box[2])
        if y & z:
            touch(corner, solids, at, 0)
        if x & z:
            touch(corner, solids, at, 1)
        if x & y:
            touch(corner, solids, at, 2)


@inner
def touch(corner: Corner, solids: Ints, solid: int, axis: int) -> None:
    """Remember a solid that is near a face of the space."""
    gap, end = corner.box[axis] - solids[solid, 3 + axis], 0
    if gap < 0:
        gap, end = solids[solid, axis] - corner.box[3 + axis], 1
    at = corner.number[0]
    if gap < 0 or gap > corner.slack[axis] or at == NEAR_MAX:
        return
    a, b = (axis + 1) % 3, (axis + 2) % 3
    near = corner.near
    near[at, 0] = 2 * axis + end
    near[at, 1] = gap
    near[at, 2] = solids[solid, a]
    near[at, 3] = solids[solid, 3 + a]
    near[at, 4] = solids[solid, b]
    near[at, 5] = solids[solid, 3 + b]
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
    box, side, slack, near = corner.box, corner.side, corner.slack, corner.near
    size = (dx, dy, dz)
    area = 0.0
    for axis in range(3):
        face = float(size[(axis + 1) % 3]) * size[(axis + 2) % 3]
        rest = box[3 + axis] - box[axis] - size[axis]
        for end in range(2):
            gap = corner.walls[axis, end]
            away = rest if end != side[axis] else 0
            if gap >= 0 and gap + away <= slack[axis]:
                area += face
    for at in range(corner.number[0]):
        axis, end = near[at, 0] >> 1, near[at, 0] & 1
        if end != side[axis]:
            rest = box[3 + axis] - box[axis] - size[axis]
            if near[at, 1] + rest > slack[axis]:
                continue
        a, b = (axis + 1) % 3, (axis + 2) % 3
        low = box[3 + a] - size[a] if side[a] else box[a]
        wide = min(near[at, 3], low + size[a]) - max(near[at, 2], low)
        if wide <= 0:
            continue
        low = box[3 + b] - size[b] if side[b] else box[b]
        high = min(near[at, 5], low + size[b]) - max(near[at, 4], low)
        if high > 0:
            area += float(wide) * high
    whole = 2.0 * (float(dx) * dy + float(dy) * dz + float(dx) * dz)
    return min(1.0, area / whole)


@inner
def first_fitting(blocks: Blocks, fitting: Fitting, most: float) -> int:
    """The first block in use whose key is no more than this."""
    row = fitting.facts[0]
    low, high = 0, fitting.numbers[row]
    while low < high:
        middle = (low + high) // 2
        if blocks.keys[fitting.blocks[row, middle]] > most:
            low = middle + 1
        else:
            high = middle
    return low


@inner
def best_blocks(
    world: tuple[Goods, Blocks, Loads, Fitting, Corner], load: int, chosen: Chosen
) -> None:
    """The blocks with the highest scores at a corner, as many as there is room for."""
    goods, blocks, loads, fitting, corner = world
    most, count, bar = len(chosen.blocks), 0, 0.0
    wide = corner.box[3] - corner.box[0]
    deep = corner.box[4] - corner.box[1]
    high = corner.box[5] - corner.box[2]
    row, reach = fitting.facts[0], fitting.reach
    cx, cy, cz = goods.cell[0], goods.cell[1], goods.cell[2]
    volume = float(wide) * deep * high
    for at in range(first_fitting(blocks, fitting, volume), fitting.numbers[row]):
        dx, dy, dz = (
            fitting.sizes[row, 0, at],
            fitting.sizes[row, 1, at],
            fitting.sizes[row, 2, at],
        )
        if (dx > wide) | (dy > deep) | (dz > high):
            continue
        block = fitting.blocks[row, at]
        key = blocks.keys[block]
        if key <= bar:
            break
        used = float(dx + reach[0, (wide - dx) // cx]) * (dy + reach[1, (deep - dy) // cy])
        used *= dz + reach[2, (high - dz) // cz]
        score = key * raised(used / volume, goods.rules[3])
        if score <= bar:
            continue
        if score * raised(touchable(corner, dx, dy, dz), goods.rules[0]) <= bar:
            continue
        if not is_left(blocks, loads, load, block):
            fitting.facts[1] += 1
            continue
        if blocks.stacks[block, 0] > corner.box[6] or blocks.masses[block] > loads.spare[load]:
            continue
        score *= raised(contact(corner, dx, dy, dz), goods.rules[0])
        if score <= bar:
            continue
        count = insert(chosen, count, block, score)
        if count == most:
            bar = chosen.scores[most - 1]
    chosen.number[0] = count


@inner
def insert(chosen: Chosen, count: int, block: int, score: float) -> int:
    """Put a block among the chosen; how many they are."""
    most = len(chosen.blocks)
    place = count if count < most else most - 1
    while place and chosen.scores[place - 1] < score:
        chosen.scores[place] = chosen.scores[place - 1]
        chosen.blocks[place] = chosen.blocks[place - 1]
        place -= 1
    chosen.scores[place] = score
    chosen.blocks[place] = block
    return min(count + 1, most)

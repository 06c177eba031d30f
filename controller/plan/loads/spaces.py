"""The greatest free cuboids around what is placed.

Owns what placing does to them: without support they are cut on all six sides; with support each
stands on one level of tops or floor and reaches to the lid, and equal tops that touch are one.
Refuses to choose among them.

Source: Lai & Chan 1997; Parreno, Alvarez-Valdes, Oliveira & Tamarit 2008.
"""

from typing import TypeAlias

from controller.plan._kept import inner
from controller.plan.loads.blocks import Blocks
from controller.plan.loads.goods import NOTHING, Goods, Ints
from controller.plan.loads.loads import DEAD, PLACED, SPACES, SPACES_MAX, STACK, Loads

MERGED_MAX = 24  # new spaces of one surface

Space: TypeAlias = tuple[int, int, int, int, int, int, int]


@inner
def place(goods: Goods, blocks: Blocks, loads: Loads, load: int, spot: Ints) -> None:
    """Place a block at (block, x, y, z): its boxes are left and it fits."""
    block = spot[0]
    at = loads.facts[load, PLACED]
    loads.facts[load, PLACED] = at + 1
    loads.placed[load, at, 0] = block
    for axis in range(3):
        loads.placed[load, at, 1 + axis] = spot[1 + axis]
        loads.solids[load, at, axis] = spot[1 + axis]
        loads.solids[load, at, 3 + axis] = spot[1 + axis] + blocks.sizes[block, axis]
    loads.worths[load] += blocks.worths[block]
    loads.spare[load] -= blocks.masses[block]
    for part in range(blocks.parts.shape[1]):
        kind = blocks.parts[block, part, 0]
        if kind < 0:
            break
        loads.left[load, kind] -= blocks.parts[block, part, 1]
    if goods.support:
        _cut(loads, load, at, 2)
        top = blocks.stacks[block, 1]
        if top != NOTHING and goods.room[2] - loads.solids[load, at, 5] >= loads.least[load, 2]:
            raise_level(goods, loads, load, at, top)
    else:
        _cut(loads, load, at, 3)


@inner
def space_of(rows: Ints, at: int) -> Space:
    """A row of spaces."""
    return (
        int(rows[at, 0]),
        int(rows[at, 1]),
        int(rows[at, 2]),
        int(rows[at, 3]),
        int(rows[at, 4]),
        int(rows[at, 5]),
        int(rows[at, STACK]),
    )


@inner
def write(rows: Ints, at: int, space: Space, dead: int) -> None:
    """Write a space over a row."""
    rows[at, 0] = space[0]
    rows[at, 1] = space[1]
    rows[at, 2] = space[2]
    rows[at, 3] = space[3]
    rows[at, 4] = space[4]
    rows[at, 5] = space[5]
    rows[at, STACK] = space[6]
    rows[at, DEAD] = dead


@inner
def move(rows: Ints, old: int, new: int) -> None:
    """Write one row over another."""
    for at in range(8):
        rows[new, at] = rows[old, at]


@inner
def within(rows: Ints, at: int, space: Space) -> bool:
    """Whether a space is within that of a row, which stands on no lower stack."""
    return bool(
        (rows[at, 0] <= space[0])
        & (rows[at, 1] <= space[1])
        & (rows[at, 2] <= space[2])
        & (rows[at, 3] >= space[3])
        & (rows[at, 4] >= space[4])
        & (rows[at, 5] >= space[5])
        & (rows[at, STACK] >= space[6])
    )


@inner
def around(rows: Ints, at: int, space: Space) -> bool:
    """Whether the space of a row is within a space, which stands on no lower stack."""
    return bool(
        (rows[at, 0] >= space[0])
        & (rows[at, 1] >= space[1])
        & (rows[at, 2] >= space[2])
        & (rows[at, 3] <= space[3])
        & (rows[at, 4] <= space[4])
        & (rows[at, 5] <= space[5])
        & (rows[at, STACK] <= space[6])
    )


@inner
def add(rows: Ints, first: int, count: int, space: Space, dead: int) -> int:
    """Add a space to the rows from `first` to `count`, of which none lies within it or about it
    then; how many rows there are."""
    for other in range(first, count):
        if within(rows, other, space):
            return count
    kept = first
    for other in range(first, count):
        if not around(rows, other, space):
            if kept < other:
                move(rows, other, kept)
            kept += 1
    if kept == SPACES_MAX:
        return kept
    write(rows, kept, space, dead)
    return kept + 1


@inner
def _take_met(rows: Ints, count: int, solid: Space, scratch: Ints, of_level: bool) -> int:
    """Moves the spaces that a solid meets to the scratch, all or those of its level; how many."""
    kept = 0
    for at in range(count):
        met = (
            (rows[at, 0] < solid[3])
            & (rows[at, 1] < solid[4])
            & (rows[at, 2] < solid[5])
            & (rows[at, 3] > solid[0])
            & (rows[at, 4] > solid[1])
            & (rows[at, 5] > solid[2])
        )
        if met and (not of_level or rows[at, 2] == solid[2]):
            write(scratch, at - kept, space_of(rows, at), rows[at, DEAD])
        else:
            if kept < at:
                move(rows, at, kept)
            kept += 1
    return count - kept


@inner
def _cut(loads: Loads, load: int, place: int, axes: int) -> None:
    """Cut a solid from the spaces that it meets: from all of them, or its base from its level.

    What a face bounds can be within no other space but one that this face bounds as well.
    """
    rows, scratch = loads.spaces[load], loads.scratch
    solid = space_of(loads.solids[load], place)
    cut = _take_met(rows, loads.facts[load, SPACES], solid, scratch, axes == 2)
    kept = loads.facts[load, SPACES] - cut
    count = kept
    for axis in range(axes):
        least = loads.least[load, axis] if axes == 3 else 1
        for end in range(2):
            plane = loads.solids[load, place, 3 * end + axis]
            bound = axis if end else 3 + axis
            first = count
            for row in range(cut):
                long = scratch[row, 3 + axis] - plane if end else plane - scratch[row, axis]
                if long < least:
                    continue
                before = scratch[row, bound]
                scratch[row, bound] = plane
                space = space_of(scratch, row)
                scratch[row, bound] = before
                if not _bounded(rows, kept, space, bound, plane):
                    count = add(rows, first, count, space, scratch[row, DEAD])
    loads.facts[load, SPACES] = count


@inner
def _bounded(rows: Ints, count: int, space: Space, bound: int, plane: int) -> bool:
    """Whether a space is within one that a plane bounds as well."""
    for other in range(count):
        if rows[other, bound] == plane and within(rows, other, space):
            return True
    return False


@inner
def raise_level(goods: Goods, loads: Loads, load: int, place: int, stack: int) -> None:
    """Add the space above a block, joined with the spaces of its level that it touches."""
    new, rows = loads.scratch, loads.spaces[load]
    solid = space_of(loads.solids[load], place)
    level = solid[5]
    lid = int(goods.room[2])
    write(new, 0, (solid[0], solid[1], level, solid[3], solid[4], lid, int(stack)), 0)
    number, at, count = 1, 0, loads.facts[load, SPACES]
    while at < number:
        for other in range(count):
            number = unite(new, at, number, rows, other)
        for other in range(at):
            number = unite(new, at, number, new, other)
        at += 1
    for row in range(number):
        count = add(rows, 0, count, space_of(new, row), 0)
    loads.facts[load, SPACES] = count


@inner
def unite(new: Ints, at: int, number: int, rows: Ints, other: int) -> int:
    """Add what a new space and another of its level make together; how many new ones there are."""
    one, two = space_of(new, at), space_of(rows, other)
    if two[2] != one[2]:
        return number
    for axis in range(2):
        if number < MERGED_MAX and touch(one, two, axis):
            both = union(one, two, axis)
            if not within(rows, other, both):
                number = grown(new, number, both)
    return number


@inner
def touch(one: Space, two: Space, axis: int) -> bool:
    """Whether two spaces of a level touch along an axis."""
    if axis:
        return one[4] >= two[1] and two[4] >= one[1] and one[0] < two[3] and two[0] < one[3]
    return one[3] >= two[0] and two[3] >= one[0] and one[1] < two[4] and two[1] < one[4]


@inner
def union(one: Space, two: Space, axis: int) -> Space:
    """The space along an axis that two spaces of a level make that touch."""
    x0, y0 = max(one[0], two[0]), max(one[1], two[1])
    x1, y1 = min(one[3], two[3]), min(one[4], two[4])
    if axis:
        y0, y1 = min(one[1], two[1]), max(one[4], two[4])
    else:
        x0, x1 = min(one[0], two[0]), max(one[3], two[3])
    return x0, y0, one[2], x1, y1, one[5], min(one[6], two[6])


@inner
def grown(rows: Ints, count: int, space: Space) -> int:
    """Add a space unless it is within one before; how many rows there are."""
    for other in range(count):
        if within(rows, other, space):
            return count
    write(rows, count, space, 0)
    return count + 1

"""The largest empty boxes of a carton that is being filled, and how a block takes room from them.

Owns the spaces. Refuses to know what a block is and whether it may stand where it is put.
Source: Lai and Chan 1997, Parreno et al. 2008.
"""

import numpy as np

from controller.plan.cartons.arrays import COUNT, EMPTY, FRESH, WORK, Ints, Pile
from controller.plan.cartons.kernels import kernel

SPACES = 1000


@kernel
def new_pile(most: int) -> Pile:
    """A place to fill one carton after the other with up to so many blocks."""
    return Pile(
        np.zeros((most, 10), np.int64),
        np.empty((SPACES, 6), np.int64),
        np.empty((SPACES, 6), np.int64),
        np.zeros(9, np.int64),
        np.zeros(9, np.int64),
        np.zeros(3, np.int64),
    )


@kernel
def clear(pile: Pile, room: Ints) -> None:
    """Empties the pile for a carton of this room."""
    for at in range(WORK):
        pile.now[at] = 0
    pile.now[EMPTY] = 1
    for axis in range(3):
        pile.room[axis] = room[axis]
        pile.spaces[0, axis] = 0
        pile.spaces[0, axis + 3] = room[axis]


@kernel
def _add_child(pile: Pile, space: int, side: int, wall: int, least: int) -> None:
    """One space that is left beside a block: the old one up to a wall on one side."""
    axis, count = side % 3, pile.now[FRESH]
    low, high = pile.spaces[space, axis], pile.spaces[space, axis + 3]
    if side < 3:
        high = wall
    else:
        low = wall
    if high - low < least or count >= len(pile.fresh):
        return
    for corner in range(6):
        pile.fresh[count, corner] = pile.spaces[space, corner]
    pile.fresh[count, axis] = low
    pile.fresh[count, axis + 3] = high
    pile.now[FRESH] = count + 1


@kernel
def _holds(one: Ints, other: Ints) -> bool:
    for axis in range(3):
        if one[axis] > other[axis] or one[axis + 3] < other[axis + 3]:
            return False
    return True


@kernel
def _merge_children(pile: Pile) -> None:
    """Adds what is left beside a block, unless another space holds it."""
    spaces, fresh, kept, count = pile.spaces, pile.fresh, pile.now[EMPTY], pile.now[FRESH]
    old = kept
    for child in range(count):
        held = kept >= len(spaces)
        for space in range(old):
            if held or _holds(spaces[space], fresh[child]):
                held = True
                break
        for other in range(count):
            if held:
                break
            if other != child and _holds(fresh[other], fresh[child]):
                held = other < child or not _holds(fresh[child], fresh[other])
        if not held:
            for corner in range(6):
                spaces[kept, corner] = fresh[child, corner]
            kept += 1
    pile.now[EMPTY] = kept


@kernel
def take_room(pile: Pile, block: Ints, least: int) -> None:
    """Takes a block out of the spaces; sides shorter than any unit are no space.

    Shapes: block x0 y0 z0 x1 y1 z1.
    """
    spaces, kept = pile.spaces, 0
    pile.now[FRESH] = 0
    for space in range(pile.now[EMPTY]):
        apart = False
        for axis in range(3):
            if spaces[space, axis] >= block[axis + 3] or spaces[space, axis + 3] <= block[axis]:
                apart = True
        if apart:
            if kept != space:
                for corner in range(6):
                    spaces[kept, corner] = spaces[space, corner]
            kept += 1
            continue
        for axis in range(3):
            _add_child(pile, space, axis, block[axis], least)
            _add_child(pile, space, axis + 3, block[axis + 3], least)
    pile.now[EMPTY] = kept
    _merge_children(pile)


@kernel
def put(pile: Pile, kind: int, fragile: bool, least: int) -> None:
    """Sets the block of the spot down; nothing may come above a fragile one."""
    spot, box = pile.spot, pile.boxes[pile.now[COUNT]]
    for axis in range(3):
        box[axis] = spot[axis]
        box[axis + 3] = spot[axis] + spot[axis + 3] * spot[axis + 6]
        box[axis + 7] = spot[axis + 6]
    box[6] = kind
    pile.now[COUNT] += 1
    top = box[5]
    if fragile:
        box[5] = pile.room[2]
    take_room(pile, box, least)
    box[5] = top

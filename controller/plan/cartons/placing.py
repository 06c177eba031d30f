"""Where the next units go: the best place in the spaces of a carton by one of several rules.

Owns the rules of choice. Refuses to choose what comes next.
"""

from controller.plan.cartons.arrays import (
    COUNT,
    EMPTY,
    FRAGILE,
    LEAST,
    WAYS,
    WORK,
    Ints,
    Pile,
    Question,
)
from controller.plan.cartons.kernels import kernel
from controller.plan.cartons.spaces import put
from controller.plan.cartons.standing import stands

DEEP, SNUG, TOUCH = range(3)
"""Low levels; small spaces; much contact. By `RULES` more, all corners of a space are tried."""
RULES = 3
FAR = 1 << 60
LOOKS = 4
"""Spaces that are looked at in a unit of work."""
STEP_MM = 1 << 20
UNIT = 1 << 42
"""What one more unit in a block is worth in its score."""


@kernel
def _contact(pile: Pile) -> int:
    """The area in which a block at the spot touches walls and other blocks."""
    spot, room, boxes = pile.spot, pile.room, pile.boxes
    x0, y0, z0 = spot[0], spot[1], spot[2]
    x1, y1, z1 = x0 + spot[3] * spot[6], y0 + spot[4] * spot[7], z0 + spot[5] * spot[8]
    dx, dy, dz = x1 - x0, y1 - y0, z1 - z0
    area = dy * dz * ((x0 == 0) + (x1 == room[0])) + dx * dz * ((y0 == 0) + (y1 == room[1]))
    area += dx * dy * ((z0 == 0) + (z1 == room[2]))
    for at in range(pile.now[COUNT]):
        box = boxes[at]
        wide = min(x1, box[3]) - max(x0, box[0])
        deep = min(y1, box[4]) - max(y0, box[1])
        high = min(z1, box[5]) - max(z0, box[2])
        if wide < 0 or deep < 0 or high < 0:
            continue
        if wide == 0:
            area += deep * high
        elif deep == 0:
            area += wide * high
        elif high == 0:
            area += wide * deep
    return int(area)


@kernel
def _score(pile: Pile, space: Ints, rule: int) -> int:
    """How well a block lies at the spot by a rule; the lowest is best."""
    spot = pile.spot
    x, y, z = spot[0], spot[1], spot[2]
    dx, dy, dz = spot[3] * spot[6], spot[4] * spot[7], spot[5] * spot[8]
    wide, deep, high = space[3] - space[0], space[4] - space[1], space[5] - space[2]
    strip = min(wide - dx, deep - dy)
    if rule == DEEP:
        score = z * STEP_MM + strip
    elif rule == SNUG:
        score = min(strip, high - dz) * STEP_MM + z + dz
    else:
        faces = 2 * (dx * dy + dx * dz + dy * dz)
        score = (faces - _contact(pile)) * 1000 // faces * STEP_MM + z
    return int(score * STEP_MM + x + y)


@kernel
def _set_way(pile: Pile, way: Ints) -> None:
    for axis in range(3):
        pile.spot[axis + 3] = way[axis]
        pile.spot[axis + 6] = 1


@kernel
def _set_corner(pile: Pile, space: Ints, corner: int) -> bool:
    """One of the lower corners of a space; false where it is the same as another one."""
    spot = pile.spot
    spot[2] = space[2]
    for axis in range(2):
        length = spot[axis + 3] * spot[axis + 6]
        far = corner >> axis & 1
        if far and space[axis + 3] - space[axis] == length:
            return False
        spot[axis] = space[axis + 3] - length if far else space[axis]
    return True


@kernel
def _grow(pile: Pile, space: Ints, most: int, first: int, fragile: bool) -> None:
    """Makes the block as large as the space and so many units allow, along `first` first."""
    spot = pile.spot
    for turn in range(3):
        axis = (first + turn) % 3
        if axis == 2 and fragile:
            continue
        have = spot[6] * spot[7] * spot[8] // spot[axis + 6]
        fits = (space[axis + 3] - space[axis]) // spot[axis + 3]
        spot[axis + 6] = max(1, min(fits, most // have))


@kernel
def _try_corners(
    question: Question, pile: Pile, kind: int, space: Ints, choice: Ints, best: Ints
) -> None:
    """Keeps the spot at the corner of a space that the rule likes best, if any may be used."""
    spot, rule, more = pile.spot, choice[0], choice[1] > 1
    for corner in range(4 if rule >= RULES else 1):
        if not _set_corner(pile, space, corner):
            continue
        score = _score(pile, space, rule % RULES)
        if more:
            score = score // 16 - spot[6] * spot[7] * spot[8] * UNIT
        if score < best[0] and stands(question, pile, kind):
            best[0] = score
            for at in range(9):
                best[at + 1] = spot[at]


@kernel
def _try_space(
    question: Question, pile: Pile, kind: int, space: Ints, choice: Ints, best: Ints
) -> None:
    """All ways of a unit in a space. Shapes: choice is (rule, units at once)."""
    row = question.kinds[kind]
    for way in range(row[WAYS]):
        size = question.ways[kind, way]
        if (
            size[0] > space[3] - space[0]
            or size[1] > space[4] - space[1]
            or size[2] > space[5] - space[2]
        ):
            continue
        for first in range(3 if choice[1] > 1 else 1):
            _set_way(pile, size)
            if choice[1] > 1:
                _grow(pile, space, choice[1], first, row[FRAGILE] > 0)
            _try_corners(question, pile, kind, space, choice, best)


@kernel
def place(question: Question, pile: Pile, kind: int, choice: Ints, best: Ints) -> int:
    """Sets down one block of the kind, and answers of how many units; 0 finds no place.

    Shapes: choice is (rule, units at once); best is room for 10 numbers.
    """
    best[0] = FAR
    fragile = question.kinds[kind, FRAGILE] > 0
    pile.now[WORK] += 1 + pile.now[EMPTY] // LOOKS
    if pile.now[COUNT] + 1 >= len(pile.boxes):
        return 0
    for at in range(pile.now[EMPTY]):
        space = pile.spaces[at]
        if not fragile or space[5] == pile.room[2]:
            _try_space(question, pile, kind, space, choice, best)
    if best[0] == FAR:
        return 0
    for at in range(9):
        pile.spot[at] = best[at + 1]
    put(pile, kind, fragile, question.rules[LEAST])
    units = pile.spot[6] * pile.spot[7] * pile.spot[8]
    return int(units)

"""Whether a block may stand at a place: what carries it, and what it does to those below.

Owns support, gravity and loads for the search; the check of placements says them again by itself.
Refuses to look for places.
"""

import numpy as np

from controller.plan.cartons.arrays import (
    BEARS,
    COUNT,
    GRAVITY,
    LOADS,
    MASS,
    SUPPORT,
    Ints,
    Pile,
    Question,
)
from controller.plan.cartons.kernels import kernel

HALF = 50


@kernel
def _over_carriers(boxes: Ints, count: int, spot: Ints) -> bool:
    """Whether the centre of a base lies in the convex hull of what carries it."""
    x0, y0, z = spot[0], spot[1], spot[2]
    x1, y1 = x0 + spot[3] * spot[6], y0 + spot[4] * spot[7]
    points, found = np.zeros((4 * count, 2), np.int64), 0
    for at in range(count):
        if boxes[at, 5] != z:
            continue
        a0, a1 = max(x0, boxes[at, 0]), min(x1, boxes[at, 3])
        b0, b1 = max(y0, boxes[at, 1]), min(y1, boxes[at, 4])
        if a0 < a1 and b0 < b1:
            for corner in range(4):
                points[found, 0] = 2 * (a0 if corner % 2 else a1) - x0 - x1
                points[found, 1] = 2 * (b0 if corner < 2 else b1) - y0 - y1
                found += 1
    for one in range(found):
        beyond = False
        for other in range(found):
            cross = points[one, 0] * points[other, 1] - points[one, 1] * points[other, 0]
            along = points[one, 0] * points[other, 0] + points[one, 1] * points[other, 1]
            if cross > 0 or (cross == 0 and along <= 0):
                beyond = True
                break
        if not beyond:
            return False
    return found > 0


@kernel
def carried(boxes: Ints, count: int, spot: Ints) -> int:
    """The area of a block's base that rests on tops."""
    x0, y0, z = spot[0], spot[1], spot[2]
    x1, y1 = x0 + spot[3] * spot[6], y0 + spot[4] * spot[7]
    area = 0
    for at in range(count):
        if boxes[at, 5] != z:
            continue
        wide = min(x1, boxes[at, 3]) - max(x0, boxes[at, 0])
        deep = min(y1, boxes[at, 4]) - max(y0, boxes[at, 1])
        if wide > 0 and deep > 0:
            area += wide * deep
    return area


@kernel
def _pass_on(boxes: Ints, count: int, one: int, loads: Ints) -> None:
    """Shares what a unit weighs and carries among its carriers by the areas of contact."""
    areas, total = np.zeros(count, np.float64), 0.0
    for other in range(count):
        wide = min(boxes[one, 3], boxes[other, 3]) - max(boxes[one, 0], boxes[other, 0])
        deep = min(boxes[one, 4], boxes[other, 4]) - max(boxes[one, 1], boxes[other, 1])
        if boxes[other, 5] == boxes[one, 2] and wide > 0 and deep > 0:
            areas[other] = wide * deep
            total += areas[other]
    for other in range(count):
        if areas[other] > 0:
            loads[other] += areas[other] * (loads[one] / total)


@kernel
def _highest(boxes: Ints, told: Ints) -> int:
    """The unit with the highest base of those not told yet."""
    found = 0
    for one in range(len(told)):
        if not told[one] and (told[found] or boxes[one, 2] > boxes[found, 2]):
            found = one
    return found


@kernel
def overloaded(question: Question, pile: Pile, kind: int) -> bool:
    """Whether some unit would carry more than it bears, with one more at the spot."""
    count, boxes = pile.now[COUNT], pile.boxes
    for axis in range(3):
        boxes[count, axis] = pile.spot[axis]
        boxes[count, axis + 3] = pile.spot[axis] + pile.spot[axis + 3] * pile.spot[axis + 6]
    boxes[count, 6] = kind
    loads, told = np.zeros(count + 1, np.float64), np.zeros(count + 1, np.bool_)
    for _ in range(count + 1):
        one = _highest(boxes, told)
        told[one] = True
        bears = question.kinds[boxes[one, 6], BEARS]
        if bears >= 0 and loads[one] > bears:
            return True
        loads[one] += question.kinds[boxes[one, 6], MASS]
        _pass_on(boxes, count + 1, one, loads)
    return False


@kernel
def stands(question: Question, pile: Pile, kind: int) -> bool:
    """Whether a block of the kind may stand at the spot, which is empty.

    What does not rest may be all below one unit.
    """
    spot, rules = pile.spot, question.rules
    if spot[2] > 0 and (rules[SUPPORT] > 0 or rules[GRAVITY]):
        unit, units = spot[3] * spot[4], spot[6] * spot[7]
        missing = unit * units - carried(pile.boxes, pile.now[COUNT], spot)
        if 100 * missing > (100 - rules[SUPPORT]) * unit:
            return False
        tips = rules[SUPPORT] < HALF and rules[GRAVITY] and missing > 0
        if tips and (units > 1 or not _over_carriers(pile.boxes, pile.now[COUNT], spot)):
            return False
    return not (rules[LOADS] and overloaded(question, pile, kind))

"""The compiled innermost of wave selection: which orders a stock covers, what an aisle adds.

Owns loops over ragged rows: one array of whole numbers whose first entries say where each row
begins; a row is its total, then pairs of (item, units) or, by item, of (order, units). Refuses
to know names, limits of time and what a wave is for.
"""

import numpy as np
from numpy.typing import NDArray

from controller.plan.tours.compiled import compiled

Numbers = NDArray[np.int32]
Rows = tuple[Numbers, Numbers, Numbers]  # orders, aisles, orders by item

CHOSEN, SEEN, TAKEN = 0, 1, 2  # rows of `marks`, one column an order


@compiled
def add(rows: Numbers, row: int, sign: int, stock: Numbers) -> None:
    """Add the units of a row to a stock, or take them out of it."""
    for at in range(rows[row] + 1, rows[row + 1], 2):
        stock[rows[at]] += sign * rows[at + 1]


@compiled
def covers(orders: Numbers, order: int, left: Numbers) -> bool:
    """Whether what is left covers all lines of an order."""
    for at in range(orders[order] + 1, orders[order + 1], 2):
        if left[orders[at]] < orders[at + 1]:
            return False
    return True


@compiled
def fill(orders: Numbers, sequence: Numbers, left: Numbers, marks: Numbers, most: int) -> int:
    """Choose orders one after another where the stock covers them; the units chosen."""
    marks[CHOSEN] = 0
    total = 0
    for order in sequence:
        size = orders[orders[order]]
        if total + size <= most and covers(orders, order, left):
            add(orders, order, -1, left)
            marks[CHOSEN, order] = 1
            total += size
    return total


@compiled
def gain(rows: Rows, aisle: int, left: Numbers, marks: Numbers, stamp: int) -> int:
    """Units of more orders that one more aisle lets start; `left` is as before afterwards."""
    orders, aisles, askers = rows
    taken = units = 0
    add(aisles, aisle, 1, left)
    for at in range(aisles[aisle] + 1, aisles[aisle + 1], 2):
        item = aisles[at]
        for asks in range(askers[item] + 1, askers[item + 1], 2):
            order = askers[asks]
            if left[item] == 0:
                break
            if marks[CHOSEN, order] == 0 and marks[SEEN, order] != stamp:
                marks[SEEN, order] = stamp
                if covers(orders, order, left):
                    add(orders, order, -1, left)
                    marks[TAKEN, taken] = order
                    taken += 1
                    units += orders[orders[order]]
    for index in range(taken):
        add(orders, marks[TAKEN, index], 1, left)
    add(aisles, aisle, -1, left)
    return units


@compiled
def best_aisle(
    rows: Rows, inside: Numbers, left: Numbers, marks: Numbers, first: int, stamp: int
) -> int:
    """The aisle outside that adds most units, then the most stock; -1 where none is outside.

    `first` is asked first, so it wins where aisles are equal; `inside` bars an aisle by not 0.
    """
    count = inside.shape[0]
    best = most = -1
    for step in range(count):
        aisle = (step + first) % count
        if inside[aisle] == 0:
            worth = gain(rows, aisle, left, marks, stamp + step) << 24
            worth += rows[1][rows[1][aisle]]
            if worth > most:
                best, most = aisle, worth
    return best

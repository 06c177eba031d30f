"""The compiled innermost of wave selection: which orders a stock covers, what an aisle adds.

Owns loops over ragged rows: one array of whole numbers whose first entries say where each row
begins; a row is its total, then pairs of (item, units), an order's scarcest item first. Refuses
to know names, limits of time and what a wave is for.
"""

import numpy as np
from numpy.typing import NDArray

from controller.plan.tours.compiled import compiled

Numbers = NDArray[np.int32]
Rows = tuple[Numbers, Numbers]  # orders, aisles

CHOSEN, TAKEN, LINKS, HEADS, HOPES = range(5)  # rows of `marks`: of orders; the last two of items
NOBODY = -1


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
def lacking(orders: Numbers, sequence: Numbers, left: Numbers, marks: Numbers) -> None:
    """Chain the orders that are not chosen by the first item of which too little is left.

    No aisle without that item lets the order start. In a chain they stand in their sequence.
    """
    marks[HEADS] = NOBODY
    marks[HOPES] = 0
    for place in range(len(sequence) - 1, -1, -1):
        order = sequence[place]
        if marks[CHOSEN, order] == 0:
            for at in range(orders[order] + 1, orders[order + 1], 2):
                item = orders[at]
                if left[item] < orders[at + 1]:
                    marks[LINKS, order] = marks[HEADS, item]
                    marks[HEADS, item] = order
                    marks[HOPES, item] += orders[orders[order]]
                    break


@compiled
def gain(rows: Rows, aisle: int, left: Numbers, marks: Numbers) -> int:
    """Units of more orders that one more aisle lets start; `left` is as before afterwards."""
    orders, aisles = rows
    taken = units = 0
    add(aisles, aisle, 1, left)
    for at in range(aisles[aisle] + 1, aisles[aisle + 1], 2):
        order = marks[HEADS, aisles[at]]
        while order >= 0:
            if covers(orders, order, left):
                add(orders, order, -1, left)
                marks[TAKEN, taken] = order
                taken += 1
                units += orders[orders[order]]
            order = marks[LINKS, order]
    for index in range(taken):
        add(orders, marks[TAKEN, index], 1, left)
    add(aisles, aisle, -1, left)
    return units


@compiled
def hope(aisles: Numbers, aisle: int, marks: Numbers) -> int:
    """An aisle lets no more units start than these."""
    units = 0
    for at in range(aisles[aisle] + 1, aisles[aisle + 1], 2):
        units += marks[HOPES, aisles[at]]
    return units


@compiled
def best_aisle(
    rows: Rows, sequence: Numbers, inside: Numbers, left: Numbers, marks: Numbers, first: int
) -> int:
    """The aisle outside that adds most units, then the most stock; -1 where none is outside.

    `first` is asked first, so it wins where aisles are equal; `inside` bars an aisle by not 0.
    """
    lacking(rows[0], sequence, left, marks)
    count = inside.shape[0]
    best = most = -1
    for step in range(count):
        aisle = (step + first) % count
        if inside[aisle] == 0:
            stock = rows[1][rows[1][aisle]]
            if (hope(rows[1], aisle, marks) << 24) + stock > most:
                worth = (gain(rows, aisle, left, marks) << 24) + stock
                if worth > most:
                    best, most = aisle, worth
    return best

"""Packing: one whole search of an order, from its numbers to the places of all units.

Owns the sequence of the search in one call. Refuses to prove.
"""

import numpy as np

from controller.plan.cartons.arrays import COUNT, Ints, Question
from controller.plan.cartons.choosing import LEAST_CENTS, TRIES, Desk, new_desk
from controller.plan.cartons.dividing import (
    CARTON,
    HASTY,
    LEFT,
    PART_CENTS,
    PARTS,
    RULE,
    TIMES,
    Parts,
    first_parts,
    new_parts,
)
from controller.plan.cartons.filling import fill, fits, totals
from controller.plan.cartons.kernels import entry, kernel
from controller.plan.cartons.unfolding import copies, unfold

BOXES_MAX = 600
ROWS_MAX = 1 << 22
TRIES_OF = (6, 12, 40, 1, 1)
"""Attempts for a set of lots on each level; the last two are those of levels below 0."""


@kernel
def _forget(desk: Desk) -> None:
    """Drops what is remembered of lots, because more attempts are paid for now."""
    for at in range(len(desk.keys)):
        desk.keys[at] = desk.known[at] = desk.failed[at] = 0


@entry
def begin(site: Ints, order: Ints, depth: Ints) -> tuple[Question, Desk, Parts, Parts]:
    """The desk of an order, room for its best answer and for trials.

    Shapes: depth is (level, memory, records).
    """
    question = unfold(site, order)
    counts = copies(question)
    units, lots = totals(question, counts)[5], len(counts)
    desk = new_desk(question, min(units, BOXES_MAX) + 2, depth[1], depth[2])
    most = max(1, min(counts.sum(), ROWS_MAX // lots))
    return question, desk, new_parts(most, lots), new_parts(most, lots)


@entry
def deepen(question: Question, desk: Desk, best: Parts, trial: Parts, level: int) -> None:
    """The first answer of a level, where it is better than what was found before."""
    desk.state[TRIES] = TRIES_OF[level]
    if level >= 0:
        _forget(desk)
    first_parts(question, desk, best, trial, copies(question), level)


@kernel
def lay(question: Question, desk: Desk, parts: Parts, at: int) -> None:
    """Fills the pile with a part of an answer again."""
    carton, rule, counts = parts.rows[at, CARTON], parts.rows[at, RULE], parts.counts[at]
    if rule < 0:
        fits(question, desk.pile, carton, counts, desk.state[TRIES])
    else:
        fill(question, desk.pile, carton, counts, parts.orders[at], rule)


@entry
def told(question: Question, desk: Desk, parts: Parts) -> Ints:
    """An answer as one row: least cents, units left, parts; then each part with its boxes.

    Shapes: a part is carton, cents, times, boxes, counts (lots,) and 10 numbers of each box.
    """
    lots = len(question.lots)
    size = 3 + parts.state[PARTS] * (4 + lots + 10 * len(desk.pile.boxes))
    row, end = np.zeros(size, np.int64), 3
    row[0], row[1], row[2] = desk.state[LEAST_CENTS], parts.state[LEFT], parts.state[PARTS]
    for at in range(parts.state[PARTS]):
        lay(question, desk, parts, at)
        count = desk.pile.now[COUNT]
        row[end], row[end + 1] = parts.rows[at, CARTON], parts.rows[at, PART_CENTS]
        row[end + 2], row[end + 3] = parts.rows[at, TIMES], count
        for lot in range(lots):
            row[end + 4 + lot] = parts.counts[at, lot]
        end += 4 + lots
        for box in range(count):
            for column in range(10):
                row[end + column] = desk.pile.boxes[box, column]
            end += 10
    return row[:end]


@entry
def pack(site: Ints, order: Ints, depth: Ints) -> Ints:
    """An order's first answer in one call; shapes as of `begin` and `told`."""
    question, desk, best, trial = begin(site, order, depth)
    deepen(question, desk, best, trial, HASTY)
    if depth[0] > HASTY:
        deepen(question, desk, best, trial, min(depth[0], 0))
    return told(question, desk, best)

"""Packing: one whole search of an order, from its numbers to the places of all units.

Owns the sequence of the search in one call, and how far it goes for the work it is given: a first
answer is always brought to its end, all else ends with the work. Refuses to prove.
"""

import numpy as np

from controller.plan.cartons.arrays import COUNT, UNTIL, WORK, Ints, Question, Site
from controller.plan.cartons.choosing import LEAST_CENTS, LEVEL, Desk, new_desk
from controller.plan.cartons.dividing import (
    BY_TRYING,
    CARTON,
    CENTS,
    LEFT,
    PART_CENTS,
    PARTS,
    RULE,
    TIMES,
    Parts,
    deepen,
    improve,
    new_parts,
)
from controller.plan.cartons.filling import NEVER, fill, fits, totals
from controller.plan.cartons.kernels import entry, inlined
from controller.plan.cartons.unfolding import copies, unfold

BOXES_MAX = 600
ROWS_MAX = 1 << 22
TRIES_OF = (1, 8, 14, 40)
"""Attempts for a set of lots on each level."""
FIRST = 1
"""The level that compares divisions; searches that go no deeper do not improve them."""
SPREAD = 10_000
"""Work for what a level found before the next, when there is one."""


@inlined
def _forget(desk: Desk) -> None:
    """Drops what is remembered of lots, because more attempts are paid for now."""
    for at in range(len(desk.keys)):
        desk.keys[at] = desk.known[at] = desk.failed[at] = 0


@inlined
def _begin(question: Question, depth: Ints) -> tuple[Desk, Parts, Parts]:
    """The desk of an order, room for its best answer and for trials."""
    counts = copies(question)
    units, lots = totals(question, counts)[5], len(counts)
    desk = new_desk(question, counts, min(units, BOXES_MAX) + 2, depth[1], depth[2])
    desk.pile.now[UNTIL] = depth[3]
    most = max(1, min(counts.sum(), ROWS_MAX // lots))
    return desk, new_parts(most, lots), new_parts(most, lots)


@inlined
def _lay(question: Question, desk: Desk, parts: Parts, at: int) -> None:
    """Fills the pile with a part of an answer again."""
    carton, rule, counts = parts.rows[at, CARTON], parts.rows[at, RULE], parts.counts[at]
    if rule < 0:
        attempt = BY_TRYING - rule
        fits(question, desk.pile, carton, counts, np.array([attempt, attempt + 1]))
    else:
        fill(question, desk.pile, carton, counts, parts.orders[at], rule)


@inlined
def _told(question: Question, desk: Desk, parts: Parts) -> Ints:
    """An answer as one row: least cents, units left, parts; then each part with its boxes.

    Shapes: a part is carton, cents, times, boxes, counts (lots,) and 10 numbers of each box.
    """
    lots, until = len(question.lots), desk.pile.now[UNTIL]
    desk.pile.now[UNTIL] = NEVER
    size = 3 + parts.state[PARTS] * (4 + lots + 10 * len(desk.pile.boxes))
    row, end = np.zeros(size, np.int64), 3
    row[0], row[1], row[2] = desk.state[LEAST_CENTS], parts.state[LEFT], parts.state[PARTS]
    for at in range(parts.state[PARTS]):
        _lay(question, desk, parts, at)
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
    desk.pile.now[UNTIL] = until
    return row[:end]


@inlined
def _open(desk: Desk, parts: Parts, until: int) -> bool:
    """Whether work is left that may bring more."""
    work = desk.pile.now[WORK]
    more = parts.state[LEFT] > 0 or parts.state[CENTS] > desk.state[LEAST_CENTS]
    return bool(more and work < until and work < desk.pile.now[UNTIL])


@entry
def search(
    question: Question, desk: Desk, best: Parts, trial: Parts, deepest: int, work: int
) -> Ints:
    """Goes on with a search for about so much work. Shapes: the answer as `_told` says."""
    until, counts = desk.pile.now[WORK] + work, copies(question)
    while True:
        before, level, end = desk.pile.now[WORK], desk.state[LEVEL], until
        if level <= deepest:
            if level:
                _forget(desk)
            desk.turns[1], desk.state[LEVEL] = TRIES_OF[level], level + 1
            deepen(question, desk, best, trial, counts, level)
            end = desk.pile.now[WORK] + (SPREAD if 1 < level < deepest else 0)
        if best.state[LEFT] == 0 and deepest > FIRST:
            improve(question, desk, best, trial, min(end, desk.pile.now[UNTIL]))
        stuck = level > deepest and desk.pile.now[WORK] == before
        if stuck or not _open(desk, best, until):
            return _told(question, desk, best)


@entry
def pack(
    site: Site, rows: Ints, kinds: Ints, ways: Ints, depth: Ints
) -> tuple[Ints, Question, Desk, Parts, Parts]:
    """The answer of a new search as one row, and the search itself.

    Shapes: rows, kinds and ways as `asking` writes them; depth is (level, memory, records, work
    of the whole search, work until it is told for the first time).
    """
    question = unfold(site, rows, kinds, ways)
    desk, best, trial = _begin(question, depth)
    row = search(question, desk, best, trial, depth[0], depth[4])
    return row, question, desk, best, trial

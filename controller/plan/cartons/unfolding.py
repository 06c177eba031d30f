"""Unfolding: rows of numbers as the arrays that the search works on, and its answer as one row.

Owns the layout of both, and the rankings of lots. Refuses to search.
"""

import numpy as np

from controller.plan.cartons.arrays import (
    COPIES,
    FRAGILE,
    HAZARDOUS,
    HAZARDS,
    LEAST,
    LOADS,
    LOT_MASS,
    LOT_VOLUME,
    MASS,
    QTY,
    ROWS,
    UNITS,
    Ints,
    Question,
)
from controller.plan.cartons.kernels import kernel

RULES, CARTON, KIND, LOT = 9, 7, 24, 4
RANKINGS = 3


@kernel
def _table(numbers: Ints, begin: int, rows: int, columns: int) -> Ints:
    found = np.empty((rows, columns), np.int64)
    for row in range(rows):
        for column in range(columns):
            found[row, column] = numbers[begin + row * columns + column]
    return found


@kernel
def _ways(kinds: Ints) -> Ints:
    found = np.empty((len(kinds), 6, 3), np.int64)
    for kind in range(len(kinds)):
        for way in range(6):
            for axis in range(3):
                found[kind, way, axis] = kinds[kind, 6 + 3 * way + axis]
    return found


@kernel
def _add_up(kinds: Ints, rows: Ints) -> Ints:
    """Lots with their units, mass, volume and hazards, and the kinds they begin at."""
    lots, first = np.zeros((len(rows), 8), np.int64), 0
    for lot in range(len(rows)):
        for column in range(4):
            lots[lot, column] = rows[lot, column]
        for kind in range(first, first + rows[lot, ROWS]):
            qty = kinds[kind, QTY]
            lots[lot, UNITS] += qty
            lots[lot, LOT_MASS] += qty * kinds[kind, MASS]
            lots[lot, LOT_VOLUME] += qty * kinds[kind, 6] * kinds[kind, 7] * kinds[kind, 8]
            lots[lot, HAZARDS] += qty * kinds[kind, HAZARDOUS]
        first += rows[lot, ROWS]
    return lots


@kernel
def _keys(kinds: Ints, lots: Ints) -> Ints:
    """By what lots are ranked: volume, base and length; fragile ones come last."""
    keys, first = np.zeros((RANKINGS, len(lots)), np.int64), 0
    for lot in range(len(lots)):
        keys[0, lot] = lots[lot, LOT_VOLUME]
        for kind in range(first, first + lots[lot, ROWS]):
            for way in range(kinds[kind, 0]):
                dx, dy = kinds[kind, 6 + 3 * way], kinds[kind, 7 + 3 * way]
                keys[1, lot] = max(keys[1, lot], dx * dy)
                keys[2, lot] = max(keys[2, lot], dx, kinds[kind, 8 + 3 * way])
            if kinds[kind, FRAGILE]:
                for ranking in range(RANKINGS):
                    keys[ranking, lot] -= 1 << 50
        first += lots[lot, ROWS]
    return keys


@kernel
def _ranked(keys: Ints) -> Ints:
    """The lots of each ranking, the largest first. Shapes: keys (rankings, lots)."""
    rankings, lots = keys.shape
    found = np.empty((rankings, lots), np.int64)
    for ranking in range(rankings):
        for lot in range(lots):
            at = lot
            while at and keys[ranking, found[ranking, at - 1]] < keys[ranking, lot]:
                found[ranking, at] = found[ranking, at - 1]
                at -= 1
            found[ranking, at] = lot
    return found


@kernel
def unfold(site: Ints, order: Ints) -> Question:
    """The arrays of an order. Shapes: rows as `asking` writes them."""
    cartons, rooms = site[0], site[1]
    begin = 2 + RULES + CARTON * cartons
    rows = _table(order, 3, order[1], LOT)
    kinds = _table(order, 3 + LOT * order[1], order[0], KIND)
    rules = site[2 : 2 + RULES].copy()
    rules[LOADS] = order[2]
    rules[LEAST] = kinds[:, 6:9].min()
    lots = _add_up(kinds, rows)
    first = np.zeros(len(rows) + 1, np.int64)
    for lot in range(len(rows)):
        first[lot + 1] = first[lot] + rows[lot, ROWS]
    return Question(
        _ways(kinds),
        kinds,
        lots,
        first,
        _ranked(_keys(kinds, lots)),
        _table(site, 2 + RULES, cartons, CARTON),
        _table(site, begin + cartons + 1, rooms, 3),
        site[begin : begin + cartons + 1].copy(),
        rules,
    )


@kernel
def copies(question: Question) -> Ints:
    """How many of each lot an order has."""
    found = np.empty(len(question.lots), np.int64)
    for lot in range(len(question.lots)):
        found[lot] = question.lots[lot, COPIES]
    return found

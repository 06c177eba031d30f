"""Unfolding: rows of numbers as the arrays that the search works on.

Owns sums of lots and their rankings. Refuses to search.
"""

import numpy as np

from controller.plan.cartons.arrays import (
    BEARS,
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
    WAYS,
    Ints,
    Question,
    Site,
)
from controller.plan.cartons.kernels import inlined, kernel

RANKINGS = 3


@inlined
def _add_up(kinds: Ints, ways: Ints, rows: Ints) -> Ints:
    """Lots with their units, mass, volume and hazards, and the kinds they begin at."""
    lots, first = np.zeros((len(rows), 8), np.int64), 0
    for lot in range(len(rows)):
        for column in range(4):
            lots[lot, column] = rows[lot, column]
        for kind in range(first, first + rows[lot, ROWS]):
            qty = kinds[kind, QTY]
            lots[lot, UNITS] += qty
            lots[lot, LOT_MASS] += qty * kinds[kind, MASS]
            way = ways[kind, 0]
            lots[lot, LOT_VOLUME] += qty * way[0] * way[1] * way[2]
            lots[lot, HAZARDS] += qty * kinds[kind, HAZARDOUS]
        first += rows[lot, ROWS]
    return lots


@inlined
def _keys(kinds: Ints, ways: Ints, lots: Ints) -> Ints:
    """By what lots are ranked: volume, base and length; fragile ones come last."""
    keys, first = np.zeros((RANKINGS, len(lots)), np.int64), 0
    for lot in range(len(lots)):
        keys[0, lot] = lots[lot, LOT_VOLUME]
        for kind in range(first, first + lots[lot, ROWS]):
            for way in range(kinds[kind, WAYS]):
                size = ways[kind, way]
                keys[1, lot] = max(keys[1, lot], size[0] * size[1])
                keys[2, lot] = max(keys[2, lot], size[0], size[2])
            if kinds[kind, FRAGILE]:
                for ranking in range(RANKINGS):
                    keys[ranking, lot] -= 1 << 50
        first += lots[lot, ROWS]
    return keys


@inlined
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


@inlined
def unfold(site: Site, rows: Ints, kinds: Ints, ways: Ints) -> Question:
    """The arrays of an order. Shapes: as `asking` writes them."""
    rules, least = site.rules.copy(), ways[0, 0, 0]
    for kind in range(len(kinds)):
        for axis in range(3):
            least = min(least, ways[kind, 0, axis])
        if kinds[kind, BEARS] >= 0 and not kinds[kind, FRAGILE]:
            rules[LOADS] = 1
    rules[LEAST] = least
    lots = _add_up(kinds, ways, rows)
    first = np.zeros(len(rows) + 1, np.int64)
    for lot in range(len(rows)):
        first[lot + 1] = first[lot] + rows[lot, ROWS]
    return Question(
        ways,
        kinds,
        lots,
        first,
        _ranked(_keys(kinds, ways, lots)),
        site.cartons,
        site.rooms,
        site.room_first,
        rules,
    )


@kernel
def copies(question: Question) -> Ints:
    """How many of each lot an order has."""
    found = np.empty(len(question.lots), np.int64)
    for lot in range(len(question.lots)):
        found[lot] = question.lots[lot, COPIES]
    return found

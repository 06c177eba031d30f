"""Choosing: the cheapest carton that takes given lots, and what is known of lots asked before.

Owns the memory of answers within one order, and the record of all that fits. Refuses to divide
lots among cartons.
"""

from typing import NamedTuple

import numpy as np

from controller.plan.cartons.arrays import STOCK, WORK, Ints, Pile, Question
from controller.plan.cartons.filling import MAY, fits, may_fit, price, totals
from controller.plan.cartons.kernels import kernel
from controller.plan.cartons.spaces import new_pile

PROBES = 8
KEPT_COUNT = 64
"""Counts from which lots are not remembered."""


class Desk(NamedTuple):
    """What a search works with.

    Shapes: keys, known, failed (memory,) hash of lots, carton that fits or -1, bits of cartons;
    chance (lots, 64) numbers that tell sets of lots apart; prices, used (cartons,);
    pool (records, lots) counts, with pooled carton and cents; state: carton found, its cents,
    records, tries, chance, cents to beat, cents that no answer costs less than.
    """

    pile: Pile
    keys: Ints
    known: Ints
    failed: Ints
    chance: Ints
    prices: Ints
    used: Ints
    pool: Ints
    pooled: Ints
    state: Ints


FOUND, FOUND_CENTS, RECORDS, TRIES, CHANCE, BEAT, LEAST_CENTS = range(7)


@kernel
def _chances(lots: int) -> Ints:
    """Numbers whose combinations differ where sets of lots do. Source: Zobrist 1970."""
    found = np.empty((lots, KEPT_COUNT), np.int64)
    for lot in range(lots):
        for count in range(KEPT_COUNT):
            high = (lot * KEPT_COUNT + count + 1) * 2654435761 & 0x7FFFFFFF
            low = (high ^ high >> 15) * 2246822519 & 0x7FFFFFFF
            found[lot, count] = (low ^ low >> 13) << 31 | high
    return found


@kernel
def new_desk(question: Question, boxes: int, memory: int, records: int) -> Desk:
    """An empty desk. Shapes: memory is a power of two."""
    cartons, lots = len(question.cartons), len(question.lots)
    state = np.zeros(8, np.int64)
    state[4] = 1
    return Desk(
        new_pile(boxes),
        np.zeros(memory, np.int64),
        np.zeros(memory, np.int64),
        np.zeros(memory, np.int64),
        _chances(lots),
        np.zeros(cartons, np.int64),
        np.zeros(cartons, np.int64),
        np.zeros((records, lots), np.int64),
        np.zeros((records, 2), np.int64),
        state,
    )


@kernel
def draw(desk: Desk, end: int) -> int:
    """The next number of a fixed sequence, from 0 to end - 1."""
    desk.state[CHANCE] = (desk.state[CHANCE] * 1103515245 + 12345) & 0x7FFFFFFF
    return int((desk.state[CHANCE] >> 8) % end)


@kernel
def _slot(desk: Desk, counts: Ints) -> int:
    """Where lots are remembered; -1 when they are not."""
    key = 0
    for lot in range(len(counts)):
        if counts[lot] >= KEPT_COUNT:
            return -1
        if counts[lot]:
            key ^= desk.chance[lot, counts[lot]]
    mask = len(desk.keys) - 1
    for probe in range(PROBES):
        at = (key + probe) & mask
        if desk.keys[at] == key:
            return int(at)
        if desk.keys[at] == 0:
            desk.keys[at] = key
            desk.known[at] = -1
            return int(at)
    return -1


@kernel
def _record(desk: Desk, counts: Ints, carton: int) -> None:
    at = desk.state[RECORDS]
    if at < len(desk.pool):
        for lot in range(len(counts)):
            desk.pool[at, lot] = counts[lot]
        desk.pooled[at, 0] = carton
        desk.pooled[at, 1] = desk.prices[carton]
        desk.state[RECORDS] = at + 1


@kernel
def _takes(question: Question, desk: Desk, carton: int, counts: Ints, slot: int) -> bool:
    """Whether a carton takes lots, from memory or by trying."""
    bit = 1 << min(carton, 62)
    if slot >= 0 and desk.known[slot] == carton:
        return True
    if slot >= 0 and carton < 62 and desk.failed[slot] & bit:
        return False
    if fits(question, desk.pile, carton, counts, desk.state[TRIES]):
        if slot >= 0:
            desk.known[slot] = carton
            _record(desk, counts, carton)
        return True
    if slot >= 0:
        desk.failed[slot] |= bit
    return False


@kernel
def _next_carton(desk: Desk, above: int, limit: int) -> int:
    """The carton of the lowest price after those seen; -1 when none is below the limit.

    Shapes: above is price * cartons + number of the last one.
    """
    best, found, count = limit * len(desk.prices), -1, len(desk.prices)
    for carton in range(count):
        rank = desk.prices[carton] * count + carton
        if above < rank < best:
            best, found = rank, carton
    return found


@kernel
def cheapest(question: Question, desk: Desk, counts: Ints, limit: int) -> bool:
    """Whether a carton for less than the limit is found to take lots; it is in `desk.state`."""
    sums, cartons = totals(question, counts), len(question.cartons)
    desk.pile.now[WORK] += 2
    for carton in range(cartons):
        desk.prices[carton] = price(question, carton, sums[0], sums[1])
    slot, above = _slot(desk, counts), -1
    while True:
        carton = _next_carton(desk, above, limit)
        if carton < 0:
            return False
        above = desk.prices[carton] * cartons + carton
        left = desk.used[carton] < question.cartons[carton, STOCK]
        if (
            left
            and may_fit(question, carton, counts, sums) == MAY
            and _takes(question, desk, carton, counts, slot)
        ):
            desk.state[FOUND] = carton
            desk.state[FOUND_CENTS] = desk.prices[carton]
            return True

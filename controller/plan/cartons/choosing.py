"""Choosing: the cheapest carton that takes given lots, and what is known of lots asked before.

Owns the memory of answers within one order, and the record of all that fits. Refuses to divide
lots among cartons.
"""

from typing import NamedTuple

import numpy as np

from controller.plan.cartons.arrays import (
    MASS_MAX,
    STOCK,
    VOLUME_MAX,
    WORK,
    Ints,
    Pile,
    Question,
)
from controller.plan.cartons.filling import FREE, MAY, NEVER, fits, may_fit, price, totals
from controller.plan.cartons.kernels import inlined, kernel
from controller.plan.cartons.spaces import new_pile

PROBES = 8
PERCENT, FULL_PERCENT = 100, 85
"""How full a carton gets, about."""
KEPT_COUNT = 64
"""Counts from which lots are not remembered."""


class Desk(NamedTuple):
    """What a search works with.

    Shapes: keys, known, failed (memory,) hash of lots, carton that fits with the attempt, or -1,
    and bits of cartons; chance (lots, 64) numbers that tell sets of lots apart; prices, used,
    leads (cartons,), the last in the sequence in which they may lead; turns of attempts; pool
    (records, lots) counts, with pooled carton and cents; state: carton found, its cents, the
    attempt, records, chance, cents to beat, cents that no answer costs less than, cents that none
    of several cartons does, level.
    """

    pile: Pile
    keys: Ints
    known: Ints
    failed: Ints
    chance: Ints
    prices: Ints
    used: Ints
    leads: Ints
    turns: Ints
    pool: Ints
    pooled: Ints
    state: Ints


FOUND, FOUND_CENTS, FOUND_AT, RECORDS, CHANCE, BEAT, LEAST_CENTS, SEVERAL_CENTS, LEVEL = range(9)
ATTEMPT = 1 << 8
"""Factor on the attempt beside the carton in what is known."""


@inlined
def _chances(lots: int) -> Ints:
    """Numbers whose combinations differ where sets of lots do. Source: Zobrist 1970."""
    found = np.empty((lots, KEPT_COUNT), np.int64)
    for lot in range(lots):
        for count in range(KEPT_COUNT):
            high = (lot * KEPT_COUNT + count + 1) * 2654435761 & 0x7FFFFFFF
            low = (high ^ high >> 15) * 2246822519 & 0x7FFFFFFF
            found[lot, count] = (low ^ low >> 13) << 31 | high
    return found


@inlined
def _leads(question: Question, counts: Ints) -> Ints:
    """Cartons by what all lots would cost in as many of them as take their mass and volume."""
    cartons = len(question.cartons)
    found, costs = np.zeros(cartons, np.int64), np.zeros(cartons, np.int64)
    sums = totals(question, counts)
    for carton in range(cartons):
        row = question.cartons[carton]
        count = -(-sums[1] * PERCENT // max(1, FULL_PERCENT * row[VOLUME_MAX]))
        count = max(1, count, -(-sums[0] // max(1, row[MASS_MAX])))
        costs[carton] = count * price(question, carton, sums[0] // count, sums[1] // count)
        at = carton
        while at and costs[found[at - 1]] > costs[carton]:
            found[at] = found[at - 1]
            at -= 1
        found[at] = carton
    return found


@kernel
def new_desk(question: Question, counts: Ints, boxes: int, memory: int, records: int) -> Desk:
    """An empty desk for so many of each lot. Shapes: memory is a power of two."""
    cartons, lots = len(question.cartons), len(question.lots)
    state = np.zeros(9, np.int64)
    state[CHANCE] = 1
    return Desk(
        new_pile(boxes),
        np.zeros(memory, np.int64),
        np.zeros(memory, np.int64),
        np.zeros(memory, np.int64),
        _chances(lots),
        np.zeros(cartons, np.int64),
        np.zeros(cartons, np.int64),
        _leads(question, counts),
        np.zeros(2, np.int64),
        np.zeros((records, lots), np.int64),
        np.zeros((records, 2), np.int64),
        state,
    )


@kernel
def draw(desk: Desk, end: int) -> int:
    """The next number of a fixed sequence, from 0 to end - 1."""
    desk.state[CHANCE] = (desk.state[CHANCE] * 1103515245 + 12345) & 0x7FFFFFFF
    return int((desk.state[CHANCE] >> 8) % end)


@inlined
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


@inlined
def _record(desk: Desk, counts: Ints, carton: int) -> None:
    at = desk.state[RECORDS]
    if at < len(desk.pool):
        for lot in range(len(counts)):
            desk.pool[at, lot] = counts[lot]
        desk.pooled[at, 0] = carton
        desk.pooled[at, 1] = desk.prices[carton]
        desk.state[RECORDS] = at + 1


@inlined
def _takes(question: Question, desk: Desk, carton: int, counts: Ints, slot: int) -> int:
    """The attempt by which a carton takes lots, from memory or by trying; -1 without one."""
    bit = 1 << min(carton, 62)
    if slot >= 0 and desk.known[slot] >= 0 and desk.known[slot] % ATTEMPT == carton:
        return int(desk.known[slot] // ATTEMPT)
    if slot >= 0 and carton < 62 and desk.failed[slot] & bit:
        return -1
    attempt = fits(question, desk.pile, carton, counts, desk.turns)
    if slot >= 0 and attempt < 0:
        desk.failed[slot] |= bit
    elif slot >= 0 and carton < ATTEMPT:
        desk.known[slot] = carton + ATTEMPT * attempt
        _record(desk, counts, carton)
    return attempt


@inlined
def _next_carton(desk: Desk, limit: int) -> int:
    """The carton of the lowest price; their number when none is below the limit."""
    best, found = limit, len(desk.prices)
    for carton in range(len(desk.prices)):
        if desk.prices[carton] < best:
            best, found = desk.prices[carton], carton
    return found


@kernel
def cheapest(question: Question, desk: Desk, counts: Ints, limit: int) -> bool:
    """Whether a carton for less than the limit is found to take lots; it is in `desk.state`."""
    sums, cartons = totals(question, counts), len(question.cartons)
    desk.pile.now[WORK] += 2 + len(counts) // FREE
    for carton in range(cartons):
        desk.prices[carton] = price(question, carton, sums[0], sums[1])
    slot = _slot(desk, counts)
    while True:
        carton = _next_carton(desk, limit)
        if carton == cartons:
            return False
        left = desk.used[carton] < question.cartons[carton, STOCK]
        if left and may_fit(question, carton, counts, sums) == MAY:
            attempt = _takes(question, desk, carton, counts, slot)
            if attempt >= 0:
                desk.state[FOUND] = carton
                desk.state[FOUND_CENTS] = desk.prices[carton]
                desk.state[FOUND_AT] = attempt
                return True
        desk.prices[carton] = NEVER

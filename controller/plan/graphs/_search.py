"""The compiled search for short tours over a matrix of distances, equal in both directions or not.

Owns the kernel: stretches moved and turned round, and kicks that are taken back where they do not
help. Refuses to know what a place is: place 0 is where the tour begins and ends, and a tour is
an array of all places from 0 to 0.

Source: Or 1976; Lin 1965; Lourenço, Martin & Stützle 2003 (iterated local search).
"""

from typing import Any

import numpy as np

from controller.plan.tours.compiled import compiled

Array = Any
Move = tuple[int, int, int, bool]
"""The stretch first..last goes behind position `to`, turned or not; behind first - 1: in place."""

STRETCH_MAX = 10
KICK_SPAN = 20
WORSE = 1_000  # a kick may cost one part in so many at first, and nothing in the end
NEAR_MAX = 10


def nearest(matrix: Array) -> Array:
    """For each place those nearest to it: [0] by the way from it, [1] by the way to it."""
    count = min(NEAR_MAX, len(matrix) - 1)
    apart = matrix.copy()
    np.fill_diagonal(apart, 1 << 60)
    both = np.stack([apart, apart.T])
    return np.ascontiguousarray(np.argsort(both, axis=2, kind="stable")[:, :, :count])


@compiled
def measure(matrix: Array, tour: Array, where: Array) -> int:
    """Notes where each place stands and the length so far, walked ahead and back; the length."""
    size = tour.shape[0] - 1
    for i in range(size):
        where[0, tour[i]] = i
        where[1, i + 1] = where[1, i] + matrix[tour[i], tour[i + 1]]
        where[2, i + 1] = where[2, i] + matrix[tour[i + 1], tour[i]]
    return int(where[1, size])


@compiled
def relay(tour: Array, spare: Array, move: Move) -> None:
    """Carries the move out."""
    first, last, to, turn = move
    size = last - first + 1
    for k in range(size):
        spare[k] = tour[last - k] if turn else tour[first + k]
    if to < first:
        for k in range(first - 1, to, -1):
            tour[k + size] = tour[k]
        start = to + 1
    else:
        for k in range(last + 1, to + 1):
            tour[k - size] = tour[k]
        start = to - size + 1
    for k in range(size):
        tour[start + k] = spare[k]


@compiled
def gain_of(matrix: Array, tour: Array, where: Array, move: Move) -> int:
    """How much shorter the move makes the tour."""
    first, last, to, turn = move
    head, tail = tour[first], tour[last]
    before, after = tour[first - 1], tour[last + 1]
    gain = matrix[before, head] + matrix[tail, after]
    if turn:
        head, tail = tail, head
        gain += where[1, last] - where[1, first] - where[2, last] + where[2, first]
    if to == first - 1:
        return int(gain - matrix[before, head] - matrix[tail, after])
    x, y = tour[to], tour[to + 1]
    gain += matrix[x, y] - matrix[before, after] - matrix[x, head] - matrix[tail, y]
    return int(gain)


@compiled
def move_beside(
    matrix: Array, tour: Array, where: Array, a: int, c: int, into: int
) -> tuple[int, Move, int]:
    """The best move that makes the tour walk from a to c, or `into` a from c: with its gain."""
    size = tour.shape[0] - 1
    i, j = where[0, a], where[0, c]
    gain, best, prices = 0, (1, 1, 0, False), 0
    low, high = (j, i) if into else (i, j)
    if high == 0:
        high = size
    if low < high:
        for first, last in ((low + 1, high), (low, high - 1)):
            if 1 <= first < last < size:
                move = (first, last, first - 1, True)
                found = gain_of(matrix, tour, where, move)
                prices += 1
                if found > gain:
                    gain, best = found, move
    to = j if into else (j - 1 if j else size - 1)
    for a_last in range(2):
        for length in range(1, STRETCH_MAX + 1):
            first = i - length + 1 if a_last else i
            last = first + length - 1
            if first < 1 or last >= size or first <= to <= last or first <= j <= last:
                break
            if to == first - 1:
                continue
            move = (first, last, to, a_last == into)
            found = gain_of(matrix, tour, where, move)
            prices += 1
            if found > gain:
                gain, best = found, move
    return gain, best, prices


@compiled
def best_move(
    matrix: Array, near: Array, tour: Array, where: Array, a: int
) -> tuple[int, Move, int]:
    """A move that gives place `a` a nearer neighbour: with the nearest one that helps."""
    size = tour.shape[0] - 1
    i = where[0, a]
    gain, best, prices = 0, (1, 1, 0, False), 0
    for into in range(2):
        beside = tour[i - 1 if i else size - 1] if into else tour[i + 1]
        had = matrix[beside, a] if into else matrix[a, beside]
        for c in near[into, a]:
            if (matrix[c, a] if into else matrix[a, c]) >= had:
                break
            found, move, tried = move_beside(matrix, tour, where, a, c, into)
            prices += tried
            if found > gain:
                gain, best = found, move
                break
    return gain, best, prices


@compiled
def polish(matrix: Array, near: Array, tour: Array, where: Array, waiting: Array) -> int:
    """Moves until none helps that starts at a place that waits; the prices that this took.

    Shapes: waiting[0] is the queue with its length in front, waiting[1] marks who is in it, and
    waiting[2] is room to work in.
    """
    prices, spare = 0, waiting[2]
    measure(matrix, tour, where)
    while waiting[0, 0]:
        a = waiting[0, waiting[0, 0]]
        gain, move, tried = best_move(matrix, near, tour, where, a)
        prices += tried + 1
        if gain <= 0:
            waiting[0, 0] -= 1
            waiting[1, a] = 0
            continue
        first, last, to, _ = move
        ends = (tour[first - 1], tour[first], tour[last], tour[last + 1], tour[to], tour[to + 1])
        relay(tour, spare, move)
        measure(matrix, tour, where)
        for place in ends:
            wait(waiting, place)
    return prices


@compiled
def wait(waiting: Array, place: int) -> None:
    if not waiting[1, place]:
        waiting[1, place] = 1
        waiting[0, 0] += 1
        waiting[0, waiting[0, 0]] = place


@compiled
def kicked(seed: int, size: int) -> tuple[int, Move]:
    """Two stretches beside each other change places, somewhere on the tour."""
    span = min(KICK_SPAN, size - 1)
    seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
    start = (seed >> 8) % (size - span)
    seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
    a = (seed >> 8) % (span - 1)
    seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
    b = (seed >> 8) % (span - 1)
    seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
    c = (seed >> 8) % (span - 1)
    low, high = min(a, b, c), max(a, b, c)
    middle = a + b + c - low - high
    return seed, (start + low + 1, start + middle + 1, start + high + 2, False)


@compiled
def keep(good: Array, tour: Array) -> None:
    for at in range(good.shape[0]):
        good[at] = tour[at]


@compiled
def search(
    matrix: Array, near: Array, tours: Array, where: Array, waiting: Array, chance: Array
) -> int:
    """Shortens tours[0] in place; the prices that this took.

    A kick that makes the tour a little longer than the best is kept too.
    Shapes: tours has 4 rows, where and waiting 3 rows of zeros, one longer than a tour; chance
    holds the seed, which is moved on, and the most prices.
    """
    tour, trial, spare, held = tours[0], tours[1], tours[2], tours[3]
    size = tour.shape[0] - 1
    for place in range(size):
        wait(waiting, place)
    prices = polish(matrix, near, tour, where, waiting)
    length = now = measure(matrix, tour, where)
    keep(trial, tour)
    keep(held, tour)
    while size > 4 and prices < chance[1]:
        chance[0], move = kicked(chance[0], size)
        prices += 1
        if move[2] >= size:
            continue
        for cut in (move[0] - 1, move[1], move[2]):
            wait(waiting, trial[cut])
            wait(waiting, trial[cut + 1])
        relay(trial, spare, move)
        prices += polish(matrix, near, trial, where, waiting)
        found = measure(matrix, trial, where)
        worse = length // WORSE * (chance[1] - prices) // chance[1]
        if found > now and found > length + worse:
            keep(trial, held)
            continue
        now = found
        keep(held, trial)
        if found < length:
            length = found
            keep(tour, trial)
    return prices

"""The compiled proofs: the shortest tour of a few places, and a length that no tour goes below.

Owns the programme over sets of places and the ascent over trees. Refuses more than `PLACES_MAX`
places for the programme, whose table doubles with each.

Source: Held & Karp 1962; Held & Karp 1971.
"""

from typing import Any

import numpy as np

from controller.plan.tours.compiled import compiled

Array = Any

PLACES_MAX = 12
ROUNDS = 120
PATIENCE = 6


@compiled
def shortest(matrix: Array) -> Array:
    """The shortest tour as all places from 0 to 0."""
    size = matrix.shape[0] - 1
    far = np.int64(1) << 60
    best = np.full((1 << size, size), far, np.int64)
    before = np.zeros((1 << size, size), np.int64)
    for last in range(size):
        best[1 << last, last] = matrix[0, last + 1]
    for done in range(1, 1 << size):
        for last in range(size):
            if best[done, last] >= far:
                continue
            for to in range(size):
                price = best[done, last] + matrix[last + 1, to + 1]
                if not done >> to & 1 and price < best[done | 1 << to, to]:
                    best[done | 1 << to, to] = price
                    before[done | 1 << to, to] = last
    done = (1 << size) - 1
    last = 0
    for place in range(size):
        if best[done, place] + matrix[place + 1, 0] < best[done, last] + matrix[last + 1, 0]:
            last = place
    tour = np.zeros(size + 2, np.int64)
    for at in range(size, 0, -1):
        tour[at] = last + 1
        done, last = done & ~(1 << last), before[done, last]
    return tour


@compiled
def tree(lengths: Array, prices: Array, degrees: Array) -> float:
    """The least tree over places 1.. and two ways to place 0, at these prices; notes degrees."""
    size = lengths.shape[0]
    near, joined, used = np.zeros(size), np.zeros(size, np.int64), np.zeros(size, np.int64)
    for place in range(size):
        near[place] = lengths[1, place] + prices[1] + prices[place]
        joined[place] = 1
        degrees[place] = 0
    total = 0.0
    for _ in range(size - 2):
        pick = -1
        for place in range(2, size):
            if not used[place] and (pick < 0 or near[place] < near[pick]):
                pick = place
        used[pick] = 1
        total += near[pick]
        degrees[pick] += 1
        degrees[joined[pick]] += 1
        for place in range(2, size):
            price = lengths[pick, place] + prices[pick] + prices[place]
            if not used[place] and price < near[place]:
                near[place] = price
                joined[place] = pick
    first = second = 0
    for place in range(1, size):
        near[place] = lengths[0, place] + prices[0] + prices[place]
        if not first or near[place] < near[first]:
            first, second = place, first
        elif not second or near[place] < near[second]:
            second = place
    for end in (first, second):
        total += near[end]
        degrees[end] += 1
    degrees[0] = 2
    return float(total)


def ascent(lengths: Array, tour_mm: int) -> float:
    """The best bound of a number of rounds; `lengths` are equal in both directions."""
    size = lengths.shape[0]
    prices = np.zeros(size)
    degrees = np.zeros(size, np.int64)
    best, scale, waited = 0.0, 2.0, 0
    for _ in range(ROUNDS):
        bound = tree(lengths, prices, degrees) - 2 * float(prices.sum())
        if bound > best + 0.5:
            best, waited = bound, 0
        else:
            waited += 1
            if waited >= PATIENCE:
                scale, waited = scale * 0.7, 0
        wrong = int(((degrees - 2) ** 2).sum())
        if wrong == 0:
            break
        prices += scale * (tour_mm - bound) / wrong * (degrees - 2)
    return best

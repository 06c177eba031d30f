"""The compiled search for a walk that costs least in metres and in visits out of turn.

Owns the moves: a stretch of the walk goes elsewhere, turned or not, or is turned in place. A walk
is an array of visits; place 0 of the matrix is where it begins and ends, visit v is place v + 1.
Refuses to know what ranks mean, but for one: visits of `LAST` follow all others of the cart.
"""

from typing import Any

import numpy as np

from controller.plan.tours.compiled import compiled

Array = Any

LAST = 3
STRETCH_MAX = 8


@compiled
def out_of_turn(walk: Array, ranks: Array, first: Array, loads: Array, later: Array) -> int:
    """Visits that come before one of a lower rank, in a load of theirs or, for LAST, in any.

    Shapes: the loads of visit v are loads[first[v] : first[v + 1]]; `later` has a place for each.
    """
    later[:] = LAST + 1
    lowest, early = LAST + 1, 0
    for at in range(len(walk) - 1, -1, -1):
        visit = walk[at]
        rank = ranks[visit]
        out = rank == LAST and lowest < LAST
        for k in range(first[visit], first[visit + 1]):
            out = out or later[loads[k]] < rank
            later[loads[k]] = min(later[loads[k]], rank)
        lowest = min(lowest, rank)
        early += int(out)
    return early


@compiled
def length_of(matrix: Array, walk: Array) -> int:
    """From place 0 through all visits and back."""
    at, length = 0, 0
    for visit in walk:
        length += matrix[at, visit + 1]
        at = visit + 1
    return int(length + matrix[at, 0])


@compiled
def relaid(walk: Array, spare: Array, stretch: tuple[int, int], to: int, turned: bool) -> None:
    """Into `spare`: the walk with the stretch [from, until) behind the first `to` other visits."""
    start, end = stretch
    at = 0
    for k in range(len(walk) + 1):
        outside = k if k < start else k + end - start
        if at == to:
            for n in range(end - start):
                spare[at + n] = walk[end - 1 - n] if turned else walk[start + n]
            at += end - start
        if outside >= len(walk):
            break
        spare[at] = walk[outside]
        at += 1


@compiled
def place(walk: Array, at: int) -> int:
    """The place of the matrix at a position of the walk; outside it, where it begins and ends."""
    return int(walk[at]) + 1 if 0 <= at < len(walk) else 0


@compiled
def longer_mm(matrix: Array, walk: Array, stretch: tuple[int, int], to: int, turned: bool) -> int:
    """How much longer the walk gets where its stretch goes elsewhere, turned or not.

    What a turned stretch is longer in itself comes on top.
    """
    start, end = stretch
    head, tail = place(walk, start), place(walk, end - 1)
    out, back = place(walk, start - 1), place(walk, end)
    longer = -matrix[out, head] - matrix[tail, back]
    if turned:
        head, tail = tail, head
    if to == start:
        return int(longer + matrix[out, head] + matrix[tail, back])
    before = place(walk, to - 1 if to < start else to + end - start - 1)
    after = place(walk, to if to < start else to + end - start)
    joined = matrix[before, head] + matrix[tail, after] - matrix[before, after]
    return int(longer + matrix[out, back] + joined)


@compiled
def helped(
    matrix: Array,
    walks: tuple[Array, Array],
    rules: tuple[Array, Array, Array, Array],
    stretch: tuple[int, int],
    prices: tuple[int, int, int],
) -> tuple[int, int, int]:
    """The first move of a stretch that helps, carried out.

    Shapes: walks are the walk and a spare one; rules are those of `out_of_turn`; prices are that
    of a visit out of turn, of all of them now, and what the stretch is longer when turned.
    Returns how much longer the walk is, what comes out of turn costs then, and the tries.
    """
    walk, spare = walks
    ranks, first, loads, later = rules
    price, priced, turning = prices
    start, end = stretch
    size, tries = len(walk), 0
    whole = end - start > STRETCH_MAX  # a long stretch is turned in place, not moved
    least, most = (start, start) if whole else (0, size - end + start)
    for nth in range(2 * (most - least + 1)):
        to, turned = least + nth // 2, nth % 2 == 1
        longer = longer_mm(matrix, walk, stretch, to, turned) + (turning if turned else 0)
        tries += 1
        if longer < priced and (to != start or turned):
            tries += size // 4
            relaid(walk, spare, stretch, to, turned)
            new = price * out_of_turn(spare, ranks, first, loads, later)
            if longer + new < priced:
                walk[:] = spare
                return longer, new, tries
    return 0, priced, tries


@compiled
def improved(
    matrix: Array, walk: Array, ranks: Array, groups: tuple[Array, Array], price: int, tries: int
) -> int:
    """The walk, in place, after moves as long as one helps; its cost. `tries` moves at most."""
    first, loads = groups
    rules = (ranks, first, loads, np.zeros(loads.max() + 1, np.int64))
    walks = (walk, walk.copy())
    length, size = length_of(matrix, walk), len(walk)
    priced = price * out_of_turn(walk, ranks, first, loads, rules[3])
    start = lasting = 0  # so many stretches in a row from which no move helps
    while lasting < size and tries > 0:
        turning = 0
        lasting += 1
        for end in range(start + 1, size + 1):
            if end > start + 1:
                one, other = place(walk, end - 2), place(walk, end - 1)
                turning += matrix[other, one] - matrix[one, other]
            prices = (price, priced, turning)
            longer, new, tried = helped(matrix, walks, rules, (start, end), prices)
            tries -= tried
            if longer + new < priced:
                length, priced, lasting = length + longer, new, 0
                break
        if lasting:
            start = (start + 1) % size
    return int(length + priced)

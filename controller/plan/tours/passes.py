"""The exact tour of a grid: one pass over the aisles, and the choices that lead to it.

Owns the innermost loops. Refuses chance and clocks; it sees arrays only.

Source: Ratliff & Rosenthal 1983; Roodbergen & de Koster 2001.
"""

from typing import NamedTuple

import numpy as np

from controller.plan.tours.compiled import compiled
from controller.plan.tours.grid import Arrays, Grid, Ints

FAR = 1 << 60
WAYS = 13


class Steps(NamedTuple):
    """What a tour does in turn: the kind of each step, where, and what its ways cost."""

    kinds: Ints
    aisles: Ints
    blocks: Ints
    costs: Ints


@compiled
def advance(arrays: Arrays, kind: int, costs: Ints, values: Ints, after: Ints) -> None:
    """The cheapest way into each state one step further."""
    arcs = arrays.arcs
    after[:] = FAR
    for arc in range(arrays.begins[kind], arrays.begins[kind + 1]):
        state = arcs[arc, 2]
        price = values[arcs[arc, 0]] + costs[arcs[arc, 1]]
        if price < after[state]:
            after[state] = price


@compiled
def cost_block(length: int, ys: Ints, costs: Ints) -> None:
    """What each way through a block with picks costs. Shapes: ys ascending, at least one."""
    gap = 0
    for i in range(1, len(ys)):
        gap = max(gap, ys[i] - ys[i - 1])
    costs[0] = length
    costs[1] = 2 * length
    costs[2] = 2 * ys[-1]
    costs[3] = 2 * (length - ys[0])
    costs[4] = min(costs[2], costs[3], 2 * (length - gap))


@compiled
def cost_standing(length: int, ys: Ints, stand: int, costs: Ints) -> None:
    """What each way costs that begins at `stand` inside a block. Shapes: ys ascending."""
    lowest = highest = before_low = before_high = stand
    gap_low = gap_high = 0
    for i in range(len(ys)):
        if ys[i] > stand:
            gap_high = max(gap_high, ys[i] - before_high)
            before_high = highest = ys[i]
        low = ys[len(ys) - 1 - i]
        if low < stand:
            gap_low = max(gap_low, before_low - low)
            before_low = lowest = low
    rest = length - stand
    costs[0] = stand + 2 * (highest - stand)
    costs[1] = stand + 2 * (rest - gap_high) if gap_high else FAR
    costs[2] = stand + 2 * rest
    costs[3] = rest + 2 * (stand - lowest)
    costs[4] = rest + 2 * (stand - gap_low) if gap_low else FAR
    costs[5] = rest + 2 * stand


@compiled
def block_step(grid: Grid, aisle: int, block: int, ys: Ints, costs: Ints) -> int:
    """The kind of step that a block of an aisle is, with its costs."""
    length = grid.lengths[aisle, block]
    if grid.stand[0] == aisle and grid.stand[1] == block:
        cost_standing(length, ys, grid.stand[2], costs)
        return 3 + 4 * grid.blocks + block
    if len(ys):
        cost_block(length, ys, costs)
        return 1 + grid.blocks + block
    costs[0] = length
    costs[1] = 2 * length
    costs[2] = 0
    return 1 + block


@compiled
def steps_of(grid: Grid, keys: Ints, ys: Ints) -> Steps:
    """The steps of a tour through picks.

    Shapes: keys aisle * blocks + block, ascending, each with its y, ascending too.
    """
    most = grid.aisles * (grid.blocks + 3)
    kinds = np.full(most, -1, np.int64)
    aisles = np.zeros(most, np.int64)
    blocks = np.full(most, -1, np.int64)
    costs = np.zeros((most, WAYS), np.int64)
    count = at = 0
    before = -1
    for aisle in range(grid.aisles):
        busy = at < len(keys) and keys[at] // grid.blocks == aisle
        events = grid.events[aisle]
        if not (busy or events[0] >= 0 or events[1] >= 0 or grid.stand[0] == aisle):
            continue
        if before >= 0:
            kinds[count] = 0
            aisles[count] = aisle
            for walks in range(WAYS):
                costs[count, walks] = walks * (aisle - before) * grid.pitch
            count += 1
        for event in events:
            if event >= 0:
                kinds[count] = event
                aisles[count] = aisle
                count += 1
        for block in range(grid.blocks):
            end = at
            while end < len(keys) and keys[end] == aisle * grid.blocks + block:
                end += 1
            kinds[count] = block_step(grid, aisle, block, ys[at:end], costs[count])
            aisles[count] = aisle
            blocks[count] = block
            count += 1
            at = end
        before = aisle
    return Steps(kinds[:count], aisles[:count], blocks[:count], costs[:count])


@compiled
def length_of_steps(arrays: Arrays, steps: Steps) -> int:
    """The length of the shortest tour that takes these steps."""
    values = np.full(len(arrays.closed), FAR, np.int64)
    after = values.copy()
    values[0] = 0
    for step in range(len(steps.kinds)):
        advance(arrays, steps.kinds[step], steps.costs[step], values, after)
        values, after = after, values
    return least_closed(arrays, values)


@compiled
def least_closed(arrays: Arrays, values: Ints) -> int:
    """The least value of a state in which a tour may end."""
    best = FAR
    for state in range(len(values)):
        if arrays.closed[state]:
            best = min(best, values[state])
    return best


@compiled
def choose(arrays: Arrays, steps: Steps) -> tuple[int, Ints, Ints]:
    """The length of the shortest tour, the way it takes at each step and the state after it."""
    count = len(steps.kinds)
    layers = np.full((count + 1, len(arrays.closed)), FAR, np.int64)
    layers[0, 0] = 0
    for step in range(count):
        advance(arrays, steps.kinds[step], steps.costs[step], layers[step], layers[step + 1])
    length = least_closed(arrays, layers[count])
    state = 0
    while not (arrays.closed[state] and layers[count, state] == length):
        state += 1
    ways = np.zeros(count, np.int64)
    states = np.zeros(count, np.int64)
    for step in range(count - 1, -1, -1):
        states[step] = state
        kind, value = steps.kinds[step], layers[step + 1, state]
        for arc in range(arrays.begins[kind], arrays.begins[kind + 1]):
            source, way = arrays.arcs[arc, 0], arrays.arcs[arc, 1]
            if (
                arrays.arcs[arc, 2] == state
                and layers[step, source] + steps.costs[step, way] == value
            ):
                break
        ways[step] = way
        state = source
    return length, ways, states

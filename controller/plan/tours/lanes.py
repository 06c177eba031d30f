"""Sixteen changes of one tour priced in one pass: a lane each.

Owns the innermost loops of batching. All lanes take the same steps and differ in costs only, so
that what a step reads of the tables is read once for all. Refuses to change a tour.
"""

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from controller.plan.tours.carts import Carts
from controller.plan.tours.compiled import compiled
from controller.plan.tours.grid import STAY, Arrays, Grid, Ints
from controller.plan.tours.passes import WAYS
from controller.plan.tours.vectors import LANES, relax

BEYOND = 1 << 29  # no tour is that long


Rows: TypeAlias = NDArray[np.int32]


class Lanes(NamedTuple):
    """What differs from lane to lane, and room for the pass.

    Each lane gets the picks keys/ys[at[lane] : ends[lane]] and loses the load less[lane]; its
    answer is lengths[lane]. Shapes: ahead[2, state, lane]; costs[way, lane]; held[2, pick] are
    the ys and owners of the block in hand.
    """

    at: Ints
    ends: Ints
    less: Ints
    lengths: Ints
    ahead: Rows
    costs: Rows
    held: Ints
    spent: Ints


class Common(NamedTuple):
    """What all lanes share: a tour without one load and with another; -1 stands for none."""

    tour: int
    less: int
    more: int


class Picks(NamedTuple):
    """Picks in order, as lanes refer to them."""

    keys: Ints
    ys: Ints
    first: Ints


def new_lanes(grid: Grid, picks: int) -> Lanes:
    """Lanes for tours of up to so many picks."""
    return Lanes(
        at=np.zeros(LANES, np.int64),
        ends=np.zeros(LANES, np.int64),
        less=np.full(LANES, -1, np.int64),
        lengths=np.zeros(LANES, np.int64),
        ahead=np.zeros((2, len(grid.arrays.closed), LANES), np.int32),
        costs=np.zeros((WAYS, LANES), np.int32),
        held=np.zeros((2, picks + 1), np.int64),
        spent=np.zeros(1, np.int64),
    )


@compiled
def clear(lanes: Lanes) -> None:
    """No lane differs from the common tour."""
    lanes.at[:] = 0
    lanes.ends[:] = 0
    lanes.less[:] = -1


@compiled
def advance_lanes(arrays: Arrays, kind: int, costs: Rows, values: Rows, after: Rows) -> None:
    """The cheapest way into each state one step further, in every lane."""
    arcs = arrays.arcs
    after[:] = BEYOND
    for arc in range(arrays.begins[kind], arrays.begins[kind + 1]):
        relax(values, costs, after, arcs, arc)


@compiled
def price_lanes(
    grid: Grid, loads: Picks, own: Picks, carts: Carts, lanes: Lanes, common: Common
) -> None:
    """The lengths of a tour with the changes of each lane."""
    lanes.ahead[0] = BEYOND
    lanes.ahead[0, 0] = 0
    now = 0
    begins = carts.begins[common.tour]
    j = end = 0
    if common.more >= 0:
        j, end = loads.first[common.more], loads.first[common.more + 1]
    before = -1
    for aisle in range(grid.aisles):
        last = (aisle + 1) * grid.blocks
        busy = begins[aisle] < begins[aisle + 1] or (j < end and loads.keys[j] < last)
        if not (busy or grid.events[aisle, 0] >= 0 or any_lane_before(own, lanes, last)):
            continue
        if before >= 0:
            for walks in range(WAYS):
                lanes.costs[walks] = walks * (aisle - before) * grid.pitch
            advance_lanes(grid.arrays, 0, lanes.costs, lanes.ahead[now], lanes.ahead[1 - now])
            now = 1 - now
        before = aisle
        if grid.events[aisle, 0] >= 0:
            lanes.costs[0] = 0
            event = grid.events[aisle, 0]
            advance_lanes(grid.arrays, event, lanes.costs, lanes.ahead[now], lanes.ahead[1 - now])
            now = 1 - now
        i = begins[aisle]
        for block in range(grid.blocks):
            count, i, j = hold(carts, loads, lanes, common, (last - grid.blocks + block, i, j))
            kind = cost_lanes(grid, own, lanes, aisle, block, count)
            advance_lanes(grid.arrays, kind, lanes.costs, lanes.ahead[now], lanes.ahead[1 - now])
            now = 1 - now
        lanes.spent[0] += 1
    lanes.lengths[:] = BEYOND
    for state in range(len(grid.arrays.closed)):
        if grid.arrays.closed[state]:
            for lane in range(LANES):
                lanes.lengths[lane] = min(lanes.lengths[lane], lanes.ahead[now, state, lane])


@compiled
def any_lane_before(own: Picks, lanes: Lanes, last: int) -> bool:
    """Whether a lane has an own pick before this key."""
    for lane in range(LANES):
        if lanes.at[lane] < lanes.ends[lane] and own.keys[lanes.at[lane]] < last:
            return True
    return False


@compiled
def hold(
    carts: Carts, loads: Picks, lanes: Lanes, common: Common, at: tuple[int, int, int]
) -> tuple[int, int, int]:
    """Hold what all lanes pick in a block; the answer is how much, and the next picks."""
    key, i, j = at
    tour, size = common.tour, carts.sizes[common.tour]
    end = loads.first[common.more + 1] if common.more >= 0 else 0
    count = 0
    while True:
        old = i < size and carts.keys[tour, i] == key
        new = j < end and loads.keys[j] == key
        if not (old or new):
            return count, i, j
        if old and (not new or carts.ys[tour, i] <= loads.ys[j]):
            if carts.owners[tour, i] != common.less:
                lanes.held[0, count] = carts.ys[tour, i]
                lanes.held[1, count] = carts.owners[tour, i]
                count += 1
            i += 1
        else:
            lanes.held[0, count] = loads.ys[j]
            lanes.held[1, count] = common.more
            count += 1
            j += 1


@compiled
def cost_lanes(grid: Grid, own: Picks, lanes: Lanes, aisle: int, block: int, count: int) -> int:
    """Costs of a block in every lane; the answer is the kind of step that suits all."""
    key, length = aisle * grid.blocks + block, grid.lengths[aisle, block]
    lanes.costs[0] = length
    lanes.costs[1] = 2 * length
    least = span(own, lanes, -1, count, (key, length))
    for lane in range(LANES):
        lanes.costs[2, lane] = least[0]
        lanes.costs[3, lane] = least[1]
        lanes.costs[4, lane] = least[2]
        lanes.costs[STAY, lane] = BEYOND if least[3] else 0
    busy = idle = 0
    for lane in range(LANES):
        differs = lanes.at[lane] < lanes.ends[lane] and own.keys[lanes.at[lane]] == key
        picks = least[3]
        if differs or (count and lanes.less[lane] >= 0):
            changed = span(own, lanes, lane, count, (key, length))
            lanes.costs[2, lane] = changed[0]
            lanes.costs[3, lane] = changed[1]
            lanes.costs[4, lane] = changed[2]
            picks = changed[3]
            lanes.costs[STAY, lane] = BEYOND if picks else 0
        busy += picks > 0
        idle += picks == 0
    if not idle:
        return 1 + grid.blocks + block
    if busy:
        return 3 + 5 * grid.blocks + block
    lanes.costs[2] = 0
    return 1 + block


@compiled
def span(
    own: Picks, lanes: Lanes, lane: int, count: int, where: tuple[int, int]
) -> tuple[int, int, int, int]:
    """What it costs to serve a block from its front, its back, or any of both; and its picks."""
    key, length = where
    less, at, end = -1, 0, 0
    if lane >= 0:
        less, at, end = lanes.less[lane], lanes.at[lane], lanes.ends[lane]
    low, last, gap, picks, i = 0, 0, 0, 0, 0
    while True:
        while i < count and lanes.held[1, i] == less:
            i += 1
        new = at < end and own.keys[at] == key
        if i == count and not new:
            break
        if i < count and (not new or lanes.held[0, i] <= own.ys[at]):
            y = lanes.held[0, i]
            i += 1
        else:
            y = own.ys[at]
            at += 1
        if picks:
            gap = max(gap, y - last)
        else:
            low = y
        last = y
        picks += 1
    if lane >= 0:
        lanes.at[lane] = at
    if not picks:
        return 0, 0, 0, 0
    front, back = 2 * last, 2 * (length - low)
    return front, back, min(front, back, 2 * (length - gap)), picks

"""Sixteen changes of one tour priced in one pass: a lane each.

Owns the innermost loops of batching. All lanes take the same steps and differ in costs only, so
that what a step reads of the tables is read once for all. Refuses to change a tour.
"""

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from controller.plan._kept import inlined
from controller.plan.tours.carts import Carts
from controller.plan.tours.compiled import compiled
from controller.plan.tours.grid import STAY, Arrays, Grid, Ints
from controller.plan.tours.passes import WAYS
from controller.plan.tours.vectors import LANES, relax

BEYOND = 1 << 29  # no tour is that long
BITS, END = 62, 1 << 60
IDLE, BUSY, EITHER = range(3)

Rows: TypeAlias = NDArray[np.int32]


class Lanes(NamedTuple):
    """What differs from lane to lane, and room for the pass.

    Each lane gets the picks keys/ys[at[lane] : ends[lane]] and loses the loads whose bits are in
    less[lane]; its answer is lengths[lane]. Shapes: bits[load]; ahead[2, state, lane];
    costs[way, lane]; across[aisles, way, lane]; held[3, pick] are the keys, the ys and the bits
    of what all lanes pick.
    """

    at: Ints
    ends: Ints
    less: Ints
    bits: Ints
    lengths: Ints
    ahead: Rows
    costs: Rows
    across: Rows
    held: Ints
    spent: Ints


class Common(NamedTuple):
    """What so many lanes share: a tour without the loads of some bits, with picks from begin to
    end.
    """

    lanes: int
    tour: int
    less: int
    begin: int
    end: int


class Picks(NamedTuple):
    """Picks as lanes refer to them, each run of them in order."""

    keys: Ints
    ys: Ints


def new_lanes(grid: Grid, loads: int, picks: int) -> Lanes:
    """Lanes for tours of up to so many picks, before and after as many are added."""
    walks = np.arange(grid.aisles)[:, None, None] * np.arange(WAYS)[None, :, None] * grid.pitch
    return Lanes(
        at=np.zeros(LANES, np.int64),
        ends=np.zeros(LANES, np.int64),
        less=np.zeros(LANES, np.int64),
        bits=np.zeros(loads, np.int64),
        lengths=np.zeros(LANES, np.int64),
        ahead=np.zeros((2, len(grid.arrays.closed), LANES), np.int32),
        costs=np.zeros((WAYS, LANES), np.int32),
        across=np.repeat(np.minimum(walks, BEYOND), LANES, axis=2).astype(np.int32),
        held=np.zeros((3, 2 * picks + 1), np.int64),
        spent=np.zeros(1, np.int64),
    )


@inlined
def clear(lanes: Lanes) -> None:
    """No lane differs from the common tour."""
    lanes.at[:] = 0
    lanes.ends[:] = 0
    lanes.less[:] = 0


@inlined
def spread(rows: Rows, row: int, value: int) -> None:
    """The same in every lane."""
    for lane in range(LANES):
        rows[row, lane] = value


@inlined
def advance_lanes(arrays: Arrays, kind: int, costs: Rows, ahead: Rows, now: int) -> int:
    """The cheapest way into each state one step further, in every lane; where it stands now."""
    arcs, values, after = arrays.arcs, ahead[now], ahead[1 - now]
    for state in range(len(after)):
        spread(after, state, BEYOND)
    for arc in range(arrays.begins[kind], arrays.begins[kind + 1]):
        relax(values, costs, after, arcs, arc)
    return 1 - now


@compiled
def price_lanes(grid: Grid, own: Picks, carts: Carts, lanes: Lanes, common: Common) -> None:
    """The lengths of a tour with the changes of each lane."""
    arrays, costs, ahead, held = grid.arrays, lanes.costs, lanes.ahead, lanes.held
    hold(carts, own, lanes.bits, held, common)
    visited = aisles_of(own, lanes, grid.blocks, common.lanes)
    for state in range(len(arrays.closed)):
        spread(ahead[0], state, BEYOND)
    spread(ahead[0], 0, 0)
    now, before, i = 0, -1, 0
    for aisle in range(grid.aisles):
        event = grid.events[aisle, 0]
        busy = held[0, i] < (aisle + 1) * grid.blocks or visited >> aisle % BITS & 1
        if not busy and event < 0:
            continue
        if before >= 0:
            now = advance_lanes(arrays, 0, lanes.across[aisle - before], ahead, now)
        before = aisle
        if event >= 0:
            spread(costs, 0, 0)
            now = advance_lanes(arrays, event, costs, ahead, now)
        for block in range(grid.blocks):
            key, j = aisle * grid.blocks + block, i
            while held[0, j] == key:
                j += 1
            here = (key, grid.lengths[aisle, block], i, j)
            step = cost_lanes(own, lanes, held, costs, here, common.lanes)
            kind = 1 + block + (grid.blocks if step == BUSY else 0)
            if step == EITHER:
                kind = 3 + 5 * grid.blocks + block
            now = advance_lanes(arrays, kind, costs, ahead, now)
            i = j
        lanes.spent[0] += 1
    lanes.lengths[:] = BEYOND
    for state in range(len(arrays.closed)):
        if arrays.closed[state]:
            for lane in range(LANES):
                lanes.lengths[lane] = min(lanes.lengths[lane], ahead[now, state, lane])


@inlined
def aisles_of(own: Picks, lanes: Lanes, blocks: int, count: int) -> int:
    """The aisles of the picks of all lanes, as bits."""
    visited = 0
    for lane in range(count):
        for i in range(lanes.at[lane], lanes.ends[lane]):
            visited |= 1 << own.keys[i] // blocks % BITS
    return visited


@inlined
def hold(carts: Carts, own: Picks, bits: Ints, held: Ints, common: Common) -> None:
    """Hold in order what all lanes pick, and a pick beyond all aisles."""
    tour, j, count = common.tour, common.begin, 0
    for i in range(carts.sizes[tour] + 1):
        last = i == carts.sizes[tour]
        key, y = (END, 0) if last else (carts.keys[tour, i], carts.ys[tour, i])
        while j < common.end and (own.keys[j] < key or (own.keys[j] == key and own.ys[j] < y)):
            held[0, count] = own.keys[j]
            held[1, count] = own.ys[j]
            held[2, count] = 0
            count += 1
            j += 1
        bit = 0 if last else bits[carts.owners[tour, i]]
        if not bit & common.less:
            held[0, count] = key
            held[1, count] = y
            held[2, count] = bit
            count += 1


@inlined
def cost_lanes(
    own: Picks,
    lanes: Lanes,
    held: Ints,
    costs: Rows,
    here: tuple[int, int, int, int],
    count: int,
) -> int:
    """Costs of a block in every lane, and whether it is idle, busy or either.

    Shapes: here is (key, length, begin, end), of what is held.
    """
    key, length, begin, end = here
    least = span(own, held, 0, here, (0, 0))
    spread(costs, 0, length)
    spread(costs, 1, 2 * length)
    spread(costs, 2, least[0])
    spread(costs, 3, least[1])
    spread(costs, 4, least[2])
    spread(costs, STAY, BEYOND if least[3] else 0)
    touched = 0
    for i in range(begin, end):
        touched |= held[2, i]
    busy, idle = least[3] > 0, least[3] == 0
    for lane in range(count):
        at = lanes.at[lane]
        more = at
        while more < lanes.ends[lane] and own.keys[more] == key:
            more += 1
        lanes.at[lane] = more
        if more > at or touched & lanes.less[lane]:
            changed = span(own, held, lanes.less[lane], here, (at, more))
            costs[2, lane] = changed[0]
            costs[3, lane] = changed[1]
            costs[4, lane] = changed[2]
            costs[STAY, lane] = BEYOND if changed[3] else 0
            busy |= changed[3] > 0
            idle |= changed[3] == 0
    if busy and idle:
        return EITHER
    return BUSY if busy else IDLE


@inlined
def span(
    own: Picks, held: Ints, less: int, here: tuple[int, int, int, int], more: tuple[int, int]
) -> tuple[int, int, int, int]:
    """What it costs to serve a block from its front, its back, or any of both; and its picks."""
    _, length, i, end = here
    at, last_own = more
    low, last, gap, picks = length, 0, 0, 0
    while True:
        while i < end and held[2, i] & less:
            i += 1
        if i < end and (at == last_own or held[1, i] <= own.ys[at]):
            y = held[1, i]
            i += 1
        elif at < last_own:
            y = own.ys[at]
            at += 1
        else:
            break
        if picks:
            gap = max(gap, y - last)
        else:
            low = y
        last = y
        picks += 1
    if not picks:
        return 0, 0, 0, 0
    front, back = 2 * last, 2 * (length - low)
    return front, back, min(front, back, 2 * (length - gap)), picks

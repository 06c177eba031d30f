"""The search for better carts: loads change tours, or change places with loads of another tour.

Owns the moves and which of them is made (simulated annealing by heat bath). Refuses a clock and
a source of chance: its numbers come from a fixed sequence, and it runs for a count of steps.

Source: Geman & Geman 1984.
"""

from typing import NamedTuple

import numpy as np

from controller.plan._chance import below, noise
from controller.plan._kept import inlined
from controller.plan.tours.carts import Carts, Loads, put, take
from controller.plan.tours.compiled import compiled
from controller.plan.tours.exchanges import Exchanges, find_exchanges, lay_out, new_exchanges
from controller.plan.tours.grid import Grid, Ints
from controller.plan.tours.lanes import Common, Lanes, Picks, clear, price_lanes
from controller.plan.tours.vectors import LANES

EMPTY_ONCE_IN = 10


class Search(NamedTuple):
    """near[load] are loads that may share a tour with it; part[tour] is who may change a tour.

    Shapes: state is (draws, change of length, moves made, part).
    """

    near: Ints
    part: Ints
    first: Ints
    state: Ints
    moves: Exchanges


def new_search(carts: Carts, near: Ints, part: Ints, number: int) -> Search:
    """A search among the tours of one part, which has this number."""
    return Search(
        near,
        part,
        np.zeros(LANES, np.int64),
        np.array([1 + number, 0, 0, number]),
        new_exchanges(carts),
    )


@compiled
def split(search: Search, parts: int) -> None:
    """Deal all tours to so many parts, which are searched at the same time."""
    for tour in range(len(search.part)):
        search.part[tour] = below(search.state, parts)


@compiled
def measure(grid: Grid, carts: Carts, lanes: Lanes) -> int:
    """The lengths of all tours, and their sum."""
    own = Picks(carts.keys.reshape(-1), carts.ys.reshape(-1))
    clear(lanes)
    total = 0
    for tour in range(len(carts.sizes)):
        price_lanes(grid, own, carts, lanes, Common(1, tour, 0, 0, 0))
        carts.lengths[tour] = lanes.lengths[0]
        total += lanes.lengths[0]
    return total


@compiled
def anneal(
    grid: Grid, loads: Loads, carts: Carts, lanes: Lanes, search: Search, plan: tuple[float, int]
) -> None:
    """Take so many steps at one heat."""
    heat, steps = plan
    state, moves = search.state, search.moves
    for _ in range(steps):
        load = below(state, len(loads.groups))
        old = carts.tour_of[load]
        new = carts.tour_of[search.near[load, below(state, search.near.shape[1])]]
        if min(old, new) < 0 or search.part[old] != state[3] or search.part[new] != state[3]:
            continue
        if new == old:
            if below(state, EMPTY_ONCE_IN):
                continue
            new = 0
            while new < len(carts.counts) and (carts.counts[new] or search.part[new] != state[3]):
                new += 1
            if new == len(carts.counts):
                continue
        find_exchanges(loads, carts, moves, (load, new), state)
        if not moves.found[0]:
            continue
        price_exchanges(grid, carts, lanes, search, (old, new))
        exchange(grid, loads, carts, lanes, search, (old, new, heat))


@inlined
def price_exchanges(
    grid: Grid, carts: Carts, lanes: Lanes, search: Search, tours: tuple[int, int]
) -> None:
    """The lengths after each exchange: of the new tour in search.first, of the old in lanes."""
    old, new = tours
    moves, count = search.moves, search.moves.found[0]
    lay_out(carts, moves, lanes.bits, old, new)
    own = Picks(moves.keys.reshape(-1), moves.ys.reshape(-1))
    width = moves.keys.shape[1]
    clear(lanes)
    for lane in range(count):
        lanes.less[lane] = moves.masks[lane]
    begin = LANES * width
    price_lanes(grid, own, carts, lanes, Common(count, new, 0, begin, begin + moves.sizes[LANES]))
    for lane in range(LANES):
        search.first[lane] = lanes.lengths[lane]
    clear(lanes)
    for lane in range(count):
        lanes.at[lane] = lane * width
        lanes.ends[lane] = lane * width + moves.sizes[lane]
    price_lanes(grid, own, carts, lanes, Common(count, old, moves.masks[LANES], 0, 0))


@inlined
def exchange(
    grid: Grid,
    loads: Loads,
    carts: Carts,
    lanes: Lanes,
    search: Search,
    move: tuple[int, int, float],
) -> None:
    """Choose one of the exchanges, or none, by length and chance, and make it."""
    old, new, heat = move
    moves, state = search.moves, search.state
    now = carts.lengths[old] + carts.lengths[new]
    chosen, best = -1, heat * noise(state)
    for lane in range(moves.found[0]):
        worth = lanes.lengths[lane] + search.first[lane] - now + heat * noise(state)
        if worth < best:
            chosen, best = lane, worth
    for place in range(carts.counts[new]):
        lanes.bits[carts.members[new, place]] = 0
    for place in range(moves.members[LANES]):
        lanes.bits[moves.sets[LANES, place]] = 0
    if chosen < 0:
        return
    for place in range(moves.members[chosen]):
        take(grid, loads, carts, moves.sets[chosen, place])
    for place in range(moves.members[LANES]):
        take(grid, loads, carts, moves.sets[LANES, place])
        put(grid, loads, carts, new, moves.sets[LANES, place])
    for place in range(moves.members[chosen]):
        put(grid, loads, carts, old, moves.sets[chosen, place])
    carts.lengths[old] = lanes.lengths[chosen]
    carts.lengths[new] = search.first[chosen]
    state[1] += carts.lengths[old] + carts.lengths[new] - now
    state[2] += 1

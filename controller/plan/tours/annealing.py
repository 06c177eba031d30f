"""The search for better carts: loads change tours, two loads change places.

Owns the moves and which of them is made (simulated annealing by heat bath). Refuses a clock and
a source of chance: its numbers come from a fixed sequence, and it runs for a count of steps.

Source: Geman & Geman 1984; numbers: Park & Miller 1988.
"""

from math import log
from typing import NamedTuple

from controller.plan.tours.carts import Carts, Loads, has_room, put, take
from controller.plan.tours.compiled import compiled
from controller.plan.tours.grid import Grid, Ints
from controller.plan.tours.lanes import Common, Lanes, Picks, clear, price_lanes
from controller.plan.tours.vectors import LANES

EMPTY_ONCE_IN = 10
MODULUS, FACTOR = 2_147_483_647, 48_271


class Search(NamedTuple):
    """near[load] are loads that may share a tour with it; best[load] its tour in the best plan.

    Shapes: back[lane] is the load that comes back in exchange, -1 for none; state is (draws,
    length, best length, moves made).
    """

    near: Ints
    best: Ints
    back: Ints
    first: Ints
    state: Ints


@compiled
def below(search: Search, end: int) -> int:
    """The next number from 0 to end - 1."""
    search.state[0] = search.state[0] * FACTOR % MODULUS
    drawn: int = search.state[0] % end
    return drawn


@compiled
def measure(grid: Grid, loads: Loads, carts: Carts, lanes: Lanes) -> int:
    """The lengths of all tours, and their sum."""
    picks = Picks(loads.keys, loads.ys, loads.first)
    clear(lanes)
    total = 0
    for tour in range(len(carts.sizes)):
        price_lanes(grid, picks, picks, carts, lanes, Common(tour, -1, -1))
        carts.lengths[tour] = lanes.lengths[0]
        total += lanes.lengths[0]
    return total


@compiled
def anneal(
    grid: Grid, loads: Loads, carts: Carts, lanes: Lanes, search: Search, plan: tuple[float, int]
) -> None:
    """Take so many steps at one heat."""
    heat, steps = plan
    for _ in range(steps):
        load = below(search, len(loads.groups))
        new = carts.tour_of[search.near[load, below(search, search.near.shape[1])]]
        if new == carts.tour_of[load]:
            if below(search, EMPTY_ONCE_IN):
                continue
            new = 0
            while new < len(carts.counts) and carts.counts[new]:
                new += 1
            if new == len(carts.counts):
                continue
        count = exchanges(loads, carts, search, load, new)
        if not count:
            continue
        price_exchanges(grid, loads, carts, lanes, search, (load, new, count))
        exchange(grid, loads, carts, lanes, search, (load, new, count, heat))


@compiled
def exchanges(loads: Loads, carts: Carts, search: Search, load: int, new: int) -> int:
    """The loads that may come back when a load goes to a new tour, or none; how many ways."""
    old, count = carts.tour_of[load], 0
    if has_room(loads, carts, new, load, -1):
        search.back[0] = -1
        count = 1
    size = carts.counts[new]
    start = below(search, size) if size > LANES - count else 0
    for place in range(size):
        back = carts.members[new, (start + place) % size]
        fits = has_room(loads, carts, new, load, back) and has_room(loads, carts, old, back, load)
        if fits and count < LANES:
            search.back[count] = back
            count += 1
    return count


@compiled
def price_exchanges(
    grid: Grid,
    loads: Loads,
    carts: Carts,
    lanes: Lanes,
    search: Search,
    move: tuple[int, int, int],
) -> None:
    """The length of both tours together after each exchange, in lanes.lengths."""
    load, new, count = move
    picks = Picks(loads.keys, loads.ys, loads.first)
    clear(lanes)
    for lane in range(count):
        lanes.less[lane] = search.back[lane]
    price_lanes(grid, picks, picks, carts, lanes, Common(new, -1, load))
    search.first[:] = lanes.lengths
    clear(lanes)
    for lane in range(count):
        back = search.back[lane]
        if back >= 0:
            lanes.at[lane] = loads.first[back]
            lanes.ends[lane] = loads.first[back + 1]
    price_lanes(grid, picks, picks, carts, lanes, Common(carts.tour_of[load], load, -1))


@compiled
def exchange(
    grid: Grid,
    loads: Loads,
    carts: Carts,
    lanes: Lanes,
    search: Search,
    move: tuple[int, int, int, float],
) -> None:
    """Choose one of the exchanges, or none, by length and chance, and make it."""
    load, new, count, heat = move
    old = carts.tour_of[load]
    now = carts.lengths[old] + carts.lengths[new]
    chosen, best = -1, heat * noise(search)
    for lane in range(count):
        worth = lanes.lengths[lane] + search.first[lane] - now + heat * noise(search)
        if worth < best:
            chosen, best = lane, worth
    if chosen < 0:
        return
    back = search.back[chosen]
    take(grid, loads, carts, load)
    if back >= 0:
        take(grid, loads, carts, back)
        put(grid, loads, carts, old, back)
    put(grid, loads, carts, new, load)
    carts.lengths[old] = lanes.lengths[chosen]
    carts.lengths[new] = search.first[chosen]
    search.state[1] += carts.lengths[old] + carts.lengths[new] - now
    search.state[3] += 1
    if search.state[1] < search.state[2]:
        search.state[2] = search.state[1]
        search.best[:] = carts.tour_of


@compiled
def noise(search: Search) -> float:
    """A number of the distribution whose least among many is a choice by heat bath."""
    return log(-log((below(search, MODULUS - 1) + 1) / MODULUS))

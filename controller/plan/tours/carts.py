"""Tours being built: which loads share a cart, their picks in order, and what still fits.

Owns the changes of tours. Refuses to choose among them, and to know what they cost.
"""

from typing import NamedTuple

import numpy as np

from controller.plan._kept import inlined
from controller.plan.tours.compiled import compiled
from controller.plan.tours.grid import Grid, Ints


class Loads(NamedTuple):
    """The picks of load i are keys/ys[first[i] : first[i + 1]], ascending.

    Shapes: needs[load] and limits are (slots, volume, mass); conflicts[group, group] is not 0
    where goods of two groups may not share a cart.
    """

    first: Ints
    keys: Ints
    ys: Ints
    needs: Ints
    groups: Ints
    conflicts: Ints
    limits: Ints


class Carts(NamedTuple):
    """Tours and the loads on them; everything of a tour is in its row.

    Shapes: begins[tour, aisle] is the first pick of an aisle; tour_of[load] is -1 for a load on
    no tour.
    """

    sizes: Ints
    keys: Ints
    ys: Ints
    owners: Ints
    begins: Ints
    lengths: Ints
    used: Ints
    groups: Ints
    counts: Ints
    members: Ints
    tour_of: Ints


def empty_carts(grid: Grid, loads: Loads, tours: int, picks: int, members: int) -> Carts:
    """Empty tours with room for so many picks and members each."""
    return Carts(
        sizes=np.zeros(tours, np.int64),
        keys=np.zeros((tours, picks), np.int64),
        ys=np.zeros((tours, picks), np.int64),
        owners=np.zeros((tours, picks), np.int64),
        begins=np.zeros((tours, grid.aisles + 1), np.int64),
        lengths=np.zeros(tours, np.int64),
        used=np.zeros((tours, 3), np.int64),
        groups=np.zeros((tours, len(loads.conflicts)), np.int64),
        counts=np.zeros(tours, np.int64),
        members=np.zeros((tours, members), np.int64),
        tour_of=np.full(len(loads.groups), -1, np.int64),
    )


@compiled
def has_room(loads: Loads, carts: Carts, tour: int, load: int) -> bool:
    """Whether a cart takes one more load."""
    for need in range(3):
        if carts.used[tour, need] + loads.needs[load, need] > loads.limits[need]:
            return False
    group = loads.groups[load]
    for other in range(len(loads.conflicts)):
        if loads.conflicts[group, other] and carts.groups[tour, other]:
            return False
    return True


@compiled
def put(grid: Grid, loads: Loads, carts: Carts, tour: int, load: int) -> None:
    """Put a load on a tour."""
    begin, end = loads.first[load], loads.first[load + 1]
    i, j = carts.sizes[tour] - 1, end - 1
    at = i + end - begin
    carts.sizes[tour] = at + 1
    while j >= begin:
        key, y = loads.keys[j], loads.ys[j]
        later = i >= 0 and (
            carts.keys[tour, i] > key or (carts.keys[tour, i] == key and carts.ys[tour, i] > y)
        )
        if later:
            move_pick(carts, tour, i, at)
            i -= 1
        else:
            carts.keys[tour, at] = key
            carts.ys[tour, at] = y
            carts.owners[tour, at] = load
            j -= 1
        at -= 1
    carts.members[tour, carts.counts[tour]] = load
    carts.counts[tour] += 1
    carts.tour_of[load] = tour
    carts.groups[tour, loads.groups[load]] += 1
    for need in range(3):
        carts.used[tour, need] += loads.needs[load, need]
    find_aisles(grid, carts, tour)


@inlined
def move_pick(carts: Carts, tour: int, old: int, new: int) -> None:
    """Move a pick of a tour to another place in its row."""
    carts.keys[tour, new] = carts.keys[tour, old]
    carts.ys[tour, new] = carts.ys[tour, old]
    carts.owners[tour, new] = carts.owners[tour, old]


@compiled
def find_aisles(grid: Grid, carts: Carts, tour: int) -> None:
    """Where the picks of each aisle begin."""
    at = 0
    for aisle in range(grid.aisles + 1):
        while at < carts.sizes[tour] and carts.keys[tour, at] < aisle * grid.blocks:
            at += 1
        carts.begins[tour, aisle] = at


@compiled
def take(grid: Grid, loads: Loads, carts: Carts, load: int) -> None:
    """Take a load off its tour."""
    tour = carts.tour_of[load]
    at = 0
    for i in range(carts.sizes[tour]):
        if carts.owners[tour, i] != load:
            move_pick(carts, tour, i, at)
            at += 1
    carts.sizes[tour] = at
    place = 0
    while carts.members[tour, place] != load:
        place += 1
    carts.counts[tour] -= 1
    carts.members[tour, place] = carts.members[tour, carts.counts[tour]]
    carts.tour_of[load] = -1
    carts.groups[tour, loads.groups[load]] -= 1
    for need in range(3):
        carts.used[tour, need] -= loads.needs[load, need]
    find_aisles(grid, carts, tour)


@compiled
def set_tours(grid: Grid, loads: Loads, carts: Carts, tours: Ints) -> None:
    """Empty all carts and load them anew. Shapes: tours[load] is the tour of a load."""
    carts.sizes[:] = 0
    carts.counts[:] = 0
    carts.used[:] = 0
    carts.groups[:] = 0
    for load in range(len(tours)):
        put(grid, loads, carts, tours[load], load)

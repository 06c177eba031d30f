"""Tours joined while that saves: the two that save most on one cart, again and again.

Owns the rough savings by which candidates are chosen, and the exact ones by which tours are
joined. Refuses a full matrix: every tour prices a few candidates.

Source: Clarke & Wright 1964.
"""

from typing import NamedTuple

import numpy as np

from controller.plan._kept import inlined
from controller.plan.tours.carts import Carts, Loads, find_aisles
from controller.plan.tours.compiled import compiled
from controller.plan.tours.grid import Grid, Ints
from controller.plan.tours.lanes import Common, Lanes, Picks, clear, price_lanes
from controller.plan.tours.vectors import LANES

BITS = 62
NOBODY = -1


class Shapes(NamedTuple):
    """What a tour roughly is: blocks of aisles as bits, its reach from the depot in mm (twice)
    to the left, to the right and into the depth; and its best partner with what they save.
    """

    masks: Ints
    reach: Ints
    partners: Ints
    saved: Ints


def new_shapes(count: int) -> Shapes:
    """Shapes of so many tours."""
    return Shapes(
        np.zeros(count, np.int64),
        np.zeros((count, 3), np.int64),
        np.full(count, NOBODY, np.int64),
        np.zeros(count, np.int64),
    )


@compiled
def bits(mask: int) -> int:
    """How many bits are set."""
    mask = mask - ((mask >> 1) & 0x5555555555555555)
    mask = (mask & 0x3333333333333333) + ((mask >> 2) & 0x3333333333333333)
    mask = (mask + (mask >> 4)) & 0x0F0F0F0F0F0F0F0F
    mask = mask + (mask >> 8)
    mask = mask + (mask >> 16)
    return (mask + (mask >> 32)) & 0x7F


@compiled
def shape(grid: Grid, carts: Carts, shapes: Shapes, tour: int) -> None:
    """Note the shape of a tour."""
    depot = 0
    while grid.events[depot, 0] < 0:
        depot += 1
    mask = 0
    reach = shapes.reach[tour]
    reach[:] = 0
    for i in range(carts.sizes[tour]):
        key = carts.keys[tour, i]
        aisle, block = key // grid.blocks, key % grid.blocks
        mask |= 1 << key % BITS
        depth = 0
        for nearer in range(block):
            depth += 2 * grid.lengths[aisle, nearer]
        reach[0] = max(reach[0], 2 * (depot - aisle) * grid.pitch)
        reach[1] = max(reach[1], 2 * (aisle - depot) * grid.pitch)
        reach[2] = max(reach[2], depth)
    shapes.masks[tour] = mask


@compiled
def rough(grid: Grid, shapes: Shapes, a: int, b: int) -> int:
    """What two tours roughly save together."""
    saved: int = bits(shapes.masks[a] & shapes.masks[b]) * grid.lengths[0, grid.blocks - 1]
    for way in range(3):
        saved += min(shapes.reach[a, way], shapes.reach[b, way])
    return saved


@inlined
def fit_together(loads: Loads, carts: Carts, a: int, b: int) -> bool:
    """Whether one cart takes the loads of both tours."""
    for need in range(3):
        if carts.used[a, need] + carts.used[b, need] > loads.limits[need]:
            return False
    for group in range(len(loads.conflicts)):
        for other in range(len(loads.conflicts)):
            apart = loads.conflicts[group, other]
            if apart and carts.groups[a, group] and carts.groups[b, other]:
                return False
    return True


@inlined
def candidates(
    grid: Grid, loads: Loads, carts: Carts, shapes: Shapes, tour: int, found: Ints
) -> int:
    """The few tours that seem to save most with this one; how many there are.

    Shapes: found[0] are tours and found[1] their rough savings, best first.
    """
    count = 0
    for other in range(len(carts.counts)):
        if other == tour or not carts.counts[other] or not fit_together(loads, carts, tour, other):
            continue
        saved = rough(grid, shapes, tour, other)
        if count == found.shape[1] and saved <= found[1, count - 1]:
            continue
        place = min(count, found.shape[1] - 1)
        while place and found[1, place - 1] < saved:
            found[0, place] = found[0, place - 1]
            found[1, place] = found[1, place - 1]
            place -= 1
        found[0, place] = other
        found[1, place] = saved
        count = min(count + 1, found.shape[1])
    return count


@compiled
def find_partner(
    grid: Grid, loads: Loads, carts: Carts, lanes: Lanes, shapes: Shapes, tour: int
) -> None:
    """The tour that saves most with this one."""
    found = np.zeros((2, LANES), np.int64)
    count = candidates(grid, loads, carts, shapes, tour, found)
    shapes.partners[tour] = NOBODY
    shapes.saved[tour] = 0
    if not count:
        return
    clear(lanes)
    width = carts.keys.shape[1]
    for lane in range(count):
        lanes.at[lane] = found[0, lane] * width
        lanes.ends[lane] = lanes.at[lane] + carts.sizes[found[0, lane]]
    own = Picks(carts.keys.reshape(-1), carts.ys.reshape(-1))
    price_lanes(grid, own, carts, lanes, Common(count, tour, 0, 0, 0))
    for lane in range(count):
        other = found[0, lane]
        saved = carts.lengths[tour] + carts.lengths[other] - lanes.lengths[lane]
        if saved > shapes.saved[tour]:
            shapes.saved[tour] = saved
            shapes.partners[tour] = other


@compiled
def join(grid: Grid, carts: Carts, a: int, b: int) -> None:
    """Put all loads of the second tour on the first."""
    i, j = carts.sizes[a] - 1, carts.sizes[b] - 1
    carts.sizes[a] += carts.sizes[b]
    for at in range(carts.sizes[a] - 1, -1, -1):
        later = i >= 0 and (
            j < 0
            or carts.keys[a, i] > carts.keys[b, j]
            or (carts.keys[a, i] == carts.keys[b, j] and carts.ys[a, i] > carts.ys[b, j])
        )
        tour, old = (a, i) if later else (b, j)
        carts.keys[a, at] = carts.keys[tour, old]
        carts.ys[a, at] = carts.ys[tour, old]
        carts.owners[a, at] = carts.owners[tour, old]
        i -= later
        j -= not later
    for place in range(carts.counts[b]):
        load = carts.members[b, place]
        carts.members[a, carts.counts[a] + place] = load
        carts.tour_of[load] = a
    carts.counts[a] += carts.counts[b]
    for need in range(3):
        carts.used[a, need] += carts.used[b, need]
    for group in range(carts.groups.shape[1]):
        carts.groups[a, group] += carts.groups[b, group]
    carts.sizes[b] = 0
    carts.counts[b] = 0
    carts.used[b] = 0
    carts.groups[b] = 0
    find_aisles(grid, carts, a)
    find_aisles(grid, carts, b)


@compiled
def join_tours(
    grid: Grid, loads: Loads, carts: Carts, lanes: Lanes, shapes: Shapes, merges: int
) -> bool:
    """Join up to so many pairs of tours; whether more may be saved."""
    for _ in range(merges):
        best = 0
        for tour in range(len(carts.counts)):
            if shapes.saved[tour] > shapes.saved[best]:
                best = tour
        if shapes.saved[best] <= 0:
            return False
        other = shapes.partners[best]
        length = carts.lengths[best] + carts.lengths[other] - shapes.saved[best]
        join(grid, carts, best, other)
        carts.lengths[best] = length
        carts.lengths[other] = 0
        shapes.saved[other] = 0
        shape(grid, carts, shapes, best)
        for tour in range(len(carts.counts)):
            stale = tour == best or shapes.partners[tour] == best or shapes.partners[tour] == other
            if carts.counts[tour] and stale:
                find_partner(grid, loads, carts, lanes, shapes, tour)
    return True


@compiled
def nearest(grid: Grid, shapes: Shapes, most: int) -> Ints:
    """For each tour the others that roughly save most with it."""
    count = len(shapes.masks)
    near = np.zeros((count, most), np.int64)
    saved = np.zeros(most, np.int64)
    for tour in range(count):
        found = 0
        for other in range(count):
            worth = rough(grid, shapes, tour, other)
            if other == tour or (found == most and worth <= saved[most - 1]):
                continue
            place = min(found, most - 1)
            while place and saved[place - 1] < worth:
                saved[place] = saved[place - 1]
                near[tour, place] = near[tour, place - 1]
                place -= 1
            saved[place] = worth
            near[tour, place] = other
            found = min(found + 1, most)
    return near

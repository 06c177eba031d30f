"""The best of all ways to share out a few loads.

Owns the enumeration. Refuses nothing but many loads: its work doubles and trebles with each.
"""

import numpy as np

from controller.plan.tours.annealing import measure
from controller.plan.tours.carts import Carts, Loads, has_room, put
from controller.plan.tours.compiled import compiled
from controller.plan.tours.grid import Grid, Ints
from controller.plan.tours.lanes import Lanes
from controller.plan.tours.passes import FAR


@compiled
def cheapest_partition(grid: Grid, loads: Loads, carts: Carts, lanes: Lanes) -> Ints:
    """For each set of loads, one part of its cheapest partition: the one with the lowest load.

    Shapes: sets are bits; `carts` has one tour.
    """
    count = len(loads.groups)
    price = np.full(1 << count, FAR, np.int64)
    for chosen in range(1, 1 << count):
        if fill(grid, loads, carts, chosen):
            price[chosen] = measure(grid, carts, lanes)
    total = np.full(1 << count, FAR, np.int64)
    part = np.zeros(1 << count, np.int64)
    total[0] = 0
    for chosen in range(1, 1 << count):
        lowest = chosen & -chosen
        rest = chosen ^ lowest
        others = rest
        while True:
            length = price[others | lowest] + total[rest ^ others]
            if length < total[chosen]:
                total[chosen] = length
                part[chosen] = others | lowest
            if others == 0:
                break
            others = (others - 1) & rest
    return part


@compiled
def fill(grid: Grid, loads: Loads, carts: Carts, chosen: int) -> bool:
    """Whether one cart takes all these loads; it has them then."""
    carts.sizes[0] = 0
    carts.counts[0] = 0
    carts.used[0] = 0
    carts.groups[0] = 0
    for load in range(len(loads.groups)):
        if chosen >> load & 1:
            if not has_room(loads, carts, 0, load):
                return False
            put(grid, loads, carts, 0, load)
    return True

"""The lengths of many tours over one assignment, compiled.

Owns the loop over trips. Refuses chance and clocks; it sees arrays only.
"""

from typing import NamedTuple

import numpy as np

from controller.plan.tours.compiled import compiled
from controller.plan.tours.grid import Grid, Ints
from controller.plan.tours.passes import length_of_steps, steps_of

Y_BITS = 32


class Walks(NamedTuple):
    """Trips one after the other: the goods that each visits, and the codes of its other stops.

    Shapes: `spots` is the code of each spot, aisle and block above, y in the low bits; trip n has
    goods[begins[n] : begins[n + 1]] and stops[stop_begins[n] : stop_begins[n + 1]].
    """

    spots: Ints
    goods: Ints
    begins: Ints
    stops: Ints
    stop_begins: Ints


@compiled
def lengths_mm(grid: Grid, walks: Walks, places: Ints, which: Ints, more: int) -> Ints:
    """The length of each named trip; `more` is the code of one more stop, or -1."""
    found = np.zeros(len(which), np.int64)
    for index in range(len(which)):
        trip = which[index]
        goods = walks.goods[walks.begins[trip] : walks.begins[trip + 1]]
        stops = walks.stops[walks.stop_begins[trip] : walks.stop_begins[trip + 1]]
        extra = 1 if more >= 0 else 0
        codes = np.empty(len(goods) + len(stops) + extra, np.int64)
        for each in range(len(goods)):
            codes[each] = walks.spots[places[goods[each]]]
        codes[len(goods) : len(goods) + len(stops)] = stops
        if extra:
            codes[-1] = more
        if len(codes):
            codes.sort()
            keys = codes >> Y_BITS
            steps = steps_of(grid, keys, codes - (keys << Y_BITS))
            found[index] = length_of_steps(grid.arrays, steps)
    return found

"""The compiled innermost of streaming: what a tour is long with each of many loads added.

Owns the merge of sorted picks. Refuses to choose.
"""

import numpy as np

from controller.plan.tours.compiled import compiled
from controller.plan.tours.grid import Grid, Ints
from controller.plan.tours.passes import length_of_steps, steps_of

SPAN = 1 << 32  # a pick is (aisle * blocks + block) * SPAN + y


@compiled
def length_of_codes(grid: Grid, codes: Ints) -> int:
    """The length of the shortest tour. Shapes: codes ascending."""
    if len(codes) == 0:
        return 0
    return length_of_steps(grid.arrays, steps_of(grid, codes // SPAN, codes % SPAN))


@compiled
def merged(one: Ints, other: Ints) -> Ints:
    """Both, ascending, as each of them is."""
    both = np.empty(len(one) + len(other), np.int64)
    i = j = 0
    for at in range(len(both)):
        if j == len(other) or (i < len(one) and one[i] <= other[j]):
            both[at] = one[i]
            i += 1
        else:
            both[at] = other[j]
            j += 1
    return both


@compiled
def lengths_with(
    grid: Grid, first: Ints, codes: Ints, held: Ints, loads: Ints, lengths: Ints
) -> None:
    """The length of a tour through the picks held and those of each of these loads.

    Shapes: the picks of load i are codes[first[i] : first[i + 1]]; lengths has a place for each.
    """
    for at in range(len(loads)):
        load = loads[at]
        both = merged(held, codes[first[load] : first[load + 1]])
        lengths[at] = length_of_codes(grid, both)

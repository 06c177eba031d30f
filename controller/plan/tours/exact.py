"""The shortest tour of a rectangle: its length and what it does at each step.

Owns the door to the compiled programme. Refuses nothing that a layout and its tables allow.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from controller.plan.tours.circuits import Choice
from controller.plan.tours.grid import grid_of
from controller.plan.tours.passes import choose, steps_of
from controller.plan.walks.frontier import table
from controller.plan.walks.rectangle import Crossing, Layout, Stop


def best_choices(
    layout: Layout,
    segments: Mapping[tuple[int, int], Sequence[int]],
    start: Stop | Crossing | None = None,
    end: Crossing | None = None,
) -> tuple[int, list[Choice]]:
    """The length of the shortest tour and its choices.

    Shapes: segments maps (aisle, block) to ascending y; a depot off the grid makes block 0 of
    the choices, and all others one more.
    """
    grid = grid_of(layout, start, end)
    off = int(bool(layout.depot_mm))
    picks = [
        (aisle * grid.blocks + block + off, y)
        for (aisle, block), ys in sorted(segments.items())
        for y in ys
    ]
    keys = np.array([key for key, _ in picks], np.int64)
    steps = steps_of(grid, keys, np.array([y for _, y in picks], np.int64))
    length, ways, states = choose(grid.arrays, steps)
    opened = bool(grid.events[:, 1].max() >= 0) or isinstance(start, Stop)
    named = table(grid.blocks, opened=opened).states
    standing = 3 + 4 * grid.blocks
    choices = [
        Choice(
            aisle=int(steps.aisles[step]),
            block=int(steps.blocks[step]),
            way=int(ways[step]),
            across=named[states[step]] if steps.kinds[step] == 0 else (),
            standing=bool(steps.kinds[step] >= standing),
        )
        for step in range(len(ways))
    ]
    return int(length), choices

"""A layout and the tables of its tour programme as flat arrays, ready for kernels.

Owns the numbering: kinds of steps, crossings, blocks. A depot off the grid is one more block in
front, whose crossings are all the depot: walking along them costs nothing. Refuses more blocks
than the tables have.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from controller.plan._frontier import Arcs, table, walks_along
from controller.plan._rectangle import Crossing, Layout, Stop

Ints: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
Numbers: TypeAlias = NDArray[np.int16]

NONE = -1


class Arrays(NamedTuple):
    """Transitions of all kinds of steps: into each state (pull) and out of each state (push).

    Shapes: into[kind, state] and out[kind, state] begin the arcs in source/way and target/cost.
    Kinds: 0 across; 1.. idle blocks; then busy blocks, touched, turned crossings, standing blocks.
    """

    into: Ints
    source: Numbers
    way: Numbers
    out: Ints
    target: Numbers
    cost: Numbers
    closed: Flags


class Grid(NamedTuple):
    """`events` are kinds of steps that an aisle begins with; `stand` is (aisle, block, y)."""

    aisles: int
    blocks: int
    pitch: int
    lengths: Ints
    arrays: Arrays
    events: Ints
    stand: Ints


@lru_cache(maxsize=8)
def arrays_of(blocks: int, opened: bool, free: bool) -> Arrays:
    """The tables as arrays; `free` crossings of the front cost nothing to walk along."""
    made = table(blocks, opened=opened)
    across = tuple(
        tuple((sum(map(walks_along, made.states[to][int(free) :])), to) for _, to in arcs)
        for arcs in made.across
    )
    kinds = (across, *made.idle, *made.busy, *made.touched, *made.turned, *made.standing)
    into, source, way = _flat([_turned_round(arcs) for arcs in kinds])
    out, target, cost = _flat([[list(held) for held in arcs] for arcs in kinds])
    closed = np.zeros(len(made.states), np.bool_)
    closed[list(made.closed)] = True
    return Arrays(into, source, way, out, target, cost, closed)


def _turned_round(arcs: Arcs) -> list[list[tuple[int, int]]]:
    """For each target its pairs of (way, source)."""
    into: list[list[tuple[int, int]]] = [[] for _ in arcs]
    for source, held in enumerate(arcs):
        for way, target in held:
            into[target].append((way, source))
    return into


def _flat(kinds: Sequence[Sequence[Sequence[tuple[int, int]]]]) -> tuple[Ints, Numbers, Numbers]:
    begins: list[list[int]] = []
    states: list[int] = []
    ways: list[int] = []
    for arcs in kinds:
        row = [len(states)]
        for held in arcs:
            states += [state for _, state in held]
            ways += [way for way, _ in held]
            row.append(len(states))
        begins.append(row)
    return np.array(begins), np.array(states, np.int16), np.array(ways, np.int16)


def grid_of(
    layout: Layout, start: Stop | Crossing | None = None, end: Crossing | None = None
) -> Grid:
    """The grid of a layout for tours between these ends; None is the depot."""
    off = bool(layout.depot_mm)
    blocks = len(layout.block_lengths_mm) + off
    lengths = np.zeros((layout.aisles, blocks), np.int64)
    lengths[:, off:] = layout.block_lengths_mm
    if off:
        lengths[:, 0] = layout.depot_mm
    depot = (0 if off else layout.depot_aisle, 0)
    ends = [_corner(start, off, depot), _corner(end, off, depot)]
    stand = np.full(3, NONE, np.int64)
    if isinstance(start, Stop):
        stand[:] = start.aisle, start.block + off, start.y_mm
        ends = ends[1:]
    closed = ends[0] == ends[-1] and len(ends) == 2
    touched, turned = 1 + 2 * blocks, 2 + 3 * blocks
    events = np.full((layout.aisles, 2), NONE, np.int64)
    for place, (aisle, cross) in enumerate(ends[:1] if closed else ends):
        events[aisle, place] = (touched if closed else turned) + cross
    arrays = arrays_of(blocks, not closed, off)
    return Grid(layout.aisles, blocks, layout.aisle_pitch_mm, lengths, arrays, events, stand)


def _corner(end: Stop | Crossing | None, off: bool, depot: tuple[int, int]) -> tuple[int, int]:
    return (end.aisle, end.cross + off) if isinstance(end, Crossing) else depot

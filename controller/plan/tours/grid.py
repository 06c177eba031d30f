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

from controller.plan.walks.frontier import IDLE, table, walks_along
from controller.plan.walks.rectangle import Crossing, Layout, Stop

Ints: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
Begins: TypeAlias = NDArray[np.uint64]
Triples: TypeAlias = NDArray[np.uint16]

NONE = -1
STAY = 5  # the way of a block where nothing is picked after all


class Arrays(NamedTuple):
    """Transitions (source, way, target) of all kinds of steps; a kind has begins[kind : kind + 1].

    Neighbours lead into different states, so that a processor does not wait for its own last
    answer. The last state is a tour that has ended in an aisle before.
    Kinds: 0 across; 1.. idle blocks; then busy blocks, touched, turned crossings, standing
    blocks, and blocks that may be busy or idle.
    """

    begins: Begins
    arcs: Triples
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
    ended = len(made.states)
    across = tuple(
        tuple((sum(map(walks_along, made.states[to][int(free) :])), to) for _, to in arcs)
        + (((0, ended),) if state in made.closed else ())
        for state, arcs in enumerate(made.across)
    )
    either = tuple(
        tuple((*held, (STAY, state)) for state, held in enumerate(busy)) for busy in made.busy
    )
    passing = [
        ((*across, ((0, ended),)),),
        [(*idle, ((IDLE, ended),)) for idle in made.idle],
        made.busy,
        made.touched,
        made.turned,
        made.standing,
        [(*block, ((STAY, ended),)) for block in either],
    ]
    arcs = [
        [(source, way, to) for source, held in enumerate(kind) for way, to in held]
        for kinds in passing
        for kind in kinds
    ]
    closed = np.zeros(ended + 1, np.bool_)
    closed[[*made.closed, ended]] = True
    return Arrays(np.cumsum([0, *map(len, arcs)]).astype(np.uint64), _flat(arcs), closed)


def _flat(kinds: Sequence[Sequence[tuple[int, int, int]]]) -> Triples:
    """Arcs of all kinds; those into one state stand far from each other."""
    rows: list[tuple[int, int, int]] = []
    for arcs in kinds:
        met: dict[int, int] = {}
        rounds = []
        for arc in arcs:
            met[arc[2]] = met.get(arc[2], 0) + 1
            rounds.append((met[arc[2]], arc[2], arc))
        rows += [arc for _, _, arc in sorted(rounds)]
    return np.array(rows, np.uint16).reshape(-1, 3)


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

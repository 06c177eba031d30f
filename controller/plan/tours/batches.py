"""Loads on carts by compiled search: first joined by savings, then exchanged.

Owns the phases of the search and the effort they take. Refuses to answer with more than it was
given: the tours it starts from are its first answer.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np

from controller.plan import Effort
from controller.plan.tours.annealing import anneal, measure, new_search, split
from controller.plan.tours.carts import Carts, Loads, empty_carts, set_tours
from controller.plan.tours.covering import Members, cheapest, filled
from controller.plan.tours.grid import Grid, Ints, grid_of
from controller.plan.tours.lanes import Lanes, new_lanes
from controller.plan.tours.savings import (
    find_partner,
    join_tours,
    nearest,
    new_shapes,
    shape,
)
from controller.plan.tours.subsets import best_partition
from controller.plan.walks.rectangle import Layout, Stop

ARCS_PER_UNIT = 150
STEPS, MERGES = 200, 50
NEAR = 60
POOLED_LOADS_MAX, POOL_MAX = 150, 40_000
PARTS, PARTED_LOADS_MIN, PARTED_STEPS = 2, 500, 2_000
HOT, COLD = 0.1, 0.009  # of what a load adds to its tour
SPARE = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Loads by number; needs[load] and limits are (slots, volume, mass).

    `groups` number the kinds of goods, `apart` are pairs of them that may not share a cart.
    """

    layout: Layout
    visits: Sequence[Sequence[Stop]]
    needs: Sequence[tuple[int, int, int]]
    limits: tuple[int, int, int]
    groups: Sequence[int]
    apart: Sequence[tuple[int, int]]


class Batches:
    """A question as arrays, and the work spent on it."""

    def __init__(self, question: Question) -> None:
        self._grid = grid_of(question.layout)
        self._loads = loads_of(self._grid, question)
        self._picks = picks_max(self._loads)
        self._members = min(len(question.visits), _slots_max(question))
        self._lanes = self._new_lanes()
        self._rooms = [self._lanes]
        self._pool: dict[Members, int] = {}
        self._arcs = int(self._grid.arrays.begins[1]) + _busy_arcs(self._grid)

    @property
    def spent(self) -> int:
        """Units of work: 150 transitions in sixteen lanes."""
        return sum(int(room.spent[0]) for room in self._rooms) * self._arcs // ARCS_PER_UNIT

    def lengths(self, tours: Sequence[int]) -> list[int]:
        """The length of each tour. Shapes: tours[load] is the tour of a load, from 0."""
        carts = self._carts(max(tours) + 1)
        set_tours(self._grid, self._loads, carts, np.array(tours, np.int64))
        measure(self._grid, carts, self._lanes)
        return [int(length) for length in carts.lengths]

    def partition(self) -> list[int]:
        """The tour of each load in the best of all partitions."""
        return best_partition(len(self._loads.groups), self._filled())

    def joined(self, effort: Effort) -> list[int]:
        """The tour of each load after joining those that save most, from one tour a load."""
        count = len(self._loads.groups)
        grid, loads, lanes = self._grid, self._loads, self._lanes
        carts, shapes = self._carts(count), new_shapes(count)
        set_tours(grid, loads, carts, np.arange(count))
        measure(grid, carts, lanes)
        for tour in range(count):
            shape(grid, carts, shapes, tour)
        for tour in range(count):
            if tour % MERGES == 0 and self._over(effort):
                break
            find_partner(grid, loads, carts, lanes, shapes, tour)
        while not self._over(effort) and join_tours(grid, loads, carts, lanes, shapes, MERGES):
            pass
        _, tours = np.unique(carts.tour_of, return_inverse=True)
        return [int(tour) for tour in tours]

    def improved(self, tours: Sequence[int], effort: Effort) -> list[int]:
        """The tour of each load after exchanges, while the effort lasts."""
        count, begun = len(self._loads.groups), self.spent
        carts = self._carts(max(tours) + 1 + SPARE)
        set_tours(self._grid, self._loads, carts, np.array(tours, np.int64))
        total = least = measure(self._grid, carts, self._lanes)
        best, heat = carts.tour_of.copy(), HOT * total / count
        parts, steps = (PARTS, PARTED_STEPS) if count >= PARTED_LOADS_MIN else (1, STEPS)
        near, part_of = self._near(), np.zeros(len(carts.sizes), np.int64)
        searches = [new_search(carts, near, part_of, number) for number in range(parts)]
        while len(self._rooms) < parts:
            self._rooms.append(self._new_lanes())
        search_part = partial(anneal, self._grid, self._loads, carts)
        search_part(self._lanes, searches[0], (heat, 0))  # is compiled before threads need it
        with ThreadPoolExecutor(parts) as pool:
            while not self._over(effort):
                share = (self.spent - begun) / max(1, effort.work - begun)
                share = min(1.0, max(share, effort.gone()))
                plan = heat * (COLD / HOT) ** share, steps
                split(searches[0], parts)
                list(pool.map(search_part, self._rooms, searches, [plan] * parts))
                length = total + sum(int(search.state[1]) for search in searches)
                if length < least:
                    least = length
                    best[:] = carts.tour_of
                if count <= POOLED_LOADS_MAX:
                    self._keep(carts)
        return [int(tour) for tour in best]

    def covered(self, tours: Sequence[int], effort: Effort) -> tuple[list[int], int]:
        """The tour of each load in the best choice of carts, and a bound; 0 if not all are known.

        All carts that can be filled are priced; where they are too many, those met in searching.
        """
        carts = self._carts(max(tours) + 1)
        set_tours(self._grid, self._loads, carts, np.array(tours, np.int64))
        measure(self._grid, carts, self._lanes)
        self._keep(carts)
        best = _members(carts)
        known = self._filled()
        chosen, bound = cheapest(len(tours), known or self._pool, best, bool(known), effort)
        of = {load: number for number, cart in enumerate(chosen) for load in cart}
        return [of[load] for load in range(len(tours))], bound

    def _filled(self) -> dict[Members, int]:
        """All carts, or none where they are too many."""
        return filled(self._grid, self._loads, self._carts(1), self._lanes)

    def _keep(self, carts: Carts) -> None:
        """Remember the carts of a plan, while there is room."""
        if len(self._pool) < POOL_MAX:
            lengths = carts.lengths[carts.counts > 0].tolist()
            self._pool.update(zip(_members(carts), lengths, strict=True))

    def _over(self, effort: Effort) -> bool:
        return self.spent >= effort.work or effort.should_stop()

    def _new_lanes(self) -> Lanes:
        return new_lanes(self._grid, len(self._loads.groups), self._picks)

    def _carts(self, tours: int) -> Carts:
        return empty_carts(self._grid, self._loads, tours, self._picks, self._members)

    def _near(self) -> Ints:
        count = len(self._loads.groups)
        carts, shapes = self._carts(count), new_shapes(count)
        set_tours(self._grid, self._loads, carts, np.arange(count))
        for tour in range(count):
            shape(self._grid, carts, shapes, tour)
        return nearest(self._grid, shapes, min(NEAR, count - 1))


def _members(carts: Carts) -> list[Members]:
    """The loads of each tour that has any."""
    return [
        tuple(sorted(carts.members[tour, : carts.counts[tour]].tolist()))
        for tour in np.flatnonzero(carts.counts)
    ]


def loads_of(grid: Grid, question: Question) -> Loads:
    """The loads as arrays."""
    off = grid.blocks - len(question.layout.block_lengths_mm)
    first, picks = [0], []
    for stops in question.visits:
        picks += sorted({(s.aisle * grid.blocks + s.block + off, s.y_mm) for s in stops})
        first.append(len(picks))
    groups = max(question.groups, default=0) + 1
    conflicts = np.zeros((groups, groups), np.int64)
    for a, b in question.apart:
        conflicts[a, b] = conflicts[b, a] = 1
    return Loads(
        first=np.array(first, np.int64),
        keys=np.array([key for key, _ in picks], np.int64),
        ys=np.array([y for _, y in picks], np.int64),
        needs=np.array(question.needs, np.int64).reshape(-1, 3),
        groups=np.array(question.groups, np.int64),
        conflicts=conflicts,
        limits=np.array(question.limits, np.int64),
    )


def picks_max(loads: Loads) -> int:
    """More picks than any cart can have."""
    sizes = np.diff(loads.first)
    most = int(sizes.sum())
    for need in range(3):
        wanted = loads.needs[:, need]
        ranked = sorted(zip(sizes, wanted, strict=True), key=lambda each: each[1] / (each[0] or 1))
        held = used = 0
        for size, want in ranked:
            held += int(size)
            used += int(want)
            if used > loads.limits[need]:
                break
        most = min(most, held)
    return most + 1


def _slots_max(question: Question) -> int:
    """As many loads as a cart can have."""
    most = len(question.visits)
    for need, limit in enumerate(question.limits):
        used = 0
        for count, want in enumerate(sorted(each[need] for each in question.needs)):
            used += want
            if used > limit:
                most = min(most, count)
                break
    return max(1, most)


def _busy_arcs(grid: Grid) -> int:
    begins, blocks = grid.arrays.begins, grid.blocks
    return int(begins[1 + 2 * blocks] - begins[1 + blocks])

"""Beams: of each generation of loads those live on whose roll-outs load most.

Owns the generations and the best load found. Refuses to know when to end: it is told how wide a
beam is, and asks before each load whether to go on.

Source: Araya & Riff 2014.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from controller.plan._kept import inner
from controller.plan.loads.blocks import Blocks
from controller.plan.loads.compiled import compiled
from controller.plan.loads.fitting import OWN, fit, new_fitting
from controller.plan.loads.goods import Goods, Ints, Longs
from controller.plan.loads.loads import PLACED, PLACES_MAX, Loads, copy_load, empty_loads
from controller.plan.loads.rolling import World, find_spot, next_step, roll_out
from controller.plan.loads.scoring import Chosen, new_corner, no_choice
from controller.plan.loads.spaces import place

FIRST_WIDTH, GROWTH = 4, 3  # of the room for beams


class Best(NamedTuple):
    """The best load: facts are its worth, how many blocks, and what was spent in all."""

    placed: Ints
    facts: Longs


class Children(NamedTuple):
    """Shapes: values[child], what its roll-out loads; placed[child], what it holds itself;
    spots[child] is (load, block, x, y, z).
    """

    values: Longs
    placed: Longs
    spots: Ints
    number: Ints


@inner
def record(loads: Loads, load: int, best: Best) -> None:
    """Keep a load if it is the best so far."""
    if loads.worths[load] > best.facts[0]:
        places = loads.facts[load, PLACED]
        best.facts[0] = loads.worths[load]
        best.facts[1] = places
        for place in range(places):
            for at in range(4):
                best.placed[place, at] = loads.placed[load, place, at]


@compiled
def expand(
    world: World, load: int, greedy: int, chosen: Chosen, children: Children, best: Best
) -> None:
    """Try the best blocks of a load's next space, each with a roll-out in the last row.

    greedy is what the roll-out of the load itself loads, which its first block repeats.
    """
    goods, blocks, loads, fitting, corner = world
    fit(goods, blocks, loads, load, fitting)
    if not next_step(world, load, chosen):
        return
    first, trial = children.number[0], len(loads.worths) - 1
    for rank in range(chosen.number[0]):
        find_spot(blocks, corner, chosen.blocks[rank])
        children.spots[first + rank, 0] = load
        children.placed[first + rank] = loads.worths[load] + blocks.worths[corner.spot[0]]
        for at in range(4):
            children.spots[first + rank, 1 + at] = corner.spot[at]
    children.number[0] += chosen.number[0]
    only = Chosen(chosen.blocks[:1], chosen.scores[:1], chosen.number)
    for child in range(first, children.number[0]):
        if greedy and child == first:
            children.values[child] = greedy
            continue
        fitting.facts[0] = OWN
        fitting.facts[1] = 0
        take_on(world, children, child, trial)
        best.facts[2] += 1 + roll_out(world, trial, only)
        children.values[child] = loads.worths[trial]
        record(loads, trial, best)


@compiled
def take_on(world: World, children: Children, child: int, row: int) -> None:
    """Write the load that a child stands for."""
    goods, blocks, loads, _, _ = world
    copy_load(loads, children.spots[child, 0], row)
    place(goods, blocks, loads, row, children.spots[child, 1:])


@compiled
def survivors(children: Children, order: Longs, width: int, rows: Ints) -> int:
    """The best children, of those alike the first; how many."""
    count, last, held = 0, np.int64(-1), np.int64(-1)
    for at in range(children.number[0]):
        child = order[at]
        if children.values[child] == last and children.placed[child] == held:
            continue
        last, held = children.values[child], children.placed[child]
        rows[count] = child
        count += 1
        if count == width:
            break
    return count


class Beam:
    """Beams over one set of goods and blocks; all of them share the best load."""

    def __init__(self, goods: Goods, blocks: Blocks) -> None:
        boxes = min(int(goods.quantity.sum()), PLACES_MAX)
        self.best = Best(np.zeros((boxes, 4), np.int32), np.zeros(3, np.int64))
        self._widen(goods, blocks, FIRST_WIDTH)

    def _widen(self, goods: Goods, blocks: Blocks, most: int) -> None:
        """Make room for beams of this width."""
        self._most, self._start = most, 2 * most
        loads = empty_loads(goods, 2 * most + 2)
        copy_load(loads, 0, self._start)
        self._world = (goods, blocks, loads, new_fitting(goods, blocks), new_corner())
        self._children = Children(
            np.zeros(most * most, np.int64),
            np.zeros(most * most, np.int64),
            np.zeros((most * most, 5), np.int32),
            np.zeros(1, np.int32),
        )
        self._chosen = no_choice(most)

    def run(self, width: int, over: Callable[[], bool]) -> bool:
        """Whether a beam of this width came to its end before it was over."""
        if width > self._most:
            self._widen(self._world[0], self._world[1], GROWTH * width)
        chosen = Chosen(
            self._chosen.blocks[:width], self._chosen.scores[:width], self._chosen.number
        )
        copy_load(self._world[2], self._start, 0)
        alive, half = [(0, 0)], 0
        while alive:
            self._children.number[0] = 0
            for row, greedy in alive:
                if over():
                    return False
                expand(self._world, row, greedy, chosen, self._children, self.best)
            half = self._most - half
            alive = self._next(width, half)
        return True

    def _next(self, width: int, half: int) -> list[tuple[int, int]]:
        count = int(self._children.number[0])
        children = self._children
        order = np.lexsort((-children.placed[:count], -children.values[:count]))
        rows = np.zeros(width, np.int32)
        alive = []
        for at in range(survivors(self._children, order, width, rows)):
            take_on(self._world, self._children, int(rows[at]), half + at)
            alive.append((half + at, int(self._children.values[rows[at]])))
        return alive

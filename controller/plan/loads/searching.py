"""The search for the load of one room: blocks once, then wider and wider beams.

Owns the widths, the two lanes (the same search with other rules, each with half of the effort,
in a thread of its own) and the boxes of the answer. Refuses to draw from chance.

Source: Araya & Riff 2014.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from controller.plan import Effort
from controller.plan.loads.beaming import Beam
from controller.plan.loads.blocks import Blocks, equal_boxes, joined, no_blocks
from controller.plan.loads.goods import LANES, UNLIMITED, Goods, Kind, Size, goods_of

BLOCKS_MAX = 10_000
PAIRS_MAX = 3_000_000
WIDTH_MAX = 200
MANY = 0.2  # how much a block of many boxes is worse than one of few

Box = tuple[int, int, int, int, int, int, int]
"""Kind, x, y, z, dx, dy, dz."""


@dataclass(frozen=True, slots=True)
class Found:
    """The boxes of the best load, those first on which others stand, and what it took."""

    boxes: tuple[Box, ...]
    volume_mm3: int
    spent: int
    ended: bool


def search(
    room: Size,
    kinds: Sequence[Kind],
    support: bool,
    effort: Effort,
    mass_max_g: int = UNLIMITED,
) -> Found:
    """The best load of a room. Units: one unit of work is a block placed, some 10 microseconds."""
    goods = goods_of(room, kinds, support, mass_max_g)
    if not len(goods.ways) or not goods.quantity.sum():
        return Found((), 0, 0, True)
    blocks = blocks_of(goods)
    half = Effort(work=-(-effort.work // len(LANES[support])), should_stop=effort.should_stop)
    with ThreadPoolExecutor(len(LANES[support])) as pool:
        worlds = [goods._replace(rules=np.array(rules, np.float64)) for rules in LANES[support]]
        lanes = [*pool.map(lambda world: search_lane(world, blocks, half), worlds)]
    beam, _ = max(lanes, key=lambda lane: int(lane[0].best.facts[0]))
    boxes = [
        box
        for place in beam.best.placed[: beam.best.facts[1]]
        for box in unravel(goods, blocks, int(place[0]), (place[1], place[2], place[3]))
    ]
    return Found(
        boxes=tuple(sorted(boxes, key=lambda box: (box[3], box[1], box[2], box[0]))),
        volume_mm3=sum(dx * dy * dz for *_, dx, dy, dz in boxes),
        spent=sum(int(lane.best.facts[2]) for lane, _ in lanes),
        ended=all(ended for _, ended in lanes),
    )


def search_lane(goods: Goods, blocks: Blocks, effort: Effort) -> tuple[Beam, bool]:
    """A beam with its best load, and whether it ended before the effort did."""
    beam = Beam(goods, blocks)
    whole = np.prod(goods.room, dtype=np.int64)
    fitting = np.unique(goods.ways[:, 0])
    everything = int((goods.quantity[fitting] * goods.worths[fitting]).sum())
    most = min(int(whole), everything)

    def over() -> bool:
        facts = beam.best.facts
        return bool(facts[0] == most or facts[2] >= effort.work or effort.should_stop())

    width = 1.0
    while width <= WIDTH_MAX:
        if not beam.run(int(width), over):
            return beam, bool(beam.best.facts[0] == most)
        width = max(width * 2**0.5, int(width) + 1)
    return beam, True


def blocks_of(goods: Goods) -> Blocks:
    """The blocks of these goods, by their keys."""
    room = no_blocks(goods, BLOCKS_MAX)
    slots = np.full(4 * BLOCKS_MAX + 1, -1, np.int32)
    count = equal_boxes(goods, room, slots)
    count = joined(goods, room, slots, count, PAIRS_MAX)
    room.keys[:count] = room.worths[:count] * room.numbers[:count].astype(np.float64) ** -MANY
    order = np.argsort(-room.keys[:count], kind="stable")
    blocks = Blocks._make(part[order] for part in room)
    two = blocks.made[:, 0] < 0
    rank = np.empty(count, np.int32)
    rank[order] = np.arange(count)
    blocks.made[two, 1:3] = rank[blocks.made[two, 1:3]]
    most = int((blocks.counts > 0).sum(axis=1).max(initial=1))
    rows = np.argsort(blocks.counts == 0, axis=1, kind="stable")[:, :most].astype(np.int32)
    held = np.take_along_axis(blocks.counts, rows, axis=1)
    parts = np.stack([np.where(held, rows, -1), held], axis=2)
    return blocks._replace(parts=np.ascontiguousarray(parts, np.int32))


def unravel(goods: Goods, blocks: Blocks, block: int, at: Size) -> Iterator[Box]:
    """The boxes of a block whose lowest corner is at a point."""
    how, *made = map(int, blocks.made[block])
    if how < 0:
        one, two, _ = made
        yield from unravel(goods, blocks, one, at)
        moved = [*at]
        moved[-1 - how] += int(blocks.sizes[one, -1 - how])
        yield from unravel(goods, blocks, two, (moved[0], moved[1], moved[2]))
        return
    kind, dx, dy, dz = map(int, goods.ways[how])
    x, y, z = map(int, at)
    for k in range(made[2]):
        for j in range(made[1]):
            for i in range(made[0]):
                yield kind, x + i * dx, y + j * dy, z + k * dz, dx, dy, dz

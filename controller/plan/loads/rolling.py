"""Roll-outs: a load filled to its end by the best block at each step.

Owns the steps of a load. Refuses to look further than one step.
"""

from controller.plan.loads.blocks import Blocks
from controller.plan.loads.compiled import inner
from controller.plan.loads.goods import Goods
from controller.plan.loads.loads import (
    BLOCKS,
    CHANGED,
    MISSES,
    PLACED,
    SPACES,
    Loads,
    copy_row,
    is_left,
    reach_rows,
)
from controller.plan.loads.scoring import Chosen, Corner, best_blocks, look, nearest
from controller.plan.loads.spaces import place

MISSES_MAX = 8  # times the misses since blocks were told apart are as many as the blocks


@inner
def refresh(goods: Goods, blocks: Blocks, loads: Loads, load: int) -> None:
    """Forget blocks whose boxes are gone and spaces that are too small for what is left."""
    if loads.facts[load, CHANGED]:
        reach_rows(goods, loads, load)
    if loads.facts[load, MISSES] * MISSES_MAX < loads.facts[load, BLOCKS]:
        return
    kept = 0
    for at in range(loads.facts[load, BLOCKS]):
        block = loads.fitting[load, at]
        if is_left(loads, blocks, load, block):
            loads.fitting[load, kept] = block
            kept += 1
    loads.facts[load, BLOCKS] = kept
    loads.facts[load, MISSES] = 0


@inner
def next_step(
    goods: Goods, blocks: Blocks, loads: Loads, load: int, corner: Corner, chosen: Chosen
) -> bool:
    """Whether a space takes a block; the space is in corner, its best blocks are chosen."""
    refresh(goods, blocks, loads, load)
    least = loads.least[load]
    if loads.facts[load, PLACED] == loads.placed.shape[1]:
        return False
    while loads.facts[load, BLOCKS]:
        space = nearest(goods, loads, load)
        if space < 0:
            return False
        box = loads.spaces[load, space]
        if (
            box[3] - box[0] >= least[0]
            and box[4] - box[1] >= least[1]
            and box[5] - box[2] >= least[2]
        ):
            look(goods, loads, load, space, corner)
            best_blocks(goods, blocks, loads, load, corner, chosen)
            if chosen.number[0]:
                return True
        close(goods, loads, load, space)
    return False


@inner
def close(goods: Goods, loads: Loads, load: int, space: int) -> None:
    """Close a space that no block fits; a level stays known, for it may grow."""
    if goods.support:
        loads.spaces[load, space, 6] = 1
        return
    last = loads.facts[load, SPACES] - 1
    copy_row(loads.spaces[load, last], loads.spaces[load, space], 8)
    loads.facts[load, SPACES] = last


@inner
def find_spot(blocks: Blocks, corner: Corner, block: int) -> None:
    """Where a block is when it is at this corner."""
    corner.spot[0] = block
    for axis in range(3):
        at = corner.box[axis]
        if corner.side[axis]:
            at = corner.box[3 + axis] - blocks.sizes[block, axis]
        corner.spot[1 + axis] = at


@inner
def roll_out(
    goods: Goods, blocks: Blocks, loads: Loads, load: int, corner: Corner, chosen: Chosen
) -> int:
    """Fill a load to its end; the answer is how many blocks were placed."""
    steps = 0
    while next_step(goods, blocks, loads, load, corner, chosen):
        find_spot(blocks, corner, chosen.blocks[0])
        place(goods, blocks, loads, load, corner.spot)
        steps += 1
    return steps

"""Roll-outs: a load filled to its end by the best block at each step.

Owns the steps of a load. Refuses to look further than one step.
"""

from typing import TypeAlias

from controller.plan._kept import inner
from controller.plan.loads.blocks import Blocks
from controller.plan.loads.fitting import Fitting, missed
from controller.plan.loads.goods import Goods
from controller.plan.loads.loads import DEAD, PLACED, SPACES, Loads
from controller.plan.loads.scoring import Chosen, Corner, best_blocks, look, nearest
from controller.plan.loads.spaces import move, place

World: TypeAlias = tuple[Goods, Blocks, Loads, Fitting, Corner]


@inner
def next_step(world: World, load: int, chosen: Chosen) -> bool:
    """Whether a space takes a block; the space is in the corner, its best blocks are chosen."""
    goods, blocks, loads, fitting, corner = world
    if loads.facts[load, PLACED] == loads.placed.shape[1]:
        return False
    missed(blocks, loads, load, fitting)
    rows, least = loads.spaces[load], loads.least[load]
    while fitting.numbers[fitting.facts[0]]:
        space = nearest(goods, loads, load)
        if space < 0:
            return False
        if (
            rows[space, 3] - rows[space, 0] >= least[0]
            and rows[space, 4] - rows[space, 1] >= least[1]
            and rows[space, 5] - rows[space, 2] >= least[2]
        ):
            look(goods, loads, load, space, corner)
            best_blocks(world, load, chosen)
            if chosen.number[0]:
                return True
        close(goods, loads, load, space)
    return False


@inner
def close(goods: Goods, loads: Loads, load: int, space: int) -> None:
    """Close a space that no block fits; a level stays known, for it may grow."""
    if goods.support:
        loads.spaces[load, space, DEAD] = 1
        return
    last = loads.facts[load, SPACES] - 1
    move(loads.spaces[load], last, space)
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
def roll_out(world: World, load: int, chosen: Chosen) -> int:
    """Fill a load to its end; the answer is how many blocks were placed."""
    goods, blocks, loads, _, corner = world
    steps = 0
    while next_step(world, load, chosen):
        find_spot(blocks, corner, chosen.blocks[0])
        place(goods, blocks, loads, load, corner.spot)
        steps += 1
    return steps

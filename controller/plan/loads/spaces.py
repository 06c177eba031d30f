"""The greatest free cuboids around what is placed.

Owns what placing does to them: without support they are cut on all six sides; with support each
stands on one level of tops or floor and reaches to the lid, and equal tops that touch are one.
Refuses to choose among them.

Source: Lai & Chan 1997; Parreno, Alvarez-Valdes, Oliveira & Tamarit 2008.
"""

from controller.plan.loads.blocks import Blocks
from controller.plan.loads.compiled import inner
from controller.plan.loads.goods import NOTHING, Goods, Ints
from controller.plan.loads.loads import CHANGED, PLACED, SPACES, SPACES_MAX, Loads, copy_row

MERGED_MAX = 24  # new spaces of one surface


@inner
def place(goods: Goods, blocks: Blocks, loads: Loads, load: int, spot: Ints) -> None:
    """Place a block at (block, x, y, z): its boxes are left and it fits."""
    block = spot[0]
    at = loads.facts[load, PLACED]
    loads.facts[load, PLACED] = at + 1
    loads.placed[load, at, 0] = block
    for axis in range(3):
        loads.placed[load, at, 1 + axis] = spot[1 + axis]
        loads.solids[load, at, axis] = spot[1 + axis]
        loads.solids[load, at, 3 + axis] = spot[1 + axis] + blocks.sizes[block, axis]
    loads.volumes[load] += blocks.volumes[block]
    loads.spare[load] -= blocks.masses[block]
    for part in range(blocks.parts.shape[1]):
        kind = blocks.parts[block, part, 0]
        if kind < 0:
            break
        loads.left[load, kind] -= blocks.parts[block, part, 1]
        if loads.left[load, kind] == 0:
            loads.facts[load, CHANGED] = 1
    solid = loads.solids[load, at]
    if goods.support:
        cut_level(loads, load, solid)
        for top in range(blocks.surfaces[block]):
            surface = blocks.tops[block, top]
            raise_level(goods, loads, load, surface, spot)
    else:
        cut_spaces(loads, load, solid)


@inner
def meets(one: Ints, two: Ints) -> bool:
    """Whether the insides of two cuboids meet."""
    return bool(
        one[0] < two[3]
        and two[0] < one[3]
        and one[1] < two[4]
        and two[1] < one[4]
        and one[2] < two[5]
        and two[2] < one[5]
    )


@inner
def holds(outer: Ints, inner: Ints) -> bool:
    """Whether a space is within another that stands on no lower stack."""
    return bool(
        outer[0] <= inner[0]
        and outer[1] <= inner[1]
        and outer[2] <= inner[2]
        and outer[3] >= inner[3]
        and outer[4] >= inner[4]
        and outer[5] >= inner[5]
        and outer[7] >= inner[7]
    )


@inner
def offer(loads: Loads, load: int, space: Ints, first: int) -> None:
    """Add a space unless it is within another; those from `first` on within it are dropped."""
    spaces = loads.spaces[load]
    count = loads.facts[load, SPACES]
    for other in range(count):
        if holds(spaces[other], space):
            return
    kept = first
    for other in range(first, count):
        if not holds(space, spaces[other]):
            if kept < other:
                copy_row(spaces[other], spaces[kept], 8)
            kept += 1
    if kept < SPACES_MAX:
        copy_row(space, spaces[kept], 8)
        kept += 1
    loads.facts[load, SPACES] = kept


@inner
def _take_met(loads: Loads, load: int, solid: Ints, of_level: bool) -> int:
    """Moves the spaces that a solid meets to the scratch, all or those of its level; how many."""
    spaces = loads.spaces[load]
    kept, cut = 0, 0
    count = loads.facts[load, SPACES]
    while kept + cut < count:
        if meets(spaces[kept], solid) and (not of_level or spaces[kept, 2] == solid[2]):
            cut += 1
            copy_row(spaces[kept], loads.scratch[cut - 1], 8)
            copy_row(spaces[count - cut], spaces[kept], 8)
        else:
            kept += 1
    loads.facts[load, SPACES] = kept
    return cut


@inner
def cut_spaces(loads: Loads, load: int, solid: Ints) -> None:
    """Cut a solid from the spaces that it meets; parts that no box fits are dropped."""
    least = loads.least[load]
    cut = _take_met(loads, load, solid, False)
    kept = loads.facts[load, SPACES]
    for row in range(cut):
        part = loads.scratch[row]
        for axis in range(3):
            low, high = part[axis], part[3 + axis]
            if solid[axis] - low >= least[axis]:
                part[3 + axis] = solid[axis]
                offer(loads, load, part, kept)
                part[3 + axis] = high
            if high - solid[3 + axis] >= least[axis]:
                part[axis] = solid[3 + axis]
                offer(loads, load, part, kept)
                part[axis] = low


@inner
def cut_level(loads: Loads, load: int, solid: Ints) -> None:
    """Cut the base of a solid from the spaces of its level."""
    cut = _take_met(loads, load, solid, True)
    kept = loads.facts[load, SPACES]
    for row in range(cut):
        part = loads.scratch[row]
        for axis in range(2):
            low, high = part[axis], part[3 + axis]
            if solid[axis] > low:
                part[3 + axis] = solid[axis]
                offer(loads, load, part, kept)
                part[3 + axis] = high
            if high > solid[3 + axis]:
                part[axis] = solid[3 + axis]
                offer(loads, load, part, kept)
                part[axis] = low


@inner
def raise_level(goods: Goods, loads: Loads, load: int, surface: Ints, spot: Ints) -> None:
    """Add the space above a surface, joined with the spaces of its level that it touches."""
    level = spot[3] + surface[2]
    if surface[5] == NOTHING or goods.room[2] - level < loads.least[load, 2]:
        return
    new = loads.scratch
    for axis in range(2):
        new[0, axis] = spot[1 + axis] + surface[axis]
        new[0, 3 + axis] = new[0, axis] + surface[3 + axis]
    new[0, 2] = level
    new[0, 5] = goods.room[2]
    new[0, 6] = 0
    new[0, 7] = surface[5]
    number, at = 1, 0
    while at < number:
        for other in range(loads.facts[load, SPACES] + at):
            count = loads.facts[load, SPACES]
            old = loads.spaces[load, other] if other < count else new[other - count]
            if old[2] != level:
                continue
            for axis in range(2):
                if number < MERGED_MAX and union(new[at], old, axis, new[number]):
                    number += grows(new, number)
        at += 1
    for row in range(number):
        offer(loads, load, new[row], 0)


@inner
def union(one: Ints, two: Ints, axis: int, out: Ints) -> bool:
    """Whether two spaces of a level touch along an axis and make one that neither holds."""
    across = 1 - axis
    low, high = max(one[across], two[across]), min(one[3 + across], two[3 + across])
    if low >= high:
        return False
    if one[3 + axis] < two[axis] or two[3 + axis] < one[axis]:
        return False
    out[axis] = min(one[axis], two[axis])
    out[3 + axis] = max(one[3 + axis], two[3 + axis])
    out[across] = low
    out[3 + across] = high
    out[2] = one[2]
    out[5] = one[5]
    out[6] = 0
    out[7] = min(one[7], two[7])
    return not (holds(one, out) or holds(two, out))


@inner
def grows(new: Ints, number: int) -> int:
    """1 if the last of the new spaces is within none of those before."""
    for row in range(number):
        if holds(new[row], new[number]):
            return 0
    return 1

"""What may change places between two tours: some loads of one against some of the other.

Owns which exchanges two carts can carry, sixteen at a time. Refuses to know what they cost.
"""

from typing import NamedTuple

import numpy as np

from controller.plan._chance import below
from controller.plan._kept import inlined
from controller.plan.tours.carts import Carts, Loads
from controller.plan.tours.compiled import compiled
from controller.plan.tours.grid import Ints
from controller.plan.tours.vectors import LANES

SET_MAX, KINDS = 6, 3
BITS = 62
PAIR_ONCE_IN = 4
TRIES = 8


class Exchanges(NamedTuple):
    """Row LANES is what leaves the old tour; the rows before are what may come back for it.

    Shapes: sets[row, place] are loads, members[row] how many; masks[row] their bits; used[row]
    what they need; least and most are what an exchange may need; keys[row] and ys[row] their
    picks in order, sizes[row] how many; found is the number of exchanges.
    """

    sets: Ints
    members: Ints
    masks: Ints
    used: Ints
    least: Ints
    most: Ints
    keys: Ints
    ys: Ints
    sizes: Ints
    found: Ints


def new_exchanges(carts: Carts) -> Exchanges:
    """Room for exchanges between these carts."""
    rows, width = LANES + 1, carts.keys.shape[1]
    return Exchanges(
        sets=np.zeros((rows, SET_MAX), np.int64),
        members=np.zeros(rows, np.int64),
        masks=np.zeros(rows, np.int64),
        used=np.zeros((rows, KINDS), np.int64),
        least=np.zeros(KINDS, np.int64),
        most=np.zeros(KINDS, np.int64),
        keys=np.zeros((rows, width), np.int64),
        ys=np.zeros((rows, width), np.int64),
        sizes=np.zeros(rows, np.int64),
        found=np.zeros(1, np.int64),
    )


@compiled
def find_exchanges(
    loads: Loads, carts: Carts, moves: Exchanges, move: tuple[int, int], state: Ints
) -> None:
    """Exchanges in which a load, perhaps with another one, goes to the new tour."""
    load, new = move
    old = carts.tour_of[load]
    moves.found[0] = 0
    begin(moves, LANES)
    add(loads, moves, LANES, load, 1)
    if not below(state, PAIR_ONCE_IN):
        other = carts.members[old, below(state, carts.counts[old])]
        if other != load:
            add(loads, moves, LANES, other, 2)
    for kind in range(KINDS):
        room = loads.limits[kind] + moves.used[LANES, kind]
        moves.most[kind] = room - carts.used[old, kind]
        moves.least[kind] = carts.used[new, kind] + 2 * moves.used[LANES, kind] - room
    begin(moves, 0)
    keep(loads, carts, moves, old, new)
    most = min(carts.counts[new], BITS)
    if not most:
        return
    first = below(state, most)
    for step in range(most):
        if moves.found[0] == LANES:
            return
        place = (first + step) % most
        begin(moves, moves.found[0])
        add(loads, moves, moves.found[0], carts.members[new, place], 1 << place)
        keep(loads, carts, moves, old, new)
    for _ in range(TRIES):
        if moves.found[0] == LANES:
            return
        gather(loads, carts, moves, (old, new), (below(state, most), most))


@inlined
def gather(
    loads: Loads,
    carts: Carts,
    moves: Exchanges,
    tours: tuple[int, int],
    places: tuple[int, int],
) -> None:
    """Some loads of the new tour, from a place on, until it has room."""
    old, new = tours
    start, most = places
    lane = moves.found[0]
    begin(moves, lane)
    for step in range(most):
        place = start + step if start + step < most else start + step - most
        load = carts.members[new, place]
        over = False
        for kind in range(KINDS):
            over |= moves.used[lane, kind] + loads.needs[load, kind] > moves.most[kind]
        if over:
            continue
        add(loads, moves, lane, load, 1 << place)
        if moves.members[lane] > 1 and keep(loads, carts, moves, old, new):
            return
        if moves.members[lane] == SET_MAX:
            return


@inlined
def begin(moves: Exchanges, row: int) -> None:
    """Nothing is in this row."""
    moves.members[row] = 0
    moves.masks[row] = 0
    for kind in range(KINDS):
        moves.used[row, kind] = 0


@inlined
def add(loads: Loads, moves: Exchanges, row: int, load: int, bit: int) -> None:
    """Note a load in a row."""
    moves.sets[row, moves.members[row]] = load
    moves.members[row] += 1
    moves.masks[row] |= bit
    for kind in range(KINDS):
        moves.used[row, kind] += loads.needs[load, kind]


@inlined
def keep(loads: Loads, carts: Carts, moves: Exchanges, old: int, new: int) -> bool:
    """Keep the exchange in hand if both carts take it and it is new; whether it was kept."""
    lane = moves.found[0]
    for kind in range(KINDS):
        if not moves.least[kind] <= moves.used[lane, kind] <= moves.most[kind]:
            return False
    for earlier in range(lane):
        if moves.masks[earlier] == moves.masks[lane]:
            return False
    if len(loads.conflicts) > 1:
        if quarrels(loads, carts, moves, new, (LANES, lane)):
            return False
        if quarrels(loads, carts, moves, old, (lane, LANES)):
            return False
    moves.found[0] += 1
    return True


@compiled
def quarrels(
    loads: Loads, carts: Carts, moves: Exchanges, tour: int, rows: tuple[int, int]
) -> bool:
    """Whether what comes to a tour may not share it with what stays. Shapes: (coming, going)."""
    coming, going = rows
    for other in range(len(loads.conflicts)):
        stays = carts.groups[tour, other]
        for place in range(moves.members[going]):
            stays -= loads.groups[moves.sets[going, place]] == other
        for place in range(moves.members[coming]):
            group = loads.groups[moves.sets[coming, place]]
            if loads.conflicts[group, other] and stays > 0:
                return True
    return False


@inlined
def lay_out(carts: Carts, moves: Exchanges, bits: Ints, old: int, new: int) -> None:
    """The bits of all loads that may go, and the picks of each row in order."""
    for place in range(min(carts.counts[new], BITS)):
        bits[carts.members[new, place]] = 1 << place
    for place in range(moves.members[LANES]):
        bits[moves.sets[LANES, place]] = 1 << place
    moves.sizes[:] = 0
    for i in range(carts.sizes[new]):
        for row in range(moves.found[0]):
            if moves.masks[row] & bits[carts.owners[new, i]]:
                lay(carts, moves, row, new, i)
    for i in range(carts.sizes[old]):
        if bits[carts.owners[old, i]]:
            lay(carts, moves, LANES, old, i)


@inlined
def lay(carts: Carts, moves: Exchanges, row: int, tour: int, i: int) -> None:
    """One more pick of a row."""
    at = moves.sizes[row]
    moves.keys[row, at] = carts.keys[tour, i]
    moves.ys[row, at] = carts.ys[tour, i]
    moves.sizes[row] = at + 1

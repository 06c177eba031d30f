"""All carts that a few loads can fill, and what the best choice of them walks at least.

Owns the enumeration, its prices and the linear programme over them, whose dual prices prove a
bound. Refuses more carts than `CARTS_MAX`: then it answers with none.

Source: Gilmore & Gomory 1961; the bound: Farley 1990.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from controller.plan import Effort
from controller.plan._cp_sat import cheapest_partition
from controller.plan.tours.carts import Carts, Loads, has_room, put
from controller.plan.tours.compiled import compiled
from controller.plan.tours.grid import Grid, Ints
from controller.plan.tours.lanes import Common, Lanes, Picks, clear, price_lanes

Members: TypeAlias = tuple[int, ...]

CARTS_MAX = 40_000
PARTITION_WORK = 500_000
NOBODY = -1


@compiled
def fill_carts(
    grid: Grid, loads: Loads, carts: Carts, lanes: Lanes, sets: Ints
) -> tuple[int, Ints]:
    """Every set of loads that one cart takes, and the length of its tour.

    Shapes: sets[cart] are loads, ascending, then NOBODY; the answer counts no further than one
    more than there is room for. `carts` has one tour.
    """
    own = Picks(carts.keys.reshape(-1), carts.ys.reshape(-1))
    lengths = np.zeros(len(sets), np.int64)
    clear(lanes)
    found = 0
    for load in range(len(loads.groups)):
        refill(grid, loads, carts, sets, NOBODY)
        if not has_room(loads, carts, 0, load):
            continue
        if found == len(sets):
            return found + 1, lengths
        sets[found, 0] = load
        found += 1
    at = 0
    while at < found:
        size = refill(grid, loads, carts, sets, at)
        price_lanes(grid, own, carts, lanes, Common(1, 0, 0, 0, 0))
        lengths[at] = lanes.lengths[0]
        for load in range(sets[at, size - 1] + 1, len(loads.groups)):
            if not has_room(loads, carts, 0, load):
                continue
            if found == len(sets):
                return found + 1, lengths
            sets[found, :size] = sets[at, :size]
            sets[found, size] = load
            found += 1
        at += 1
    return found, lengths


@compiled
def refill(grid: Grid, loads: Loads, carts: Carts, sets: Ints, at: int) -> int:
    """Empty the cart and load one of the sets; how many loads it has."""
    carts.sizes[0] = 0
    carts.counts[0] = 0
    carts.used[0] = 0
    carts.groups[0] = 0
    size = 0
    while at >= 0 and size < sets.shape[1] and sets[at, size] >= 0:
        put(grid, loads, carts, 0, sets[at, size])
        size += 1
    return size


def filled(grid: Grid, loads: Loads, carts: Carts, lanes: Lanes) -> dict[Members, int]:
    """All carts with the lengths of their tours, or none where they are too many."""
    most = min(CARTS_MAX, 1 << min(len(loads.groups), CARTS_MAX.bit_length()))
    sets = np.full((most, carts.members.shape[1]), NOBODY, np.int64)
    found, lengths = fill_carts(grid, loads, carts, lanes, sets)
    if found > most:
        return {}
    return {
        tuple(int(load) for load in held if load >= 0): int(length)
        for held, length in zip(sets[:found], lengths[:found], strict=True)
    }


def cheapest(
    loads: int, carts: dict[Members, int], best: Sequence[Members], complete: bool, effort: Effort
) -> tuple[list[Members], int]:
    """Carts that hold each load once and walk no more than the best ones, and a bound.

    The bound is 0 unless the carts are `complete`: all that there are. A cart is left out when
    no plan with it can be shorter than the best one, as its dual prices say.
    """
    total = sum(carts[cart] for cart in best)
    prices, (num, den) = _prices(loads, carts)
    bound = sum(prices) * num // den

    def may_help(cart: Members) -> bool:
        return (carts[cart] - total + bound) * den < num * sum(prices[load] for load in cart)

    kept = sorted({cart for cart in carts if may_help(cart)} | set(best))
    limited = replace(effort, work=min(effort.work, PARTITION_WORK))
    found = cheapest_partition(loads, [(cart, carts[cart]) for cart in kept], limited)
    if found:
        chosen, proven = [kept[index] for index in found[0]], found[1]
        length = sum(carts[cart] for cart in chosen)
        best = chosen if length < total else best
        bound = min(length, total) if proven else bound
    return list(best), bound * complete


def _prices(loads: int, carts: dict[Members, int]) -> tuple[list[int], tuple[int, int]]:
    """A worth of each load in mm, and a fraction of it at which no cart is worth its length.

    Differs: dual prices of the programme are made whole and then scaled in whole numbers, so
    that its rounding cannot spoil the proof.
    """
    from ortools.linear_solver import pywraplp

    solver = pywraplp.Solver.CreateSolver("GLOP")
    worth = [solver.NumVar(0, solver.infinity(), "") for _ in range(loads)]
    for cart, length in carts.items():
        solver.Add(solver.Sum([worth[load] for load in cart]) <= length)
    solver.Maximize(solver.Sum(worth))
    if solver.Solve() != pywraplp.Solver.OPTIMAL:
        return [0] * loads, (1, 1)
    prices = [max(0, int(each.solution_value())) for each in worth]
    num, den = 1, 1
    for cart, length in carts.items():
        value = sum(prices[load] for load in cart)
        if value * num > length * den:
            num, den = length, value
    return prices, (num, den)

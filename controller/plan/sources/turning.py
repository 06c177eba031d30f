"""The compiled part of annealing: a turn takes stock from orders for another, and serves all anew.

Owns the cheapest nodes for an order from what is free, and who gives way. Refuses to make arrays.
"""

from math import log
from typing import NamedTuple

from controller.plan._chance import MODULUS, below
from controller.plan._kept import inner, kernel
from controller.plan.sources.network import NEVER, Ints, Orders

NODES_MAX = 12
"""Nodes that an order has at the most."""
TRIED = 3
"""Nodes that are drawn, of which an order wants what looks cheapest."""
TOGETHER = 8
"""Orders that are served anew together, at the most."""
ASKED = 40
"""Orders that are asked for room, at the most."""


class Ground(NamedTuple):
    """What turns change, and what they read beside the orders; `full` is nodes x SKUs.

    Shapes: `taken` is lines x nodes. Lines that want SKU s are `line[first[s]:first[s + 1]]`, of
    the orders `order`. `kept` is TOGETHER x lines x nodes, `chosen` twice so many orders, `tried`
    three times the nodes, `drawn` the last number.
    """

    taken: Ints
    stock: Ints
    room: Ints
    full: Ints
    first: Ints
    order: Ints
    line: Ints
    kept: Ints
    chosen: Ints
    tried: Ints
    drawn: Ints


@inner
def moved(orders: Orders, ground: Ground, order: int, sign: int) -> int:
    """Gives its units back to the nodes (1) or takes them (-1); what the order costs."""
    cents, parcels, missing = 0, 0, 0
    for line in range(orders.first[order], orders.first[order + 1]):
        missing += orders.qty[line]
    for node in range(len(ground.room)):
        shipped = 0
        for line in range(orders.first[order], orders.first[order + 1]):
            units = ground.taken[line, node]
            shipped += units
            ground.stock[node, orders.sku[line]] += sign * units
        if shipped:
            parcels += 1
            missing -= shipped
            ground.room[node] += sign
            cents += orders.parcel_cents[order, node] + shipped * orders.unit_cents[order, node]
    cents += max(0, parcels - 1) * orders.split_cents
    return cents + missing * orders.unfilled_cents


@inner
def least_of(
    orders: Orders, ground: Ground, of: tuple[int, int, int], nodes: Ints, count: int
) -> tuple[int, float]:
    """The place of the node that asks least for a unit, of those not seen; -1 for nobody."""
    order, line, seen = of
    best, cheapest = -1, float(orders.unfilled_cents)
    for at in range(count):
        if not (seen >> at) & 1 and ground.stock[nodes[at], orders.sku[line]] > 0:
            each = orders.unit_cents[order, nodes[at]]
            if each < cheapest:
                best, cheapest = at, float(each)
    return best, cheapest


@inner
def filled(
    orders: Orders, ground: Ground, order: int, nodes: Ints, count: int, least: float
) -> float:
    """Each unit from whichever of some nodes asks least; what it costs, if not `least`.

    Where nothing could cost so much the units are written.
    """
    cents, used, write = -float(orders.split_cents), 0, least >= NEVER
    for line in range(orders.first[order], orders.first[order + 1]):
        sku, missing, seen = orders.sku[line], orders.qty[line], 0
        while missing > 0:
            best, cheapest = least_of(orders, ground, (order, line, seen), nodes, count)
            if best < 0:
                break
            seen |= 1 << best
            units = min(missing, ground.stock[nodes[best], sku])
            missing -= units
            cents += units * cheapest
            if write:
                ground.taken[line, nodes[best]] = units
            if not (used >> best) & 1:
                used |= 1 << best
                cents += orders.parcel_cents[order, nodes[best]] + orders.split_cents
        cents += missing * orders.unfilled_cents
        if cents >= least:
            return least
    return cents if used else cents + orders.split_cents


@inner
def usable(orders: Orders, ground: Ground, order: int, nodes: Ints) -> tuple[int, float]:
    """Lists the nodes that have something for an order; how many, and what it costs at least."""
    count, units, cheapest = 0, 0, float(orders.unfilled_cents)
    for line in range(orders.first[order], orders.first[order + 1]):
        units += orders.qty[line]
    for node in range(len(ground.room)):
        if ground.room[node] > 0 and orders.parcel_cents[order, node] < NEVER:
            for line in range(orders.first[order], orders.first[order + 1]):
                if ground.stock[node, orders.sku[line]] > 0:
                    nodes[count] = node
                    count += 1
                    cheapest = min(cheapest, float(orders.unit_cents[order, node]))
                    break
    return count, units * cheapest


@inner
def served(orders: Orders, ground: Ground, order: int) -> int:
    """Serves an order that has nothing from what is free; what it costs."""
    free, best, tried = ground.tried[0], ground.tried[1], ground.tried[2]
    size, floor = usable(orders, ground, order, free)
    least, count = filled(orders, ground, order, free, 0, NEVER - 1.0), 0
    for one in range(size):
        cents = filled(orders, ground, order, free[one:], 1, least)
        if cents < least:
            least, count, best[0] = cents, 1, free[one]
    for one in range(size):
        tried[0] = free[one]
        rest = floor + orders.split_cents + orders.parcel_cents[order, tried[0]]
        for other in range(one + 1, size):
            if rest + orders.parcel_cents[order, free[other]] < least:
                tried[1] = free[other]
                cents = filled(orders, ground, order, tried, 2, least)
                if cents < least:
                    least, count, best[0], best[1] = cents, 2, tried[0], tried[1]
    while 2 <= count < NODES_MAX:
        more = -1
        for at in range(count):
            tried[at] = best[at]
        for one in range(size):
            tried[count] = free[one]
            cents = filled(orders, ground, order, tried, count + 1, least)
            if cents < least - 1e-6:
                least, more = cents, free[one]
        if more < 0:
            break
        best[count] = more
        count += 1
    filled(orders, ground, order, best, count, float(NEVER))
    return moved(orders, ground, order, -1)


@inner
def wanted(orders: Orders, ground: Ground, order: int) -> int:
    """The node, of those drawn, from which an order would cost least were all stock there."""
    best, least = -1, float(NEVER)
    for _ in range(TRIED):
        node = below(ground.drawn, len(ground.room))
        cents = float(orders.parcel_cents[order, node])
        for line in range(orders.first[order], orders.first[order + 1]):
            sku = orders.sku[line]
            units = min(orders.qty[line], ground.full[node, sku])
            cents += units * (orders.unit_cents[order, node])
            cents += (orders.qty[line] - units) * orders.unfilled_cents / 2
        if cents < least:
            best, least = node, cents
    return best


@inner
def freed(orders: Orders, ground: Ground, order: int, count: int) -> int:
    """Takes all from an order, which is kept as the next of those chosen; what it cost."""
    first = orders.first[order]
    cents = moved(orders, ground, order, 1)
    ground.chosen[count] = ground.chosen[TOGETHER + count] = order
    for line in range(first, orders.first[order + 1]):
        for node in range(len(ground.room)):
            ground.kept[count, line - first, node] = ground.taken[line, node]
            ground.taken[line, node] = 0
    return cents


@inner
def given(orders: Orders, ground: Ground, order: int, node: int) -> tuple[int, int]:
    """Frees an order and those that hold what it wants of a node; how many, and what they cost."""
    cents, count = freed(orders, ground, order, 0), 1
    asked = 0
    while ground.room[node] <= 0 and asked < ASKED and count < TOGETHER:
        asked += 1
        other = below(ground.drawn, len(orders.first) - 1)
        for line in range(orders.first[other], orders.first[other + 1]):
            if ground.taken[line, node]:
                cents += freed(orders, ground, other, count)
                count += 1
                break
    for line in range(orders.first[order], orders.first[order + 1]):
        sku = orders.sku[line]
        need = min(orders.qty[line], ground.full[node, sku])
        start, size = ground.first[sku], ground.first[sku + 1] - ground.first[sku]
        at = below(ground.drawn, size)
        for nth in range(size):
            if ground.stock[node, sku] >= need or count == TOGETHER:
                break
            holder = start + (at + nth) % size
            if ground.taken[ground.line[holder], node]:
                cents += freed(orders, ground, ground.order[holder], count)
                count += 1
    return count, cents


@kernel
def anneal(orders: Orders, ground: Ground, turns: int, heat: float) -> None:
    """Improves `taken`; a dearer answer is taken the less often the more it costs for the heat."""
    chosen, drawn = ground.chosen, ground.drawn
    for _ in range(turns):
        order = below(drawn, len(orders.first) - 1)
        node = wanted(orders, ground, order)
        if node < 0:
            continue
        count, before = given(orders, ground, order, node)
        for at in range(count - 1, 1, -1):
            other = 1 + below(drawn, at)
            kept = chosen[TOGETHER + at]
            chosen[TOGETHER + at] = chosen[TOGETHER + other]
            chosen[TOGETHER + other] = kept
        more = -before
        for at in range(count):
            more += served(orders, ground, chosen[TOGETHER + at])
        if more < -heat * log((below(drawn, MODULUS - 1) + 1) / MODULUS):
            continue
        for at in range(count):
            moved(orders, ground, chosen[at], 1)
        for at in range(count):
            first = orders.first[chosen[at]]
            for line in range(first, orders.first[chosen[at] + 1]):
                for node in range(len(ground.room)):
                    ground.taken[line, node] = ground.kept[at, line - first, node]
            moved(orders, ground, chosen[at], -1)

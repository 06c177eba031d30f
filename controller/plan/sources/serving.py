"""How one order is best served from what is there.

Owns the exact division of an order's lines among nodes, by sets of lines: the cheapest node for
each set, then the cheapest partition. Refuses stock that is not there and nodes without room.
"""

import numpy as np

from controller.plan._kept import kernel
from controller.plan.sources.network import NEVER, Floats, Ints, Orders

SETS_MAX = 7
"""Orders of more lines are served by adding nodes while that pays."""


@kernel
def serve(
    orders: Orders, order: int, stock: Ints, room: Ints, worth: Floats, taken: Ints
) -> float:
    """Writes the cheapest answer for an order into its rows of `taken`; its cost with `worth`.

    Shapes: worth is nodes x SKUs, cents that a unit of stock is worth to others.
    """
    start, end = orders.first[order], orders.first[order + 1]
    taken[start:end] = 0
    if end - start <= SETS_MAX:
        _by_sets(orders, order, stock, room, worth, taken)
    else:
        _by_adding(orders, order, stock, room, worth, taken)
    _top_up(orders, order, stock, room, worth, taken)
    return priced(orders, order, worth, taken)


@kernel
def priced(orders: Orders, order: int, worth: Floats, taken: Ints) -> float:
    """What an order costs as it is served, with what the stock is worth to others."""
    cost = 0.0
    parcels = 0
    for node in range(taken.shape[1]):
        used = False
        for line in range(orders.first[order], orders.first[order + 1]):
            units = taken[line, node]
            if units:
                used = True
                cost += units * (orders.unit_cents[order, node] + worth[node, orders.sku[line]])
        if used:
            parcels += 1
            cost += orders.parcel_cents[order, node]
    for line in range(orders.first[order], orders.first[order + 1]):
        cost += (orders.qty[line] - taken[line].sum()) * orders.unfilled_cents
    return cost + max(0, parcels - 1) * orders.split_cents


@kernel
def _by_sets(
    orders: Orders, order: int, stock: Ints, room: Ints, worth: Floats, taken: Ints
) -> None:
    start = orders.first[order]
    lines = orders.first[order + 1] - start
    sets = 1 << lines
    alone = np.full(sets, float(NEVER))  # a set of lines from its cheapest node
    node_of = np.full(sets, -1)
    cost = np.zeros(sets)
    for node in range(len(room)):
        if orders.parcel_cents[order, node] >= NEVER or room[node] <= 0:
            continue
        cost[0] = orders.parcel_cents[order, node] + orders.split_cents
        for line in range(lines):
            sku, qty = orders.sku[start + line], orders.qty[start + line]
            have = min(qty, stock[node, sku])
            each = have * (orders.unit_cents[order, node] + worth[node, sku])
            each += (qty - have) * orders.unfilled_cents
            if have <= 0:
                each = float(NEVER)
            bit = 1 << line
            for rest in range(bit):
                cost[rest | bit] = cost[rest] + each
        for each_set in range(1, sets):
            if cost[each_set] < alone[each_set]:
                alone[each_set] = cost[each_set]
                node_of[each_set] = node
    _write(orders, order, stock, _partition(orders, order, alone), node_of, taken)


@kernel
def _partition(orders: Orders, order: int, alone: Floats) -> Ints:
    """The parcels of the cheapest answer as sets of lines; the first one pays no split."""
    start, sets = orders.first[order], len(alone)
    cost = np.full((2, sets), float(NEVER))  # with any parcels, and with at least one
    part = np.zeros((2, sets), dtype=np.int64)
    cost[0, 0] = 0.0
    for each_set in range(1, sets):
        low = each_set & -each_set
        line = 0
        while 1 << line != low:
            line += 1
        rest = each_set ^ low
        left_out = orders.qty[start + line] * orders.unfilled_cents
        for least in range(2):
            cost[least, each_set] = left_out + cost[least, rest]
            other = rest
            while True:
                now = alone[other | low] + cost[0, rest ^ other]
                if now < cost[least, each_set]:
                    cost[least, each_set] = now
                    part[least, each_set] = other | low
                if other == 0:
                    break
                other = (other - 1) & rest
    unfilled = (orders.qty[start : orders.first[order + 1]] * orders.unfilled_cents).sum()
    parcels = np.zeros(sets, dtype=np.int64)
    if cost[1, sets - 1] - orders.split_cents >= unfilled:
        return parcels[:0]
    least, left, found = 1, sets - 1, 0
    while left:
        mine = part[least, left]
        if mine == 0:
            left ^= left & -left
            continue
        parcels[found] = mine
        found += 1
        least = 0
        left ^= mine
    return parcels[:found]


@kernel
def _write(
    orders: Orders, order: int, stock: Ints, parcels: Ints, node_of: Ints, taken: Ints
) -> None:
    start = orders.first[order]
    for mine in parcels:
        node = node_of[mine]
        for line in range(orders.first[order + 1] - start):
            if mine >> line & 1:
                sku = orders.sku[start + line]
                taken[start + line, node] = min(orders.qty[start + line], stock[node, sku])


@kernel
def _gain(orders: Orders, order: int, stock: Ints, worth: Floats, taken: Ints, node: int) -> float:
    """Cents saved when a node ships what is still missing, its parcel not counted."""
    saved = 0.0
    for line in range(orders.first[order], orders.first[order + 1]):
        sku = orders.sku[line]
        missing = orders.qty[line] - taken[line].sum()
        have = min(missing, stock[node, sku] - taken[line, node])
        each = orders.unfilled_cents - orders.unit_cents[order, node] - worth[node, sku]
        if have > 0 and each > 0:
            saved += have * each
    return saved


@kernel
def _fill(orders: Orders, order: int, stock: Ints, worth: Floats, taken: Ints, node: int) -> None:
    for line in range(orders.first[order], orders.first[order + 1]):
        sku = orders.sku[line]
        missing = orders.qty[line] - taken[line].sum()
        have = min(missing, stock[node, sku] - taken[line, node])
        if have > 0 and orders.unit_cents[order, node] + worth[node, sku] < orders.unfilled_cents:
            taken[line, node] += have


@kernel
def _top_up(
    orders: Orders, order: int, stock: Ints, room: Ints, worth: Floats, taken: Ints
) -> None:
    """What is missing comes from further nodes while that pays, the best one first."""
    start, end = orders.first[order], orders.first[order + 1]
    while taken[start:end].sum() < orders.qty[start:end].sum():
        parcels = 0
        for node in range(len(room)):
            parcels += 1 if taken[start:end, node].sum() else 0
        best, most = -1, 0.0
        for node in range(len(room)):
            if orders.parcel_cents[order, node] >= NEVER:
                continue
            saved = _gain(orders, order, stock, worth, taken, node)
            if not taken[start:end, node].sum():
                if room[node] <= 0:
                    continue
                saved -= orders.parcel_cents[order, node]
                saved -= orders.split_cents if parcels else 0
            if saved > most:
                best, most = node, saved
        if best < 0:
            return
        _fill(orders, order, stock, worth, taken, best)


@kernel
def _by_adding(
    orders: Orders, order: int, stock: Ints, room: Ints, worth: Floats, taken: Ints
) -> None:
    """Many lines: nodes are added where all lines then come from the cheapest of them."""
    start, end = orders.first[order], orders.first[order + 1]
    chosen = np.zeros(len(room), dtype=np.int64)
    cost = priced(orders, order, worth, taken)
    trial = np.zeros((end - start, len(room)), dtype=np.int64)
    while True:
        best = -1
        for node in range(len(room)):
            if chosen[node] or room[node] <= 0 or orders.parcel_cents[order, node] >= NEVER:
                continue
            chosen[node] = 1
            trial[:] = taken[start:end]
            _share(orders, order, stock, worth, chosen, taken)
            now = priced(orders, order, worth, taken)
            taken[start:end] = trial
            chosen[node] = 0
            if now < cost:
                best, cost = node, now
        if best < 0:
            return
        chosen[best] = 1
        _share(orders, order, stock, worth, chosen, taken)


@kernel
def _share(
    orders: Orders, order: int, stock: Ints, worth: Floats, chosen: Ints, taken: Ints
) -> None:
    """Each line from the chosen nodes, the cheapest first."""
    for line in range(orders.first[order], orders.first[order + 1]):
        taken[line] = 0
        sku = orders.sku[line]
        missing = orders.qty[line]
        while missing:
            best, least = -1, float(orders.unfilled_cents)
            for node in range(len(chosen)):
                each = orders.unit_cents[order, node] + worth[node, sku]
                if chosen[node] and stock[node, sku] > taken[line, node] and each < least:
                    best, least = node, each
            if best < 0:
                break
            have = min(missing, stock[best, sku])
            taken[line, best] = have
            missing -= have

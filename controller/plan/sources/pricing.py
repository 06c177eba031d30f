"""What stock is worth to the orders that compete for it, and what no answer undercuts.

Owns the Lagrangian relaxation of stock: every order takes what is cheapest for itself at prices of
stock, prices rise where too much is wanted. Refuses to give an answer that can be shipped.
"""

import numpy as np

from controller.plan._kept import kernel
from controller.plan.sources.network import Floats, Ints, Orders

PATIENCE = 8
"""Rounds without a better bound after which steps are halved."""
SCARCE = 0.75
"""What a unit of a SKU of which there is too little is worth at first, of one that is missing."""


@kernel
def price(orders: Orders, stock: Ints, upper: float, rounds: int) -> tuple[float, Floats, Floats]:
    """The best bound in cents, the prices (nodes x SKUs) that prove it, and each order's part.

    Source: Held, Wolfe & Crowder 1974, steps after Polyak.
    """
    worth = _first_prices(orders, stock)
    best_worth = worth.copy()
    parts = np.zeros(len(orders.first) - 1)
    best_parts = parts.copy()
    taken = np.zeros((len(orders.qty), len(stock)), dtype=np.int64)
    best, scale, waited = -1.0, 1.0, 0
    for _ in range(rounds):
        wanted = np.zeros(stock.shape, dtype=np.int64)
        for order in range(len(parts)):
            parts[order] = _part(orders, order, stock, worth, taken)
            for line in range(orders.first[order], orders.first[order + 1]):
                wanted[:, orders.sku[line]] += taken[line]
        bound = parts.sum() - (worth * stock).sum()
        waited += 1
        if bound > best:
            best, waited = bound, 0
            best_worth[:] = worth
            best_parts[:] = parts
        if waited >= PATIENCE:
            scale, waited = scale / 2, 0
        excess = np.where((worth > 0) | (wanted > stock), wanted - stock, 0)
        norm = float((excess * excess).sum())
        if norm == 0 or scale < 1e-3:
            break
        step = scale * max(upper - bound, 1.0) / norm
        worth = np.maximum(0.0, worth + step * excess)
    return best, best_worth, best_parts


@kernel
def _first_prices(orders: Orders, stock: Ints) -> Floats:
    missing = -stock.sum(axis=0)
    for line in range(len(orders.qty)):
        missing[orders.sku[line]] += orders.qty[line]
    worth = np.zeros(stock.shape)
    for sku in range(stock.shape[1]):
        if missing[sku] > 0:
            worth[:, sku] = SCARCE * orders.unfilled_cents
    return worth


@kernel
def _part(orders: Orders, order: int, stock: Ints, worth: Floats, taken: Ints) -> float:
    """The least that an order costs from no, one or two nodes, or not less from more of them.

    Three parcels or more cost at least the three cheapest, and each unit what it costs anywhere.
    """
    start, end = orders.first[order], orders.first[order + 1]
    parcels, split = orders.parcel_cents[order], orders.split_cents
    each = np.zeros((end - start, len(stock)))
    anywhere, best, pair = 0.0, 0.0, (-1, -1)
    for line in range(start, end):
        each[line - start] = orders.unit_cents[order] + worth[:, orders.sku[line]]
        anywhere += _anywhere(orders, line, stock, each[line - start], taken)
        best += orders.qty[line] * orders.unfilled_cents
    for one in range(len(parcels)):
        if parcels[one] + anywhere >= best:
            continue
        for two in range(one, len(parcels)):
            cost = float(parcels[one])
            if two > one:
                cost += parcels[two] + split
            if cost + anywhere >= best:
                continue
            for line in range(start, end):
                cost += _from_two(orders, line, stock, each[line - start], (one, two))[0]
            if cost < best:
                best, pair = cost, (one, two)
    cheap = np.sort(parcels)[:3].sum() + 2 * split + anywhere
    if len(parcels) > 2 and cheap < best:
        return float(cheap)
    for line in range(start, end):
        taken[line] = 0
        if pair[0] >= 0:
            _, first, second = _from_two(orders, line, stock, each[line - start], pair)
            taken[line, pair[0]] += first
            taken[line, pair[1]] += second
    return best


@kernel
def _anywhere(orders: Orders, line: int, stock: Ints, each: Floats, taken: Ints) -> float:
    """A line's units from wherever they cost least, parcels apart; written into its row."""
    sku, missing, cost = orders.sku[line], orders.qty[line], 0.0
    taken[line] = 0
    while missing:
        best, least = -1, float(orders.unfilled_cents)
        for node in range(len(stock)):
            if each[node] < least and stock[node, sku] > taken[line, node]:
                best, least = node, each[node]
        if best < 0:
            return float(cost + missing * orders.unfilled_cents)
        have = min(missing, stock[best, sku])
        taken[line, best] = have
        cost += have * least
        missing -= have
    return cost


@kernel
def _from_two(
    orders: Orders, line: int, stock: Ints, each: Floats, pair: tuple[int, int]
) -> tuple[float, int, int]:
    """A line's cost from two nodes, or from one given twice, and the units of each.

    Shapes: `each` is what a unit of the line costs from every node.
    """
    sku, missing, cost = orders.sku[line], orders.qty[line], 0.0
    units = [0, 0]
    one, two = pair
    first = 0 if one < 0 or each[one] <= each[two] else 1
    for at in (first, 1 - first):
        node = pair[at]
        if node >= 0 and (at == first or one != two) and each[node] < orders.unfilled_cents:
            units[at] = min(missing, stock[node, sku])
            cost += units[at] * each[node]
            missing -= units[at]
    return cost + missing * orders.unfilled_cents, units[0], units[1]

"""What stock is worth to the orders that compete for it, and what no answer undercuts.

Owns the Lagrangian relaxation of stock: every order takes what is cheapest for itself at prices of
stock, prices rise where too much is wanted. Refuses to give an answer that can be shipped.
"""

import numpy as np

from controller.plan._kept import kernel
from controller.plan.sources.network import NEVER, Floats, Ints, Orders
from controller.plan.sources.serving import SETS_MAX, serve

PATIENCE = 8
"""Rounds without a better bound after which steps are halved."""


@kernel
def price(orders: Orders, stock: Ints, upper: float, rounds: int) -> tuple[float, Floats, Floats]:
    """The best bound in cents, the prices (nodes x SKUs) that prove it, and each order's part.

    Source: Held, Wolfe & Crowder 1974, steps after Polyak.
    """
    plenty = np.where(stock > 0, NEVER, 0)
    room = np.full(len(stock), NEVER)
    worth = np.zeros(stock.shape)
    best_worth = worth.copy()
    parts = np.zeros(len(orders.first) - 1)
    best_parts = parts.copy()
    taken = np.zeros((len(orders.qty), len(stock)), dtype=np.int64)
    best, scale, waited = -1.0, 1.0, 0
    for _ in range(rounds):
        wanted = np.zeros(stock.shape, dtype=np.int64)
        for order in range(len(parts)):
            parts[order] = _part(orders, order, plenty, room, worth, taken)
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
def _part(
    orders: Orders, order: int, plenty: Ints, room: Ints, worth: Floats, taken: Ints
) -> float:
    """The least that an order costs; one of many lines is priced line by line."""
    start, end = orders.first[order], orders.first[order + 1]
    if end - start <= SETS_MAX:
        return serve(orders, order, plenty, room, worth, taken)
    cost = 0.0
    taken[start:end] = 0
    parcel = float(NEVER)
    for node in range(len(room)):
        parcel = min(parcel, float(orders.parcel_cents[order, node]))
    for line in range(start, end):
        best, least = -1, float(orders.unfilled_cents)
        for node in range(len(room)):
            each = orders.unit_cents[order, node] + worth[node, orders.sku[line]]
            if plenty[node, orders.sku[line]] and each < least:
                best, least = node, each
        if best >= 0:
            taken[line, best] = orders.qty[line]
        cost += orders.qty[line] * least
    return cost + (parcel if taken[start:end].sum() else 0.0)

"""Large orders, from sets of nodes: each unit from whoever asks least for it.

Owns that rule, and the adding of nodes while that pays, among those that look best. Refuses
to try all sets of nodes.
"""

import numpy as np
from numpy.typing import NDArray

from controller.plan.sources.network import NEVER, Floats, Ints, Orders

TRIED = 128
"""Nodes that are tried at a time; fewer cost up to a tenth more."""


def filled(
    orders: Orders,
    order: int,
    stock: Ints,
    worth: Floats,
    nodes: NDArray[np.bool_],
    taken: Ints,
) -> float:
    """Writes an order's rows of `taken`; what it costs, with what its units are worth."""
    lines = slice(orders.first[order], orders.first[order + 1])
    sku, qty = orders.sku[lines], orders.qty[lines]
    usable = np.nonzero(nodes & (orders.parcel_cents[order] < NEVER))[0]
    each = (orders.unit_cents[order] + worth.T[sku])[:, usable]
    cheap = each.argsort(axis=1, kind="stable")
    has = np.take_along_axis(stock.T[sku][:, usable], cheap, axis=1)
    has[np.take_along_axis(each, cheap, axis=1) >= orders.unfilled_cents] = 0
    upto = np.minimum(has.cumsum(axis=1), qty[:, None])
    units = np.diff(upto, axis=1, prepend=0)
    taken[lines] = 0
    np.put_along_axis(part := np.zeros_like(units), cheap, units, axis=1)
    taken[lines, usable] = part
    used = part.any(axis=0)
    parcels = orders.parcel_cents[order, usable[used]].sum()
    parcels += max(0, int(used.sum()) - 1) * orders.split_cents
    missing = int(qty.sum() - part.sum())
    return float(parcels + (part * each).sum() + missing * orders.unfilled_cents)


def adding(
    orders: Orders, order: int, stock: Ints, room: Ints, worth: Floats, taken: Ints
) -> None:
    """Nodes one after the other, each the one by which the order costs least, while that pays."""
    nodes = np.zeros(len(room), dtype=np.bool_)
    cents = filled(orders, order, stock, worth, nodes, taken)
    while True:
        best = -1
        for node in _likely(orders, order, stock, worth, ~nodes & (room > 0), taken):
            nodes[node] = True
            now = filled(orders, order, stock, worth, nodes, taken)
            nodes[node] = False
            if now < cents:
                best, cents = node, now
        if best >= 0:
            nodes[best] = True
            continue
        filled(orders, order, stock, worth, nodes, taken)
        return


def _likely(
    orders: Orders, order: int, stock: Ints, worth: Floats, nodes: NDArray[np.bool_], taken: Ints
) -> list[int]:
    """Those nodes from which what is missing would cost least; all of it where nothing is."""
    usable = np.nonzero(nodes & (orders.parcel_cents[order] < NEVER))[0]
    if len(usable) <= TRIED:
        return [int(node) for node in usable]
    lines = slice(orders.first[order], orders.first[order + 1])
    sku, qty = orders.sku[lines], orders.qty[lines]
    missing = qty - taken[lines].sum(axis=1)
    wanted = missing if missing.any() else qty
    units = np.minimum(stock.T[sku][:, usable], wanted[:, None])
    each = (orders.unit_cents[order] + worth.T[sku])[:, usable] - orders.unfilled_cents
    cents = orders.parcel_cents[order, usable] + (units * np.minimum(each, 0)).sum(axis=0)
    return sorted(int(node) for node in usable[cents.argsort(kind="stable")[:TRIED]])

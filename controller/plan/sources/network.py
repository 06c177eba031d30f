"""Orders, nodes and stock as arrays.

Owns the numbering and what an order costs. Refuses to change any of it.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from controller.plan.sources.problem import Problem

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

NEVER = 1 << 40
"""Cents of what cannot be."""


class Orders(NamedTuple):
    """What kernels read of the orders. Shapes: lines of order o are first[o] to first[o + 1].

    `parcel_cents` and `unit_cents` are orders x nodes, NEVER where a node cannot ship to an order.
    """

    first: Ints
    sku: Ints
    qty: Ints
    parcel_cents: Ints
    unit_cents: Ints
    split_cents: int
    unfilled_cents: int


@dataclass(frozen=True, slots=True)
class Network:
    """`stock` is nodes x SKUs, `room` the parcels that each node can still pack.

    Shapes: orders that want SKU s are `wanting[1][wanting[0][s]:wanting[0][s + 1]]`.
    """

    orders: Orders
    skus: tuple[str, ...]
    stock: Ints
    room: Ints
    wanting: tuple[Ints, Ints]


def tabulate(problem: Problem) -> Network:
    """Number SKUs in the sequence of their names; safety stock is not there."""
    lines = [sorted(order.lines.items()) for order in problem.orders]
    skus = tuple(sorted({sku for each in lines for sku, _ in each}))
    at = {sku: index for index, sku in enumerate(skus)}
    stock = np.zeros((len(problem.nodes), len(skus)), dtype=np.int64)
    for nth, node in enumerate(problem.nodes):
        for sku, units in node.stock.items():
            if sku in at:
                stock[nth, at[sku]] = max(0, units - node.safety.get(sku, 0))
    shape = (len(problem.orders), len(problem.nodes))
    parcel_cents, unit_cents = np.full(shape, NEVER), np.full(shape, NEVER)
    for row, order in enumerate(problem.orders):
        for column, node in enumerate(problem.nodes):
            if node.id in order.parcel_cents:
                parcel_cents[row, column] = order.parcel_cents[node.id]
                unit_cents[row, column] = order.unit_cents.get(node.id, 0)
    counts = np.array([0, *(len(each) for each in lines)], dtype=np.int64)
    orders = Orders(
        first=np.cumsum(counts),
        sku=np.array([at[sku] for each in lines for sku, _ in each], dtype=np.int64),
        qty=np.array([qty for each in lines for _, qty in each], dtype=np.int64),
        parcel_cents=parcel_cents,
        unit_cents=unit_cents,
        split_cents=problem.split_cents,
        unfilled_cents=problem.unfilled_cents,
    )
    return Network(
        orders=orders,
        skus=skus,
        stock=stock,
        room=np.array(
            [NEVER if node.parcels_max is None else node.parcels_max for node in problem.nodes],
            dtype=np.int64,
        ),
        wanting=_wanting(orders, len(skus)),
    )


def _wanting(orders: Orders, skus: int) -> tuple[Ints, Ints]:
    of_line = np.repeat(np.arange(len(orders.first) - 1), np.diff(orders.first))
    by_sku = np.argsort(orders.sku, kind="stable")
    first = np.searchsorted(orders.sku[by_sku], np.arange(skus + 1))
    return first, of_line[by_sku]


def as_taken(problem: Problem, network: Network) -> Ints:
    """What is sourced already. Shapes: lines x nodes, in units."""
    column = {node.id: at for at, node in enumerate(problem.nodes)}
    first, sku = network.orders.first, network.orders.sku
    taken = np.zeros((len(sku), len(problem.nodes)), dtype=np.int64)
    for row, order in enumerate(problem.orders):
        for node, units in order.now.items():
            for line in range(first[row], first[row + 1]):
                if node in column:
                    taken[line, column[node]] = units.get(network.skus[sku[line]], 0)
    return taken


def left(network: Network, taken: Ints) -> tuple[Ints, Ints]:
    """Stock and room that an answer leaves. Shapes: taken is lines x nodes, in units."""
    orders, stock = network.orders, network.stock.copy()
    np.subtract.at(stock.T, orders.sku, taken)
    return stock, network.room - (_by_order(orders, taken) > 0).sum(axis=0)


def no_prices(network: Network) -> tuple[Floats, Floats]:
    """Stock and parcels that are worth nothing."""
    return np.zeros(network.stock.shape), np.zeros(len(network.stock))


def is_feasible(network: Network, taken: Ints) -> bool:
    """Whether orders want all that an answer takes, and its nodes have it and may ship it."""
    orders = network.orders
    stock, room = left(network, taken)
    unpriced = (_by_order(orders, taken) > 0) & (orders.parcel_cents >= NEVER)
    wanted = (taken >= 0).all() and (taken.sum(axis=1) <= orders.qty).all()
    return bool(wanted and (stock >= 0).all() and (room >= 0).all() and not unpriced.any())


def cost_cents(orders: Orders, taken: Ints) -> Ints:
    """What each order costs. Shapes: taken is lines x nodes, in units."""
    by_order = _by_order(orders, taken)
    used = by_order > 0
    paid = np.where(used, orders.parcel_cents + by_order * orders.unit_cents, 0).sum(axis=1)
    splits = np.clip(used.sum(axis=1) - 1, 0, None) * orders.split_cents
    wanted = np.diff(np.concatenate(([0], orders.qty.cumsum()))[orders.first])
    short = wanted - by_order.sum(axis=1)
    return np.asarray(paid + splits + short * orders.unfilled_cents)


def _by_order(orders: Orders, taken: Ints) -> Ints:
    """Units that each order has of each node."""
    by_order = np.zeros(orders.parcel_cents.shape, dtype=np.int64)
    np.add.at(by_order, np.repeat(np.arange(len(by_order)), np.diff(orders.first)), taken)
    return by_order

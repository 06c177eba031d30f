"""The search: orders that compete for stock are taken out together and served anew.

Owns one run of ruin and recreate; what it does in so many turns depends on the seed alone. Refuses
to leave an answer that is dearer than the one it was given.
"""

import numpy as np

from controller.plan.sources.compiled import compiled
from controller.plan.sources.network import Floats, Ints, Orders
from controller.plan.sources.serving import serve

OUT_MAX = 12


@compiled
def serve_all(  # noqa: PLR0913 - a kernel takes its arrays one by one
    orders: Orders, sequence: Ints, stock: Ints, room: Ints, worth: Floats, taken: Ints
) -> None:
    """Serves orders in turn; `stock` and `room` become what is left."""
    for order in sequence:
        serve(orders, order, stock, room, worth, taken)
        book(orders, order, stock, room, taken, -1)


@compiled
def book(  # noqa: PLR0913
    orders: Orders, order: int, stock: Ints, room: Ints, taken: Ints, sign: int
) -> None:
    """Takes what an order has out of the stock (-1), or puts it back (1)."""
    for node in range(len(room)):
        used = False
        for line in range(orders.first[order], orders.first[order + 1]):
            if taken[line, node]:
                used = True
                stock[node, orders.sku[line]] += sign * taken[line, node]
        if used:
            room[node] += sign


@compiled
def cost_of(orders: Orders, order: int, taken: Ints) -> int:
    """Cents of an order as it is served."""
    cost, parcels = 0, 0
    for node in range(taken.shape[1]):
        units = 0
        for line in range(orders.first[order], orders.first[order + 1]):
            units += taken[line, node]
        if units:
            parcels += 1
            cost += orders.parcel_cents[order, node] + units * orders.unit_cents[order, node]
    for line in range(orders.first[order], orders.first[order + 1]):
        cost += (orders.qty[line] - taken[line].sum()) * orders.unfilled_cents
    return cost + max(0, parcels - 1) * orders.split_cents


@compiled
def ruin(  # noqa: PLR0913
    orders: Orders,
    wanting: tuple[Ints, Ints],
    parts: Floats,
    stock: Ints,
    room: Ints,
    worth: Floats,
    taken: Ints,
    best: Ints,
    heat: float,
    turns: int,
    seed: int,
) -> int:
    """So many turns from `taken`; `best` becomes the best answer met, and its cost is returned.

    Shapes: wanting is (first, orders): those that want each SKU. `parts` are the least that each
    order can cost; orders far above it are taken out more often.
    """
    np.random.seed(seed)
    first, of_sku = wanting
    count = len(parts)
    none = np.zeros(worth.shape)
    cost = np.array([cost_of(orders, order, taken) for order in range(count)])
    now_cost = cost.sum()
    best_cost = 0
    for order in range(count):
        best_cost += cost_of(orders, order, best)
    out = np.zeros(OUT_MAX, dtype=np.int64)
    for _ in range(turns):
        one, two = np.random.randint(count), np.random.randint(count)
        out[0] = one if cost[one] - parts[one] >= cost[two] - parts[two] else two
        size = 1
        for _ in range(np.random.randint(1, OUT_MAX)):
            near = out[np.random.randint(size)]
            line = np.random.randint(orders.first[near], orders.first[near + 1])
            sku = orders.sku[line]
            other = of_sku[np.random.randint(first[sku], first[sku + 1])]
            if not (out[:size] == other).any():
                out[size] = other
                size += 1
        old = 0
        kept = [taken[orders.first[o] : orders.first[o + 1]].copy() for o in out[:size]]
        for order in out[:size]:
            old += cost[order]
            book(orders, order, stock, room, taken, 1)
        anew = out[:size].copy()
        np.random.shuffle(anew)
        prices = worth if np.random.randint(2) else none
        new = 0
        for order in anew:
            serve(orders, order, stock, room, prices, taken)
            book(orders, order, stock, room, taken, -1)
            new += cost_of(orders, order, taken)
        if new - old <= heat * -np.log(np.random.random()):
            now_cost += new - old
            for order in out[:size]:
                cost[order] = cost_of(orders, order, taken)
            if now_cost < best_cost:
                best_cost = now_cost
                best[:] = taken
            continue
        for order in out[:size]:
            book(orders, order, stock, room, taken, 1)
        for order, rows in zip(out[:size], kept):
            taken[orders.first[order] : orders.first[order + 1]] = rows
            book(orders, order, stock, room, taken, -1)
    return best_cost

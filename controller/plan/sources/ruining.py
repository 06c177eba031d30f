"""The search: orders that compete for stock are taken out together and served anew.

Owns one run of ruin and recreate; what it does in so many turns depends on the seed alone. Refuses
to leave an answer that is dearer than the one it was given.
"""

from typing import NamedTuple

import numpy as np

from controller.plan._kept import kernel
from controller.plan.sources.network import Floats, Ints, Orders
from controller.plan.sources.serving import priced, serve

OUT_MAX = 12


@kernel
def serve_all(
    orders: Orders, sequence: Ints, stock: Ints, room: Ints, worth: Floats, taken: Ints
) -> None:
    """Serves orders in turn; `stock` and `room` become what is left."""
    for order in sequence:
        serve(orders, order, stock, room, worth, taken)
        book(orders, order, stock, room, taken, -1)


@kernel
def book(orders: Orders, order: int, stock: Ints, room: Ints, taken: Ints, sign: int) -> None:
    """Takes what an order has out of the stock (-1), or puts it back (1)."""
    for node in range(len(room)):
        used = False
        for line in range(orders.first[order], orders.first[order + 1]):
            if taken[line, node]:
                used = True
                stock[node, orders.sku[line]] += sign * taken[line, node]
        if used:
            room[node] += sign


class Scene(NamedTuple):
    """What the search reads and moves.

    Shapes: orders that want SKU s are `wanting[first[s]:first[s + 1]]`; `parts` are the least that
    each order can cost; `worth` is what stock is worth, `none` the same without any; `stock` and
    `room` are what is left.
    """

    orders: Orders
    first: Ints
    wanting: Ints
    parts: Floats
    worth: Floats
    none: Floats
    stock: Ints
    room: Ints


@kernel
def ruin(scene: Scene, taken: Ints, best: Ints, heat: float, turns: int, seed: int) -> int:
    """So many turns from `taken`; `best` becomes the best answer met, and its cost is returned."""
    np.random.seed(seed)
    orders, stock, room = scene.orders, scene.stock, scene.room
    cost = _costs(scene, taken)
    now_cost, best_cost = cost.sum(), _costs(scene, best).sum()
    out = np.zeros(OUT_MAX, dtype=np.int64)
    for _ in range(turns):
        group = out[: _group(scene, cost, out)]
        kept = [taken[orders.first[o] : orders.first[o + 1]].copy() for o in group]
        for order in group:
            book(orders, order, stock, room, taken, 1)
        anew = group.copy()
        np.random.shuffle(anew)
        serve_all(orders, anew, stock, room, _prices(scene), taken)
        anew_cost = np.array([priced(orders, order, scene.none, taken) for order in group])
        lost = anew_cost.sum() - cost[group].sum()
        if lost <= heat * -np.log(np.random.random()):
            now_cost += lost
            cost[group] = anew_cost
            if now_cost < best_cost:
                best_cost = now_cost
                best[:] = taken
            continue
        for order in group:
            book(orders, order, stock, room, taken, 1)
        for order, rows in zip(group, kept):  # noqa: B905 - numba knows no strict
            taken[orders.first[order] : orders.first[order + 1]] = rows
            book(orders, order, stock, room, taken, -1)
    return int(best_cost)


@kernel
def _costs(scene: Scene, taken: Ints) -> Floats:
    """Cents of each order as it is served."""
    orders = range(len(scene.parts))
    return np.array([priced(scene.orders, order, scene.none, taken) for order in orders])


@kernel
def _prices(scene: Scene) -> Floats:
    """Now what stock is worth to others counts, now it does not."""
    return scene.worth if np.random.randint(2) else scene.none


@kernel
def _group(scene: Scene, cost: Floats, out: Ints) -> int:
    """Writes orders that compete for stock, one far above its least first; how many they are."""
    orders, parts = scene.orders, scene.parts
    one, two = np.random.randint(len(cost)), np.random.randint(len(cost))
    out[0] = one if cost[one] - parts[one] >= cost[two] - parts[two] else two
    size = 1
    for _ in range(np.random.randint(1, len(out))):
        near = out[np.random.randint(size)]
        sku = orders.sku[np.random.randint(orders.first[near], orders.first[near + 1])]
        other = scene.wanting[np.random.randint(scene.first[sku], scene.first[sku + 1])]
        if not (out[:size] == other).any():
            out[size] = other
            size += 1
    return size

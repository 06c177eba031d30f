"""Exact answers for groups of orders, one group after the other.

Owns which orders are served anew together: one that costs far more than the least it could, and
others that want what it wants. Refuses an answer that is dearer than the one before.
"""

import numpy as np

from controller.plan import Effort
from controller.plan.sources.network import Floats, Ints, Network, cost_cents, left
from controller.plan.sources.programme import Neighbourhood

SIZE = 40
WORK = 60_000
"""Units of work that a group of so many orders costs, about a fifth of a second."""


def refine(network: Network, parts: Floats, taken: Ints, effort: Effort) -> bool:
    """Improves `taken` in place; whether all orders were one group, so that it is optimal."""
    orders = network.orders
    of_line = np.repeat(np.arange(len(parts)), np.diff(orders.first))
    seen = np.zeros(len(parts))
    for turn in range(max(1, effort.work // WORK)):
        if effort.should_stop():
            break
        excess = np.maximum(cost_cents(orders, taken) - parts, 0) / (1 + seen)
        group = rivals(network, int(excess.argmax()), SIZE, turn)
        seen[group] += 1
        others = np.where(np.isin(of_line, group)[:, None], 0, taken)
        proven = Neighbourhood(orders, group, *left(network, others)).solve(taken)
        if len(group) == len(parts):
            return proven
    return False


def rivals(network: Network, order: int, size: int, seed: int) -> list[int]:
    """An order and others that want what these want, so many in all; else any others."""
    draw = np.random.default_rng(seed)
    first, of_sku = network.wanting
    orders, total = network.orders, len(network.orders.first) - 1
    chosen, edge = {order: None}, [order]
    while len(chosen) < min(size, total):
        if not edge:
            other = int(draw.integers(total))
            if other not in chosen:
                chosen[other] = None
                edge.append(other)
            continue
        at = edge.pop(int(draw.integers(len(edge))))
        for line in range(orders.first[at], orders.first[at + 1]):
            rivals = of_sku[first[orders.sku[line]] : first[orders.sku[line] + 1]]
            for other in draw.permutation(rivals)[: max(2, size // 8)].tolist():
                if other not in chosen and len(chosen) < size:
                    chosen[other] = None
                    edge.append(other)
    return list(chosen)

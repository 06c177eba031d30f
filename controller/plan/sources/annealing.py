"""Answers by turns where programmes fall short: orders take from each other, and settle.

Owns how hot it begins, how it cools and how long that takes. Refuses an answer that is dearer
than the one it was given.
"""

import numpy as np

from controller.plan import Effort
from controller.plan.sources.network import Ints, Network, cost_cents, left, tabulate
from controller.plan.sources.problem import Node, Order, Problem

TURNS = 500
"""Turns between two looks at the effort."""
TURNS_MAX = 2_000_000
WORK = 5
"""Units of work that a turn costs."""
LOADING = 400_000
"""Units of work that it costs to load what is compiled."""
HOT, COLD = 0.03, 0.005
"""How hot it is at first and last, in shares of what an order costs."""


def is_worthwhile(effort: Effort) -> bool:
    """Whether there is more to do than to load what is compiled."""
    return effort.work >= 2 * LOADING and not effort.should_stop()


def warm() -> None:
    """Loads what is compiled, and compiles it where nobody has."""
    node = Node(id="N", stock={"A": 1})
    order = Order(id="o", lines={"A": 1}, parcel_cents={"N": 1}, unit_cents={"N": 1})
    network = tabulate(Problem(nodes=(node,), orders=(order,), split_cents=1, unfilled_cents=9))
    annealed(network, np.zeros((1, 1), dtype=np.int64), Effort(work=2 * LOADING))


def annealed(network: Network, taken: Ints, effort: Effort) -> Ints:
    """An answer that is as cheap or cheaper, in the time that is left."""
    from controller.plan.sources import turning

    orders, turns = network.orders, min(TURNS_MAX, (effort.work - LOADING) // WORK)
    (stock, room), (first, order) = left(network, taken), network.wanting
    count, nodes = orders.parcel_cents.shape
    ground = turning.Ground(
        taken=taken.copy(),
        stock=stock,
        room=room,
        full=network.stock,
        first=first,
        order=order,
        line=np.argsort(orders.sku, kind="stable"),
        kept=np.zeros((turning.TOGETHER, int(np.diff(orders.first).max()), nodes), dtype=np.int64),
        chosen=np.zeros(2 * turning.TOGETHER, dtype=np.int64),
        tried=np.zeros((3, max(nodes, turning.NODES_MAX) + 1), dtype=np.int64),
        drawn=np.ones(1, dtype=np.int64),
    )
    turning.anneal(orders, ground, 0, 1.0)  # compiles it where nobody has
    cents, began = int(cost_cents(orders, taken).sum()), effort.gone()
    for done in range(0, turns, TURNS):
        timed = (effort.gone() - began) / max(1e-9, 1 - began)
        passed = max(done / turns, timed)
        if passed >= 1 or effort.should_stop():
            break
        heat = HOT * (COLD / HOT) ** passed * cents / count
        turning.anneal(orders, ground, TURNS, heat)
    return min(taken, ground.taken, key=lambda each: int(cost_cents(orders, each).sum()))

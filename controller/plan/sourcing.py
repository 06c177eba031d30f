"""Sourcing: which node ships which line of which order, at the lowest total cost.

Owns the choice for a pool of orders together, whose orders compete for the stock of warehouses,
stores and partners. Refuses to know promises and zones: a node that cannot keep an order's promise
has no price for it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from math import ceil

import numpy as np

from controller.plan import Effort
from controller.plan.sources.annealing import warm
from controller.plan.sources.network import (
    Ints,
    Network,
    as_taken,
    cost_cents,
    is_feasible,
    no_prices,
    tabulate,
)
from controller.plan.sources.pooling import Pool
from controller.plan.sources.problem import Node, Order, Problem
from controller.plan.sources.searching import Found, search, total_cents

__all__ = ["Move", "Node", "Order", "Plan", "Problem", "Shipment", "solve", "warm"]

BOUND_ERROR = 0.01
"""Cents by which solvers may be wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """A parcel of an order from a node: units by SKU."""

    order: str
    node: str
    lines: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """An order that is shipped otherwise than it is sourced now: units by node and SKU."""

    order: str
    before: Mapping[str, Mapping[str, int]]
    after: Mapping[str, Mapping[str, int]]
    before_cents: int
    after_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Shipments by order, and the `moves` of those that were sourced otherwise.

    No answer costs under `bound_cents`; `nearest_cents` is what each order in turn would cost from
    its cheapest nodes. `worth_cents` of (node, SKU) is what a further unit there would save.
    """

    shipments: tuple[Shipment, ...]
    cost_cents: int
    bound_cents: int
    nearest_cents: int
    worth_cents: Mapping[tuple[str, str], int]
    moves: tuple[Move, ...] = ()

    @property
    def proven(self) -> bool:
        """Whether no answer is cheaper."""
        return self.bound_cents >= self.cost_cents


def solve(problem: Problem, effort: Effort) -> Plan:
    """The cheapest answer that the effort finds.

    Units: a unit of work is about three microseconds.
    Source: column generation (Gilmore & Gomory 1961), then integer programmes over near columns.
    """
    network = tabulate(problem)
    if not (problem.nodes and problem.orders):
        return _unfilled(problem, network)
    pool = Pool(network)
    every, free = np.arange(len(problem.orders)), np.zeros(network.stock.shape)
    taken = pool.in_turn(every, free, effort.should_stop)
    nearest_cents = total_cents(network, taken)
    now = as_taken(problem, network)
    if any(order.now for order in problem.orders) and is_feasible(network, now):
        taken = min(taken, now, key=partial(total_cents, network))
    return _plan(problem, network, now, search(pool, taken, effort), nearest_cents)


def _unfilled(problem: Problem, network: Network) -> Plan:
    """What is left to say where nobody ships, or nothing is wanted."""
    taken = np.zeros((len(network.orders.sku), len(problem.nodes)), dtype=np.int64)
    cents = total_cents(network, taken)
    return _plan(problem, network, taken, Found(taken, cents, no_prices(network)[0]), cents)


def _moves(problem: Problem, network: Network, before: Ints, taken: Ints) -> Iterator[Move]:
    """Orders that are sourced already, and otherwise."""
    orders = network.orders
    cents = cost_cents(orders, before), cost_cents(orders, taken)
    for row, order in enumerate(problem.orders):
        lines = slice(orders.first[row], orders.first[row + 1])
        if order.now and (before[lines] != taken[lines]).any():
            yield Move(
                order=order.id,
                before=order.now,
                after=_shares(problem, network, taken, row),
                before_cents=int(cents[0][row]),
                after_cents=int(cents[1][row]),
            )


def _shares(
    problem: Problem, network: Network, taken: Ints, row: int
) -> dict[str, dict[str, int]]:
    """Units of an order by node and SKU."""
    orders = network.orders
    lines = range(orders.first[row], orders.first[row + 1])
    of_nodes = {
        node.id: {
            network.skus[orders.sku[line]]: int(taken[line, column])
            for line in lines
            if taken[line, column]
        }
        for column, node in enumerate(problem.nodes)
    }
    return {node: units for node, units in of_nodes.items() if units}


def _plan(problem: Problem, network: Network, now: Ints, found: Found, nearest_cents: int) -> Plan:
    taken = found.taken
    shipments = [
        Shipment(order=order.id, node=node, lines=units)
        for row, order in enumerate(problem.orders)
        for node, units in _shares(problem, network, taken, row).items()
    ]
    cents = total_cents(network, taken)
    return Plan(
        moves=tuple(_moves(problem, network, now, taken)),
        shipments=tuple(shipments),
        cost_cents=cents,
        bound_cents=min(cents, ceil(found.bound - BOUND_ERROR)),
        nearest_cents=nearest_cents,
        worth_cents={
            (problem.nodes[row].id, network.skus[column]): round(float(found.worth[row, column]))
            for row, column in np.argwhere(found.worth >= 0.5).tolist()
        },
    )

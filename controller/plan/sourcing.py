"""Sourcing: which node ships which line of which order, at the lowest total cost.

Owns the choice for a pool of orders together, whose orders compete for the stock of warehouses,
stores and partners. Refuses to know promises and zones: a node that cannot keep an order's promise
has no price for it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from math import ceil

import numpy as np

from controller.plan import Effort
from controller.plan.sources.network import Floats, Ints, Network, as_taken, cost_cents, tabulate
from controller.plan.sources.problem import Node, Order, Problem

__all__ = ["Move", "Node", "Order", "Plan", "Problem", "Shipment", "solve", "warm"]

PRICING_ROUNDS = 150
TURNS = 2_000
"""Turns of the search between two looks at the effort."""
ANNEALED = 0.4
"""The share of the time after which exact neighbourhoods take over."""
HEAT = 0.2
"""What may be lost in a turn at first, of an order's mean cost."""


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

    Units: a unit of work is the serving of one order.
    Source: Lagrangian relaxation of stock (Fisher 1981); ruin and recreate (Schrimpf et al. 2000).
    """
    from controller.plan.sources.neighbouring import refine

    network = tabulate(problem)
    if not network.orders.qty.size:
        return _plan(problem, network, _nothing(network), 0, Priced.nothing(network))
    state = _first_come(network)
    nearest_cents = int(cost_cents(network.orders, state[0]).sum())
    if any(order.now for order in problem.orders):
        state = min((state, _as_now(problem, network)), key=partial(_total, network))
    priced = _price(network, nearest_cents, effort)
    state = min((state, *_at_prices(network, state, priced)), key=partial(_total, network))
    annealing = replace(effort, work=effort.work // 4)
    best = _anneal(network, state, priced, annealing)
    if refine(network, priced.parts, best, replace(effort, work=effort.work // 2)):
        priced = replace(priced, bound=float(cost_cents(network.orders, best).sum()))
    return _plan(problem, network, best, nearest_cents, priced)


def warm() -> None:
    """Loads the kernels, compiling them at the first call of an installation."""
    order = Order(id="", lines={"": 1}, parcel_cents={"": 1}, unit_cents={"": 1})
    nodes = (Node(id="", stock={"": 1}),)
    problem = Problem(nodes=nodes, orders=(order,), split_cents=1, unfilled_cents=9)
    solve(problem, Effort(work=1))
    network = tabulate(problem)
    unknown = Priced(0.0, np.zeros((1, 1)), np.zeros(1))
    _anneal(network, _first_come(network), unknown, Effort(work=1_000))


State = tuple[Ints, Ints, Ints]
"""Units taken (lines x nodes), and stock and room that are left."""


@dataclass(frozen=True, slots=True)
class Priced:
    """A bound in cents, what stock is worth (nodes x SKUs), what each order costs at least."""

    bound: float
    worth: Floats
    parts: Floats

    @classmethod
    def nothing(cls, network: Network) -> "Priced":
        """No orders, no cents."""
        return cls(0.0, np.zeros(network.stock.shape), np.zeros(0))


def _nothing(network: Network) -> Ints:
    return np.zeros((len(network.orders.qty), len(network.stock)), dtype=np.int64)


def _total(network: Network, state: State) -> int:
    return int(cost_cents(network.orders, state[0]).sum())


def _served(network: Network, sequence: Ints, worth: Floats) -> State:
    from controller.plan.sources.ruining import serve_all

    state = (_nothing(network), network.stock.copy(), network.room.copy())
    serve_all(network.orders, sequence, state[1], state[2], worth, state[0])
    return state


def _first_come(network: Network) -> State:
    sequence = np.arange(len(network.orders.first) - 1)
    return _served(network, sequence, np.zeros(network.stock.shape))


def _as_now(problem: Problem, network: Network) -> State:
    """As the orders are sourced so far."""
    from controller.plan.sources.ruining import book

    taken = as_taken(problem, network)
    stock, room = network.stock.copy(), network.room.copy()
    for order in range(len(problem.orders)):
        book(network.orders, order, stock, room, taken, -1)
    return taken, stock, room


def _price(network: Network, upper_cents: int, effort: Effort) -> Priced:
    from controller.plan.sources.pricing import price

    orders = len(network.orders.first) - 1
    rounds = max(1, min(PRICING_ROUNDS, effort.work // (2 * orders)))
    return Priced(*price(network.orders, network.stock, float(upper_cents), rounds))


def _at_prices(network: Network, state: State, priced: Priced) -> tuple[State, State]:
    """Orders served at what the stock is worth: in turn, and those first that came off worst."""
    in_turn = np.arange(len(priced.parts))
    worst = np.argsort(priced.parts - cost_cents(network.orders, state[0]), kind="stable")
    return tuple(  # type: ignore[return-value]
        _served(network, sequence, priced.worth) for sequence in (in_turn, worst)
    )


def _anneal(network: Network, state: State, priced: Priced, effort: Effort) -> Ints:
    """The best answer met while less and less may be lost."""
    from controller.plan.sources.ruining import OUT_MAX, Scene, ruin

    taken, stock, room = state
    none = np.zeros(priced.worth.shape)
    scene = Scene(network.orders, *network.wanting, priced.parts, priced.worth, none, stock, room)
    best, best_cents = taken.copy(), _total(network, state)
    turns_max = max(0, effort.work) * 2 // OUT_MAX
    hot = HEAT * best_cents / len(priced.parts)
    for seed in range(-(-turns_max // TURNS)):
        gone = max(effort.gone() / ANNEALED, seed * TURNS / turns_max)
        if gone >= 1 or effort.should_stop() or best_cents - priced.bound < 1:
            break
        best_cents = ruin(scene, taken, best, hot * (1 - gone) ** 2, TURNS, seed)
    return best


def _moves(problem: Problem, network: Network, taken: Ints) -> Iterator[Move]:
    """Orders that are sourced already, and otherwise."""
    before, orders = as_taken(problem, network), network.orders
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


def _plan(
    problem: Problem, network: Network, taken: Ints, nearest_cents: int, priced: Priced
) -> Plan:
    orders = network.orders
    shipments = [
        Shipment(order=order.id, node=node, lines=units)
        for row, order in enumerate(problem.orders)
        for node, units in _shares(problem, network, taken, row).items()
    ]
    total_cents = int(cost_cents(orders, taken).sum())
    return Plan(
        moves=tuple(_moves(problem, network, taken)),
        shipments=tuple(shipments),
        cost_cents=total_cents,
        bound_cents=min(total_cents, ceil(priced.bound - 1e-6)),
        nearest_cents=nearest_cents,
        worth_cents={
            (problem.nodes[row].id, network.skus[column]): round(float(priced.worth[row, column]))
            for row, column in np.argwhere(priced.worth >= 0.5).tolist()
        },
    )

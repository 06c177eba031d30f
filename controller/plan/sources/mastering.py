"""What stock is worth to the orders that compete for it, and what no answer undercuts.

Owns the linear programme over ways to ship orders, which grows by those that are cheapest at its
prices until none is cheaper. Refuses to give an answer that can be shipped.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from controller.plan.sources.columns import Columns, joined
from controller.plan.sources.network import Floats, Ints, Network, no_prices
from controller.plan.sources.pacing import Pace
from controller.plan.sources.pooling import Pool, Quote

ROUNDS_MAX = 100
ITERATIONS_MAX = 20_000
"""Steps of the solver in a round."""
COARSE, FINE = 1e-2, 1e-5
"""How exactly the programme is solved at first and last, in shares of its cost."""
FINER = 10
"""How much more exact it is than the bound is near to it."""
LOOKED = 300
"""Ways that are looked at in a unit of work."""
LATE = 0.4
"""The share of the time after which no further columns are sought."""
CLOSE = 5e-5
"""The share by which the bound may be below the programme when it is done."""


@dataclass(frozen=True, slots=True)
class Prices:
    """What a unit of stock (nodes x SKUs) and a parcel of a node are worth, and what follows.

    `met` are columns that were cheapest on the way; `settled` says whether none is cheaper.
    """

    worth: Floats
    toll: Floats
    quote: Quote
    met: Columns
    settled: bool


class Master:
    """The linear programme; a row for each stock and room that the orders may overdraw."""

    def __init__(self, network: Network) -> None:
        from ortools.math_opt.python import mathopt

        self._network, self._seen = network, set[tuple[int, bytes]]()
        self._model = model = mathopt.Model()
        model.objective.is_maximize = False
        self._orders = [
            model.add_linear_constraint(lb=1, ub=1) for _ in range(len(network.orders.first) - 1)
        ]
        self._stock = {
            (node, sku): model.add_linear_constraint(ub=int(network.stock[node, sku]))
            for node, sku in np.argwhere(overdrawn(network)).tolist()
        }
        self._room = {
            node: model.add_linear_constraint(ub=int(network.room[node]))
            for node in np.nonzero(network.room < len(self._orders))[0].tolist()
        }
        self._solve = partial(mathopt.solve, model, mathopt.SolverType.PDLP)

    def add(self, columns: Columns) -> int:
        """Takes in columns; how many of them are new."""
        keys = columns.keys()
        new = np.array([nth for nth, key in enumerate(keys) if key not in self._seen], dtype=int)
        self._seen.update(keys)
        columns = columns.some(new)
        made = [self._model.add_variable(lb=0) for _ in range(len(columns))]
        for variable, order, cents in zip(
            made, columns.order.tolist(), columns.cents.tolist(), strict=True
        ):
            self._model.objective.set_linear_coefficient(variable, cents)
            self._orders[order].set_coefficient(variable, 1)
        sku = self._network.orders.sku[columns.line]
        for at, node, of, units in np.stack(
            (columns.at, columns.node, sku, columns.units)
        ).T.tolist():
            if (node, of) in self._stock:
                self._stock[node, of].set_coefficient(made[at], units)
        for at, node in np.stack(columns.parcels()).T.tolist():
            if node in self._room:
                self._room[node].set_coefficient(made[at], 1)
        return len(columns)

    def solve(self, pace: Pace, error: float) -> tuple[float, Floats, Floats, bool] | None:
        """Cents of the programme, what stock and parcels are worth in it; None too late.

        Last, whether this is as exact as asked, and not what so many steps came to.
        Source: PDLP (Applegate and others 2021); a simplex or an interior point takes some times
        as long, and prices need not be exact before the last rounds.
        """
        from ortools.math_opt.python import mathopt

        limits = mathopt.SolveParameters(
            time_limit=pace.limit(1.0), iteration_limit=ITERATIONS_MAX
        )
        ends = limits.pdlp.termination_criteria.simple_optimality_criteria
        ends.eps_optimal_absolute = ends.eps_optimal_relative = error
        answer = pace.timed(partial(self._solve, params=limits))
        steps = answer.termination.limit == mathopt.Limit.ITERATION
        if not (steps or answer.has_dual_feasible_solution()):
            return None
        found = answer.solutions[0].dual_solution
        duals = found.dual_values
        worth, toll = no_prices(self._network)
        for (node, sku), row in self._stock.items():
            worth[node, sku] = max(0.0, -duals[row])
        for node, row in self._room.items():
            toll[node] = max(0.0, -duals[row])
        return found.objective_value, worth, toll, not steps


def overdrawn(network: Network) -> Ints:
    """Where all orders together may want more than there is. Shapes: nodes x SKUs, 0 or 1."""
    wanted = np.zeros(network.stock.shape, dtype=np.int64)
    orders = network.orders
    np.add.at(wanted.T, orders.sku, np.minimum(orders.qty[:, None], network.stock.T[orders.sku]))
    return np.asarray(wanted > network.stock, dtype=np.int64)


def price(pool: Pool, begun: Columns, pace: Pace) -> Prices:
    """The prices at which orders cost most in all when each takes what is cheapest for itself.

    Source: column generation (Gilmore & Gomory 1961; Dantzig & Wolfe 1960).
    """
    worth, toll = no_prices(pool.network)
    quote = pool.quote(worth, toll, pace.effort.should_stop)
    best, met = (quote.bound, worth, toll, quote), [begun, quote.best]
    master = Master(pool.network)
    for columns in met:
        master.add(columns)
    work, settled, error = pace.effort.work, False, COARSE
    for _ in range(ROUNDS_MAX):
        work -= max(1, 2 * len(quote.parts) + quote.looked // LOOKED)
        if work < 0 or pace.effort.gone() >= LATE or pace.effort.should_stop():
            break
        solved = master.solve(pace, error)
        if solved is None:
            break
        cents, worth, toll, exact = solved
        quote = pool.quote(worth, toll, pace.effort.should_stop)
        met.append(quote.best)
        best = max(best, (quote.bound, worth, toll, quote), key=lambda each: each[0])
        new, short = master.add(quote.best), (cents - best[0]) / max(1.0, cents)
        finest = not exact or error <= FINE
        settled = (exact and short <= CLOSE) or (finest and not new)
        if settled:
            break
        if exact:
            error = max(FINE, min(error, short / FINER) if new else error / FINER)
    return Prices(*best[1:], joined(met), settled)

"""One way to ship for each order: the cheapest choice of columns for which there is stock.

Owns the integer programme over columns, and the one in which an order may also be shipped in a way
that is not among them, for as little as such a way could cost; no answer undercuts that one.
Refuses to enumerate.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from controller.plan.sources.columns import Columns
from controller.plan.sources.mastering import Prices, overdrawn
from controller.plan.sources.network import Floats, Ints, Network
from controller.plan.sources.pacing import Pace

NODES_MAX = 400
"""Nodes of the solver's tree, so that what it does is known without a clock."""
SHARE = 0.4
"""The part of the time that is left which a programme that chooses may take."""
TELLING_SHARE = 0.9
"""The part of the time that is left which one that tells the bound may take."""
ITERATIONS_MAX = 5_000
"""Steps of the solver of parts of columns."""
ROUGH = 1e-3
"""The share of the cost by which these parts may be wrong."""
GAP = 1e-5
"""The share of the cost at which the search of the solver ends."""


@dataclass(slots=True)
class Table:
    """A programme as it grows. Shapes: bounds and costs by variable; entries as three arrays."""

    orders: int
    cents: list[Floats]
    upper: list[Floats]
    whole: list[NDArray[np.bool_]]
    entries: list[tuple[Ints, Ints, Floats]]
    size: int = 0

    def add(self, cents: Floats, upper: Floats | float, whole: bool) -> Ints:
        """Variables from nothing to an upper bound; their numbers."""
        self.cents.append(cents)
        self.upper.append(np.broadcast_to(upper, cents.shape))
        self.whole.append(np.full(len(cents), whole))
        self.size += len(cents)
        return np.arange(self.size - len(cents), self.size)

    def enter(self, row: Ints, variable: Ints, units: Floats | Ints) -> None:
        """Coefficients; those of one row and variable add up."""
        self.entries.append((row, variable, units.astype(np.float64)))


@dataclass(frozen=True, slots=True)
class Chosen:
    """Columns by number, none where none were found, and what no choice of columns undercuts."""

    columns: Ints
    bound: float


def choose(network: Network, columns: Columns, pace: Pace) -> Chosen:
    """The cheapest choice; the first columns are those of an answer that is known."""
    return _solved(*_table(network, columns), len(columns), pace, SHARE)


def undercut(
    network: Network, columns: Columns, prices: Prices, over_cents: Floats, pace: Pace
) -> float:
    """What no answer undercuts, when all ways within `over_cents` of the least are columns.

    Any other way pays so much more, and what its units are worth is given back as it takes them.
    """
    orders = network.orders
    table, upper = _table(network, columns)
    count = table.orders
    least = prices.quote.parts + over_cents - prices.toll.sum()
    other = table.add(least, 1.0, whole=True)
    table.enter(np.arange(count), other, np.ones(count))
    of_line = np.repeat(np.arange(count), np.diff(orders.first))
    most = np.minimum(orders.qty[:, None], network.stock.T[orders.sku])
    line, node = np.nonzero((prices.worth.T[orders.sku] > 0) & (most > 0))
    sku, most = orders.sku[line], most[line, node]
    takes = table.add(-prices.worth[node, sku], most.astype(np.float64), whole=False)
    table.enter(_stock_rows(network)[node, sku], takes, np.ones(len(takes)))
    rules = len(upper) + np.arange(len(takes))
    table.enter(rules, takes, np.ones(len(takes)))
    table.enter(rules, other[of_line[line]], -most)
    lines = np.arange(len(of_line))
    table.enter(len(upper) + len(takes) + line, takes, np.ones(len(takes)))
    table.enter(len(upper) + len(takes) + lines, other[of_line], -orders.qty)
    upper = np.concatenate((upper, np.zeros(len(takes) + len(lines))))
    return _solved(table, upper, len(columns), pace, TELLING_SHARE).bound


def relax(network: Network, columns: Columns, pace: Pace) -> Floats | None:
    """The part of each column that the cheapest choice takes, were parts of columns allowed.

    None where time ends before that is known.
    """
    from ortools.math_opt.python import mathopt

    table, upper = _table(network, columns)
    table.whole = [np.zeros(len(columns), dtype=np.bool_)]
    model = mathopt.Model.from_model_proto(_proto(table, upper))
    parameters = mathopt.SolveParameters(
        iteration_limit=ITERATIONS_MAX, time_limit=pace.limit(SHARE)
    )
    ends = parameters.pdlp.termination_criteria.simple_optimality_criteria
    ends.eps_optimal_absolute = ends.eps_optimal_relative = ROUGH
    pdlp = mathopt.SolverType.PDLP
    answer = pace.timed(partial(mathopt.solve, model, pdlp, params=parameters))
    if not answer.has_primal_feasible_solution():
        return None
    return np.array(answer.variable_values(list(model.variables())))


def _stock_rows(network: Network) -> Ints:
    """The row of each stock that may be overdrawn, -1 where it cannot. Shapes: nodes x SKUs."""
    tight = overdrawn(network) > 0
    rows = np.full(tight.shape, -1)
    rows[tight] = len(network.orders.first) - 1 + np.arange(int(tight.sum()))
    return rows


def _table(network: Network, columns: Columns) -> tuple[Table, Floats]:
    """Orders, then stock, then room; the upper bounds of the rows, of which orders are equal."""
    count = len(network.orders.first) - 1
    row_of = _stock_rows(network)
    table = Table(count, [], [], [], [])
    taken = table.add(columns.cents.astype(np.float64), 1.0, whole=True)
    table.enter(columns.order, taken, np.ones(len(taken)))
    rows = row_of[columns.node, network.orders.sku[columns.line]]
    tight = rows >= 0
    table.enter(rows[tight], columns.at[tight], columns.units[tight])
    stock = network.stock[row_of >= 0]
    scarce = np.nonzero(network.room < count)[0]
    place = np.full(len(network.room), -1)
    place[scarce] = count + len(stock) + np.arange(len(scarce))
    at, node = columns.parcels()
    full = place[node] >= 0
    table.enter(place[node[full]], at[full], np.ones(int(full.sum())))
    return table, np.concatenate((np.ones(count), stock, network.room[scarce])).astype(np.float64)


def _solved(table: Table, upper: Floats, columns: int, pace: Pace, share: float) -> Chosen:
    from ortools.math_opt.python import mathopt

    model = mathopt.Model.from_model_proto(_proto(table, upper))
    parameters = mathopt.SolveParameters(
        relative_gap_tolerance=GAP,
        node_limit=NODES_MAX,
        time_limit=pace.limit(share),
    )
    variables = list(model.variables())
    known = dict.fromkeys(variables, 0.0) | dict.fromkeys(variables[: table.orders], 1.0)
    hints = mathopt.ModelSolveParameters(solution_hints=[mathopt.SolutionHint(known)])
    highs = mathopt.SolverType.HIGHS
    answer = pace.timed(
        partial(mathopt.solve, model, highs, params=parameters, model_params=hints)
    )
    bound = answer.termination.objective_bounds.dual_bound
    if not answer.has_primal_feasible_solution():
        return Chosen(np.zeros(0, dtype=np.int64), bound)
    values = np.array(answer.variable_values(variables))[:columns]
    return Chosen(np.nonzero(values > 0.5)[0], bound)


def _proto(table: Table, upper: Floats) -> Any:
    """The programme in the solver's form; the rows of orders, whose bound is 1, come first."""
    from ortools.math_opt import model_pb2

    proto = model_pb2.ModelProto()
    numbers = range(table.size)
    proto.variables.ids.extend(numbers)
    proto.variables.lower_bounds.extend([0.0] * table.size)
    proto.variables.upper_bounds.extend(np.concatenate(table.upper).tolist())
    proto.variables.integers.extend(np.concatenate(table.whole).tolist())
    proto.objective.linear_coefficients.ids.extend(numbers)
    proto.objective.linear_coefficients.values.extend(np.concatenate(table.cents).tolist())
    rows, variables, units = (np.concatenate(each) for each in zip(*table.entries, strict=True))
    both, nth = np.unique(rows * table.size + variables, return_inverse=True)
    equal = np.arange(len(upper)) < table.orders
    proto.linear_constraints.ids.extend(range(len(upper)))
    proto.linear_constraints.upper_bounds.extend(upper.tolist())
    proto.linear_constraints.lower_bounds.extend(np.where(equal, upper, -np.inf).tolist())
    proto.linear_constraint_matrix.row_ids.extend((both // table.size).tolist())
    proto.linear_constraint_matrix.column_ids.extend((both % table.size).tolist())
    proto.linear_constraint_matrix.coefficients.extend(np.bincount(nth, weights=units).tolist())
    return proto

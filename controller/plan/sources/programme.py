"""A few orders that compete for stock, served anew and exactly by an integer programme.

Owns the model of a neighbourhood. Refuses to choose which orders these are.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from controller.plan.sources.network import NEVER, Ints, Orders


class Neighbourhood:
    """The model of some orders; `stock` and `room` are what is left with what they have."""

    def __init__(self, orders: Orders, chosen: Sequence[int], stock: Ints, room: Ints) -> None:
        from ortools.math_opt.python import mathopt

        self.model = mathopt.Model()
        self._orders, self._stock = orders, stock
        self._costs: list[Any] = []
        self._takes: dict[tuple[int, int], mathopt.Variable] = {}
        self._parcels: dict[int, list[mathopt.Variable]] = defaultdict(list)
        for order in chosen:
            self._add(order)
        sharing = defaultdict(list)
        for (line, node), take in self._takes.items():
            sharing[node, int(orders.sku[line])].append(take)
        for (node, sku), takes in sharing.items():
            if sum(take.upper_bound for take in takes) > stock[node, sku]:
                self._rule(mathopt.fast_sum(takes) <= int(stock[node, sku]))
        for node, parcels in self._parcels.items():
            if len(parcels) > room[node]:
                self._rule(mathopt.fast_sum(parcels) <= int(room[node]))
        self.model.minimize(mathopt.fast_sum(self._costs))

    def _rule(self, bounded: Any) -> None:
        self.model.add_linear_constraint(bounded)

    def _add(self, order: int) -> None:
        from ortools.math_opt.python import mathopt

        orders, model = self._orders, self.model
        lines = range(orders.first[order], orders.first[order + 1])
        parcels = {}
        for node in range(len(self._stock)):
            cents = int(orders.parcel_cents[order, node])
            if cents < NEVER and any(self._stock[node, orders.sku[line]] > 0 for line in lines):
                parcels[node] = model.add_binary_variable()
                self._parcels[node].append(parcels[node])
                self._costs.append((cents + orders.split_cents) * parcels[node])
        first = model.add_variable(lb=0, ub=1)  # the parcel that pays no split
        self._costs.append(-orders.split_cents * first)
        self._rule(first <= mathopt.fast_sum(parcels.values()))
        for line in lines:
            qty = int(orders.qty[line])
            missing = model.add_variable(lb=0, ub=qty)
            self._costs.append(orders.unfilled_cents * missing)
            shares = [missing]
            for node, parcel in parcels.items():
                most = min(qty, int(self._stock[node, orders.sku[line]]))
                if most > 0:
                    take = self._takes[line, node] = model.add_integer_variable(lb=0, ub=most)
                    self._costs.append(int(orders.unit_cents[order, node]) * take)
                    self._rule(take <= most * parcel)
                    shares.append(take)
            self._rule(mathopt.fast_sum(shares) == qty)

    def solve(self, taken: Ints) -> bool:
        """Writes the cheapest answer into the rows of the orders; whether it is proven."""
        from ortools.math_opt.python import mathopt

        answer = mathopt.solve(self.model, mathopt.SolverType.HIGHS)
        if answer.termination.reason != mathopt.TerminationReason.OPTIMAL:
            return False
        takes = list(self._takes)
        units = answer.variable_values(list(self._takes.values()))
        taken[[line for line, _ in takes]] = 0
        for (line, node), each in zip(takes, units, strict=True):
            taken[line, node] = round(each)
        return True

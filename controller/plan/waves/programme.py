"""Wave selection as a mixed-integer programme, for problems that SCIP can read in a moment.

Owns the model and how far SCIP may go: the same number of nodes on every machine. A wave that is
better than the best so far has a positive value at its price, and a programme without a positive
value proves that none is better. Refuses problems that are too large.

Source: Dinkelbach 1967.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

from controller.plan import Effort
from controller.plan.waves.rows import Wave
from controller.plan.waves.searching import Search

if TYPE_CHECKING:
    from ortools.linear_solver import pywraplp

LINES_MAX = 2_500
NODES = 200  # of the first try; each further one may go four times as far
NODES_GROW = 4
UNITS_PER_NODE = 50  # of work, for each thousand lines
LOOK_S = 0.02
NOTHING = 1e-6
HALF = 0.5


@dataclass(slots=True)
class Programme:
    """The programme of a wave, solved again at each better price."""

    wave: Wave
    nodes: int = NODES

    @property
    def small(self) -> bool:
        """Whether the programme is worth a try."""
        return self.wave.lines <= LINES_MAX

    def improve(self, search: Search, effort: Effort) -> None:
        """Gives the search a better wave or a lower bound, where SCIP finds one."""
        if not self.small:
            return
        better = True
        while better and not search.proven and not search.over(effort):
            each = UNITS_PER_NODE * (1 + self.wave.lines // 1_000)
            nodes = min(self.nodes, 1 + (effort.work - search.spent) // each)
            before = search.units, len(search.aisles)
            search.spent += each * (1 + self._solve(search, nodes, effort.should_stop))
            better = before != (search.units, len(search.aisles))
        self.nodes *= NODES_GROW

    def _solve(self, search: Search, nodes: int, should_stop: Callable[[], bool]) -> int:
        """One try of so many nodes; how many it took."""
        from ortools.linear_solver import pywraplp

        solver = pywraplp.Solver.CreateSolver("SCIP")
        price = Fraction(search.units, len(search.aisles))
        orders = {n: solver.BoolVar("") for n, order in enumerate(self.wave.orders) if order}
        aisles = [solver.BoolVar("") for _ in self.wave.aisles]
        units = self._constrain(solver, orders, aisles)
        solver.Maximize(units * price.denominator - solver.Sum(aisles) * price.numerator)
        hints = [float(n in search.orders) for n in orders]
        hints += [float(n in search.aisles) for n in range(len(aisles))]
        solver.SetHint([*orders.values(), *aisles], hints)
        solver.SetSolverSpecificParametersAsString(f"limits/totalnodes = {nodes}\n")
        with _stopped(solver, should_stop):
            status = solver.Solve()
        taken = int(solver.nodes())
        if status not in (pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE):
            return taken
        over = max(0, floor(solver.Objective().BestBound() + NOTHING))
        search.bound = min(search.bound, price + Fraction(over, price.denominator * search.fewest))
        chosen = [n for n, variable in orders.items() if variable.solution_value() > HALF]
        inside = [n for n, variable in enumerate(aisles) if variable.solution_value() > HALF]
        search.offer(chosen, inside)
        return taken

    def _constrain(
        self,
        solver: "pywraplp.Solver",
        orders: dict[int, "pywraplp.Variable"],
        aisles: list["pywraplp.Variable"],
    ) -> "pywraplp.LinearExpr":
        """Stock covers what is asked for, and the units are within their limits; the units."""
        lacking = [solver.Constraint(-solver.infinity(), 0) for _ in range(self.wave.items)]
        units = solver.Constraint(max(1, self.wave.units_min), self.wave.units_max)
        for number, variable in orders.items():
            for item, asked in self.wave.orders[number]:
                lacking[item].SetCoefficient(variable, asked)
            units.SetCoefficient(variable, self.wave.size(number))
        for stock, variable in zip(self.wave.aisles, aisles, strict=True):
            for item, held in stock:
                lacking[item].SetCoefficient(variable, -held)
        return solver.Sum([self.wave.size(number) * each for number, each in orders.items()])


@contextmanager
def _stopped(solver: "pywraplp.Solver", should_stop: Callable[[], bool]) -> Iterator[None]:
    """While inside, somebody looks now and then whether SCIP should stop."""
    done = threading.Event()

    def look() -> None:
        while not done.wait(LOOK_S):
            if should_stop():
                solver.InterruptSolve()

    watcher = threading.Thread(target=look, name="stopping", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()

"""Which of many loads, each how often, hold all goods at the least cost.

Owns the loads that are known, the choice among them, and the prices that tell which goods make a
load worth its room. Refuses to fill rooms.

Source: Gilmore & Gomory 1961.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from controller.plan import Effort, _cp_sat
from controller.plan.rooms.problem import Load, Problem

CHOICE_WORK = 50_000
ABOVE = 1.000_1  # a load helps that is worth so much of what its room costs


@dataclass(slots=True)
class Pool:
    """Loads of a problem, of those that hold the same the first; at least one holds each goods."""

    problem: Problem
    loads: dict[tuple[str, frozenset[tuple[str, int]]], Load] = field(default_factory=dict)

    def add(self, load: Load) -> None:
        """Know a load."""
        held = Counter(unit.ref for unit in load.units)
        self.loads.setdefault((load.room, frozenset(held.items())), load)

    def helps(self, load: Load, prices: Mapping[str, float]) -> bool:
        """Whether a load is worth more than its room."""
        (cost,) = (room.cost_cents for room in self.problem.rooms if room.id == load.room)
        return sum(prices[unit.ref] for unit in load.units) > ABOVE * cost

    def prices(self) -> dict[str, float]:
        """What a unit of each goods is worth, so that no load is worth more than its room."""
        from ortools.linear_solver import pywraplp

        solver = pywraplp.Solver.CreateSolver("GLOP")
        free = solver.infinity()
        worth = {each.id: solver.NumVar(0, free, "") for each in self.problem.goods}
        rents = {room.id: solver.NumVar(0, free, "") for room in self.problem.rooms}
        costs = {room.id: room.cost_cents for room in self.problem.rooms}
        for room, held in self.loads:
            value = solver.Sum([number * worth[id_] for id_, number in sorted(held)])
            solver.Add(value - rents[room] <= costs[room])
        limits = [(room.id, room.count) for room in self.problem.rooms]
        solver.Maximize(
            solver.Sum([each.quantity * worth[each.id] for each in self.problem.goods])
            - solver.Sum([(count or 0) * rents[id_] for id_, count in limits])
        )
        for id_, count in limits:
            if count is None:
                solver.Add(rents[id_] <= 0)
        if solver.Solve() != pywraplp.Solver.OPTIMAL:
            return {}
        return {id_: max(0.0, each.solution_value()) for id_, each in worth.items()}

    def chosen(self, effort: Effort) -> list[Load]:
        """Loads that together hold all goods or more, or none if the effort is too small."""
        model = _cp_sat.new_model()
        costs = {room.id: room.cost_cents for room in self.problem.rooms}
        needed = {each.id: each.quantity for each in self.problem.goods}
        times = [
            (
                model.new_int_var(0, max(-(-needed[id_] // number) for id_, number in held), ""),
                *key,
            )
            for key in self.loads
            for held in key[1:]
        ]
        for id_, quantity in needed.items():
            model.add(sum(n * dict(held).get(id_, 0) for n, _, held in times) >= quantity)
        for room in self.problem.rooms:
            if room.count is not None:
                model.add(sum(n for n, id_, _ in times if id_ == room.id) <= room.count)
        model.minimize(sum(n * costs[id_] for n, id_, _ in times))
        answer = _cp_sat.run(model, replace(effort, work=CHOICE_WORK))
        if not answer.found:
            return []
        pairs = zip(times, self.loads.values(), strict=True)
        return [load for (n, *_), load in pairs for _ in range(answer.solver.value(n))]

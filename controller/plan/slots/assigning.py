"""The assignment of goods to spots by how often they are visited: OR-Tools' linear assignment.

Owns the linear price of one of the goods at a spot, and the search for the price of a move at
which no more moves are made than allowed. What is ordered together is not its business.

Source: Goldberg & Kennedy 1995.
"""

from collections.abc import Sequence
from typing import Any

from controller.plan.graphs.distances import distance_mm
from controller.plan.slots.faces import why_not
from controller.plan.slots.visits import Visits

ARCS_PER_UNIT = 200
PRICES_TRIED = 6

Weights = Sequence[int]
Places = list[int]


class Assignment:
    """Goods and the spots they may take, cut to the most visited where all are too many arcs."""

    def __init__(self, visits: Visits, arcs_max: int) -> None:
        problem = visits.problem
        self.visits = visits
        self.present = [problem.at[goods.place] for goods in problem.goods]
        side = max(1, int(max(1, arcs_max) ** 0.5))
        by_visits = sorted(
            range(len(problem.goods)), key=lambda g: (-len(visits.trips_of[g]), self.present[g])
        )
        self.fixed = sorted(by_visits[side:])
        self.goods = sorted(by_visits[:side])
        taken = {self.present[goods] for goods in self.fixed}
        self.spots = [spot for spot in range(len(problem.spots)) if spot not in taken]
        self._near: dict[int, list[int]] = {}
        self._may = [
            [
                spot
                for spot in self.spots
                if spot == self.present[goods]
                or not why_not(problem.goods[goods], problem.spots[spot], problem.rules)
            ]
            for goods in self.goods
        ]

        self._pairs = self._arrays()

    def _arrays(self) -> dict[str, Any]:
        """All pairs that are allowed, as columns: row, column, spot, visits, apart, moves."""
        import numpy as np

        column = {spot: n for n, spot in enumerate(self.spots)}
        pairs = [
            (row, column[spot], spot, self._visited(goods), self._apart_mm(goods, spot))
            for row, (goods, spots) in enumerate(zip(self.goods, self._may, strict=True))
            for spot in spots
        ]
        rows, columns, spots, visits, apart = np.array(pairs, np.int64).reshape(-1, 5).T
        here = np.array([self.present[goods] for goods in self.goods], np.int64)
        return {
            "row": rows,
            "column": columns,
            "spot": spots,
            "visits": visits,
            "apart_mm": apart,
            "moves": here[rows] != spots,
        }

    def _visited(self, goods: int) -> int:
        return len(self.visits.trips_of[goods])

    @property
    def arcs(self) -> int:
        return sum(map(len, self._may))

    def _apart_mm(self, goods: int, spot: int) -> int:
        """What the goods cost at a spot apart from the way there: reaching, and a move's share."""
        reached_mm = self.visits.reached_mm(goods, spot)
        if spot == self.present[goods]:
            return reached_mm
        moving_mm = self.visits.moving_mm(goods, self.present[goods], spot)
        return reached_mm + self.visits.share_mm(moving_mm)

    def total_mm(self, places: Sequence[int], weights: Weights) -> int:
        """The linear price of all: visits by the weight of their spots, reaching, moves."""
        return sum(
            self._visited(goods) * weights[spot] + self._apart_mm(goods, spot)
            for goods, spot in enumerate(places)
        )

    def moves(self, places: Sequence[int]) -> int:
        return sum(now != then for now, then in zip(places, self.present, strict=True))

    def best(self, weights: Weights, extra_mm: int = 0) -> Places:
        """The cheapest assignment; `extra_mm` is added to the price of each move."""
        import numpy as np
        from ortools.graph.python import linear_sum_assignment

        solver = linear_sum_assignment.SimpleLinearSumAssignment()
        pairs = self._pairs
        prices = pairs["visits"] * np.array(weights, np.int64)[pairs["spot"]] + pairs["apart_mm"]
        prices += extra_mm * pairs["moves"]
        solver.add_arcs_with_cost(pairs["row"], pairs["column"], prices)
        width = len(self.spots)
        empty = np.arange(len(self.goods), width)
        nothing = np.zeros(len(empty) * width, np.int64)
        solver.add_arcs_with_cost(
            np.repeat(empty, width), np.tile(np.arange(width), len(empty)), nothing
        )
        self.visits.spent += 1 + self.arcs // ARCS_PER_UNIT
        if solver.solve() != solver.OPTIMAL:
            raise ValueError("the prices of slotting are too large: give fewer trips")
        places = list(self.present)
        for row, goods in enumerate(self.goods):
            places[goods] = self.spots[solver.right_mate(row)]
        return places

    def best_within(self, weights: Weights, first: Places, moves_max: int) -> Places:
        """The cheapest found with at most so many moves; `first` is the one without an extra."""
        if self.moves(first) <= moves_max:
            return first
        best, low, high = list(self.present), 0, self.total_mm(self.present, weights)
        for _ in range(PRICES_TRIED):
            extra_mm = (low + high) // 2 if low else high // 64
            found = self.best(weights, extra_mm)
            if self.moves(found) <= moves_max:
                best, high = found, extra_mm
            else:
                low = extra_mm
        return best

    def near(self, spot: int, most: int) -> list[int]:
        """The spots nearest to one that the assignment may use, itself left out."""
        if spot not in self._near:
            problem = self.visits.problem
            here, layout = problem.spots[spot].stop, problem.layout
            ways = sorted(
                (distance_mm(layout, here, problem.spots[other].stop), other)
                for other in self.spots
                if other != spot
            )
            self._near[spot] = [other for _, other in ways[:most]]
        return self._near[spot]

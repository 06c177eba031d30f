"""What a visit costs at a spot: the way there as part of a tour, and the reach to its height.

Owns the trips under any assignment, priced by the exact tour programme, and every figure in
millimetres walked in all trips; a reach counts as the way walked in its time.
"""

from collections.abc import Sequence

from controller.plan import Effort, walking
from controller.plan.graphs.distances import depot_distance_mm, distance_mm
from controller.plan.graphs.graph import Graph
from controller.plan.slots.faces import Goods, Problem, Rules, Spot
from controller.plan.walks.heuristics import swept_mm
from controller.plan.walks.rectangle import Layout, Stop

EXACT_BLOCKS_MAX = 3
TRIPS_SAMPLED = 16
GRAPH_WORK = 300  # of each tour where the floor is no rectangle


def reach_ms(goods: Goods, spot: Spot, rules: Rules) -> int:
    """The time that a visit takes longer at this height than at the waist; more for the heavy.

    Differs: a spot without a height costs nothing, as nobody knows better.
    """
    low, high = rules.golden_mm
    if not spot.height_mm or low <= spot.height_mm <= high:
        return 0
    if spot.height_mm < low:
        return rules.bend_ms * (2 * rules.heavy_g + goods.unit_mass_g) // (2 * rules.heavy_g)
    base = rules.step_ms if spot.height_mm > rules.step_mm else rules.stretch_ms
    return base * (rules.heavy_g + 2 * goods.unit_mass_g) // rules.heavy_g


def estimate_mm(layout: Layout | Graph, stops: Sequence[Stop]) -> int:
    """About the length of a tour, where the floor is no rectangle or has too many blocks."""
    if isinstance(layout, Graph):
        tour = walking.Problem(layout=layout, stops=tuple(dict.fromkeys(stops)))
        return walking.solve(tour, Effort(work=GRAPH_WORK)).length_mm
    segments: dict[tuple[int, int], list[int]] = {}
    for stop in sorted(stops, key=lambda each: each.y_mm):
        segments.setdefault((stop.aisle, stop.block), []).append(stop.y_mm)
    deepest = max((block for _, block in segments), default=0)
    return swept_mm(layout, segments) + 2 * sum(layout.block_lengths_mm[:deepest])


class Visits:
    """Prices of an assignment, a spot's index for each of the goods, over the trips.

    `spent` counts the trips priced.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        number = {goods.sku: index for index, goods in enumerate(problem.goods)}
        self.trips = [[number[sku] for sku in trip.skus] for trip in problem.trips]
        self.trips_of: list[list[int]] = [[] for _ in problem.goods]
        for nth, visited in enumerate(self.trips):
            for goods in visited:
                self.trips_of[goods].append(nth)
        self.spent = 0
        layout = problem.layout
        self._exact = (
            isinstance(layout, Layout) and len(layout.block_lengths_mm) <= EXACT_BLOCKS_MAX
        )
        self._off = int(isinstance(layout, Layout) and bool(layout.depot_mm))
        if isinstance(layout, Layout) and self._exact:
            self._prepare(layout)

    def _prepare(self, layout: Layout) -> None:
        """The trips as arrays for the compiled kernel."""
        import numpy as np

        from controller.plan.slots.kernel import Walks
        from controller.plan.tours.grid import grid_of

        problem = self.problem
        self._grid, self._np = grid_of(layout), np
        stops = [[self._code(stop) for stop in trip.stops] for trip in problem.trips]
        self._walks = Walks(
            np.array([self._code(spot.stop) for spot in problem.spots], np.int64),
            np.array([goods for trip in self.trips for goods in trip], np.int64),
            np.cumsum([0, *map(len, self.trips)]),
            np.array([code for each in stops for code in each], np.int64),
            np.cumsum([0, *map(len, stops)]),
        )

    def _code(self, stop: Stop) -> int:
        from controller.plan.slots.kernel import Y_BITS

        key: int = stop.aisle * self._grid.blocks + stop.block + self._off
        return (key << Y_BITS) + stop.y_mm

    def trips_mm(
        self, which: Sequence[int], places: Sequence[int], more: Stop | None = None
    ) -> list[int]:
        """The length of each named trip when the goods lie at these spots; with one more stop."""
        self.spent += len(which)
        if not self._exact:
            return [self._estimate_mm(nth, places, more) for nth in which]
        from controller.plan.slots.kernel import lengths_mm

        array, code = self._np.array, -1 if more is None else self._code(more)
        found = lengths_mm(
            self._grid, self._walks, array(places), array(which, self._np.int64), code
        )
        return [int(length) for length in found]

    def _estimate_mm(self, nth: int, places: Sequence[int], more: Stop | None) -> int:
        stops = [self.problem.spots[places[goods]].stop for goods in self.trips[nth]]
        stops += [*self.problem.trips[nth].stops, *([more] if more else [])]
        return estimate_mm(self.problem.layout, stops) if stops else 0

    def walked_mm(self, places: Sequence[int]) -> int:
        """The length of all trips."""
        return sum(self.trips_mm(range(len(self.trips)), places))

    def reached_mm(self, goods: int, spot: int) -> int:
        """The reaching for one of the goods at a spot in all trips, as a way."""
        problem = self.problem
        each_ms = reach_ms(problem.goods[goods], problem.spots[spot], problem.rules)
        return len(self.trips_of[goods]) * as_way_mm(each_ms, problem.rules)

    def total_reached_mm(self, places: Sequence[int]) -> int:
        return sum(self.reached_mm(goods, spot) for goods, spot in enumerate(places))

    def moving_mm(self, goods: int, source: int, target: int) -> int:
        """What one move costs: there and back, and the handling as a way."""
        problem, rules = self.problem, self.problem.rules
        way_mm = distance_mm(
            problem.layout, problem.spots[source].stop, problem.spots[target].stop
        )
        units = problem.goods[goods].units
        return 2 * way_mm + as_way_mm(rules.move_ms + rules.unit_ms * units, rules)

    def share_mm(self, moved_mm: int) -> int:
        """The part of a move's cost that the trips must earn, as the horizon is longer."""
        return moved_mm * self.problem.days // self.problem.horizon_days

    def depot_mm(self) -> list[int]:
        """What a visit to each spot walks as its part of a mean tour, out and back."""
        stops = sum(len(t.skus) + len(t.stops) for t in self.problem.trips)
        mean = max(1, stops // max(1, len(self.trips)))
        layout = self.problem.layout
        return [2 * depot_distance_mm(layout, spot.stop) // mean for spot in self.problem.spots]

    def detour_mm(self, places: Sequence[int]) -> list[int]:
        """How much longer a visit to each spot makes a tour, under this assignment, in the mean.

        Spots one above the other share the figure.
        """
        step = max(1, len(self.trips) // TRIPS_SAMPLED)
        sample = range(0, len(self.trips), step)
        before = sum(self.trips_mm(sample, places))
        known = {
            stop: (sum(self.trips_mm(sample, places, stop)) - before) // max(1, len(sample))
            for stop in {spot.stop: None for spot in self.problem.spots}
        }
        return [known[spot.stop] for spot in self.problem.spots]


def as_way_mm(time_ms: int, rules: Rules) -> int:
    """The way walked in a time."""
    return time_ms * rules.walk_mm_s // 1_000

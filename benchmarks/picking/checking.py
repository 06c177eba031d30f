"""The validator: lengths by shortest paths of its own, capacities, every pick once.

Owns the judgement of answers; it takes the geometry from the instance and nothing from a planner
but the answer.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import pairwise

from controller.plan import batching
from controller.plan.walking import Layout, Stop

Node = Hashable
Edges = Mapping[Node, Sequence[tuple[Node, int]]]

DEPOT: Node = "depot"


@dataclass(slots=True)
class Ground:
    """Crossings joined by edges; `ends` of a stop are the crossings around it, with the ways."""

    edges: Edges
    layout: Layout
    _known: dict[Node, dict[Node, int]] = field(default_factory=dict)

    @classmethod
    def of_layout(cls, layout: Layout) -> "Ground":
        """The crossings of a rectangle."""
        edges: dict[Node, list[tuple[Node, int]]] = {}

        def join(a: Node, b: Node, way: int) -> None:
            edges.setdefault(a, []).append((b, way))
            edges.setdefault(b, []).append((a, way))

        rows = range(len(layout.block_lengths_mm) + 1)
        for aisle in range(layout.aisles):
            for block, length in enumerate(layout.block_lengths_mm):
                join((aisle, block), (aisle, block + 1), length)
            if aisle:
                for row in rows:
                    join((aisle - 1, row), (aisle, row), layout.aisle_pitch_mm)
        ways = dict(enumerate(layout.depot_mm)) or {layout.depot_aisle: 0}
        for aisle, way in ways.items():
            join(DEPOT, (aisle, 0), way)
        return cls(edges, layout)

    def check_tour(self, stops: Sequence[Stop], sequence: Sequence[int], length: int) -> None:
        """Every stop once, at this length.

        Raises: AssertionError that says what is wrong.
        """
        assert sorted(sequence) == list(range(len(stops))), "not every stop exactly once"
        walked = self.length([stops[index] for index in sequence])
        assert walked == length, f"a tour of {walked} mm says that it has {length} mm"

    def length(self, walk: Sequence[Stop]) -> int:
        """From the depot along these stops and back."""
        if not walk:
            return 0
        out, home = self._from_depot(walk[0]), self._from_depot(walk[-1])
        return out + home + sum(self._between(a, b) for a, b in pairwise(walk))

    def _ends(self, stop: Stop) -> tuple[tuple[Node, int], tuple[Node, int]]:
        rest = self.layout.block_lengths_mm[stop.block] - stop.y_mm
        return ((stop.aisle, stop.block), stop.y_mm), ((stop.aisle, stop.block + 1), rest)

    def _from_depot(self, stop: Stop) -> int:
        ways = self._ways(DEPOT)
        return min(ways[node] + rest for node, rest in self._ends(stop))

    def _between(self, a: Stop, b: Stop) -> int:
        round_ends = min(
            way_a + self._ways(node_a)[node_b] + way_b
            for node_a, way_a in self._ends(a)
            for node_b, way_b in self._ends(b)
        )
        if (a.aisle, a.block) == (b.aisle, b.block):
            return min(round_ends, abs(a.y_mm - b.y_mm))
        return round_ends

    def _ways(self, start: Node) -> dict[Node, int]:
        """The shortest way to every crossing. Source: Dijkstra 1959."""
        known = self._known.get(start)
        if known is not None:
            return known
        reached: dict[Node, int] = {}
        heap: list[tuple[int, int, Node]] = [(0, 0, start)]
        pushed = 0
        while heap:
            way, _, node = heappop(heap)
            if node in reached:
                continue
            reached[node] = way
            for other, edge in self.edges[node]:
                pushed += 1
                heappush(heap, (way + edge, pushed, other))
        self._known[start] = reached
        return reached


def check_batches(problem: batching.Problem, plan: batching.Plan, ground: Ground) -> None:
    """Every load once, no cart overfull, every length true.

    Raises: AssertionError that says what is wrong.
    """
    given = {load.id: load for load in problem.loads}
    taken = [name for tour in plan.tours for name in tour.loads]
    refused = [name for name, _ in plan.refused]
    assert sorted([*taken, *refused]) == sorted(given), "not every load exactly once"
    cart = problem.cart
    for tour in plan.tours:
        loads = [given[name] for name in tour.loads]
        assert len(loads) <= cart.slots, f"{len(loads)} loads on {cart.slots} slots"
        assert sum(load.volume_ml for load in loads) <= cart.volume_ml, "too much volume"
        assert sum(load.mass_g for load in loads) <= cart.mass_g, "too much mass"
        due = sorted((load.id, index) for load in loads for index in range(len(load.stops)))
        assert sorted(tour.sequence) == due, "not every pick of a tour exactly once"
        walk = [given[name].stops[index] for name, index in tour.sequence]
        length = ground.length(walk)
        assert length == tour.length_mm, f"a tour of {length} mm says {tour.length_mm} mm"
    assert plan.total_mm == sum(tour.length_mm for tour in plan.tours), "the total is no sum"
    assert plan.bound_mm <= plan.total_mm, "the bound lies above the plan"

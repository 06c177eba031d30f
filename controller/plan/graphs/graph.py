"""The floor as numbers: ways between points, where tours begin and end, what is blocked.

Owns `Graph`, made from a layout that `faults` finds nothing wrong with, and the stops on it.
Refuses names: a stop knows its way by number, and `point_stop` stands for a point itself.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from math import isqrt

from controller.messages.layout import FloorLayout, Point, Way
from controller.plan.walks.rectangle import Crossing, Stop

AT_POINT = -1
MATRIX_MAX = 4_000  # of so many stops all ways are known at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Arc:
    """One way: `cost_mm` is its length with pace and seconds; `cuts` are spots nobody passes."""

    start: int
    end: int
    length_mm: int
    cost_mm: int
    one_way: bool
    cuts: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Graph:
    """`start` and `end` are the points where a tour begins and ends unless told otherwise."""

    points: int
    arcs: tuple[Arc, ...]
    start: int
    end: int

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.points, self.arcs, self.start, self.end))


def check_on_graph(graph: Graph, stops: Iterable[Stop | Crossing]) -> None:
    """Refuse stops that lie on no way and no point.

    Raises: ValueError naming the stop and the range it may lie in.
    """
    for stop in stops:
        if isinstance(stop, Crossing):
            raise ValueError(f"{stop} is of a rectangle: give a stop or a point of the graph")
        if stop.aisle == AT_POINT:
            if not 0 <= stop.block < graph.points:
                raise ValueError(f"{stop} is no point: the graph has 0 to {graph.points - 1}")
        elif not 0 <= stop.aisle < len(graph.arcs):
            raise ValueError(f"{stop} has no way: the graph has 0 to {len(graph.arcs) - 1}")
        elif not 0 <= stop.y_mm <= graph.arcs[stop.aisle].length_mm:
            length = graph.arcs[stop.aisle].length_mm
            raise ValueError(f"{stop} lies outside its way: y_mm may be 0 to {length}")


def point_stop(point: int) -> Stop:
    """A point as a stop: nothing of a way is walked to it."""
    return Stop(aisle=AT_POINT, block=point, y_mm=0)


def lengths_mm(layout: FloorLayout) -> dict[str, int]:
    """The length of each way: as given, else the distance between its points."""
    at = {point.name: point for point in layout.points}
    return {
        way.name: way.length_mm or between_mm(at[way.start], at[way.end]) for way in layout.ways
    }


def between_mm(a: Point, b: Point) -> int:
    return isqrt((a.x_mm - b.x_mm) ** 2 + (a.y_mm - b.y_mm) ** 2)


def cost_mm(layout: FloorLayout, way: Way, length_mm: int) -> int:
    """What a way costs to walk: its length with its pace, and its seconds as a way."""
    return length_mm * way.pace_percent // 100 + way.seconds * layout.walking_mm_s


def graph_of(layout: FloorLayout) -> Graph:
    """The layout in numbers: points and ways in their sequence."""
    points = {point.name: number for number, point in enumerate(layout.points)}
    begins = next(depot.point for depot in layout.depots if depot.begins)
    ends = next(depot.point for depot in layout.depots if depot.ends)
    return Graph(
        points=len(points),
        arcs=tuple(_arcs(layout, points)),
        start=points[begins],
        end=points[ends],
    )


def _arcs(layout: FloorLayout, points: dict[str, int]) -> Iterator[Arc]:
    lengths = lengths_mm(layout)
    cuts: dict[str, list[int]] = {}
    for obstacle in layout.obstacles:
        cuts.setdefault(obstacle.way, []).append(obstacle.y_mm)
    for way in layout.ways:
        length = lengths[way.name]
        yield Arc(
            start=points[way.start],
            end=points[way.end],
            length_mm=length,
            cost_mm=cost_mm(layout, way, length),
            one_way=way.one_way,
            cuts=tuple(sorted(cuts.get(way.name, ()))),
        )

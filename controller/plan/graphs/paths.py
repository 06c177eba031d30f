"""Shortest paths on a graph: distances between stops, and the ways that a walk takes.

Owns the distances, remembered from each point that was asked for. Refuses nothing: what cannot
be reached is `FAR`.

Source: Dijkstra 1959.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from heapq import heappop, heappush

from controller.plan.graphs.graph import AT_POINT, Arc, Graph, point_stop
from controller.plan.walks.rectangle import Stop

FAR = 1 << 40
Ends = list[tuple[int, int]]


class Paths:
    """The shortest paths of one graph. `paths_of` keeps those of the graphs used last."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._out: list[Ends] = [[] for _ in range(graph.points)]
        for arc in graph.arcs:
            if not arc.cuts:
                self._out[arc.start].append((arc.end, arc.cost_mm))
                if not arc.one_way:
                    self._out[arc.end].append((arc.start, arc.cost_mm))
        self._from: dict[int, list[int]] = {}

    def from_point(self, point: int) -> list[int]:
        """The distance in mm from a point to every point."""
        known = self._from.get(point)
        if known is None:
            known = self._from[point] = self._search(point)
        return known

    def _search(self, source: int) -> list[int]:
        far = [FAR] * self.graph.points
        far[source] = 0
        waiting = [(0, source)]
        while waiting:
            value, point = heappop(waiting)
            if value > far[point]:
                continue
            for to, cost in self._out[point]:
                price = value + cost
                if price < far[to]:
                    far[to] = price
                    heappush(waiting, (price, to))
        return far

    def mm(self, a: Stop, b: Stop) -> int:
        """The shortest walk between two stops; FAR where there is none."""
        best = self.along(a, b)
        for leave, out in self.exits(a):
            row = self.from_point(leave)
            for enter, into in self.entries(b):
                best = min(best, out + row[enter] + into)
        return best

    def along(self, a: Stop, b: Stop) -> int:
        """The walk on the one way that both stops lie on; FAR where it is none."""
        if a.aisle != b.aisle:
            return FAR
        if a.aisle == AT_POINT:
            return 0 if a.block == b.block else FAR
        arc = self.graph.arcs[a.aisle]
        low, high = sorted((a.y_mm, b.y_mm))
        if _cut_between(arc, low, high) or (arc.one_way and b.y_mm < a.y_mm):
            return FAR
        return _at(arc, high) - _at(arc, low)

    def exits(self, stop: Stop) -> Ends:
        """The points that a picker can go to from a stop, with the way there."""
        if stop.aisle == AT_POINT:
            return [(stop.block, 0)]
        arc, here = self.graph.arcs[stop.aisle], _at(self.graph.arcs[stop.aisle], stop.y_mm)
        ends = []
        if not _cut_between(arc, stop.y_mm, arc.length_mm):
            ends.append((arc.end, arc.cost_mm - here))
        if not arc.one_way and not _cut_between(arc, 0, stop.y_mm):
            ends.append((arc.start, here))
        return ends

    def entries(self, stop: Stop) -> Ends:
        """The points from which a picker can come to a stop, with the way from there."""
        if stop.aisle == AT_POINT:
            return [(stop.block, 0)]
        arc, here = self.graph.arcs[stop.aisle], _at(self.graph.arcs[stop.aisle], stop.y_mm)
        ends = []
        if not _cut_between(arc, 0, stop.y_mm):
            ends.append((arc.start, here))
        if not arc.one_way and not _cut_between(arc, stop.y_mm, arc.length_mm):
            ends.append((arc.end, arc.cost_mm - here))
        return ends

    def reachable(self, stop: Stop) -> bool:
        """Whether a tour can come here from where tours begin, and go on to where they end."""
        start, end = point_stop(self.graph.start), point_stop(self.graph.end)
        return self.mm(start, stop) < FAR and self.mm(stop, end) < FAR

    def walk(self, a: Stop, b: Stop) -> Iterator[Stop]:
        """The points on the way from one stop to another, without the stops themselves."""
        length = self.mm(a, b)
        if length in (self.along(a, b), FAR):
            return
        leave, enter = next(
            (leave, enter)
            for leave, out in self.exits(a)
            for enter, into in self.entries(b)
            if out + self.from_point(leave)[enter] + into == length
        )
        for point in self._points(leave, enter):
            yield point_stop(point)

    def _points(self, start: int, end: int) -> Sequence[int]:
        """One shortest path, always the same: back from its end over points that lie on it."""
        row, path = self.from_point(start), [end]
        back: dict[int, Ends] = {}
        for point, ends in enumerate(self._out):
            for to, cost in ends:
                back.setdefault(to, []).append((point, cost))
        while path[-1] != start:
            here = path[-1]
            path.append(
                next(
                    point
                    for point, cost in back[here]
                    if row[point] + cost == row[here] and point not in path
                )
            )
        return path[::-1]


@lru_cache(maxsize=8)
def paths_of(graph: Graph) -> Paths:
    return Paths(graph)


def _at(arc: Arc, y_mm: int) -> int:
    """The cost of the way from its start to a spot on it."""
    return arc.cost_mm * y_mm // arc.length_mm if arc.length_mm else 0


def _cut_between(arc: Arc, low: int, high: int) -> bool:
    return any(cut < 0 or low <= cut <= high for cut in arc.cuts)

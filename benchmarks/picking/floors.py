"""Owns random floors that are no rectangles, for tests and benchmarks to walk on."""

from dataclasses import replace
from random import Random

from controller.messages.layout import FloorLayout, Obstacle, Point, Way
from controller.plan.graphs.graph import Graph, graph_of
from controller.plan.graphs.ground import floor_of
from controller.plan.graphs.paths import paths_of
from controller.plan.walks.rectangle import Layout, Stop


def a_floor(rng: Random, *, aisles: int, blocks: int) -> FloorLayout:
    """Aisles of which some are one-way, blocked in the middle, or dead ends on a mezzanine."""
    rectangle = Layout(
        aisles=aisles,
        block_lengths_mm=tuple(rng.randint(8_000, 25_000) for _ in range(blocks)),
        aisle_pitch_mm=rng.randint(2_500, 5_000),
        depot_aisle=rng.randrange(aisles),
    )
    plain = floor_of(rectangle)
    ways = [_one_way(rng, way) for way in plain.ways]
    lift = Way(name="LIFT", start="0.0", end="M.0", kind="lift", seconds=20)
    dead = Way(name="M-1", start="M.0", end="M.1", length_mm=12_000)
    points = (Point(name="M.0", level=1), Point(name="M.1", y_mm=12_000, level=1))
    blocked = rng.choice([way.name for way in ways if way.kind == "aisle"])
    return replace(
        plain,
        points=(*plain.points, *points),
        ways=(*ways, lift, dead),
        obstacles=(Obstacle(way=blocked, y_mm=rng.randint(2_000, 6_000)),),
    )


def _one_way(rng: Random, way: Way) -> Way:
    if way.kind != "aisle" or rng.random() > 0.3:
        return way
    turned = replace(way, start=way.end, end=way.start) if rng.random() < 0.5 else way
    return replace(turned, one_way=True)


def some_stops(rng: Random, floor: FloorLayout, count: int) -> tuple[Graph, tuple[Stop, ...]]:
    """The graph, and stops in its aisles that a tour can reach."""
    graph = graph_of(floor)
    aisles = [n for n, way in enumerate(floor.ways) if way.kind == "aisle"]
    stops: list[Stop] = []
    while len(stops) < count:
        way = rng.choice(aisles)
        y_mm = rng.randint(0, graph.arcs[way].length_mm)
        stop = Stop(aisle=way, block=0, y_mm=y_mm)
        if paths_of(graph).reachable(stop):
            stops.append(stop)
    return graph, tuple(stops)

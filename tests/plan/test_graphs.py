"""Walking on floors of any shape, against brute force, a plain twin and what must hold."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise, permutations
from random import Random

import numpy as np
import pytest

from benchmarks.picking.floors import a_floor, some_stops
from controller.messages.layout import FloorLayout, Obstacle
from controller.plan import Effort
from controller.plan.graphs import _bounds, _search
from controller.plan.graphs.faults import faults
from controller.plan.graphs.graph import Graph, graph_of, point_stop
from controller.plan.graphs.ground import Ground, floor_of, ground_of
from controller.plan.graphs.matrix import length_of_tour, matrix_of
from controller.plan.graphs.paths import FAR, Paths, paths_of
from controller.plan.graphs.recognising import rectangle_of
from controller.plan.walking import Plan, Problem, solve
from controller.plan.walks.rectangle import Layout, Stop, distance_mm

RECTANGLE = Layout(aisles=5, block_lengths_mm=(9_000, 7_000), aisle_pitch_mm=3_000, depot_aisle=2)


def steps_of(graph: Graph, stops: tuple[Stop, ...], sequence: tuple[int, ...]) -> list[int]:
    walk = [point_stop(graph.start), *(stops[i] for i in sequence), point_stop(graph.end)]
    return [paths_of(graph).mm(a, b) for a, b in pairwise(walk)]


def a_problem(seed: int, count: int, **given: object) -> Problem:
    rng = Random(seed)
    floor = a_floor(rng, aisles=rng.randint(2, 6), blocks=rng.randint(1, 3))
    graph, stops = some_stops(rng, floor, count)
    return Problem(layout=graph, stops=stops, **given)  # type: ignore[arg-type]


def length_on_graph(problem: Problem, plan: Plan) -> int:
    assert isinstance(problem.layout, Graph)
    return sum(steps_of(problem.layout, problem.stops, plan.sequence))


@pytest.mark.parametrize("seed", range(12))
def test_shortest_paths_are_those_of_floyd_and_warshall(seed: int) -> None:
    graph = graph_of(a_floor(Random(seed), aisles=3, blocks=2))
    far = [[FAR] * graph.points for _ in range(graph.points)]
    for point in range(graph.points):
        far[point][point] = 0
    for arc in graph.arcs:
        ends = [(arc.start, arc.end), (arc.end, arc.start)][: 1 if arc.one_way else 2]
        for a, b in () if arc.cuts else ends:
            far[a][b] = min(far[a][b], arc.cost_mm)
    for over in range(graph.points):
        for a in range(graph.points):
            for b in range(graph.points):
                far[a][b] = min(far[a][b], far[a][over] + far[over][b])
    paths = Paths(graph)
    assert [paths.from_point(point) for point in range(graph.points)] == far


def test_distances_of_a_rectangle_are_the_same_on_its_graph() -> None:
    paths, rng = Paths(graph_of(floor_of(RECTANGLE))), Random(1)
    for _ in range(300):
        a, b = (
            Stop(aisle=rng.randrange(5), block=block, y_mm=rng.randint(0, 7_000))
            for block in (rng.randrange(2), rng.randrange(2))
        )
        on_graph = [Stop(aisle=2 * s.aisle + s.block, block=0, y_mm=s.y_mm) for s in (a, b)]
        assert paths.mm(*on_graph) == distance_mm(RECTANGLE, a, b)


def test_a_rectangle_is_recognised_however_its_ways_are_written() -> None:
    floor = floor_of(RECTANGLE)
    turned = tuple(replace(way, start=way.end, end=way.start) for way in floor.ways)
    ground = ground_of(replace(floor, ways=(*floor.ways[:5], *turned[5:])))
    assert ground.shape == RECTANGLE
    assert ground.why == ""
    assert ground.stop("0/0", 0, 0, 1_000) == Stop(aisle=0, block=0, y_mm=1_000)
    assert ground.stop("4/1", 0, 0, 1_000) == Stop(aisle=4, block=1, y_mm=6_000)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda f: replace(f, ways=f.ways[1:]), "no aisle leads on"),
        (lambda f: replace(f, obstacles=(Obstacle(way="1/1"),)), "1/1 has an obstacle"),
        (lambda f: _with(f, 0, one_way=True), "0/0 is one-way"),
        (lambda f: _with(f, 3, length_mm=6_999), "are not equally long"),
        (lambda f: _with(f, -1, length_mm=2_999), "no cross-aisle like the front one"),
        (lambda f: _with(f, 2, pace_percent=150), "another pace"),
    ],
)
def test_what_is_no_rectangle_says_why(change, why: str) -> None:  # type: ignore[no-untyped-def]
    found = rectangle_of(change(floor_of(RECTANGLE)))
    assert isinstance(found, str)
    assert why in found


def _with(floor: FloorLayout, nth: int, **changes: object) -> FloorLayout:
    ways = list(floor.ways)
    ways[nth] = replace(ways[nth], **changes)  # type: ignore[arg-type]
    return replace(floor, ways=tuple(ways))


@pytest.mark.parametrize("seed", range(25))
def test_short_tours_are_as_short_as_the_best_of_all_permutations(seed: int) -> None:
    problem = a_problem(seed, 6)
    plan = solve(problem, Effort())
    assert isinstance(problem.layout, Graph)
    assert plan.optimal
    assert plan.length_mm == length_on_graph(problem, plan)
    assert plan.length_mm == min(
        sum(steps_of(problem.layout, problem.stops, order)) for order in permutations(range(6))
    )


@pytest.mark.parametrize("seed", range(8))
def test_long_tours_state_their_length_keep_one_way_aisles_and_do_not_grow(seed: int) -> None:
    problem = a_problem(seed, 40)
    lengths = []
    for work in (0, 2_000, 30_000):
        plan = solve(problem, Effort(work=work))
        assert sorted(plan.sequence) == list(range(40))
        assert plan.length_mm == length_on_graph(problem, plan) < FAR
        assert plan.bound_mm <= plan.length_mm
        assert plan == solve(problem, Effort(work=work))
        lengths.append(plan.length_mm)
    assert lengths == sorted(lengths, reverse=True)


@pytest.mark.parametrize("count", [7, 30])
def test_strict_classes_are_kept_and_soft_ones_cost_what_they_save(count: int) -> None:
    for seed in range(4):
        free = a_problem(seed, count)
        classes = tuple(Random(seed).randrange(3) for _ in range(count))
        effort = Effort(work=5_000)
        plan = solve(replace(free, classes=classes), effort)
        walked = [classes[index] for index in plan.sequence]
        assert walked == sorted(walked)
        assert plan.length_mm == length_on_graph(free, plan)
        soft = solve(replace(free, classes=classes, class_mm=0), effort)
        unbound = solve(free, effort)
        assert soft.length_mm == unbound.length_mm
        assert unbound.bound_mm <= plan.bound_mm <= plan.length_mm


def test_a_rectangle_with_classes_reports_the_free_tour_as_its_bound() -> None:
    rng = Random(5)
    stops = tuple(
        Stop(aisle=rng.randrange(5), block=rng.randrange(2), y_mm=rng.randint(0, 7_000))
        for _ in range(20)
    )
    free = Problem(layout=RECTANGLE, stops=stops)
    plan = solve(replace(free, classes=tuple(rng.randrange(2) for _ in stops)), Effort())
    assert solve(free, Effort()).length_mm <= plan.bound_mm < plan.length_mm
    assert not plan.optimal


@pytest.mark.parametrize("count", [0, 5, 15])
def test_start_and_end_may_be_anywhere(count: int) -> None:
    rng = Random(count)
    stops = tuple(
        Stop(aisle=rng.randrange(5), block=rng.randrange(2), y_mm=rng.randint(0, 7_000))
        for _ in range(count)
    )
    here, there = Stop(aisle=4, block=1, y_mm=500), Stop(aisle=0, block=0, y_mm=0)
    plan = solve(Problem(layout=RECTANGLE, stops=stops, start=here, end=there), Effort())
    walk = [here, *(stops[index] for index in plan.sequence), there]
    assert plan.length_mm == sum(distance_mm(RECTANGLE, a, b) for a, b in pairwise(walk))
    assert plan.bound_mm <= plan.length_mm
    assert plan.optimal or count == 15


def test_the_bound_of_trees_never_passes_the_optimum() -> None:
    for seed in range(20):
        problem = a_problem(seed, 7)
        assert isinstance(problem.layout, Graph)
        depot = point_stop(problem.layout.start)
        matrix = matrix_of(problem.layout, problem.stops, depot, depot)
        best = length_of_tour(matrix, _bounds.shortest(matrix))
        either = np.minimum(matrix, matrix.T).astype(np.float64)
        assert _bounds.ascent(either, best) <= best + 1e-6


def test_compiled_search_is_the_same_as_its_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = a_problem(3, 14)
    assert isinstance(problem.layout, Graph)
    depot = point_stop(problem.layout.start)
    matrix = matrix_of(problem.layout, problem.stops, depot, depot)
    near = _search.nearest(matrix)

    def searched(search: Callable[..., int]) -> tuple[int, list[int]]:
        tours, rooms = np.array([[*range(15), 0]] * 4), np.zeros((2, 3, 17), np.int64)
        prices = search(matrix, near, tours, *rooms, np.array([7, 2_000]))
        return prices, [int(place) for place in tours[0]]

    compiled = searched(_search.search)
    names = ("measure", "relay", "gain_of", "move_beside", "best_move", "polish", "wait")
    for name in (*names, "kicked", "keep", "search"):
        monkeypatch.setattr(_search, name, getattr(_search, name).py_func)
    assert searched(_search.search) == compiled


def test_a_walk_names_the_points_on_its_way() -> None:
    paths = Paths(graph_of(floor_of(RECTANGLE)))
    a, b = Stop(aisle=0, block=0, y_mm=1_000), Stop(aisle=8, block=0, y_mm=2_000)
    way = list(paths.walk(a, b))
    legs = [paths.mm(x, y) for x, y in pairwise([a, *way, b])]
    assert sum(legs) == paths.mm(a, b)
    assert len(way) == 5


def test_places_out_of_reach_are_no_stops() -> None:
    floor = replace(
        _with(floor_of(RECTANGLE), 0, one_way=True), obstacles=(Obstacle(way="0/0", y_mm=4_000),)
    )
    ground: Ground = ground_of(floor)
    assert ground.stop("0/0", 0, 0, 2_000) is None
    assert ground.stop("nowhere", 0, 0, 0) is None
    assert ground.stop("", 3, 1, 500) == Stop(aisle=7, block=0, y_mm=500)


def test_faults_are_told_all_at_once_with_field_and_fix() -> None:
    floor = _with(_with(floor_of(RECTANGLE), 0, start="0.O"), 1, pace_percent=5)
    broken = replace(floor, depots=(replace(floor.depots[0], ends=False, point="X"),))
    told = [(f.table, f.nth, f.field, f.fix) for f in faults(broken)]
    assert told == [
        ("ways", 0, "start", "is no point: did you mean 0.2?"),
        ("ways", 1, "pace_percent", "write 10 to 10000"),
        ("depots", 0, "point", "is no point: add the point first"),
        ("layout", 0, "depots", "tours end nowhere: give a depot that ends"),
    ]
    assert faults(floor_of(RECTANGLE)) == []

"""Compiled tours against brute force, the plain programme and themselves uncompiled."""

from itertools import permutations
from random import Random
from typing import Any

import numpy as np
import pytest

from controller.plan import Effort
from controller.plan.tours import passes
from controller.plan.tours.grid import grid_of
from controller.plan.walking import Crossing, Layout, Problem, Stop, length_of, solve
from controller.plan.walks.heuristics import segments_of
from controller.plan.walks.programme import tour_mm


def a_layout(rng: Random, *, blocks: int, off_grid: bool = False) -> Layout:
    aisles, pitch = rng.randint(1, 6), rng.randint(0, 6)
    nearest, far, less = rng.randrange(aisles), rng.randint(0, 9), rng.randint(0, pitch)
    steps = [abs(aisle - nearest) for aisle in range(aisles)]
    ways = [step * pitch + max(0, far - step * less) for step in steps]
    return Layout(
        aisles=aisles,
        block_lengths_mm=tuple(rng.randint(1, 12) for _ in range(blocks)),
        aisle_pitch_mm=pitch,
        depot_aisle=rng.randrange(aisles),
        depot_mm=tuple(ways) if off_grid else (),
    )


def a_stop(rng: Random, layout: Layout) -> Stop:
    block = rng.randrange(len(layout.block_lengths_mm))
    length = layout.block_lengths_mm[block]
    return Stop(aisle=rng.randrange(layout.aisles), block=block, y_mm=rng.randint(0, length))


def a_crossing(rng: Random, layout: Layout) -> Crossing:
    cross = rng.randint(0, len(layout.block_lengths_mm))
    return Crossing(aisle=rng.randrange(layout.aisles), cross=cross)


def check_against_all_permutations(problem: Problem, seed: int) -> None:
    plan = solve(problem, Effort(work=10**9))
    orders = permutations(range(len(problem.stops)))
    layout, stops, ends = problem.layout, problem.stops, problem.ends
    assert isinstance(layout, Layout)
    best = min(length_of(layout, stops, order, ends) for order in orders)
    walked = length_of(layout, stops, plan.sequence, ends)
    assert plan.method == "exact", f"seed {seed}"
    assert (plan.length_mm, walked) == (best, best), f"seed {seed}: {problem}"


@pytest.mark.parametrize("blocks", [1, 2, 3])
def test_tour_from_a_depot_off_the_grid_is_as_short_as_any(blocks: int) -> None:
    for seed in range(30):
        rng = Random(seed)
        layout = a_layout(rng, blocks=blocks, off_grid=True)
        stops = tuple(a_stop(rng, layout) for _ in range(rng.randint(1, 5)))
        check_against_all_permutations(Problem(layout=layout, stops=stops), seed)


@pytest.mark.parametrize(
    ("blocks", "off_grid"), [(1, False), (2, False), (3, False), (1, True), (2, True)]
)
def test_tour_between_two_crossings_is_as_short_as_any(blocks: int, off_grid: bool) -> None:
    for seed in range(30):
        rng = Random(seed)
        layout = a_layout(rng, blocks=blocks, off_grid=off_grid)
        stops = tuple(a_stop(rng, layout) for _ in range(rng.randint(1, 5)))
        start = a_crossing(rng, layout) if rng.randrange(4) else None
        end = a_crossing(rng, layout) if rng.randrange(4) else None
        problem = Problem(layout=layout, stops=stops, start=start, end=end)
        check_against_all_permutations(problem, seed)


@pytest.mark.parametrize(
    ("blocks", "off_grid"), [(1, False), (2, False), (3, False), (1, True), (2, True)]
)
def test_tour_from_where_the_picker_stands_is_as_short_as_any(blocks: int, off_grid: bool) -> None:
    for seed in range(40):
        rng = Random(seed)
        layout = a_layout(rng, blocks=blocks, off_grid=off_grid)
        stops = tuple(a_stop(rng, layout) for _ in range(rng.randint(1, 5)))
        end = a_crossing(rng, layout) if rng.randrange(2) else None
        problem = Problem(layout=layout, stops=stops, start=a_stop(rng, layout), end=end)
        check_against_all_permutations(problem, seed)


def kernel_mm(layout: Layout, stops: tuple[Stop, ...], module: Any = passes) -> int:
    grid = grid_of(layout)
    picks = sorted((stop.aisle * grid.blocks + stop.block, stop.y_mm) for stop in stops)
    keys, ys = np.array([key for key, _ in picks]), np.array([y for _, y in picks])
    return int(module.length_of_steps(grid.arrays, module.steps_of(grid, keys, ys)))


@pytest.mark.parametrize("blocks", [1, 2, 3, 4])
def test_kernel_finds_the_length_of_the_plain_programme(blocks: int) -> None:
    for seed in range(25 if blocks < 4 else 5):
        rng = Random(seed)
        layout = a_layout(rng, blocks=blocks)
        stops = tuple(a_stop(rng, layout) for _ in range(rng.randint(1, 30)))
        plain = tour_mm(layout, segments_of(stops))
        assert kernel_mm(layout, stops) == plain, f"seed {seed}"


class Uncompiled:
    """The kernels as plain Python, reading each other's plain selves."""

    def __init__(self) -> None:
        kernels = {n: k.py_func for n, k in vars(passes).items() if hasattr(k, "py_func")}
        self.names = {**vars(passes), **kernels}
        for name, function in kernels.items():
            setattr(self, name, type(function)(function.__code__, self.names, name))
            self.names[name] = getattr(self, name)


def test_kernel_is_the_same_uncompiled() -> None:
    for seed in range(8):
        rng = Random(seed)
        layout = a_layout(rng, blocks=1 + seed % 2)
        stops = tuple(a_stop(rng, layout) for _ in range(12))
        assert kernel_mm(layout, stops, Uncompiled()) == kernel_mm(layout, stops), f"seed {seed}"


@pytest.mark.parametrize("ways", [(1,), (1, -1), (1, 9), (1, 1)])
def test_ways_to_a_depot_off_the_grid_must_be_shortest(ways: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"Layout\.depot_mm"):
        Layout(aisles=2, block_lengths_mm=(5,), aisle_pitch_mm=4, depot_aisle=0, depot_mm=ways)


@pytest.mark.parametrize("end", [Crossing(aisle=2, cross=0), Crossing(aisle=0, cross=2)])
def test_end_outside_the_layout_is_refused_by_name(end: Crossing) -> None:
    layout = Layout(aisles=2, block_lengths_mm=(5,), aisle_pitch_mm=4, depot_aisle=0)
    with pytest.raises(ValueError, match="nowhere"):
        Problem(layout=layout, stops=(), end=end)


def test_empty_tour_walks_from_its_start_to_its_end() -> None:
    layout = Layout(aisles=2, block_lengths_mm=(5,), aisle_pitch_mm=4, depot_aisle=0)
    start, end = Stop(aisle=1, block=0, y_mm=2), Crossing(aisle=0, cross=1)
    assert solve(Problem(layout=layout, stops=(), start=start), Effort()).length_mm == 2 + 4
    assert solve(Problem(layout=layout, stops=(), start=start, end=end), Effort()).length_mm == 7
    assert solve(Problem(layout=layout, stops=(), end=end), Effort()).length_mm == 5

"""The walking planner against brute force, against rules, and in another process."""

import os
import subprocess
import sys
from itertools import permutations, product
from random import Random

import pytest

from controller.plan import Effort
from controller.plan.walking import (
    Layout,
    Problem,
    Stop,
    depot_distance_mm,
    distance_mm,
    length_of,
    solve,
)
from controller.plan.walks.frontier import ARCS_PER_AISLE, table
from controller.plan.walks.heuristics import best_known, largest_gap, lower_bound_mm, s_shape


def a_layout(rng: Random, *, blocks: int, aisles: int = 6) -> Layout:
    count = rng.randint(1, aisles)
    return Layout(
        aisles=count,
        block_lengths_mm=tuple(rng.randint(1, 12) for _ in range(blocks)),
        aisle_pitch_mm=rng.randint(0, 6),
        depot_aisle=rng.randrange(count),
    )


def some_stops(rng: Random, layout: Layout, count: int) -> tuple[Stop, ...]:
    blocks = [rng.randrange(len(layout.block_lengths_mm)) for _ in range(count)]
    return tuple(
        Stop(
            aisle=rng.randrange(layout.aisles),
            block=block,
            y_mm=rng.randint(0, layout.block_lengths_mm[block]),
        )
        for block in blocks
    )


def by_brute_force(problem: Problem) -> int:
    assert isinstance(problem.layout, Layout)
    orders = permutations(range(len(problem.stops)))
    return min(length_of(problem.layout, problem.stops, order) for order in orders)


def by_held_karp(problem: Problem) -> int:
    layout, stops = problem.layout, problem.stops
    assert isinstance(layout, Layout)
    best = {(1 << i, i): depot_distance_mm(layout, stop) for i, stop in enumerate(stops)}
    between = [[distance_mm(layout, a, b) for b in stops] for a in stops]
    for size in range(1, len(stops)):
        reached = [each for each in best.items() if each[0][0].bit_count() == size]
        for ((done, last), length), i in product(reached, range(len(stops))):
            if not done >> i & 1:
                key = (done | 1 << i, i)
                best[key] = min(best.get(key, 1 << 40), length + between[last][i])
    everything = (1 << len(stops)) - 1
    return min(best[everything, i] + depot_distance_mm(layout, s) for i, s in enumerate(stops))


@pytest.mark.parametrize("blocks", [1, 2, 3, 4])
def test_exact_tour_is_as_short_as_the_best_of_all_permutations(blocks: int) -> None:
    for seed in range(60):
        rng = Random(seed)
        layout = a_layout(rng, blocks=blocks)
        problem = Problem(layout=layout, stops=some_stops(rng, layout, rng.randint(1, 6)))
        plan = solve(problem, Effort())
        assert plan.optimal, f"seed {seed}"
        assert plan.length_mm == by_brute_force(problem), f"seed {seed}"


@pytest.mark.parametrize("blocks", [1, 2, 3])
def test_exact_tour_agrees_with_held_karp_on_longer_lists(blocks: int) -> None:
    for seed in range(25):
        rng = Random(1000 + seed)
        layout = a_layout(rng, blocks=blocks, aisles=9)
        problem = Problem(layout=layout, stops=some_stops(rng, layout, 9))
        assert solve(problem, Effort()).length_mm == by_held_karp(problem), f"seed {seed}"


@pytest.mark.parametrize("blocks", [1, 2, 3, 4, 7])
@pytest.mark.parametrize("work", [0, 200, 100_000])
def test_plan_visits_every_stop_once_and_states_its_true_length(blocks: int, work: int) -> None:
    for seed in range(30):
        rng = Random(seed)
        layout = a_layout(rng, blocks=blocks, aisles=12)
        problem = Problem(layout=layout, stops=some_stops(rng, layout, rng.randint(1, 30)))
        plan = solve(problem, Effort(work=work))
        assert sorted(plan.sequence) == list(range(len(problem.stops))), f"seed {seed}"
        assert plan.length_mm == length_of(layout, problem.stops, plan.sequence), f"seed {seed}"
        assert plan.bound_mm <= plan.length_mm, f"seed {seed}"
        assert plan.optimal == (plan.bound_mm == plan.length_mm), f"seed {seed}"


@pytest.mark.parametrize("work", [0, 100, 100_000])
def test_no_plan_is_longer_than_s_shape_or_largest_gap(work: int) -> None:
    for seed in range(60):
        rng = Random(seed)
        layout = a_layout(rng, blocks=rng.randint(1, 6), aisles=15)
        stops = some_stops(rng, layout, rng.randint(1, 40))
        plan = solve(Problem(layout=layout, stops=stops), Effort(work=work))
        for rule in (s_shape(stops), largest_gap(layout, stops)):
            assert plan.length_mm <= length_of(layout, stops, rule), f"seed {seed}"


def test_lower_bound_never_passes_the_optimum() -> None:
    for seed in range(100):
        rng = Random(seed)
        layout = a_layout(rng, blocks=rng.randint(1, 3), aisles=10)
        stops = some_stops(rng, layout, rng.randint(1, 25))
        best = solve(Problem(layout=layout, stops=stops), Effort())
        assert lower_bound_mm(layout, stops) <= best.length_mm, f"seed {seed}"


def test_improved_tours_come_close_to_the_optimum() -> None:
    found = optimum = 0
    for seed in range(40):
        rng = Random(seed)
        layout = Layout(
            aisles=12, block_lengths_mm=(20_000,) * 3, aisle_pitch_mm=4_000, depot_aisle=5
        )
        problem = Problem(layout=layout, stops=some_stops(rng, layout, 25))
        _, sequence = best_known(layout, problem.stops, Effort(), 10)
        found += length_of(layout, problem.stops, sequence)
        optimum += solve(problem, Effort()).length_mm
    assert optimum <= found <= 1.05 * optimum


def test_empty_list_stays_at_the_depot() -> None:
    layout = Layout(aisles=1, block_lengths_mm=(10,), aisle_pitch_mm=1, depot_aisle=0)
    plan = solve(Problem(layout=layout, stops=()), Effort())
    assert (plan.sequence, plan.length_mm, plan.optimal) == ((), 0, True)


def test_stop_at_the_depot_costs_nothing() -> None:
    layout = Layout(aisles=3, block_lengths_mm=(10,), aisle_pitch_mm=1, depot_aisle=1)
    stops = (Stop(aisle=1, block=0, y_mm=0), Stop(aisle=1, block=0, y_mm=0))
    plan = solve(Problem(layout=layout, stops=stops), Effort())
    assert (sorted(plan.sequence), plan.length_mm) == ([0, 1], 0)


def test_one_aisle_to_its_end_and_back() -> None:
    layout = Layout(aisles=3, block_lengths_mm=(10, 7), aisle_pitch_mm=2, depot_aisle=0)
    stops = (Stop(aisle=2, block=1, y_mm=7), Stop(aisle=2, block=0, y_mm=3))
    assert solve(Problem(layout=layout, stops=stops), Effort()).length_mm == 2 * (17 + 4)


def test_stopped_planner_still_answers_with_a_rule() -> None:
    rng = Random(1)
    layout = a_layout(rng, blocks=2)
    problem = Problem(layout=layout, stops=some_stops(rng, layout, 20))
    plan = solve(problem, Effort(should_stop=lambda: True))
    assert plan.method in ("s-shape", "largest gap")
    assert sorted(plan.sequence) == list(range(20))


def test_distance_within_a_block_goes_round_the_nearer_end() -> None:
    layout = Layout(aisles=3, block_lengths_mm=(10, 10), aisle_pitch_mm=2, depot_aisle=0)
    low, high = Stop(aisle=0, block=1, y_mm=2), Stop(aisle=2, block=1, y_mm=3)
    assert distance_mm(layout, low, high) == 5 + 4
    deep = Stop(aisle=2, block=1, y_mm=9)
    assert distance_mm(layout, low, deep) == 9 + 4
    assert depot_distance_mm(layout, deep) == 19 + 4


@pytest.mark.parametrize("blocks", [1, 2, 3, 4])
def test_table_has_as_many_transitions_as_the_effort_counts(blocks: int) -> None:
    made = table(blocks)
    in_blocks = sum(5 for _ in made.states for _ in range(blocks))
    crossings = sum(len(arcs) for arcs in made.across)
    assert in_blocks + crossings == ARCS_PER_AISLE[blocks]


@pytest.mark.parametrize(
    ("stop", "words"),
    [
        (Stop(aisle=3, block=0, y_mm=0), "no aisle"),
        (Stop(aisle=0, block=1, y_mm=0), "no block"),
        (Stop(aisle=0, block=0, y_mm=11), "outside its block"),
    ],
)
def test_stop_outside_the_layout_is_refused_by_name(stop: Stop, words: str) -> None:
    layout = Layout(aisles=3, block_lengths_mm=(10,), aisle_pitch_mm=1, depot_aisle=0)
    with pytest.raises(ValueError, match=words):
        Problem(layout=layout, stops=(stop,))


@pytest.mark.parametrize("aisles", [0, 2])
def test_layout_names_its_fault(aisles: int) -> None:
    with pytest.raises(ValueError, match=r"Layout\.(aisles|depot_aisle)"):
        Layout(aisles=aisles, block_lengths_mm=(10,), aisle_pitch_mm=1, depot_aisle=2)


ANSWER = """
from random import Random
from controller.plan import Effort
from controller.plan.walking import Layout, Problem, Stop, solve
rng = Random(7)
layout = Layout(aisles=9, block_lengths_mm=(90, 80), aisle_pitch_mm=40, depot_aisle=4)
stops = tuple(Stop(aisle=rng.randrange(9), block=rng.randrange(2), y_mm=rng.randint(0, 80))
              for _ in range(30))
for work in (100, 1_000, 100_000):
    print(solve(Problem(layout=layout, stops=stops), Effort(work=work)))
"""


def test_another_process_with_another_hash_seed_gives_the_same_plans() -> None:
    answers = {
        subprocess.run(
            [sys.executable, "-c", ANSWER],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(answers) == 1
    assert "exact" in answers.pop()

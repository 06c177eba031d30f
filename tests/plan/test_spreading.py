"""Spreading: narrow aisles hold one cart to a block, and tours start so that few wait."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations
from random import Random

import pytest

from benchmarks.picking.blocking import walked
from controller.plan.graphs.distances import home
from controller.plan.graphs.graph import graph_of
from controller.plan.graphs.ground import floor_of
from controller.plan.spreading import Ahead, Problem, Tour, solve, visits_of
from controller.plan.streams.problem import Pace
from controller.plan.walking import Layout, Stop, length_of

LAYOUT = Layout(aisles=4, block_lengths_mm=(9_000, 6_000), aisle_pitch_mm=3_000, depot_aisle=1)
NEVER_MS = 1 << 50
PACE = Pace()


def a_problem(seed: int, tours: int, pickers: int = 2, due_ms: int = NEVER_MS) -> Problem:
    rng = Random(seed)

    def stops() -> tuple[Stop, ...]:
        return tuple(
            Stop(aisle=rng.randrange(4), block=rng.randrange(2), y_mm=rng.randrange(6_000))
            for _ in range(rng.randint(1, 5))
        )

    return Problem(
        layout=LAYOUT,
        tours=tuple(
            Tour(stops=stops(), due_ms=due_ms if due_ms == NEVER_MS else rng.randrange(due_ms))
            for _ in range(tours)
        ),
        pickers_ms=(0,) * pickers,
        now_ms=0,
        pace=PACE,
    )


def waiting(problem: Problem, sequence: Sequence[int]) -> int:
    """By the event model of the benchmark, which shares no forecast with the planner."""
    visits = [visits_of(LAYOUT, PACE, (home(LAYOUT), *tour.stops)) for tour in problem.tours]
    return walked([visits[number] for number in sequence], len(problem.pickers_ms))[0]


def test_visits_take_as_long_as_the_tour() -> None:
    for seed in range(20):
        for tour in a_problem(seed, 5).tours:
            visits = visits_of(LAYOUT, PACE, (home(LAYOUT), *tour.stops))
            took = sum(each.walk_ms + each.stay_ms for each in visits)
            length = length_of(LAYOUT, tour.stops, range(len(tour.stops)))
            alone = PACE.duration_ms(length, len(tour.stops)) - PACE.tour_ms
            assert alone - len(visits) <= took <= alone + len(visits)


def test_few_tours_wait_about_as_little_as_in_the_best_of_all_orders() -> None:
    ours = given = best = 0
    for seed in range(30):
        problem = a_problem(seed, 5)
        plan = solve(problem)
        assert sorted(plan.sequence) == [0, 1, 2, 3, 4]
        assert plan.waiting_ms <= plan.unspread_ms
        ours += waiting(problem, plan.sequence)
        given += waiting(problem, range(5))
        best += min(waiting(problem, each) for each in permutations(range(5)))
    assert best <= ours <= best + (given - best) / 2


@pytest.mark.parametrize("seed", range(20))
def test_nobody_is_late_for_it(seed: int) -> None:
    problem = a_problem(seed, 12, pickers=3, due_ms=900_000)
    plan = solve(problem)
    in_turn = solve(replace(problem, tours=problem.tours[:1]))
    assert in_turn.sequence == (0,)
    alone = [solve(replace(problem, tours=(tour,))).late for tour in problem.tours]
    assert sum(alone) <= plan.late <= late_in_turn(problem)


def late_in_turn(problem: Problem) -> int:
    """Tours of earlier plans keep their order, so this is how many are late as given."""
    fixed = tuple(
        Ahead(stops=tour.stops, due_ms=tour.due_ms, go_ms=number)
        for number, tour in enumerate(problem.tours)
    )
    plan = solve(replace(problem, tours=fixed))
    assert plan.sequence == tuple(range(len(fixed)))
    return plan.late


def test_a_cart_under_way_is_waited_for() -> None:
    here = Stop(aisle=3, block=0, y_mm=4_000)
    problem = a_problem(1, 0)
    into, elsewhere = (
        Tour(stops=(Stop(aisle=aisle, block=0, y_mm=100),), due_ms=NEVER_MS) for aisle in (3, 1)
    )
    asked = replace(
        problem,
        tours=(into, elsewhere),
        pickers_ms=(0, 10_000),
        under_way=((here, *[here] * 3),),
    )
    assert solve(asked).sequence == (1, 0)
    assert solve(replace(asked, under_way=())).sequence == (0, 1)


def test_a_floor_of_ways_is_spread_too() -> None:
    graph = graph_of(floor_of(LAYOUT))
    same, other = (
        Tour(stops=(Stop(aisle=way, block=0, y_mm=2_000),) * 3, due_ms=NEVER_MS) for way in (0, 4)
    )
    problem = replace(a_problem(1, 0), layout=graph, tours=(same, same, other))
    assert solve(problem).sequence == (0, 2, 1)

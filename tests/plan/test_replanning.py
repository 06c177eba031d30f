"""A tour that is being walked: steady where that costs little, another order where it pays."""

from itertools import pairwise, permutations
from random import Random

import pytest

from benchmarks.picking.floors import a_floor, some_stops
from controller.plan.replanning import SAVES_MM, SAVES_PERCENT, Problem, solve
from controller.plan.walks.rectangle import Layout, Stop, depot_distance_mm, distance_mm

LAYOUT = Layout(aisles=9, block_lengths_mm=(20_000, 20_000), aisle_pitch_mm=3_500, depot_aisle=4)


def a_stop(rng: Random) -> Stop:
    return Stop(aisle=rng.randrange(9), block=rng.randrange(2), y_mm=rng.randrange(20_000))


def a_problem(seed: int, rest: int, added: int) -> Problem:
    rng = Random(seed)
    return Problem(
        layout=LAYOUT,
        here=a_stop(rng),
        rest=tuple(a_stop(rng) for _ in range(rest)),
        added=tuple(a_stop(rng) for _ in range(added)),
    )


def walked_mm(problem: Problem, sequence: tuple[int, ...]) -> int:
    stops = [*problem.rest, *problem.added]
    walk = [problem.here, *(stop for index in sequence if (stop := stops[index]))]
    steps = sum(distance_mm(LAYOUT, a, b) for a, b in pairwise(walk))
    return steps + depot_distance_mm(LAYOUT, walk[-1])


@pytest.mark.parametrize("seed", range(30))
def test_an_added_stop_goes_where_it_costs_least_and_the_rest_keeps_its_order(seed: int) -> None:
    problem = a_problem(seed, 5, 1)
    plan = solve(problem)
    all_orders = [order for order in permutations(range(6)) if _rising(order, 5)]
    assert plan.kept_mm == min(walked_mm(problem, order) for order in all_orders)
    assert plan.length_mm == walked_mm(problem, plan.sequence)
    assert plan.kept == _rising(plan.sequence, 5)


def _rising(order: tuple[int, ...], rest: int) -> bool:
    kept = [index for index in order if index < rest]
    return kept == sorted(kept)


@pytest.mark.parametrize("seed", range(30))
def test_another_order_is_taken_only_where_it_saves_a_tenth_and_twenty_metres(seed: int) -> None:
    problem = a_problem(seed, 12, 2)
    plan = solve(problem)
    assert sorted(plan.sequence) == list(range(14))
    assert plan.length_mm == walked_mm(problem, plan.sequence)
    saved = plan.kept_mm - plan.length_mm
    if plan.kept:
        assert saved == 0
    else:
        assert saved >= SAVES_MM
        assert saved * 100 >= plan.kept_mm * SAVES_PERCENT
    assert plan == solve(problem)


def test_a_tour_that_may_not_change_keeps_its_order_whatever_it_costs() -> None:
    given = a_problem(4, 14, 0)
    assert not solve(given).kept
    plan = solve(Problem(layout=LAYOUT, here=given.here, rest=given.rest, free=False))
    assert plan.sequence == tuple(range(14))
    assert plan.kept


def test_what_cannot_be_reached_comes_last_and_a_long_rest_stays() -> None:
    given = a_problem(2, 50, 0)
    plan = solve(Problem(layout=LAYOUT, here=given.here, rest=(None, *given.rest), added=(None,)))
    assert plan.sequence == (*range(1, 51), 0, 51)


def test_one_way_aisles_are_walked_as_they_may_be() -> None:
    rng = Random(3)
    graph, stops = some_stops(rng, a_floor(rng, aisles=5, blocks=2), 8)
    plan = solve(Problem(layout=graph, here=stops[0], rest=stops[1:6], added=stops[6:]))
    assert sorted(plan.sequence) == list(range(7))
    assert plan.length_mm <= plan.kept_mm < 1 << 40

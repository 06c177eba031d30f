"""What comes out of turn in a tote, against what it costs to walk otherwise."""

from dataclasses import replace
from itertools import permutations
from random import Random

import numpy as np
import pytest

from controller.plan import Effort, walking
from controller.plan.sequences import kernel
from controller.plan.sequencing import COLD, FRAGILE, HEAVY, USUAL, Problem, solve
from controller.plan.walks.rectangle import Layout, Stop, length_of

LAYOUT = Layout(aisles=12, block_lengths_mm=(20_000, 20_000), aisle_pitch_mm=3_500, depot_aisle=5)
PRICES = (2_000, 15_000, 1_000_000)


def a_problem(seed: int, picks: int, loads: int = 2) -> Problem:
    rng = Random(seed)
    stops = [
        Stop(aisle=rng.randrange(12), block=rng.randrange(2), y_mm=rng.randrange(20_000))
        for _ in range(picks)
    ]
    walk = walking.solve(walking.Problem(layout=LAYOUT, stops=tuple(stops)), Effort()).sequence
    return Problem(
        layout=LAYOUT,
        stops=tuple(stops[at] for at in walk),
        loads=tuple(rng.randrange(loads) for _ in walk),
        ranks=tuple(rng.choice((HEAVY, USUAL, USUAL, FRAGILE, COLD)) for _ in walk),
        price_mm=PRICES[seed % 3],
    )


def early(problem: Problem, sequence: tuple[int, ...]) -> int:
    """Picks that come before one which should come first, counted pair by pair."""
    ranks, loads = problem.ranks, problem.loads
    return sum(
        any(
            ranks[later] < ranks[pick] and (loads[pick] == loads[later] or ranks[pick] == COLD)
            for later in sequence[nth + 1 :]
        )
        for nth, pick in enumerate(sequence)
    )


def cost(problem: Problem, sequence: tuple[int, ...]) -> int:
    length = length_of(LAYOUT, problem.stops, sequence)
    return length + problem.price_mm * early(problem, sequence)


def test_few_picks_are_sequenced_as_well_as_by_trying_every_sequence() -> None:
    missed = []
    for seed in range(24):
        problem = a_problem(seed, 5)
        plan = solve(problem, Effort())
        best = min(cost(problem, order) for order in permutations(range(5)))
        free_mm = length_of(LAYOUT, problem.stops, range(5))
        assert plan.early == early(problem, plan.sequence)
        assert plan.free_early == early(problem, tuple(range(5)))
        assert plan.longer_mm == length_of(LAYOUT, problem.stops, plan.sequence) - free_mm
        assert best <= cost(problem, plan.sequence) <= cost(problem, tuple(range(5)))
        missed += [seed] if cost(problem, plan.sequence) > best else []
    assert len(missed) <= 1, missed


@pytest.mark.parametrize("seed", range(3))
def test_a_higher_price_lets_less_come_too_early_and_walks_more(seed: int) -> None:
    problem = a_problem(seed, 30, 4)
    cheap, dear = (solve(replace(problem, price_mm=price), Effort()) for price in (1, 1_000_000))
    assert (dear.early, cheap.longer_mm) == (0, 0)
    assert cheap.early >= dear.early
    assert dear.longer_mm >= 0
    assert sorted(dear.sequence) == list(range(30))
    assert dear == solve(replace(problem, price_mm=1_000_000), Effort())


def test_the_compiled_count_is_the_plain_one() -> None:
    problem = a_problem(7, 12, 3)
    walk, ranks = np.arange(12), np.array(problem.ranks)
    first, loads = np.arange(13), np.array(problem.loads)
    args = (walk, ranks, first, loads, np.zeros(3, np.int64))
    plain = kernel.out_of_turn.py_func(*args)  # type: ignore[attr-defined]
    assert kernel.out_of_turn(*args) == plain == early(problem, tuple(range(12)))


def test_nothing_changes_without_a_price_or_where_all_is_in_turn() -> None:
    problem = a_problem(1, 8)
    assert solve(replace(problem, price_mm=0), Effort()).sequence == tuple(range(8))
    sorted_already = replace(problem, ranks=(USUAL,) * 8)
    assert solve(sorted_already, Effort()).longer_mm == 0

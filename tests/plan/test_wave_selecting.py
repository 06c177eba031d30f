"""Wave selection against all sets of aisles and orders, and its kernels against plain Python."""

from dataclasses import replace
from fractions import Fraction
from itertools import chain, combinations
from random import Random
from typing import Any

import numpy as np
import pytest

from benchmarks.picking.sbpo import check
from controller.plan import Effort
from controller.plan.wave_selecting import Aisle, Order, Problem, solve
from controller.plan.waves import kernels
from controller.plan.waves.rows import Wave, aisles_bound, wave_of
from controller.plan.waves.searching import Search

LITTLE = Effort(work=400)


def a_problem(seed: int, *, orders: int = 7, aisles: int = 4) -> Problem:
    rng = Random(seed)
    skus = [f"S{n}" for n in range(5)]

    def lines(most: int) -> tuple[tuple[str, int], ...]:
        return tuple((sku, rng.randint(1, most)) for sku in rng.sample(skus, rng.randint(1, 3)))

    least = rng.randint(0, 8)
    return Problem(
        orders=tuple(Order(id=f"O{n}", lines=lines(3)) for n in range(orders)),
        aisles=tuple(Aisle(id=f"A{n}", stock=lines(5)) for n in range(aisles)),
        units_min=least,
        units_max=least + rng.randint(1, 12),
    )


def subsets(count: int) -> list[tuple[int, ...]]:
    return list(chain.from_iterable(combinations(range(count), n) for n in range(count + 1)))


def best_of_all(problem: Problem) -> Fraction:
    """The most units to an aisle over every set of orders and every set of aisles."""
    best = Fraction(0)
    for aisles in subsets(len(problem.aisles))[1:]:
        for orders in subsets(len(problem.orders))[1:]:
            held: dict[str, int] = {}
            for sku, units in chain.from_iterable(problem.aisles[n].stock for n in aisles):
                held[sku] = held.get(sku, 0) + units
            total = 0
            for sku, units in chain.from_iterable(problem.orders[n].lines for n in orders):
                held[sku] = held.get(sku, 0) - units
                total += units
            if min(held.values()) >= 0 and problem.units_min <= total <= problem.units_max:
                best = max(best, Fraction(total, len(aisles)))
    return best


@pytest.mark.parametrize("seed", range(16))
def test_wave_is_as_good_as_the_best_of_all(seed: int) -> None:
    problem = a_problem(seed)
    plan, best = solve(problem, Effort(work=5_000)), best_of_all(problem)
    assert plan.units_per_aisle == best, f"seed {seed}"
    assert plan.bound >= best
    assert plan.optimal
    if plan.orders:
        check(problem, plan)


@pytest.mark.parametrize("seed", range(6))
def test_larger_waves_hold_their_limits_and_come_again(seed: int) -> None:
    problem = a_problem(seed, orders=60, aisles=12)
    plan = solve(problem, LITTLE)
    check(problem, plan)
    assert plan == solve(problem, LITTLE), f"seed {seed}"


def test_more_work_gives_no_worse_wave() -> None:
    problem = a_problem(3, orders=80, aisles=15)
    values = [solve(problem, Effort(work=work)).units_per_aisle for work in (0, 200, 2_000)]
    assert values == sorted(values)


def test_stopped_planner_still_answers_with_a_wave() -> None:
    problem = a_problem(4, orders=60, aisles=12)
    plan = solve(problem, Effort(should_stop=lambda: True))
    check(problem, plan)


def test_orders_that_no_wave_holds_are_refused_with_a_reason() -> None:
    problem = Problem(
        orders=(
            Order(id="large", lines=(("S", 9),)),
            Order(id="absent", lines=(("T", 1), ("S", 1))),
            Order(id="empty", lines=()),
            Order(id="good", lines=(("S", 2),)),
        ),
        aisles=(Aisle(id="A", stock=(("S", 20),)),),
        units_min=1,
        units_max=5,
    )
    plan = solve(problem, LITTLE)
    assert plan.orders == ("good",)
    assert plan.refused == (
        ("large", "has 9 units, a wave holds 5"),
        ("absent", "needs 1 of T, the aisles hold 0"),
        ("empty", "has no lines"),
    )


def test_wave_that_cannot_reach_its_least_units_is_empty() -> None:
    problem = replace(a_problem(1), units_min=1_000, units_max=2_000)
    plan = solve(problem, LITTLE)
    assert not plan.orders
    assert not plan.aisles
    assert plan.units == plan.bound == 0


def test_limits_that_contradict_are_named() -> None:
    with pytest.raises(ValueError, match=r"units_min=5, units_max=2"):
        replace(a_problem(1), units_min=5, units_max=2)


def test_kernels_answer_as_uncompiled() -> None:
    problem = a_problem(5, orders=40, aisles=8)
    wave = wave_of(
        [order.lines for order in problem.orders],
        [aisle.stock for aisle in problem.aisles],
        0,
        60,
    )
    search = Search(wave)
    search.start(LITTLE)
    stock = np.zeros(wave.items, np.int32)
    for aisle in search.aisles:
        kernels.add(wave.rows[1], aisle, 1, stock)
    for sequence in wave.sequences:
        answers = []
        for plain in (False, True):
            fill: Any = kernels.fill
            best: Any = kernels.best_aisle
            if plain:
                fill, best = fill.py_func, best.py_func
            left, marks = stock.copy(), np.zeros((1 + kernels.HOPES, 40), np.int32)
            inside = np.zeros(8, np.int32)
            inside[search.aisles] = 1
            units = fill(wave.rows[0], sequence, left, marks, 60)
            added = best(wave.rows, sequence, inside, left, marks, 2)
            answers.append((units, left.tolist(), added))
            assert added == adds_most(wave, sequence, inside, left, marks[kernels.CHOSEN])
        assert answers[0] == answers[1]


def adds_most(wave: Wave, sequence: Any, inside: Any, left: Any, chosen: Any) -> int:
    """Every aisle tried on every order, in the sequence in which chains stand."""
    worth = []
    for aisle in np.roll(np.arange(8), -2).tolist():
        more, units = left.copy(), 0
        kernels.add(wave.rows[1], aisle, 1, more)
        for item, _ in wave.aisles[aisle]:
            for order in sequence.tolist():
                lacks = [i for i, asked in wave.orders[order] if left[i] < asked]
                there = kernels.covers(wave.rows[0], order, more)
                if not chosen[order] and lacks[:1] == [item] and there:
                    kernels.add(wave.rows[0], order, -1, more)
                    units += wave.size(order)
        stock = sum(held for _, held in wave.aisles[aisle])
        worth.append(((units, stock) if not inside[aisle] else (-1, 0), aisle))
    return max(worth, key=lambda each: each[0])[1]


def test_fullest_aisles_alone_bound_every_wave() -> None:
    for seed in range(20):
        problem = a_problem(seed, orders=5)
        wave = wave_of(
            [order.lines for order in problem.orders],
            [aisle.stock for aisle in problem.aisles],
            problem.units_min,
            problem.units_max,
        )
        assert aisles_bound(wave)[0] >= best_of_all(problem), f"seed {seed}"

"""Parts of an order in totes, against every way to share them out."""

from collections.abc import Iterator
from random import Random

import pytest

from controller.plan import Effort
from controller.plan.toting import Part, Plan, Problem, cost, fits, solve


def a_problem(seed: int, parts: int) -> Problem:
    rng = Random(seed)
    return Problem(
        parts=tuple(
            Part(
                volume_mm3=rng.randint(1, 60),
                mass_g=rng.randint(1, 60),
                heavy=rng.random() < 0.3,
                fragile=rng.random() < 0.3,
            )
            for _ in range(parts)
        ),
        volume_mm3=rng.choice((60, 100)),
        mass_max_g=rng.choice((60, 150)),
    )


def partitions(items: list[int]) -> Iterator[list[list[int]]]:
    if not items:
        yield []
        return
    for rest in partitions(items[1:]):
        yield [[items[0]], *rest]
        for at, tote in enumerate(rest):
            yield [*rest[:at], [items[0], *tote], *rest[at + 1 :]]


def check(problem: Problem, plan: Plan) -> None:
    assert sorted(at for tote in plan.totes for at in tote) == list(range(len(problem.parts)))
    assert all(fits(problem, tote) for tote in plan.totes)
    assert len(plan.totes) >= plan.bound
    assert cost(problem, plan.totes)[1] == plan.mixed


@pytest.mark.parametrize("seed", range(40))
def test_few_parts_are_shared_out_as_well_as_can_be(seed: int) -> None:
    problem = a_problem(seed, parts=1 + seed % 6)
    plan = solve(problem, Effort())
    check(problem, plan)
    ways = partitions(list(range(len(problem.parts))))
    best = min(cost(problem, way) for way in ways if all(fits(problem, tote) for tote in way))
    assert cost(problem, plan.totes) == best


@pytest.mark.parametrize("seed", range(20))
def test_many_parts_fit_and_need_hardly_more_totes_than_the_bound(seed: int) -> None:
    problem = a_problem(seed, parts=9 + seed)
    plan = solve(problem, Effort())
    check(problem, plan)
    assert plan == solve(problem, Effort())
    assert len(plan.totes) + plan.mixed <= 2 * plan.bound + 2


def test_heavy_and_fragile_are_parted_where_one_more_tote_is_enough() -> None:
    anvil = Part(volume_mm3=10, mass_g=50, heavy=True)
    glass = Part(volume_mm3=10, mass_g=5, fragile=True)
    problem = Problem(parts=(anvil, glass), volume_mm3=100, mass_max_g=100)
    plan = solve(problem, Effort())
    assert plan.totes == ((0,), (1,))
    assert plan.why == "2 totes, 1 at least; heavy and fragile goods lie together in 0"


def test_nothing_needs_no_tote() -> None:
    assert solve(Problem(parts=(), volume_mm3=1, mass_max_g=1), Effort()).totes == ()

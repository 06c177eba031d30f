"""Zones against every way to divide the aisles, and the division of equal runs beneath."""

from itertools import combinations
from random import Random

import pytest

from controller.plan import Effort
from controller.plan._sharing import even_runs
from controller.plan.zoning import Problem, longest_ms, solve, zone_of


def all_divisions(aisles: int, zones: int) -> list[tuple[int, ...]]:
    return [(0, *cuts) for cuts in combinations(range(1, aisles), zones - 1)]


@pytest.mark.parametrize("seed", range(60))
def test_no_division_has_a_busiest_zone_with_less_work(seed: int) -> None:
    rng = Random(seed)
    work = tuple(rng.choice((0, 1, 5, 20, rng.randint(0, 99))) for _ in range(rng.randint(2, 9)))
    zones = rng.randint(1, len(work))
    plan = solve(Problem(work_ms=work, zones=zones), Effort())
    best = min(longest_ms(work, firsts) for firsts in all_divisions(len(work), zones))
    assert plan.longest_ms == plan.bound_ms == longest_ms(work, plan.firsts) == best
    assert len(plan.firsts) == len(set(plan.firsts)) == zones
    assert plan.firsts[0] == 0


@pytest.mark.parametrize("seed", range(30))
def test_runs_cover_all_in_sequence_and_are_as_even_as_can_be(seed: int) -> None:
    rng = Random(seed)
    work = [rng.randint(0, 30) for _ in range(rng.randint(1, 9))]
    runs = rng.randint(1, 5)
    ranges = even_runs(work, runs)
    assert [at for start, end in ranges for at in range(start, end)] == list(range(len(work)))
    assert len(ranges) <= runs
    brute = min(
        max(sum(work[a:b]) for a, b in zip((0, *cuts), (*cuts, len(work)), strict=True))
        for count in range(min(runs, len(work)))
        for cuts in combinations(range(1, len(work)), count)
    )
    assert max(sum(work[start:end]) for start, end in ranges) == brute


def test_people_keep_their_zone_until_another_division_is_clearly_better() -> None:
    work = (10, 10, 10, 10, 10, 12)
    kept = solve(Problem(work_ms=work, zones=2, firsts=(0, 3)), Effort())
    assert kept.firsts == (0, 3)
    assert "stay as people know them" in kept.why
    moved = solve(Problem(work_ms=(60, *work[1:]), zones=2, firsts=(0, 3)), Effort())
    assert moved.firsts == (0, 1)
    assert moved.longest_ms == 60
    grown = solve(Problem(work_ms=work, zones=3, firsts=(0, 3)), Effort())
    assert len(grown.firsts) == 3


def test_zones_are_counted_from_one() -> None:
    assert [zone_of((0, 2, 5), aisle) for aisle in (0, 1, 2, 4, 5, 9)] == [1, 1, 2, 2, 3, 3]
    assert zone_of((), 3) == 0

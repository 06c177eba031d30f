"""Rests: a tour is back as early and leaves as late as any start and any rest allows."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from controller.plan.delivering import Depot, Problem, Stop, Vans
from controller.plan.vans import resting
from controller.plan.vans.resting import Rest

ENDS_S = 40


def brute(problem: Problem, vans: Vans, rest: Rest) -> tuple[int, int] | None:
    """The earliest return and the latest start with it, of every start and every rest."""
    found = []
    for starts_s in range(vans.starts_s, min(vans.starts_by_s, ENDS_S) + 1):
        for before in range(-1, len(problem.stops) + 1):
            for rests_s in range(ENDS_S + 1) if before >= 0 else (-1,):
                back_s = _back(problem, rest, starts_s, before, rests_s)
                if back_s is not None and back_s - starts_s <= vans.shift_max_s:
                    found.append((back_s, -starts_s))
    return min(found, default=None)


def _back(problem: Problem, rest: Rest, starts_s: int, before: int, rests_s: int) -> int | None:
    now_s, here = starts_s, 0
    for nth, at in enumerate([*(stop.at for stop in problem.stops), 0]):
        if nth == before:
            if rests_s < now_s or not rest.opens_s <= rests_s <= rest.closes_s:
                return None
            if rests_s > rest.by_s(starts_s):
                return None
            now_s = rests_s + rest.length_s
        now_s += int(problem.duration_s[here, at])
        here = at
        if at:
            stop = problem.stops[at - 1]
            now_s = max(now_s, stop.opens_s)
            if now_s > stop.closes_s:
                return None
            now_s += stop.service_s
    rested = before >= 0
    if now_s > ENDS_S or (not rested and now_s > rest.by_s(starts_s)):
        return None
    return None if rested and now_s - rests_s - rest.length_s > rest.after_s else now_s


@pytest.mark.parametrize("seed", range(60))
def test_times_equal_those_of_every_start_and_every_rest(seed: int) -> None:
    rng = Random(seed)
    spots = np.array([0, *(rng.randint(0, 6) for _ in range(3))])
    away = np.abs(spots[:, None] - spots[None, :])
    stops = []
    for at in (1, 2, 3):
        opens_s = rng.randint(0, 20)
        closes_s = opens_s + rng.randint(0, 20)
        stops.append(
            Stop(id=str(at), at=at, delivery=(1,), opens_s=opens_s, closes_s=closes_s, service_s=2)
        )
    vans = Vans(kind="van", count=1, capacity=(9,), depot="hub", starts_s=2, ends_s=ENDS_S)
    rest = Rest(after_s=rng.randint(6, 20), length_s=3, opens_s=rng.choice((0, 8)))
    rest = replace(rest, closes_s=rng.choice((1 << 40, 14)))
    vans = replace(vans, starts_by_s=rng.choice((2, 6, ENDS_S)))
    problem = Problem((Depot(id="hub", at=0),), (vans,), tuple(stops), away, away)
    times = resting.fitted(problem, vans, stops, rest)
    told = None if times is None else (times.back_s, -times.starts_s)
    assert told == brute(problem, vans, rest)

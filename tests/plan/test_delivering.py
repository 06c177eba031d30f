"""Delivering: tours as short as brute force, within windows, loads and shifts."""

from dataclasses import replace
from itertools import pairwise, permutations
from random import Random

import numpy as np
import pytest

from controller.plan import Effort
from controller.plan.delivering import Depot, Plan, Problem, Stop, Tour, Vans, solve
from controller.plan.vans.checking import faults

DEPOT = Depot(id="hub", at=0)
VAN = Vans(kind="van", count=2, capacity=(10,), depot="hub", ends_s=10_000)
EFFORT = Effort(work=4_000)


def on_a_line(*stops: Stop, **changes: object) -> Problem:
    """Places in metres along a road: the depot at 0, each stop at its own number x 100."""
    spots = np.array([0, *(100 * stop.at for stop in stops)])
    away = np.abs(spots[:, None] - spots[None, :])
    listed = tuple(replace(stop, at=nth) for nth, stop in enumerate(stops, 1))
    problem = Problem(depots=(DEPOT,), vans=(VAN,), stops=listed, distance_m=away, duration_s=away)
    return replace(problem, **changes)  # type: ignore[arg-type]


def stop(name: str, at: int, load: int = 1, **more: object) -> Stop:
    return Stop(id=name, at=at, delivery=(load,), **more)  # type: ignore[arg-type]


def test_one_van_brings_what_it_can_hold_by_the_shortest_way() -> None:
    plan = solve(on_a_line(stop("c", 3), stop("a", 1), stop("b", 2)), EFFORT)
    assert (len(plan.tours), plan.cost, plan.left_out) == (1, 600, ())


def test_loads_beyond_a_van_go_with_a_second_one() -> None:
    plan = solve(on_a_line(stop("a", 1, 6), stop("b", 2, 6)), EFFORT)
    assert sorted(tour.trips for tour in plan.tours) == [(("a",),), (("b",),)]


def test_single_van_loads_anew_when_it_may() -> None:
    alone = replace(VAN, count=1, reloads_max=1)
    plan = solve(on_a_line(stop("a", 1, 6), stop("b", 2, 6), vans=(alone,)), EFFORT)
    assert [sorted(tour.trips) for tour in plan.tours] == [[("a",), ("b",)]]


def test_window_decides_the_sequence_and_the_van_waits() -> None:
    plan = solve(
        on_a_line(
            stop("near", 1, opens_s=900),
            stop("far", 3, closes_s=400),
            vans=(replace(VAN, count=1),),
        ),
        EFFORT,
    )
    assert plan.tours[0].trips == (("far", "near"),)


def test_pickup_on_the_way_needs_room_when_it_is_taken_along() -> None:
    full = stop("full", 1, 0, pickup=(10,))
    plan = solve(on_a_line(full, stop("b", 2, 10), vans=(replace(VAN, count=1),)), EFFORT)
    assert plan.tours[0].trips == (("b", "full"),)


def test_van_that_may_not_go_there_leaves_the_stop_to_another() -> None:
    truck = replace(VAN, kind="truck", refuses=frozenset({"alley"}), metre_cost=0)
    plan = solve(on_a_line(stop("alley", 1), stop("b", 2), vans=(VAN, truck)), EFFORT)
    assert {tour.kind: tour.trips for tour in plan.tours} == {
        "van": (("alley",),),
        "truck": (("b",),),
    }


def test_stop_that_is_not_worth_its_way_is_left_out() -> None:
    plan = solve(on_a_line(stop("a", 1), stop("far", 50, left_out_cost=300)), EFFORT)
    assert plan.left_out == (("far", "dearer than without it"),)
    assert plan.cost == 200 + 300


@pytest.mark.parametrize(
    ("hopeless", "why"),
    [
        (stop("x", 1, 11), "van: holds 10, 11 are to be carried"),
        (stop("x", 5, closes_s=400), "van: cannot be there before 500 s, it closes at 400 s"),
        (stop("x", 60), "van: would be back at 12000 s, the shift ends at 10000 s"),
        (stop("x", 1, ready_s=9_900), "van: would be back at 10100 s, the shift ends at 10000 s"),
    ],
)
def test_stop_that_no_van_can_serve_is_told_with_its_reason(hopeless: Stop, why: str) -> None:
    plan = solve(on_a_line(hopeless, stop("a", 1)), EFFORT)
    assert plan.left_out == (("x", why),)
    assert [tour.trips for tour in plan.tours] == [(("a",),)]


def test_where_vans_are_too_few_as_many_stops_as_possible_are_served() -> None:
    alone = replace(VAN, count=1)
    stops = (stop("a", 1, 4), stop("b", 2, 4), stop("c", 3, 9))
    plan = solve(on_a_line(*stops, vans=(alone,)), EFFORT)
    assert sorted(name for tour in plan.tours for trip in tour.trips for name in trip) == [
        "a",
        "b",
    ]
    assert plan.left_out == (("c", "no van has room or time left"),)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"vans": (replace(VAN, depot="?"),)}, "vans 'van': there is no depot '?'"),
        ({"vans": (replace(VAN, capacity=(1, 2)),)}, "differ in their measures"),
        ({"stops": (stop("a", 1), stop("a", 1))}, "stop 'a' stands twice"),
    ],
)
def test_wrong_problem_is_refused_by_name(changes: dict[str, object], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        on_a_line(stop("a", 1), **changes)


def test_check_names_what_is_wrong_with_a_tour() -> None:
    problem = on_a_line(stop("a", 1, 6), stop("b", 2, 6, closes_s=100))
    tour = Tour(kind="van", trips=(("a", "b"),), starts_s=0)
    told = faults(problem, Plan(tours=(tour, tour), cost=1, left_out=()))
    assert "van carries 12 of 10" in told
    assert "b at 200 s, it closes at 100 s" in told
    assert "stop a is served 2 times" in told
    assert "costs 800, not 1" in told


@pytest.mark.parametrize("seed", range(10))
def test_single_tour_equals_the_brute_force_optimum(seed: int) -> None:
    rng = Random(seed)
    places = np.array([[rng.randint(0, 900), rng.randint(0, 900)] for _ in range(6)])
    away = np.abs(places[:, None] - places[None, :]).sum(axis=2)
    stops = tuple(stop(str(n), n) for n in range(1, 6))
    vans = (replace(VAN, count=1),)
    problem = Problem(depots=(DEPOT,), vans=vans, stops=stops, distance_m=away, duration_s=away)
    ways = [(0, *order, 0) for order in permutations(range(1, 6))]
    shortest = min(sum(away[a, b] for a, b in pairwise(way)) for way in ways)
    plan = solve(problem, EFFORT)
    assert plan.cost == shortest
    assert plan == solve(problem, EFFORT)


def test_two_searches_together_find_what_one_finds_and_the_same_again() -> None:
    stops = tuple(stop(str(n), 1 + n % 7, opens_s=40 * n) for n in range(12))
    problem = on_a_line(*stops, vans=(replace(VAN, capacity=(5,), count=4),))
    plan = solve(problem, EFFORT, together=True)
    assert not faults(problem, plan)
    assert plan.cost <= solve(problem, EFFORT).cost
    assert plan == solve(problem, EFFORT, together=True)


def test_dear_vans_are_not_overloaded_for_the_sake_of_their_price() -> None:
    dear = replace(VAN, count=4, fixed_cost=4_000_000, metre_cost=30)
    plan = solve(on_a_line(*(stop(str(n), n) for n in range(1, 16)), vans=(dear,)), EFFORT)
    assert (len(plan.tours), plan.left_out) == (2, ())


def test_stops_of_anothers_territory_cost_what_they_say() -> None:
    astray = replace(VAN, kind="astray", dear=frozenset({"a"}), dear_cost=70, count=1)
    assert solve(on_a_line(stop("a", 1), vans=(astray,)), EFFORT).cost == 200 + 70

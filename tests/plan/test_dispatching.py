"""Dispatching: tours with times, rests, skills and territories that can be driven."""

from dataclasses import replace
from random import Random

import pytest

from benchmarks.shipping import van_days
from controller.plan import Effort, dispatching
from controller.plan.dispatching import (
    NO_REST,
    Call,
    Point,
    Problem,
    Rest,
    Roads,
    Van,
    solve,
)
from controller.plan.vans import checking, savings
from controller.plan.vans.geography import matrices

HOUR, MINUTE = 3_600, 60
HUB = Point(lat_e6=53_950_000, lon_e6=-1_050_000, name="HUB")
REST = Rest(after_s=4 * HOUR, length_s=45 * MINUTE)
VAN = Van(
    code="A",
    capacity=(30,),
    start=HUB,
    home=HUB,
    starts_s=8 * HOUR,
    ends_s=18 * HOUR,
    fixed_cost=4_000_000,
    metre_cost=30,
    second_cost=660,
)
EFFORT = Effort(work=3_000)


def call(name: str, north: int = 10, east: int = 0, **more: object) -> Call:
    """Somebody so many thousandths of a degree from the hub."""
    point = Point(lat_e6=HUB.lat_e6 + north * 1_000, lon_e6=HUB.lon_e6 + east * 1_000, name="YO1")
    usual = Call(
        id=name,
        point=point,
        brought=(1,),
        taken=(0,),
        service_s=5 * MINUTE,
        opens_s=8 * HOUR,
        closes_s=18 * HOUR,
    )
    return replace(usual, **more)  # type: ignore[arg-type]


def test_a_long_tour_rests_in_time_and_is_never_too_long_at_the_wheel() -> None:
    far = tuple(call(str(n), north=30, east=10 * n, service_s=20 * MINUTE) for n in range(12))
    problem = Problem(vans=(replace(VAN, rest=REST),), calls=far)
    plan = solve(problem, EFFORT)
    van_days.check(problem, plan)
    (tour,) = plan.tours
    assert tour.rest_s > 0
    assert plan.left_out == ()


def test_a_rest_that_leaves_no_room_gives_stops_to_another_van() -> None:
    rest = Rest(after_s=HOUR, length_s=HOUR)
    late = [
        call(str(n), east=n, opens_s=9 * HOUR, closes_s=9 * HOUR + 20 * MINUTE) for n in (1, 2)
    ]
    early = [call("early", closes_s=8 * HOUR + 20 * MINUTE)]
    one = replace(VAN, rest=rest)
    problem = Problem(vans=(one, replace(one, code="B")), calls=(*late, *early))
    plan = solve(problem, EFFORT)
    van_days.check(problem, plan)
    assert plan.left_out == ()


def test_who_no_tour_can_serve_beside_the_rest_is_told() -> None:
    rest = Rest(after_s=HOUR, length_s=90 * MINUTE)
    until_s = 8 * HOUR + 20 * MINUTE
    calls = (
        call("early", closes_s=until_s),
        call("late", opens_s=9 * HOUR, closes_s=9 * HOUR + 10 * MINUTE, service_s=20 * MINUTE),
    )
    plan = solve(Problem(vans=(replace(VAN, rest=rest),), calls=calls), EFFORT)
    assert [why for _, why in plan.left_out] == [NO_REST]


def test_skills_and_a_parcel_aboard_decide_who_goes() -> None:
    crane = replace(VAN, code="B", skills=frozenset({"crane"}))
    calls = (call("heavy", skill="crane"), call("aboard", only="A"))
    plan = solve(Problem(vans=(VAN, crane), calls=calls), EFFORT)
    assert {visit.call: tour.van for tour in plan.tours for visit in tour.visits} == {
        "heavy": "B",
        "aboard": "A",
    }


def test_a_van_stays_in_its_territory_or_pays_for_going_astray() -> None:
    elsewhere = call("x", point=Point(lat_e6=53_960_000, lon_e6=-1_050_000, name="LS1"))
    at_home = replace(VAN, area=("YO",), stays=True)
    assert solve(Problem(vans=(at_home,), calls=(elsewhere,)), EFFORT).left_out[0][0] == "x"
    free = replace(VAN, area=("YO",), astray_cost=1_000_000)
    (tour,) = solve(Problem(vans=(free,), calls=(elsewhere,)), EFFORT).tours
    (same,) = solve(Problem(vans=(VAN,), calls=(elsewhere,)), EFFORT).tours
    assert tour.cost == same.cost + 1_000_000
    other = replace(VAN, code="B", area=("LS",), astray_cost=1_000_000)
    (tour,) = solve(Problem(vans=(free, other), calls=(elsewhere,)), EFFORT).tours
    assert tour.van == "B"


def test_dear_vans_are_not_started_where_one_has_room() -> None:
    calls = tuple(call(str(n), north=n) for n in range(1, 21))
    plan = solve(Problem(vans=(VAN, replace(VAN, code="B")), calls=calls), EFFORT)
    assert (len(plan.tours), plan.left_out) == (1, ())
    assert plan.by_savings_cost >= plan.cost


def test_measured_ways_win_over_the_map_and_seconds_follow_the_speed() -> None:
    known = Roads(speed_kmh=36, detour_percent=100, ways=(("HUB", "YO1", 7_000, 900),))
    metres, seconds = matrices((HUB, call("x").point), known)
    assert (metres[0, 1], seconds[0, 1]) == (7_000, 900)
    assert metres[1, 0] == pytest.approx(1_112, abs=3)
    assert seconds[1, 0] == pytest.approx(metres[1, 0] / 10, abs=1)


@pytest.mark.parametrize("seed", range(3))
def test_every_plan_can_be_driven_and_comes_again(seed: int) -> None:
    rng = Random(seed)
    calls = []
    for n in range(30):
        opens_s = rng.choice((8, 9, 12)) * HOUR
        closes_s = opens_s + rng.choice((1, 3, 6)) * HOUR
        spot = rng.randint(-120, 120), rng.randint(-120, 120)
        calls.append(call(str(n), *spot, opens_s=opens_s, closes_s=closes_s))
    van = replace(VAN, rest=replace(REST, after_s=3 * HOUR))
    vans = tuple(replace(van, code=code) for code in "ABC")
    problem = Problem(vans=vans, calls=tuple(calls), refused=(("z", "nowhere"),))
    plan = solve(problem, EFFORT)
    van_days.check(problem, plan)
    assert plan == solve(problem, EFFORT)


def test_a_day_of_two_depots_returns_windows_and_rests_costs_less_than_by_savings() -> None:
    problem = van_days.day(seed=1, stops=60, vans=3)
    plan = solve(problem, Effort(work=20_000))
    van_days.check(problem, plan)
    assert (plan.left_out, plan.cost < plan.by_savings_cost) == ((), True)


@pytest.mark.parametrize("seed", range(4))
def test_tours_by_savings_can_be_driven_and_serve_all_while_there_is_room(seed: int) -> None:
    routing = dispatching.routed(van_days.day(seed, stops=40, vans=2 + seed))
    tours = savings.tours(routing)
    served = [name for tour in tours for trip in tour.trips for name in trip]
    assert sorted(served) == sorted(stop.id for stop in routing.stops)
    assert [fault for each in checking.drive(routing, tours) for fault in each.faults] == []


def test_tours_by_savings_join_what_saves_most_and_turn_trips_round() -> None:
    """Two pairs of neighbours, north and south, are one trip each where a van holds two."""
    spots = {"a": 10, "b": 11, "c": -10, "d": -11}
    calls = tuple(call(name, north=north) for name, north in spots.items())
    vans = tuple(replace(VAN, code=code, capacity=(2,)) for code in "AB")
    tours = savings.tours(dispatching.routed(Problem(vans=vans, calls=calls)))
    assert sorted("".join(sorted(tour.trips[0])) for tour in tours) == ["ab", "cd"]


@pytest.mark.parametrize("rest", [Rest(), replace(REST, due_s=19 * HOUR)])
def test_a_late_van_brings_what_it_has_aboard_in_overtime_and_stops_no_other(rest: Rest) -> None:
    late = replace(VAN, tour=7, starts_s=19 * HOUR, rest=rest)
    other = replace(VAN, code="B", ends_s=22 * HOUR, starts_s=19 * HOUR)
    aboard = call("aboard", only="A", aboard=True, closes_s=22 * HOUR)
    over = call("over", only="A", aboard=True, closes_s=18 * HOUR)
    never = call("never", only="A", aboard=True, opens_s=21 * HOUR, closes_s=22 * HOUR)
    anyone = call("anyone", north=-30, closes_s=22 * HOUR)
    problem = Problem(vans=(late, other), calls=(over, aboard, never, anyone))
    plan = solve(problem, EFFORT)
    assert {tour.van: [v.call for v in tour.visits] for tour in plan.tours} == {
        "A": ["aboard"],
        "B": ["anyone"],
    }
    assert [name for name, _ in plan.left_out] == ["never", "over"]
    assert "it closes at 64800 s" in dict(plan.left_out)["over"]
    (tour,) = (tour for tour in plan.tours if tour.van == "A")
    assert late.ends_s < late.starts_s < tour.back_s < 20 * HOUR
    solve(replace(problem, calls=(anyone,)), EFFORT)


def test_a_van_under_way_goes_on_at_once_and_one_in_the_yard_starts_when_it_must() -> None:
    calls = (call("x", brought=(0,), taken=(1,), opens_s=12 * HOUR),)
    (yard,) = solve(Problem(vans=(VAN,), calls=calls), EFFORT).tours
    assert yard.visits[0].arrives_s == yard.visits[0].begins_s == 12 * HOUR
    (running,) = solve(Problem(vans=(replace(VAN, tour=7),), calls=calls), EFFORT).tours
    assert running.starts_s == VAN.starts_s

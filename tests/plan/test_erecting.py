"""Cartons on carts: room for each, and tours that fill them from the bottom within their limit."""

from itertools import permutations
from random import Random

import pytest

from controller.messages import Block, PlannedParcel
from controller.plan.graphs.distances import length_of
from controller.plan.methods.erecting import Erect, Erected, Room, slots_of, under
from controller.plan.methods.layering import Problem, broken, solve
from controller.plan.walking import Layout, Stop

LAYOUT = Layout(aisles=4, block_lengths_mm=(10_000,), aisle_pitch_mm=3_000, depot_aisle=0)
ROOM = Room(length_mm=600, width_mm=400, height_mm=400, slots=4)


@pytest.mark.parametrize(
    ("outer_mm", "slots"),
    [
        ((600, 400, 400), 1),
        ((400, 600, 400), 1),
        ((600, 500, 300), 2),
        ((500, 600, 300), 2),
        ((500, 500, 300), 2),
        ((600, 1_600, 300), 4),
        ((600, 1_601, 300), 0),
        ((700, 700, 300), 0),
        ((300, 300, 401), 0),
    ],
)
def test_a_carton_takes_the_fewest_slots_side_by_side(
    outer_mm: tuple[int, int, int], slots: int
) -> None:
    assert slots_of(outer_mm, ROOM) == slots


def test_a_plan_takes_no_more_cartons_than_there_are_cartons_and_plates() -> None:
    parcel = PlannedParcel(order="o", carton="S", contents=(), mass_g=0)
    few = Erected({"S": Erect(code="S", slots=1, left=2)}, plates=9)
    assert [few.take(parcel) for _ in range(3)] == [1, 1, 0]
    many = Erected({"S": Erect(code="S", slots=2)}, plates=2)
    assert [many.take(parcel) for _ in range(3)] == [2, 2, 0]
    assert Erected({}, plates=9).take(parcel) == 0


def lies(line: int, x: int, z: int) -> Block:
    return Block(line=line, x=x, y=0, z=z, dx=10, dy=10, dz=10)


def test_only_what_lies_over_something_has_to_come_after_it() -> None:
    pairs = under([lies(1, 0, 0), lies(2, 0, 10), lies(3, 10, 0), lies(2, 0, 20)])
    assert pairs == ((1, 2),)
    assert under([lies(1, 0, 0), lies(2, 0, 10), lies(1, 0, 20)]) == ()


def random_problem(seed: int) -> Problem:
    rng = Random(seed)
    stops = tuple(
        Stop(aisle=rng.randrange(4), block=0, y_mm=rng.randrange(10_001)) for _ in range(6)
    )
    pairs = {(low, high) for low in range(6) for high in range(low) if rng.random() < 0.3}
    free = Problem(layout=LAYOUT, stops=stops, before=(), limit_mm=0)
    shortest = min(length_of(free.layout, stops, each) for each in permutations(range(6)))
    limit = shortest * rng.choice([100, 105, 130, 400]) // 100
    return Problem(layout=LAYOUT, stops=stops, before=tuple(sorted(pairs)), limit_mm=limit)


@pytest.mark.parametrize("seed", range(25))
def test_no_pair_more_is_broken_and_no_limit_is_passed(seed: int) -> None:
    asked = random_problem(seed)
    ways = {each: length_of(LAYOUT, asked.stops, each) for each in permutations(range(6))}
    given = min(ways, key=lambda each: (ways[each], each))
    plan = solve(asked, given)
    assert sorted(plan.sequence) == list(range(6))
    assert (plan.length_mm, plan.broken) == (ways[plan.sequence], broken(asked, plan.sequence))
    assert plan.length_mm <= asked.limit_mm
    assert plan.broken <= min(broken(asked, given), broken(asked, given[::-1]))
    best = min(broken(asked, each) for each, mm in ways.items() if mm <= asked.limit_mm)
    assert plan.broken >= best
    if asked.limit_mm > 3 * ways[given]:
        assert plan.broken == best
    assert plan == solve(asked, given)


def test_a_tour_is_turned_round_for_nothing() -> None:
    stops = tuple(Stop(aisle=n, block=0, y_mm=1_000) for n in range(3))
    asked = Problem(layout=LAYOUT, stops=stops, before=((2, 0),), limit_mm=0)
    plan = solve(asked, (0, 1, 2))
    assert (plan.sequence, plan.broken) == ((2, 1, 0), 0)

"""Slotting: moves that can be made, that pay, and that no enumeration beats on tiny floors."""

from dataclasses import replace
from itertools import permutations
from random import Random
from typing import Any

import pytest

from controller.plan import Effort
from controller.plan.slots.assigning import Assignment
from controller.plan.slots.visits import Visits, reach_ms
from controller.plan.slotting import (
    Goods,
    Plan,
    Problem,
    Rules,
    Spot,
    Trip,
    solve,
    why_not,
)
from controller.plan.walking import Layout, Stop
from controller.plan.walking import Problem as Walk
from controller.plan.walking import solve as walk

LAYOUT = Layout(aisles=4, block_lengths_mm=(12_000,), aisle_pitch_mm=3_000, depot_aisle=0)
EFFORT = Effort(work=1_500)


def spot(nth: int, height_mm: int = 0) -> Spot:
    stop = Stop(aisle=nth % 4, block=0, y_mm=1_000 + 1_500 * (nth // 4))
    return Spot(name=f"P{nth:02}", stop=stop, height_mm=height_mm)


def goods(sku: str, place: int, mass_g: int = 500) -> Goods:
    return Goods(sku=sku, place=f"P{place:02}", face_ml=10_000, unit_mass_g=mass_g)


def random_problem(seed: int, held: int = 12, spots: int = 16) -> Problem:
    rng = Random(seed)
    places = rng.sample(range(spots), held)
    skus = [goods(f"S{n:02}", place, rng.choice([200, 14_000])) for n, place in enumerate(places)]
    trips = tuple(
        Trip(skus=tuple(sorted({rng.choice(skus).sku for _ in range(rng.randint(1, 5))})))
        for _ in range(20)
    )
    heights = [rng.choice([0, 300, 1_000]) for _ in range(spots)]
    for each in skus:
        heights[int(each.place[1:])] = rng.choice([300, 1_000, 1_700])
    return Problem(
        layout=LAYOUT,
        goods=tuple(skus),
        spots=tuple(spot(n, height_mm=heights[n]) for n in range(spots)),
        trips=trips,
        days=2,
    )


def check(problem: Problem, plan: Plan) -> None:
    """Every move can be made when its turn comes, pays, and the figures are those of the walk."""
    where = {each.sku: each.place for each in problem.goods}
    given = {each.sku: each for each in problem.goods}
    spots = {each.name: each for each in problem.spots}
    before = length_mm(problem, where)
    for chain in plan.chains:
        assert chain.saves_mm_day * chain.pays_back_days > 0
        assert chain.pays_back_days <= problem.horizon_days
        for move in chain.moves:
            assert where[move.sku] == move.source
            assert move.target not in where.values(), f"{move} goes where something lies"
            assert not why_not(given[move.sku], spots[move.target], problem.rules)
            assert move.why
            where[move.sku] = move.target
        assert not [move for move in chain.moves[-1:] if move.between]
    assert sum(len(chain.moves) for chain in plan.chains) <= problem.moves_max
    assert plan.walked_before_mm_day == before // problem.days
    assert plan.walked_after_mm_day == length_mm(problem, where) // problem.days
    assert plan.bound_mm_day <= plan.linear_mm_day


def length_mm(problem: Problem, where: dict[str, str]) -> int:
    """All trips with the goods there, walked by the exact planner."""
    stops = {each.name: each.stop for each in problem.spots}
    return sum(
        walk(
            Walk(layout=problem.layout, stops=tuple(stops[where[sku]] for sku in trip.skus)),
            Effort(work=10_000),
        ).length_mm
        for trip in problem.trips
    )


@pytest.mark.parametrize("seed", range(6))
def test_moves_can_be_made_in_their_order_and_pay(seed: int) -> None:
    problem = replace(random_problem(seed), moves_max=(3, 8, 30)[seed % 3])
    plan = solve(problem, EFFORT)
    check(problem, plan)
    assert plan == solve(problem, EFFORT)
    total = plan.walked_after_mm_day + plan.reached_after_mm_day
    assert total <= plan.walked_before_mm_day + plan.reached_before_mm_day


@pytest.mark.parametrize("seed", range(3))
def test_a_full_house_is_changed_in_rings_only_where_a_spot_is_empty(seed: int) -> None:
    full = random_problem(seed, held=9, spots=9)
    assert solve(full, EFFORT).chains == ()
    roomy = replace(full, spots=(*full.spots, spot(15)))
    plan = solve(roomy, EFFORT)
    check(roomy, plan)


@pytest.mark.parametrize("seed", range(4))
def test_the_assignment_is_the_cheapest_of_all(seed: int) -> None:
    problem = random_problem(seed, held=4, spots=6)
    visits = Visits(problem)
    assignment = Assignment(visits, 1_000)
    weights = visits.depot_mm()
    found = assignment.best(weights)

    def allowed(places: tuple[int, ...]) -> bool:
        return all(
            place == assignment.present[n]
            or not why_not(problem.goods[n], problem.spots[place], problem.rules)
            for n, place in enumerate(places)
        )

    every = [places for places in permutations(range(6), 4) if allowed(places)]
    least = min(assignment.total_mm(places, weights) for places in every)
    assert assignment.total_mm(found, weights) == least
    few = assignment.best_within(weights, found, 1)
    assert assignment.moves(few) <= 1


@pytest.mark.parametrize("seed", range(3))
def test_no_plan_of_few_moves_is_far_from_the_best_of_all(seed: int) -> None:
    """Three SKUs, five spots, every assignment walked: the search finds the best of them."""
    problem = replace(random_problem(seed, held=3, spots=6), moves_max=6, horizon_days=300)
    visits = Visits(problem)
    present = Assignment(visits, 1_000).present

    def total(places: tuple[int, ...]) -> int:
        moved = sum(
            visits.moving_mm(n, then, now)
            for n, (then, now) in enumerate(zip(present, places, strict=True))
            if then != now
        )
        return visits.walked_mm(places) + visits.total_reached_mm(places) + visits.share_mm(moved)

    every = [
        places
        for places in permutations(range(6), 3)
        if all(
            place == present[n]
            or not why_not(problem.goods[n], problem.spots[place], problem.rules)
            for n, place in enumerate(places)
        )
    ]
    where = {each.sku: problem.at[each.place] for each in problem.goods}
    plan = solve(problem, EFFORT)
    for chain in plan.chains:
        for move in chain.moves:
            where[move.sku] = problem.at[move.target]
    assert total(tuple(where.values())) <= min(map(total, every)) * 102 // 100


def test_the_most_visited_comes_to_the_front_and_says_why() -> None:
    skus = (goods("FAST", 15), goods("SLOW", 0))
    trips = (*[Trip(skus=("FAST",))] * 30, Trip(skus=("SLOW",)))
    problem = Problem(
        layout=LAYOUT,
        goods=skus,
        spots=tuple(spot(n) for n in range(16)),
        trips=trips,
        days=1,
        moves_max=1,
    )
    (chain,) = solve(problem, EFFORT).chains
    (move,) = chain.moves
    assert (move.sku, move.target) == ("FAST", "P04")
    assert move.why.startswith("visited by 30 of 31 tours; a visit adds")
    assert chain.saves_mm_day > 500_000
    assert chain.pays_back_days == 1


def test_what_is_picked_together_comes_together() -> None:
    """A and B are always visited in one tour with the far C: B goes to where they are."""
    skus = (goods("A", 12), goods("B", 1), goods("C", 8))
    problem = Problem(
        layout=LAYOUT,
        goods=skus,
        spots=(spot(12), spot(1), spot(8), spot(4)),
        trips=(Trip(skus=("A", "B", "C")),) * 40,
        days=1,
        moves_max=1,
    )
    (chain,) = solve(problem, EFFORT).chains
    assert [(move.sku, move.target) for move in chain.moves] == [("B", "P04")]


def test_nothing_moves_that_does_not_pay_within_the_horizon() -> None:
    problem = Problem(
        layout=LAYOUT,
        goods=(goods("RARE", 15),),
        spots=(spot(15), spot(4)),
        trips=(Trip(skus=("RARE",)),),
        days=20,
        horizon_days=20,
    )
    assert solve(problem, EFFORT).chains == ()
    assert solve(replace(problem, horizon_days=400), EFFORT).chains != ()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"storage": "frozen"}, "storage frozen, not usual"),
        ({"volume_ml": 9_000}, "holds 9000 ml of 10000 ml"),
        ({"mass_max_g": 11_999}, "bears 11999 g of 12000 g"),
        ({"height_mm": 1_500}, "12000 g would be lifted above the shoulder"),
        ({"height_mm": 1_400}, ""),
    ],
)
def test_a_spot_that_may_not_hold_the_goods_says_why(change: dict[str, Any], reason: str) -> None:
    assert why_not(goods("ANVIL", 1, 12_000), replace(spot(0), **change), Rules()) == reason


def test_heavy_goods_cost_most_off_the_waist_and_light_ones_least_when_high() -> None:
    light, heavy = goods("PEN", 1, 20), goods("BOX", 1, 9_000)

    def cost(each: Goods, height_mm: int) -> int:
        return reach_ms(each, spot(0, height_mm), Rules())

    assert cost(light, 1_000) == cost(heavy, 1_000) == cost(light, 0) == 0
    assert cost(light, 1_600) < cost(light, 300)
    assert cost(heavy, 300) < cost(heavy, 1_600)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"days": 0}, "give at least 1"),
        ({"spots": (spot(0), spot(0))}, "given twice"),
        ({"goods": (goods("A", 7),)}, "give that spot, too"),
        ({"trips": (Trip(skus=("B",)),)}, "give the goods"),
    ],
)
def test_what_is_given_wrongly_is_named(change: dict[str, Any], words: str) -> None:
    right: dict[str, Any] = {
        "layout": LAYOUT,
        "goods": (goods("A", 0),),
        "spots": (spot(0),),
        "trips": (),
        "days": 1,
    }
    with pytest.raises(ValueError, match=words):
        Problem(**(right | change))


def test_a_warehouse_without_tours_stays_as_it_is() -> None:
    plan = solve(replace(random_problem(1), trips=()), EFFORT)
    assert (plan.chains, plan.walked_before_mm_day) == ((), 0)

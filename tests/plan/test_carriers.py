"""Carrier choice against a brute-force twin, and what a planner reads in its reasons."""

import random
from dataclasses import replace
from itertools import product

import pytest

from controller.messages import ShippingService
from controller.plan import Effort
from controller.plan.carriers import Choice, Parcel, Problem, quote, solve

ECO = ShippingService(
    code="ECO",
    carrier="Post",
    countries=("DE", "AT"),
    base_cents=300,
    per_kg_cents=50,
    divisor_cm3_per_kg=5000,
    mass_max_g=10_000,
    girth_max_mm=3000,
    transit_days=4,
)
AIR = replace(ECO, code="AIR", countries=("*",), base_cents=900, transit_days=1, mass_max_g=31_500)
BOX = Parcel(
    id="P1",
    length_mm=400,
    width_mm=300,
    height_mm=200,
    mass_g=2000,
    country="DE",
    days_max=5,
)


def chosen(problem: Problem) -> list[str]:
    return [choice.service for choice in solve(problem, Effort()).choices]


def four() -> tuple[Parcel, ...]:
    return tuple(replace(BOX, id=f"P{n}") for n in range(1, 5))


def test_quote_bills_the_larger_of_real_and_dimensional_mass() -> None:
    assert quote(BOX, ECO) == 300 + 50 * 4800 // 1000
    assert quote(replace(BOX, mass_g=6000), ECO) == 300 + 300


def test_quote_rounds_up_to_the_cent() -> None:
    assert quote(replace(BOX, mass_g=4801), ECO) == 541


def test_divisor_zero_bills_the_real_mass_only() -> None:
    assert quote(BOX, replace(ECO, divisor_cm3_per_kg=0)) == 400


@pytest.mark.parametrize(
    ("parcel", "reason"),
    [
        (replace(BOX, country="US"), "does not serve US"),
        (replace(BOX, mass_g=10_001), "too heavy: 10001 g, takes 10000 g"),
        (replace(BOX, height_mm=1601, width_mm=301), "too large: girth 3003 mm, takes 3000 mm"),
        (replace(BOX, days_max=3), "too slow: 4 days, allowed 3"),
    ],
)
def test_quote_says_what_excludes_a_service(parcel: Parcel, reason: str) -> None:
    assert quote(parcel, ECO) == reason


def test_girth_takes_the_longest_side_as_length_however_the_parcel_is_measured() -> None:
    limits = {
        quote(replace(BOX, length_mm=a, width_mm=b, height_mm=c), replace(ECO, girth_max_mm=1400))
        for a, b, c in ((400, 300, 200), (200, 300, 400), (300, 400, 200))
    }
    assert limits == {540}


def test_cheapest_service_wins_and_the_others_are_explained() -> None:
    plan = solve(Problem(parcels=(BOX,), services=(ECO, AIR)), Effort())
    assert plan.choices == (
        Choice(parcel="P1", service="ECO", cost_cents=540, why="AIR: 1140 cents"),
    )
    assert (plan.cost_cents, plan.bound_cents, plan.refused) == (540, 540, ())


def test_equal_costs_go_to_the_lower_code_whatever_the_order_of_services() -> None:
    twin = replace(ECO, code="ABC")
    assert chosen(Problem(parcels=(BOX,), services=(ECO, twin))) == ["ABC"]
    assert chosen(Problem(parcels=(BOX,), services=(twin, ECO))) == ["ABC"]


def test_equal_costs_go_to_the_lower_code_when_a_pickup_is_short() -> None:
    services = (replace(ECO, code="B"), replace(ECO, code="A", capacity=1), AIR)
    assert chosen(Problem(parcels=four(), services=services)) == ["A", "B", "B", "B"]


def test_lower_codes_fill_up_first_when_several_services_cost_the_same() -> None:
    services = tuple(replace(ECO, code=code, capacity=3) for code in "DCBA")
    assert chosen(Problem(parcels=four(), services=services)) == ["A", "A", "A", "B"]


def test_full_pickup_keeps_room_for_the_parcel_that_needs_it_most() -> None:
    heavy = replace(BOX, id="P2", mass_g=9000)
    services = (replace(ECO, capacity=1), replace(AIR, per_kg_cents=300))
    plan = solve(Problem(parcels=(BOX, heavy), services=services), Effort())
    assert [choice.service for choice in plan.choices] == ["AIR", "ECO"]
    assert plan.choices[0].why == "ECO: 540 cents, but full"


def test_parcel_without_a_service_is_refused_with_every_reason() -> None:
    far = replace(BOX, country="US", mass_g=40_000)
    plan = solve(Problem(parcels=(far,), services=(ECO, AIR)), Effort())
    assert plan.refused == (
        ("P1", "AIR: too heavy: 40000 g, takes 31500 g; ECO: does not serve US"),
    )


def test_parcels_beyond_all_capacity_are_refused_as_full() -> None:
    services = (replace(ECO, capacity=2), replace(AIR, capacity=1))
    plan = solve(Problem(parcels=four(), services=services), Effort())
    assert len(plan.choices) == 3
    assert plan.refused == (("P4", "AIR: 1140 cents, but full; ECO: 540 cents, but full"),)


def test_no_services_refuses_with_a_reason() -> None:
    plan = solve(Problem(parcels=(BOX,), services=()), Effort())
    assert plan.refused == (("P1", "there is no service"),)


def test_spent_effort_still_respects_capacity_and_keeps_an_honest_bound() -> None:
    parcels = (BOX, replace(BOX, id="P2", mass_g=9000))
    services = (replace(ECO, capacity=1), replace(AIR, per_kg_cents=300))
    problem = Problem(parcels=parcels, services=services)
    hasty = solve(problem, Effort(should_stop=lambda: True))
    best = solve(problem, Effort())
    assert [choice.service for choice in hasty.choices] == ["ECO", "AIR"]
    assert hasty.bound_cents <= best.cost_cents < hasty.cost_cents


@pytest.mark.parametrize(
    ("parcels", "services", "name"),
    [((BOX, BOX), (ECO,), "parcel 'P1'"), ((BOX,), (ECO, ECO), "service 'ECO'")],
)
def test_name_that_stands_twice_is_an_error(
    parcels: tuple[Parcel, ...], services: tuple[ShippingService, ...], name: str
) -> None:
    with pytest.raises(ValueError, match=f"{name} stands twice"):
        solve(Problem(parcels=parcels, services=services), Effort())


def random_problem(seed: int) -> Problem:
    rng = random.Random(seed)
    services = tuple(
        replace(
            ECO,
            code=f"S{n}",
            countries=rng.choice((("*",), ("DE",), ("US",))),
            base_cents=rng.randint(200, 600),
            per_kg_cents=rng.randint(0, 90),
            transit_days=rng.randint(1, 4),
            capacity=rng.randint(0, 3),
        )
        for n in range(rng.randint(1, 3))
    )
    parcels = tuple(
        replace(
            BOX,
            id=f"P{n}",
            mass_g=rng.randint(1, 12_000),
            country=rng.choice(("DE", "US")),
            days_max=rng.randint(2, 5),
        )
        for n in range(rng.randint(0, 6))
    )
    return Problem(parcels=parcels, services=services)


def brute_force(problem: Problem) -> tuple[int, int]:
    """Fewest refusals, then the lowest cost, over every assignment."""
    best = (len(problem.parcels), 0)
    for taken in product((None, *problem.services), repeat=len(problem.parcels)):
        if any(s.capacity and taken.count(s) > s.capacity for s in problem.services):
            continue
        offers = [
            quote(parcel, service)
            for parcel, service in zip(problem.parcels, taken, strict=True)
            if service
        ]
        if not any(isinstance(offer, str) for offer in offers):
            cents = sum(offer for offer in offers if isinstance(offer, int))
            best = min(best, (taken.count(None), cents))
    return best


@pytest.mark.parametrize("seed", range(60))
def test_choice_equals_the_brute_force_optimum(seed: int) -> None:
    problem = random_problem(seed)
    plan = solve(problem, Effort())
    assert (len(plan.refused), plan.cost_cents) == brute_force(problem)
    assert plan.bound_cents == plan.cost_cents
    for service in problem.services:
        load = sum(choice.service == service.code for choice in plan.choices)
        assert not service.capacity or load <= service.capacity

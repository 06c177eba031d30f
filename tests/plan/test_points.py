"""Points of dangerous goods: by category and quantity, and no van of a plan carries too many."""

from dataclasses import replace
from itertools import product
from random import Random

import pytest

from benchmarks.shipping import van_days
from controller.plan.dangers.goods import CLASSES, Danger
from controller.plan.dangers.points import VEHICLE_MAX, category, of_unit
from controller.plan.dispatching import Problem, solve
from tests.plan.test_dispatching import EFFORT, VAN, call


@pytest.mark.parametrize(
    ("number", "of_class", "group", "expected"),
    [
        ("UN1266", "3", "II", 2),
        ("UN1263", "3", "III", 3),
        ("UN1230", "3", "", 1),
        ("UN3343", "3", "", 0),
        ("UN1950", "2.1", "", 2),
        ("UN1013", "2.2", "", 3),
        ("UN1017", "2.3", "", 1),
        ("UN1366", "4.2", "I", 0),
        ("UN1361", "4.2", "II", 2),
        ("UN1361", "4.2", "III", 4),
        ("UN1402", "4.3", "I", 1),
        ("UN1403", "4.3", "I", 0),
        ("UN1564", "6.1", "III", 2),
        ("UN2814", "6.2", "", 0),
        ("UN3291", "6.2", "", 2),
        ("UN2910", "7", "", 4),
        ("UN2915", "7", "", 0),
        ("UN1760", "8", "III", 3),
        ("UN3480", "9", "", 2),
        ("UN3268", "9", "", 4),
        ("UN3082", "9", "III", 3),
        ("UN0012", "1.4S", "", 4),
        ("UN0027", "1.1", "", 0),
    ],
)
def test_the_transport_category_follows_from_the_entry(
    number: str, of_class: str, group: str, expected: int
) -> None:
    danger = Danger(un_number=number, danger_class=of_class, packing_group=group)
    assert category(danger) == expected


def test_every_class_has_a_category_whatever_is_left_open() -> None:
    for of_class, group in product(CLASSES, ("", "I", "II", "III")):
        found = category(Danger(un_number="UN0001", danger_class=of_class, packing_group=group))
        assert 0 <= found <= 4


def test_a_unit_counts_its_net_quantity_times_the_factor_of_its_category() -> None:
    scent = Danger(un_number="UN1266", danger_class="3", packing_group="II", net_ml=50)
    assert of_unit(scent, 350) == 150
    assert of_unit(replace(scent, net_ml=0), 350) == 1_050
    assert of_unit(replace(scent, limited_quantity=True), 350) == 0
    small = Danger(un_number="UN3480", danger_class="9", watt_hours=90)
    assert of_unit(small, 350) == 0
    assert of_unit(replace(small, watt_hours=500), 350) == 1_050
    chlorine = Danger(un_number="UN1017", danger_class="2.3", net_g=1_000)
    assert of_unit(chlorine, 9_000) == 20_000
    assert of_unit(Danger(un_number="UN2814", danger_class="6.2", net_g=1), 1) > VEHICLE_MAX
    assert of_unit(Danger(), 350) == 0


@pytest.mark.parametrize("seed", range(6))
def test_no_van_carries_more_points_than_are_free_and_as_many_as_possible_are_served(
    seed: int,
) -> None:
    rng = Random(seed)
    loads = [rng.choice((0, 300_000, 500_000, 700_000, 1_100_000)) for _ in range(6)]
    vans = tuple(replace(VAN, code=code, capacity=(30, VEHICLE_MAX)) for code in "AB")
    calls = tuple(
        call(str(nth), rng.randint(-9, 9), brought=(1, load), taken=(0, 0))
        for nth, load in enumerate(loads)
    )
    problem = Problem(vans=vans, calls=calls)
    plan = solve(problem, EFFORT)
    van_days.check(problem, plan)
    for tour in plan.tours:
        assert sum(loads[int(visit.call)] for visit in tour.visits) <= VEHICLE_MAX
    assert sum(len(tour.visits) for tour in plan.tours) == _most_served(loads)


def _most_served(loads: list[int]) -> int:
    """By trying every van, or none, for every call."""
    return max(
        sum(at < 2 for at in each)
        for each in product(range(3), repeat=len(loads))
        if all(
            sum(load for load, at in zip(loads, each, strict=True) if at == van) <= VEHICLE_MAX
            for van in range(2)
        )
    )

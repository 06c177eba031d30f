"""What a day is asked to be otherwise, and what two days are compared by."""

import pytest

from api.demo.site import SHIPS
from api.street_report import figures, print_compared
from api.what_if import DEMO_ORDERS, what_if
from controller.messages import SetUpContracts
from simulation.outside.what_if import for_volume

STREET = {
    "carriers": (),
    "from_stores": {"parcels": 2, "cost_cents": 900},
    "sourcing": {"splits": 0, "cost_cents": 0, "saved_cents": 0},
    "vans": [{"stops": 5, "done": 3, "late": 1, "km": 1.0, "hours": 1.0, "cost_cents": 0}],
    "nodes": (),
    "cases": 0,
}
DAY = {
    "shipping": {"parcels": 10, "cost_cents": 5_100, "cheapest_first_cents": 5_500},
    "orders": {"shipped": 12},
    "kpis": {"on_time_percent": {"value": 100.0}},
    "street": STREET,
}


def test_midnight_is_a_cut_off() -> None:
    assert what_if("demo", None, None, "0:00", None, True).changes
    assert not what_if("demo", None, None, "", None, False).changes


def test_contracts_fit_the_volume_of_the_day() -> None:
    (told,) = (each for each in SHIPS.commands() if isinstance(each, SetUpContracts))
    assert for_volume(told, DEMO_ORDERS, DEMO_ORDERS) == told
    small = for_volume(told, DEMO_ORDERS // 100, DEMO_ORDERS)
    assert isinstance(small, SetUpContracts)
    day, week = small.contracts
    assert day.tiers == ((0, 0), (3, 200), (10, 450), (20, 700))
    assert (day.parcels_min, day.daily_max, day.missing_cents) == (6, 36, 12)
    assert week.pickups == (("EVENING", 24),)
    least = for_volume(told, 1, DEMO_ORDERS)
    assert isinstance(least, SetUpContracts)
    assert [since for since, _ in least.contracts[0].tiers] == [0, 1, 2, 3]


def test_what_stores_sent_is_compared_too() -> None:
    told = {each.name: each.value for each in figures(DAY)}
    assert (told["parcels by carriers"], told["cost of carriers"]) == (12, 60.0)
    assert (told["per parcel"], told["each by its cheapest"]) == (5.0, 64.0)


def test_a_stop_that_failed_is_one() -> None:
    told = {each.name: each.value for each in figures(DAY)}
    assert (told["van stops"], told["van stops done"]) == (5, 3)


def test_compared_days_tell_money_in_cents_and_counts_as_they_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    dearer = {"parcels": 11, "cost_cents": 178_070 - 900, "cheapest_first_cents": 5_500}
    print_compared(DAY, {**DAY, "shipping": dearer})
    lines = [line.replace("│", " ").split() for line in capsys.readouterr().out.splitlines()]
    assert ["cost", "of", "carriers", "60.00", "1,780.70", "+1,720.70"] in lines
    assert ["parcels", "by", "carriers", "12", "13", "+1"] in lines
    assert ["orders", "shipped", "12", "12"] in lines

"""What a day is asked to be otherwise, and what two days are compared by."""

from api.street_report import figures
from api.what_if import what_if

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


def test_what_stores_sent_is_compared_too() -> None:
    told = {each.name: each.value for each in figures(DAY)}
    assert (told["parcels by carriers"], told["cost of carriers"]) == (12, 60.0)
    assert (told["per parcel"], told["each by its cheapest"]) == (5.0, 64.0)


def test_a_stop_that_failed_is_one() -> None:
    told = {each.name: each.value for each in figures(DAY)}
    assert (told["van stops"], told["van stops done"]) == (5, 3)

"""The service of a parcel at the scale: the promise to the customer, and what breaks it."""

from dataclasses import replace
from typing import Any

import pytest

from controller.errors import NotFound
from controller.messages import SetUpSite
from controller.units import DAY, HOUR
from tests.workflows.floor import CARTONS, ECO, FAST, MORNING_MS, SETTINGS, SETUP, Floor

EVENING_MS = MORNING_MS + 12 * HOUR  # when carriers have delivered, an hour before they leave


def weighed(floor: Floor, number: str = "1", scale: str = "780", **promised: Any) -> Any:
    """The parcel of an order that has just been weighed."""
    order = floor.order(number, {"MUG": 2}, **promised)
    floor.tour([[(order, "BOX-S", {"MUG": 2})]])
    floor.scans("BENCH-01", "TOTE-1", "BOX-S", "MUG-PACK")
    floor.scan(scale)
    return floor.parcels()[-1]


def floor_with_a_quick_one() -> Floor:
    """ECO takes three days, FAST one, for more."""
    quick = replace(FAST, transit_days=1)
    site = SetUpSite(id="site", settings=SETTINGS, cartons=CARTONS, services=(ECO, quick))
    return Floor(setup=(site, *SETUP[1:]))


def test_service_that_comes_too_late_is_out() -> None:
    floor = floor_with_a_quick_one()
    assert weighed(floor, arrive_by_ms=EVENING_MS + 3 * DAY).service == "ECO"
    floor = floor_with_a_quick_one()
    assert weighed(floor, arrive_by_ms=EVENING_MS + 3 * DAY - 1).service == "FAST"


def test_cheaper_service_that_was_not_taken_says_what_kept_it_out() -> None:
    too_late = weighed(floor_with_a_quick_one(), arrive_by_ms=EVENING_MS + 3 * DAY - 1)
    assert (too_late.service, too_late.why) == ("FAST", "ECO: 339 cents, too late")
    paid_for = weighed(Floor(), service="FAST")
    assert (paid_for.service, paid_for.why) == ("FAST", "ECO: 339 cents, FAST is paid for")


def test_where_none_is_in_time_the_fastest_goes_and_it_is_said() -> None:
    floor = floor_with_a_quick_one()
    assert weighed(floor, arrive_by_ms=EVENING_MS).service == "FAST"
    assert floor.events("will_be_late") == [{"service": "FAST", "late_ms": DAY}]
    assert [each.payload["service"] for each in floor.sent("carrier/")] == ["FAST"]


def test_service_that_the_customer_paid_for_is_kept_by_its_name_or_its_carriers() -> None:
    assert weighed(Floor(), service="FAST").service == "FAST"
    assert weighed(Floor(), service="Swift").service == "FAST"
    with pytest.raises(NotFound, match="unknown service"):
        weighed(Floor(), service="ROCKET")


def test_paid_service_that_takes_it_not_is_told() -> None:
    floor = Floor()
    assert weighed(floor, country="FR", service="ECO").service == "FAST"
    why = "ECO takes it not, or not in time"
    assert floor.events("other_service") == [{"service": "FAST", "why": why}]

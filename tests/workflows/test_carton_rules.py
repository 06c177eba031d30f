"""Which cartons shops and carriers take, and cartons that run out."""

from dataclasses import replace
from typing import Any

import pytest

from controller.errors import Refused
from controller.messages import CountCartons, SetUpSite
from controller.plan import Effort
from controller.plan import releasing as planner
from controller.workflows import releasing
from tests.workflows.floor import CARTONS, ECO, FAST, SETTINGS, SETUP, Floor, packed_floor


def ruled(**rules: Any) -> Floor:
    settings = replace(SETTINGS, **rules)
    site = SetUpSite(id="site", settings=settings, cartons=CARTONS, services=(ECO, FAST))
    return Floor(setup=(site, *SETUP[1:]))


def planned(floor: Floor) -> list[str]:
    """The cartons of the next plan."""
    with floor.controller.reading() as db:
        plan = planner.solve(releasing.snapshot(db, floor.clock.ms), Effort(work=200))
    return [each.carton for tour in plan.tours for load in tour.loads for each in load.parcels]


def test_a_shop_ships_in_its_cartons_alone() -> None:
    floor = ruled(channel_cartons=(("shop", ("BOX-L",)),))
    floor.order("1", {"MUG": 2})
    assert planned(floor) == ["BOX-L"]
    other = ruled(channel_cartons=(("another", ("BOX-L",)),))
    other.order("1", {"MUG": 2})
    assert planned(other) == ["BOX-S"]


def test_a_packer_may_not_take_a_carton_that_the_shop_does_not_ship_in() -> None:
    floor = ruled(channel_cartons=(("shop", ("BOX-S",)),))
    order = floor.order("1", {"MUG": 2})
    floor.tour([[(order, "BOX-S", {"MUG": 2})]])
    floor.scans("BENCH-01", "TOTE-1")
    assert floor.scan("BOX-L").message == "carton_not_for_shop"


def test_a_carrier_is_passed_over_that_does_not_take_the_carton() -> None:
    floor = ruled(carrier_cartons=((ECO.carrier, ("BOX-L",)),))
    order = floor.order("1", {"MUG": 1})
    floor.tour([[(order, "BOX-S", {"MUG": 1})]])
    floor.scans("BENCH-01", "TOTE-1", "BOX-S", "MUG", "430")
    assert floor.parcels()[0].service == FAST.code
    none = ruled(carrier_cartons=((ECO.carrier, ("BOX-L",)), (FAST.carrier, ("BOX-L",))))
    order = none.order("1", {"MUG": 1})
    none.tour([[(order, "BOX-S", {"MUG": 1})]])
    none.scans("BENCH-01", "TOTE-1", "BOX-S", "MUG")
    assert none.scan("430").message == "parcel_parked"
    assert "takes no carton BOX-S" in none.events("no_service")[0]["why"]


@pytest.mark.parametrize(
    ("rules", "got"),
    [
        ({"channel_cartons": (("web", ("BOX-X",)),)}, "web: BOX-X"),
        ({"carrier_cartons": (("Snail", ()),)}, "Snail"),
        ({"channel_cartons": (("web", ("BOX-S",)), ("web", ("BOX-L",)))}, "web"),
    ],
)
def test_a_wrong_rule_is_named_with_the_cartons_that_there_are(
    rules: dict[str, Any], got: str
) -> None:
    with pytest.raises(Refused) as error:
        ruled(**rules)
    assert (error.value.code, error.value.fields["got"]) == ("bad_setting", got)


def test_a_carton_that_has_run_out_is_not_planned_and_an_alarm_tells() -> None:
    floor = packed_floor()
    floor.do(CountCartons(id="count", carton="BOX-S", on_hand=1))
    alarms = "SELECT detail FROM alarm WHERE fault = 'cartons_low' AND state = 'open'"
    assert floor.value(alarms) == "1 of BOX-S are left in the house: order more"
    floor.scans("TOTE-1", "BOX-S")
    floor.order("2", {"MUG": 2})
    assert planned(floor) == ["BOX-L"]
    floor.do(CountCartons(id="more", carton="BOX-S", on_hand=200))
    assert floor.value(alarms) is None
    assert planned(floor) == ["BOX-S"]
    floor.do(CountCartons(id="none", carton="BOX-S", on_hand=0))
    floor.do(CountCartons(id="none of both", carton="BOX-L", on_hand=0))
    assert planned(floor) == ["BOX-S"]  # some will be found
    assert floor.books_balance()

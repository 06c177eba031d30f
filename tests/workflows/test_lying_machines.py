"""Machines and partners that say what cannot be: told so, and nothing changes."""

from typing import Any

import pytest

from controller.errors import Refused
from controller.messages import Command, DivertConfirmed, LabelBought, LabelPrinted, WeightRead
from tests.workflows.floor import SORTER, Floor, belt_floor, packed_floor, seen


def refusal(floor: Floor, command: Command[Any]) -> Refused:
    with pytest.raises(Refused) as caught:
        floor.do(command)
    assert floor.books_balance()
    return caught.value


def at_label() -> Floor:
    """A packed parcel whose label is asked for."""
    floor = packed_floor({"MUG": 1})
    floor.scans("TOTE-1", "BOX-S", "MUG", "430")
    return floor


def purchase(floor: Floor) -> int:
    (event,) = floor.sent("carrier/buy")
    return event.id


def bought(floor: Floor, parcel: int, tracking: str) -> LabelBought:
    return LabelBought(id=floor.id(), parcel=parcel, tracking=tracking, cost_cents=321)


def test_a_divert_that_names_another_row_than_a_divert_settles_nothing() -> None:
    floor = at_label()
    row = purchase(floor)
    done = DivertConfirmed(id="divert", device=SORTER, outbox=row, lane="LANE-01")
    assert floor.do(done).note == "not_a_divert"
    assert [event.id for event in floor.sent("carrier/buy")] == [row]


def test_a_print_that_names_another_row_than_a_print_settles_nothing() -> None:
    floor = at_label()
    row = purchase(floor)
    told = refusal(floor, LabelPrinted(id="print", device="printer-bench-01", outbox=row))
    assert (told.code, told.fields["outbox"]) == ("not_a_print", row)
    assert [event.id for event in floor.sent("carrier/buy")] == [row]


def test_a_label_that_nobody_has_asked_for_is_refused() -> None:
    floor = packed_floor({"MUG": 1})
    parcel = floor.parcels()[0]
    told = refusal(floor, bought(floor, parcel.id, "TRK1"))
    assert (told.code, told.fields["parcel"]) == ("label_not_asked", parcel.id)
    assert floor.parcels() == [parcel]


def test_a_label_without_a_tracking_number_is_refused_and_the_parcel_waits() -> None:
    floor = at_label()
    assert refusal(floor, bought(floor, floor.parcels()[0].id, " ")).code == "label_unreadable"
    assert purchase(floor)


def test_a_label_of_another_parcel_is_refused() -> None:
    floor = belt_floor(parcels=2)
    first, second = floor.parcels()
    again = bought(floor, first.id, second.tracking)
    assert floor.do(again).note == "bought_before"
    floor = at_label()
    other = floor.order("2", {"MUG": 1})
    floor.carrier_answers()
    floor.printer_answers()
    floor.scans(floor.screens["W1"].screen.target, "HOME")
    floor.tour([[(other, "BOX-S", {"MUG": 1})]])
    floor.scans("BENCH-01", "TOTE-1", "BOX-S", "MUG", "430")
    first, second = floor.parcels()
    told = refusal(floor, bought(floor, second.id, first.tracking))
    assert (told.code, told.fields["tracking"]) == ("label_of_another_parcel", first.tracking)


@pytest.mark.parametrize("mass_g", [0, -5])
def test_a_scale_that_shows_nothing_weighs_no_parcel(mass_g: int) -> None:
    floor = packed_floor({"PEN": 1})
    floor.scans("TOTE-1", "BOX-S", "PEN")
    for number in (1, 2):
        weight = WeightRead(id=f"w/{number}", device="scale", place="BENCH-01", mass_g=mass_g)
        told = refusal(floor, weight)
        assert (told.code, told.fields["mass_g"]) == ("bad_weight", mass_g)
    assert floor.scan("0").message == "bad_weight"


def test_a_lane_that_the_site_does_not_know_is_no_place() -> None:
    floor = belt_floor()
    seen(floor, floor.parcels()[0].lpn)
    (event,) = floor.sent(f"device/{SORTER}")
    done = DivertConfirmed(id="divert", device=SORTER, outbox=event.id, lane="LANE-99")
    assert floor.do(done).note == "misdiverted"
    lpn = floor.parcels()[0].lpn
    place = floor.value("SELECT place FROM container WHERE lpn = :lpn", lpn=lpn)
    assert place == "BELT-01"

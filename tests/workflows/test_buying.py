"""Labels bought from connected carriers: one that counts, whatever the carrier does."""

from typing import Any

import pytest

from controller.errors import Refused
from controller.messages import (
    CancelOrder,
    CarrierState,
    CarrierTerms,
    ConnectCarriers,
    Event,
    LabelBought,
    LabelRefused,
    LabelVoided,
    RelabelParcel,
    TakeNumber,
    VoidLabel,
)
from controller.store import Store
from controller.views import carriers
from tests.workflows.floor import FIRST, Floor, confirm, packed_floor, seen

ALL = ("buy", "void", "track", "manifest")


def at_label(store: Store | None = None, *, swift: bool = True) -> Floor:
    """A parcel whose label is asked of Snail; Swift, which is dearer, is connected too."""
    floor = packed_floor({"MUG": 1}, store)
    names = ("Snail", "Swift") if swift else ("Snail",)
    terms = tuple(CarrierTerms(name=name, offers=ALL) for name in names)
    floor.do(ConnectCarriers(id="carriers", carriers=terms))
    floor.scans("TOTE-1", "BOX-S", "MUG", "430")
    return floor


def asked(floor: Floor) -> Event:
    return floor.sent("carrier/buy")[-1]


def answer(floor: Floor, event: Event, tracking: str = "", cents: int = 320) -> str:
    reference = str(event.payload["reference"])
    bought = LabelBought(
        id=floor.id(),
        parcel=event.payload["parcel"],
        tracking=tracking or f"TRK{reference}",
        cost_cents=cents,
        reference=reference,
    )
    return floor.do(bought).note


def refuse(floor: Floor, event: Event, *, unclear: bool = False) -> str:
    reference = str(event.payload["reference"])
    no = LabelRefused(id=floor.id(), reference=reference, why="no_answer", unclear=unclear)
    return floor.do(no).note


def voids(floor: Floor) -> list[dict[str, Any]]:
    return [event.payload for event in floor.sent("carrier/void")]


def states(floor: Floor) -> list[tuple[str, str]]:
    rows = floor.all("SELECT carrier, state FROM purchase ORDER BY number")
    return [(row.carrier, row.state) for row in rows]


def test_another_carrier_labels_the_parcel_when_the_cheapest_does_not(store: Store) -> None:
    floor = at_label(store)
    assert refuse(floor, asked(floor)) == "FAST"
    parcel = floor.parcels()[0]
    assert (parcel.service, parcel.lane) == ("FAST", "LANE-02")
    assert asked(floor).payload["reference"] == f"{FIRST}-2"
    shown = floor.scan("no such code").screen
    assert (shown.last, shown.fields["lane"]) == ("label_from_another", "LANE-02")
    answer(floor, asked(floor), cents=721)
    floor.printer_answers()
    assert floor.scans(FIRST).message == "tote_done"
    assert states(floor) == [("Snail", "refused"), ("Swift", "bought")]
    assert floor.books_balance()


def test_a_label_that_comes_late_is_given_back_and_not_used(store: Store) -> None:
    floor = at_label(store)
    first = asked(floor)
    refuse(floor, first, unclear=True)
    answer(floor, asked(floor), cents=721)
    assert answer(floor, first) == "late"
    assert floor.parcels()[0].tracking == f"TRK{FIRST}-2"
    named = {"parcel": floor.parcels()[0].id, "service": "ECO"}
    named |= {"carrier": "Snail", "reference": FIRST}
    assert voids(floor) == [named | {"tracking": ""}, named | {"tracking": f"TRK{FIRST}"}]
    assert floor.do(LabelVoided(id="v", reference=FIRST, voided=True)).note == "voided"
    assert states(floor) == [("Snail", "voided"), ("Swift", "bought")]
    assert floor.books_balance()


def test_without_any_carrier_the_house_labels_and_no_vehicle_takes_the_parcel() -> None:
    floor = at_label()
    refuse(floor, asked(floor))
    assert refuse(floor, asked(floor)) == "house"
    assert floor.scan("no such code").screen.last == "house_label"
    floor.printer_answers()
    floor.scans(FIRST)
    seen(floor, FIRST)
    confirm(floor, "LANE-02")
    floor.scans("HOME", "LANE-02")
    assert floor.scan(FIRST).message == "carrier_label_missing"
    alarm = floor.value("SELECT detail FROM alarm WHERE fault = 'carrier_label_missing'")
    assert alarm == "Swift sold none"
    with floor.controller.reading() as db:
        assert [row.why for row in carriers.unlabelled(db)] == [alarm]
    assert floor.do(RelabelParcel(id="r", parcel=floor.parcels()[0].id)).note == "BENCH-01"
    answer(floor, asked(floor))
    (job,) = floor.sent("device/printer-bench-01")
    assert job.payload["label"]["tracking"] == f"TRK{FIRST}-4"
    floor.printer_answers()
    moved = floor.parcels()[0]
    assert (moved.lane, moved.state) == ("LANE-01", "labelled")
    floor.scan("LANE-01")  # warns: nothing of this lane has come yet
    floor.scans(FIRST)
    assert floor.parcels()[0].state == "shipped"
    assert floor.books_balance()


def test_a_far_dearer_carrier_is_not_taken_before_a_person_says_so(store: Store) -> None:
    floor = at_label(store)
    terms = CarrierTerms(name="Snail", offers=ALL, elsewhere_percent=100)
    swift = CarrierTerms(name="Swift", offers=ALL)
    floor.do(ConnectCarriers(id="terms", carriers=(terms, swift)))
    assert refuse(floor, asked(floor)) == "house"
    alarm = floor.value("SELECT detail FROM alarm WHERE fault = 'carrier_label_missing'")
    assert alarm == "Snail sold none, and FAST costs 224 % of what was quoted"
    assert floor.do(RelabelParcel(id="r", parcel=floor.parcels()[0].id)).note == "BENCH-01"
    assert states(floor)[1:] == [("", "voided"), ("Snail", "asked")], "it is asked once more"


def test_a_label_that_is_dearer_than_quoted_is_refused() -> None:
    floor = at_label()
    with pytest.raises(Refused, match="label dearer") as told:
        answer(floor, asked(floor), cents=400)
    assert told.value.fields["most"] == 354
    assert states(floor) == [("Snail", "asked")]


def test_a_second_label_of_one_purchase_is_given_back() -> None:
    floor = at_label()
    event = asked(floor)
    assert answer(floor, event) == "printing"
    assert answer(floor, event) == "bought_before"
    assert answer(floor, event, tracking="TRK-TWICE") == "second_label"
    assert [each["tracking"] for each in voids(floor)] == ["TRK-TWICE"]
    assert floor.parcels()[0].tracking == f"TRK{FIRST}"


@pytest.mark.parametrize("labelled", [False, True])
def test_the_label_of_a_cancelled_parcel_is_given_back(labelled: bool) -> None:
    floor = at_label()
    event = asked(floor)
    if labelled:
        answer(floor, event)
    floor.do(CancelOrder(id="cancel", order="shop/1"))
    if not labelled:
        answer(floor, event)
    assert [each["tracking"] for each in voids(floor)] == [f"TRK{FIRST}"]
    assert states(floor) == [("Snail", "dropped")]


def test_a_carrier_that_does_not_take_a_label_back_is_told_to_a_person() -> None:
    floor = at_label()
    answer(floor, asked(floor))
    floor.do(VoidLabel(id="void", parcel=floor.parcels()[0].id, reason="torn"))
    no = LabelVoided(id="no", reference=FIRST, voided=False, detail="already scanned")
    assert floor.do(no).note == "not_voided"
    alarms = floor.all("SELECT fault FROM alarm WHERE device = 'carrier/Snail' ORDER BY fault")
    assert [row.fault for row in alarms] == ["not_voided"]


def test_carriers_that_are_down_are_left_out_until_they_answer() -> None:
    floor = at_label()
    floor.do(CarrierState(id="down", carrier="Swift", down=True, why="time-out"))
    assert refuse(floor, asked(floor)) == "house"
    assert floor.value("SELECT detail FROM alarm WHERE fault = 'down'") == "time-out"
    floor.do(CarrierState(id="up", carrier="Swift", down=False))
    assert floor.value("SELECT state FROM alarm WHERE fault = 'down'") == "cleared"


def test_a_number_of_a_range_is_taken_once_and_its_end_is_told_in_time() -> None:
    floor = Floor()
    taken = [
        floor.do(TakeNumber(id=f"n{n}", carrier="Snail", first=7, last=9)).number for n in range(3)
    ]
    assert taken == [7, 8, 9]
    assert floor.do(TakeNumber(id="n0", carrier="Snail", first=7, last=9)).number == 7
    with pytest.raises(Refused, match="range used up"):
        floor.do(TakeNumber(id="n3", carrier="Snail", first=7, last=9))
    assert floor.value("SELECT detail FROM alarm") == "0 left up to 9"

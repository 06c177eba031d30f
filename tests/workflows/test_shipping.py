"""Shipping: service choice, one label bought and one accepted, reprints, printer faults."""

from dataclasses import replace

import msgspec
import pytest

from controller.errors import NotFound
from controller.messages import (
    CancelOrder,
    DeviceFault,
    FireTimer,
    LabelBought,
    LabelPrinted,
    OutboxGivenUp,
    ScanReply,
    SetUpSite,
)
from devices.printer import PrintJob
from devices.zpl import parcel_label
from tests.workflows.floor import CARTONS, ECO, FAST, SETTINGS, SETUP, Floor

BOX = "040123450000000016"
PRINTER = "printer-bench-01"


def weighed(country: str = "GB") -> Floor:
    """A floor on which W1 has just weighed the parcel BOX."""
    floor = Floor()
    order = floor.order("1", {"MUG": 2}, country=country)
    floor.tour([[(order, "BOX-S", {"MUG": 2})]])
    floor.scans("BENCH-01", "TOTE-1", "BOX-S", "MUG-PACK")
    floor.scan("780")
    return floor


def printing() -> tuple[Floor, int]:
    """The same with its label on the way to the printer, and the outbox row of that."""
    floor = weighed()
    floor.carrier_answers()
    (event,) = floor.sent("device/")
    return floor, event.id


def printed(floor: Floor, row: int, number: int = 1) -> str:
    return floor.do(LabelPrinted(id=f"p{row}/{number}", device=PRINTER, outbox=row)).note


def accepted_labels(floor: Floor) -> int:
    return len(floor.events("label_printed"))


def look(floor: Floor) -> ScanReply:
    """What W1 sees after a scan that means nothing here."""
    return floor.scan("no such code")


def test_the_cheapest_service_that_takes_the_parcel_is_chosen_and_says_why() -> None:
    parcel = weighed().parcels()[0]
    assert (parcel.service, parcel.lane, parcel.cost_cents) == ("ECO", "LANE-01", 339)
    assert parcel.why == "FAST: 739 cents"


def test_a_service_that_does_not_serve_the_country_is_out() -> None:
    parcel = weighed(country="FR").parcels()[0]
    assert (parcel.service, parcel.why) == ("FAST", "ECO: does not serve FR")


def test_a_parcel_that_no_service_takes_is_parked_and_the_packer_goes_on() -> None:
    local = (
        SetUpSite(id="site", settings=SETTINGS, cartons=CARTONS, services=(ECO,)),
        *SETUP[1:],
    )
    floor = Floor(setup=local)
    order = floor.order("1", {"MUG": 1}, country="FR")
    floor.tour([[(order, "BOX-S", {"MUG": 1})]])
    floor.scans("BENCH-01", "TOTE-1", "BOX-S", "MUG")
    reply = floor.scan("430")
    assert (reply.message, reply.tone, reply.screen.step) == ("parcel_parked", "warn", "tote")
    alarm = floor.all("SELECT * FROM alarm")[0]
    assert (alarm.device, alarm.fault) == (f"parcel/{BOX}", "no_service")
    assert alarm.detail == "ECO: does not serve FR"


def test_one_label_is_bought_under_the_plate_as_reference() -> None:
    floor = weighed()
    (event,) = floor.sent("carrier/")
    parcel = floor.parcels()[0]
    assert event.topic == "carrier/buy"
    assert event.payload == {
        "parcel": parcel.id,
        "service": "ECO",
        "carrier": "Snail",
        "reference": BOX,
        "cost_cents": 339,
    }


def test_a_second_answer_of_the_carrier_changes_nothing() -> None:
    floor, row = printing()
    before = floor.parcels()
    again = LabelBought(id="again", parcel=before[0].id, tracking="OTHER", cost_cents=9)
    assert floor.do(again).note == "bought_before"
    assert floor.parcels() == before
    assert [event.id for event in floor.sent("device/")] == [row]


def test_a_label_bought_for_a_cancelled_order_is_not_printed() -> None:
    floor = weighed()
    floor.do(CancelOrder(id="cancel", order="shop/1"))
    floor.carrier_answers()
    assert floor.sent("device/") == []


@pytest.mark.parametrize("raw", [BOX, "PRINT"])
def test_a_parcel_cancelled_at_the_printer_does_not_hold_its_packer(raw: str) -> None:
    floor = weighed()
    floor.do(CancelOrder(id="cancel", order="shop/1"))
    floor.carrier_answers()
    assert look(floor).screen.last == "parcel_gone"
    reply = floor.scan(raw)
    assert (reply.message, reply.tone, reply.screen.step) == ("parcel_gone", "warn", "tote")
    assert floor.books_balance()


def test_label_of_an_unknown_parcel_is_refused() -> None:
    with pytest.raises(NotFound):
        Floor().do(LabelBought(id="b", parcel=7, tracking="T", cost_cents=1))


def test_the_label_is_what_the_printer_driver_understands() -> None:
    floor, _ = printing()
    (event,) = floor.sent("device/")
    assert event.topic == f"device/{PRINTER}"
    job = msgspec.convert(event.payload, PrintJob)
    zpl = parcel_label(job.label)
    for text in ("Ada Byron", "1 Mill Lane", "York", "Snail ECO", BOX, "0.780 kg"):
        assert text in zpl


def test_the_label_cannot_be_scanned_before_it_came_out() -> None:
    floor, row = printing()
    assert floor.scan(BOX).message == "label_not_printed"
    assert printed(floor, row) == "accepted"
    assert floor.scan(BOX).message == "tote_done"


def test_the_carriers_barcode_lets_the_parcel_go_too() -> None:
    floor, row = printing()
    printed(floor, row)
    assert floor.scan(f"TRK{BOX}").message == "tote_done"


def test_another_parcels_label_is_refused() -> None:
    floor, row = printing()
    printed(floor, row)
    reply = floor.scan("TOTE-2")
    assert (reply.message, reply.fields["expected"]) == ("wrong_label", BOX)


def test_the_screen_shows_that_the_label_came_out() -> None:
    floor, row = printing()
    assert look(floor).screen.fields["printed"] == 0
    printed(floor, row)
    seen = look(floor).screen
    assert (seen.fields["printed"], seen.last) == (1, "label_printed")


def test_the_same_print_told_twice_is_one_accepted_label() -> None:
    floor, row = printing()
    assert [printed(floor, row, n) for n in (1, 2)] == ["accepted", "printed_before"]
    assert accepted_labels(floor) == 1


def test_paper_out_is_shown_and_print_asks_again() -> None:
    floor, row = printing()
    floor.do(DeviceFault(id="f", device=PRINTER, fault="paper_out", outbox=row))
    seen = look(floor).screen
    assert (seen.last, seen.fields["fault"]) == ("printer_fault", "paper_out")
    reply = floor.scans("PRINT")
    assert (reply.message, reply.screen.fields["fault"]) == ("label_reprinted", "")
    (event,) = floor.sent("device/")
    assert event.id != row
    assert printed(floor, event.id) == "accepted"
    assert floor.value("SELECT COUNT(*) FROM alarm WHERE state = 'open'") == 0
    assert floor.scan(BOX).message == "tote_done"


def test_a_label_that_comes_out_after_its_reprint_was_asked_is_surplus() -> None:
    floor, row = printing()
    floor.do(DeviceFault(id="f", device=PRINTER, fault="paper_out", outbox=row))
    floor.scans("PRINT")
    assert printed(floor, row) == "surplus"
    assert floor.scan(BOX).message == "label_not_printed"
    floor.printer_answers()
    assert accepted_labels(floor) == 1
    assert len(floor.events("label_surplus")) == 1


def test_a_label_that_comes_out_after_a_fault_and_without_reprint_counts() -> None:
    floor, row = printing()
    floor.do(DeviceFault(id="f", device=PRINTER, fault="no_answer", outbox=row))
    assert printed(floor, row) == "accepted"
    assert floor.scan(BOX).message == "tote_done"


def test_a_label_on_its_way_is_asked_for_again_only_on_the_second_press() -> None:
    floor, row = printing()
    reply = floor.scan("PRINT")
    assert (reply.message, reply.tone) == ("label_on_its_way", "warn")
    assert [event.id for event in floor.sent("device/")] == [row]
    assert floor.scan("PRINT").message == "label_reprinted"
    assert row not in [event.id for event in floor.sent("device/")]


def test_a_torn_label_is_printed_again_and_that_is_recorded() -> None:
    floor, row = printing()
    printed(floor, row)
    assert floor.scans("PRINT").message == "label_reprinted"
    assert floor.events("label_reprinted") == [{"by": "W1"}]
    assert floor.scan(BOX).message == "label_not_printed"
    floor.printer_answers()
    assert floor.scan(BOX).message == "tote_done"


def test_a_purchase_that_failed_is_asked_again_under_the_same_reference() -> None:
    floor = weighed()
    (event,) = floor.sent("carrier/")
    floor.do(OutboxGivenUp(id="g", outbox=event.id, reason="carrier_away"))
    assert look(floor).screen.last == "label_not_bought"
    assert floor.scans("PRINT").message == "label_asked_again"
    (again,) = floor.sent("carrier/")
    assert again.payload == event.payload
    floor.carrier_answers()
    assert floor.value("SELECT COUNT(*) FROM alarm WHERE state = 'open'") == 0


def test_a_tracking_number_that_names_something_else_does_not_take_its_code() -> None:
    floor = weighed()
    parcel = floor.parcels()[0]
    floor.do(LabelBought(id="b", parcel=parcel.id, tracking="TOTE-2", cost_cents=1))
    assert floor.value("SELECT kind FROM barcode WHERE code = 'TOTE-2'") == "container"
    assert floor.events("code_in_use") == [{"code": "TOTE-2"}]


def test_own_packaging_is_quoted_by_the_items_own_measures() -> None:
    short_side = replace(ECO, girth_max_mm=499)
    floor = Floor(
        setup=(
            SetUpSite(id="site", settings=SETTINGS, cartons=CARTONS, services=(short_side, FAST)),
            *SETUP[1:],
        )
    )
    order = floor.order("1", {"BOOK": 1})
    floor.tour([[(order, "OWN", {"BOOK": 1})]])
    floor.scans("BENCH-01", "TOTE-1", "BOOK", "500")
    parcel = floor.parcels()[0]
    assert (parcel.service, parcel.why) == (
        "FAST",
        "ECO: too large: girth 500 mm, takes 499 mm",
    )


def test_timer_of_a_departure_that_is_closed_already_does_nothing() -> None:
    floor = Floor()
    assert floor.do(FireTimer(id="t", timer=99)).note == "cancelled"

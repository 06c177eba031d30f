"""Items measured anew at the bench: typed, by dimensioner, by scale; plans follow, leads undo."""

import pytest

from controller.errors import ControllerError, Refused
from controller.messages import MeasureItem, UndoMeasurement, WeightRead
from controller.store import Store
from tests.workflows.floor import Floor, packed_floor

SIZES = "SELECT length_mm, width_mm, height_mm, mass_g FROM item WHERE sku = :sku"


def measures(floor: Floor, sku: str = "MUG") -> tuple[int, ...]:
    return tuple(floor.all(SIZES, sku=sku)[0])


def cartons(floor: Floor, order: str) -> list[str]:
    rows = floor.all(
        "SELECT carton FROM parcel WHERE order_id = :o AND state <> 'cancelled' ORDER BY id",
        o=order,
    )
    return [str(row.carton) for row in rows]


def test_an_item_that_does_not_fit_is_measured_and_its_order_gets_another_carton(
    store: Store,
) -> None:
    floor = packed_floor(store=store)
    floor.scans("TOTE-1", "BOX-S", "MEASURE", "MUG", "210", "100", "120")
    assert floor.screens["W1"].screen.fields["known_g"] == 350
    reply = floor.scans("360")
    assert (reply.message, reply.screen.step, reply.screen.target) == (
        "measured",
        "carton",
        "BOX-L",
    )
    assert measures(floor) == (210, 100, 120, 360)
    (row,) = floor.all("SELECT * FROM measurement")
    assert (row.worker, row.place, row.old_length_mm, row.old_mass_g) == (
        "W1",
        "BENCH-01",
        100,
        350,
    )
    assert cartons(floor, "shop/1") == ["BOX-L"]
    assert floor.books_balance()


def test_a_dimensioner_types_all_sides_and_the_scale_of_the_bench_the_mass() -> None:
    floor = packed_floor()
    floor.scans("TOTE-1", "MEASURE", "PEN", "150x20x20")
    reply = floor.do(WeightRead(id="w", device="scale", place="BENCH-01", mass_g=25))
    assert (reply.message, reply.screen.step) == ("measured", "carton")
    assert measures(floor, "PEN") == (150, 20, 20, 25)


def test_what_no_longer_goes_into_the_begun_carton_gets_another_one() -> None:
    floor = packed_floor()
    floor.scans("TOTE-1", "BOX-S", "MUG", "MUG")
    reply = floor.scans("MEASURE", "PEN", "300", "20", "20", "20")
    assert (reply.message, reply.screen.step) == ("measured_rest_elsewhere", "weigh")
    floor.scans(str(2 * 350 + 80))
    assert cartons(floor, "shop/1") == ["BOX-S"]
    floor.carrier_answers()
    floor.printer_answers()
    reply = floor.scans(floor.parcels()[0].lpn)
    assert (reply.screen.step, reply.screen.target) == ("carton", "BOX-L")
    assert floor.books_balance()


def test_what_still_fits_stays_and_goes_on_where_it_was() -> None:
    floor = packed_floor()
    floor.scans("TOTE-1", "BOX-S", "MUG", "MUG")
    reply = floor.scans("MEASURE", "PEN", "150", "20", "20", "20")
    assert (reply.screen.step, reply.screen.fields["carton"]) == ("item", "BOX-S")
    assert floor.scans("MEASURE", "PEN", "150", "20", "20", "20").message == "measured_same"
    assert floor.books_balance()


def test_open_orders_are_planned_anew_and_a_lead_undoes_it() -> None:
    floor = packed_floor()
    floor.scan("HOME")
    other = floor.order("2", {"MUG": 1})
    floor.tour([[(other, "BOX-S", {"MUG": 1})]])
    long = MeasureItem(
        id="m", actor="LEAD", sku="MUG", length_mm=400, width_mm=100, height_mm=100, mass_g=350
    )
    floor.do(long)
    assert cartons(floor, "shop/1") == cartons(floor, "shop/2") == ["BOX-L"]
    (row,) = floor.all("SELECT id, worker FROM measurement")
    assert row.worker == "LEAD"
    floor.do(UndoMeasurement(id="u", actor="LEAD", measurement=row.id))
    assert (measures(floor), cartons(floor, "shop/2")) == ((100, 100, 100, 350), ["BOX-S"])
    with pytest.raises(Refused, match="measured since"):
        floor.do(UndoMeasurement(id="again", actor="LEAD", measurement=row.id))
    assert floor.books_balance()


def test_wrong_measures_are_refused_by_name_and_undo_goes_back() -> None:
    floor = packed_floor()
    floor.scans("TOTE-1", "MEASURE")
    assert floor.scan("BOOK").message == "wrong_item"
    floor.scans("MUG")
    assert floor.scan("0").message == "bad_measure"
    assert floor.scan("10x20").message == "no_measure"
    floor.scans("120")
    assert floor.scans("UNDO").screen.step == "length"
    wrong = MeasureItem(id="m", sku="MUG", length_mm=-1, width_mm=1, height_mm=1, mass_g=1)
    with pytest.raises(ControllerError, match="bad measure"):
        floor.do(wrong)

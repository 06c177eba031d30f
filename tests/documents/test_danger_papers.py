"""Dangerous goods at the bench: marks beside the label, transport documents, declarations."""

from dataclasses import replace
from typing import Any

import pypdfium2
import pytest

from api.documents.drawing import Sheet
from controller.errors import Refused
from controller.messages import ImportItems, MakeDocument, RelabelParcel, SetUpSite
from controller.views.documents import of_parcel
from controller.views.wanted_papers import wanted_papers
from devices.danger_marks import danger_sheets
from devices.driver import BadFrame
from devices.label_marks import SIZES
from devices.printer import PrintJob
from simulation.machines.printer import read_label
from tests.documents.reading import codes, texts
from tests.documents.test_slips import pdf
from tests.workflows.floor import CARTONS, ECO, FAST, FIRST, SETTINGS, Floor
from tests.workflows.test_dangerous_goods import LIMITED, PHONE, SCENT

TURN = "TURN: BLACK CORNERS ABOVE AND BELOW"
NAMED = replace(SCENT, shipping_name="PERFUMERY PRODUCTS")


def weighed(*items: Any, changed: str = "", small: bool = False) -> Floor:
    """A floor on which a parcel with a unit of each of these has just been weighed.

    `changed` is what else is kept of them, as it was before more was asked of dangerous goods;
    a `small` parcel has sides of 140 mm.
    """
    floor = Floor("W1", "W2")
    if small:
        cartons = (replace(CARTONS[0], length_mm=140, width_mm=140, height_mm=140), CARTONS[1])
        floor.do(SetUpSite(id="small", settings=SETTINGS, cartons=cartons, services=(ECO, FAST)))
    floor.do(ImportItems(id="goods", items=items))
    if changed:
        with floor.controller.store.transaction() as db:
            db.run(f"UPDATE item SET {changed} WHERE un_number <> ''")
    units = {item.sku: 1 for item in items}
    order = floor.order("1", units)
    floor.tour([[(order, "BOX-S", units)]])
    floor.scans("BENCH-01", "TOTE-1", "BOX-S", *units)
    floor.scan(str(80 + 350 * len(items)))
    return floor


def paper(floor: Floor, kind: str) -> int:
    with floor.controller.reading() as db:
        (found,) = (each for each in of_parcel(db, FIRST) or () if each.kind == kind)
    return int(found.id)


def black(page: bytes, x_mm: float, y_mm: float) -> bool:
    """Whether a page is black at a spot, from its upper left corner."""
    document = pypdfium2.PdfDocument(page)
    try:
        picture = document[0].render(scale=8 * 25.4 / 72).to_pil().convert("L")
    finally:
        document.close()
    return bool(picture.getpixel((int(x_mm * 8), int(y_mm * 8))) < 128)


def test_marks_come_out_after_the_label_and_touch_none_of_its_codes() -> None:
    floor = weighed(LIMITED, PHONE)
    floor.carrier_answers()
    (event,) = floor.sent("device/printer-")
    assert event.payload["marks"] == {"limited": True, "lithium": ["UN3481"], "large": True}
    job = PrintJob(**event.payload)
    label, limited, battery = job.zpl("4x6in", 203).split("^XZ\n")
    assert read_label(label.encode()).codes == (f"]C0TRK{FIRST}", f"]C100{FIRST}")
    assert read_label(limited.encode()).texts == (TURN,)
    assert read_label(battery.encode()).texts == ("UN3481",)
    assert read_label((limited + battery).encode()).codes == ()
    page = pdf(floor, paper(floor, "danger_marks"))
    assert texts(page) == [TURN, "UN3481"]
    assert codes(page) == set()
    floor.printer_answers()
    with floor.controller.reading() as db:
        prints = {each.kind: len(each.prints) for each in of_parcel(db, FIRST) or ()}
    assert prints == {"label": 1, "danger_marks": 1, "dangerous_goods": 0}


@pytest.mark.parametrize("size", SIZES)
def test_the_mark_of_limited_quantities_is_a_square_on_its_corner_with_black_tips(
    size: str,
) -> None:
    floor = weighed(LIMITED, small=True)
    floor.carrier_answers()
    page = pdf(floor, paper(floor, "danger_marks"), Sheet(size=size))
    middle_mm, top_mm, half_mm = SIZES[size][0] / 16, 2.5, 45
    assert black(page, middle_mm, top_mm + 5)
    assert black(page, middle_mm, top_mm + 2 * half_mm - 5)
    assert not black(page, middle_mm, top_mm + half_mm)
    assert black(page, middle_mm - half_mm + 1, top_mm + half_mm)
    assert not black(page, middle_mm - half_mm + 5, top_mm + half_mm)
    assert not black(page, middle_mm - half_mm + 5, top_mm + 5)


@pytest.mark.parametrize("size", SIZES)
def test_on_a_large_parcel_the_mark_of_limited_quantities_has_sides_of_100_mm(size: str) -> None:
    floor = weighed(LIMITED)
    floor.carrier_answers()
    page = pdf(floor, paper(floor, "danger_marks"), Sheet(size=size))
    left, top = (SIZES[size][0] - 800) / 16, 2.5  # black corners: at the left above, right below
    corners = [(left + x, top + y) for x, y in ((1, 1), (24, 24), (76, 76), (99, 99))]
    assert all(black(page, *spot) for spot in corners)
    edges = [(left + x, top + y) for x, y in ((99, 1), (1, 99), (50, 1), (99, 50), (1, 75))]
    assert all(black(page, *spot) for spot in edges)
    white = [(left + x, top + y) for x, y in ((26, 26), (74, 74), (50, 50), (80, 20), (3, 75))]
    assert not any(black(page, *spot) for spot in white)


def test_hatching_is_red_on_paper_and_what_it_frames_is_black() -> None:
    floor = weighed(PHONE)
    floor.carrier_answers()
    document = pypdfium2.PdfDocument(pdf(floor, paper(floor, "danger_marks")))
    try:
        found = document[0].render(scale=4).to_pil().convert("RGB").getcolors(1 << 20)
    finally:
        document.close()
    colours = {colour for count, colour in found if count > 200}
    assert colours == {(255, 255, 255), (0, 0, 0), (226, 0, 26)}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("limited", [False, True])
@pytest.mark.parametrize("large", [False, True])
def test_marks_stay_on_their_sheet(size: str, limited: bool, large: bool) -> None:
    width, height = SIZES[size]
    lithium = ["UN3481", "UN3091", "UN3090"]
    said = {"limited": limited, "large": large, "lithium": lithium, "phone": "+44 1904 1"}
    sheets = danger_sheets(said, size)
    assert len(sheets) == 1 + (limited and large)
    for mark in (mark for sheet in sheets for mark in sheet):
        assert mark.x >= 0
        assert 0 <= mark.y < height
        assert mark.x + getattr(mark, "width", 0) <= width
    with pytest.raises(BadFrame, match="no UN number"):
        danger_sheets({}, size)


def test_limited_quantities_have_their_transport_document_and_stop_nobody() -> None:
    floor = weighed(LIMITED, PHONE)
    (told,) = texts(pdf(floor, paper(floor, "dangerous_goods")))
    told = " ".join(told.split())
    assert "UN 1266, 3, II" in told
    assert "in limited quantities (ADR 3.4)" in told
    assert "UN 3481, LITHIUM ION BATTERIES CONTAINED IN EQUIPMENT, 9" in told
    assert "special provision 188" in told
    assert "0.050 L" in told
    assert "I declare" not in told
    assert len(floor.sent("carrier/buy")) == 1


def test_fully_regulated_goods_stop_at_the_bench_until_a_person_declares_them() -> None:
    floor = weighed(NAMED)
    assert floor.screens["W1"].message == "declaration_needed"
    assert floor.sent("carrier/buy") == []
    (parcel,) = floor.parcels()
    assert "MUG (UN1266, class 3): fully regulated" in parcel.why
    with pytest.raises(Refused, match="fully regulated"):
        floor.do(RelabelParcel(id="early", parcel=parcel.id))
    by = {"kind": "dangerous_goods", "parcel": parcel.id}
    with pytest.raises(Refused, match="a trained person declares"):
        floor.do(MakeDocument(id="picker", actor="W1", **by))
    made = floor.do(MakeDocument(id="lead", actor="LEAD", **by)).document
    (told,) = texts(pdf(floor, made))
    told = " ".join(told.split())
    assert "Labels: 3" in told
    assert "UN 1266, PERFUMERY PRODUCTS, 3, II" in told
    assert "1 box, carton BOX-S" in told
    assert "I declare" in told
    assert "LEAD" in told
    floor.do(RelabelParcel(id="now", parcel=parcel.id))
    assert len(floor.sent("carrier/buy")) == 1
    assert floor.all("SELECT * FROM alarm WHERE state = 'open'") == []
    assert floor.books_balance()


@pytest.mark.parametrize(
    ("limited", "blank", "lacks"),
    [
        (1, "danger_class = '', shipping_name = ''", "danger_class"),
        (0, "danger_class = '', shipping_name = ''", "danger_class, shipping_name"),
        (0, "shipping_name = ''", "shipping_name"),
    ],
)
def test_goods_known_by_their_number_alone_are_put_aside_until_more_is_known(
    limited: int, blank: str, lacks: str
) -> None:
    floor = weighed(LIMITED if limited else NAMED, changed=blank)
    assert floor.screens["W1"].message == "danger_not_known"
    assert floor.screens["W1"].screen.step == "tote"
    assert floor.sent("carrier/buy") == []
    (parcel,) = floor.parcels()
    assert (parcel.state, parcel.why) == ("packed", f"MUG: {lacks}")
    (alarm,) = floor.all("SELECT device, fault, detail FROM alarm WHERE state = 'open'")
    assert tuple(alarm) == (f"parcel/{FIRST}", "danger_not_known", f"MUG: {lacks}")
    assert floor.events("danger_not_known") == [{"why": f"MUG: {lacks}"}]
    with pytest.raises(Refused) as refused:
        floor.do(RelabelParcel(id="early", parcel=parcel.id))
    assert (refused.value.code, refused.value.fields["why"]) == ("danger_not_known", parcel.why)
    declared = MakeDocument(id="d", actor="LEAD", kind="dangerous_goods", parcel=parcel.id)
    with pytest.raises(Refused, match="danger not known"):
        floor.do(declared)
    floor.do(ImportItems(id="anew", items=(LIMITED,)))
    floor.do(RelabelParcel(id="now", parcel=parcel.id))
    assert len(floor.sent("carrier/buy")) == 1
    assert floor.all("SELECT * FROM alarm WHERE state = 'open'") == []
    assert floor.books_balance()


def test_a_bench_prints_the_document_of_what_was_declared() -> None:
    floor = weighed(LIMITED)
    with floor.controller.reading() as db:
        assert wanted_papers(db, "W1") == ()


def test_label_made_anew_comes_with_the_marks_of_what_is_known_of_its_goods_now() -> None:
    floor = weighed(LIMITED)
    floor.carrier_answers()
    floor.printer_answers()
    (parcel,) = floor.parcels()
    for nth, (item, marks) in enumerate(((PHONE, {"lithium": ["UN3481"]}), (NAMED, None))):
        floor.do(ImportItems(id=f"known-{nth}", items=(replace(item, sku=LIMITED.sku),)))
        asked = MakeDocument(id=f"{nth}", actor="LEAD", kind="dangerous_goods", parcel=parcel.id)
        assert floor.do(asked).new
        floor.do(RelabelParcel(id=f"anew-{nth}", parcel=parcel.id))
        floor.carrier_answers()
        *_, event = floor.sent("device/printer-")
        assert event.payload.get("marks") == (marks and marks | {"large": True})
        floor.printer_answers()

"""Labels: recorded, reprinted, voided; the same on paper and from the printer."""

import base64
import binascii
import io
import re
import zlib

import msgspec
import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from api.documents.drawing import Sheet
from controller.errors import Refused
from controller.messages import (
    LabelBought,
    LabelPrinted,
    PrintDocument,
    RelabelParcel,
    ReprintLabel,
    VoidDocument,
)
from controller.views import documents
from controller.views.documents import DocumentRow
from devices.driver import BadFrame
from devices.graphics import kept_label
from devices.printer import Printer
from devices.zpl import START, of_carrier, opening, parcel_label
from simulation.machines.printer import read_label
from tests.documents.reading import codes, texts
from tests.documents.test_slips import made, parcel_of, pdf
from tests.workflows.floor import FIRST, Floor

ZPL = "^XA^FO20,20^A0N,30,30^FDTRK1^FS^XZ"


def labelled() -> Floor:
    floor = parcel_of()
    floor.carrier_answers()
    floor.printer_answers()
    return floor


def listed(floor: Floor) -> tuple[DocumentRow, ...]:
    with floor.controller.reading() as db:
        return documents.of_parcel(db, FIRST) or ()


def test_every_print_of_a_label_is_recorded_with_who_and_why() -> None:
    floor = labelled()
    floor.scans("PRINT")
    parcel = floor.parcels()[0].id
    floor.do(ReprintLabel(id="r", actor="LEAD", parcel=parcel))
    (label,) = listed(floor)
    assert label.kind == "label"
    assert [(each.actor, each.why) for each in label.prints] == [
        ("system", ""),
        ("W1", "bench"),
        ("LEAD", "reprint"),
    ]


@pytest.mark.parametrize("size", ["4x6in", "100x150mm", "A6"])
def test_the_label_on_paper_says_what_the_printer_prints(size: str) -> None:
    floor = labelled()
    (label,) = listed(floor)
    zpl = pdf(floor, int(label.id), Sheet(form="zpl", size=size, dpi=203))
    printed = read_label(zpl)
    page = pdf(floor, int(label.id), Sheet(size=size))
    assert codes(page) == set(printed.codes) == {f"]C0TRK{FIRST}", f"]C100{FIRST}"}
    (told,) = texts(page)
    assert all(" ".join(text.split()) in told for text in printed.texts)


@pytest.mark.parametrize("dpi", [300, 600])
def test_a_label_is_drawn_for_finer_printers_too(dpi: int) -> None:
    floor = labelled()
    (label,) = listed(floor)
    zpl = pdf(floor, int(label.id), Sheet(form="zpl", dpi=dpi)).decode()
    assert f"^PW{812 * {300: 12, 600: 24}[dpi] // 8}^" in zpl
    assert read_label(zpl.encode()).codes == (f"]C0TRK{FIRST}", f"]C100{FIRST}")


def test_a_voided_label_is_not_printed_and_the_parcel_does_not_leave() -> None:
    floor = labelled()
    (label,) = listed(floor)
    floor.do(VoidDocument(id="v", actor="LEAD", document=int(label.id), why="wrong service"))
    with pytest.raises(Refused) as refused:
        floor.do(PrintDocument(id="p", document=int(label.id), why="again"))
    assert refused.value.code == "document_voided"
    with pytest.raises(Refused):
        pdf(floor, int(label.id))
    assert floor.scan(FIRST).message == "label_voided"
    assert floor.books_balance()


def test_a_voided_label_is_bought_anew_and_comes_out_at_its_bench() -> None:
    floor = labelled()
    (label,) = listed(floor)
    floor.do(VoidDocument(id="v", document=int(label.id), why="wrong service"))
    parcel = floor.parcels()[0].id
    floor.do(RelabelParcel(id="n", parcel=parcel))
    (event,) = floor.sent("carrier/buy")
    assert event.payload["reference"] == f"{FIRST}-2"
    floor.do(LabelBought(id="b", parcel=parcel, tracking="SECOND", cost_cents=9))
    floor.printer_answers()
    assert floor.scan(FIRST).message == "tote_done"
    assert [bool(each.voided_ms) for each in listed(floor)] == [True, False]


def test_a_label_that_was_voided_on_the_belt_comes_anew_out_of_the_printer_of_its_bench() -> None:
    floor = labelled()
    floor.scans(FIRST)
    (label,) = listed(floor)
    floor.do(VoidDocument(id="v", document=int(label.id), why="lost"))
    parcel = floor.parcels()[0].id
    floor.do(RelabelParcel(id="n", parcel=parcel))
    floor.do(LabelBought(id="b", parcel=parcel, tracking="SECOND", cost_cents=9))
    (event,) = floor.sent("device/printer-")
    assert event.topic == "device/printer-bench-01"
    assert floor.do(LabelPrinted(id="lp", device="x", outbox=event.id)).note == "accepted"


def bought_as(form: str, body: bytes) -> Floor:
    floor = parcel_of()
    label = base64.b64encode(body).decode()
    floor.do(
        LabelBought(
            id="b",
            parcel=floor.parcels()[0].id,
            tracking="TRK1",
            cost_cents=9,
            label=label,
            form=form,
        )
    )
    return floor


def test_a_carriers_label_goes_out_as_it_came_and_is_in_no_journal() -> None:
    floor = bought_as("zpl", ZPL.encode())
    (event,) = floor.sent("device/printer-")
    assert base64.b64decode(event.payload["kept"]).decode() == ZPL
    (label,) = listed(floor)
    assert (label.form, pdf(floor, int(label.id)).decode()) == ("zpl", ZPL)
    journal = floor.value("SELECT payload FROM journal WHERE command_id = 'b'")
    assert msgspec.json.decode(journal)["label"] != base64.b64encode(ZPL.encode()).decode()


def test_a_label_of_an_unknown_form_is_refused_before_it_is_taken() -> None:
    with pytest.raises(Refused) as refused:
        bought_as("gif", b"GIF89a")
    assert refused.value.code == "unknown_form"


@pytest.mark.parametrize(
    "zpl",
    [
        "~JA",
        "^XA^JUS^XZ",
        "^XA^FO1,1^FDx^FS~DGR:X.GRF,1,1,00^XZ",
        "^XA^DFR:FORM.ZPL^FS^XZ",
        "^XA^IDR:*.*^FS^XZ",
        "^XA^CC!^XZ",
        "^XA^PQ5000^XZ",
        "^XA^PQ6^XZ^XA^PQ5^XZ",
        "^XA^PQ\u0663^XZ",
        "^XA\x10JA^XZ",
        "^XA\x1eJUS^XZ",
        "^XA^FDx\x1eIDR:*.*^FS^XZ",
        "^XA^FDx\x05^FS^XZ",
        "^XA^MCN^XZ",
        "^XA^MUI^XZ",
        "^XA^MUD,150,300^XZ",
        "^XA^FLE:ANMDS.TTF,E:SWISS721.TTF,1^XZ",
        "^XA^A^JUF^FO0,0^FDx^FS^XZ",
        "^XA^B^IDR:*.*^FS^XZ",
        "^XA^B^DFR:A.ZPL^FS^XZ",
        "^XA^A^CC+^FS+DFR:A.ZPL+XZ^XZ",
        "^XA^A~JA^XZ",
        "^XA^XZ" * 11,
        "^XA^XZ" * 2_000 + "x",
        "not zpl at all",
        "^XA^FDno end",
    ],
)
def test_what_would_change_a_printer_is_not_let_through(zpl: str) -> None:
    with pytest.raises(BadFrame):
        of_carrier(zpl)


def test_our_own_label_passes_the_same_look() -> None:
    zpl = parcel_label({"to": ["Ada ~ ^XA"], "tracking": "TRK1", "parcel": "LP1"})
    assert of_carrier(zpl) == zpl


def test_a_carriers_label_is_drawn_and_the_printer_keeps_its_settings() -> None:
    drawn = "^LH10,12^POI^PW812^PQ2,0,0,N^FB10,1^GFA,1,1,1,00^FDa\x1db^FS^XZ"
    usual = "^XA^LRN^MNY^MFN,N^MCY^MMT^MTT^MUD^MD30^PR12^LS0^LT0"
    assert of_carrier(usual + drawn) == f"{opening('4x6in', 203)}^LRN{drawn}"
    assert of_carrier(f"^XA{drawn}^XA^FDsecond^FS^XZ").count(START) == 1


def test_no_label_inherits_how_the_one_before_it_was_turned_or_how_large_it_was() -> None:
    floor = labelled()
    page = picture_of(pdf(floor, int(listed(floor)[0].id)), 203)
    graphic = kept_label("png", base64.b64encode(page).decode(), "4x6in", 203)
    for zpl in (
        parcel_label({"to": ["Ada"], "tracking": "T", "parcel": "LP1"}),
        graphic,
        of_carrier(ZPL),
    ):
        assert zpl.startswith(f"^XA{START}^PW812^LL1218")
    assert {"PON", "PMN", "LRN", "FWN", "LH0,0", "CFA,9,5", "BY2,3,10"} <= {*START.split("^")}
    assert "^PW1218^LL1827" in kept_label(
        "zpl", base64.b64encode(ZPL.encode()).decode(), "4x6in", 300
    )


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("form", ["pdf", "png"])
def test_a_carriers_page_comes_out_as_a_picture_that_scans(form: str, dpi: int) -> None:
    floor = labelled()
    (label,) = listed(floor)
    page = pdf(floor, int(label.id))
    body = page if form == "pdf" else picture_of(page, dpi)
    zpl = kept_label(form, base64.b64encode(body).decode(), "4x6in", dpi)
    assert of_carrier(zpl, "4x6in", dpi) == zpl
    assert len(zpl) < 65_536
    assert scanned(zpl) == {f"]C0TRK{FIRST}", f"]C100{FIRST}"}


def picture_of(page: bytes, dpi: int) -> bytes:
    document = pypdfium2.PdfDocument(page)
    file = io.BytesIO()
    document[0].render(scale=dpi / 72).to_pil().save(file, "PNG")
    document.close()
    return file.getvalue()


def scanned(zpl: str) -> set[str]:
    """What a scanner reads on the picture in a format."""
    found = re.search(r"\^GFA,(\d+),\d+,(\d+),:Z64:(.*?):([0-9A-F]{4})\^FS", zpl)
    assert found is not None
    assert int(found[4], 16) == binascii.crc_hqx(found[3].encode(), 0)
    dots = zlib.decompress(base64.b64decode(found[3]))
    assert len(dots) == int(found[1])
    row = int(found[2])
    picture = Image.frombytes("1", (row * 8, len(dots) // row), dots).convert("L")
    black = picture.point(lambda shade: 255 - shade)
    reads = zxingcpp.read_barcodes(black, text_mode=zxingcpp.TextMode.Plain)
    return {each.symbology_identifier + each.text.lstrip("\x1d") for each in reads}


@pytest.mark.parametrize(
    ("form", "body", "told"),
    [
        ("pdf", b"%PDF-nonsense", "cannot be read as PDF"),
        ("png", b"\x89PNG nonsense", "cannot be read as PNG"),
        ("zpl", b"\xff\xfe", "no text"),
    ],
)
def test_a_carriers_label_that_cannot_be_read_says_so(form: str, body: bytes, told: str) -> None:
    with pytest.raises(BadFrame, match=told):
        kept_label(form, base64.b64encode(body).decode(), "4x6in", 203)


def test_a_page_much_larger_than_the_label_is_not_shrunk_to_what_no_scanner_reads() -> None:
    slip = pdf(floor := parcel_of(), made(floor))
    with pytest.raises(BadFrame, match="larger than the label"):
        kept_label("pdf", base64.b64encode(slip).decode(), "4x6in", 203)


def test_a_printer_driver_prints_what_a_carrier_sent() -> None:
    floor = bought_as("zpl", ZPL.encode())
    (event,) = floor.sent("device/printer-")
    printer = Printer(name="printer-bench-01", address="p")
    (sent, *_) = printer.carry_out(event, 0).sends
    assert sent.payload.decode() == of_carrier(ZPL)

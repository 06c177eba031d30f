"""Packing slips: what is in the parcel and what follows, in the customer's language, as a PDF."""

import base64
import io
from dataclasses import replace

import msgspec
import pytest
from PIL import Image

from api.documents.drawing import Sheet, file_of
from api.documents.slips import slip
from controller.errors import Refused
from controller.forms import Slip, SlipLine
from controller.messages import (
    MakeDocument,
    OrderLine,
    PlaceOrder,
    PrintDocument,
    Recipient,
    SetUpShops,
    Shop,
)
from controller.views import documents
from tests.documents.reading import codes, texts
from tests.workflows.floor import FIRST, Floor

ADA = Recipient(name="Ada Ünal", street="1 Mill Lane", city="York")
SHOP = Shop(code="shop", name="Mug & Söhne", street="Hauptstr. 1", postcode="10115", city="Berlin")


def parcel_of(recipient: Recipient = ADA, lines: dict[str, int] | None = None) -> Floor:
    """A floor on which the parcel FIRST has just been weighed."""
    floor = Floor()
    wants = lines or {"MUG": 2}
    order = PlaceOrder(
        id="order",
        shop="shop",
        number="1",
        lines=tuple(
            OrderLine(line=n, sku=sku, qty=qty, price_cents=795)
            for n, (sku, qty) in enumerate(wants.items(), 1)
        ),
        postcode="YO1 7HH",
        recipient=recipient,
    )
    floor.do(order)
    floor.tour([[("shop/1", "BOX-S", {"MUG": 2})]])
    floor.scans("BENCH-01", "TOTE-1", "BOX-S", "MUG-PACK", "780")
    return floor


def made(floor: Floor, kind: str = "packing_slip") -> int:
    parcel = floor.parcels()[0].id
    return floor.do(MakeDocument(id=floor.id(), kind=kind, parcel=parcel)).document


def pdf(floor: Floor, document: int, sheet: Sheet | None = None) -> bytes:
    with floor.controller.reading() as db:
        found = file_of(db, document, sheet or Sheet())
    assert found is not None
    return found.body


def test_a_slip_tells_what_is_in_the_parcel_under_the_name_of_its_shop() -> None:
    floor = parcel_of()
    floor.do(SetUpShops(id="shops", shops=(SHOP,)))
    slip = pdf(floor, made(floor))
    (page,) = texts(slip)
    for text in ("Mug & Söhne", "10115 Berlin", "Ada Ünal", "YO1 7HH York", "MUG", "15.90 GBP"):
        assert text in page
    assert codes(slip) == {f"]C100{FIRST}"}


def test_what_is_backordered_is_on_the_slip_as_following_later() -> None:
    floor = parcel_of(lines={"MUG": 2, "PEN": 60})
    (page,) = texts(pdf(floor, made(floor)))
    assert "What follows is on its way to us" in page
    assert "PEN Pen 0 10" in " ".join(page.split())


def test_a_gift_shows_its_message_and_no_price() -> None:
    gift = replace(ADA, gift_message="Alles Gute! Всего хорошего", language="de")
    floor = parcel_of(gift)
    (page,) = texts(pdf(floor, made(floor)))
    assert "Alles Gute! Всего хорошего" in page
    assert "Lieferschein" in page
    assert "GBP" not in page


def test_the_same_slip_is_named_again_and_drawn_to_the_same_bytes() -> None:
    floor = parcel_of()
    first = made(floor)
    assert made(floor) == first
    assert pdf(floor, first) == pdf(floor, first)


def test_a_reprint_says_why_and_is_marked_as_a_copy() -> None:
    floor = parcel_of()
    slip = made(floor)
    floor.do(PrintDocument(id="p1", document=slip))
    assert "COPY" not in texts(pdf(floor, slip))[0]
    with pytest.raises(Refused) as refused:
        floor.do(PrintDocument(id="p2", document=slip))
    assert refused.value.code == "reprint_needs_reason"
    floor.do(PrintDocument(id="p3", document=slip, why="torn"))
    assert "COPY 2" in texts(pdf(floor, slip))[0]


def test_an_order_of_two_hundred_lines_has_as_many_pages_as_it_needs() -> None:
    long_name = "Ein sehr langer Name für eine Tasse mit Henkel, rot " * 3
    lines = tuple(
        SlipLine(line=n, sku=f"SKU-{n}", name=long_name, qty=1, backordered=0, price_cents=n)
        for n in range(1, 201)
    )
    floor = parcel_of()
    with floor.controller.reading() as db:
        asked = documents.drawable(db, made(floor))
    assert asked is not None
    data = msgspec.json.decode(asked.data, type=Slip)
    many = replace(asked, data=msgspec.json.encode(replace(data, lines=lines)).decode())
    pages = texts(slip(many))
    assert len(pages) > 5
    assert all("Description" in page for page in pages)
    assert all(f"Page {nth} / {len(pages)}" in page for nth, page in enumerate(pages, 1))
    told = " ".join(pages)
    assert all(f"SKU-{n}" in told for n in range(1, 201))
    assert "201.00 GBP" in told


def test_letters_of_many_scripts_are_told_and_markup_is_only_text() -> None:
    name = "Żółć Ελλάδα Москва 北京市 かな 서울 <b>&amp;</b>"
    (page,) = texts(pdf(floor := parcel_of(replace(ADA, name=name)), made(floor)))
    assert name in " ".join(page.split())


@pytest.mark.parametrize("kept", [1.0, 0.5])
def test_a_logo_is_on_the_slip_and_one_that_is_cut_off_is_left_out(kept: float) -> None:
    file = io.BytesIO()
    Image.effect_noise((120, 40), 80).save(file, "PNG")
    whole = file.getvalue()
    logo = base64.b64encode(whole[: int(len(whole) * kept)]).decode()
    floor = parcel_of()
    floor.do(SetUpShops(id="shops", shops=(replace(SHOP, logo=logo),)))
    drawn = pdf(floor, made(floor))
    assert (b"/Subtype /Image" in drawn) == (kept == 1.0)
    assert "Packing slip" in texts(drawn)[0]

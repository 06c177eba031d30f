"""Papers for customs, returns and departures; and what is refused before a label is bought."""

from dataclasses import replace
from typing import Any

import pytest

from api.documents.drawing import Sheet
from api.documents.label_pages import page
from controller.errors import Refused
from controller.messages import (
    CloseDeparture,
    ImportItems,
    Item,
    MakeDocument,
    OrderLine,
    PlaceOrder,
    PrintDocument,
    RelabelParcel,
    SetUpShops,
    SetUpSite,
)
from controller.views.consignments import consignment
from controller.views.wanted_papers import wanted_papers
from devices.label_marks import SIZES, pallet_marks
from devices.zpl import pallet_label, parcel_label
from simulation.machines.printer import read_label
from tests.documents.reading import codes, texts
from tests.documents.test_slips import ADA, SHOP, made, pdf
from tests.workflows.floor import CARTONS, ECO, FAST, FIRST, SETTINGS, SETUP, Floor
from tests.workflows.test_loading import sorted_floor

EXPORTS = replace(
    SETTINGS,
    customs_free=("GB",),
    company="Mug House",
    street="Dock 3",
    city="Leeds",
    sdr_cents=100,
    eur_ppm=831_900,
)
MUG = Item(
    sku="MUG",
    name="Mug",
    length_mm=100,
    width_mm=100,
    height_mm=100,
    mass_g=350,
    barcodes=(("MUG-PACK", 2),),
    hs_code="691200",
    origin_country="PT",
    customs_words="Ceramic mug",
)


def exporting(
    price_cents: int = 795, *, known: bool = True, country: str = "CH", **more: Any
) -> Floor:
    """A floor on which a parcel to another country has just been weighed."""
    settings = replace(EXPORTS, **more)
    site = SetUpSite(id="site", settings=settings, cartons=CARTONS, services=(ECO, FAST))
    floor = Floor(setup=(site, *SETUP[1:]))
    if known:
        floor.do(ImportItems(id="mug", items=(MUG,)))
    floor.do(SetUpShops(id="shops", shops=(replace(SHOP, eori="GB123456789000", ioss="IM001"),)))
    line = OrderLine(line=1, sku="MUG", qty=2, price_cents=price_cents)
    order = PlaceOrder(id="o", shop="shop", number="1", lines=(line,), country=country)
    floor.do(replace(order, postcode="8001", recipient=ADA))
    floor.tour([[("shop/1", "BOX-S", {"MUG": 2})]])
    floor.scans("BENCH-01", "TOTE-1", "BOX-S", "MUG-PACK")
    floor.scan("780")
    return floor


def alarms(floor: Floor) -> list[tuple[str, str]]:
    rows = floor.all("SELECT fault, detail FROM alarm WHERE state = 'open' ORDER BY fault")
    return [(row.fault, row.detail) for row in rows]


def test_a_small_value_gets_a_cn22_with_code_origin_mass_and_value() -> None:
    floor = exporting()
    (page,) = texts(pdf(floor, made(floor, "customs")))
    told = " ".join(page.split())
    assert "CN 22" in told
    for text in ("2 × Ceramic mug", "0.700", "15.90 GBP", "691200", "PT", "GB123456789000"):
        assert text in told


def test_above_three_hundred_special_drawing_rights_it_is_a_cn23_with_both_addresses() -> None:
    floor = exporting(price_cents=15_001)
    floor.carrier_answers()
    document = pdf(floor, made(floor, "customs"))
    told = " ".join(texts(document)[0].split())
    for text in ("CN 23", "300.02 GBP", "Mug & Söhne", "Ada Ünal", "8001 York"):
        assert text in told
    assert "IM001" not in told
    assert codes(document) == {f"]C0TRK{FIRST}"}


@pytest.mark.parametrize(
    ("country", "terms"), [("CH", "DAP (Incoterms 2020)"), ("DE", "DDP, IOSS")]
)
def test_the_invoice_says_what_was_sold_by_whom_and_on_which_terms(
    country: str, terms: str
) -> None:
    floor = exporting(country=country)
    told = " ".join(texts(pdf(floor, made(floor, "invoice")))[0].split())
    for text in ("Commercial invoice", "7.95 GBP", "15.90 GBP", "691200", terms):
        assert text in told
    assert ("IM001" in told) == (country == "DE")


@pytest.mark.parametrize(
    ("currency", "price_cents", "told"),
    [("GBP", 6_239, True), ("GBP", 6_240, False), ("EUR", 7_500, True), ("EUR", 7_501, False)],
)
def test_above_150_euros_of_goods_in_an_order_no_import_scheme_is_told_and_the_papers_say_why(
    currency: str, price_cents: int, told: bool
) -> None:
    floor = exporting(price_cents, country="DE", currency=currency)
    invoice = " ".join(texts(pdf(floor, made(floor, "invoice")))[0].split())
    assert ("IM001" in invoice, "DDP, IOSS" in invoice) == (told, told)
    assert ("DAP" in invoice, "not used: the order is worth 150.0" in invoice) == (
        not told,
        not told,
    )
    made(floor, "customs")
    assert len(floor.events("ioss_not_told")) == (not told)
    parcel = floor.parcels()[0]
    with floor.controller.reading() as db:
        asked = consignment(db, parcel.id, FIRST, "FAST")
    assert asked is not None
    assert asked.numbers.ioss == ("IM001" if told else "")


def test_the_invoice_says_in_the_language_of_the_shop_why_no_import_scheme_is_told() -> None:
    floor = exporting(100_000, country="DE", currency="EUR")
    floor.do(SetUpShops(id="german", shops=(replace(SHOP, language="de", ioss="IM001"),)))
    invoice = " ".join(texts(pdf(floor, made(floor, "invoice")))[0].split())
    assert "nicht verwendet: Bestellwert 2.000,00 EUR, mehr als 150: Abgaben" in invoice
    assert "not used" not in invoice


def test_a_site_in_another_currency_says_what_a_euro_is_before_it_uses_the_import_scheme() -> None:
    floor = exporting(country="DE", currency="CHF", eur_ppm=0)
    lacks = "eur_ppm of the site: what a euro is in CHF, for IOSS"
    assert alarms(floor) == [("customs_data_missing", lacks)]
    assert floor.sent("carrier/buy") == []
    settings = replace(EXPORTS, currency="CHF", eur_ppm=930_000)
    floor.do(SetUpSite(id="rate", settings=settings, cartons=CARTONS, services=(ECO, FAST)))
    floor.do(RelabelParcel(id="r", parcel=floor.parcels()[0].id))
    assert len(floor.sent("carrier/buy")) == 1


def test_missing_data_is_told_by_sku_before_a_label_is_bought_and_then_it_goes_on() -> None:
    floor = exporting(price_cents=0, known=False)
    assert floor.sent("carrier/buy") == []
    lacks = "MUG: hs_code, origin_country, customs_words, price_cents"
    assert alarms(floor) == [("customs_data_missing", lacks)]
    parcel = floor.parcels()[0]
    assert (parcel.state, parcel.why) == ("packed", lacks)
    with pytest.raises(Refused) as refused:
        floor.do(RelabelParcel(id="r", parcel=parcel.id))
    assert refused.value.fields["lacks"] == lacks


def test_once_the_data_is_there_a_parked_parcel_gets_its_first_label_and_may_leave() -> None:
    floor = exporting(known=False)
    assert [fault for fault, _ in alarms(floor)] == ["customs_data_missing"]
    floor.do(ImportItems(id="mug", items=(MUG,)))
    floor.do(RelabelParcel(id="r", parcel=floor.parcels()[0].id))
    floor.carrier_answers()
    (event,) = floor.sent("device/printer-")
    assert event.topic == "device/printer-bench-01"
    floor.printer_answers()
    assert (floor.parcels()[0].state, alarms(floor)) == ("labelled", [])
    assert floor.books_balance()


def test_a_site_without_customs_figures_asks_for_no_papers() -> None:
    floor = Floor()
    floor.do(
        PlaceOrder(
            id="o",
            shop="s",
            number="1",
            lines=(OrderLine(line=1, sku="MUG", qty=1),),
            country="CH",
        )
    )
    floor.tour([[("s/1", "BOX-S", {"MUG": 1})]])
    floor.scans("BENCH-01", "TOTE-1", "BOX-S", "MUG", "430")
    assert alarms(floor) == []


def test_the_returns_label_is_scanned_at_the_returns_desk_and_its_return_is_announced() -> None:
    floor = exporting()
    document = made(floor, "returns_label")
    printed = read_label(pdf(floor, document, Sheet(form="zpl")))
    assert printed.codes == (f"]C0R{FIRST}",)
    assert codes(pdf(floor, document)) == set(printed.codes)
    assert {"RETURN", "Mug & Söhne"} <= {text.strip() for text in printed.texts}
    assert floor.value("SELECT order_id FROM customer_return WHERE rma = :r", r=f"R{FIRST}")


def test_a_departure_closes_early_with_a_manifest_of_all_its_parcels() -> None:
    floor, departure = loaded(2)
    done = floor.do(CloseDeparture(id="c", departure=departure))
    assert done.new
    assert not floor.do(CloseDeparture(id="c2", departure=departure)).new
    document = pdf(floor, done.document)
    told = " ".join(texts(document)[0].split())
    for parcel in floor.parcels():
        assert parcel.lpn in told
        assert parcel.tracking in told
    assert f"]C0D{departure}" in codes(document)


def test_each_pallet_of_a_departure_has_a_label_with_an_sscc_of_its_own() -> None:
    floor, departure = loaded(1)
    labels = [
        floor.do(MakeDocument(id=f"m{n}", kind="pallet_label", departure=departure)).document
        for n in (1, 2)
    ]
    read = [codes(pdf(floor, label)) for label in labels]
    assert read[0] != read[1]
    for label, found in zip(labels, read, strict=True):
        assert set(read_label(pdf(floor, label, Sheet(form="zpl"))).codes) == found


def loaded(parcels: int) -> tuple[Floor, int]:
    """A floor whose parcels are all in the vehicle, and their departure."""
    floor = sorted_floor(parcels)
    for parcel in floor.parcels():
        floor.scans(parcel.lpn, worker="W2")
    return floor, int(floor.parcels()[0].departure)


def test_dangerous_goods_are_named_on_the_label_by_number_and_mark() -> None:
    floor = Floor()
    scent = replace(MUG, un_number="UN1266", danger_class="3", limited_quantity=True, net_ml=50)
    floor.do(ImportItems(id="mug", items=(scent,)))
    order = floor.order("1", {"MUG": 1})
    floor.tour([[(order, "BOX-S", {"MUG": 1})]])
    floor.scans("BENCH-01", "TOTE-1", "BOX-S", "MUG", "430")
    floor.carrier_answers()
    (event,) = floor.sent("device/printer-")
    assert event.payload["label"]["hazards"] == ["LTD QTY", "UN1266"]
    assert {"LTD QTY", "UN1266"} <= set(
        read_label(parcel_label(event.payload["label"]).encode()).texts
    )


def test_the_bench_is_told_which_papers_go_with_the_parcel() -> None:
    floor = exporting()
    floor.do(SetUpShops(id="own", shops=(replace(SHOP, slip=True, returns="box"),)))

    def wanted() -> list[tuple[str, int]]:
        with floor.controller.reading() as db:
            return [(each.kind, each.prints) for each in wanted_papers(db, "W1")]

    kinds = ["packing_slip", "customs", "invoice", "returns_label"]
    assert wanted() == [(kind, 0) for kind in kinds]
    floor.do(PrintDocument(id="p", document=made(floor, "customs")))
    assert ("customs", 1) in wanted()
    floor.carrier_answers()
    floor.printer_answers()
    floor.scans(FIRST)
    assert wanted() == []


def test_what_is_known_of_a_pallets_content_is_in_its_barcodes() -> None:
    pallet = {
        "to": ["Customer", "1 Long Road"],
        "sscc": "340434161094015902",
        "content": "Mugs",
        "gtin": "09521234567899",
        "count": 48,
        "use_by": "270131",
        "batch": "LOT-7",
    }
    found = {"]C10209521234567899" + "3748", "]C117270131" + "10LOT-7", "]C100340434161094015902"}
    for size in SIZES:
        assert codes(page(pallet_marks(pallet, size), size)) == found
    assert set(read_label(pallet_label(pallet).encode()).codes) == found

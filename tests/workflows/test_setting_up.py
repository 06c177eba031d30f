"""Setting up a site: all of an import is taken, or nothing, and the bad line is named."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from controller.core import Controller
from controller.errors import NotFound, Refused
from controller.messages import (
    CartonType,
    Command,
    Container,
    ImportContainers,
    ImportItems,
    ImportPlaces,
    ImportStock,
    Place,
    SetUpSite,
    ShippingService,
    SiteSettings,
    StockLine,
)
from controller.store import Store
from tests.house import House, SetClock, item

Given = Callable[..., House]
SMALL = CartonType(
    code="SMALL",
    length_mm=300,
    width_mm=200,
    height_mm=150,
    tare_g=120,
    mass_max_g=10_000,
    cost_cents=40,
)
POST = ShippingService(
    code="POST",
    carrier="post",
    countries=("GB", "IE"),
    base_cents=300,
    per_kg_cents=50,
    divisor_cm3_per_kg=5_000,
    mass_max_g=20_000,
    girth_max_mm=3_000,
    transit_days=2,
    lane="L1",
)


@pytest.fixture
def house(given: Given) -> House:
    return given(stock={"S1": 3})


def refused(house: House, command: Command[Any], **fields: object) -> Refused:
    """The import is refused whole, and names what is wrong."""
    tables = ("item", "barcode", "place", "container", "stock", "movement")
    before = [house.all(f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables]
    with pytest.raises(Refused) as error:
        house.handle(command)
    assert fields.items() <= dict(error.value.fields).items()
    assert [house.all(f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables] == before
    return error.value


def test_site_keeps_its_cartons_and_services_and_takes_new_figures(house: House) -> None:
    for cost in (40, 45):
        cartons = (replace(SMALL, cost_cents=cost),)
        house.handle(
            SetUpSite(
                id=f"site/{cost}", settings=SiteSettings(), cartons=cartons, services=(POST,)
            )
        )
    assert house.one("SELECT cost_cents FROM carton_type").cost_cents == 45
    assert house.one("SELECT countries FROM shipping_service").countries == "GB,IE"


def test_item_imported_again_is_overwritten(house: House) -> None:
    house.handle(ImportItems(id="again", items=(replace(item("S1"), name="Mug, blue"),)))
    assert house.one("SELECT name FROM item WHERE sku = 'S1'").name == "Mug, blue"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"sku": ""}, "sku"),
        ({"length_mm": 0}, "length_mm"),
        ({"width_mm": -1}, "width_mm"),
        ({"height_mm": 10_001}, "height_mm"),
        ({"mass_g": 0}, "mass_g"),
        ({"barcodes": (("5012345678900", 0),)}, "barcodes"),
        ({"barcodes": (("", 1),)}, "barcodes"),
    ],
)
def test_bad_item_is_named_with_its_field(house: House, change: Any, field: str) -> None:
    bad = replace(item("S2"), **change)
    refused(house, ImportItems(id="a", items=(item("S3"), bad)), sku=bad.sku, field=field)


def test_barcode_of_another_item_is_refused(house: House) -> None:
    taken = replace(item("S2"), barcodes=(("S1", 6),))
    refused(house, ImportItems(id="a", items=(taken,)), barcode="S1", by="item S1", new="S2")


def test_place_named_like_an_item_is_refused(house: House) -> None:
    refused(house, ImportPlaces(id="a", places=(Place(name="S1", kind="pick"),)), barcode="S1")


def test_container_at_an_unknown_place_is_refused(house: House) -> None:
    tote = Container(lpn="TOTE9", kind="tote", place="NOWHERE")
    refused(house, ImportContainers(id="a", containers=(tote,)), place="NOWHERE")


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        (StockLine(sku="?", place="P-S1", qty=1), {"sku": "?"}),
        (StockLine(sku="S1", place="?", qty=1), {"place": "?"}),
        (StockLine(sku="S1", place="P-S1", qty=0), {"line": 2, "qty": 0}),
        (StockLine(sku="S1", place="P-S1", qty=-5), {"line": 2, "qty": -5}),
        (StockLine(sku="S1", place="P-S1", qty=1_000_001), {"line": 2}),
    ],
)
def test_bad_stock_line_is_named_and_nothing_is_imported(
    house: House, line: StockLine, fields: dict[str, Any]
) -> None:
    good = StockLine(sku="S1", place="P-S1", qty=1)
    refused(house, ImportStock(id="a", lines=(good, line)), **fields)
    assert house.stock("S1", "P-S1") == (3, 0)
    assert house.violations() == []


def test_lot_keeps_its_expiry_and_its_own_stock_row(house: House) -> None:
    line = StockLine(sku="S1", place="P-S1", qty=4, lot="L1", expiry_ms=99)
    house.handle(ImportStock(id="a", lines=(line,)))
    assert house.one("SELECT expiry_ms FROM lot").expiry_ms == 99
    rows = house.all("SELECT lot, qty FROM stock WHERE place = 'P-S1' ORDER BY lot")
    assert rows == [("", 3), ("L1", 4)]


def test_face_holds_at_least_what_is_put_there(house: House) -> None:
    line = StockLine(sku="S1", place="P-S1", qty=4, face=True, face_max=40)
    house.handle(ImportStock(id="a", lines=(line,)))
    assert house.one("SELECT place, units_max FROM face") == ("P-S1", 40)


def test_places_need_a_site_first(store: Store) -> None:
    controller = Controller(store, SetClock())
    with pytest.raises(NotFound, match="SetUpSite"):
        controller.handle(ImportPlaces(id="a", places=(Place(name="A1", kind="pick"),)))

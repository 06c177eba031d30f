"""Set-ups that would break the house later are refused at once, with the thing and the fix."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from controller.messages import (
    AnnounceReceipt,
    Container,
    ImportContainers,
    ImportItems,
    ImportPlaces,
    OrderLine,
    Place,
    PlaceOrder,
    SetUpSite,
    SiteSettings,
)
from tests.house import House, item
from tests.workflows.floor import CARTONS

Given = Callable[..., House]


@pytest.fixture
def house(given: Given) -> House:
    return given(stock={"S1": 3})


@pytest.mark.parametrize(
    "change",
    [
        {"plan_every_ms": 0},
        {"node": ""},
        {"gs1_prefix": "40A"},
        {"gs1_prefix": "4012345678901"},
        {"cart_slots": 0},
        {"tote_volume_ml": 0},
        {"cage_mass_max_g": -1},
        {"wip_orders_max": 0},
        {"singles_tote_orders": 0},
        {"cutoff_ms": 25 * 3_600_000},
        {"departure_ms": -1},
    ],
)
def test_a_figure_that_no_site_can_have_is_named(house: House, change: dict[str, Any]) -> None:
    (field,) = change
    told = house.refused(SetUpSite(id="again", settings=replace(SiteSettings(), **change)))
    assert (told.code, told.fields["field"]) == ("bad_setting", field)
    assert told.fields["fix"]


def test_a_site_with_stock_keeps_its_node(house: House) -> None:
    told = house.refused(SetUpSite(id="again", settings=SiteSettings(node="other")))
    assert (told.code, told.fields["got"]) == ("node_has_stock", "other")


def test_a_carton_without_a_size_is_refused(house: House) -> None:
    flat = replace(CARTONS[0], height_mm=0)
    told = house.refused(SetUpSite(id="again", settings=SiteSettings(), cartons=(flat,)))
    assert (told.code, told.fields["carton"]) == ("bad_carton", "BOX-S")


@pytest.mark.parametrize("code", ["done", "CMD:SHORT", "UNDO"])
def test_a_code_that_is_a_button_names_nothing_else(house: House, code: str) -> None:
    told = house.refused(ImportItems(id="a", items=(item(code),)))
    assert (told.code, told.fields["barcode"]) == ("code_is_a_command", code)
    told = house.refused(ImportPlaces(id="b", places=(Place(name=code, kind="pick"),)))
    assert told.code == "code_is_a_command"


@pytest.mark.parametrize("code", ["", " "])
def test_a_code_that_no_scanner_can_read_is_refused(house: House, code: str) -> None:
    told = house.refused(ImportPlaces(id="a", places=(Place(name=code, kind="pick"),)))
    assert told.code == "code_unreadable"


def test_a_place_cannot_be_called_like_a_virtual_one(house: House) -> None:
    told = house.refused(ImportPlaces(id="a", places=(Place(name="~lost", kind="pick"),)))
    assert (told.code, told.fields["place"]) == ("virtual_place", "~lost")


def test_a_container_in_use_stays_where_it_is_when_it_is_imported_again(house: House) -> None:
    house.order("1", {"S1": 2})
    house.release("shop/1")
    house.pick_all()
    again = Container(lpn="TOTE1", kind="tote", place="BUFFER", volume_ml=40_000)
    house.handle(ImportContainers(id="again", containers=(again,)))
    row = house.one("SELECT state, place, volume_ml FROM container WHERE lpn = 'TOTE1'")
    assert tuple(row) == ("in_use", "BUFFER", 40_000)
    free = house.one("SELECT state FROM container WHERE lpn = 'TOTE2'")
    assert free.state == ""


@pytest.mark.parametrize("number", [-1, 1 << 63])
def test_an_order_line_with_an_absurd_number_is_named(house: House, number: int) -> None:
    line = OrderLine(line=number, sku="S1", qty=1)
    told = house.refused(PlaceOrder(id="a", shop="shop", number="1", lines=(line,)))
    assert told.code == "bad_line_number"
    told = house.refused(AnnounceReceipt(id="b", asn="ASN1", lines=(line,)))
    assert told.code == "bad_line_number"

"""Dangerous goods from the catalogue to the carton: split apart, and no service that refuses."""

from dataclasses import replace
from typing import Any

import pytest

from controller.errors import Refused
from controller.messages import ImportItems, Item, SetUpSite
from tests.workflows.floor import CARTONS, ECO, FAST, SETTINGS, Floor
from tests.workflows.scenes import plan

THING = Item(sku="MUG", name="Mug", length_mm=100, width_mm=100, height_mm=100, mass_g=350)
SCENT = replace(
    THING, un_number="UN1266", danger_class="3", packing_group="II", net_ml=50, inner_max=1_000
)
LIMITED = replace(SCENT, limited_quantity=True)
BLEACH = replace(
    THING, sku="PEN", un_number="UN2014", danger_class="5.1", limited_quantity=True, net_ml=500
)
PHONE = replace(THING, sku="BOOK", un_number="UN3481", lithium="contained_in", watt_hours=15)


def floor_with(*items: Item, **services: Any) -> Floor:
    floor = Floor()
    floor.do(ImportItems(id="goods", items=items))
    if services:
        taking = (replace(ECO, **services), replace(FAST, **services))
        floor.do(SetUpSite(id="taking", settings=SETTINGS, cartons=CARTONS, services=taking))
    return floor


def cartons_of(floor: Floor) -> list[set[str]]:
    """What the plan puts into each carton."""
    rows = floor.all("SELECT parcel, sku FROM parcel_line ORDER BY parcel, sku")
    found: dict[int, set[str]] = {}
    for row in rows:
        found.setdefault(row.parcel, set()).add(row.sku)
    return [found[parcel] for parcel in sorted(found)]


def test_goods_that_react_are_planned_into_cartons_of_their_own() -> None:
    floor = floor_with(LIMITED, BLEACH, PHONE)
    floor.order("1", {"MUG": 1, "PEN": 1, "BOOK": 1})
    plan(floor)
    inside = cartons_of(floor)
    assert sorted(sku for each in inside for sku in each) == ["BOOK", "MUG", "PEN"]
    assert not any({"MUG", "PEN"} <= each for each in inside)
    assert len(inside) == 2
    assert floor.books_balance()


def test_goods_that_do_not_react_share_a_carton() -> None:
    floor = floor_with(LIMITED, PHONE)
    floor.order("1", {"MUG": 1, "BOOK": 1})
    plan(floor)
    assert cartons_of(floor) == [{"MUG", "BOOK"}]


def test_an_item_that_no_regulation_knows_is_not_imported() -> None:
    floor = Floor()
    with pytest.raises(Refused, match="in no limited quantities") as refused:
        floor.do(ImportItems(id="goods", items=(replace(PHONE, limited_quantity=True),)))
    assert refused.value.fields["sku"] == "BOOK"
    assert refused.value.fields["field"] == "limited_quantity"


def test_a_parcel_goes_with_no_service_that_does_not_take_its_goods() -> None:
    floor = floor_with(LIMITED, PHONE, dangers=("LQ",))
    order = floor.order("1", {"MUG": 1, "BOOK": 1})
    floor.tour([[(order, "BOX-S", {"MUG": 1, "BOOK": 1})]])
    floor.scans("BENCH-01", "TOTE-1", "BOX-S", "BOOK", "MUG")
    reply = floor.scan("780")
    assert reply.message == "parcel_parked"
    (parcel,) = floor.parcels()
    assert parcel.why.count("takes no small lithium batteries UN3481 (BOOK)") == 2
    assert floor.sent("carrier/buy") == []


def test_a_service_with_an_unknown_word_is_not_set_up() -> None:
    with pytest.raises(Refused, match="petrol"):
        floor_with(THING, dangers=("petrol",))

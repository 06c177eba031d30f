"""Cartons as stock: used, given back, counted, received, brought to the bench, told when low."""

from dataclasses import replace

import pytest

from controller.errors import ControllerError
from controller.messages import (
    AnnounceReceipt,
    Container,
    CountCartons,
    ImportContainers,
    ImportItems,
    ImportPlaces,
    ImportStock,
    Item,
    OrderLine,
    Place,
    SetUpSite,
    StockLine,
    SupplyCartons,
)
from controller.store import Store
from controller.views.cartons import cartons
from controller.workflows.packing import supplying
from tests.workflows.floor import SETUP, Floor, packed_floor

BENCH, SHELF, RESERVE = "BENCH-01", "SHELF", "R1"


def stocked(store: Store | None = None, at_bench: int = 3, reserve: int = 200) -> Floor:
    """A packer at a bench with few cartons; more lie in reserve."""
    floor = packed_floor(store=store)
    places = (Place(name=SHELF, kind="supplies"), Place(name=RESERVE, kind="reserve"))
    floor.do(ImportPlaces(id="shelves", places=places))
    floor.do(CountCartons(id="bench", carton="BOX-S", on_hand=at_bench, place=BENCH))
    opening = StockLine(sku="BOX-S", place=RESERVE, qty=reserve)
    floor.do(ImportStock(id="reserve", lines=(opening,)))
    return floor


def at(floor: Floor, place: str, sku: str = "BOX-S") -> int:
    found = floor.value("SELECT SUM(qty) FROM stock WHERE sku = :s AND place = :p", s=sku, p=place)
    return int(found or 0)


def test_a_carton_that_is_begun_leaves_the_bench_and_undo_brings_it_back(store: Store) -> None:
    floor = stocked(store)
    floor.scans("TOTE-1", "BOX-S")
    assert (at(floor, BENCH), at(floor, "~used")) == (2, 1)
    floor.scan("UNDO")
    assert (at(floor, BENCH), at(floor, "~used")) == (3, 0)
    floor.scan("BOX-L")  # nobody counts these
    floor.scans("TOO_SMALL")
    assert at(floor, "~used", "BOX-L") == 0
    assert floor.books_balance()


def test_a_planned_parcel_holds_its_carton(store: Store) -> None:
    floor = stocked(store, at_bench=1, reserve=1)
    with floor.controller.reading() as db:
        assert supplying.left(db) == {"BOX-S": 1}
        (large, small) = cartons(db)
    assert (large.on_hand, small.on_hand, small.left) == (-1, 2, 1)
    assert [(each.place, each.units) for each in small.places] == [(BENCH, 1), (RESERVE, 1)]


def test_setting_the_site_up_again_keeps_what_is_counted() -> None:
    floor = stocked()
    site = SETUP[0]
    assert isinstance(site, SetUpSite)
    floor.do(replace(site, id="again"))
    assert at(floor, BENCH) == 3
    floor.scans("TOTE-1", "BOX-S")
    assert at(floor, BENCH) == 2


def test_a_bench_that_runs_low_is_refilled_by_an_errand_with_the_cartons_own_code() -> None:
    floor = stocked()
    floor.do(SupplyCartons(id="low", carton="BOX-S", place=BENCH, units_min=3, units_max=50))
    assert floor.value("SELECT COUNT(*) FROM task WHERE kind = 'replenish'") == 0
    floor.scans("TOTE-1", "BOX-S")
    (task,) = floor.all("SELECT * FROM task WHERE kind = 'replenish' AND state = 'open'")
    assert (task.sku, task.qty, task.from_place, task.to_place) == ("BOX-S", 48, RESERVE, BENCH)
    floor.scans("HOME", "NEXT", RESERVE, "BOX-S", "48")
    reply = floor.scans(BENCH)
    assert (reply.message, reply.tone) == ("face_filled", "ok")
    assert (at(floor, BENCH), at(floor, RESERVE)) == (50, 152)
    assert floor.scan("UNDO").tone == "ok"
    assert (at(floor, BENCH), at(floor, RESERVE)) == (2, 200)
    assert floor.books_balance()


def test_an_errand_that_finds_none_in_reserve_is_short_and_another_place_is_asked() -> None:
    floor = stocked(reserve=40)
    floor.do(ImportStock(id="shelf", lines=(StockLine(sku="BOX-S", place=SHELF, qty=30),)))
    floor.do(SupplyCartons(id="low", carton="BOX-S", place=BENCH, units_min=10, units_max=20))
    floor.scans("HOME", "NEXT", SHELF)
    floor.scan("SHORT")
    (task,) = floor.all("SELECT * FROM task WHERE kind = 'replenish' AND state = 'open'")
    assert (task.from_place, task.qty) == (RESERVE, 17)
    assert floor.books_balance()


def test_who_buys_cartons_is_told_once_few_are_left_in_the_house() -> None:
    floor = stocked(reserve=7)
    floor.do(SupplyCartons(id="buy", carton="BOX-S", place="", units_min=9))
    alarm = "SELECT detail FROM alarm WHERE fault = 'cartons_low' AND state = 'open'"
    assert floor.value(alarm) is None
    floor.scans("TOTE-1", "BOX-S")
    assert floor.value(alarm) == "9 of BOX-S are left in the house: order more"
    floor.do(ImportStock(id="came", lines=(StockLine(sku="BOX-S", place=RESERVE, qty=100),)))
    assert floor.value(alarm) is None


def test_cartons_are_received_and_put_away_like_any_goods() -> None:
    floor = stocked(reserve=1)
    bundle = Item(
        sku="BOX-L",
        name="Large cartons",
        length_mm=900,
        width_mm=700,
        height_mm=6,
        mass_g=300,
        barcodes=(("BUNDLE-L", 25),),
    )
    floor.do(ImportItems(id="bundle", items=(bundle,)))
    floor.do(ImportPlaces(id="dock", places=(Place(name="DOCK", kind="dock"),)))
    pallet = Container(lpn="PALLET-1", kind="tote", place="DOCK")
    floor.do(ImportContainers(id="pallet", containers=(pallet,)))
    lines = (OrderLine(line=1, sku="BOX-L", qty=25), OrderLine(line=2, sku="BOX-S", qty=2))
    floor.do(AnnounceReceipt(id="asn", asn="ASN-1", lines=lines))
    floor.scans("HOME", "DOCK", "ASN-1", "PALLET-1", "BUNDLE-L", "25", "BOX-S", "2")
    floor.scan("DONE")
    with floor.controller.reading() as db:
        assert supplying.left(db) == {"BOX-L": 25, "BOX-S": 5}
    assert floor.books_balance()


def test_a_packer_who_has_a_carton_that_the_books_lack_is_not_stopped() -> None:
    floor = stocked(at_bench=0, reserve=1)
    floor.do(CountCartons(id="none", carton="BOX-S", on_hand=0, place=RESERVE, reason="wet"))
    floor.scans("TOTE-1", "BOX-S")
    assert floor.events("carton_found")[0]["at"] == BENCH
    (counted,) = [each for each in floor.events("cartons_counted") if each["reason"] == "wet"]
    assert (counted["before"], counted["units"]) == (1, 0)
    assert floor.books_balance()


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (CountCartons(id="x", carton="BOX-S", on_hand=4), "place_not_said"),
        (CountCartons(id="x", carton="BOX-X", on_hand=4), "unknown_carton"),
        (CountCartons(id="x", carton="BOX-S", on_hand=-2), "bad_quantity"),
        (CountCartons(id="x", carton="BOX-S", on_hand=1, place="LANE-01"), "no_place_for_cartons"),
        (SupplyCartons(id="x", carton="BOX-S", place="NONE", units_min=1), "bad_limits"),
        (
            SupplyCartons(id="x", carton="BOX-S", place="NONE", units_min=1, units_max=2),
            "unknown_place",
        ),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    command: CountCartons | SupplyCartons, code: str
) -> None:
    floor = stocked()
    with pytest.raises(ControllerError) as error:
        floor.do(command)
    assert error.value.code == code
    assert error.value.fields["fix" if code != "bad_quantity" else "qty"] is not None
    assert floor.books_balance()

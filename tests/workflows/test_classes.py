"""Heavy goods first, fragile ones on top, cold ones last; some goods never on one cart."""

from dataclasses import replace
from typing import Any

import pytest

from api.console.plan_words import plan_says
from controller.errors import Refused
from controller.messages import (
    FloorLayout,
    ImportItems,
    ImportPlaces,
    ImportStock,
    Item,
    Place,
    SetUpLayout,
    SetUpSite,
    StockLine,
)
from controller.plan import Effort
from controller.plan import releasing as planner
from controller.plan.graphs.ground import floor_of
from controller.plan.walking import Layout
from controller.views import plans
from controller.workflows import releasing
from tests.workflows.floor import SETTINGS, Floor

PLAIN = Item(sku="", name="x", length_mm=50, width_mm=50, height_mm=50, mass_g=300)
GOODS: dict[str, tuple[int, dict[str, Any]]] = {  # aisle, and what is odd about it
    "VASE": (1, {"fragile": True}),
    "ANVIL": (2, {"mass_g": 5_000}),
    "ICE": (3, {"storage": "frozen"}),
    "JAM": (4, {"goods": "food"}),
    "ACID": (5, {"goods": "chemicals"}),
    "SOAP": (6, {}),
}


def a_floor(**settings: Any) -> Floor:
    floor = Floor()
    floor.do(SetUpSite(id="as wanted", settings=replace(SETTINGS, wall_units_max=0, **settings)))
    floor.do(
        ImportItems(
            id="odd items",
            items=tuple(replace(PLAIN, sku=sku, **odd) for sku, (_, odd) in GOODS.items()),
        )
    )
    places = (
        Place(name=f"P-{sku}", kind="pick", aisle=aisle, y_mm=3_000)
        for sku, (aisle, _) in GOODS.items()
    )
    floor.do(ImportPlaces(id="odd places", places=tuple(places)))
    lines = (StockLine(sku=sku, place=f"P-{sku}", qty=20, face=True) for sku in GOODS)
    floor.do(ImportStock(id="odd stock", lines=tuple(lines)))
    return floor


def plan(floor: Floor, request: int = 1) -> planner.Plan:
    with floor.controller.reading() as db:
        problem = releasing.snapshot(db, floor.clock.ms)
    made = planner.solve(problem, Effort(work=2_000))
    floor.controller.handle_all(releasing.commands(made, request))
    return made


def walked(floor: Floor) -> list[str]:
    rows = floor.all("SELECT sku FROM task WHERE kind = 'pick' ORDER BY tour, seq, id")
    return [row.sku for row in rows]


def carts(floor: Floor) -> list[set[str]]:
    """The SKUs of each tour."""
    found: dict[int, set[str]] = {}
    for row in floor.all("SELECT tour, sku FROM task WHERE kind = 'pick' ORDER BY id"):
        found.setdefault(row.tour, set()).add(row.sku)
    return list(found.values())


def test_a_tote_gets_heavy_goods_first_fragile_ones_on_top_and_cold_ones_last() -> None:
    floor = a_floor(precedence_mm=1_000_000)
    floor.order("1", {"VASE": 1, "ICE": 1, "SOAP": 1, "ANVIL": 1})
    made = plan(floor)
    assert walked(floor) == ["ANVIL", "SOAP", "VASE", "ICE"]
    (kind,) = made.kinds
    assert kind.precedence_mm > 0 == kind.early
    (released,) = floor.events("released")
    assert "keep 2 visits in turn (heavy first" in str(released["why"])
    with floor.controller.reading() as db:
        story = plans.plan(db, 1)
    assert story is not None
    assert any("keep goods from being crushed" in said for said in plan_says(story))
    assert floor.books_balance()


def test_a_site_that_wants_no_order_in_its_totes_walks_the_shortest_way() -> None:
    floor = a_floor(precedence_mm=0)
    floor.order("1", {"VASE": 1, "ICE": 1, "SOAP": 1, "ANVIL": 1})
    made = plan(floor)
    assert made.kinds[0].precedence_mm == 0
    assert made.tours[0].early > 0
    assert walked(floor) in (order := ["VASE", "ANVIL", "ICE", "SOAP"], order[::-1])


def test_each_order_has_a_tote_of_its_own_so_only_cold_goods_wait_for_others() -> None:
    floor = a_floor(precedence_mm=1_000_000)
    floor.order("1", {"VASE": 2})
    floor.order("2", {"ANVIL": 2})
    floor.order("3", {"ICE": 2})
    made = plan(floor)
    assert walked(floor) == ["VASE", "ANVIL", "ICE"]
    assert made.kinds[0].precedence_mm == 0


def test_goods_that_are_kept_apart_share_no_tote_and_no_cart() -> None:
    floor = a_floor(apart=(("food", "chemicals"),))
    floor.order("1", {"JAM": 2, "SOAP": 1})
    floor.order("2", {"ACID": 2})
    floor.order("3", {"JAM": 1, "ACID": 1, "SOAP": 1})
    floor.order("4", {"JAM": 1})
    floor.order("5", {"ACID": 1})
    plan(floor)
    assert len(walked(floor)) == 8
    assert not any({"JAM", "ACID"} <= cart for cart in carts(floor))
    held = floor.all(
        "SELECT DISTINCT load, sku FROM task WHERE sku IN ('JAM', 'ACID') ORDER BY load, sku"
    )
    assert len({row.load for row in held}) == len(held)
    assert floor.books_balance()


def test_goods_are_kept_apart_on_a_floor_that_is_no_rectangle() -> None:
    floor = a_floor(apart=(("food", "chemicals"),))
    floor.do(SetUpLayout(id="floor", layout=no_rectangle()))
    for number, sku in enumerate(("JAM", "ACID", "JAM", "ACID", "SOAP")):
        floor.order(str(number), {sku: 2})
    plan(floor)
    assert len(walked(floor)) == 5
    assert sorted(map(sorted, carts(floor))) in (
        [["ACID"], ["JAM", "SOAP"]],
        [["ACID", "SOAP"], ["JAM"]],
    )


def no_rectangle() -> FloorLayout:
    """The floor with one aisle of one way."""
    plain = floor_of(
        Layout(aisles=10, block_lengths_mm=(20_000,), aisle_pitch_mm=3_500, depot_aisle=0)
    )
    return replace(
        plain, ways=(*plain.ways[:9], replace(plain.ways[9], one_way=True), *plain.ways[10:])
    )


def test_a_pair_that_names_no_two_kinds_is_refused() -> None:
    floor = Floor()
    with pytest.raises(Refused) as error:
        floor.do(SetUpSite(id="wrong", settings=replace(SETTINGS, apart=(("food", "food"),))))
    assert error.value.code == "bad_setting"

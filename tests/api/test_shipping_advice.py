"""Advice of shipping prices on the command line and over HTTP, and rate cards written to files."""

from pathlib import Path
from typing import Any

import pytest

from api.clock import WallClock
from controller.core import Controller
from controller.messages import (
    CartonType,
    ImportItems,
    Item,
    OrderLine,
    PlaceOrder,
    SetUpSite,
    ShippingService,
    SiteSettings,
)
from controller.store import open_store
from tests.api.command_line import CommandLine
from tests.api.serving import Served

BOX = CartonType(
    code="S",
    length_mm=300,
    width_mm=200,
    height_mm=150,
    tare_g=100,
    mass_max_g=10_000,
    cost_cents=30,
)
MUG = Item(sku="MUG", name="Mug", length_mm=100, width_mm=100, height_mm=100, mass_g=400)
FLAT = ShippingService(
    code="FLAT",
    carrier="Snail",
    countries=("GB",),
    base_cents=300,
    per_kg_cents=100,
    divisor_cm3_per_kg=0,
    mass_max_g=20_000,
    girth_max_mm=3_000,
    transit_days=3,
)
ORDERS = """order,sku,qty,price_cents,country
1,MUG,1,1500,GB
2,MUG,4,1500,GB
3,MUG,1,1500,FR
4,PAN,1,1500,GB
"""
UNKNOWN = (
    "unknown sku (sku='PAN', fix='import the item, or say its length_mm, width_mm, height_mm, "
    "mass_g')"
)


def set_up(controller: Controller) -> None:
    site = SetUpSite(id="s", settings=SiteSettings(), cartons=(BOX,), services=(FLAT,))
    controller.handle(site)
    controller.handle(ImportItems(id="i", items=(MUG,)))


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "day.db"
    store = open_store(f"sqlite:///{path}")
    set_up(Controller(store, WallClock()))
    store.close()
    return path


def test_advice_from_a_file_of_orders_says_what_it_rests_on(
    capsys: pytest.CaptureFixture[str], database: Path, tmp_path: Path
) -> None:
    pickwright = CommandLine(capsys)
    orders, costs = tmp_path / "orders.csv", tmp_path / "costs.csv"
    orders.write_text(ORDERS)
    costs.write_text("sku,cost_cents\nMUG,600\n")
    asked = ("shipping", "advise", database, "--orders", orders, "--costs", costs)
    told = pickwright(*asked, "--threshold", 5_000, "--json").document
    # 0.5 kg and 1.7 kg: 3.50 and 4.70; a mug leaves 9.00
    prices = [(p["mass_to_g"], p["price_cents"]) for p in told["prices"]]
    assert prices == [(1_000, 350), (2_000, 470)]
    assert told["margin_cents"] == 5 * 900
    assert told["thresholds"][0]["effect_cents"] == -470
    assert told["left_out"] == {"no service takes it": 1, UNKNOWN: 1}
    shown = pickwright(*asked, "--threshold", 5_000)
    assert "    50.00      50%        40.30       -4.70" in shown.out
    assert "not foretold" in shown.err
    twice = tmp_path / "twice.csv"
    twice.write_text("sku,cost_cents\nMUG,600\nMUG,601\n")
    wrong = pickwright(*asked[:3], "--costs", twice)
    assert (wrong.code, "line 3, column sku: 'MUG' has another cost" in wrong.err) == (2, True)
    assert "has no orders" in pickwright(*asked[:3]).err


def test_a_rate_card_goes_in_and_out_by_the_command_line(
    capsysbinary: pytest.CaptureFixture[bytes], database: Path, tmp_path: Path
) -> None:
    from api.cli import main

    def pickwright(*arguments: object) -> bytes:
        with pytest.raises(SystemExit) as left:
            main([str(each) for each in arguments])
        assert not left.value.code
        return capsysbinary.readouterr().out

    book = tmp_path / "card.xlsx"
    book.write_bytes(pickwright("import", "rate-card", "--template"))
    taken = ("import", "rate-card", book, "--database", database)
    assert b"would be taken" in pickwright(*taken, "--dry-run")
    assert b"SWIFT-2026 is a new card with 5 rates" in pickwright(*taken)
    assert b"changed nothing" in pickwright(*taken)
    for name in ("again.xlsx", "again.zip"):
        pickwright("shipping", "card", database, "SWIFT-2026", "--out", tmp_path / name)
        again = ("import", "rate-card", tmp_path / name, "--database", database)
        assert pickwright(*again, "--dry-run").count(b"\n") == 1


def test_advice_over_http_is_from_the_orders_in_the_books(quick: Served) -> None:
    set_up(quick.runtime.controller)
    client = quick.as_("lead")
    assert client.get("/api/shipping/advice").json()["orders"] == 0
    line = OrderLine(line=1, sku="MUG", qty=2, price_cents=1_500)
    order = PlaceOrder(id="o", shop="web", number="1", lines=(line,))
    quick.runtime.controller.handle(order)
    told = client.get("/api/shipping/advice", params={"threshold": 3_000}).json()
    assert (told["orders"], told["currency"]) == (1, "GBP")
    assert told["prices"][0]["price_cents"] == 390
    assert told["thresholds"][0]["margin_cents"] == 3_000 * 40 // 100 - 390
    assert quick.as_("picker").get("/api/shipping/advice").status_code == 403


def test_a_quote_insures_as_the_site_does_unless_it_says_for_how_much(quick: Served) -> None:
    set_up(quick.runtime.controller)
    figures = {"insure_from_cents": 10_000}
    assert quick.as_("admin").patch("/api/site", json=figures).status_code == 200
    client = quick.as_("lead")
    box = {"length_mm": 300, "width_mm": 200, "height_mm": 100, "mass_g": 1_500}
    mugs = {"item": "MUG", "qty": 2, "price_cents": 6_000}

    def worth(**asked: Any) -> list[int]:
        (offer,) = client.post("/api/shipping/quote", json=asked).json()["offers"]
        return [each["insured_cents"] for each in offer["parcels"]]

    assert worth(items=[mugs]) == [12_000]
    assert worth(items=[mugs | {"qty": 1}]) == [0]
    assert worth(items=[mugs], value_cents=0) == [0]
    assert worth(items=[mugs], value_cents=500) == [500]
    assert worth(parcels=[box | {"goods_cents": 10_000}, box]) == [10_000, 0]
    both = client.post("/api/shipping/quote", json={"parcels": [box], "value_cents": 0})
    assert (both.status_code, "say it of each of the parcels" in both.text) == (422, True)
    assert worth(parcels=[box | {"goods_cents": 10_000, "value_cents": 7}]) == [7]

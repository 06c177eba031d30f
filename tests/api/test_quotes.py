"""Quotes of cartons for shops: from SKUs, from raw measures, and what is said of wrong ones."""

from typing import Any

import httpx

from controller.messages import CartonType, SetUpSite, SiteSettings
from tests.api.serving import Served

SMALL = CartonType(
    code="S",
    length_mm=220,
    width_mm=160,
    height_mm=100,
    tare_g=100,
    mass_max_g=5_000,
    cost_cents=30,
)


def with_cartons(house: Served) -> httpx.Client:
    command = SetUpSite(id="cartons", settings=SiteSettings(), cartons=(SMALL,))
    house.runtime.controller.handle(command)
    return house.as_("lead")


def ask(client: httpx.Client, *items: dict[str, Any], **more: Any) -> httpx.Response:
    return client.post("/api/packing/quote", json={"items": items} | more)


def test_a_shop_is_told_cartons_masses_and_why_something_fits_none(quick: Served) -> None:
    client = with_cartons(quick)
    pole = {"item": "pole", "length_mm": 3_000, "width_mm": 50, "height_mm": 50, "mass_g": 40_000}
    answer = ask(client, {"item": "S1", "qty": 2}, pole)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    (box,) = told["cartons"]
    assert (box["carton"], box["contents"]) == ("S", [{"item": "S1", "qty": 2}])
    assert box["mass_g"] == 2 * 300 + 100
    assert box["dimensional_mass_g"] == 220 * 160 * 100 // 5_000
    assert box["billed_mass_g"] == 1_000
    assert told["bound_cents"] <= told["cost_cents"] == 30 + 395 + 62
    assert [each["item"] for each in told["unpackable"]] == ["pole"]
    assert "40000 g" in told["unpackable"][0]["why"]


def test_an_item_larger_than_every_carton_ships_as_it_is(quick: Served) -> None:
    tube = {"item": "tube", "length_mm": 700, "width_mm": 80, "height_mm": 80, "mass_g": 900}
    (box,) = ask(with_cartons(quick), tube, effort="fast").json()["cartons"]
    assert (box["carton"], box["length_mm"]) == ("OWN", 700)
    assert box["dimensional_mass_g"] == 700 * 80 * 80 // 5_000


def test_what_is_wrong_is_named_with_its_fix(quick: Served) -> None:
    client = with_cartons(quick)
    unknown = ask(client, {"item": "NONE"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_sku")
    assert "length_mm" in unknown.json()["fix"]
    half = ask(client, {"item": "X", "length_mm": 10}).json()
    assert (half["code"], half["fields"]["field"]) == ("measure_missing", "width_mm")
    twice = ask(client, {"item": "S1"}, {"item": "S1"}).json()
    assert (twice["code"], twice["fields"]["item"]) == ("named_twice", "S1")
    many = ask(client, {"item": "S1", "qty": 1_500}, {"item": "S2", "qty": 1_500})
    assert many.json()["code"] == "too_many_units"
    assert ask(client).status_code == 422
    assert ask(client, {"item": "S1", "qty": 0}).status_code == 422

"""Quotes of cartons for shops: from SKUs, from raw measures, and what is said of wrong ones."""

from dataclasses import replace
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


LARGE = replace(SMALL, code="L", height_mm=300, mass_max_g=20_000, cost_cents=90)


def ruled(house: Served, **rules: Any) -> httpx.Client:
    settings = SiteSettings(**rules)
    command = SetUpSite(id="ruled", settings=settings, cartons=(SMALL, LARGE))
    house.runtime.controller.handle(command)
    return house.as_("lead")


def cartons_of(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [each["carton"] for each in answer.json()["cartons"]]


def test_a_quote_keeps_the_cartons_of_the_shop_and_of_the_carrier(quick: Served) -> None:
    client = ruled(quick, channel_cartons=(("web", ("L",)),), carrier_cartons=(("Snail", ("S",)),))
    assert cartons_of(ask(client, {"item": "S1"})) == ["S"]
    answer = ask(client, {"item": "S1"}, shop="web")
    assert cartons_of(answer) == ["L"]
    assert answer.json()["cartons"][0]["void_ml"] == (220 * 160 * 300 - 100 * 80 * 60) // 1_000
    assert cartons_of(ask(client, {"item": "S1"}, carrier="Snail")) == ["S"]
    both = ask(client, {"item": "S1"}, shop="web", carrier="Snail").json()
    assert (both["code"], both["fields"]["carrier"]) == ("carrier_takes_none", "Snail")


def test_a_quote_keeps_goods_apart_ships_what_is_its_own_carton_and_says_why(
    quick: Served,
) -> None:
    client = ruled(quick, apart=(("food", "acid"),), hazardous_max=1)
    tea, acid = {"item": "S1", "goods": "food"}, {"item": "S2", "goods": "acid"}
    sizes = {"length_mm": 50, "width_mm": 50, "height_mm": 50, "mass_g": 100}
    assert len(cartons_of(ask(client, tea | sizes, acid | sizes))) == 2
    gas = {"item": "gas", "qty": 2, "hazardous": True} | sizes
    assert len(cartons_of(ask(client, gas))) == 2
    assert cartons_of(ask(client, {"item": "S1", "own_carton": True} | sizes)) == ["OWN"]
    tall = {"item": "tall", "upright": True} | sizes | {"height_mm": 250}
    (box,) = ask(client, tall).json()["cartons"]
    assert box["passed_over"] == [{"carton": "S", "why": "tall does not go into it"}]


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
    minus = ask(client, {"item": "X", "length_mm": -5})
    assert (minus.status_code, "length_mm" in minus.text) == (422, True)
    assert ask(client).status_code == 422
    assert ask(client, {"item": "S1", "qty": 0}).status_code == 422

"""Carton types over HTTP: added, ruled, counted at a place, and how few may be left."""

from typing import Any

import httpx

from controller.messages import ImportPlaces, Place
from tests.api.serving import Served

BOX = {"length_mm": 300, "width_mm": 200, "height_mm": 150, "mass_max_g": 15_000, "tare_g": 120}


def put(client: httpx.Client, path: str, **fields: Any) -> httpx.Response:
    return client.put(f"/api/{path}", json=fields)


def test_a_lead_adds_a_carton_counts_it_and_says_when_to_buy_more(quick: Served) -> None:
    benches = tuple(Place(name=f"B-{n}", kind="bench") for n in (1, 2))
    quick.runtime.controller.handle(ImportPlaces(id="benches", places=benches))
    lead = quick.as_("lead")
    assert put(lead, "cartons/BAG", **BOX, flexible=True).status_code == 200
    counted = {"on_hand": 40, "place": "B-1", "reason": "first count"}
    assert put(lead, "cartons/BAG/on-hand", **counted).json()["note"] == "40 of BAG at B-1"
    assert put(lead, "cartons/BAG/supply", place="B-2", units_min=5, units_max=20).is_success
    assert put(lead, "cartons/BAG/supply", units_min=50).is_success
    (bag,) = [each for each in lead.get("/api/cartons").json() if each["code"] == "BAG"]
    assert (bag["flexible"], bag["on_hand"], bag["left"], bag["reorder_at"]) == (True, 40, 40, 50)
    assert bag["places"] == [
        {"place": "B-1", "units": 40, "units_min": 0, "units_max": 0},
        {"place": "B-2", "units": 0, "units_min": 5, "units_max": 20},
    ]


def test_a_rule_about_an_unknown_carton_names_those_that_there_are(quick: Served) -> None:
    assert put(quick.as_("lead"), "cartons/BOX", **BOX).is_success
    admin = quick.as_("admin")
    wrong = put(admin, "carton-rules/carrier/Snail", cartons=["CRATE"]).json()
    assert (wrong["code"], wrong["fields"]["got"]) == ("bad_setting", "Snail: CRATE")
    assert "BOX" in wrong["fix"]
    assert put(admin, "carton-rules/carrier/Snail", cartons=["BOX"]).is_success
    assert admin.get("/api/site").json()["carrier_cartons"] == [["Snail", ["BOX"]]]
    assert put(admin, "carton-rules/belt/Snail", cartons=["BOX"]).status_code == 422

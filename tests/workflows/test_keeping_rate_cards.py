"""Rate cards through the one door: kept whole or not at all, and used at the scale."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from controller.errors import NotFound, Refused
from controller.messages import (
    Contract,
    DropRateCard,
    Holiday,
    ImportRateCard,
    RateCard,
    SetUpContracts,
    SetUpSite,
)
from controller.messages.rates import RateRow, SizeRow, Surcharge, TierRow, ZoneRow
from controller.plan.rating import Book
from controller.units import DAY
from controller.views.checks import check_one
from controller.workflows.carriers import markets, tariffs
from tests.workflows.floor import CARTONS, ECO, MORNING_MS, SETTINGS, Floor

TODAY = MORNING_MS // DAY
CARD = RateCard(
    code="SNAIL-1",
    carrier="Snail",
    currency="GBP",
    from_day=TODAY,
    until_day=TODAY + 30,
    zones=(ZoneRow(zone="A", country="GB"),),
    rates=(
        RateRow(service="ECO", zone="A", mass_to=500, price_cents=210),
        RateRow(service="ECO", zone="A", mass_over=500, price_cents=455),
    ),
)


def send(floor: Floor, card: RateCard, number: int = 1, **more: Any) -> None:
    floor.controller.handle(ImportRateCard(id=f"card-{number}", card=card, **more))


def weighed(floor: Floor) -> Any:
    order = floor.order("1", {"MUG": 2}, postcode="SW1A 1AA")
    floor.tour([[(order, "BOX-S", {"MUG": 2})]])
    floor.scans("BENCH-01", "TOTE-1", "BOX-S", "MUG-PACK")
    floor.scan("780")
    return floor.parcels()[-1]


def test_a_card_prices_the_parcel_on_the_scale_and_dropped_it_no_longer_does() -> None:
    floor = Floor()
    send(floor, CARD)
    parcel = weighed(floor)
    assert (parcel.service, parcel.cost_cents) == ("ECO", 455)
    floor.controller.handle(DropRateCard(id="drop", code="SNAIL-1"))
    with floor.controller.reading() as db:
        assert tariffs.cards(db) == ()
    with pytest.raises(NotFound, match="there are: none"):
        floor.controller.handle(DropRateCard(id="again", code="SNAIL-1"))


def test_the_book_is_another_one_after_every_change_and_the_same_until_then() -> None:
    floor = Floor()
    books = [book(floor), book(floor)]
    assert books[0] is books[1]
    send(floor, CARD, holidays=(Holiday(country="GB", day=TODAY + 1),))
    books.append(book(floor))
    dearer = replace(ECO, base_cents=999)
    site = SetUpSite(id="again", settings=SETTINGS, cartons=CARTONS, services=(dearer,))
    floor.controller.handle(site)
    books.append(book(floor))
    floor.controller.handle(replace(site, id="moved", settings=replace(SETTINGS, country="IE")))
    books.append(book(floor))
    assert len(set(map(id, books))) == 4
    assert books[2].origin.holidays == {("GB", TODAY + 1)}
    assert books[4].origin.country == "IE"


def book(floor: Floor) -> Book:
    with floor.controller.reading() as db:
        return tariffs.book(db)


A, B = CARD.rates


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"rates": ()}, ("rates", 0, "", "has no row")),
        ({"rates": (A, replace(B, mass_over=400))}, ("rates", 2, "mass_over", "overlaps")),
        ({"rates": (A, replace(B, mass_over=600))}, ("rates", 2, "mass_over", "a gap from 0.5")),
        ({"rates": (B,)}, ("rates", 1, "mass_over", "leaves a gap from 0")),
        ({"rates": (A, replace(A, mass_to=0))}, ("rates", 2, "mass_over", "overlaps")),
        ({"rates": (A, replace(B, price_cents=-1))}, ("rates", 2, "price_cents", "negative")),
        ({"rates": (A, replace(B, zone="C"))}, ("rates", 2, "zone", "no zone of the sheet")),
        ({"rates": (A, replace(B, service="X"))}, ("rates", 2, "service", "import this service")),
        ({"rates": (A, replace(B, size="L"))}, ("rates", 2, "size", "no class")),
        ({"rates": (A, replace(B, step_cents=9))}, ("rates", 2, "step", "is empty")),
        ({"rates": (replace(A, mass_over=500), B)}, ("rates", 1, "mass_to", "is not above")),
        ({"currency": "gbp"}, ("card", 1, "currency", "three letters")),
        ({"until_day": TODAY - 1}, ("card", 1, "until_day", "is before")),
        ({"mass_unit": "stone"}, ("card", 1, "mass_unit", "write one of g, kg, oz, lb")),
        ({"exchange_ppm": 0}, ("card", 1, "exchange_ppm", "write what 1 GBP is")),
        (
            {"zones": (*CARD.zones, ZoneRow(zone="B", country="GB"))},
            ("zones", 2, "postcodes", "stands in zone A already"),
        ),
        (
            {
                "zones": (
                    *(CARD.zones),
                    ZoneRow(zone="A", country="GB", postcodes="10-20"),
                    ZoneRow(zone="A", country="GB", postcodes="15-25", origin_country="GB"),
                )
            },
            ("zones", 3, "postcodes", "crosses 10-20"),
        ),
        (
            {
                "zones": tuple(
                    ZoneRow(zone="A", country="GB", origin_country="GB", origin_postcodes=codes)
                    for codes in ("10-20", "15-25")
                )
            },
            ("zones", 2, "origin_postcodes", "crosses 10-20"),
        ),
        (
            {"zones": (replace(CARD.zones[0], postcodes="20-10"),)},
            ("zones", 1, "postcodes", "write 10-20"),
        ),
        (
            {"surcharges": (Surcharge(code="S"), Surcharge(code="S"))},
            ("surcharges", 2, "code", "earlier row"),
        ),
        (
            {"surcharges": (Surcharge(code="S", area="FAR"),)},
            ("surcharges", 1, "area", "no area"),
        ),
        ({"sizes": (SizeRow(size="S", length_mm=-1, width_mm=1, height_mm=1),)}, ("sizes", 1)),
        (
            {
                "tiers": (
                    TierRow(parcels_min=1, discount_ppm=2),
                    TierRow(parcels_min=2, discount_ppm=1),
                )
            },
            ("tiers", 0, "discount", "must not fall"),
        ),
    ],
)
def test_a_wrong_card_is_refused_by_sheet_row_and_column(
    wrong: dict[str, Any], told: tuple[Any, ...]
) -> None:
    floor = Floor()
    with pytest.raises(Refused) as caught:
        send(floor, replace(CARD, **wrong))
    got = caught.value.fields
    assert (got["sheet"], got["row"], got["column"])[: len(told)] == told[:3]
    assert all(words in str(got["fix"]) for words in told[3:])
    with floor.controller.reading() as db:
        assert tariffs.cards(db) == ()


def test_cards_of_a_carrier_do_not_share_days_and_services() -> None:
    floor = Floor()
    send(floor, CARD)
    later = replace(CARD, code="SNAIL-2", from_day=TODAY + 30, until_day=0)
    with pytest.raises(Refused, match="overlaps the days of SNAIL-1"):
        send(floor, later, 2)
    send(floor, replace(later, from_day=TODAY + 31), 3)
    send(floor, replace(later, code="ACME", owner="acme"), 4)
    send(floor, replace(CARD, until_day=TODAY + 20), 5)
    with floor.controller.reading() as db:
        assert [card.code for card in tariffs.cards(db)] == ["ACME", "SNAIL-1", "SNAIL-2"]


def test_a_service_of_another_carrier_is_not_taken_over() -> None:
    floor = Floor()
    theirs = replace(ECO, code="FAST", carrier="Snail")
    with pytest.raises(Refused, match="is a service of Swift; give it another code"):
        send(floor, CARD, services=(theirs,))
    with pytest.raises(Refused, match="seven times from Monday on"):
        send(floor, CARD, 2, services=(replace(ECO, pickups_ms=(1, 2)),))
    with pytest.raises(Refused, match="weekdays from 0"):
        send(floor, CARD, 3, services=(replace(ECO, delivery_days=(7,)),))
    with floor.controller.reading() as db:
        assert {each.code: each.carrier for each in tariffs.services(db)}["FAST"] == "Swift"


def test_a_card_may_not_leave_a_service_without_a_price() -> None:
    floor = Floor()
    free = replace(ECO, base_cents=0, per_kg_cents=0)
    send(floor, CARD, services=(free,))
    with pytest.raises(Refused, match="service without price"):
        floor.controller.handle(DropRateCard(id="drop", code="SNAIL-1"))
    send(floor, replace(CARD, code="NEXT", from_day=TODAY + 31, until_day=0), 2)
    floor.controller.handle(DropRateCard(id="drop-2", code="SNAIL-1"))


def test_what_is_changed_behind_the_book_breaks_an_invariant() -> None:
    floor = Floor()
    send(floor, CARD)
    with floor.controller.reading() as db:
        assert check_one(db, "prices_are_of_the_services_kept") == []
    with floor.controller.store.transaction() as db:
        db.run("UPDATE shipping_service SET base_cents = base_cents + 1")
    with floor.controller.reading() as db:
        assert len(check_one(db, "prices_are_of_the_services_kept")) == 1


def test_tiers_of_a_card_are_weighed_over_all_parcels_unless_a_contract_says_others() -> None:
    floor = Floor()
    send(floor, replace(CARD, tiers=(TierRow(parcels_min=500, discount_ppm=30_000),)))
    assert granted(floor)["Snail"].tiers == ((500, 300),)
    contract = Contract(carrier="Snail", tiers=((100, 150),))
    floor.controller.handle(SetUpContracts(id="contract", contracts=(contract,)))
    assert granted(floor) == {"Snail": contract}


def granted(floor: Floor) -> Mapping[str, Contract]:
    with floor.controller.reading() as db:
        return markets.market(db, MORNING_MS).terms.contracts

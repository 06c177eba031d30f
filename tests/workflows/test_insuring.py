"""Parcels whose goods are worth so much are insured: rated, planned and bought with the value."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from controller.errors import Refused
from controller.messages import (
    CarrierTerms,
    ConnectCarriers,
    Contract,
    ImportRateCard,
    OrderLine,
    PlaceOrder,
    RateCard,
    RelabelParcel,
    SetUpContracts,
    SetUpNodes,
    SetUpSite,
    SiteSettings,
)
from controller.messages.rates import RateRow, Surcharge, ZoneRow
from controller.plan.cartonizing import at_once
from controller.plan.rates.advising import Basket
from controller.plan.rating import Parcel
from controller.store import Store
from controller.views.order_story import story
from controller.workflows.carriers import advising, insuring, offering, tendering
from controller.workflows.packing.cartonizing import of_wants
from tests.workflows.floor import CARTONS, ECO, FAST, FIRST, SETTINGS, SETUP, Floor
from tests.workflows.test_buying import answer, asked, refuse
from tests.workflows.test_nodes import ECO as NODE_ECO
from tests.workflows.test_nodes import STORE as NODE_STORE
from tests.workflows.test_nodes import Given, count, promised

MUG_CENTS = 6_000
SMALL = replace(ECO, insured_max_cents=5_000)  # cheaper, and insures less than two mugs


def site(
    *services: Any, insure_from_cents: int = 10_000, store: Store | None = None, **more: Any
) -> Floor:
    settings = replace(SETTINGS, insure_from_cents=insure_from_cents, **more)
    known = services or (ECO, FAST)
    setup = SetUpSite(id="site", settings=settings, cartons=CARTONS, services=known)
    return Floor(setup=(setup, *SETUP[1:]), store=store)


def order(floor: Floor, number: str = "1", qty: int = 2) -> str:
    line = OrderLine(line=1, sku="MUG", qty=qty, price_cents=MUG_CENTS)
    placed = PlaceOrder(id=f"o{number}", shop="shop", number=number, lines=(line,), country="GB")
    return floor.do(placed).order


def picked(floor: Floor, parcels: int = 1) -> Floor:
    orders = [order(floor, str(n)) for n in range(1, parcels + 1)]
    floor.tour([[(each, "BOX-S", {"MUG": 2})] for each in orders])
    floor.scans("BENCH-01")
    return floor


def weighed(floor: Floor, tote: int = 1) -> Any:
    floor.scans(f"TOTE-{tote}", "BOX-S", "MUG-PACK")
    floor.scan("780")
    return floor.parcels()[tote - 1]


@pytest.mark.parametrize(
    ("from_cents", "insured"), [(0, 0), (12_001, 0), (12_000, 12_000), (1, 12_000)]
)
def test_parcel_is_insured_for_its_goods_from_the_figure_of_the_site_on(
    from_cents: int, insured: int, store: Store
) -> None:
    floor = picked(site(insure_from_cents=from_cents, store=store))
    assert weighed(floor).insured_cents == insured
    assert asked(floor).payload.get("insured_cents", 0) == insured
    assert ("insured_cents" in floor.events("parcel_packed")[0]) == bool(insured)
    with floor.controller.reading() as db:
        told = story(db, "shop/1")
    assert told is not None
    assert told.parcels[0].insured_cents == insured
    assert floor.books_balance()


def test_service_that_insures_less_is_out_and_says_so(store: Store) -> None:
    parcel = weighed(picked(site(SMALL, FAST, store=store)))
    assert (parcel.service, parcel.insured_cents) == ("FAST", 12_000)
    assert parcel.why == "ECO: insures up to 5000 cents, not 12000"


def with_surcharge(**more: Any) -> Floor:
    """A site whose cheapest service asks a hundredth of what is insured above 100.00."""
    floor = site(**more)
    card = RateCard(
        code="SNAIL",
        carrier="Snail",
        currency="GBP",
        from_day=0,
        zones=(ZoneRow(zone="GB", country="GB"),),
        rates=(RateRow(service="ECO", zone="GB", price_cents=300),),
        surcharges=(Surcharge(code="VALUE", value_ppm=10_000, value_over_cents=10_000),),
    )
    floor.do(ImportRateCard(id="card", card=card))
    return floor


def test_surcharge_on_the_value_is_paid() -> None:
    assert weighed(picked(with_surcharge())).cost_cents == 300 + 20


@pytest.mark.parametrize(("from_cents", "cost_cents"), [(10_000, 320), (12_001, 300)])
def test_what_is_quoted_is_what_the_parcel_costs_later(from_cents: int, cost_cents: int) -> None:
    floor = with_surcharge(insure_from_cents=from_cents)
    now_ms, name = floor.clock.ms, order(floor, "0")
    like = Parcel(length_mm=0, width_mm=0, height_mm=0, mass_g=0, country="", ready_ms=now_ms)
    with floor.controller.reading() as db:
        wanted = offering.of_order(db, name, like, None, None)
        problem = of_wants(db, wanted.wants)
        parcels = offering.packed(db, problem, at_once(problem), wanted.to, wanted.prices)
        quoted = offering.offers(db, parcels)[0][0]
        advised = advising.basket(db, advising.sold(db, 1)[0], advising.Costs(), now_ms)
    bought = weighed(picked(floor))
    assert (quoted.service, quoted.cost_cents) == (bought.service, bought.cost_cents)
    assert (bought.cost_cents, parcels[0].value_cents) == (cost_cents, bought.insured_cents)
    assert isinstance(advised, Basket)
    assert advised.shipping_cents == cost_cents


def test_units_of_a_quote_are_worth_what_their_lines_say_in_their_sequence() -> None:
    prices = {"MUG": [(2, 500), (1, 900)], "PEN": [(1, 30)]}
    parcels = [[("MUG", 1)], [("MUG", 2), ("PEN", 1)], [("BOOK", 1)]]
    assert [*insuring.worths(prices, parcels)] == [500, 500 + 900 + 30, 0]


def test_another_carrier_and_another_label_insure_it_too(store: Store) -> None:
    floor = picked(site(store=store))
    terms = tuple(CarrierTerms(name=name, offers=("buy", "void")) for name in ("Snail", "Swift"))
    floor.do(ConnectCarriers(id="carriers", carriers=terms))
    weighed(floor)
    assert refuse(floor, asked(floor)) == "FAST"
    assert asked(floor).payload["insured_cents"] == 12_000
    answer(floor, asked(floor), cents=721)
    floor.do(RelabelParcel(id="again", parcel=floor.parcels()[0].id))
    assert asked(floor).payload["reference"] == f"{FIRST}-3"
    assert asked(floor).payload["insured_cents"] == 12_000
    assert floor.books_balance()


def test_parcel_that_was_packed_short_is_insured_for_what_is_in_it() -> None:
    floor = picked(site(insure_from_cents=1))
    floor.scans("TOTE-1", "BOX-S", "MUG", "SHORT")
    floor.scan("430")
    assert floor.parcels()[0].insured_cents == MUG_CENTS


def test_plans_weigh_no_service_that_insures_less(store: Store) -> None:
    floor = picked(site(SMALL, FAST, store=store), parcels=2)
    contract = Contract(carrier="Swift", tiers=((0, 0), (3, 2_000)))
    floor.do(SetUpContracts(id="contracts", contracts=(contract,)))
    weighed(floor)
    floor.carrier_answers()
    order(floor, "3")
    with floor.controller.reading() as db:
        problem = tendering.snapshot(db, floor.clock.ms)
    assert problem is not None
    assert [each.id for each in problem.choice.parcels][1:] == ["?0"]
    found = (*problem.choice.parcels, *problem.all_of_it.parcels)
    assert {option.service for each in found for option in each.options} == {"FAST"}
    assert len(problem.all_of_it.parcels) == 3


def test_nodes_ask_for_freight_that_insures(given: Given) -> None:
    house = given(stock={"A": 0})
    services = (replace(NODE_ECO, insured_max_cents=MUG_CENTS),)
    figures = SiteSettings(insure_from_cents=1)
    house.handle(SetUpSite(id="services", settings=figures, services=services))
    house.handle(SetUpNodes(id="nodes", nodes=(NODE_STORE,)))
    count(house, "STORE", A=3)
    for number, qty in (("1", 1), ("2", 2)):
        line = OrderLine(line=1, sku="A", qty=qty, price_cents=MUG_CENTS)
        house.handle(PlaceOrder(id=number, shop="shop", number=number, lines=(line,)))
    assert promised(house, "shop/1") == {(1, "STORE"): 1}
    assert promised(house, "shop/2") == {}
    (told,) = house.all("SELECT * FROM sourced WHERE order_id = 'shop/2'")
    assert msgspec.json.decode(told.left_out)["STORE"] == "no_service"
    count(house, "STORE", A=9)  # who waits is served; as the books have it, nothing insures that
    assert promised(house, "shop/2") == {(1, "STORE"): 2}
    assert house.all("SELECT prices FROM sourced WHERE order_id = 'shop/2'")[0].prices == "{}"
    assert house.violations() == []


def test_invariant_tells_a_parcel_that_is_insured_for_something_else(store: Store) -> None:
    floor = picked(site(store=store))
    weighed(floor)
    assert floor.books_balance()
    with floor.controller.store.transaction() as db:
        db.run("UPDATE parcel SET insured_cents = 1")
    with pytest.raises(AssertionError, match="insured for 1 cents, its goods are worth 12000"):
        floor.books_balance()


def test_figure_of_the_site_is_no_debt() -> None:
    with pytest.raises(Refused, match="insure_from_cents"):
        site(insure_from_cents=-1)

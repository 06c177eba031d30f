"""Rating: what a service costs, why it is out, when it arrives, and what a packer reads."""

from dataclasses import replace
from typing import Any

import pytest

from controller.messages import ShippingService
from controller.plan.choosing import Wish, choose
from controller.plan.rating import Book, Offer, Origin, Parcel, Refusal
from controller.units import DAY, HOUR

ECO = ShippingService(
    code="ECO",
    carrier="Post",
    countries=("DE", "AT"),
    base_cents=300,
    per_kg_cents=50,
    divisor_cm3_per_kg=5000,
    mass_max_g=10_000,
    girth_max_mm=3000,
    transit_days=4,
)
AIR = replace(ECO, code="AIR", countries=("*",), base_cents=900, transit_days=1, mass_max_g=31_500)
MONDAY = 20_577 * DAY  # 4 May 2026
BOX = Parcel(
    length_mm=400,
    width_mm=300,
    height_mm=200,
    mass_g=2000,
    country="DE",
    ready_ms=MONDAY + 12 * HOUR,
)


def answer(parcel: Parcel, service: ShippingService, origin: Origin | None = None) -> Offer | str:
    (found,) = Book((service,), origin).offers(parcel)
    return found.why if isinstance(found, Refusal) else found


def cents(parcel: Parcel, service: ShippingService) -> int:
    found = answer(parcel, service)
    assert isinstance(found, Offer)
    assert sum(cents for _, cents in found.lines) == found.cost_cents
    return found.cost_cents


def test_a_flat_price_bills_the_larger_of_real_and_dimensional_mass() -> None:
    assert cents(BOX, ECO) == 300 + 50 * 4800 // 1000
    assert cents(replace(BOX, mass_g=6000), ECO) == 300 + 300


def test_a_flat_price_is_rounded_up_to_the_cent() -> None:
    assert cents(replace(BOX, mass_g=4801), ECO) == 541


def test_divisor_zero_bills_the_real_mass_only() -> None:
    assert cents(BOX, replace(ECO, divisor_cm3_per_kg=0)) == 400


@pytest.mark.parametrize(
    ("parcel", "limits", "reason"),
    [
        (replace(BOX, country="US"), {}, "does not serve US"),
        (replace(BOX, mass_g=10_001), {}, "too heavy: 10001 g, takes 10000 g"),
        (BOX, {"mass_min_g": 2001}, "too light: 2000 g, takes 2001 g or more"),
        (
            replace(BOX, height_mm=1601, width_mm=301),
            {},
            "too large: girth 3003 mm, takes 3000 mm",
        ),
        (BOX, {"width_max_mm": 299}, "too large: second side 300 mm, takes 299 mm"),
        (BOX, {"length_min_mm": 401}, "too small: 400 x 300 mm, takes 401 x 0 mm or more"),
        (replace(BOX, hazardous=True), {"hazardous": False}, "takes no hazardous goods"),
        (replace(BOX, po_box=True), {"po_box": False}, "does not deliver to PO boxes"),
        (
            replace(BOX, value_cents=50_001),
            {"insured_max_cents": 50_000},
            "insures up to 50000 cents, not 50001",
        ),
        (BOX, {"pickups_ms": (-1,) * 7}, "is not picked up within weeks"),
        (
            replace(BOX, arrive_by_ms=MONDAY + 4 * DAY + 19 * HOUR),
            {},
            "arrives 1 h too late",
        ),
    ],
)
def test_a_refusal_says_what_excludes_a_service(
    parcel: Parcel, limits: dict[str, Any], reason: str
) -> None:
    assert answer(parcel, replace(ECO, **limits)) == reason


def test_girth_takes_the_longest_side_as_length_however_the_parcel_is_measured() -> None:
    limits = {
        cents(replace(BOX, length_mm=a, width_mm=b, height_mm=c), replace(ECO, girth_max_mm=1400))
        for a, b, c in ((400, 300, 200), (200, 300, 400), (300, 400, 200))
    }
    assert limits == {540}


def times(parcel: Parcel, service: ShippingService, origin: Origin) -> tuple[int, int]:
    """Hours after that Monday's midnight, UTC, of the departure and of the arrival."""
    found = answer(parcel, service, origin)
    assert isinstance(found, Offer)
    return (found.leaves_ms - MONDAY) // HOUR, (found.arrives_ms - MONDAY) // HOUR


def test_a_promise_is_the_next_pickup_and_the_days_on_which_the_carrier_delivers() -> None:
    site = Origin(country="GB", departure_ms=18 * HOUR)
    assert times(BOX, AIR, site) == (18, 24 + 20)
    assert times(replace(BOX, ready_ms=MONDAY + 18 * HOUR), AIR, site)[0] == 24 + 18
    week = replace(AIR, pickups_ms=(17 * HOUR,) * 5 + (-1, -1), delivery_days=(0, 1, 2, 3, 4))
    friday = replace(BOX, ready_ms=MONDAY + 4 * DAY + 16 * HOUR)
    assert times(friday, week, site) == (4 * 24 + 17, 7 * 24 + 20)
    late = replace(friday, ready_ms=friday.ready_ms + HOUR)
    assert times(late, week, site) == (7 * 24 + 17, 8 * 24 + 20)
    saturdays = replace(week, delivery_days=(0, 1, 2, 3, 4, 5), arrives_by_ms=12 * HOUR)
    assert times(friday, saturdays, site)[1] == 5 * 24 + 12


def test_nobody_works_on_a_holiday_of_the_country_where_it_is() -> None:
    monday = MONDAY // DAY
    site = Origin(country="GB", departure_ms=18 * HOUR, holidays=frozenset({("GB", monday)}))
    assert times(BOX, AIR, site)[0] == 24 + 18
    site = replace(site, holidays=frozenset({("DE", monday + 1), ("DE", monday + 2)}))
    assert times(BOX, AIR, site) == (18, 3 * 24 + 20)


def test_the_clock_is_that_of_the_site() -> None:
    site = Origin(country="GB", departure_ms=18 * HOUR, utc_offset_ms=-6 * HOUR)
    assert times(replace(BOX, ready_ms=MONDAY + 23 * HOUR), AIR, site)[0] == 24


def test_cheapest_service_wins_and_the_others_are_explained() -> None:
    chosen = choose(Book((ECO, AIR)).offers(BOX), Wish())
    assert chosen.offer is not None
    assert (chosen.offer.service, chosen.offer.cost_cents) == ("ECO", 540)
    assert chosen.why == "AIR: 1140 cents"
    assert choose(Book((ECO,)).offers(BOX), Wish()).why == "the only service"


def test_equal_costs_go_to_the_lower_code_whatever_the_order_of_services() -> None:
    twin = replace(ECO, code="ABC")
    found = [choose(Book(pair).offers(BOX), Wish()).offer for pair in ((ECO, twin), (twin, ECO))]
    assert [each and each.service for each in found] == ["ABC", "ABC"]


def test_parcel_without_a_service_is_told_every_reason() -> None:
    far = replace(BOX, country="US", mass_g=40_000)
    chosen = choose(Book((ECO, AIR)).offers(far), Wish())
    assert chosen.offer is None
    assert chosen.why == "AIR: too heavy: 40000 g, takes 31500 g; ECO: does not serve US"
    assert choose((), Wish()).why == "there is no service"

"""Rating: what a service costs, why it is out, and what a packer reads in the reasons."""

from dataclasses import replace

import pytest

from controller.messages import ShippingService
from controller.plan.rating import Choice, Parcel, choose, quote

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
BOX = Parcel(
    length_mm=400,
    width_mm=300,
    height_mm=200,
    mass_g=2000,
    country="DE",
    days_max=5,
)


def test_quote_bills_the_larger_of_real_and_dimensional_mass() -> None:
    assert quote(BOX, ECO) == 300 + 50 * 4800 // 1000
    assert quote(replace(BOX, mass_g=6000), ECO) == 300 + 300


def test_quote_rounds_up_to_the_cent() -> None:
    assert quote(replace(BOX, mass_g=4801), ECO) == 541


def test_divisor_zero_bills_the_real_mass_only() -> None:
    assert quote(BOX, replace(ECO, divisor_cm3_per_kg=0)) == 400


@pytest.mark.parametrize(
    ("parcel", "reason"),
    [
        (replace(BOX, country="US"), "does not serve US"),
        (replace(BOX, mass_g=10_001), "too heavy: 10001 g, takes 10000 g"),
        (replace(BOX, height_mm=1601, width_mm=301), "too large: girth 3003 mm, takes 3000 mm"),
        (replace(BOX, days_max=3), "too slow: 4 days, allowed 3"),
    ],
)
def test_quote_says_what_excludes_a_service(parcel: Parcel, reason: str) -> None:
    assert quote(parcel, ECO) == reason


def test_girth_takes_the_longest_side_as_length_however_the_parcel_is_measured() -> None:
    limits = {
        quote(replace(BOX, length_mm=a, width_mm=b, height_mm=c), replace(ECO, girth_max_mm=1400))
        for a, b, c in ((400, 300, 200), (200, 300, 400), (300, 400, 200))
    }
    assert limits == {540}


def test_cheapest_service_wins_and_the_others_are_explained() -> None:
    assert choose(BOX, (ECO, AIR)) == Choice(service="ECO", cost_cents=540, why="AIR: 1140 cents")
    assert choose(BOX, (ECO,)).why == "the only service"


def test_equal_costs_go_to_the_lower_code_whatever_the_order_of_services() -> None:
    twin = replace(ECO, code="ABC")
    assert choose(BOX, (ECO, twin)).service == choose(BOX, (twin, ECO)).service == "ABC"


def test_parcel_without_a_service_is_told_every_reason() -> None:
    far = replace(BOX, country="US", mass_g=40_000)
    why = "AIR: too heavy: 40000 g, takes 31500 g; ECO: does not serve US"
    assert choose(far, (ECO, AIR)) == Choice(service="", cost_cents=0, why=why)
    assert choose(far, ()).why == "there is no service"

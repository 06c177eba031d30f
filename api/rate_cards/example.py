"""Owns the rate card that stands as the example: of a carrier that does not exist."""

from datetime import date
from typing import Final

from controller.messages import Holiday, RateCard, ShippingService
from controller.messages.rates import (
    AreaRow,
    FuelRow,
    RateRow,
    SizeRow,
    Surcharge,
    TermRow,
    TierRow,
    TransitRow,
    ZoneRow,
)
from controller.units import HOUR


def _day(year: int, month: int, day: int) -> int:
    return (date(year, month, day) - date(1970, 1, 1)).days


SERVICES: Final = (
    ShippingService(
        code="SWIFT-PARCEL",
        carrier="Swift",
        countries=("GB", "IE"),
        base_cents=0,
        per_kg_cents=0,
        divisor_cm3_per_kg=0,
        mass_max_g=31_500,
        girth_max_mm=3_000,
        transit_days=2,
        lane="LANE-01",
        pickups_ms=(18 * HOUR, 18 * HOUR, 18 * HOUR, 18 * HOUR, 17 * HOUR, -1, -1),
        delivery_days=(0, 1, 2, 3, 4, 5),
        insured_max_cents=250_000,
    ),
)
CARD: Final = RateCard(
    code="SWIFT-2026",
    carrier="Swift",
    currency="GBP",
    exchange_ppm=0,  # not told: the site's own
    from_day=_day(2026, 1, 1),
    until_day=_day(2026, 12, 31),
    divisor=5_000,
    round_sides=True,
    step=500,
    zones=(
        ZoneRow(zone="HOME", country="GB"),
        ZoneRow(zone="ISLES", country="GB", postcodes="IM"),
        ZoneRow(zone="ISLES", country="GB", postcodes="BT10-BT94"),
        ZoneRow(zone="EU", country="IE"),
    ),
    rates=(
        RateRow(service="SWIFT-PARCEL", zone="HOME", mass_to=2_000, price_cents=299, size="SMALL"),
        RateRow(service="SWIFT-PARCEL", zone="HOME", mass_to=5_000, price_cents=389, size="LARGE"),
        RateRow(
            service="SWIFT-PARCEL",
            zone="HOME",
            mass_over=5_000,
            price_cents=389,
            step=1_000,
            step_cents=45,
            size="LARGE",
        ),
        RateRow(service="SWIFT-PARCEL", zone="ISLES", mass_to=31_500, price_cents=1_150),
        RateRow(service="SWIFT-PARCEL", zone="EU", mass_to=31_500, price_cents=1_490),
    ),
    sizes=(
        SizeRow(size="SMALL", length_mm=450, width_mm=350, height_mm=160),
        SizeRow(size="LARGE", length_mm=1_500, width_mm=600, height_mm=600, girth_mm=3_000),
    ),
    transit=(
        TransitRow(service="SWIFT-PARCEL", zone="ISLES", days=3),
        TransitRow(service="SWIFT-PARCEL", zone="EU", days=4),
    ),
    areas=(AreaRow(area="HIGHLANDS", country="GB", postcodes="IV"),),
    surcharges=(
        Surcharge(code="HIGHLANDS", cents=650, area="HIGHLANDS", fuel=True),
        Surcharge(code="LONG", cents=480, longest_over_mm=1_000, group="AWKWARD"),
        Surcharge(code="HEAVY", cents=350, mass_over_g=20_000, group="AWKWARD"),
        Surcharge(
            code="PEAK",
            cents=35,
            from_day=_day(2026, 11, 15),
            until_day=_day(2026, 12, 31),
            residential=True,
        ),
        Surcharge(code="INSURED", value_ppm=12_500, least_cents=200, value_over_cents=5_000),
    ),
    fuel=(FuelRow(from_day=_day(2026, 1, 1), ppm=82_500),),
    terms=(TermRow(service="SWIFT-PARCEL", discount_ppm=120_000, least_cents=245),),
    tiers=(TierRow(parcels_min=200, discount_ppm=30_000),),
)
HOLIDAYS: Final = (
    Holiday(country="GB", day=_day(2026, 12, 25), name="Christmas Day"),
    Holiday(country="GB", day=_day(2026, 12, 28), name="Boxing Day (substitute)"),
)

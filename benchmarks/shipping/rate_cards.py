"""Owns rate cards and parcels that no carrier has: made by chance from a seed, like real ones.

Every card is valid. Chance decides units, divisors, zones by postcode from several origins,
brackets with and without steps, classes of sizes, surcharges in groups, fuel and terms.
"""

from random import Random

from controller.messages import ShippingService
from controller.messages.rates import (
    AreaRow,
    FuelRow,
    RateCard,
    RateRow,
    SizeRow,
    Surcharge,
    TermRow,
    TierRow,
    TransitRow,
    ZoneRow,
)
from controller.plan.rating import Origin, Parcel
from controller.units import DAY, HOUR

TODAY = 20_577
COUNTRIES = ("GB", "DE", "FR", "US", "NO", "CH")
ORIGIN = Origin(
    country="GB",
    postcode="AB12 3CD",
    departure_ms=18 * HOUR,
    holidays=frozenset((country, TODAY + nth) for nth, country in enumerate(COUNTRIES)),
)


def services(rng: Random, carriers: int = 5, each: int = 6) -> tuple[ShippingService, ...]:
    """The services of invented carriers."""
    return tuple(
        _offered(rng, f"C{c}", f"C{c}-S{s}") for c in range(carriers) for s in range(each)
    )


def _offered(rng: Random, carrier: str, code: str) -> ShippingService:
    everywhere = rng.random() < 0.7
    return ShippingService(
        code=code,
        carrier=carrier,
        countries=("*",) if everywhere else tuple(rng.sample(COUNTRIES, 4)),
        base_cents=rng.randrange(200, 900),
        per_kg_cents=rng.randrange(20, 200),
        divisor_cm3_per_kg=rng.choice((0, 5_000)),
        mass_max_g=rng.choice((20_000, 31_500, 70_000)),
        girth_max_mm=rng.choice((3_000, 4_200)),
        transit_days=rng.randrange(1, 6),
        pickups_ms=rng.choice(((), (17 * HOUR,) * 5 + (-1, -1))),
        delivery_days=rng.choice(((), (0, 1, 2, 3, 4))),
        hazardous=rng.random() < 0.8,
        po_box=rng.random() < 0.8,
    )


def cards(
    rng: Random, offered: tuple[ShippingService, ...], zones: int = 24
) -> tuple[RateCard, ...]:
    """One card for each carrier, of all its services."""
    carriers = sorted({each.carrier for each in offered})
    return tuple(
        _card(rng, name, [s.code for s in offered if s.carrier == name], zones)
        for name in carriers
    )


def _card(rng: Random, carrier: str, codes: list[str], zones: int) -> RateCard:
    names = [f"Z{n:02}" for n in range(zones)]
    sizes = _sizes() if rng.random() < 0.4 else ()
    unit = rng.choice(("kg", "lb", "g", "oz"))
    scale = {"kg": 1, "lb": 2, "g": 1_000, "oz": 35}[unit]
    inches = unit in ("lb", "oz")
    return RateCard(
        code=f"{carrier}-CARD",
        carrier=carrier,
        currency=rng.choice(("GBP", "EUR", "USD")),
        from_day=TODAY - 100,
        exchange_ppm=rng.choice((1_000_000, 856_712, 1_273_001)),
        mass_unit=unit,
        length_unit="in" if inches else "cm",
        divisor=rng.choice((0, 139, 166) if inches else (0, 4_000, 5_000)),
        round_sides=rng.random() < 0.6,
        dimensional_over=rng.choice((0, 1_728 if inches else 28_000)),
        step=rng.choice((0, 500, 1_000)) * scale,
        zones=tuple(_zones(rng, names, codes[0])),
        rates=tuple(row for code in codes for row in _rates(rng, code, names, sizes, scale)),
        sizes=sizes,
        transit=tuple(
            TransitRow(service=code, zone=zone, days=rng.randrange(1, 9))
            for code in codes
            for zone in rng.sample(names, len(names) // 2)
        ),
        areas=tuple(
            AreaRow(area="REMOTE", country=country, postcodes=f"{n:02}")
            for country in COUNTRIES
            for n in sorted(rng.sample(range(100), 8))
        ),
        surcharges=tuple(_surcharges(rng, codes)),
        fuel=tuple(
            FuelRow(from_day=TODAY + at, ppm=rng.randrange(50_000, 250_000), service=code)
            for code in ("", codes[-1])
            for at in (-30, 3)
        ),
        terms=tuple(
            TermRow(
                service=code,
                discount_ppm=rng.randrange(0, 400_000),
                least_cents=rng.randrange(0, 900),
                divisor=rng.choice((-1, -1, 0)),
            )
            for code in codes[::2]
        ),
        tiers=(TierRow(parcels_min=100, discount_ppm=20_000),),
    )


def _zones(rng: Random, names: list[str], own: str) -> list[ZoneRow]:
    rows = [ZoneRow(zone=names[0], country="*")]
    for country in COUNTRIES:
        rows.append(ZoneRow(zone=rng.choice(names), country=country))
        starts = range(0, 100, 5)
        rows += [
            ZoneRow(zone=rng.choice(names), country=country, postcodes=f"{n:02}-{n + 3:02}")
            for n in starts
        ]
        rows += [
            ZoneRow(zone=rng.choice(names), country=country, postcodes=f"{n:02}", service=code)
            for n in starts[::3]
            for code in ("", own)
        ]
        rows += [
            ZoneRow(
                zone=rng.choice(names),
                country=country,
                postcodes=f"{n:02}1",
                origin_country="GB",
                origin_postcodes=begin,
            )
            for n in starts[::4]
            for begin in ("AB", "C")
        ]
    return rows


def _rates(
    rng: Random, code: str, names: list[str], sizes: tuple[SizeRow, ...], scale: int
) -> list[RateRow]:
    by_size = bool(sizes) and rng.random() < 0.5
    rows = []
    for nth, zone in enumerate(names):
        for rank, size in enumerate([each.size for each in sizes] if by_size else [""]):
            price, over = rng.randrange(200, 700) + 40 * nth + 90 * rank, 0
            for to in (1_000, 2_000, 5_000, 10_000, 30_000):
                price += rng.randrange(30, 200)
                rows.append(
                    RateRow(
                        service=code,
                        zone=zone,
                        size=size,
                        mass_over=over * scale,
                        mass_to=to * scale,
                        price_cents=price,
                    )
                )
                over = to
            rows.append(
                RateRow(
                    service=code,
                    zone=zone,
                    size=size,
                    mass_over=over * scale,
                    price_cents=price,
                    step=1_000 * scale,
                    step_cents=rng.randrange(20, 150),
                )
            )
    return rows


def _sizes() -> tuple[SizeRow, ...]:
    return (
        SizeRow(size="LETTER", length_mm=353, width_mm=250, height_mm=25),
        SizeRow(size="SMALL", length_mm=450, width_mm=350, height_mm=160),
        SizeRow(size="LARGE", length_mm=1_500, width_mm=1_000, height_mm=1_000, girth_mm=3_000),
    )


def _surcharges(rng: Random, codes: list[str]) -> list[Surcharge]:
    return [
        Surcharge(code="RES", cents=rng.randrange(100, 500), residential=True, fuel=True),
        Surcharge(code="REMOTE", unit_cents=40, least_cents=900, area="REMOTE", fuel=True),
        Surcharge(code="LONG", cents=1_200, longest_over_mm=1_000, group="SIZE"),
        Surcharge(code="WIDE", cents=1_500, second_over_mm=500, group="SIZE"),
        Surcharge(code="HEAVY", base_ppm=150_000, mass_over_g=15_000, group="SIZE", fuel=True),
        Surcharge(code="GIRTH", cents=2_500, girth_over_mm=2_600, group="SIZE"),
        Surcharge(code="DG", cents=2_200, hazardous=True),
        Surcharge(code="INSURED", value_ppm=12_500, least_cents=250, value_over_cents=10_000),
        Surcharge(code="PEAK", cents=85, from_day=TODAY - 2, until_day=TODAY + 2),
        Surcharge(code="PAST", cents=85, until_day=TODAY - 3),
        Surcharge(code="NOT-YET", cents=9_999, active=False),
        Surcharge(code="TOLL", base_ppm=9_000, country="CH"),
        Surcharge(code="OWN", cents=55, service=codes[0]),
        Surcharge(code="ZONE", cents=77, zone="Z03"),
    ]


def parcels(rng: Random, count: int) -> list[Parcel]:
    """Parcels of a week: small ones mostly, to everywhere."""
    return [
        Parcel(
            length_mm=rng.randrange(80, rng.choice((400, 700, 1_400))),
            width_mm=rng.randrange(50, rng.choice((300, 600))),
            height_mm=rng.randrange(10, rng.choice((100, 400))),
            mass_g=int(2 ** rng.uniform(5, 15.2)),
            country=rng.choice((*COUNTRIES, "JP")),
            postcode=f"{rng.randrange(100_000):05}",
            owner="",
            value_cents=rng.choice((0, 0, 25_000)),
            hazardous=rng.random() < 0.05,
            po_box=rng.random() < 0.05,
            residential=rng.random() < 0.6,
            ready_ms=(TODAY + rng.randrange(6)) * DAY + rng.randrange(24) * HOUR,
        )
        for _ in range(count)
    ]

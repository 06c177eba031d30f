"""Rate cards: prices worked out by hand, and a plain reading of random cards at every parcel."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from benchmarks.shipping import plain_rating, rate_cards
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
from controller.plan.rating import Book, Offer, Origin, Parcel, Refusal
from controller.units import DAY, HOUR

MONDAY = 20_577
READY_MS = MONDAY * DAY + 12 * HOUR
SITE = Origin(country="US", postcode="98101", currency="USD")
GROUND = ShippingService(
    code="GROUND",
    carrier="Brown",
    countries=("US",),
    base_cents=0,
    per_kg_cents=0,
    divisor_cm3_per_kg=0,
    mass_max_g=68_038,
    girth_max_mm=4_191,
    transit_days=5,
)
INCHES = RateCard(
    code="BROWN-2026",
    carrier="Brown",
    currency="USD",
    from_day=MONDAY - 30,
    until_day=MONDAY + 300,
    mass_unit="lb",
    length_unit="in",
    divisor=139,
    round_sides=True,
    step=1_000,
    zones=(
        ZoneRow(zone="8", country="US"),
        ZoneRow(zone="2", country="US", postcodes="980-984"),
        ZoneRow(zone="2X", country="US", postcodes="982"),
        ZoneRow(zone="7", country="US", postcodes="98", origin_postcodes="100-104"),
    ),
    rates=(
        *(
            RateRow(service="GROUND", zone=zone, mass_over=over, mass_to=to, price_cents=cents)
            for zone, prices in {
                "2": (1_107, 1_190, 1_250),
                "2X": (1_200, 1_300, 1_400),
                "7": (1_400, 1_500, 1_600),
                "8": (1_350, 1_610, 1_890),
            }.items()
            for (over, to), cents in zip(
                ((0, 1_000), (1_000, 5_000), (5_000, 20_000)), prices, strict=True
            )
        ),
        RateRow(
            service="GROUND",
            zone="8",
            mass_over=20_000,
            mass_to=150_000,
            price_cents=1_890,
            step=1_000,
            step_cents=95,
        ),
    ),
    transit=(TransitRow(service="GROUND", zone="2", days=1),),
    areas=(AreaRow(area="REMOTE", country="US", postcodes="995-999"),),
    surcharges=(
        Surcharge(code="RESI", cents=595, residential=True, fuel=True),
        Surcharge(code="AHS-LENGTH", cents=1_600, longest_over_mm=1_219, group="AHS", fuel=True),
        Surcharge(code="AHS-WEIGHT", cents=2_750, mass_over_g=22_680, group="AHS", fuel=True),
        Surcharge(code="REMOTE", cents=1_450, area="REMOTE"),
        Surcharge(code="PEAK", cents=40, from_day=MONDAY + 1, until_day=MONDAY + 1),
        Surcharge(code="VALUE", value_ppm=13_500, value_over_cents=10_000, least_cents=405),
        Surcharge(code="OLD", cents=99_999, active=False),
    ),
    fuel=(FuelRow(from_day=0, ppm=150_000), FuelRow(from_day=MONDAY, ppm=182_500)),
    terms=(TermRow(service="GROUND", discount_ppm=310_000, least_cents=931),),
    tiers=(TierRow(parcels_min=500, discount_ppm=30_000),),
)
SHOE_BOX = Parcel(  # 14 x 10 x 6 in
    length_mm=350,
    width_mm=250,
    height_mm=130,
    mass_g=1_300,
    country="US",
    postcode="98052",
    ready_ms=READY_MS,
)


def offer(parcel: Parcel, card: RateCard, service: ShippingService = GROUND) -> Offer:
    (found,) = Book((service,), SITE, (card,)).offers(parcel)
    assert isinstance(found, Offer), found
    assert sum(cents for _, cents in found.lines) == found.cost_cents
    return found


def no(parcel: Parcel, card: RateCard, service: ShippingService = GROUND) -> str:
    (found,) = Book((service,), SITE, (card,)).offers(parcel)
    assert isinstance(found, Refusal)
    return found.why


def test_inches_are_rounded_up_pounds_too_and_the_contract_comes_before_fuel() -> None:
    found = offer(SHOE_BOX, INCHES)
    # 14 x 10 x 6 = 840 in3 / 139 = 6.04 lb, above the 2.87 lb that it weighs: 7 lb
    assert found.lines == (
        ("base, zone 2, 7 lb", 1_250),
        ("discount", -388),  # 31% = 387.5
        ("minimum", 69),  # 862 is less than 931
        ("fuel", 170),  # 18.25% of 931 = 169.9
    )
    assert (found.cost_cents, found.base_cents) == (1_101, 931)
    assert found.arrives_ms == MONDAY * DAY + DAY + 20 * HOUR


def test_a_surcharge_of_a_group_is_the_dearest_and_fuel_is_on_those_that_say_so() -> None:
    long_and_heavy = replace(
        SHOE_BOX, length_mm=1_300, mass_g=30_000, postcode="99701", residential=True
    )
    found = offer(long_and_heavy, INCHES)
    # 30 kg = 66.14 lb: 67 lb; 52 x 10 x 6 in are less. 47 steps above 20 lb: 1,890 + 47 x 95
    assert found.lines == (
        ("base, zone 8, 67 lb", 6_355),
        ("discount", -1_970),  # 1,970.05
        ("RESI", 595),
        ("REMOTE", 1_450),
        ("AHS-WEIGHT", 2_750),
        ("fuel", 1_411),  # 18.25% of 4,385 + 595 + 2,750 = 1,410.7
    )


def test_value_and_peak_and_fuel_are_of_the_day_on_which_the_parcel_leaves() -> None:
    late = replace(SHOE_BOX, ready_ms=READY_MS + 10 * HOUR, value_cents=50_000)
    assert dict(offer(late, INCHES).lines)["PEAK"] == 40
    assert dict(offer(late, INCHES).lines)["VALUE"] == 540  # 1.35% of 400.00
    assert dict(offer(replace(late, value_cents=20_000), INCHES).lines)["VALUE"] == 405
    assert "VALUE" not in dict(offer(replace(late, value_cents=10_000), INCHES).lines)
    before = replace(SHOE_BOX, ready_ms=READY_MS - DAY)
    assert dict(offer(before, INCHES).lines)["fuel"] == 140  # 15% of 931 = 139.65


@pytest.mark.parametrize(
    ("parcel", "zone"),
    [
        ({"postcode": "98052-1234"}, "2"),
        ({"postcode": "98201"}, "2X"),
        ({"postcode": "10001"}, "8"),
        ({"postcode": ""}, "8"),
        ({"postcode": "98701"}, "8"),
        ({"postcode": "98701", "origin_postcode": "10001"}, "7"),
        ({"postcode": "98052", "origin_postcode": "10001"}, "2"),
    ],
)
def test_the_longest_narrowest_postcode_wins_then_the_origin(
    parcel: dict[str, str], zone: str
) -> None:
    assert offer(replace(SHOE_BOX, **parcel), INCHES).zone == zone  # type: ignore[arg-type]


LETTERS = replace(GROUND, code="ECONOMY", carrier="Post", countries=("*",), mass_max_g=20_000)
POST = RateCard(
    code="POST-2026",
    carrier="Post",
    currency="EUR",
    exchange_ppm=1_083_400,
    from_day=MONDAY,
    mass_unit="g",
    zones=(ZoneRow(zone="HOME", country="US"), ZoneRow(zone="WORLD", country="*")),
    sizes=(
        SizeRow(size="LETTER", length_mm=353, width_mm=250, height_mm=25),
        SizeRow(size="PARCEL", length_mm=600, width_mm=400, height_mm=400, girth_mm=1_500),
    ),
    rates=tuple(
        RateRow(
            service="ECONOMY",
            zone=zone,
            size=size,
            mass_over=over * 1_000,
            mass_to=to * 1_000,
            price_cents=cents,
        )
        for zone, size, over, to, cents in (
            ("HOME", "LETTER", 0, 100, 160),
            ("HOME", "LETTER", 100, 500, 275),
            ("HOME", "PARCEL", 0, 2_000, 549),
            ("WORLD", "PARCEL", 0, 2_000, 1_799),
        )
    ),
)


def test_economy_post_goes_by_class_of_size_and_is_paid_in_another_currency() -> None:
    flat = replace(SHOE_BOX, height_mm=20, mass_g=100)
    assert offer(flat, POST, LETTERS).cost_cents == 173  # 1.60 EUR = 1.7334 USD
    assert offer(replace(flat, mass_g=101), POST, LETTERS).cost_cents == 298
    assert offer(replace(flat, mass_g=501), POST, LETTERS).cost_cents == 595
    assert offer(replace(flat, height_mm=26), POST, LETTERS).cost_cents == 595
    assert offer(replace(flat, country="JP"), POST, LETTERS).cost_cents == 1_949


def test_what_has_no_price_says_why() -> None:
    big = replace(SHOE_BOX, length_mm=610)
    assert no(big, POST, LETTERS) == "fits no class of sizes"
    why = "too heavy: 2001 g billed, priced to 2000 g"
    assert no(replace(SHOE_BOX, mass_g=2_001), POST, LETTERS) == why
    home_alone = replace(POST, zones=POST.zones[:1])
    assert no(replace(SHOE_BOX, country="JP", postcode="1"), home_alone, LETTERS) == (
        "has no price to JP 1"
    )
    early = replace(SHOE_BOX, ready_ms=READY_MS - DAY)
    assert no(early, POST, LETTERS) == "Post has no rate card for 2026-05-03"


PALLETS = replace(
    GROUND, code="PALLET", carrier="Granite", mass_max_g=1_000_000, girth_max_mm=9_000
)
FREIGHT = RateCard(
    code="FREIGHT",
    carrier="Granite",
    currency="USD",
    from_day=MONDAY,
    mass_unit="kg",
    length_unit="cm",
    divisor=3_000,
    step=50_000,
    rates=(
        RateRow(service="PALLET", zone="", mass_to=300_000, price_cents=8_900),
        RateRow(
            service="PALLET",
            zone="",
            mass_over=300_000,
            price_cents=8_900,
            step=100_000,
            step_cents=2_150,
        ),
    ),
    surcharges=(
        Surcharge(code="TOLL", unit_cents=3, fuel=True),
        Surcharge(code="ADR", base_ppm=200_000, hazardous=True),
    ),
    fuel=(FuelRow(from_day=MONDAY, ppm=70_000),),
)
PALLET = Parcel(
    length_mm=1_200,
    width_mm=800,
    height_mm=1_150,
    mass_g=240_000,
    country="US",
    hazardous=True,
    ready_ms=READY_MS,
)


def test_a_pallet_is_billed_by_volume_in_steps_and_needs_no_zones() -> None:
    # 1,104,000 cm3 / 3,000 = 368 kg: 400 kg, one step above 300
    assert offer(PALLET, FREIGHT, PALLETS).lines == (
        ("base, 400 kg", 11_050),
        ("TOLL", 1_200),
        ("ADR", 2_210),
        ("fuel", 858),  # 7% of 12,250 = 857.5
    )
    light = replace(PALLET, height_mm=400, mass_g=51_000, hazardous=False)
    assert offer(light, FREIGHT, PALLETS).lines[0] == ("base, 150 kg", 8_900)


def test_a_dimensional_mass_may_begin_above_a_volume() -> None:
    small = replace(INCHES, divisor=166, dimensional_over=1_728, terms=(), fuel=())
    cube = replace(SHOE_BOX, length_mm=304, width_mm=304, height_mm=304)
    assert offer(cube, small).billed == 3_000
    assert offer(replace(cube, length_mm=305), small).billed == 12_000  # 13 x 12 x 12 / 166


def test_the_owners_own_card_stands_before_everybodys_where_it_has_the_service() -> None:
    own = replace(FREIGHT, code="OWN", owner="acme", surcharges=(), fuel=())
    book = Book((PALLETS, GROUND), SITE, (FREIGHT, INCHES, own))
    costs = {
        owner: [
            e.cost_cents for e in book.offers(replace(PALLET, owner=owner)) if type(e) is Offer
        ]
        for owner in ("", "acme")
    }
    assert costs == {"": [15_318], "acme": [11_050]}
    assert book.tiers("acme", MONDAY) == {"Brown": ((500, 30_000),)}


def test_measured_days_move_a_promise_back_never_forward() -> None:
    for days, arrives in ((3, 3), (0, 1)):
        site = replace(SITE, measured_days={("GROUND", "US"): days})
        (found,) = Book((GROUND,), site, (INCHES,)).offers(SHOE_BOX)
        assert isinstance(found, Offer)
        assert found.arrives_ms == (MONDAY + arrives) * DAY + 20 * HOUR


def test_every_price_of_random_cards_is_what_a_plain_reading_says() -> None:
    checked, refused = 0, 0
    for seed in range(6):
        rng = Random(seed)
        services = rate_cards.services(rng, carriers=3, each=3)
        cards = rate_cards.cards(rng, services, zones=5)
        book = Book(services, rate_cards.ORIGIN, cards)
        by_carrier = {card.carrier: card for card in cards}
        for parcel in rate_cards.parcels(rng, 25):
            for answer in book.offers(parcel):
                checked += _same(answer, by_carrier, book, parcel)
                refused += isinstance(answer, Refusal)
    assert checked > 500
    assert refused > 150


def _same(answer: Any, cards: dict[str, RateCard], book: Book, parcel: Parcel) -> bool:
    service = book.services[answer.service]
    day = MONDAY
    if isinstance(answer, Offer):
        day = answer.leaves_ms // DAY
        assert sum(cents for _, cents in answer.lines) == answer.cost_cents
    plain = plain_rating.price(cards[service.carrier], service, parcel, day, book.origin)
    if isinstance(answer, Offer):
        assert answer.cost_cents == plain
        return True
    priced = ("has no price", "fits no class", "billed")
    if any(words in answer.why for words in priced):
        assert plain is None
    return False

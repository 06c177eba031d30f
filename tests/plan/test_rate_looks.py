"""One look at all services, or at a stretch of postcodes, says what each says by itself."""

from dataclasses import replace
from random import Random

from benchmarks.shipping import rate_cards
from controller.plan.rates.limits import Limits, Takers
from controller.plan.rates.parcels import Seen
from controller.plan.rates.postcodes import Lookup, Span, Stretches

SIGNS = "0159AZ"


def test_a_plain_parcel_is_taken_by_the_services_that_do_not_say_why_not() -> None:
    taken = refused = 0
    for seed in range(40):
        rng = Random(seed)
        services = [
            replace(
                each,
                mass_min_g=rng.choice((0, 0, 500)),
                length_max_mm=rng.choice((0, 900)),
                width_max_mm=rng.choice((0, 300)),
                height_max_mm=rng.choice((0, 120)),
                length_min_mm=rng.choice((0, 150)),
                width_min_mm=rng.choice((0, 90)),
                insured_max_cents=rng.choice((0, 20_000)),
                dangers=rng.choice((("*",), ("LQ",), ())),
            )
            for each in rate_cards.services(rng, carriers=2, each=rng.choice((1, 4)))
        ]
        takers, limits = Takers(services), [Limits(each) for each in services]
        for parcel in rate_cards.parcels(rng, 40):
            parcel = replace(parcel, dangers=rng.choice((0, 0, 0, 1, 2)))
            by_size = sorted((parcel.length_mm, parcel.width_mm, parcel.height_mm))
            third, second, longest = by_size
            sides = (longest, second, third)
            seen = Seen(sides, longest + 2 * (second + third), "", ("GB", ""))
            alone = [not each.why_not(parcel, seen) for each in limits]
            found = takers.of(parcel, seen)
            is_plain = not (parcel.hazardous or parcel.dangers or parcel.po_box)
            told = [bool(found >> nth & 1) for nth in range(len(services))]
            assert told == [each and is_plain for each in alone]
            taken += sum(alone)
            refused += len(alone) - sum(alone)
    assert min(taken, refused) > 2_000


def test_a_limit_that_is_met_exactly_still_takes_the_parcel() -> None:
    (service,) = rate_cards.services(Random(1), carriers=1, each=1)
    service = replace(service, countries=("*",), mass_min_g=700, mass_max_g=700, girth_max_mm=900)
    (parcel,) = rate_cards.parcels(Random(1), 1)
    for mass_g, girth_mm, takes in ((700, 900, 1), (701, 900, 0), (699, 900, 0), (700, 901, 0)):
        asked = replace(parcel, mass_g=mass_g, hazardous=False, po_box=False)
        seen = Seen((300, 200, 100), girth_mm, "", ("GB", ""))
        assert Takers([service]).of(asked, seen) == takes
        assert (not Limits(service).why_not(asked, seen)) == bool(takes)


def test_a_stretch_of_postcodes_has_the_value_of_each_of_them() -> None:
    found = 0
    for seed in range(60):
        rng = Random(seed)
        spans = [_span(rng) for _ in range(rng.randrange(1, 12))]
        lookup = Lookup((each, nth) for nth, each in enumerate(spans))
        stretches = Stretches(spans, lookup.find)
        for _ in range(200):
            postcode = _code(rng, rng.randrange(6))
            assert stretches.find(postcode) == lookup.find(postcode), (spans, postcode)
            found += lookup.find(postcode) is not None
    assert found > 2_000


def _code(rng: Random, length: int) -> str:
    return "".join(rng.choice(SIGNS) for _ in range(length))


def _span(rng: Random) -> Span:
    length = rng.randrange(4)
    first, last = sorted((_code(rng, length), _code(rng, length)))
    return Span(first, last) if rng.random() < 0.6 else Span(first, first)

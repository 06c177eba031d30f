"""Owns the plain way to price a parcel: each rule is looked up as it stands in the card.

It is what the engine is held against, for its answers and for its speed. It takes fractions where
the engine takes whole numbers, and reads every row of a card every time. Refuses to be clever.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import ceil, floor
from typing import Any

from controller.messages import ShippingService
from controller.messages.rates import (
    RateCard,
    RateRow,
    SizeRow,
    Surcharge,
    TermRow,
    ZoneRow,
)
from controller.plan.rating import Origin, Parcel

POUND_G = Fraction("453.59237")
GRAMS = {"g": Fraction(1), "kg": Fraction(1_000), "oz": POUND_G / 16, "lb": POUND_G}
INCH_MM = Fraction("25.4")
WHOLE = 1_000_000


def price(
    card: RateCard, service: ShippingService, parcel: Parcel, day: int, origin: Origin
) -> int | None:
    """What the service asks, in the site's currency; None: it has no price."""
    zone = _zone(card, service.code, parcel, origin)
    if zone is None:
        return None
    term = next((row for row in card.terms if row.service == service.code), None)
    term = term or TermRow(service=service.code)
    billed = _billed(card, card.divisor if term.divisor < 0 else term.divisor, parcel)
    list_cents = _list_price(card, service.code, zone, billed, parcel)
    if list_cents is None:
        return None
    net = max(
        list_cents - _half_up(Fraction(list_cents * term.discount_ppm, WHOLE)), term.least_cents
    )
    value = parcel.value_cents
    if card.exchange_ppm != WHOLE:
        value = _half_up(Fraction(value * WHOLE, card.exchange_ppm))
    found = [
        (each, _surcharge(each, net, billed, value))
        for each in card.surcharges
        if _holds(each, card, parcel, value)
        and each.service in ("", service.code)
        and each.zone in ("", zone)
        and each.from_day <= day <= (each.until_day or day)
    ]
    kept = [pair for pair in found if pair is _dearest(pair, found)]
    fuelled = net + sum(cents for each, cents in kept if each.fuel)
    fuel = _half_up(Fraction(fuelled * _fuel_ppm(card, service.code, day), WHOLE))
    total = net + sum(cents for _, cents in kept) + fuel
    return _half_up(Fraction(total * card.exchange_ppm, WHOLE))


def _half_up(number: Fraction) -> int:
    return floor(number + Fraction(1, 2))


def _sides(parcel: Parcel) -> list[int]:
    return sorted((parcel.length_mm, parcel.width_mm, parcel.height_mm), reverse=True)


def _girth(parcel: Parcel) -> int:
    longest, second, third = _sides(parcel)
    return longest + 2 * (second + third)


def _plain(postcode: str) -> str:
    return "".join(letter for letter in postcode.upper() if letter.isalnum())


def _within(pattern: str, postcode: str) -> bool:
    first, _, last = pattern.partition("-")
    if not last or len(_plain(first)) != len(_plain(last)):
        return postcode.startswith(_plain(pattern))
    begin = postcode[: len(first)]
    return len(begin) == len(first) and _plain(first) <= begin <= _plain(last)


def _precision(pattern: str) -> tuple[int, str, tuple[int, ...]]:
    """Longer is more precise; of two around one postcode the inner begins later, ends earlier."""
    first, _, last = pattern.partition("-")
    one, other = _plain(first), _plain(last)
    if not other or len(one) != len(other):
        one = other = one + other
    return len(one), one, tuple(-ord(letter) for letter in other)


def _zone(card: RateCard, service: str, parcel: Parcel, origin: Origin) -> str | None:
    rows = [row for row in card.zones if row.service == service]
    rows = rows or [row for row in card.zones if not row.service]
    if not rows:
        return ""
    sent_from = parcel.origin_country or origin.country
    from_code = _plain(parcel.origin_postcode or origin.postcode)
    rows = [
        row
        for row in rows
        if row.origin_country in ("", sent_from) and _within(row.origin_postcodes, from_code)
    ]
    there = [row for row in rows if row.country == parcel.country]
    there = there or [row for row in rows if row.country == "*"]
    hits = [row for row in there if _within(row.postcodes, _plain(parcel.postcode))]
    best = max(hits, key=_row_precision, default=None)
    return None if best is None else best.zone


def _row_precision(row: ZoneRow) -> Any:
    return (
        _precision(row.postcodes),
        row.origin_country != "",
        _precision(row.origin_postcodes),
    )


def _billed(card: RateCard, divisor: int, parcel: Parcel) -> int:
    unit = GRAMS[card.mass_unit]
    billed = ceil(parcel.mass_g * 1_000 / unit)
    side = INCH_MM if card.length_unit == "in" else Fraction(10)
    sides = [Fraction(each) / side for each in _sides(parcel)]
    if card.round_sides:
        sides = [Fraction(ceil(each)) for each in sides]
    volume = sides[0] * sides[1] * sides[2]
    if divisor and volume > card.dimensional_over:
        grams = volume / divisor * (POUND_G if card.length_unit == "in" else 1_000)
        billed = max(billed, ceil(grams * 1_000 / unit))
    return ceil(Fraction(billed, card.step)) * card.step if card.step else billed


def _list_price(
    card: RateCard, service: str, zone: str, billed: int, parcel: Parcel
) -> int | None:
    rows = [row for row in card.rates if (row.service, row.zone) == (service, zone)]
    for size in [None, *card.sizes]:
        if size is not None and not _fits(size, parcel):
            continue
        name = "" if size is None else size.size
        for row in rows:
            if row.size == name and row.mass_over < max(1, billed) <= (row.mass_to or billed):
                return _of_row(row, billed)
    return None


def _of_row(row: RateRow, billed: int) -> int:
    steps = ceil(Fraction(billed - row.mass_over, row.step)) if row.step else 0
    return row.price_cents + steps * row.step_cents


def _fits(size: SizeRow, parcel: Parcel) -> bool:
    limits: Sequence[int] = (size.length_mm, size.width_mm, size.height_mm)
    small = all(side <= most for side, most in zip(_sides(parcel), limits, strict=True))
    return small and (not size.girth_mm or _girth(parcel) <= size.girth_mm)


def _holds(each: Surcharge, card: RateCard, parcel: Parcel, value: int) -> bool:
    return each.active and all(_conditions(each, card, parcel, value))


def _conditions(each: Surcharge, card: RateCard, parcel: Parcel, value: int) -> Iterator[bool]:
    sides = _sides(parcel)
    yield not each.residential or parcel.residential
    yield not each.hazardous or parcel.hazardous
    yield not each.po_box or parcel.po_box
    yield not each.country or each.country == parcel.country
    yield not each.mass_over_g or parcel.mass_g > each.mass_over_g
    yield not each.longest_over_mm or sides[0] > each.longest_over_mm
    yield not each.second_over_mm or sides[1] > each.second_over_mm
    yield not each.girth_over_mm or _girth(parcel) > each.girth_over_mm
    yield not (each.value_ppm or each.value_over_cents) or value > each.value_over_cents
    yield not each.area or any(
        row.area == each.area
        and row.country == parcel.country
        and _within(row.postcodes, _plain(parcel.postcode))
        for row in card.areas
    )


def _surcharge(each: Surcharge, net: int, billed: int, value: int) -> int:
    above = max(0, value - each.value_over_cents)
    shared = _half_up(Fraction(net * each.base_ppm + above * each.value_ppm, WHOLE))
    cents = each.cents + ceil(Fraction(billed, 1_000)) * each.unit_cents + shared
    return max(cents, each.least_cents)


def _dearest(
    pair: tuple[Surcharge, int], found: list[tuple[Surcharge, int]]
) -> tuple[Surcharge, int]:
    """The dearest of its group, the first of equals; itself without a group."""
    if not pair[0].group:
        return pair
    return max((each for each in found if each[0].group == pair[0].group), key=lambda p: p[1])


def _fuel_ppm(card: RateCard, service: str, day: int) -> int:
    rows = [row for row in card.fuel if row.service == service]
    rows = rows or [row for row in card.fuel if not row.service]
    begun = [row for row in rows if row.from_day <= day]
    return max(begun, key=lambda row: row.from_day).ppm if begun else 0

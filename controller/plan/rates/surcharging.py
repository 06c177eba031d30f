"""What is added to a price: surcharges while their conditions hold, and of a group the dearest.

Owns conditions, amounts and exclusion. Refuses to know how a price came about.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain, product
from typing import NamedTuple

from controller.messages.rates import AreaRow, Surcharge
from controller.plan.rates.bits import Steps, bits_of
from controller.plan.rates.parcels import Part, share
from controller.plan.rates.postcodes import Lookup, Span, Stretches, span


class Circumstances(NamedTuple):
    """A parcel as the conditions of surcharges look at it; the value is in the card's currency.

    `measures` are its mass, longest side, second side, girth and value.
    """

    asks: tuple[bool, bool, bool]
    country: str
    postcode: str
    measures: tuple[int, int, int, int, int]


class Added(NamedTuple):
    """The surcharges of a price; fuel is charged on `fuelled_cents` of them."""

    parts: tuple[Part, ...]
    cents: int
    fuelled_cents: int


class Conditions:
    """What surcharges want of a parcel, ready to be asked; a surcharge is a bit."""

    def __init__(self, rows: Sequence[Surcharge], areas: Iterable[AreaRow]) -> None:
        self._asking = {
            (a, b, c): bits_of(_suits(each, (a, b, c)) for each in rows)
            for a, b, c in product((False, True), repeat=3)
        }
        self._anywhere = bits_of(not each.country for each in rows)
        self._countries = {
            country: bits_of(each.country in ("", country) for each in rows)
            for country in {each.country for each in rows}
        }
        self._outside = bits_of(not each.area for each in rows)
        self._inside = _areas(rows, areas) if any(each.area for each in rows) else {}
        limits = zip(*map(_thresholds, rows), strict=True)
        self._above = [(at, Steps(each)) for at, each in enumerate(limits) if max(each) >= 0]

    def held(self, given: Circumstances) -> int:
        """The surcharges whose conditions about a parcel all hold."""
        asks, country, postcode, measures = given
        held = self._asking[asks] & self._countries.get(country, self._anywhere)
        inside = self._inside.get(country)
        held &= inside.find(postcode) if inside else self._outside
        for at, limits in self._above:
            held &= limits.below(measures[at])
        return held


def _areas(rows: Sequence[Surcharge], areas: Iterable[AreaRow]) -> dict[str, Stretches[int]]:
    """By country, the surcharges that a postcode's areas allow, or that want none."""
    found: dict[str, dict[str, list[Span]]] = {}
    for row in areas:
        found.setdefault(row.country, {}).setdefault(row.area, []).append(span(row.postcodes))

    def allowed(within: dict[str, list[Span]]) -> Callable[[str], int]:
        there = {area: Lookup((each, True) for each in spans) for area, spans in within.items()}
        return lambda postcode: bits_of(
            not each.area or (each.area in there and bool(there[each.area].find(postcode)))
            for each in rows
        )

    return {
        country: Stretches(chain.from_iterable(within.values()), allowed(within))
        for country, within in found.items()
    }


def _suits(each: Surcharge, asks: Sequence[bool]) -> bool:
    wanted = (each.residential, each.hazardous, each.po_box)
    return all(is_so or not is_wanted for is_so, is_wanted in zip(asks, wanted, strict=True))


def _thresholds(each: Surcharge) -> Iterable[int]:
    """What each of the measures must be above; -1: it is not looked at."""
    sides = (each.mass_over_g, each.longest_over_mm, each.second_over_mm, each.girth_over_mm)
    valued = each.value_ppm or each.value_over_cents
    return [*(over or -1 for over in sides), each.value_over_cents if valued else -1]


class Amount(NamedTuple):
    """What a surcharge comes to, as it is reckoned."""

    code: str
    group: str
    fuel: bool
    cents: int
    least_cents: int
    unit_cents: int
    base_ppm: int
    value_ppm: int
    value_over_cents: int

    @property
    def is_fixed(self) -> bool:
        return not (self.base_ppm or self.unit_cents or self.value_ppm)


def settled(rows: Iterable[Surcharge]) -> tuple[Added, list[Amount]]:
    """What surcharges come to whatever the price, and those that depend on it.

    A group of which one depends on the price depends on it as a whole.
    """
    amounts = [Amount(*(getattr(each, name) for name in Amount._fields)) for each in rows]
    moving = {each.group for each in amounts if each.group and not each.is_fixed}
    fixed = [each for each in amounts if each.is_fixed and each.group not in moving]
    return added(fixed, 0, 0, 0), [each for each in amounts if each not in fixed]


def added(amounts: Iterable[Amount], net_cents: int, billed: int, value_cents: int) -> Added:
    """What surcharges come to on a base, a billed mass and an insured value.

    Of a group the dearest counts, the first of equals. Shares are rounded half up once, together.
    """
    parts: list[Part] = []
    total_cents = fuelled_cents = 0
    groups: dict[str, tuple[int, str, bool]] = {}
    for code, group, fuel, cents, least_cents, unit_cents, base_ppm, value_ppm, over in amounts:
        if unit_cents:
            cents += -(-billed // 1_000) * unit_cents
        if base_ppm or value_ppm:
            shared = net_cents * base_ppm
            if value_cents > over:
                shared += (value_cents - over) * value_ppm
            cents += share(shared, 1)
        if cents < least_cents:
            cents = least_cents
        if group:
            if group not in groups or cents > groups[group][0]:
                groups[group] = (cents, code, fuel)
            continue
        parts.append((code, cents))
        total_cents += cents
        if fuel:
            fuelled_cents += cents
    for cents, code, fuel in groups.values():
        parts.append((code, cents))
        total_cents += cents
        if fuel:
            fuelled_cents += cents
    return Added(tuple(parts), total_cents, fuelled_cents)

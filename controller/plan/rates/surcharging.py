"""What is added to a price: surcharges while their conditions hold, and of a group the dearest.

Owns conditions, amounts and exclusion. Refuses to know how a price came about.
"""

from collections.abc import Iterable, Sequence
from itertools import product
from typing import NamedTuple

from controller.messages.rates import Surcharge
from controller.plan.rates.parcels import Part, share


class Circumstances(NamedTuple):
    """A parcel as the conditions of surcharges look at it; the value is in the card's currency.

    `measures` are its mass, longest side, second side, girth and value.
    """

    asks: tuple[bool, bool, bool]
    country: str
    areas: frozenset[str]
    measures: tuple[int, int, int, int, int]


class Added(NamedTuple):
    """The surcharges of a price; fuel is charged on `fuelled_cents` of them."""

    parts: tuple[Part, ...]
    cents: int
    fuelled_cents: int


class Conditions:
    """What surcharges want of a parcel, ready to be asked; a surcharge is a bit."""

    def __init__(self, rows: Sequence[Surcharge]) -> None:
        bits = [(1 << nth, each) for nth, each in enumerate(rows)]
        self._asking = {
            (a, b, c): bits_of(_suits(each, (a, b, c)) for each in rows)
            for a, b, c in product((False, True), repeat=3)
        }
        self._anywhere = bits_of(not each.country for each in rows)
        self._countries = {
            country: bits_of(each.country in ("", country) for each in rows)
            for country in {each.country for each in rows}
        }
        self._areas = [(bit, each.area) for bit, each in bits if each.area]
        self._above = [
            (bit, at, over)
            for bit, each in bits
            for at, (asked, over) in enumerate(_thresholds(each))
            if asked
        ]

    def held(self, given: Circumstances) -> int:
        """The surcharges whose conditions about a parcel all hold."""
        asks, country, areas, measures = given
        held = self._asking[asks] & self._countries.get(country, self._anywhere)
        for bit, area in self._areas:
            if area not in areas:
                held &= ~bit
        for bit, at, over in self._above:
            if measures[at] <= over:
                held &= ~bit
        return held


def _suits(each: Surcharge, asks: Sequence[bool]) -> bool:
    wanted = (each.residential, each.hazardous, each.po_box)
    return all(is_so or not is_wanted for is_so, is_wanted in zip(asks, wanted, strict=True))


def _thresholds(each: Surcharge) -> Iterable[tuple[bool, int]]:
    """Whether each of the measures is looked at, and what it must be above."""
    sides = (each.mass_over_g, each.longest_over_mm, each.second_over_mm, each.girth_over_mm)
    valued = bool(each.value_ppm or each.value_over_cents)
    return [*((bool(over), over) for over in sides), (valued, each.value_over_cents)]


def bits_of(flags: Iterable[bool]) -> int:
    """The first flag is the lowest bit."""
    return sum(flag << nth for nth, flag in enumerate(flags))


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
            cents += share(net_cents * base_ppm + max(0, value_cents - over) * value_ppm, 1)
        cents = max(cents, least_cents)
        if group:
            if group not in groups or cents > groups[group][0]:
                groups[group] = (cents, code, fuel)
            continue
        parts.append((code, cents))
        total_cents += cents
        fuelled_cents += cents if fuel else 0
    for cents, code, fuel in groups.values():
        parts.append((code, cents))
        total_cents += cents
        fuelled_cents += cents if fuel else 0
    return Added(tuple(parts), total_cents, fuelled_cents)

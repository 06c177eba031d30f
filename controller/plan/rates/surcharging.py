"""What is added to a price: surcharges while their conditions hold, and of a group the dearest.

Owns conditions, amounts and exclusion. Refuses to know how a price came about.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import chain, product
from typing import NamedTuple

from controller.messages.rates import AreaRow, Surcharge
from controller.plan.rates.bits import bits_of, steps
from controller.plan.rates.parcels import Part, share
from controller.plan.rates.postcodes import Lookup, Span, Stretches, span


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
        self._rows = rows
        self._areas = list(areas)
        limits = zip(*map(_thresholds, rows), strict=True)
        self._above = [(at, *steps(each)) for at, each in enumerate(limits) if max(each) >= 0]

    def there(self, country: str) -> Stretches[int]:
        """The surcharges that may be asked for in a country, by postcode."""
        spans: dict[str, list[Span]] = {}
        for row in self._areas:
            if row.country == country:
                spans.setdefault(row.area, []).append(span(row.postcodes))
        areas = {area: Lookup((each, True) for each in found) for area, found in spans.items()}
        areas[""] = Lookup([(span(""), True)])

        def allowed(postcode: str) -> int:
            inside = {area for area, lookup in areas.items() if lookup.find(postcode)}
            return bits_of(
                each.country in ("", country) and each.area in inside for each in self._rows
            )

        return Stretches(chain.from_iterable(spans.values()), allowed)

    def held(self, asks: tuple[bool, bool, bool], measures: tuple[int, int, int, int, int]) -> int:
        """The surcharges whose conditions hold for a parcel wherever it goes.

        It is residential, hazardous, to a PO box; it has a mass, a longest and a second side, a
        girth, and a value in the card's currency.
        """
        held = self._asking[asks]
        for at, limits, sets in self._above:
            held &= sets[bisect_left(limits, measures[at])]
        return held


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
    fuel: bool
    cents: int
    least_cents: int
    unit_cents: int
    base_ppm: int
    value_ppm: int
    value_over_cents: int

    def of(self, net_cents: int, billed: int, value_cents: int) -> int:
        """Cents on a base, a billed mass and an insured value; shares are rounded once."""
        _, _, cents, least_cents, unit_cents, base_ppm, value_ppm, over_cents = self
        if unit_cents:
            cents += -(-billed // 1_000) * unit_cents
        shared = net_cents * base_ppm
        if value_ppm and value_cents > over_cents:
            shared += (value_cents - over_cents) * value_ppm
        if shared:
            cents += share(shared, 1)
        return cents if cents > least_cents else least_cents


Group = list[Amount]  # of one that has none, itself


def added(groups: Iterable[Group], net_cents: int, billed: int, value_cents: int) -> Added:
    """What surcharges come to: of each group the dearest, the first of equals."""
    parts: list[Part] = []
    total_cents = fuelled_cents = 0
    for group in groups:
        most, most_cents = group[0], -1
        for each in group:
            cents = each.of(net_cents, billed, value_cents)
            if cents > most_cents:
                most, most_cents = each, cents
        parts.append((most.code, most_cents))
        total_cents += most_cents
        if most.fuel:
            fuelled_cents += most_cents
    return Added(tuple(parts), total_cents, fuelled_cents)


class Called(NamedTuple):
    """Surcharges that a parcel calls for, by what they depend on: nothing, value, the price."""

    fixed: Added
    valued: list[Group]
    moving: list[Group]


def called(rows: Sequence[Surcharge]) -> Called:
    """A group of which one depends on more depends on it as a whole."""
    named: dict[str, list[Surcharge]] = {}
    for each in rows:
        if each.group:
            named.setdefault(each.group, []).append(each)
    groups = [[each] for each in rows if not each.group] + [*named.values()]
    by_needs: tuple[list[Group], ...] = ([], [], [])
    for group in groups:
        by_needs[max(map(_needs, group))].append([_amount(each) for each in group])
    fixed, valued, moving = by_needs
    return Called(added(fixed, 0, 0, 0), valued, moving)


def _needs(each: Surcharge) -> int:
    if each.base_ppm or each.unit_cents:
        return 2
    return 1 if each.value_ppm else 0


def _amount(each: Surcharge) -> Amount:
    return Amount(*(getattr(each, name) for name in Amount._fields))

"""What is added to a price: surcharges while their conditions hold, and of a group the dearest.

Owns conditions, amounts and exclusion. Refuses to know how a price came about.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from controller.messages.rates import Surcharge
from controller.plan.rates.masses import Sides
from controller.plan.rates.parcels import Parcel, Part, share


class Circumstances(NamedTuple):
    """A parcel as the conditions of surcharges look at it; the value is in the card's currency."""

    parcel: Parcel
    sides_mm: Sides
    girth_mm: int
    value_cents: int
    areas: frozenset[str]


class Added(NamedTuple):
    """The surcharges of a price; fuel is charged on `fuelled_cents` of them."""

    parts: tuple[Part, ...]
    cents: int
    fuelled_cents: int


def is_conditional(each: Surcharge) -> bool:
    """Whether a surcharge looks at the parcel; an insured value is such a look."""
    asks = (each.residential, each.hazardous, each.po_box, each.country, each.area)
    above = (each.mass_over_g, each.longest_over_mm, each.second_over_mm, each.girth_over_mm)
    return any(asks) or any(above) or bool(each.value_ppm or each.value_over_cents)


def holds(each: Surcharge, given: Circumstances) -> bool:
    """Whether the conditions of a surcharge about the parcel hold."""
    parcel = given.parcel
    return (
        (parcel.residential or not each.residential)
        and (parcel.hazardous or not each.hazardous)
        and (parcel.po_box or not each.po_box)
        and parcel.mass_g > each.mass_over_g
        and given.sides_mm[0] > each.longest_over_mm
        and given.sides_mm[1] > each.second_over_mm
        and given.girth_mm > each.girth_over_mm
        and (
            given.value_cents > each.value_over_cents
            or not (each.value_ppm or each.value_over_cents)
        )
        and each.country in ("", parcel.country)
        and (not each.area or each.area in given.areas)
    )


def settled(rows: Sequence[Surcharge]) -> tuple[Added, list[Surcharge]]:
    """What surcharges come to whatever the price, and those that depend on it.

    A group of which one depends on the price depends on it as a whole.
    """
    moving = {each.group for each in rows if each.group and not _is_fixed(each)}
    fixed = [each for each in rows if _is_fixed(each) and each.group not in moving]
    return added(fixed, 0, 0, 0), [each for each in rows if each not in fixed]


def _is_fixed(each: Surcharge) -> bool:
    return not (each.base_ppm or each.unit_cents or each.value_ppm)


def added(rows: Iterable[Surcharge], net_cents: int, billed: int, value_cents: int) -> Added:
    """What surcharges come to on a base, a billed mass and an insured value.

    Of a group the dearest counts, the first of equals.
    """
    parts: list[Part] = []
    total_cents = fuelled_cents = 0
    groups: dict[str, tuple[int, Surcharge]] = {}
    for each in rows:
        cents = _cents(each, net_cents, billed, value_cents)
        if each.group:
            if each.group not in groups or cents > groups[each.group][0]:
                groups[each.group] = (cents, each)
            continue
        parts.append((each.code, cents))
        total_cents += cents
        fuelled_cents += cents if each.fuel else 0
    for cents, each in groups.values():
        parts.append((each.code, cents))
        total_cents += cents
        fuelled_cents += cents if each.fuel else 0
    return Added(tuple(parts), total_cents, fuelled_cents)


def together(one: Added, other: Added) -> Added:
    return Added(
        one.parts + other.parts,
        one.cents + other.cents,
        one.fuelled_cents + other.fuelled_cents,
    )


def _cents(each: Surcharge, net_cents: int, billed: int, value_cents: int) -> int:
    """Shares are rounded half up once, together."""
    cents = each.cents
    if each.unit_cents:
        cents += -(-billed // 1_000) * each.unit_cents
    if each.base_ppm or each.value_ppm:
        above_cents = max(0, value_cents - each.value_over_cents)
        cents += share(net_cents * each.base_ppm + above_cents * each.value_ppm, 1)
    return max(cents, each.least_cents)

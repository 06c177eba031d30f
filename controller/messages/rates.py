"""Owns the words of rate cards: what a carrier asks, by zone, mass, size and circumstance.

Units: masses of brackets and steps are thousandths of the card's unit of mass, money is
hundredths of the card's currency, shares are parts per million, days count from 1970.
"""

from dataclasses import dataclass

from controller.messages.command import Command, Done
from controller.messages.site import ShippingService

WHOLE_PPM = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneRow:
    """A destination's zone; the longest postcode wins, then the longest of the origin.

    `postcodes` is a beginning (AB1), a range of beginnings (010-045), or "" for all. A service
    with rows of its own reads these alone. Country "*" is every other one.
    """

    zone: str
    country: str
    postcodes: str = ""
    origin_country: str = ""
    origin_postcodes: str = ""
    service: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRow:
    """The price of masses above `mass_over` up to `mass_to` (0: without end).

    With a step, each further started step above `mass_over` costs `step_cents` more. A `size`
    prices parcels of that class alone.
    """

    service: str
    zone: str
    price_cents: int
    mass_over: int = 0
    mass_to: int = 0
    step: int = 0
    step_cents: int = 0
    size: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeRow:
    """A class of sizes, the longest side first; a parcel is of the first class that it fits."""

    size: str
    length_mm: int
    width_mm: int
    height_mm: int
    girth_mm: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TransitRow:
    service: str
    zone: str
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaRow:
    """Postcodes that surcharges name together: remote areas, islands."""

    area: str
    country: str
    postcodes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surcharge:
    """What is added while all of its conditions hold; of a `group` the dearest alone.

    The amount is `cents`, a share of the base, so much for each started unit of billed mass, and a
    share of the insured value above `value_over_cents`, together, at least `least_cents`.
    """

    code: str
    name: str = ""
    service: str = ""
    cents: int = 0
    base_ppm: int = 0
    unit_cents: int = 0
    value_ppm: int = 0
    least_cents: int = 0
    group: str = ""
    fuel: bool = False  # fuel is charged on it, too
    active: bool = True
    residential: bool = False
    hazardous: bool = False
    po_box: bool = False
    country: str = ""
    zone: str = ""
    area: str = ""
    mass_over_g: int = 0
    longest_over_mm: int = 0
    second_over_mm: int = 0
    girth_over_mm: int = 0
    value_over_cents: int = 0
    from_day: int = 0
    until_day: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FuelRow:
    """From a day on; a service with rows of its own reads these alone."""

    from_day: int
    ppm: int
    service: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TermRow:
    """What a contract says of a service; a `divisor` of -1 is the card's, 0 is none."""

    service: str
    discount_ppm: int = 0
    least_cents: int = 0
    divisor: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class TierRow:
    """What all parcels of the carrier are discounted once there are so many."""

    parcels_min: int
    discount_ppm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RateCard:
    """What a carrier asks for the goods of an owner ("": everybody's) from day to day.

    `exchange_ppm` is what a unit of its currency is in the site's. Dimensional mass is volume by
    `divisor` (cm3 per kg, in3 per lb; 0: none) of parcels above `dimensional_over` (cm3, in3), of
    sides rounded up if `round_sides`; the billed mass is rounded up to a `step` (0: none).
    """

    code: str
    carrier: str
    currency: str
    from_day: int
    owner: str = ""
    until_day: int = 0
    exchange_ppm: int = WHOLE_PPM
    mass_unit: str = "kg"
    length_unit: str = "cm"
    divisor: int = 0
    round_sides: bool = False
    dimensional_over: int = 0
    step: int = 0
    zones: tuple[ZoneRow, ...] = ()
    rates: tuple[RateRow, ...] = ()
    sizes: tuple[SizeRow, ...] = ()
    transit: tuple[TransitRow, ...] = ()
    areas: tuple[AreaRow, ...] = ()
    surcharges: tuple[Surcharge, ...] = ()
    fuel: tuple[FuelRow, ...] = ()
    terms: tuple[TermRow, ...] = ()
    tiers: tuple[TierRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday:
    """A day on which no carrier works in a country."""

    country: str
    day: int
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRateCard(Command[Done]):
    """The card takes the place of the one with its code; services and holidays are overwritten."""

    card: RateCard
    services: tuple[ShippingService, ...] = ()
    holidays: tuple[Holiday, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DropRateCard(Command[Done]):
    code: str

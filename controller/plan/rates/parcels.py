"""The form of a question of rating and of its answers.

Owns the parcel as it is rated, the offer of a service, its refusal, and what is said of the site.
Refuses to know prices.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from msgspec import Struct

from controller.messages.rates import WHOLE_PPM

HALF_PPM = WHOLE_PPM // 2
Part = tuple[str, int]
Price = tuple[int, int, tuple[tuple[Part, ...], ...], str, int, int]
"""Cents and those of the base, by a card's currency; parts, zone, billed mass, transit days."""


def share(cents: int, ppm: int) -> int:
    """A share of an amount, or an amount in another currency, rounded half up to the cent."""
    return (cents * ppm + HALF_PPM) // WHOLE_PPM


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A packed parcel; an origin of "" is the site's.

    `value_cents` is what it is insured for. `arrive_by_ms` of 0: whenever. `dangers` has a bit for
    each kind of danger in it; `inside` names their SKUs as far as they are known, for words.
    """

    length_mm: int
    width_mm: int
    height_mm: int
    mass_g: int
    country: str
    postcode: str = ""
    origin_country: str = ""
    origin_postcode: str = ""
    owner: str = ""
    value_cents: int = 0
    hazardous: bool = False
    dangers: int = 0
    inside: tuple[tuple[str, int], ...] = ()
    po_box: bool = False
    residential: bool = False
    ready_ms: int = 0
    arrive_by_ms: int = 0


class Seen(NamedTuple):
    """What everybody looks at in a parcel; sides from the longest to the shortest.

    Girth is the longest side plus the girth around the other two. Postcodes are plain, the origin
    is a country with one.
    """

    sides_mm: tuple[int, int, int]
    girth_mm: int
    postcode: str
    origin: tuple[str, str]


class Offer(Struct, frozen=True, gc=False):
    """What a service asks for a parcel, in the site's currency, and when it arrives.

    `base_cents` is the part of the cost that a volume tier of the carrier discounts. `parts`,
    by where they come from, are in the currency of the rate card. `billed` is the billed mass, in
    thousandths of `unit`.
    """

    service: str
    carrier: str
    cost_cents: int
    base_cents: int
    currency: str
    leaves_ms: int
    arrives_ms: int
    lane: str
    pickup: str
    parts: tuple[tuple[Part, ...], ...]
    exchange_ppm: int = WHOLE_PPM
    zone: str = ""
    billed: int = 0
    unit: str = ""

    @property
    def lines(self) -> tuple[Part, ...]:
        """What the cost consists of; the sum of the lines is the cost, to the cent.

        What exchange leaves of a cent is carried on from line to line.
        """
        lines: list[Part] = []
        so_far, told = 0, 0
        for what, cents in chain.from_iterable(self.parts):
            so_far += cents
            exchanged = share(so_far, self.exchange_ppm)
            lines.append((what, exchanged - told))
            told = exchanged
        if lines and self.unit:
            where = f", zone {self.zone}" if self.zone else ""
            lines[0] = (f"base{where}, {self.billed / 1_000:g} {self.unit}", lines[0][1])
        return tuple(lines)


class Refusal(Struct, frozen=True, gc=False):
    """A service that does not take a parcel, and why."""

    service: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where parcels come from, and by which clock and calendar.

    `holidays` are days since 1970 by country. `measured_days` are the transit days that a service
    has really needed to a country, where they are known to be more than it says.
    """

    country: str = "GB"
    postcode: str = ""
    currency: str = "GBP"
    utc_offset_ms: int = 0
    departure_ms: int = 75_600_000
    holidays: frozenset[tuple[str, int]] = frozenset()
    measured_days: Mapping[tuple[str, str], int] = field(default_factory=dict)

"""The form of a question of rating and of its answers.

Owns the parcel as it is rated, the offer of a service, its refusal, and what is said of the site.
Refuses to know prices.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Lines = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A packed parcel; an origin of "" is the site's.

    `value_cents` is what it is insured for. `arrive_by_ms` of 0: whenever.
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
    po_box: bool = False
    residential: bool = False
    ready_ms: int = 0
    arrive_by_ms: int = 0


@dataclass(frozen=True, slots=True)
class Offer:
    """What a service asks for a parcel, in the site's currency, and when it arrives.

    `base_cents` is the part of the cost that a volume tier of the carrier discounts.
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
    explain: Callable[[], Lines] = field(repr=False, compare=False)

    @property
    def lines(self) -> Lines:
        """What the cost consists of; the sum of the lines is the cost."""
        return self.explain()


@dataclass(frozen=True, slots=True)
class Refusal:
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

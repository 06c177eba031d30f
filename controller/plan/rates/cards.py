"""One rate card, compiled: what it has to know of a parcel, whatever the service.

Owns what services of a card share: how it weighs, which surcharges a parcel calls for, fuel, days
of validity. Refuses to price: its tariffs do.
"""

from collections.abc import Iterable
from functools import lru_cache
from itertools import chain
from typing import NamedTuple, TypeVar

from controller.messages.rates import WHOLE_PPM, RateCard
from controller.plan.rates import surcharging
from controller.plan.rates.bits import bits_of
from controller.plan.rates.limits import ANY
from controller.plan.rates.masses import Scale
from controller.plan.rates.parcels import Parcel, Seen
from controller.plan.rates.postcodes import Stretches
from controller.plan.rates.surcharging import Added, Called, Conditions, Group, added
from controller.plan.rates.zones import Chart

KEPT_MAX = 10_000
PLACES_MAX = 2_000
R = TypeVar("R")
Settled = tuple[Added, list[Group]]
Place = tuple[tuple[str, ...], int]
"""Zones by chart, and the surcharges that may be asked for there."""


class Question(NamedTuple):
    """A parcel as one card looks at it.

    `zones` are by chart of the card, `billed` masses by divisor. `called` has a bit for each
    surcharge whose conditions about the parcel hold, what they come to is kept in `settled`: for
    this parcel, or for all of no value. `fits` says which classes of sizes take it.
    """

    zones: tuple[str, ...]
    billed: tuple[int, ...]
    called: int
    settled: dict[int, Settled]
    value_cents: int
    fits: list[bool]
    place: tuple[str, str]


class Card:
    """A rate card that is asked many times; what its services share is found once for all."""

    def __init__(self, card: RateCard) -> None:
        self.card = card
        self.charts: list[Chart] = []
        self._divisors: list[int] = []
        self._scale = Scale(card)
        self._sizes = [
            (each.length_mm, each.width_mm, each.height_mm, each.girth_mm or ANY)
            for each in card.sizes
        ]
        self._surcharges = [row for row in card.surcharges if row.active]
        self._conditions = Conditions(self._surcharges, card.areas)
        self._fuel_rows = grouped(sorted(card.fuel, key=lambda row: row.from_day), "service")
        self._places = lru_cache(maxsize=PLACES_MAX)(self._places_of)
        self._called = lru_cache(maxsize=KEPT_MAX)(self._called_of)
        self._settled: dict[int, Settled] = {}

    def lasts(self, day: int) -> bool:
        """Whether the card holds on a day."""
        return self.card.from_day <= day <= (self.card.until_day or day)

    def divisor(self, cm3_per_kg: int) -> int:
        """Which of the billed masses is that of a divisor."""
        if cm3_per_kg not in self._divisors:
            self._divisors.append(cm3_per_kg)
        return self._divisors.index(cm3_per_kg)

    def question(self, parcel: Parcel, seen: Seen) -> Question:
        """What all services of the card have to know of a parcel."""
        sides_mm, girth_mm, postcode, origin = seen
        value_cents, ppm = parcel.value_cents, self.card.exchange_ppm
        if value_cents and ppm != WHOLE_PPM:
            value_cents = (2 * value_cents * WHOLE_PPM + ppm) // (2 * ppm)
        country, mass_g = parcel.country, parcel.mass_g
        longest, second, third = sides_mm
        zones, called = self._places(country, origin).find(postcode)
        asks = (parcel.residential, parcel.hazardous, parcel.po_box)
        called &= self._conditions.held(asks, (mass_g, longest, second, girth_mm, value_cents))
        fits = [
            longest <= a and second <= b and third <= c and girth_mm <= most
            for a, b, c, most in self._sizes
        ]
        masses = self._scale.billed(mass_g, sides_mm, self._divisors)
        settled = {} if value_cents else self._settled
        place = (country, postcode)
        return Question(zones, masses, called, settled, value_cents, fits, place)

    def _places_of(self, country: str, origin: tuple[str, str]) -> Stretches[Place]:
        """Where a parcel may go from there, with all charts in one look."""
        charts = [each.towards(country, *origin) for each in self.charts]
        surcharges = self._conditions.there(country)
        spans = chain(surcharges.spans, *(each.spans for each in charts))
        return Stretches(
            spans, lambda code: (tuple(e.find(code) for e in charts), surcharges.find(code))
        )

    def mask(self, *, service: str = "", zone: str = "", day: int = 0) -> int:
        """The surcharges that may be asked for by a service, in a zone, on a day; none: by any."""
        return bits_of(
            (not service or each.service in ("", service))
            and (not zone or each.zone in ("", zone))
            and (not day or each.from_day <= day <= (each.until_day or day))
            for each in self._surcharges
        )

    def settle(self, called: int, asked: Question) -> Settled:
        """What surcharges come to, and those of them that depend on the price; kept."""
        (parts, cents, fuelled_cents), valued, moving = self._called(called)
        more, more_cents, more_fuelled_cents = added(valued, 0, 0, asked.value_cents)
        total = Added(parts + more, cents + more_cents, fuelled_cents + more_fuelled_cents)
        if len(asked.settled) >= KEPT_MAX:
            asked.settled.clear()
        found = asked.settled[called] = (total, moving)
        return found

    def _called_of(self, called: int) -> Called:
        rows = (row for nth, row in enumerate(self._surcharges) if called >> nth & 1)
        return surcharging.called([*rows])

    def fuel_ppm(self, service: str, day: int) -> int:
        """The share that fuel adds to a service on a day."""
        rows = self._fuel_rows.get(service) or self._fuel_rows.get("", [])
        return next((row.ppm for row in reversed(rows) if row.from_day <= day), 0)


def grouped(rows: Iterable[R], name: str) -> dict[str, list[R]]:
    """Rows by one of their fields, in their sequence."""
    found: dict[str, list[R]] = {}
    for row in rows:
        found.setdefault(getattr(row, name), []).append(row)
    return found

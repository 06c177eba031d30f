"""One rate card, compiled: what it has to know of a parcel, whatever the service.

Owns what services of a card share: how it weighs, which surcharges a parcel calls for, fuel, days
of validity. Refuses to price: its tariffs do.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple, TypeVar

from controller.messages.rates import WHOLE_PPM, RateCard
from controller.plan.rates import surcharging
from controller.plan.rates.masses import Scale, Sides
from controller.plan.rates.parcels import Parcel
from controller.plan.rates.postcodes import Lookup, plain, span
from controller.plan.rates.surcharging import Added, Amount, Circumstances, Conditions, bits_of
from controller.plan.rates.zones import Chart

KEPT_MAX = 10_000
R = TypeVar("R")
Settled = tuple[Added, list[Amount]]


class Question(NamedTuple):
    """A parcel as one card looks at it.

    `called` has a bit for each surcharge whose conditions about the parcel hold; `billed` masses
    are kept by divisor, its zones by chart. `before` is billed of the shipment's other pieces.
    """

    mass_g: int
    sides_mm: Sides
    girth_mm: int
    way: tuple[str, str, str, str]
    value_cents: int
    called: int
    billed: dict[int, int]
    zones: dict[Chart, str]
    before: int = 0


class Card:
    """A rate card that is asked many times."""

    def __init__(self, card: RateCard) -> None:
        self.card = card
        self.scale = Scale(card)
        self._surcharges = [row for row in card.surcharges if row.active]
        self._conditions = Conditions(self._surcharges)
        self._areas = {
            area: {to: Lookup((span(r.postcodes), 1) for r in them) for to, them in rows.items()}
            for area, found in grouped(card.areas, "area").items()
            for rows in [grouped(found, "country")]
        }
        self._fuel_rows = grouped(sorted(card.fuel, key=lambda row: row.from_day), "service")
        self.settled: dict[int, Settled] = {}
        self._areas_at = lru_cache(maxsize=KEPT_MAX)(self._areas_of)

    def lasts(self, day: int) -> bool:
        """Whether the card holds on a day."""
        return self.card.from_day <= day <= (self.card.until_day or day)

    def question(
        self, parcel: Parcel, sides_mm: Sides, girth_mm: int, origin: tuple[str, str]
    ) -> Question:
        """What all services of the card have to know of a parcel."""
        value_cents, ppm = parcel.value_cents, self.card.exchange_ppm
        if value_cents and ppm != WHOLE_PPM:
            value_cents = (2 * value_cents * WHOLE_PPM + ppm) // (2 * ppm)
        postcode = plain(parcel.postcode)
        areas = self._areas_at(parcel.country, postcode) if self._areas else frozenset()
        called = self._conditions.held(
            Circumstances(
                (parcel.residential, parcel.hazardous, parcel.po_box),
                parcel.country,
                areas,
                (parcel.mass_g, sides_mm[0], sides_mm[1], girth_mm, value_cents),
            )
        )
        way = (*origin, parcel.country, postcode)
        return Question(parcel.mass_g, sides_mm, girth_mm, way, value_cents, called, {}, {})

    def mask(self, *, service: str = "", zone: str = "", day: int = 0) -> int:
        """The surcharges that may be asked for by a service, in a zone, on a day; none: by any."""
        return bits_of(
            (not service or each.service in ("", service))
            and (not zone or each.zone in ("", zone))
            and (not day or each.from_day <= day <= (each.until_day or day))
            for each in self._surcharges
        )

    def settle(self, called: int) -> Settled:
        """What surcharges come to, and those of them that depend on the price; kept."""
        rows = [row for nth, row in enumerate(self._surcharges) if called >> nth & 1]
        if len(self.settled) >= KEPT_MAX:
            self.settled.clear()
        found = self.settled[called] = surcharging.settled(rows)
        return found

    def fuel_ppm(self, service: str, day: int) -> int:
        """The share that fuel adds to a service on a day."""
        rows = self._fuel_rows.get(service) or self._fuel_rows.get("", [])
        return next((row.ppm for row in reversed(rows) if row.from_day <= day), 0)

    def _areas_of(self, country: str, postcode: str) -> frozenset[str]:
        return frozenset(
            area
            for area, rows in self._areas.items()
            if country in rows and rows[country].find(postcode)
        )


def grouped(rows: Iterable[R], name: str) -> dict[str, list[R]]:
    """Rows by one of their fields, in their sequence."""
    found: dict[str, list[R]] = {}
    for row in rows:
        found.setdefault(getattr(row, name), []).append(row)
    return found

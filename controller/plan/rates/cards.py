"""One rate card, compiled: what it has to know of a parcel, whatever the service.

Owns what services of a card share: how it weighs, which surcharges a parcel calls for, fuel, days
of validity. Refuses to price: its tariffs do.
"""

from collections.abc import Iterable
from typing import NamedTuple, TypeVar

from controller.messages.rates import WHOLE_PPM, RateCard
from controller.plan.rates import surcharging
from controller.plan.rates.bits import bits_of
from controller.plan.rates.limits import ANY
from controller.plan.rates.masses import Scale
from controller.plan.rates.parcels import Parcel, Seen
from controller.plan.rates.surcharging import Added, Amount, Circumstances, Conditions
from controller.plan.rates.zones import Chart

KEPT_MAX = 10_000
R = TypeVar("R")
Settled = tuple[Added, list[Amount]]


class Question(NamedTuple):
    """A parcel as one card looks at it.

    `zones` are by chart of the card, `billed` masses by divisor. `called` has a bit for each
    surcharge whose conditions about the parcel hold, `fits` says which classes of sizes take it.
    """

    zones: tuple[str, ...]
    billed: tuple[int, ...]
    called: int
    value_cents: int
    fits: tuple[bool, ...]
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
        self.settled: dict[int, Settled] = {}

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
        called = self._conditions.held(
            Circumstances(
                (parcel.residential, parcel.hazardous, parcel.po_box),
                country,
                postcode,
                (mass_g, longest, second, girth_mm, value_cents),
            )
        )
        return Question(
            tuple([each.find(*origin, country, postcode) for each in self.charts]),
            tuple([self._scale.billed(mass_g, sides_mm, each) for each in self._divisors]),
            called,
            value_cents,
            tuple(
                [
                    longest <= a and second <= b and third <= c and girth_mm <= most
                    for a, b, c, most in self._sizes
                ]
            ),
            (country, postcode),
        )

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


def grouped(rows: Iterable[R], name: str) -> dict[str, list[R]]:
    """Rows by one of their fields, in their sequence."""
    found: dict[str, list[R]] = {}
    for row in rows:
        found.setdefault(getattr(row, name), []).append(row)
    return found

"""One service as it leaves on a day: what it answers about a parcel.

Owns the answer of a service that takes a parcel, and the day and time at which it arrives.
Refuses to know which services there are, and which of them take a parcel at all.
"""

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from controller.messages import ShippingService
from controller.messages.rates import WHOLE_PPM
from controller.plan.rates import flat
from controller.plan.rates.calendars import Deliveries, Leaves
from controller.plan.rates.cards import Card, Question
from controller.plan.rates.parcels import Offer, Origin, Parcel, Refusal, Seen
from controller.plan.rates.pricing import Tariff
from controller.units import DAY, HOUR

KEPT_MAX = 1_000


class Asked(NamedTuple):
    """A parcel on the round of all services, with what is known of it by now.

    `before` is billed of the shipment's other pieces, 0 where they do not count.
    """

    parcel: Parcel
    seen: Seen
    questions: dict[Card, Question]
    before: int


class Offered(NamedTuple):
    """A service of the site, whatever the day; its bit is that of `Takers`."""

    service: ShippingService
    bit: int
    times_ms: tuple[int, ...]
    by_card: bool


class Departure:
    """A service on the day of its pickup; one without a price list has a price of its own."""

    def __init__(
        self, offered: Offered, leaves: Leaves, tariff: Tariff | None, origin: Origin
    ) -> None:
        self._service, self.bit, _, by_card = offered
        self.code, self._carrier = self._service.code, self._service.carrier
        self._lane, self._pickup = self._service.lane, self._service.pickup or self.code
        self._day, self._leaves_ms = leaves
        self._never = _never(self._service, self._day, by_card and not tariff)
        self._tariff = tariff
        self._ppm, self._unit = (tariff.exchange_ppm, tariff.unit) if tariff else (WHOLE_PPM, "")
        self._currency = origin.currency
        self._time_ms = self._service.arrives_by_ms - origin.utc_offset_ms
        self._measured = origin.measured_days
        self._deliveries = Deliveries(self._service.delivery_days, origin)
        self._arrives = lru_cache(maxsize=KEPT_MAX)(self._arrives_ms)

    def answer(self, asked: Asked) -> Offer | Refusal:
        """What the service says, which takes the parcel."""
        parcel, seen, questions, before = asked
        if self._never:
            return Refusal(self.code, self._never)
        tariff = self._tariff
        if tariff is None:
            price = flat.price(self._service, parcel, before > 0)
        else:
            question = questions.get(tariff.card)
            if question is None:
                question = questions[tariff.card] = tariff.card.question(parcel, seen)
            found = tariff.price(question, before)
            if isinstance(found, str):
                return Refusal(self.code, found)
            price = found
        cents, base_cents, parts, zone, billed, days = price
        arrives_ms = self._arrives(days, parcel.country)
        if arrives_ms is None:
            return Refusal(self.code, "does not deliver within weeks")
        if 0 < parcel.arrive_by_ms < arrives_ms:
            late_h = -((parcel.arrive_by_ms - arrives_ms) // HOUR)
            return Refusal(self.code, f"arrives {late_h} h too late")
        return Offer(
            self.code,
            self._carrier,
            cents,
            base_cents,
            self._currency,
            self._leaves_ms,
            arrives_ms,
            self._lane,
            self._pickup,
            parts,
            self._ppm,
            zone,
            billed,
            self._unit,
        )

    def _arrives_ms(self, transit_days: int, country: str) -> int | None:
        days = max(transit_days, self._measured.get((self.code, country), 0))
        last = self._deliveries.arrives(self._day, days, country)
        return None if last < 0 else last * DAY + self._time_ms


def _never(service: ShippingService, day: int, unpriced: bool) -> str:
    """Why a service takes no parcel on a day, whatever it is, or ""."""
    if day < 0:
        return "is not picked up within weeks"
    if unpriced:
        on = date.fromordinal(date(1970, 1, 1).toordinal() + day).isoformat()
        return f"{service.carrier} has no rate card for {on}"
    return ""

"""Rating: what a parcel costs with each service and when it arrives, or why it is not taken.

Owns the offers for one parcel alone: a `Book` is compiled once of services and rate cards, and
asked many times. It refuses to know labels, accounts and carriers' servers, and other parcels:
what these share `carriers` weighs.
"""

from collections.abc import Iterable
from functools import partial

from controller.messages import ShippingService
from controller.plan.rates import flat
from controller.plan.rates.calendars import Calendar
from controller.plan.rates.limits import Limits
from controller.plan.rates.parcels import Lines, Offer, Origin, Parcel, Refusal
from controller.units import HOUR

__all__ = ["Book", "Lines", "Offer", "Origin", "Parcel", "Refusal"]


class Book:
    """All services of a site with their rate cards."""

    def __init__(self, services: Iterable[ShippingService], origin: Origin | None = None) -> None:
        self.origin = origin or Origin()
        self.services = {each.code: each for each in sorted(services, key=lambda s: s.code)}
        self._offered = [
            (each, Limits(each), Calendar(each, self.origin)) for each in self.services.values()
        ]

    def offers(self, parcel: Parcel) -> tuple[Offer | Refusal, ...]:
        """One answer of each service, by code."""
        sides = sorted((parcel.length_mm, parcel.width_mm, parcel.height_mm), reverse=True)
        longest, second, third = sides
        girth_mm = longest + 2 * (second + third)
        out: list[Offer | Refusal] = []
        for service, limits, calendar in self._offered:
            why = limits.why_not(parcel, (longest, second, third), girth_mm)
            out.append(
                Refusal(service.code, why) if why else self._offer(service, calendar, parcel)
            )
        return tuple(out)

    def _offer(
        self, service: ShippingService, calendar: Calendar, parcel: Parcel
    ) -> Offer | Refusal:
        country = parcel.origin_country or self.origin.country
        day, leaves_ms = calendar.leaves(parcel.ready_ms, country)
        if leaves_ms < 0:
            return Refusal(service.code, "is not picked up within weeks")
        arrives_ms = calendar.arrives_ms(day, service.transit_days, parcel.country)
        if arrives_ms < 0:
            return Refusal(service.code, "does not deliver within weeks")
        if 0 < parcel.arrive_by_ms < arrives_ms:
            late_h = -((parcel.arrive_by_ms - arrives_ms) // HOUR)
            return Refusal(service.code, f"arrives {late_h} h too late")
        cost_cents = flat.cents(service, parcel)
        return Offer(
            service.code,
            service.carrier,
            cost_cents,
            cost_cents,
            self.origin.currency,
            leaves_ms,
            arrives_ms,
            service.lane,
            service.pickup or service.code,
            partial(flat.lines, service, parcel),
        )

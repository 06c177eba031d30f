"""Rating: what a parcel costs with each service and when it arrives, or why it is not taken.

Owns the offers for one parcel alone: a `Book` is compiled once of services and rate cards, and
asked many times. It refuses to know labels, accounts and carriers' servers, and other parcels:
what these share `carriers` weighs.
"""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from controller.messages import ShippingService
from controller.messages.rates import WHOLE_PPM, RateCard
from controller.plan.rates import flat
from controller.plan.rates.calendars import Deliveries, Pickups
from controller.plan.rates.cards import Card, Question
from controller.plan.rates.limits import Limits
from controller.plan.rates.masses import Sides
from controller.plan.rates.parcels import Offer, Origin, Parcel, Part, Refusal, share
from controller.plan.rates.postcodes import plain
from controller.plan.rates.pricing import Priced, Tariff, priced
from controller.units import HOUR

__all__ = ["Book", "Offer", "Origin", "Parcel", "Part", "Refusal"]

KEPT_MAX = 200  # days of owners


class _Offered(NamedTuple):
    """A service, ready to be asked; `priced` by rate cards or by its own figures."""

    service: ShippingService
    limits: Limits
    pickups: Pickups
    deliveries: Deliveries
    priced: bool


class _Asked(NamedTuple):
    """A parcel on the round of all services, with what is known of it by now."""

    parcel: Parcel
    sides_mm: Sides
    girth_mm: int
    origin: tuple[str, str]
    leaves: dict[Pickups, tuple[int, int, dict[str, Tariff]]]
    by_card: dict[Card, Question]
    before: int = 0


class Book:
    """All services of a site with their rate cards.

    A service that a card prices is priced by cards alone: the owner's own, else everybody's.
    """

    def __init__(
        self,
        services: Iterable[ShippingService],
        origin: Origin | None = None,
        cards: Iterable[RateCard] = (),
    ) -> None:
        self.origin = origin or Origin()
        self._currency, self._measured = self.origin.currency, self.origin.measured_days
        self.services = {each.code: each for each in sorted(services, key=lambda s: s.code)}
        self._cards = [(card, priced(card, self.services)) for card in map(Card, cards)]
        by_card = {code for _, found in self._cards for code in found}
        pickups: dict[tuple[int, ...], Pickups] = {}
        self._offered: list[_Offered] = []
        for each in self.services.values():
            times_ms = each.pickups_ms or (self.origin.departure_ms,) * 7
            leaves = pickups.setdefault(times_ms, Pickups(times_ms, self.origin))
            there = Deliveries(each, self.origin)
            self._offered.append(_Offered(each, Limits(each), leaves, there, each.code in by_card))
        self._tariffs = lru_cache(maxsize=KEPT_MAX)(self._tariffs_of)

    def offers(self, parcel: Parcel) -> tuple[Offer | Refusal, ...]:
        """One answer of each service, by code."""
        asked = self._asked(parcel)
        return tuple([self._answer(each, asked) for each in self._offered])

    def further(self, parcel: Parcel, code: str, before: int) -> Offer | Refusal:
        """What a service asks for one more piece of a shipment.

        `before` is what its other pieces are billed for: the sum of `Offer.billed`.
        """
        offered = next(each for each in self._offered if each.service.code == code)
        counts = offered.service.per == "shipment"
        return self._answer(offered, self._asked(parcel, max(1, before) if counts else 0))

    def _asked(self, parcel: Parcel, before: int = 0) -> _Asked:
        by_size = sorted((parcel.length_mm, parcel.width_mm, parcel.height_mm), reverse=True)
        longest, second, third = by_size
        girth_mm = longest + 2 * (second + third)
        origin = (
            parcel.origin_country or self.origin.country,
            plain(parcel.origin_postcode or self.origin.postcode),
        )
        return _Asked(parcel, (longest, second, third), girth_mm, origin, {}, {}, before)

    def tiers(self, owner: str, day: int) -> dict[str, tuple[tuple[int, int], ...]]:
        """By carrier: from so many parcels on, so much off the base, in parts per million."""
        found: dict[str, tuple[tuple[int, int], ...]] = {}
        for card, _ in self._of_owner(owner, day):
            steps = sorted((row.parcels_min, row.discount_ppm) for row in card.card.tiers)
            if steps:
                found.setdefault(card.card.carrier, tuple(steps))
        return found

    def _answer(self, offered: _Offered, asked: _Asked) -> Offer | Refusal:
        service, limits, pickups, deliveries, by_card = offered
        parcel = asked.parcel
        why = limits.why_not(parcel, asked.sides_mm, asked.girth_mm)
        if why:
            return Refusal(service.code, why)
        day, leaves_ms, tariffs = asked.leaves.get(pickups) or self._leaves(pickups, asked)
        if leaves_ms < 0:
            return Refusal(service.code, "is not picked up within weeks")
        ppm, unit = WHOLE_PPM, ""
        if by_card:
            tariff = tariffs.get(service.code)
            if tariff is None:
                why = f"{service.carrier} has no rate card for {_date(day)}"
                return Refusal(service.code, why)
            card, ppm, unit = tariff.card, tariff.exchange_ppm, tariff.unit
            price = tariff.price(asked.by_card.get(card) or _question(card, asked))
            if isinstance(price, str):
                return Refusal(service.code, price)
        else:
            price = flat.price(service, parcel, asked.before > 0)
        cents, base_cents, parts, zone, billed, days = price
        if ppm != WHOLE_PPM:
            cents, base_cents = share(cents, ppm), share(base_cents, ppm)
        if self._measured:
            days = max(days, self._measured.get((service.code, parcel.country), 0))
        arrives_ms = deliveries.arrives_ms(day, days, parcel.country)
        if arrives_ms < 0 or 0 < parcel.arrive_by_ms < arrives_ms:
            return Refusal(service.code, _late(arrives_ms, parcel.arrive_by_ms))
        return Offer(
            service.code,
            service.carrier,
            cents,
            base_cents,
            self._currency,
            leaves_ms,
            arrives_ms,
            service.lane,
            service.pickup or service.code,
            parts,
            ppm,
            zone,
            billed,
            unit,
        )

    def _leaves(self, pickups: Pickups, asked: _Asked) -> tuple[int, int, dict[str, Tariff]]:
        """The next pickup, and the tariffs of its day."""
        day, leaves_ms = pickups.leaves(asked.parcel.ready_ms, asked.origin[0])
        found = day, leaves_ms, self._tariffs(asked.parcel.owner, day)
        asked.leaves[pickups] = found
        return found

    def _tariffs_of(self, owner: str, day: int) -> dict[str, Tariff]:
        """By service; the owner's own card stands before everybody's."""
        found: dict[str, Tariff] = {}
        for _, services in self._of_owner(owner, day):
            for code, service in services.items():
                if code not in found:
                    found[code] = Tariff(service, day)
        return found

    def _of_owner(self, owner: str, day: int) -> list[tuple[Card, dict[str, Priced]]]:
        """The cards that hold on a day: the owner's own, then everybody's."""
        return [
            each
            for name in dict.fromkeys((owner, ""))
            for each in self._cards
            if each[0].card.owner == name and each[0].lasts(day)
        ]


def _question(card: Card, asked: _Asked) -> Question:
    found = card.question(asked.parcel, asked.sides_mm, asked.girth_mm, asked.origin)
    if asked.before:
        found = found._replace(before=asked.before)
    asked.by_card[card] = found
    return found


def _late(arrives_ms: int, by_ms: int) -> str:
    if arrives_ms < 0:
        return "does not deliver within weeks"
    return f"arrives {-((by_ms - arrives_ms) // HOUR)} h too late"


def _date(day: int) -> str:
    return date.fromordinal(date(1970, 1, 1).toordinal() + day).isoformat()

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
from controller.plan.rates.calendars import Deliveries, Leaves, Pickups
from controller.plan.rates.cards import Card, Question
from controller.plan.rates.limits import Limits, Takers
from controller.plan.rates.parcels import Offer, Origin, Parcel, Part, Refusal, Seen, share
from controller.plan.rates.postcodes import plain
from controller.plan.rates.pricing import Priced, Tariff, priced
from controller.units import DAY, HOUR

__all__ = ["Book", "Offer", "Origin", "Parcel", "Part", "Refusal"]

KEPT_MAX = 200  # days of owners


class _Offered(NamedTuple):
    """A service, ready to be asked; `pickups` says which of all.

    `arrives_ms` is the time of day, in UTC.
    """

    service: ShippingService
    limits: Limits
    pickups: int
    deliveries: Deliveries
    arrives_ms: int
    priced: bool


class _Asked(NamedTuple):
    """A parcel on the round of all services, with what is known of it by now."""

    parcel: Parcel
    seen: Seen
    leaves: list[Leaves]
    tariffs: list[Tariff | None]
    by_card: dict[Card, Question]
    before: int


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
        self.joins = any(each.pieces_max > 1 for each in self.services.values())
        self._cards = [(card, priced(card, self.services)) for card in map(Card, cards)]
        by_card = {code for _, found in self._cards for code in found}
        pickups: dict[tuple[int, ...], int] = {}
        deliveries: dict[tuple[int, ...], Deliveries] = {}
        self._offered: list[_Offered] = []
        for each in self.services.values():
            times_ms = each.pickups_ms or (self.origin.departure_ms,) * 7
            leaves = pickups.setdefault(times_ms, len(pickups))
            if each.delivery_days not in deliveries:
                deliveries[each.delivery_days] = Deliveries(each.delivery_days, self.origin)
            there = deliveries[each.delivery_days]
            time_ms = each.arrives_by_ms - self.origin.utc_offset_ms
            self._offered.append(
                _Offered(each, Limits(each), leaves, there, time_ms, each.code in by_card)
            )
        self._pickups = [Pickups(times_ms, self.origin) for times_ms in pickups]
        self._takers = Takers(tuple(self.services.values()))
        self._tariffs = lru_cache(maxsize=KEPT_MAX)(self._tariffs_of)

    def offers(self, parcel: Parcel) -> tuple[Offer | Refusal, ...]:
        """One answer of each service, by code."""
        asked = self._asked(parcel)
        takers = self._takers.of(parcel, asked.seen)
        answers: list[Offer | Refusal] = []
        bit = 1
        for offered, tariff in zip(self._offered, asked.tariffs, strict=True):
            why = "" if takers & bit else offered.limits.why_not(parcel, asked.seen)
            bit += bit
            if why:
                answers.append(Refusal(offered.service.code, why))
            else:
                answers.append(self._answer(offered, tariff, asked))
        return tuple(answers)

    def further(self, parcel: Parcel, code: str, before: int) -> Offer | Refusal:
        """What a service asks for one more piece of a shipment.

        `before` is what its other pieces are billed for: the sum of `Offer.billed`.
        """
        nth = [*self.services].index(code)
        offered = self._offered[nth]
        counts = offered.service.per == "shipment"
        asked = self._asked(parcel, max(1, before) if counts else 0)
        why = offered.limits.why_not(parcel, asked.seen)
        return Refusal(code, why) if why else self._answer(offered, asked.tariffs[nth], asked)

    def _asked(self, parcel: Parcel, before: int = 0) -> _Asked:
        by_size = sorted((parcel.length_mm, parcel.width_mm, parcel.height_mm), reverse=True)
        longest, second, third = by_size
        origin = (
            parcel.origin_country or self.origin.country,
            plain(parcel.origin_postcode or self.origin.postcode),
        )
        girth_mm = longest + 2 * (second + third)
        seen = Seen((longest, second, third), girth_mm, plain(parcel.postcode), origin)
        leaves = [each.leaves(parcel.ready_ms, origin[0]) for each in self._pickups]
        tariffs = self._tariffs(parcel.owner, tuple([day for day, _ in leaves]))
        return _Asked(parcel, seen, leaves, tariffs, {}, before)

    def tiers(self, owner: str, day: int) -> dict[str, tuple[tuple[int, int], ...]]:
        """By carrier: from so many parcels on, so much off the base, in parts per million."""
        found: dict[str, tuple[tuple[int, int], ...]] = {}
        for card, _ in self._of_owner(owner, day):
            steps = sorted((row.parcels_min, row.discount_ppm) for row in card.card.tiers)
            if steps:
                found.setdefault(card.card.carrier, tuple(steps))
        return found

    def _answer(self, offered: _Offered, tariff: Tariff | None, asked: _Asked) -> Offer | Refusal:
        """What a service says that takes the parcel."""
        service, _, pickups, deliveries, time_ms, by_card = offered
        parcel, seen, leaves, _, questions, before = asked
        day, leaves_ms = leaves[pickups]
        if leaves_ms < 0:
            return Refusal(service.code, "is not picked up within weeks")
        ppm, unit = WHOLE_PPM, ""
        if by_card:
            if tariff is None:
                why = f"{service.carrier} has no rate card for {_date(day)}"
                return Refusal(service.code, why)
            card, ppm, unit = tariff.card, tariff.exchange_ppm, tariff.unit
            question = questions.get(card)
            if question is None:
                question = questions[card] = card.question(parcel, seen)
            price = tariff.price(question, before)
            if isinstance(price, str):
                return Refusal(service.code, price)
        else:
            price = flat.price(service, parcel, before > 0)
        cents, base_cents, parts, zone, billed, days = price
        if ppm != WHOLE_PPM:
            cents, base_cents = share(cents, ppm), share(base_cents, ppm)
        if self._measured:
            days = max(days, self._measured.get((service.code, parcel.country), 0))
        last = deliveries.arrives(day, days, parcel.country)
        arrives_ms = last * DAY + time_ms
        if last < 0 or 0 < parcel.arrive_by_ms < arrives_ms:
            return Refusal(service.code, _late(last, arrives_ms, parcel.arrive_by_ms))
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

    def _tariffs_of(self, owner: str, days: tuple[int, ...]) -> list[Tariff | None]:
        """Of each service, on the day of its pickup; the owner's own card stands first."""
        found: dict[tuple[int, str], Tariff] = {}
        for pickups, day in enumerate(days):
            for _, services in self._of_owner(owner, day):
                for code, service in services.items():
                    if (pickups, code) not in found:
                        found[pickups, code] = Tariff(service, day)
        return [found.get((each.pickups, each.service.code)) for each in self._offered]

    def _of_owner(self, owner: str, day: int) -> list[tuple[Card, dict[str, Priced]]]:
        """The cards that hold on a day: the owner's own, then everybody's."""
        return [
            each
            for name in dict.fromkeys((owner, ""))
            for each in self._cards
            if each[0].card.owner == name and each[0].lasts(day)
        ]


def _late(last: int, arrives_ms: int, by_ms: int) -> str:
    if last < 0:
        return "does not deliver within weeks"
    return f"arrives {-((by_ms - arrives_ms) // HOUR)} h too late"


def _date(day: int) -> str:
    return date.fromordinal(date(1970, 1, 1).toordinal() + day).isoformat()

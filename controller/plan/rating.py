"""Rating: what a parcel costs with each service and when it arrives, or why it is not taken.

Owns the offers for one parcel alone: a `Book` is compiled once of services and rate cards, and
asked many times. It refuses to know labels, accounts and carriers' servers, and other parcels:
what these share `carriers` weighs.
"""

from collections.abc import Iterable
from functools import lru_cache

from controller.messages import ShippingService
from controller.messages.rates import RateCard
from controller.plan.rates.calendars import Leaves, Pickups
from controller.plan.rates.cards import Card
from controller.plan.rates.departing import Asked, Departure, Offered
from controller.plan.rates.limits import Limits, Takers
from controller.plan.rates.parcels import Offer, Origin, Parcel, Part, Refusal, Seen
from controller.plan.rates.postcodes import plain
from controller.plan.rates.pricing import Priced, Tariff, priced

__all__ = ["Book", "Offer", "Origin", "Parcel", "Part", "Refusal"]

KEPT_MAX = 200  # days of owners


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
        self.services = {each.code: each for each in sorted(services, key=lambda s: s.code)}
        self.joins = any(each.pieces_max > 1 for each in self.services.values())
        self._cards = [(card, priced(card, self.services)) for card in map(Card, cards)]
        by_card = {code for _, found in self._cards for code in found}
        always = (self.origin.departure_ms,) * 7
        self._offered = [
            Offered(each, 1 << nth, each.pickups_ms or always, each.code in by_card)
            for nth, each in enumerate(self.services.values())
        ]
        self._pickups = {
            each.times_ms: Pickups(each.times_ms, self.origin) for each in self._offered
        }
        self._limits = {code: Limits(each) for code, each in self.services.items()}
        self._takers = Takers(tuple(self.services.values()))
        self._departures = lru_cache(maxsize=KEPT_MAX)(self._departures_of)

    def offers(self, parcel: Parcel) -> tuple[Offer | Refusal, ...]:
        """One answer of each service, by code."""
        departures, asked = self._asked(parcel)
        takers = self._takers.of(parcel, asked.seen)
        answers: list[Offer | Refusal] = []
        for departure in departures:
            if not takers & departure.bit and (why := self._why_not(departure.code, asked)):
                answers.append(Refusal(departure.code, why))
            else:
                answers.append(departure.answer(asked))
        return tuple(answers)

    def further(self, parcel: Parcel, code: str, before: int) -> Offer | Refusal:
        """What a service asks for one more piece of a shipment.

        `before` is what its other pieces are billed for: the sum of `Offer.billed`.
        """
        nth = [*self.services].index(code)
        counts = self.services[code].per == "shipment"
        departures, asked = self._asked(parcel, max(1, before) if counts else 0)
        why = self._why_not(code, asked)
        return Refusal(code, why) if why else departures[nth].answer(asked)

    def _why_not(self, code: str, asked: Asked) -> str:
        return self._limits[code].why_not(asked.parcel, asked.seen)

    def _asked(self, parcel: Parcel, before: int = 0) -> tuple[list[Departure], Asked]:
        by_size = sorted((parcel.length_mm, parcel.width_mm, parcel.height_mm), reverse=True)
        longest, second, third = by_size
        origin = (
            parcel.origin_country or self.origin.country,
            plain(parcel.origin_postcode or self.origin.postcode),
        )
        girth_mm = longest + 2 * (second + third)
        seen = Seen((longest, second, third), girth_mm, plain(parcel.postcode), origin)
        ready_ms = parcel.ready_ms
        leaves = tuple([each.leaves(ready_ms, origin[0]) for each in self._pickups.values()])
        return self._departures(parcel.owner, leaves), Asked(parcel, seen, {}, before)

    def tiers(self, owner: str, day: int) -> dict[str, tuple[tuple[int, int], ...]]:
        """By carrier: from so many parcels on, so much off the base, in parts per million."""
        found: dict[str, tuple[tuple[int, int], ...]] = {}
        for card, _ in self._of_owner(owner, day):
            steps = sorted((row.parcels_min, row.discount_ppm) for row in card.card.tiers)
            if steps:
                found.setdefault(card.card.carrier, tuple(steps))
        return found

    def _departures_of(self, owner: str, leaves: tuple[Leaves, ...]) -> list[Departure]:
        """Of each service, on the day of its pickup."""
        by_times = dict(zip(self._pickups, leaves, strict=True))
        found = []
        for offered in self._offered:
            leaves_then = by_times[offered.times_ms]
            tariff = self._tariff(offered.service.code, owner, leaves_then[0])
            found.append(Departure(offered, leaves_then, tariff, self.origin))
        return found

    def _tariff(self, code: str, owner: str, day: int) -> Tariff | None:
        """By the owner's own card, else by everybody's."""
        by_card = (services for _, services in self._of_owner(owner, day) if code in services)
        services = next(by_card, None)
        return Tariff(services[code], day) if services else None

    def _of_owner(self, owner: str, day: int) -> list[tuple[Card, dict[str, Priced]]]:
        """The cards that hold on a day: the owner's own, then everybody's."""
        return [
            each
            for name in dict.fromkeys((owner, ""))
            for each in self._cards
            if each[0].card.owner == name and each[0].lasts(day)
        ]

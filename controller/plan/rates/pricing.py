"""What one service of a rate card asks for a parcel.

Owns the sequence of a price: zone, class of sizes, bracket, discount, minimum, surcharges, fuel;
all in the card's currency. Refuses by saying why.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from controller.messages import ShippingService
from controller.messages.rates import WHOLE_PPM, RateRow, TermRow
from controller.plan.rates.brackets import Brackets, Net
from controller.plan.rates.cards import Card, Question, grouped
from controller.plan.rates.parcels import HALF_PPM, Part, Price
from controller.plan.rates.surcharging import added
from controller.plan.rates.zones import Chart

NO_PARTS: tuple[Part, ...] = ()


class Zone(NamedTuple):
    """A zone as one service serves it: brackets for all sizes, or by class of sizes.

    `mask` has a bit for each surcharge that the service may ask for there.
    """

    name: str
    transit_days: int
    mask: int
    brackets: Brackets | None
    sized: tuple[tuple[int, Brackets], ...]


class Priced:
    """A service of a rate card, whatever the day; its chart is one of the card's."""

    def __init__(self, card: Card, chart: int, service: ShippingService) -> None:
        found = (row for row in card.card.terms if row.service == service.code)
        self._term = next(found, TermRow(service=service.code))
        self.card = card
        self.code = service.code
        own = self._term.divisor
        self.divisor = card.divisor(card.card.divisor if own < 0 else own)
        self.chart = chart
        rates = (row for row in card.card.rates if row.service == service.code)
        transit = {r.zone: r.days for r in card.card.transit if r.service == service.code}
        self.zones = {
            zone: self._zone(zone, rows, transit.get(zone, service.transit_days))
            for zone, rows in grouped(rates, "zone").items()
        }

    def _zone(self, name: str, rows: Iterable[RateRow], transit_days: int) -> Zone:
        by_size = grouped(rows, "size")
        brackets = {size: Brackets(found, self._term) for size, found in by_size.items()}
        sizes = enumerate(self.card.card.sizes)
        sized = [(nth, brackets[each.size]) for nth, each in sizes if each.size in brackets]
        mask = self.card.mask(service=self.code, zone=name)
        return Zone(name, transit_days, mask, brackets.get(""), tuple(sized))


class Tariff:
    """The prices of a service by one card on one day, in the site's currency but for the parts."""

    def __init__(self, service: Priced, day: int) -> None:
        self.card = service.card
        self.exchange_ppm = service.card.card.exchange_ppm
        self.unit = service.card.card.mass_unit
        self._zones, self._chart, self._divisor = service.zones, service.chart, service.divisor
        self._fuel_ppm = service.card.fuel_ppm(service.code, day)
        self._mask = service.card.mask(day=day)

    def price(self, asked: Question, before: int) -> Price | str:
        """What the service asks, or why it does not take the parcel.

        `before` is billed of the shipment's other pieces, 0 where they do not count. Shares are
        those of `parcels.share`, written out where every price comes by.
        """
        zones, masses, called, settled, value_cents, fits, place = asked
        zone = self._zones.get(zones[self._chart])
        if zone is None:
            return "has no price to " + " ".join(place).rstrip()
        billed = masses[self._divisor]
        name, transit_days, mask, brackets, _ = zone
        net = brackets.price(billed) if brackets else None
        if net is None:
            sized = _by_size(zone, billed, fits, self.unit)
            if isinstance(sized, str):
                return sized
            net = sized
        elif before and brackets:
            net = brackets.further(before, billed)
            if net is None:
                return "is too heavy with the other pieces"
        net_cents, parts = net
        more = moved = fuel = NO_PARTS
        cents = fuelled_cents = net_cents
        called &= mask & self._mask
        if called:
            found = settled.get(called) or self.card.settle(called, asked)
            (more, more_cents, fuelled), moving = found
            cents += more_cents
            fuelled_cents += fuelled
            if moving:
                moved, more_cents, fuelled = added(moving, net_cents, billed, value_cents)
                cents += more_cents
                fuelled_cents += fuelled
        if self._fuel_ppm:
            fuel_cents = (fuelled_cents * self._fuel_ppm + HALF_PPM) // WHOLE_PPM
            fuel = (("fuel", fuel_cents),)
            cents += fuel_cents
        ppm = self.exchange_ppm
        if ppm != WHOLE_PPM:
            cents = (cents * ppm + HALF_PPM) // WHOLE_PPM
            net_cents = (net_cents * ppm + HALF_PPM) // WHOLE_PPM
        return cents, net_cents, (parts, more, moved, fuel), name, billed, transit_days


def _by_size(zone: Zone, billed: int, fits: list[bool], unit: str) -> Net | str:
    """The price of the first class of sizes that takes the parcel."""
    most = zone.brackets.most if zone.brackets else 0
    for nth, brackets in zone.sized:
        if fits[nth]:
            net = brackets.price(billed)
            if net is not None:
                return net
            most = max(most, brackets.most)
    if not most:
        return "fits no class of sizes"
    told = f"{billed / 1_000:g} {unit} billed, priced to {most / 1_000:g} {unit}"
    return f"too heavy: {told}"


def priced(card: Card, services: Mapping[str, ShippingService]) -> dict[str, Priced]:
    """The services that a card has rates for, by code."""
    rows = grouped(card.card.zones, "service")
    charts: dict[str, int] = {}
    found = {}
    for code in dict.fromkeys(row.service for row in card.card.rates):
        if code in services:
            own = code if code in rows else ""
            if own not in charts:
                charts[own] = len(card.charts)
                card.charts.append(Chart(rows.get(own, ())))
            found[code] = Priced(card, charts[own], services[code])
    return found

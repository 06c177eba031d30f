"""What one service of a rate card asks for a parcel.

Owns the sequence of a price: zone, class of sizes, bracket, discount, minimum, surcharges, fuel;
all in the card's currency. Refuses by saying why.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from controller.messages import ShippingService
from controller.messages.rates import RateRow, SizeRow, TermRow
from controller.plan.rates.brackets import Brackets, Net
from controller.plan.rates.cards import Card, Question, grouped
from controller.plan.rates.parcels import Price, share
from controller.plan.rates.surcharging import added
from controller.plan.rates.zones import Chart

Sized = tuple[SizeRow, Brackets]


class Zone(NamedTuple):
    """A zone as one service serves it: brackets for all sizes, or by class of sizes.

    `mask` has a bit for each surcharge that the service may ask for there.
    """

    name: str
    transit_days: int
    mask: int
    brackets: Brackets | None
    sized: tuple[Sized, ...]


class Priced:
    """A service of a rate card, whatever the day."""

    def __init__(self, card: Card, chart: Chart, service: ShippingService) -> None:
        found = (row for row in card.card.terms if row.service == service.code)
        self._term = next(found, TermRow(service=service.code))
        self.card = card
        self.code = service.code
        self.divisor = card.card.divisor if self._term.divisor < 0 else self._term.divisor
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
        sizes = (each for each in self.card.card.sizes if each.size in brackets)
        sized = [(each, brackets[each.size]) for each in sizes]
        mask = self.card.mask(service=self.code, zone=name)
        return Zone(name, transit_days, mask, brackets.get(""), tuple(sized))


class Tariff:
    """The prices of a service by one card on one day; what was reckoned once is kept."""

    def __init__(self, service: Priced, day: int) -> None:
        self._service = service
        self._fuel_ppm = service.card.fuel_ppm(service.code, day)
        self._mask, self._settled = service.card.mask(day=day), service.card.settled
        self.card = service.card
        self.exchange_ppm = service.card.card.exchange_ppm
        self.unit = service.card.card.mass_unit

    def price(self, asked: Question) -> Price | str:
        """What the service asks, or why it does not take the parcel."""
        service = self._service
        chart = service.chart
        name = asked.zones.get(chart)
        if name is None:
            name = asked.zones[chart] = chart.find(*asked.way)
        zone = service.zones.get(name)
        if zone is None:
            return f"has no price to {asked.way[2]} {asked.way[3]}".rstrip()
        billed = asked.billed.get(service.divisor)
        if billed is None:
            billed = self.card.scale.billed(asked.mass_g, asked.sides_mm, service.divisor)
            asked.billed[service.divisor] = billed
        net = zone.brackets.price(billed) if zone.brackets else None
        if net is None:
            found = _by_size(zone, billed, asked, self.unit)
            if isinstance(found, str):
                return found
            net = found
        elif asked.before and zone.brackets:
            net = zone.brackets.further(asked.before, billed)
            if net is None:
                return "is too heavy with the other pieces"
        net_cents, parts = net
        cents = fuelled_cents = net_cents
        called = asked.called & zone.mask & self._mask
        if called:
            (more_parts, more_cents, fuelled), moving = self._settled.get(
                called
            ) or self.card.settle(called)
            parts += more_parts
            cents += more_cents
            fuelled_cents += fuelled
            if moving:
                more_parts, more_cents, fuelled = added(
                    moving, net_cents, billed, asked.value_cents
                )
                parts += more_parts
                cents += more_cents
                fuelled_cents += fuelled
        if self._fuel_ppm:
            fuel_cents = share(fuelled_cents, self._fuel_ppm)
            parts += (("fuel", fuel_cents),)
            cents += fuel_cents
        return cents, net_cents, parts, name, billed, zone.transit_days


def _by_size(zone: Zone, billed: int, asked: Question, unit: str) -> Net | str:
    """The price of the first class of sizes that takes the parcel."""
    most = zone.brackets.most if zone.brackets else 0
    for size, brackets in zone.sized:
        if _fits(size, asked):
            net = brackets.price(billed)
            if net is not None:
                return net
            most = max(most, brackets.most)
    if not most:
        return "fits no class of sizes"
    told = f"{billed / 1_000:g} {unit} billed, priced to {most / 1_000:g} {unit}"
    return f"too heavy: {told}"


def _fits(size: SizeRow, asked: Question) -> bool:
    longest, second, third = asked.sides_mm
    return (
        longest <= size.length_mm
        and second <= size.width_mm
        and third <= size.height_mm
        and (not size.girth_mm or asked.girth_mm <= size.girth_mm)
    )


def priced(card: Card, services: Mapping[str, ShippingService]) -> dict[str, Priced]:
    """The services that a card has rates for, by code."""
    charts = grouped(card.card.zones, "service")
    general = Chart(charts.get("", ()))
    return {
        code: Priced(card, Chart(charts[code]) if code in charts else general, services[code])
        for code in dict.fromkeys(row.service for row in card.card.rates)
        if code in services
    }

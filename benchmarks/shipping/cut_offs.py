"""Generated cut-offs of parcels and carriers, the same ones each time.

Owns the form of a day's parcels: four carriers with three services each, prices by weight and
zone, promises of one to five days, tiers and evening pickups. Refuses chance beyond its seed.
"""

from collections import Counter
from random import Random
from typing import Final, NamedTuple

from controller.plan.carriers import Option, Parcel, Problem

CARRIERS: Final = ("ALPHA", "BRAVO", "CARGO", "DELTA")
ZONES: Final = (100, 100, 100, 115, 130, 160)  # percent of the price
DAYS: Final = (1, 2, 2, 3, 3, 3, 5)
SHARES: Final = (15, 30, 45)  # percent of all parcels from which on a tier holds
OFTEN: Final = 0.85


class Kind(NamedTuple):
    """What a pickup takes, in percent of what the cheapest rate first would give it; the tiers.

    `crossing`: all carriers' economy parcels share a pickup, and so do their standard ones.
    """

    room_percent: int
    off_ppm: tuple[int, int, int]
    crossing: bool = False


KINDS: Final = {
    "normal": Kind(110, (20_000, 45_000, 70_000)),
    "tight": Kind(60, (20_000, 45_000, 70_000)),
    "steep": Kind(90, (80_000, 160_000, 240_000)),
    "steep, tight": Kind(60, (80_000, 160_000, 240_000)),
    "crossing": Kind(60, (80_000, 160_000, 240_000), crossing=True),
}


class Offered(NamedTuple):
    carrier: str
    name: str
    pickup: str
    base_cents: float
    per_kg_cents: float
    days: int


def cut_off(seed: int, kind: str, parcels: int) -> Problem:
    """All parcels of a cut-off; evening pickups are limited, those of express services are not."""
    draw, form = Random(seed), KINDS[kind]
    services = [
        Offered(
            carrier,
            f"{carrier}-{name}",
            f"{name}-{pickup}" if form.crossing else f"{carrier}-{pickup}",
            base * draw.uniform(0.9, 1.1),
            per_kg * draw.uniform(0.8, 1.2),
            days,
        )
        for carrier in CARRIERS
        for name, pickup, base, per_kg, days in (
            ("ECO", "evening", 300, 45, 3),
            ("STANDARD", "evening", 420, 55, 2),
            ("EXPRESS", "noon", 650, 90, 1),
        )
    ]
    made = tuple(parcel(draw, f"P{nth}", services) for nth in range(parcels))
    wanted = Counter(
        min(each.options, key=lambda o: o.base_cents + o.other_cents).pickup for each in made
    )
    return Problem(
        parcels=made,
        pickup_capacity={
            name: max(1, count * form.room_percent // 100)
            for name, count in sorted(wanted.items())
            if name.endswith("evening")
        },
        tiers={name: steps(parcels, form) for name in CARRIERS},
    )


def parcel(draw: Random, name: str, services: list[Offered]) -> Parcel:
    """A parcel with the services that keep its promise."""
    kg = min(30.0, draw.lognormvariate(0.5, 0.9))
    zone, days = draw.choice(ZONES), draw.choice(DAYS)
    options = [
        _option(draw, each, kg, zone)
        for each in services
        if each.days <= days and draw.random() < OFTEN
    ]
    fastest = _option(draw, services[2], kg, zone)
    return Parcel(id=name, options=tuple(options) or (fastest,))


def _option(draw: Random, service: Offered, kg: float, zone: int) -> Option:
    list_price = (service.base_cents + service.per_kg_cents * kg) * zone / 100
    return Option(
        carrier=service.carrier,
        service=service.name,
        pickup=service.pickup,
        base_cents=round(list_price * draw.uniform(0.92, 1.08)),
        other_cents=draw.randrange(40),
    )


def steps(parcels: int, form: Kind) -> tuple[tuple[int, int], ...]:
    """The tiers of a carrier that has so many parcels to compete for."""
    reached = (parcels * share // 100 for share in SHARES)
    return ((0, 0), *zip(reached, form.off_ppm, strict=True))

"""Owns the customers of the living warehouse: towns that exist, people and streets that do not.

A customer lives at one place, whatever the day. Those of the town itself have postcodes with
positions, so that own vans find them. It refuses real persons: names are a customer's number.
"""

from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Final, NamedTuple

from controller.messages import Postcode, Recipient
from simulation.orders.addresses import LETTERS, STREETS
from simulation.streams import Streams

E6: Final = 1_000_000
LOCAL_POSTCODES: Final = 140


class Town(NamedTuple):
    """`area` begins its postcodes, `weight` is its part of the orders; degrees, and how wide."""

    area: str
    name: str
    weight: int
    lat: float
    lon: float
    wide: float = 0.0


LOCAL: Final = (
    Town("LS", "Leeds", 6, 53.800, -1.548, 0.075),
    Town("BD", "Bradford", 3, 53.795, -1.759, 0.050),
    Town("WF", "Wakefield", 2, 53.683, -1.499, 0.045),
)
NEAR: Final = (
    *(Town("M", "Manchester", 9, 53.48, -2.24), Town("SK", "Stockport", 3, 53.41, -2.16)),
    *(Town("OL", "Oldham", 2, 53.54, -2.11), Town("BL", "Bolton", 2, 53.58, -2.43)),
    *(Town("YO", "York", 3, 53.96, -1.08), Town("S", "Sheffield", 4, 53.38, -1.47)),
    Town("HG", "Harrogate", 1, 53.99, -1.54),
)
FAR: Final = (
    *(Town("B", "Birmingham", 9, 52.48, -1.90), Town("BS", "Bristol", 6, 51.45, -2.59)),
    *(Town("CF", "Cardiff", 4, 51.48, -3.18), Town("EH", "Edinburgh", 5, 55.95, -3.19)),
    *(Town("G", "Glasgow", 5, 55.86, -4.25), Town("L", "Liverpool", 5, 53.41, -2.98)),
    *(Town("NE", "Newcastle", 4, 54.98, -1.61), Town("NG", "Nottingham", 4, 52.95, -1.15)),
    *(Town("LE", "Leicester", 4, 52.63, -1.13), Town("OX", "Oxford", 3, 51.75, -1.26)),
    *(Town("CB", "Cambridge", 3, 52.21, 0.12), Town("NR", "Norwich", 3, 52.63, 1.30)),
    *(Town("SW", "London", 12, 51.46, -0.17), Town("SE", "London", 12, 51.48, -0.05)),
    *(Town("BN", "Brighton", 4, 50.83, -0.14), Town("SO", "Southampton", 3, 50.91, -1.40)),
    *(Town("EX", "Exeter", 3, 50.72, -3.53), Town("PL", "Plymouth", 2, 50.38, -4.14)),
    *(Town("AB", "Aberdeen", 2, 57.15, -2.09), Town("IV", "Inverness", 1, 57.48, -4.22)),
    Town("BT", "Belfast", 2, 54.60, -5.93),
)
ABROAD: Final = (
    ("DE", ("Berlin", "Hamburg", "Köln", "Leipzig")),
    ("FR", ("Lyon", "Nantes", "Lille", "Toulouse")),
    ("IE", ("Dublin", "Cork", "Galway")),
    ("US", ("Portland", "Boston", "Austin")),
)
ABROAD_OF_100: Final = 14
EIRCODES: Final = ("D02", "T12", "H91")


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """`area` is that of the postcode; "" abroad."""

    country: str
    postcode: str
    area: str
    recipient: Recipient


def customer(name: str) -> Customer:
    """The customer of this name, who always lives at the same place."""
    stream = Streams(0).stream(f"customer/{name}")
    if stream.randrange(100) < ABROAD_OF_100:
        return _abroad(name, stream)
    return _at_home(name, stream)


def customer_at_home(name: str) -> Customer:
    """Likewise, and never abroad."""
    return _at_home(name, Streams(0).stream(f"customer at home/{name}"))


def _at_home(name: str, stream: Random) -> Customer:
    towns = (*LOCAL, *NEAR, *FAR)
    town = stream.choices(towns, [each.weight for each in towns])[0]
    if town in LOCAL:
        mine = [each.code for each in postcodes() if each.code.startswith(town.area)]
        plain = stream.choice(mine)
        postcode = f"{plain[:-3]} {plain[-3:]}"
    else:
        postcode = f"{town.area}{stream.randint(1, 9)} {_inward(stream)}"
    who = _recipient(name, town.name, stream)
    return Customer(country="GB", postcode=postcode, area=town.area, recipient=who)


@cache
def postcodes() -> tuple[Postcode, ...]:
    """The postcodes of the town and its neighbours, with where they are."""
    stream = Streams(0).stream("postcodes")
    found: dict[str, Postcode] = {}
    weights = [town.weight for town in LOCAL]
    while len(found) < LOCAL_POSTCODES:
        town = stream.choices(LOCAL, weights)[0]
        code = f"{town.area}{stream.randint(1, 9)}{_inward(stream)}"
        found[code] = Postcode(
            country="GB",
            code=code,
            lat_e6=round((town.lat + stream.gauss(0, town.wide / 2)) * E6),
            lon_e6=round((town.lon + stream.gauss(0, town.wide * 0.8)) * E6),
        )
    return tuple(found[code] for code in sorted(found))


def _inward(stream: Random) -> str:
    return f"{stream.randint(1, 9)}{''.join(stream.choices(LETTERS, k=2))}"


def _abroad(name: str, stream: Random) -> Customer:
    country, cities = stream.choice(ABROAD)
    city = stream.choice(cities)
    postcode = f"{stream.randint(10_000, 94_999)}"
    if country == "IE":
        postcode = f"{EIRCODES[cities.index(city)]} {_inward(stream)}{stream.randint(1, 9)}"
    who = _recipient(name, city, stream)
    return Customer(country=country, postcode=postcode, area="", recipient=who)


def _recipient(name: str, city: str, stream: Random) -> Recipient:
    return Recipient(
        name=f"Customer {name}",
        street=f"{stream.randint(1, 180)} {stream.choice(STREETS)}",
        city=city,
        email=f"{name}@customers.example",
    )

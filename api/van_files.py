"""Owns files about own vans: where postcodes are, how long ways take, how to visit an order.

It refuses orders that nobody knows; the rest is checked cell by cell, as in every file.
"""

from collections.abc import Sequence
from typing import Any

from api.csv_rows import Problems
from api.lines import named
from controller.messages import (
    Command,
    ImportPostcodes,
    ImportVanWays,
    Postcode,
    Spot,
    VanWay,
    WishDelivery,
)
from controller.store import Db
from controller.views import names


def postcodes(_db: Db, lines: Sequence[Any], _problems: Problems) -> list[Command[Any]]:
    found = tuple(
        Postcode(
            country=line["country"],
            code=line["code"],
            lat_e6=line["latitude"],
            lon_e6=line["longitude"],
        )
        for line in lines
    )
    return [named("postcodes", ImportPostcodes(id="", postcodes=found))]


def ways(_db: Db, lines: Sequence[Any], _problems: Problems) -> list[Command[Any]]:
    found = tuple(VanWay(**line.values) for line in lines)
    return [named("van-ways", ImportVanWays(id="", ways=found))]


def deliveries(db: Db, lines: Sequence[Any], problems: Problems) -> list[Command[Any]]:
    known = names.orders(db)
    for line in lines:
        if line["order"] not in known:
            fix = "is no order here; write shop/number, like web/1001"
            problems.add(line.number, "order", line["order"], fix)
        if line["until"] and line["until"] <= line["from"]:
            fix = "is not after the time in the column from"
            problems.add(line.number, "until", str(line["until"]), fix)
    return [_delivery(line) for line in lines]


def _delivery(line: Any) -> Command[Any]:
    wish = WishDelivery(
        id="",
        ref=line["order"],
        spot=Spot(lat_e6=line["latitude"], lon_e6=line["longitude"], note=line["note"]),
        opens_ms=line["from"],
        closes_ms=line["until"],
        skill=line["skill"],
    )
    return named("deliveries", wish)

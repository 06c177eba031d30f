"""Owns which service takes a parcel as it stands on the scale, and what of a promise is not kept.

What no service keeps stops nothing: the fastest is taken, and it is said. It refuses carriers
that do not take the parcel's carton.
"""

from typing import Any

from controller.plan import choosing, rating
from controller.plan.cartons.packages import OWN
from controller.plan.choosing import Choice, Wish
from controller.turn import Turn
from controller.workflows import tariffs

_CARTON = (
    "SELECT CASE WHEN outer_length_mm > 0 THEN outer_length_mm ELSE length_mm END AS length_mm, "
    "CASE WHEN outer_width_mm > 0 THEN outer_width_mm ELSE width_mm END AS width_mm, "
    "CASE WHEN outer_height_mm > 0 THEN outer_height_mm ELSE height_mm END AS height_mm "
    "FROM carton_type WHERE code = :code"
)
_GOODS = (
    "SELECT MAX(i.length_mm) AS length_mm, MAX(i.width_mm) AS width_mm, "
    "MAX(i.height_mm) AS height_mm, MAX(i.hazardous) AS hazardous "
    "FROM parcel_line l JOIN item i ON i.sku = l.sku WHERE l.parcel = :parcel"
)


def choose(turn: Turn, parcel: Any, without: frozenset[str] = frozenset()) -> Choice:
    """The service that takes a parcel row as it stands on the scale.

    `without` names carriers of which no label can be had.
    """
    book, barred = tariffs.book(turn.db), _barred(turn, parcel.carton) | without
    answers = [
        each
        for each in book.offers(_asked(turn, parcel))
        if book.services[each.service].carrier not in barred
    ]
    if barred and not answers:
        why = f"{', '.join(sorted(barred))} takes no carton {parcel.carton}"
        return Choice(offer=None, why=why)
    return choosing.choose(answers, wish(parcel))


def _asked(turn: Turn, parcel: Any) -> rating.Parcel:
    goods = turn.db.the(_GOODS, parcel=parcel.id)
    size = turn.db.one(_CARTON, code=parcel.carton) or goods
    return rating.Parcel(
        length_mm=size.length_mm,
        width_mm=size.width_mm,
        height_mm=size.height_mm,
        mass_g=parcel.mass_g,
        country=parcel.country,
        postcode=parcel.postcode,
        owner=parcel.owner,
        hazardous=bool(goods.hazardous),
        ready_ms=turn.now_ms,
    )


def wish(parcel: Any) -> Wish:
    """What a parcel's order wants of its service."""
    return Wish(arrive_by_ms=parcel.arrive_by_ms, service=parcel.paid_for)


def _barred(turn: Turn, carton: str) -> set[str]:
    """Carriers that take some cartons alone, and not this one."""
    rules = turn.site.carrier_cartons
    return {name for name, codes in rules if carton not in (*codes, OWN)}

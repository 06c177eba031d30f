"""Owns what services offer for goods that are not packed yet: a cart, or an order that exists.

How they would be packed the planner says; an order's address and owner are its own. It refuses to
keep or reserve anything.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Any

from controller.errors import NotFound, Refused
from controller.plan.cartons.packages import OWN, Packed, Plan, Problem
from controller.plan.rating import Parcel, Refusal
from controller.plan.together import Shipment, ship
from controller.store import Db
from controller.workflows.carriers import insuring, tariffs
from controller.workflows.carriers.abilities import can
from controller.workflows.carriers.insuring import Prices
from controller.workflows.packing import outside
from controller.workflows.packing.cartonizing import Want, settings

_ORDER = (
    "SELECT id, shop, owner, country, postcode, arrive_by_ms FROM customer_order WHERE id = :id"
)
_LINES = (
    "SELECT sku, wanted - shipped AS qty, price_cents FROM order_line "
    "WHERE order_id = :id AND wanted > shipped ORDER BY line"
)
_DANGER = "SELECT danger FROM item WHERE sku = :sku"
_CARRIERS = "SELECT name, offers FROM carrier ORDER BY name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An order as far as it has not left: its goods with their prices, and where they go."""

    shop: str
    wants: tuple[Want, ...]
    to: Parcel
    prices: Prices


def of_order(db: Db, order: str, like: Parcel, shop: str | None, owner: str | None) -> Wanted:
    """An order's goods and address; what is asked besides is as in `like`.

    Raises: NotFound, also for an order of another shop or owner; Refused when all has left.
    """
    row = db.one(_ORDER, id=order)
    if row is None or shop not in (None, row.shop) or owner not in (None, row.owner):
        raise NotFound("unknown_order", order=order)
    prices: dict[str, list[tuple[int, int]]] = {}
    for each in db.all(_LINES, id=order):
        prices.setdefault(each.sku, []).append((each.qty, each.price_cents))
    if not prices:
        raise Refused("nothing_to_ship", order=order, fix="all of it has left, or is cancelled")
    to = replace(
        like,
        country=row.country,
        postcode=row.postcode,
        owner=row.owner,
        arrive_by_ms=like.arrive_by_ms or row.arrive_by_ms,
    )
    units = {sku: sum(qty for qty, _ in each) for sku, each in prices.items()}
    wants = tuple(Want(ref=sku, qty=units[sku]) for sku in sorted(units))
    return Wanted(shop=row.shop, wants=wants, to=to, prices=prices)


def packed(
    db: Db, problem: Problem, plan: Plan, to: Parcel, prices: Prices | None = None
) -> tuple[Parcel, ...]:
    """The parcels of a packing plan, as they measure outside.

    They are insured as the site insures goods of these `prices`; without any the value of `to` is
    shared by mass.
    """
    outer = outside.of_cartons(db)
    known = {piece.ref: db.value(_DANGER, sku=piece.ref) or 0 for piece in problem.pieces}
    parcels = [
        _with_dangers(_parcel(problem, each, outer, to), each, known) for each in plan.cartons
    ]
    if prices is None:
        return tuple(_sharing(parcels, to.value_cents))
    worths = insuring.worths(prices, [each.contents for each in plan.cartons])
    return insured(db, parcels, worths)


def insured(db: Db, parcels: Iterable[Parcel], worths: Iterable[int]) -> tuple[Parcel, ...]:
    """Each parcel with what the site insures it for, by what its goods are worth."""
    site = settings(db)
    return tuple(
        replace(each, value_cents=insuring.due(site, worth))
        for each, worth in zip(parcels, worths, strict=True)
    )


def _parcel(problem: Problem, packed: Packed, outer: dict[str, Any], to: Parcel) -> Parcel:
    pieces = {piece.ref: piece for piece in problem.pieces}
    inside = [pieces[ref] for ref, _ in packed.contents]
    if packed.carton == OWN:
        box: Any = inside[0]
    else:
        box = next(each for each in problem.cartons if each.code == packed.carton)
    sides = outer.get(packed.carton) or (box.length_mm, box.width_mm, box.height_mm)
    return replace(
        to,
        length_mm=sides[0],
        width_mm=sides[1],
        height_mm=sides[2],
        mass_g=packed.mass_g,
        hazardous=to.hazardous or any(piece.hazardous for piece in inside),
    )


def _with_dangers(parcel: Parcel, packed: Packed, known: Mapping[str, int]) -> Parcel:
    """The parcel with what is dangerous in it, by the kinds that the books know of its SKUs."""
    inside = tuple((ref, known[ref]) for ref, _ in packed.contents if known[ref])
    return replace(parcel, dangers=reduce(or_, (bit for _, bit in inside), 0), inside=inside)


def _sharing(parcels: Sequence[Parcel], value_cents: int) -> Iterator[Parcel]:
    """Each parcel with its part of the value; the last has what is left."""
    left_cents, left_g = value_cents, sum(each.mass_g for each in parcels)
    for each in parcels:
        part = left_cents * each.mass_g // left_g if left_g else 0
        part = left_cents if each is parcels[-1] else part
        yield replace(each, value_cents=part)
        left_cents, left_g = left_cents - part, left_g - each.mass_g


def offers(
    db: Db, parcels: tuple[Parcel, ...]
) -> tuple[tuple[Shipment, ...], tuple[Refusal, ...], str]:
    """What services ask for parcels that go together, why others do not, and the currency."""
    book = tariffs.book(db)
    joining = [row.name for row in db.all(_CARRIERS) if can(row.offers, "add")]
    return *ship(book, parcels, joining), book.origin.currency

"""Owns which service takes a parcel as it stands on the scale, and what of a promise is not kept.

A planned service that still takes the parcel is kept, else the cheapest goes, and it is said.
What no service keeps stops nothing: the fastest is taken. It refuses carriers that have no room
left for the departure.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

from controller.plan import choosing
from controller.plan.choosing import Choice
from controller.plan.rating import Offer, Refusal
from controller.store import Db
from controller.turn import Turn
from controller.workflows import shipping
from controller.workflows.carriers import contracting, gathering, insuring, markets, piecing
from controller.workflows.carriers.gathering import Full, Piece
from controller.workflows.carriers.markets import Market
from controller.workflows.nodes import nodes

_PARCEL = (
    "SELECT p.id, p.order_id, p.carton, "
    f"{shipping.MASS_G} AS mass_g, o.shop, "
    " o.owner, o.country, o.postcode FROM parcel p "
    "JOIN customer_order o ON o.id = p.order_id WHERE p.id = :id"
)
_SUMS = (
    "p.service, COUNT(*) AS parcels, CAST(SUM(p.base_cents) AS BIGINT) AS base_cents, "
    "CAST(SUM(p.cost_cents) AS BIGINT) AS cost_cents"
)
_LABELLED = (
    f"SELECT {_SUMS} FROM parcel p WHERE p.state IN ('packed', 'labelled', 'sorted') "
    "AND p.service <> '' AND {which} GROUP BY p.service ORDER BY p.service"
)
_IN_HOUSE = _LABELLED.format(which=f"NOT {nodes.OF_A_STORE}")
_IN_STORES = _LABELLED.format(which=nodes.OF_A_STORE)
_LEFT_STORES = (
    f"SELECT {_SUMS} FROM parcel p WHERE p.sent_day = :day AND p.sent_day > 0 "
    "AND p.lane IN (SELECT code FROM node) "
    f"AND p.service <> '' AND {nodes.OF_A_STORE} GROUP BY p.service ORDER BY p.service"
)
_LEFT = (
    "SELECT service, parcels, base_cents, cost_cents FROM service_day WHERE day = :day "
    "ORDER BY service"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What a service has got for the coming departure: with a label, or loaded."""

    parcels: int = 0
    base_cents: int = 0
    cost_cents: int = 0

    def plus(self, other: Any, sign: int = 1) -> "Sent":
        return Sent(
            parcels=self.parcels + sign * other.parcels,
            base_cents=self.base_cents + sign * other.base_cents,
            cost_cents=self.cost_cents + sign * other.cost_cents,
        )


def choose(turn: Turn, parcel: Any, without: frozenset[str] = frozenset()) -> Choice:
    """The service that takes a parcel row as it stands on the scale.

    `without` names carriers of which no label can be had.
    """
    today, full = _today(turn, without)
    first, wish = _piece(turn, today, parcel), markets.wish(parcel)
    weight = partial(today.weight, parcel.shop)
    choice = choosing.choose(first.answers, wish, full=full, weight=weight)
    if choice.offer is None:
        return choice
    insured_cents = insuring.due(today.site, first.held.goods.goods_cents)
    choice = replace(choice, insured_cents=insured_cents)
    if not gathering.gathers(today, first):
        return choice
    shipment = piecing.open_of(turn, parcel.order_id, parcel.id)
    if shipment is not None:
        joined = gathering.join(today, first, choice, wish, full, shipment)
        if joined is not None:
            return joined
    choice = gathering.lead(turn, today, first, choice, wish, full)
    told = piecing.all_told(turn, parcel.order_id, parcel.id)
    return replace(choice, why=f"{told}; {choice.why}") if told else choice


def again(turn: Turn, parcel: Any, promised_ms: int) -> Choice | None:
    """The service that a parcel has, for a label as the one that was `promised_ms`, or None."""
    today, _ = _today(turn)
    piece = _piece(turn, today, parcel)
    return gathering.again(turn, today, piece, markets.wish(parcel), promised_ms)


def _today(turn: Turn, without: frozenset[str] = frozenset()) -> tuple[Market, Full]:
    """The market as last planned, and whether an offer has no room left."""
    today = markets.market(turn.db, turn.now_ms, without)
    if not today.is_shared():
        return today, _nothing_full
    leaves_ms = shipping.next_departure_ms(today.site, turn.now_ms)
    today = markets.as_planned(turn.db, today, leaves_ms)
    return today, _full(turn.db, today, leaves_ms)


def _piece(turn: Turn, today: Market, parcel: Any) -> Piece:
    held = markets.held(turn.db, today.site, parcel)
    return Piece(parcel, held, today.answers(parcel, held, turn.now_ms))


def answers_of(turn: Turn, today: Market, parcel: Any) -> Sequence[Offer | Refusal]:
    """What each service says to a parcel row of now."""
    return today.answers(parcel, markets.held(turn.db, today.site, parcel), turn.now_ms)


def answers_now(db: Db, now_ms: int, parcel_id: int) -> Sequence[Offer | Refusal]:
    """What each service says to a parcel, by its planned weight until it is weighed."""
    parcel = db.the(_PARCEL, id=parcel_id)
    today = markets.market(db, now_ms)
    return today.answers(parcel, markets.held(db, today.site, parcel), now_ms)


def sent(db: Db, day: int) -> tuple[dict[str, Sent], dict[str, Sent]]:
    """What each service has got for the departures of a local day: of the building, of stores.

    Carriers count both for tiers; pickups of the building take none of stores.
    """
    left = left_stores(db, day)
    house, stores = dict[str, Sent](), dict(left)
    for row in db.all(_IN_STORES):
        stores[row.service] = stores.get(row.service, Sent()).plus(row)
    for row in (*db.all(_IN_HOUSE), *db.all(_LEFT, day=day)):
        house[row.service] = house.get(row.service, Sent()).plus(row)
    for service, each in left.items():
        house[service] = house.get(service, Sent()).plus(each, -1)
    return house, stores


def left_stores(db: Db, day: int) -> dict[str, Sent]:
    """What each service has got of stores of what was sent on a local day."""
    return {row.service: Sent().plus(row) for row in db.all(_LEFT_STORES, day=day)}


def _nothing_full(_offer: Offer) -> bool:
    return False


def _full(db: Db, today: Market, leaves_ms: int) -> Full:
    """Whether an offer's pickup or its carrier has no room left for a departure."""

    @cache
    def full() -> tuple[set[str], set[str]]:
        house, stores = sent(db, contracting.local_day(today.site.utc_offset_ms, leaves_ms))
        pickups, carriers = Counter[str](), Counter[str]()
        for service, got in house.items():
            pickups[today.pickup_of(service)] += got.parcels
        for service, got in (*house.items(), *stores.items()):
            carriers[today.carrier_of(service)] += got.parcels
        limits = {name: each.daily_max for name, each in today.terms.contracts.items()}
        return (
            {name for name, most in today.rooms().items() if pickups[name] >= most},
            {name for name, most in limits.items() if most and carriers[name] >= most},
        )

    return lambda offer: offer.pickup in full()[0] or offer.carrier in full()[1]

"""Owns where the personal data of an order is kept: orders of a person, and the keys by journal.

The journal keeps a key in place of each personal field; it is read through, since nothing else
knows all of them. It refuses nothing and tells no personal data.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from controller.messages import COMMANDS
from controller.store import Db

PAGE: Final = 2_000
_PERSONS: Final = (
    "SELECT o.id, p.data FROM personal p JOIN customer_order o ON o.personal = p.key "
    "WHERE lower(p.data) LIKE :like ORDER BY o.id"
)
_ENDED: Final = (
    "SELECT o.id FROM customer_order o JOIN personal p ON p.key = o.personal "
    "WHERE o.state IN ('shipped', 'cancelled') AND o.due_ms < :before AND o.shipped_ms < :before "
    "AND p.data <> '' AND NOT EXISTS (SELECT 1 FROM parcel c JOIN delivery_case d "
    "ON d.parcel = c.id WHERE c.order_id = o.id AND d.state = 'open') "
    "AND NOT EXISTS (SELECT 1 FROM customer_order s WHERE s.id > o.id || '-AGAIN-' "
    "AND s.id < o.id || '-AGAIN.' AND s.state NOT IN ('shipped', 'cancelled')) "
    "ORDER BY o.id LIMIT :most"
)
_JOURNAL: Final = (
    "SELECT seq, name, payload FROM journal WHERE seq > :after AND name IN ("
    "'LabelBought', 'LabelRefused', 'LabelVoided', 'PlaceOrder', 'TrackingReported', "
    "'WishDelivery') ORDER BY seq LIMIT :most"
)
_PARCELS: Final = "SELECT id, tracking FROM parcel WHERE order_id = :id ORDER BY id"
_BOUGHT: Final = "SELECT reference, tracking FROM purchase WHERE parcel = :parcel ORDER BY id"
_RETURNS: Final = "SELECT rma FROM customer_return WHERE order_id = :id ORDER BY rma"


def orders_of(db: Db, email: str) -> list[str]:
    """The orders of whoever has this address; of those that were not erased."""
    wanted = email.strip().lower()
    rows = db.all(_PERSONS, like=f"%{wanted}%") if wanted else []
    return [row.id for row in rows if _email(row.data).lower() == wanted]


def _email(data: str) -> str:
    kept = msgspec.json.decode(data).get("recipient") or {}
    return str(kept.get("email", ""))


def ended_before(db: Db, before_ms: int, most: int) -> list[str]:
    """Orders that were over before this time, whose personal data is still kept."""
    return [row.id for row in db.all(_ENDED, before=before_ms, most=most)]


@dataclass(slots=True)
class _Named:
    """What commands name that are about some orders."""

    orders: Collection[str]
    returns: set[str] = field(default_factory=set)
    parcels: set[int] = field(default_factory=set)
    references: set[str] = field(default_factory=set)
    trackings: set[str] = field(default_factory=set)


def keys_of(db: Db, orders: Collection[str]) -> tuple[str, ...]:
    """The keys under which personal data of these orders is kept, as the journal says."""
    named = _Named(frozenset(orders))
    for order in sorted(named.orders):
        named.returns |= {row.rma for row in db.all(_RETURNS, id=order)}
        for parcel in db.all(_PARCELS, id=order):
            named.parcels.add(parcel.id)
            named.trackings.add(parcel.tracking)
            for bought in db.all(_BOUGHT, parcel=parcel.id):
                named.references.add(bought.reference)
                named.trackings.add(bought.tracking)
    named.trackings.discard("")
    return tuple(sorted(set(_keys(db, named))))


def _keys(db: Db, named: _Named) -> Iterator[str]:
    after = 0
    while rows := db.all(_JOURNAL, after=after, most=PAGE):
        for row in rows:
            content = msgspec.json.decode(row.payload)
            if _is_about(row.name, content, named):
                kept = (content.get(name) for name in COMMANDS[row.name].personal)
                yield from (key for key in kept if isinstance(key, str) and key)
        after = rows[-1].seq


def _is_about(name: str, content: dict[str, Any], named: _Named) -> bool:
    match name:
        case "PlaceOrder":
            return f"{content['shop']}/{content['number']}" in named.orders
        case "WishDelivery":
            return content["ref"] in (
                named.returns if content["kind"] == "return" else named.orders
            )
        case "LabelBought":
            return content["parcel"] in named.parcels
        case "TrackingReported":
            return content["tracking"] in named.trackings
    return content["reference"] in named.references

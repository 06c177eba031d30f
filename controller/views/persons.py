"""Owns whose orders are to be erased: those of a person, and those that were over long ago.

It refuses nothing and tells no personal data.
"""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from controller.store import Db

PAGE: Final = 2_000
_KNOWN: Final = (
    "SELECT o.id, p.data FROM customer_order o JOIN personal p ON p.key = o.personal "
    "WHERE o.id > :after AND o.erased_ms = 0 AND p.data <> '' ORDER BY o.id LIMIT :most"
)
_OVER: Final = (  # written so that no index of states is read: most orders are over
    "{o}.state NOT IN ('held', 'open', 'released') AND {o}.due_ms < :before "
    "AND {o}.shipped_ms < :before AND NOT EXISTS (SELECT 1 FROM parcel p "
    "JOIN delivery_case d ON d.parcel = p.id WHERE p.order_id = {o}.id AND d.state <> 'closed')"
)
_ENDED: Final = (
    f"SELECT o.id FROM customer_order o WHERE o.erased_ms = 0 AND {_OVER.format(o='o')} "
    "AND NOT EXISTS (SELECT 1 FROM customer_order s WHERE s.again_of = o.again_of "
    f"AND s.again_of <> '' AND NOT ({_OVER.format(o='s')})) "
    "ORDER BY o.due_ms, o.id LIMIT :most"
)


class _Reached(msgspec.Struct):
    email: str = ""


class _Kept(msgspec.Struct):
    recipient: _Reached | None = None


def orders_of(db: Db, email: str) -> list[str]:
    """The orders of whoever has this address, however it is written; none that was erased.

    It is compared here: databases do not agree on small letters beyond ASCII.
    """
    wanted = email.strip().lower()
    kept = msgspec.json.Decoder(_Kept)
    told = ((row.id, kept.decode(row.data).recipient) for row in _known(db)) if wanted else ()
    return [order for order, who in told if who and who.email.strip().lower() == wanted]


def _known(db: Db) -> Iterator[Any]:
    after = ""
    while rows := db.all(_KNOWN, after=after, most=PAGE):
        yield from rows
        after = rows[-1].id


def ended_before(db: Db, before_ms: int, most: int) -> list[str]:
    """Orders that were over before this time and are not erased, the oldest first.

    Goods that were sent again end with the last order that sent them.
    """
    return [row.id for row in db.all(_ENDED, before=before_ms, most=most)]

"""Owns erasure: of an order that is over, nothing stays that says who its customer was.

Personal rows lose their data and keep their key, so the journal can still be replayed; free words
of carriers and people about its parcels go, too. It refuses orders that are still worked on.
"""

from collections.abc import Mapping
from typing import Any, Final

from controller.errors import NotFound, Refused
from controller.handlers import Handler, handler
from controller.messages import Command, Done, ErasePersons
from controller.turn import Turn

OVER: Final = ("shipped", "cancelled")

_ORDER: Final = "SELECT id, state, personal FROM customer_order WHERE id = :id"
_AGAIN: Final = (
    "SELECT id FROM customer_order WHERE id > :id || '-AGAIN-' AND id < :id || '-AGAIN.' "
    "AND state NOT IN ('shipped', 'cancelled') ORDER BY id LIMIT 1"
)
_KEYS: Final = (
    "SELECT personal FROM customer_order WHERE id = :id UNION "
    "SELECT personal FROM document WHERE order_id = :id UNION "
    "SELECT w.personal FROM delivery_wish w WHERE (w.kind = 'order' AND w.ref = :id) OR "
    "(w.kind = 'return' AND w.ref IN (SELECT rma FROM customer_return WHERE order_id = :id)) "
    "ORDER BY personal"
)
_ERASE: Final = "UPDATE personal SET data = '' WHERE key = :key AND data <> ''"
_OF_PARCELS: Final = "parcel IN (SELECT id FROM parcel WHERE order_id = :id)"
_FAULTS: Final = (
    "device IN (SELECT 'parcel/' || lpn FROM parcel WHERE order_id = :id AND lpn <> '') "
    "OR (device >= 'notify/' AND device < 'notify0' "
    "AND substr(detail, 1, length(:id) + 1) = :id || ' ')"
)
_WORDS: Final = (
    f"UPDATE tracking_event SET place = '', words = '' WHERE {_OF_PARCELS}",
    f"UPDATE delivery_case SET words = '', reason = '' WHERE {_OF_PARCELS}",
    f"UPDATE purchase SET why = '' WHERE {_OF_PARCELS}",
    f"UPDATE notice SET why = '' WHERE {_OF_PARCELS}",
    "UPDATE customer_return SET reason = '' WHERE order_id = :id",
    f"UPDATE alarm SET detail = '' WHERE {_FAULTS}",
    f"UPDATE occurrence SET detail = '' WHERE {_FAULTS}",
)
_PRINTED: Final = (
    "UPDATE outbox SET payload = '{}', state = CASE WHEN state IN ('waiting', 'sent') "
    "THEN 'failed' ELSE state END WHERE topic LIKE 'device/%' AND id IN (SELECT label FROM parcel "
    "WHERE order_id = :id UNION SELECT p.outbox FROM document_print p "
    "JOIN document d ON d.id = p.document WHERE d.order_id = :id)"
)
_TOLD: Final = "(device LIKE 'carrier/%' OR device LIKE 'notify/%')"
_OLD: Final = (
    f"UPDATE occurrence SET detail = '' WHERE {_TOLD} AND cleared_ms > 0 AND cleared_ms < :before",
    f"UPDATE alarm SET detail = '' WHERE {_TOLD} AND state <> 'open' AND since_ms < :before",
)


def erase(turn: Turn, command: ErasePersons) -> Done:
    """Raises: NotFound; Refused for an order that is not over, or whose goods go out again."""
    for order_id in command.orders:
        order = turn.db.one(_ORDER, id=order_id)
        if order is None:
            raise NotFound("unknown_order", order=order_id)
        again = turn.db.value(_AGAIN, id=order_id)
        if order.state not in OVER or again is not None:
            about = order_id if order.state not in OVER else again
            raise Refused("order_open", order=about, fix="ship or cancel it first")
        for row in turn.db.all(_KEYS, id=order_id):
            turn.db.run(_ERASE, key=row.personal)
        for statement in (*_WORDS, _PRINTED):
            turn.db.run(statement, id=order_id)
        turn.event("personal_data_erased", order_id=order_id, by=turn.actor)
    for key in command.keys:
        turn.db.run(_ERASE, key=key)
    for statement in _OLD if command.faults_before_ms else ():
        turn.db.run(statement, before=command.faults_before_ms)
    return Done(note=f"{len(command.orders)} orders")


HANDLERS: Mapping[type[Command[Any]], Handler] = {ErasePersons: handler(erase)}

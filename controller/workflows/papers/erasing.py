"""Owns erasure: of an order that is over, nothing stays that says who its customer was.

Personal rows lose their data and keep their key, so the journal can still be replayed; free words
of carriers and people about its parcels go, too, and none that come later are kept. It refuses
orders that are still worked on, and with them those whose goods they send again.
"""

from collections.abc import Mapping
from typing import Any, Final, TypeVar

from controller.errors import NotFound, Refused
from controller.handlers import Handler, handler
from controller.messages import Command, Done, ErasePersons, nothing_personal
from controller.turn import Turn

C = TypeVar("C", bound=Command[Any])
OVER: Final = ("shipped", "cancelled")

_ORDERS: Final = (
    "SELECT id, state FROM customer_order WHERE id = :id UNION "
    "SELECT s.id, s.state FROM customer_order o JOIN customer_order s "
    "ON s.again_of = o.again_of AND s.again_of <> '' WHERE o.id = :id ORDER BY id"
)
_ERASED: Final = "SELECT erased_ms FROM customer_order WHERE id = :id"
_MARK: Final = "UPDATE customer_order SET erased_ms = :now WHERE id = :id AND erased_ms = 0"
_KEEP_NONE: Final = "UPDATE personal SET data = '' WHERE key = :key"
_OF_PARCELS: Final = "parcel IN (SELECT id FROM parcel WHERE order_id = :id)"
_PURCHASES: Final = f"FROM purchase WHERE {_OF_PARCELS}"
_FAULTS: Final = (
    "device IN (SELECT 'parcel/' || lpn FROM parcel WHERE order_id = :id AND lpn <> '') "
    "OR (device >= 'notify/' AND device < 'notify0' "
    "AND substr(detail, 1, length(:id) + 1) = :id || ' ')"
)
WORDS: Final = (
    "UPDATE personal SET data = '' WHERE data <> '' AND whose IN ("
    "SELECT 'order/' || id FROM customer_order WHERE id = :id "
    "UNION ALL SELECT 'return/' || rma FROM customer_return WHERE order_id = :id "
    "UNION ALL SELECT 'parcel/' || id FROM parcel WHERE order_id = :id "
    f"UNION ALL SELECT 'notice/' || id FROM notice WHERE {_OF_PARCELS} "
    f"UNION ALL SELECT 'label/' || reference {_PURCHASES} "
    f"UNION ALL SELECT 'tracking/' || carrier || '/' || tracking {_PURCHASES} "
    "UNION ALL SELECT 'tracking/' || carrier || '/' || master FROM shipment WHERE order_id = :id "
    "UNION ALL SELECT 'tracking/' || j.carrier || '/' || p.tracking FROM parcel p "
    "JOIN journey j ON j.parcel = p.id WHERE p.order_id = :id)",
    f"UPDATE tracking_event SET place = '', words = '' WHERE {_OF_PARCELS}",
    f"UPDATE delivery_case SET words = '', reason = '' WHERE {_OF_PARCELS}",
    f"UPDATE purchase SET why = '' WHERE {_OF_PARCELS}",
    f"UPDATE notice SET why = '' WHERE {_OF_PARCELS}",
    "UPDATE customer_return SET reason = '' WHERE order_id = :id",
    f"UPDATE alarm SET detail = '' WHERE {_FAULTS}",
    f"UPDATE occurrence SET detail = '' WHERE {_FAULTS}",
    "UPDATE outbox SET payload = '{}', state = CASE WHEN state IN ('waiting', 'sent') "
    "THEN 'failed' ELSE state END WHERE topic LIKE 'device/%' AND id IN (SELECT label FROM parcel "
    "WHERE order_id = :id UNION SELECT p.outbox FROM document_print p "
    "JOIN document d ON d.id = p.document WHERE d.order_id = :id)",
)
_TOLD: Final = "(device LIKE 'carrier/%' OR device LIKE 'notify/%')"
_OLD: Final = (
    "UPDATE personal SET data = '' WHERE data <> '' AND whose = 'carrier' AND filed_ms < :before",
    "UPDATE carrier SET why = '' WHERE why <> '' AND down_ms < :before",
    "UPDATE manifest SET why = '' WHERE why <> '' AND answered_ms < :before",
    f"UPDATE occurrence SET detail = '' WHERE {_TOLD} AND cleared_ms > 0 AND cleared_ms < :before",
    f"UPDATE alarm SET detail = '' WHERE {_TOLD} AND state <> 'open' AND since_ms < :before",
)


def erase(turn: Turn, command: ErasePersons) -> Done:
    """Raises: NotFound; Refused for an order that is not over, or whose goods go out again."""
    orders = {each: None for given in command.orders for each in _over(turn, given)}
    for order_id in orders:
        turn.db.run(_MARK, id=order_id, now=turn.now_ms)
        for statement in WORDS:
            turn.db.run(statement, id=order_id)
        turn.event("personal_data_erased", order_id=order_id, by=turn.actor)
    for statement in _OLD if command.words_before_ms else ():
        turn.db.run(statement, before=command.words_before_ms)
    return Done(note=f"{len(orders)} orders")


def _over(turn: Turn, order_id: str) -> list[str]:
    """The order and all with the same customer, as which its goods were sent again."""
    orders = turn.db.all(_ORDERS, id=order_id)
    if not orders:
        raise NotFound("unknown_order", order=order_id)
    for each in orders:
        if each.state not in OVER:
            raise Refused("order_open", order=each.id, fix="ship or cancel it first")
    return [each.id for each in orders]


def without_erased(turn: Turn, command: C, *orders: str) -> C:
    """The command; without what it says of a person, once one of its orders was erased."""
    if not any(turn.db.value(_ERASED, id=each) for each in orders):
        return command
    keep_none(turn)
    return nothing_personal(command)


def keep_none(turn: Turn) -> None:
    """Nothing stays of what this turn's command says of a person."""
    turn.db.run(_KEEP_NONE, key=turn.filed.key)


HANDLERS: Mapping[type[Command[Any]], Handler] = {ErasePersons: handler(erase)}

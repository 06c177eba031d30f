"""Owns what people do about parcels that did not arrive: each step with its reason.

The goods may be sent once more, as an order of their own to the same recipient. It refuses a step
without a reason, and to settle a case twice.
"""

from collections.abc import Mapping
from typing import Any, Final

from controller.errors import NotFound, Refused
from controller.handlers import Handler, handler
from controller.messages import Command, Done, OrderLine, PlaceOrder, SettleCase
from controller.turn import Turn
from controller.workflows import ordering

STEPS: Final = ("contacted", "reshipped", "claimed", "closed")

_CASE = (
    "SELECT c.*, p.lpn, p.order_id FROM delivery_case c JOIN parcel p ON p.id = c.parcel "
    "WHERE c.id = :id"
)
_SETTLE = (
    "UPDATE delivery_case SET state = :state, step = :step, reason = :reason, ref = :ref, "
    "by = :actor, changed_ms = :now WHERE id = :id"
)
_ORDER = "SELECT * FROM customer_order WHERE id = :id"
_LINES = (
    "SELECT l.line, l.sku, l.packed AS qty, COALESCE(w.price_cents, 0) AS price_cents "
    "FROM parcel_line l LEFT JOIN order_line w ON w.order_id = :order AND w.line = l.line "
    "WHERE l.parcel = :parcel AND l.packed > 0 ORDER BY l.line, l.sku"
)
_SAME_PERSON = (
    "UPDATE customer_order SET personal = :personal, again_of = :first WHERE id IN (:id, :again)"
)


def settle(turn: Turn, command: SettleCase) -> Done:
    """Raises: NotFound, Refused for a step that is none, or has no reason, or comes too late."""
    case = turn.db.one(_CASE, id=command.case)
    if case is None:
        raise NotFound("unknown_case", case=command.case)
    if command.step not in STEPS:
        raise Refused("unknown_step", got=command.step, fix=f"one of {', '.join(STEPS)}")
    if not command.reason.strip():
        raise Refused("reason_missing", case=command.case, fix="say what was done, in a sentence")
    if case.state != "open":
        raise Refused("case_closed", case=command.case, by=case.by)
    ref = command.ref or case.ref
    if command.step == "reshipped" and not command.ref:
        ref = _send_again(turn, case)
    closed = command.step == "closed"
    turn.db.run(
        _SETTLE,
        id=case.id,
        state="closed" if closed else "open",
        step=case.step if closed else command.step,
        reason=command.reason,
        ref=ref,
        actor=command.actor,
        now=turn.now_ms,
    )
    told = {"step": command.step, "reason": command.reason, "ref": ref, "by": command.actor}
    turn.event("case_settled", order_id=case.order_id, subject=case.lpn, **told)
    return Done(note=ref or command.step)


def _send_again(turn: Turn, case: Any) -> str:
    """The goods of the parcel as an order of their own; its id."""
    if case.step == "reshipped":
        raise Refused("sent_again_before", case=case.id, order=case.ref)
    order = turn.db.the(_ORDER, id=case.order_id)
    rows = turn.db.all(_LINES, order=order.id, parcel=case.parcel)
    placed = ordering.place(
        turn,
        PlaceOrder(
            id=turn.command_id,
            actor=turn.actor,
            shop=order.shop,
            number=f"{order.number}-AGAIN-{case.lpn}",
            lines=tuple(
                OrderLine(line=n, sku=row.sku, qty=row.qty, price_cents=row.price_cents)
                for n, row in enumerate(rows, 1)
            ),
            country=order.country,
            postcode=order.postcode,
            priority=order.priority,
            owner=order.owner,
            service=order.service,
        ),
    )
    turn.flush()
    first = order.again_of or order.id
    turn.db.run(
        _SAME_PERSON, id=order.id, again=placed.order, personal=order.personal, first=first
    )
    return placed.order


HANDLERS: Mapping[type[Command[Any]], Handler] = {SettleCase: handler(settle)}

"""Owns what a lead decides from the console: alarms taken care of, priorities, jobs once more.

It refuses to repeat what a device may do twice without notice: a divert has had its moment, and
a print goes out again as a reprint of its own.
"""

from collections.abc import Mapping
from typing import Any

from controller import outbox
from controller.errors import NotFound, Refused
from controller.handlers import Handler, handler
from controller.messages import (
    AcknowledgeAlarm,
    Command,
    Done,
    GiveUpJob,
    PrioritiseOrder,
    RepeatJob,
    ReprintLabel,
)
from controller.turn import Turn
from controller.workflows import shipping
from controller.workflows.carriers import buying
from controller.workflows.ordering import the_order
from controller.workflows.papers import printing

PRIORITY_MAX = 1_000

_ACKNOWLEDGE = (
    "UPDATE alarm SET acknowledged_by = :actor, acknowledged_ms = :now "
    "WHERE device = :device AND fault = :fault AND state = 'open'"
)
_ACKNOWLEDGED = (
    "UPDATE occurrence SET acknowledged_by = :actor, acknowledged_ms = :now "
    "WHERE device = :device AND fault = :fault AND cleared_ms = 0"
)
_PRIORITISE = "UPDATE customer_order SET priority = :priority WHERE id = :id"
_UNPLANNED = (
    "SELECT line FROM order_line WHERE order_id = :id AND planned < wanted ORDER BY line LIMIT 1"
)
_ROW = (
    "SELECT o.id, o.topic, o.state, o.about, COALESCE(p.label, 0) AS label FROM outbox o "
    "LEFT JOIN parcel p ON p.id = o.about AND o.about <> 0 WHERE o.id = :id"
)


def acknowledge(turn: Turn, command: AcknowledgeAlarm) -> Done:
    named = {"device": command.device, "fault": command.fault}
    if not turn.db.run(_ACKNOWLEDGE, **named, actor=command.actor, now=turn.now_ms):
        raise NotFound("no_open_alarm", **named, fix="it is over: look at the list again")
    turn.db.run(_ACKNOWLEDGED, **named, actor=command.actor, now=turn.now_ms)
    turn.event("alarm_acknowledged", subject=command.device, fault=command.fault, by=command.actor)
    return Done()


def prioritise(turn: Turn, command: PrioritiseOrder) -> Done:
    """Raises: Refused for an order of which nothing waits for release any more."""
    order = the_order(turn, command.order)
    if not 0 <= command.priority <= PRIORITY_MAX:
        raise Refused("bad_priority", priority=command.priority, most=PRIORITY_MAX)
    if order.state not in ("open", "held") or turn.db.one(_UNPLANNED, id=order.id) is None:
        raise Refused("order_released", order=order.id, fix="find its tour on the floor")
    turn.db.run(_PRIORITISE, id=order.id, priority=command.priority)
    turn.event(
        "order_prioritised",
        order_id=order.id,
        priority=command.priority,
        before=order.priority,
        by=command.actor,
    )
    return Done()


def reprint(turn: Turn, command: ReprintLabel) -> Done:
    """Raises: Refused while the parcel has no label, or is gone."""
    parcel = shipping.the_parcel(turn, command.parcel)
    buying.check_prints(turn, parcel)
    return Done(note=printing.again(turn, parcel, "reprint"))


def repeat(turn: Turn, command: RepeatJob) -> Done:
    """Raises: NotFound, Refused for a row that was not given up, or may not be repeated."""
    row = _the_row(turn, command.outbox)
    if row.state != "failed":
        raise Refused("job_not_given_up", job=row.id, state="under way or done")
    if row.about and row.label != row.id:
        raise Refused("job_replaced", job=row.id, fix="a later one has taken its place")
    if row.topic.startswith(printing.PRINTER):
        return reprint(turn, ReprintLabel(id=command.id, actor=command.actor, parcel=row.about))
    if row.topic.startswith("device/"):
        raise Refused("moment_has_passed", job=row.id, topic=row.topic)
    outbox.revive(turn, row.id, row.topic)
    turn.event("job_repeated", subject=row.id, topic=row.topic, by=command.actor)
    return Done()


def give_up(turn: Turn, command: GiveUpJob) -> Done:
    row = _the_row(turn, command.outbox)
    if not outbox.give_up(turn.db, row.id):
        raise Refused("job_over", job=row.id, state=row.state)
    turn.event("given_up", subject=row.id, topic=row.topic, why=f"by {command.actor}")
    return Done()


def _the_row(turn: Turn, row_id: int) -> Any:
    row = turn.db.one(_ROW, id=row_id)
    if row is None:
        raise NotFound("unknown_job", job=row_id)
    return row


HANDLERS: Mapping[type[Command[Any]], Handler] = {
    AcknowledgeAlarm: handler(acknowledge),
    PrioritiseOrder: handler(prioritise),
    ReprintLabel: handler(reprint),
    RepeatJob: handler(repeat),
    GiveUpJob: handler(give_up),
}

"""Owns what a release plan says of itself: kept beside its tours, for whoever asks why.

A plan is forgotten after a week; what became of its tours stays with them.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from controller import tables
from controller.handlers import Handler, handler
from controller.messages import Command, Done, ExplainWaiting, RecordPlan, to_json
from controller.plan import releasing
from controller.turn import Turn
from controller.units import DAY
from controller.workflows.alarming import works_again

REQUEST: Final = "plan/release"
NAMED_MAX: Final = 100  # orders that are named with what keeps them
KEPT_MS: Final = 7 * DAY

_SAID = (
    "SELECT data FROM event WHERE order_id = :order_id AND kind IN ('waiting', 'released') "
    "ORDER BY id DESC LIMIT 1"
)
_FORGET = "DELETE FROM plan WHERE at_ms < :before"


def record(plan: releasing.Plan, request: int) -> RecordPlan:
    """The command by which the plan of this request is remembered."""
    counts = Counter(reason for _, reason in plan.waiting)
    return RecordPlan(
        id=f"plan/{request}/record",
        actor="planner",
        plan=request,
        kinds=plan.kinds,
        left_out=tuple(sorted(counts.items())),
        waiting=plan.waiting[:NAMED_MAX],
    )


def record_plan(turn: Turn, command: RecordPlan) -> Done:
    """A plan that comes also ends the alarm about one that did not come in time."""
    works_again(turn, REQUEST)
    turn.db.run(_FORGET, before=turn.now_ms - KEPT_MS)
    turn.add(
        tables.plan,
        id=command.plan,
        at_ms=turn.now_ms,
        tours=sum(kind.tours for kind in command.kinds),
        kinds=to_json(command.kinds).decode(),
        left_out=to_json(command.left_out).decode(),
        waiting=to_json(command.waiting).decode(),
    )
    return Done()


def explain_waiting(turn: Turn, command: ExplainWaiting) -> Done:
    """Keeps the reason of each order where it is another than before."""
    ready = dict(command.ready)
    for order_id, reason in sorted(set(command.orders)):
        said = turn.db.value(_SAID, order_id=order_id)
        if said is None or msgspec.json.decode(said).get("reason") != reason:
            turn.event(
                "waiting", order_id=order_id, reason=reason, ready_ms=ready.get(order_id, 0)
            )
    return Done()


HANDLERS: Mapping[type[Command[Any]], Handler] = {
    ExplainWaiting: handler(explain_waiting),
    RecordPlan: handler(record_plan),
}

"""Owns partners that do not answer: an alarm, and the order that a lead takes back from one.

It refuses to take back what the partner has shipped, or was never told of.
"""

from collections.abc import Mapping
from itertools import groupby
from typing import Any, Final

from controller.handlers import Handler, handler
from controller.messages import Command, Done, RefuseConsignment, TakeBackConsignment
from controller.store import Db
from controller.turn import Turn
from controller.units import HOUR, clock
from controller.workflows import alarming
from controller.workflows.nodes import fulfilling

SILENT: Final = "partner_silent"
SILENT_MS: Final = 2 * HOUR  # so long after an order should have left somebody asks

_PARTNERS = "SELECT code FROM node WHERE kind = 'partner' ORDER BY code"
_UNANSWERED = (
    "SELECT c.node, c.order_id, c.state, c.ready_ms FROM consignment c "
    "JOIN node n ON n.code = c.node WHERE n.kind = 'partner' "
    "AND c.state IN ('told', 'recalled') AND c.ready_ms <= :before "
    "ORDER BY c.node, c.ready_ms, c.order_id LIMIT 1000"
)


def unanswered(db: Db, before_ms: int) -> list[Any]:
    """What partners were told and should have shipped by then, by partner, the oldest first."""
    return db.all(_UNANSWERED, before=before_ms)


def mind(turn: Turn) -> None:
    """An alarm for each partner that has not answered when an order should have left long ago."""
    rows = unanswered(turn.db, turn.now_ms - SILENT_MS)
    silent = {code: list(each) for code, each in groupby(rows, key=lambda row: row.node)}
    for row in turn.db.all(_PARTNERS):
        orders = silent.get(row.code, [])
        if orders:
            alarming.keep_open(turn, f"node/{row.code}", SILENT, _told(turn, orders))
        else:
            alarming.over(turn, f"node/{row.code}", SILENT)


def _told(turn: Turn, orders: list[Any]) -> str:
    first = orders[0]
    due = clock(first.ready_ms + turn.site.utc_offset_ms)
    others = f"; {len(orders) - 1} more" if len(orders) > 1 else ""
    return f"no answer for {first.order_id}, which was to leave at {due}{others}"


def taken_back(turn: Turn, command: TakeBackConsignment) -> Done:
    """The partner is asked to stop, and others are asked for the goods at once.

    Raises: NotFound; Refused where it was told nothing.
    """
    consignment = fulfilling.the_consignment(turn, command.order, command.node)
    fulfilling.told(turn, consignment)
    if consignment.state == "told":
        fulfilling.ask_back(turn, command.order, command.node)
    given_back = RefuseConsignment(
        id=command.id, order=command.order, node=command.node, reason=command.reason
    )
    done = fulfilling.refused(turn, given_back)
    mind(turn)
    return done


HANDLERS: Mapping[type[Command[Any]], Handler] = {TakeBackConsignment: handler(taken_back)}

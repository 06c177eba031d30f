"""Owns the way of a parcel on belt and sorter: which lane, answered before the divert point.

A decision is a look-up and never waits for a planner. Whatever cannot be decided goes to the
run-out lane with its reason. It refuses to divert after the deadline, and to take a parcel for
sorted before the sorter has confirmed the lane.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from controller import barcodes, outbox
from controller.handlers import Handler, handler
from controller.messages import Command, ContainerSeen, Decision, DivertConfirmed, Done
from controller.turn import Turn
from controller.workflows import alarming
from controller.workflows.resorting import RUN_OUT

CODES_MAX = 16

_CODE = "SELECT ref FROM barcode WHERE code = :code AND kind IN ('container', 'parcel')"
_PARCEL = (
    "SELECT p.*, o.state AS order_state, (SELECT a.fault FROM alarm a "
    "WHERE a.device = 'lane/' || p.lane AND a.state = 'open' ORDER BY a.fault LIMIT 1) AS blocked "
    "FROM parcel p JOIN customer_order o ON o.id = p.order_id WHERE p.lpn = :lpn"
)
_ROUND = "UPDATE parcel SET recirculations = recirculations + 1 WHERE id = :id"
_ROW = "SELECT id, about, payload FROM outbox WHERE id = :id"
_PARCEL_BY_ID = "SELECT id, order_id, lpn, lane, state FROM parcel WHERE id = :id"
_SORTED = (
    "UPDATE parcel SET state = 'sorted' WHERE id = :id AND state IN ('labelled', 'sorted') "
    "AND lane = :lane"
)
_SET_DOWN = (
    "UPDATE container SET place = :place WHERE lpn = :lpn AND state <> 'gone' "
    "AND (:place = :run_out OR EXISTS (SELECT 1 FROM place p WHERE p.name = :place))"
)
_REASONS = {
    "planned": "not_labelled",
    "packing": "not_labelled",
    "packed": "not_labelled",
    "cancelled": "intercepted",
    "shipped": "already_shipped",
}


def container_seen(turn: Turn, command: ContainerSeen) -> Decision:
    """Assigns a lane to a load unit; "" lets it go round once more."""
    alarming.works_again(turn, command.device)
    parcel, fault = _identify(turn, command.codes)
    decision = _decide(turn, parcel) if parcel else Decision(lane=RUN_OUT, reason=fault)
    tracking = command.tracking or (parcel.lpn if parcel else "")
    if not decision.lane or not tracking:
        return decision
    if 0 < command.deadline_ms < turn.now_ms:
        _note(turn, "divert_too_late", parcel, lane=decision.lane, device=command.device)
        return Decision(lane="", reason="divert_too_late")
    outbox.emit(
        turn,
        f"device/{command.device}",
        {"do": "divert", "tracking": tracking, "lane": decision.lane},
        expires_ms=command.deadline_ms or outbox.NEVER,
        about=parcel.id if parcel else 0,
    )
    if decision.lane == RUN_OUT:
        _note(turn, "sent_to_run_out", parcel, why=decision.reason, codes=" ".join(command.codes))
    return decision


def _identify(turn: Turn, codes: tuple[str, ...]) -> tuple[Any | None, str]:
    """The one parcel that the codes name, or why there is none; foreign codes do not count."""
    found = set()
    for raw in sorted(set(codes))[:CODES_MAX]:
        found.add(turn.db.value(_CODE, code=barcodes.read(raw).code or raw))
    found.discard(None)
    if len(found) != 1:
        return None, "two_parcels" if found else "unknown_code" if codes else "no_read"
    parcel = turn.db.one(_PARCEL, lpn=found.pop())
    return parcel, "" if parcel else "not_a_parcel"


def _decide(turn: Turn, parcel: Any) -> Decision:
    """The lane of a parcel that may leave; round again while the lane is blocked."""
    reason = _REASONS.get(parcel.state, "")
    if parcel.order_state == "cancelled":
        reason = "intercepted"
    elif not reason and parcel.recirculations >= turn.site.recirculations_max:
        reason = "recirculated_too_often"
    if reason:
        return Decision(lane=RUN_OUT, reason=reason)
    if parcel.blocked:
        turn.db.run(_ROUND, id=parcel.id)
        return Decision(lane="", reason=str(parcel.blocked))
    return Decision(lane=parcel.lane, reason=f"service {parcel.service}")


def _note(turn: Turn, kind: str, parcel: Any | None, **data: str) -> None:
    turn.event(
        kind,
        order_id=parcel.order_id if parcel else "",
        subject=parcel.lpn if parcel else "",
        **data,
    )


def divert_confirmed(turn: Turn, command: DivertConfirmed) -> Done:
    """Where the load unit really went; only its own lane makes a parcel sorted."""
    alarming.works_again(turn, command.device)
    row = turn.db.one(_ROW, id=command.outbox)
    if row is None:
        return Done(note="no_parcel")
    asked = msgspec.json.decode(row.payload)
    if asked.get("do") != "divert":
        return Done(note="not_a_divert")
    outbox.done(turn.db, row.id)
    parcel = turn.db.one(_PARCEL_BY_ID, id=row.about)
    if parcel is None:
        return Done(note="no_parcel")
    if not command.lane:
        turn.db.run(_ROUND, id=parcel.id)
        return Done(note="recirculates")
    turn.db.run(_SET_DOWN, lpn=parcel.lpn, place=command.lane, run_out=RUN_OUT)
    if command.lane == asked["lane"]:
        return _arrived(turn, parcel, command.lane)
    turn.event(
        "misdiverted",
        order_id=parcel.order_id,
        subject=parcel.lpn,
        expected=parcel.lane,
        got=command.lane,
    )
    alarming.raise_alarm(turn, f"parcel/{parcel.lpn}", "misdiverted", f"in {command.lane}")
    return Done(note="misdiverted")


def _arrived(turn: Turn, parcel: Any, lane: str) -> Done:
    """The parcel is where it was sent: its lane, or the run-out."""
    if lane == RUN_OUT or not turn.db.run(_SORTED, id=parcel.id, lane=lane):
        return Done(note="run_out" if lane == RUN_OUT else parcel.state)
    turn.event("parcel_sorted", order_id=parcel.order_id, subject=parcel.lpn, lane=lane)
    alarming.over(turn, f"parcel/{parcel.lpn}", "misdiverted")
    return Done(note="sorted")


HANDLERS: Mapping[type[Command[Any]], Handler] = {
    ContainerSeen: handler(container_seen),
    DivertConfirmed: handler(divert_confirmed),
}

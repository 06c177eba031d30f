"""Owns alarms: what a person must look at, since when, how often, when it is over; each is kept.

A fault that names an outbox row gives that row up; nothing is sent again without a person or the
workflow that asked. It refuses to stop work: whoever waits at the bench is told and decides.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from controller import outbox
from controller.handlers import Handler, handler
from controller.messages import Command, DeviceFault, Done, OutboxGivenUp, to_json
from controller.turn import Turn
from controller.workflows.stations import lighting

FAULT_OVER = {
    "jam_cleared": "jam",
    "online": "offline",
    "speaking": "silent",
    "module_works": "dead_module",
}

_RAISE = (
    "INSERT INTO alarm (device, fault, detail, since_ms, times, state, acknowledged_by, "
    "acknowledged_ms) VALUES (:device, :fault, :detail, :now, 1, 'open', '', 0) "
    "ON CONFLICT (device, fault) DO UPDATE SET times = alarm.times + 1, detail = :detail, "
    "since_ms = CASE WHEN alarm.state = 'open' THEN alarm.since_ms ELSE :now END, "
    "acknowledged_by = CASE WHEN alarm.state = 'open' THEN alarm.acknowledged_by ELSE '' END, "
    "state = 'open'"
)
_OCCURS = (
    "INSERT INTO occurrence (device, fault, raised_ms, detail, times, acknowledged_by, "
    "acknowledged_ms, cleared_ms) SELECT device, fault, since_ms, detail, 1, '', 0, 0 FROM alarm "
    "WHERE device = :device AND fault = :fault "
    "ON CONFLICT (device, fault, raised_ms) DO UPDATE SET times = occurrence.times + 1, "
    "detail = excluded.detail, cleared_ms = 0"
)
_ENDED = (
    "UPDATE occurrence SET cleared_ms = :now WHERE device = :device AND cleared_ms = 0 "
    "AND NOT EXISTS (SELECT 1 FROM alarm a WHERE a.device = occurrence.device "
    "AND a.fault = occurrence.fault AND a.state = 'open')"
)
_OVER = (
    "UPDATE alarm SET state = 'cleared' "
    "WHERE device = :device AND fault = :fault AND state = 'open'"
)
_WORKS = (
    "UPDATE alarm SET state = 'cleared' "
    "WHERE device = :device AND state = 'open' AND fault <> 'jam'"
)
_UNDERSTOOD = (
    "UPDATE alarm SET state = 'cleared' WHERE device = :device AND state = 'open' "
    "AND fault NOT IN ('jam', 'offline', 'silent')"
)
_OPEN = "SELECT fault FROM alarm WHERE device = :device AND state = 'open' ORDER BY fault LIMIT 1"
_SAID = "SELECT detail FROM alarm WHERE device = :device AND fault = :fault AND state = 'open'"
_ROW = "SELECT id, topic, about FROM outbox WHERE id = :id"
_LABEL = (
    "SELECT p.id, c.place FROM parcel p JOIN container c ON c.lpn = p.lpn "
    "WHERE p.id = :parcel AND p.label = :row AND p.state = 'packed'"
)
_BY_HAND = (
    "UPDATE task SET worker = '' WHERE kind = 'carry' AND state = 'open' AND load = :row "
    "AND :row > 0"
)
_BENCH = (
    "SELECT worker, data FROM session WHERE place = :place AND workflow IN ('packing', 'store') "
    "ORDER BY worker"
)
_TELL = "UPDATE session SET data = :data, last = :message WHERE worker = :worker"


def raise_alarm(turn: Turn, device: str, fault: str, detail: str = "") -> None:
    """Opens the alarm, or counts it once more."""
    turn.db.run(_RAISE, device=device, fault=fault, detail=detail, now=turn.now_ms)
    turn.db.run(_OCCURS, device=device, fault=fault)


def keep_open(turn: Turn, device: str, fault: str, detail: str) -> None:
    """Opens the alarm; while nothing new is to be told of it, it is not counted again."""
    if turn.db.value(_SAID, device=device, fault=fault) != detail:
        raise_alarm(turn, device, fault, detail)


def works_again(turn: Turn, device: str) -> None:
    """A sign of life of a device ends its alarms."""
    _end(turn, _WORKS, device=device)


def understood(turn: Turn, device: str) -> None:
    """A device tells its state: what it refused or left open is over, what lasts is not."""
    _end(turn, _UNDERSTOOD, device=device)


def over(turn: Turn, device: str, fault: str) -> None:
    _end(turn, _OVER, device=device, fault=fault)


def _end(turn: Turn, query: str, device: str, **which: str) -> None:
    if turn.db.run(query, device=device, **which):
        turn.db.run(_ENDED, device=device, now=turn.now_ms)


def open_fault(turn: Turn, device: str) -> str:
    """The fault of an open alarm of this device, or ""."""
    return turn.db.value(_OPEN, device=device) or ""


def tell_bench(turn: Turn, place: str, parcel: int, message: str, **data: Any) -> None:
    """Changes what the screen at a bench shows about its parcel; the same scan still moves on."""
    for worker, known in at_bench(turn, place, parcel):
        shown = to_json(known | data).decode()
        turn.db.run(_TELL, worker=worker, data=shown, message=message)
        turn.news.add(f"screen/{worker}")


def at_bench(turn: Turn, place: str, parcel: int) -> list[tuple[str, dict[str, Any]]]:
    """Who has this parcel in hand at a bench, and what their sessions know."""
    rows = turn.db.all(_BENCH, place=place)
    sessions = [(row.worker, msgspec.json.decode(row.data)) for row in rows]
    return [each for each in sessions if each[1].get("parcel") == parcel]


def device_fault(turn: Turn, command: DeviceFault) -> Done:
    """A device reports a fault, or that one is over."""
    if command.fault in FAULT_OVER:
        over(turn, command.device, FAULT_OVER[command.fault])
        if command.fault in ("online", "module_works"):
            lighting.light_again(turn, command.device, command.detail)
        return Done(note="cleared")
    device, detail = command.device, command.detail
    if command.fault == "lane_full" and detail:
        device, detail = f"lane/{detail}", f"told by {command.device}"
    raise_alarm(turn, device, command.fault, detail)
    if command.outbox:
        outbox.give_up(turn.db, command.outbox)
        _tell_about(turn, command.outbox, command.fault)
    return Done(note="alarm")


def outbox_given_up(turn: Turn, command: OutboxGivenUp) -> Done:
    """A row did not reach its receiver in time, or at all."""
    row = turn.db.one(_ROW, id=command.outbox)
    if row is None or not outbox.give_up(turn.db, command.outbox):
        return Done(note="settled_before")
    raise_alarm(turn, row.topic.removeprefix("device/"), "given_up", command.reason)
    turn.event("given_up", subject=row.id, topic=row.topic, why=command.reason)
    _tell_about(turn, row.id, command.reason)
    return Done(note="alarm")


def _tell_about(turn: Turn, row_id: int, fault: str) -> None:
    """Its packer sees why no label comes out; what no vehicle carries waits for a person."""
    row = turn.db.one(_ROW, id=row_id)
    turn.db.run(_BY_HAND, row=row_id)
    parcel = row and turn.db.one(_LABEL, parcel=row.about, row=row_id)
    if row is None or parcel is None:
        return
    message = "printer_fault" if row.topic.startswith("device/") else "label_not_bought"
    tell_bench(turn, parcel.place, parcel.id, message, fault=fault)


HANDLERS: Mapping[type[Command[Any]], Handler] = {
    DeviceFault: handler(device_fault),
    OutboxGivenUp: handler(outbox_given_up),
}

"""Owns conveyor sections: what they say of themselves, and a lead's start or stop from afar.

It refuses a start that nobody at the section has allowed, and starts nothing by itself. A start
leaves at once or not at all; it is no part of any safety circuit.
"""

from collections.abc import Mapping
from typing import Any, Final

from controller import outbox, tables
from controller.errors import NotFound, Refused
from controller.handlers import Handler, handler
from controller.messages import BeltReported, Command, Done, StartBelt, StopBelt
from controller.turn import Turn
from controller.workflows.alarming import understood

MOVE_MS: Final = 5_000  # a start or stop that has not left by then never leaves

_BELT = "SELECT device, running, armed, since_ms FROM belt WHERE device = :device"
_FAULT = (
    "SELECT fault FROM alarm WHERE device = :device AND state = 'open' "
    "AND fault IN ('jam', 'offline') ORDER BY fault LIMIT 1"
)


def reported(turn: Turn, command: BeltReported) -> Done:
    """A section runs or stands, is armed or not; what it could not do before is over."""
    before = turn.db.one(_BELT, device=command.device)
    since_ms = turn.now_ms
    if before is not None and bool(before.running) == command.running:
        since_ms = before.since_ms
    row = {
        "device": command.device,
        "running": int(command.running),
        "armed": int(command.armed),
        "since_ms": since_ms,
    }
    turn.put(tables.belt, [row])
    understood(turn, command.device)
    return Done(note="running" if command.running else "stopped")


def start(turn: Turn, command: StartBelt) -> Done:
    """Raises: NotFound; Refused for a section that runs, has a fault, or is not armed."""
    belt = _the_belt(turn, command.device)
    if belt.running:
        raise Refused("belt_runs", device=belt.device)
    fault = turn.db.value(_FAULT, device=belt.device)
    if fault:
        raise Refused("belt_has_fault", device=belt.device, fault=fault, fix="mend that first")
    if not belt.armed:
        fix = "look at the section, and arm it at its own panel"
        raise Refused("belt_not_armed", device=belt.device, fix=fix)
    return _move(turn, belt.device, "start")


def stop(turn: Turn, command: StopBelt) -> Done:
    """Raises: NotFound. A section that stands is told again: its word may be late."""
    return _move(turn, _the_belt(turn, command.device).device, "stop")


def _move(turn: Turn, device: str, do: str) -> Done:
    outbox.emit(turn, f"device/{device}", {"do": do}, expires_ms=turn.now_ms + MOVE_MS)
    turn.event(f"belt_{do}_asked", subject=device, by=turn.actor)
    return Done(note=do)


def _the_belt(turn: Turn, device: str) -> Any:
    belt = turn.db.one(_BELT, device=device)
    if belt is None:
        raise NotFound("unknown_belt", device=device, fix="it has said nothing yet: look at it")
    return belt


HANDLERS: Mapping[type[Command[Any]], Handler] = {
    BeltReported: handler(reported),
    StartBelt: handler(start),
    StopBelt: handler(stop),
}

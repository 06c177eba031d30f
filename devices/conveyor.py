"""Owns the host's side of a conveyor section on wh/v1: start, stop and jams.

It refuses to guess whether a belt runs: only the section's own `state` says so.

Checklist: source wh/v1 | reconnect `conn` becomes an `offline` fault, a command is sent again
until accepted | duplicate-safe `corr` is the outbox row, both sides answer a repeat from memory
| tape tests/tapes/conveyor.jsonl | faults jam, jam_cleared, offline, too_late, no_answer,
refused, bad_frame.
"""

from collections.abc import Callable
from typing import Final, Literal

from msgspec import Struct

from controller.messages import Event
from devices.calling import Caller
from devices.driver import Effects, Ids, read_job
from devices.envelope import Codec, Text, fault_of, outbox_of
from devices.presence import Presence


class Running(Struct, frozen=True, forbid_unknown_fields=True):
    """The section's own word, retained under `state`."""

    running: bool


class Jam(Struct, frozen=True, forbid_unknown_fields=True):
    jammed: bool
    where: Text = ""


class Start(Struct, frozen=True, forbid_unknown_fields=True):
    pass


class MoveJob(Struct, frozen=True, forbid_unknown_fields=True):
    """The payload of an outbox row."""

    do: Literal["start", "stop"]


RUNNING: Final = Codec(Running)
JAM: Final = Codec(Jam)


class Conveyor:
    """`topic` is the section's branch; `running` is None until the section has spoken."""

    repeatable = True

    def __init__(self, name: str, topic: str, boot: str = "0") -> None:
        self.name = name
        self.running: bool | None = None
        self._there = Presence(name)
        self._caller = Caller(Ids(name, boot), topic)
        self._take: dict[str, Callable[[bytes, int], Effects]] = {
            f"{topic}/state": self._state,
            f"{topic}/evt/jam": self._jam,
            f"{topic}/res/start": self._answered,
            f"{topic}/res/stop": self._answered,
            f"{topic}/conn": self._presence,
        }
        self.addresses = tuple(self._take)

    def carry_out(self, event: Event, now_ms: int, /) -> Effects:
        job = read_job(event.payload, MoveJob)
        return self._caller.call(event, job.do, Start(), now_ms)

    def heard(self, address: str, payload: bytes, now_ms: int, /) -> Effects:
        return self._take[address](payload, now_ms)

    def connected(self, now_ms: int, /) -> Effects:
        return self._caller.ask_again(now_ms)

    def wake(self, now_ms: int, /) -> Effects:
        return self._caller.wake(now_ms)

    def _state(self, payload: bytes, _now_ms: int) -> Effects:
        self.running = RUNNING.read(payload).data.running
        return self._caller.effects()

    def _jam(self, payload: bytes, _now_ms: int) -> Effects:
        message = JAM.read(payload)
        fault = "jam" if message.data.jammed else "jam_cleared"
        return self._caller.effects(fault_of(message, self.name, fault, message.data.where))

    def _answered(self, payload: bytes, now_ms: int) -> Effects:
        message = self._caller.result(payload, now_ms)
        refusal = None
        if not message.data.ok:
            refusal = fault_of(message, self.name, "refused", message.data.reason)
        return self._caller.settle(outbox_of(message), refusal)

    def _presence(self, payload: bytes, _now_ms: int) -> Effects:
        return self._caller.effects(*self._there.heard(payload))

"""Owns the host's side of a conveyor section on wh/v1: start, stop and jams.

It refuses to guess whether a belt runs: only the section's own `state` says so, and
each change of it is told. It refuses to
start one that no person has armed at the section itself, or by a row that may leave late. It is
no emergency stop, which belongs to the section's own circuit: `stop` is for the flow of goods.

Checklist: source wh/v1 | reconnect `conn` becomes an `offline` fault, a command is sent again
until accepted | duplicate-safe `corr` is the outbox row, both sides answer a repeat from memory
| tape tests/tapes/conveyor.jsonl | faults jam, jam_cleared, offline, too_late, no_answer,
refused, not_armed, withdrawn, bad_frame.
"""

from dataclasses import replace
from typing import Final, Literal

from msgspec import Struct

from controller.messages import BeltReported, DeviceFault, Event
from devices.calling import Called, Take
from devices.driver import DeviceError, Effects, read_job
from devices.envelope import Codec, Text, fault_of


class Running(Struct, frozen=True, forbid_unknown_fields=True):
    """The section's own word, retained under `state`.

    `armed`: a person at the section has looked and allows a start from afar; only the section
    sets it, and takes it back with each stop by a person, each jam and each emergency stop.
    """

    running: bool
    armed: bool = False


class Jam(Struct, frozen=True, forbid_unknown_fields=True):
    jammed: bool
    where: Text = ""


class Start(Struct, frozen=True, forbid_unknown_fields=True):
    pass


class MoveJob(Struct, frozen=True, forbid_unknown_fields=True):
    """The payload of an outbox row."""

    do: Literal["start", "stop"]


class NotArmed(DeviceError):
    fault = "not_armed"


RUNNING: Final = Codec(Running)
JAM: Final = Codec(Jam)
START: Final = Codec(Start)


class Conveyor(Called):
    """`topic` is the section's branch; `running` is None until the section has spoken."""

    def __init__(self, name: str, topic: str, boot: str = "0") -> None:
        super().__init__(name, topic, boot)
        self.running: bool | None = None
        self.armed = False

    def _ends(self) -> dict[str, Take]:
        return {
            "state": self._state,
            "evt/jam": self._jam,
            "res/start": self._answered,
            "res/stop": self._answered,
        }

    def carry_out(self, event: Event, now_ms: int, /) -> Effects:
        """A repeat of a row that is under way or answered moves nothing that was not armed.

        Raises: BadFrame; NotArmed naming what a person has to do.
        """
        job = read_job(event.payload, MoveJob)
        if job.do == "start" and not self._caller.knows(event.id):
            self._check_start(event)
        withdrawn: tuple[DeviceFault, ...] = ()
        if job.do == "stop":
            withdrawn = self._caller.withdraw("start", "a stop came after it")
        called = self._caller.call(event, job.do, Start(), now_ms)
        return replace(called, commands=(*withdrawn, *called.commands))

    def _check_start(self, event: Event) -> None:
        if not self.armed:
            raise NotArmed("the section is not armed: look at it, and arm it at its own panel")
        if not event.expires_ms:
            raise NotArmed("a start without a deadline may leave late: it is not sent")

    def _state(self, payload: bytes, _now_ms: int) -> Effects:
        message = RUNNING.read(payload)
        state = message.data
        if (self.running, self.armed) == (state.running, state.armed):
            return self._caller.effects()
        self.running, self.armed = state.running, state.armed
        told = BeltReported(
            id=message.command_id(self.name),
            actor=self.name,
            device=self.name,
            running=state.running,
            armed=state.armed,
        )
        return self._caller.effects(told)

    def _jam(self, payload: bytes, _now_ms: int) -> Effects:
        message = JAM.read(payload)
        fault = "jam" if message.data.jammed else "jam_cleared"
        return self._caller.effects(fault_of(message, self.name, fault, message.data.where))

    def _answered(self, payload: bytes, now_ms: int) -> Effects:
        return self._caller.answered(payload, now_ms, "refused")

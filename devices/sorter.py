"""Owns the host's side of a loop sorter on wh/v1: its induction scanner and its diverters.

The PLC owns tracking and the moment of firing; this driver passes on what was read, assigns a
lane per tracking id before the deadline, and reports where the load unit really went. It refuses
to send a divert after its deadline.

Checklist: source wh/v1 | reconnect `conn` becomes an `offline` fault, a command is sent again
until accepted | duplicate-safe `corr` is the outbox row, both sides answer a repeat from memory
| tape tests/tapes/sorter.jsonl | faults jam, jam_cleared, lane_full, offline, too_late,
no_answer, bad_frame.
"""

from typing import Annotated, Any, Final, Literal

from msgspec import Meta, Struct

from controller.messages import ContainerSeen, DivertConfirmed, Event
from devices.calling import Called, Take
from devices.driver import Effects, read_job
from devices.envelope import Codec, Corr, Envelope, Name, Text, fault_of, outbox_of


class Scan(Struct, frozen=True, forbid_unknown_fields=True):
    """`codes` is empty for a no-read; the envelope's deadline is that of the decision."""

    codes: Annotated[tuple[Text, ...], Meta(max_length=16)]
    tracking: Name


class Divert(Struct, frozen=True, forbid_unknown_fields=True):
    tracking: Name
    lane: Name


class Diverted(Struct, frozen=True, forbid_unknown_fields=True):
    """`lane` is "" for a load unit that missed its lane and recirculates."""

    tracking: Name
    lane: Corr


class Jam(Struct, frozen=True, forbid_unknown_fields=True):
    jammed: bool
    where: Text = ""


class LaneFull(Struct, frozen=True, forbid_unknown_fields=True):
    lane: Name
    tracking: Corr = ""


class DivertJob(Struct, frozen=True, forbid_unknown_fields=True):
    """The payload of an outbox row."""

    do: Literal["divert"]
    tracking: Name
    lane: Name


SCAN: Final = Codec(Scan)
DIVERT: Final = Codec(Divert)
DIVERTED: Final = Codec(Diverted)
JAM: Final = Codec(Jam)
LANE_FULL: Final = Codec(LaneFull)


class Sorter(Called):
    """`topic` is the device's branch, such as wh/v1/main/outbound/sorter1."""

    def _ends(self) -> dict[str, Take]:
        return {
            "evt/scan": self._scan,
            "evt/diverted": self._diverted,
            "evt/jam": self._jam,
            "evt/lane_full": self._lane_full,
            "res/divert": self._answered,
        }

    def carry_out(self, event: Event, now_ms: int, /) -> Effects:
        job = read_job(event.payload, DivertJob)
        data = Divert(tracking=job.tracking, lane=job.lane)
        return self._caller.call(event, "divert", data, now_ms)

    def _scan(self, payload: bytes, _now_ms: int) -> Effects:
        message = SCAN.read(payload)
        seen = ContainerSeen(
            id=message.command_id(self.name),
            actor=self.name,
            device=self.name,
            codes=message.data.codes,
            tracking=message.data.tracking,
            deadline_ms=message.deadline,
        )
        return self._caller.effects(seen)

    def _diverted(self, payload: bytes, _now_ms: int) -> Effects:
        message = DIVERTED.read(payload)
        return self._confirmed(message, message.data.lane)

    def _answered(self, payload: bytes, now_ms: int) -> Effects:
        """A refused divert ends as one that missed: the load unit comes round again."""
        message = self._caller.result(payload, now_ms)
        return self._caller.effects() if message.data.ok else self._confirmed(message, "")

    def _confirmed(self, message: Envelope[Any], lane: str) -> Effects:
        outbox = outbox_of(message)
        done = DivertConfirmed(
            id=message.command_id(self.name),
            actor=self.name,
            device=self.name,
            outbox=outbox,
            lane=lane,
        )
        return self._caller.settle(outbox, done)

    def _jam(self, payload: bytes, _now_ms: int) -> Effects:
        message = JAM.read(payload)
        fault = "jam" if message.data.jammed else "jam_cleared"
        return self._caller.effects(fault_of(message, self.name, fault, message.data.where))

    def _lane_full(self, payload: bytes, _now_ms: int) -> Effects:
        message = LANE_FULL.read(payload)
        return self._caller.effects(fault_of(message, self.name, "lane_full", message.data.lane))

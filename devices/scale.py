"""Owns a bench scale that speaks MT-SICS levels 0 and 1: lines in, one `WeightRead` per load out.

The driver asks for repeated stable weights (`SR`) and reports a load once: the next report needs
a return to zero, another weight, or a command to weigh. It refuses units other than g and kg.

Checklist: source Mettler-Toledo MT-SICS reference manual, sections S, SR, T, Z, error messages
| reconnect the stream is asked for again, as after the power-on line `I4` | duplicate-safe a
repeated outbox row is answered from memory | tape tests/tapes/scale.jsonl | faults overload,
underload, busy, bad_command, no_answer, bad_frame.
"""

import re
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from msgspec import Struct

from controller.messages import Command, Event, WeightRead
from devices.driver import Effects, Ids, Recent, Send, read_job
from devices.frames import Frames

WEIGHT: Final = re.compile(rb"(-?)(\d{1,7})(?:\.(\d{1,6}))? (g|kg)")
VERBS: Final = {"weigh": b"S", "tare": b"T", "zero": b"Z"}
UNREADY: Final = {b"I": "busy", b"+": "overload", b"-": "underload", b"L": "bad_command"}
ERRORS: Final = (b"ES", b"ET", b"EL")


class ScaleJob(Struct, frozen=True, forbid_unknown_fields=True):
    """The payload of an outbox row."""

    do: Literal["weigh", "tare", "zero"]


def grams(text: bytes) -> int | None:
    """The mass in a weight such as `1.2345 kg`, rounded half up; None for any other form."""
    found = WEIGHT.fullmatch(text)
    if not found:
        return None
    sign, whole, fraction, unit = found.groups(b"")
    scale = 10 ** len(fraction)
    factor = 1_000 if unit == b"kg" else 1
    mass_g: int = (2 * factor * int(whole + fraction) + scale) // (2 * scale)
    return -mass_g if sign else mass_g


@dataclass(slots=True)
class _Asked:
    outbox: int
    verb: bytes
    deadline_ms: int


@dataclass(slots=True, kw_only=True)
class Scale:
    """`place` is the bench; a load weighs over `zero_g` and is new if over `same_g` apart."""

    name: str
    address: str
    place: str
    zero_g: int = 5
    same_g: int = 2
    timeout_ms: int = 5_000
    boot: str = "0"
    repeatable: bool = field(default=True, init=False)
    addresses: tuple[str, ...] = field(init=False)
    _frames: Frames = field(init=False)
    _ids: Ids = field(init=False)
    _streaming: bool = field(default=False, init=False)
    _reported_g: int = field(default=0, init=False)
    _unready: str = field(default="", init=False)
    _asked: list[_Asked] = field(default_factory=list, init=False)
    _delivered: list[int] = field(default_factory=list, init=False)
    _known: Recent[int, Effects] = field(default_factory=Recent, init=False)

    def __post_init__(self) -> None:
        self.addresses = (self.address,)
        self._frames = Frames(end=b"\r\n", size_max=80)
        self._ids = Ids(self.name, self.boot)

    def carry_out(self, event: Event, now_ms: int, /) -> Effects:
        verb = VERBS[read_job(event.payload, ScaleJob).do]
        known = self._known.get(event.id)
        if known is not None:
            return replace(known, wake_ms=self._effects(now_ms).wake_ms)
        self._known.keep(event.id, Effects())
        self._asked.append(_Asked(event.id, verb, now_ms + self.timeout_ms))
        return self._effects(now_ms, sends=(Send(self.address, verb + b"\r\n"),))

    def heard(self, _address: str, payload: bytes, now_ms: int, /) -> Effects:
        commands: list[Command[Any]] = []
        for frame in self._frames.feed(payload):
            commands.extend(self._line(frame))
        if self._frames.garbage:
            lost = f"{self._frames.garbage} bytes without a line end"
            commands.append(self._ids.fault("bad_frame", lost))
        delivered, self._delivered = self._delivered, []
        return replace(self._effects(now_ms, *commands), delivered=tuple(delivered))

    def connected(self, now_ms: int, /) -> Effects:
        self._frames.drop()
        self._streaming = False
        return self.wake(now_ms)

    def wake(self, now_ms: int, /) -> Effects:
        late = [asked for asked in self._asked if asked.deadline_ms <= now_ms]
        faults = [self._failed(asked, "no_answer") for asked in late]
        sends = () if self._streaming else (Send(self.address, b"SR\r\n"),)
        self._streaming = True
        return self._effects(now_ms, *faults, sends=sends)

    def _line(self, frame: bytes) -> list[Command[Any]]:
        match frame.split():
            case [b"S", b"S", *weight]:
                return self._settled(frame, b" ".join(weight))
            case [b"S", b"D", *_]:
                return []
            case [b"T", b"S", *_] | [b"Z", b"A"]:
                self._answered(frame[:1])
                return []
            case [(b"S" | b"T" | b"Z") as verb, reason] if reason in UNREADY:
                return self._not_ready(verb, UNREADY[reason])
            case [b"I4", *_]:
                self._streaming = False
                return []
            case [word] if word in ERRORS:
                return self._not_ready(b"", "bad_command")
        return [self._garbled(frame)]

    def _settled(self, frame: bytes, weight: bytes) -> list[Command[Any]]:
        mass_g = grams(weight)
        if mass_g is None:
            return [self._garbled(frame)]
        self._unready = ""
        if self._answered(b"S"):
            self._reported_g = 0
        if mass_g <= self.zero_g:
            self._reported_g = 0
            return []
        if abs(mass_g - self._reported_g) <= self.same_g:
            return []
        self._reported_g = mass_g
        return [
            WeightRead(
                id=self._ids.next(),
                actor=self.name,
                device=self.name,
                place=self.place,
                mass_g=mass_g,
            )
        ]

    def _answered(self, verb: bytes) -> bool:
        asked = self._oldest(verb)
        if asked:
            self._asked.remove(asked)
            self._delivered.append(asked.outbox)
            self._known.keep(asked.outbox, Effects(delivered=(asked.outbox,)))
        return asked is not None

    def _not_ready(self, verb: bytes, fault: str) -> list[Command[Any]]:
        """A stream repeats its state; one command that waits, or one change, makes one fault."""
        asked = self._oldest(verb)
        if asked:
            return [self._failed(asked, fault)]
        if fault in (self._unready, "busy"):
            return []
        self._unready = fault
        return [self._ids.fault(fault)]

    def _oldest(self, verb: bytes) -> _Asked | None:
        return next((asked for asked in self._asked if verb in (b"", asked.verb)), None)

    def _failed(self, asked: _Asked, fault: str) -> Command[Any]:
        self._asked.remove(asked)
        command = self._ids.fault(fault, f"command {asked.verb.decode()}", asked.outbox)
        self._known.keep(asked.outbox, Effects(commands=(command,)))
        return command

    def _garbled(self, frame: bytes) -> Command[Any]:
        return self._ids.fault("bad_frame", f"no MT-SICS line: {frame[:40]!r}")

    def _effects(
        self, now_ms: int, *commands: Command[Any], sends: tuple[Send, ...] = ()
    ) -> Effects:
        wakes = [asked.deadline_ms for asked in self._asked]
        wakes += [] if self._streaming else [now_ms]
        return Effects(sends=sends, commands=commands, wake_ms=min(wakes, default=0))

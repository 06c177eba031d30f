"""Owns a fixed scanner on a serial line or socket: framed bytes in, `ContainerSeen` out.

An AIM identifier stays in front of its code, because only with it a GS1 element string can be
told from a plain one. It refuses frames that are not printable text.

Checklist: source scanner programming guides (framing), ISO/IEC 15424 (AIM identifiers)
| reconnect a cut frame is dropped | duplicate-safe an equal frame within `repeat_ms` is one read
| tape tests/tapes/scanner.jsonl | faults bad_frame.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from controller.messages import Command, ContainerSeen, Event
from devices.driver import BadFrame, Effects, Ids
from devices.frames import Frames

FRAMINGS: Final = {
    "stx_etx": (b"\x02", b"\x03"),
    "cr": (b"", b"\r"),
    "crlf": (b"", b"\r\n"),
    "lf": (b"", b"\n"),
    "tab": (b"", b"\t"),
}
NO_READS: Final = frozenset({"", "NR", "NOREAD", "NoRead", "?"})


@dataclass(slots=True, kw_only=True)
class Scanner:
    """`answer_ms` is the time from a read to the decision point behind it; 0: there is none."""

    name: str
    address: str
    framing: str = "cr"
    separator: str = ";"
    answer_ms: int = 0
    repeat_ms: int = 500
    boot: str = "0"
    repeatable: bool = field(default=True, init=False)
    addresses: tuple[str, ...] = field(init=False)
    _frames: Frames = field(init=False)
    _ids: Ids = field(init=False)
    _last: tuple[bytes, int] = field(default=(b"", 0), init=False)

    def __post_init__(self) -> None:
        if self.framing not in FRAMINGS:
            raise ValueError(f"framing {self.framing!r} is none of {', '.join(FRAMINGS)}")
        start, end = FRAMINGS[self.framing]
        self.addresses = (self.address,)
        self._frames = Frames(start=start, end=end)
        self._ids = Ids(self.name, self.boot)

    def carry_out(self, event: Event, _now_ms: int, /) -> Effects:
        raise BadFrame(f"scanner {self.name!r} takes no commands, got {event.payload.get('do')!r}")

    def heard(self, _address: str, payload: bytes, now_ms: int, /) -> Effects:
        commands: list[Command[Any]] = []
        for frame in self._frames.feed(payload):
            if not self._is_echo(frame, now_ms):
                commands.append(self._read(frame, now_ms))
        if self._frames.garbage:
            lost = f"{self._frames.garbage} bytes outside of any frame"
            commands.append(self._ids.fault("bad_frame", lost))
        return Effects(commands=tuple(commands))

    def connected(self, _now_ms: int, /) -> Effects:
        self._frames.drop()
        return Effects()

    def wake(self, _now_ms: int, /) -> Effects:
        return Effects()

    def _is_echo(self, frame: bytes, now_ms: int) -> bool:
        last, last_ms = self._last
        self._last = (frame, now_ms)
        return bool(frame) and frame == last and now_ms - last_ms < self.repeat_ms

    def _read(self, frame: bytes, now_ms: int) -> Command[Any]:
        text = frame.decode("latin-1").strip("\r\n")
        if not text.replace("\x1d", "").isprintable():
            return self._ids.fault("bad_frame", f"code with control characters: {text[:80]!r}")
        codes = tuple(part for part in text.split(self.separator) if part not in NO_READS)
        return ContainerSeen(
            id=self._ids.next(),
            actor=self.name,
            device=self.name,
            codes=codes,
            deadline_ms=now_ms + self.answer_ms if self.answer_ms else 0,
        )

"""Owns an emulated Zebra printer: ZPL and `~HS` in, labels and status strings out.

It prints in order, one label at a time, and stays silent with a label to print and no paper, as
the real one does. It recognises no repeats: a format that comes twice is printed twice.
"""

import re
from collections import deque
from dataclasses import dataclass, field
from typing import Final

from simulation.machines.machine import Effect, Emit, Heard, Physical, Wake, Woken

BUFFER_MAX: Final = 65_536
_TOKEN: Final = re.compile(rb"~HS|\^XZ")
_FIELD: Final = re.compile(rb"\^FO(.*?)\^FD(.*?)\^FS", re.DOTALL)
_BYTE: Final = re.compile(rb"_([0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class PaperLoaded:
    labels: int


@dataclass(frozen=True, slots=True)
class PowerCycled:
    """Formats in the buffer are lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """What can be read on a label; a GS1-128 symbol starts with its AIM identifier `]C1`."""

    texts: tuple[str, ...]
    codes: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class ZebraPrinter:
    name: str
    address: str
    print_us: int = 1_200_000
    paper: int = 1_000
    addresses: tuple[str, ...] = field(init=False)
    _rest: bytes = field(default=b"", init=False)
    _queue: deque[bytes] = field(default_factory=deque, init=False)
    _ready_us: int | None = field(default=None, init=False)  # None: no label is being printed
    _count: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.addresses = (self.address,)

    def handle(self, now_us: int, happening: object, /) -> tuple[Effect, ...]:
        effects: list[Effect] = []
        match happening:
            case Heard(payload=payload):
                self._take(payload, effects)
            case PaperLoaded(labels=labels):
                self.paper = labels
            case PowerCycled():
                self._rest, self._ready_us = b"", None
                self._queue.clear()
            case Woken() if self._ready_us is not None and self._ready_us <= now_us:
                self._come_out(effects)
        self._start(now_us, effects)
        return tuple(effects)

    def _take(self, payload: bytes, effects: list[Effect]) -> None:
        """`~HS` is answered at once, even within a format that is not complete."""
        data = (self._rest + payload)[-BUFFER_MAX:]
        while found := _TOKEN.search(data):
            before, data = data[: found.start()], data[found.end() :]
            if found[0] == b"~HS":
                data = before + data
                self._tell(b"^XA" in before, effects)
            elif b"^XA" in before:
                self._queue.append(before.rpartition(b"^XA")[2])
        self._rest = data

    def _start(self, now_us: int, effects: list[Effect]) -> None:
        if self._ready_us is None and self._queue and self.paper > 0:
            self._ready_us = now_us + self.print_us
            effects.append(Wake(self._ready_us, "label"))

    def _come_out(self, effects: list[Effect]) -> None:
        self._ready_us = None
        self.paper -= 1
        self._count += 1
        label = read_label(self._queue.popleft())
        data = {"printer": self.name, "number": self._count, "label": label}
        effects.append(Physical("label", data))

    def _tell(self, partial: bool, effects: list[Effect]) -> None:
        if self._queue and self.paper == 0:
            return
        printing = self._ready_us is not None
        waiting = len(self._queue) - printing
        strings = (
            f"030,0,0,1245,{waiting:03},0,0,{partial:d},000,0,0,0",
            f"000,0,0,0,1,2,6,0,{printing:08},1,000",
            "1234,0",
        )
        answer = "".join(f"\x02{string}\x03\r\n" for string in strings)
        effects.append(Emit(self.address, answer.encode()))


def read_label(zpl: bytes) -> Printed:
    """What a person and a scanner read on the label of one format."""
    texts: list[str] = []
    codes: list[str] = []
    for head, data in _FIELD.findall(zpl):
        value = _BYTE.sub(lambda found: bytes([int(found[1], 16)]), data).decode()
        if b"^BC" in head:
            codes.append(_code_128(value))
        else:
            texts.append(value)
    return Printed(texts=tuple(texts), codes=tuple(codes))


def _code_128(data: str) -> str:
    """Start and shift codes leave no character; FNC1 at the start makes the symbol GS1-128."""
    gs1 = data[2:].startswith(">8")
    text = re.sub(r">(.)", lambda found: {"0": ">", "8": "\x1d"}.get(found[1], ""), data)
    return f"]C1{text[1:]}" if gs1 else f"]C0{text}"

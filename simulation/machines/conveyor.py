"""Owns an emulated conveyor section on wh/v1: what is put on it comes off at its other end.

While the section stands, stopped by a command or jammed, what lies on it stays where it is. It
answers a repeated command from memory, and refuses a start in a jam, or one that comes too late.
Whoever clears a jam arms the section again, and it runs on unless it was stopped meanwhile.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from msgspec import Struct

from devices.conveyor import START, Jam, Running
from devices.driver import BadFrame, Recent
from devices.envelope import Online, Result, Writer
from simulation.machines.machine import Effect, Emit, Heard, Physical, Wake, Woken

CLEARED: Final = "cleared"
OFF: Final = "off"


@dataclass(frozen=True, slots=True)
class Connected:
    """The section's wire is up: it says that it is there and whether it runs."""


@dataclass(frozen=True, slots=True)
class PutOn:
    """Something is put on the section's near end; `data` comes off at the far one."""

    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Blocked:
    """The section stands for this long."""

    for_us: int
    where: str = ""


@dataclass(slots=True, kw_only=True)
class ConveyorSection:
    """All that lies on it moves alike, so its time is that in which it has run."""

    name: str
    topic: str
    length_mm: int = 8_000
    speed_mm_s: int = 1_000
    boot: str = "0"
    addresses: tuple[str, ...] = field(init=False)
    running: bool = field(default=True, init=False)
    ignored: int = field(default=0, init=False)  # commands that were not of wh/v1
    _wanted: bool = field(default=True, init=False)
    _blocked_until_us: int = field(default=0, init=False)
    _ran_us: int = field(default=0, init=False)
    _since_us: int | None = field(default=None, init=False)  # runs without a break since then
    _riders: deque[tuple[int, dict[str, Any]]] = field(default_factory=deque, init=False)
    _answers: Recent[str, Emit] = field(default_factory=Recent, init=False)
    _writer: Writer = field(init=False)

    def __post_init__(self) -> None:
        self.addresses = (f"{self.topic}/cmd/start", f"{self.topic}/cmd/stop")
        self._writer = Writer(f"{self.name}-{self.boot}")

    @property
    def riding(self) -> int:
        return len(self._riders)

    def handle(self, now_us: int, happening: object, /) -> tuple[Effect, ...]:
        self._move(now_us)
        effects: list[Effect] = []
        say = partial(self._emit, now_us, effects)
        match happening:
            case Connected():
                say("conn", Online(online=True))
                say("state", self._state())
            case PutOn(data=data):
                travel_us = -(-self.length_mm * 1_000_000 // self.speed_mm_s)
                self._riders.append((self._ran_us + travel_us, data))
                if len(self._riders) == 1:
                    self._wake_for_first(now_us, effects)
            case Heard(address=address, payload=payload):
                self._command(now_us, address.rpartition("/")[2], payload, effects)
            case Blocked(for_us=for_us, where=where) if now_us + for_us > self._blocked_until_us:
                self._blocked_until_us = now_us + for_us
                say("evt/jam", Jam(jammed=True, where=where))
                effects.append(Wake(self._blocked_until_us, CLEARED))
            case Woken(token="cleared") if 0 < self._blocked_until_us <= now_us:
                self._blocked_until_us = 0
                say("evt/jam", Jam(jammed=False))
            case Woken(token="off"):
                self._come_off(now_us, effects)
        self._start_or_stop(now_us, effects, say)
        return tuple(effects)

    def _move(self, now_us: int) -> None:
        if self.running:
            self._ran_us += now_us - (now_us if self._since_us is None else self._since_us)
        self._since_us = now_us

    def _come_off(self, now_us: int, effects: list[Effect]) -> None:
        while self._riders and self._riders[0][0] <= self._ran_us:
            effects.append(Physical("came_off", self._riders.popleft()[1]))
        self._wake_for_first(now_us, effects)

    def _wake_for_first(self, now_us: int, effects: list[Effect]) -> None:
        if self.running and self._riders:
            effects.append(Wake(now_us + self._riders[0][0] - self._ran_us, OFF))

    def _state(self) -> Running:
        return Running(running=self.running, armed=not self._blocked_until_us)

    def _command(self, now_us: int, verb: str, payload: bytes, effects: list[Effect]) -> None:
        try:
            message = START.read(payload)
        except BadFrame:
            self.ignored += 1
            return
        known = self._answers.get(message.corr)
        if known:
            effects.append(known)
            return
        reason = ""
        if message.deadline and message.deadline * 1_000 < now_us:
            reason = "expired"
        elif verb == "start" and self._blocked_until_us:
            reason = "not_armed"
        else:
            self._wanted = verb == "start"
        result = Result(ok=not reason, reason=reason)
        answer = self._emit(now_us, effects, f"res/{verb}", result, message.corr)
        if message.corr:
            self._answers.keep(message.corr, answer)

    def _start_or_stop(self, now_us: int, effects: list[Effect], say: Callable[..., Emit]) -> None:
        runs = self._wanted and not self._blocked_until_us
        if runs != self.running:
            self.running = runs
            say("state", self._state())
            self._wake_for_first(now_us, effects)

    def _emit(
        self, now_us: int, effects: list[Effect], name: str, data: Struct, corr: str = ""
    ) -> Emit:
        emit = Emit(f"{self.topic}/{name}", self._writer.write(data, now_us // 1_000, corr))
        effects.append(emit)
        return emit

"""Owns an emulated rail of lights on wh/v1: modules that show a figure and have a button.

A module heeds the newest row only, so a command that comes late changes nothing. It answers a
repeated command from memory, and refuses modules that it has not got or that are dead.
"""

from dataclasses import dataclass, field
from typing import Any

from msgspec import Struct

from devices.driver import BadFrame, Recent
from devices.envelope import Online, Result, Writer
from devices.lights import LIGHT, Button, ModuleState
from simulation.machines.conveyor import Connected
from simulation.machines.machine import Effect, Emit, Heard, Physical


@dataclass(frozen=True, slots=True)
class Pressed:
    """Somebody presses the button of a module."""

    module: str


@dataclass(frozen=True, slots=True)
class Died:
    """A module answers no more, or answers again."""

    module: str
    dead: bool = True


@dataclass(slots=True, kw_only=True)
class LightRail:
    """`lit` are the figures that the modules show; without `modules` it has any that is asked."""

    name: str
    topic: str
    modules: tuple[str, ...] = ()
    boot: str = "0"
    addresses: tuple[str, ...] = field(init=False)
    lit: dict[str, int] = field(default_factory=dict, init=False)
    ignored: int = field(default=0, init=False)  # commands that were not of wh/v1
    _dead: set[str] = field(default_factory=set, init=False)
    _newest: dict[str, int] = field(default_factory=dict, init=False)
    _answers: Recent[str, Emit] = field(default_factory=Recent, init=False)
    _writer: Writer = field(init=False)

    def __post_init__(self) -> None:
        self.addresses = (f"{self.topic}/cmd/light",)
        self._writer = Writer(f"{self.name}-{self.boot}")

    def handle(self, now_us: int, happening: object, /) -> tuple[Effect, ...]:
        match happening:
            case Connected():
                return (self._emit(now_us, "conn", Online(online=True)),)
            case Pressed(module=module) if module not in self._dead:
                return (self._emit(now_us, "evt/button", Button(module)),)
            case Died(module=module, dead=dead):
                self._dead = self._dead | {module} if dead else self._dead - {module}
                return (self._emit(now_us, "evt/module", ModuleState(module, dead)),)
            case Heard(payload=payload):
                return self._light(now_us, payload)
        return ()

    def _light(self, now_us: int, payload: bytes) -> tuple[Effect, ...]:
        try:
            message = LIGHT.read(payload)
        except BadFrame:
            self.ignored += 1
            return ()
        known = self._answers.get(message.corr)
        if known:
            return (known,)
        module, units, row = message.data.module, message.data.units, int(message.corr or 0)
        reason, shown = "", list[Physical]()
        if message.deadline and message.deadline * 1_000 < now_us:
            reason = "expired"
        elif module in self._dead or (self.modules and module not in self.modules):
            reason = module
        elif row >= self._newest.get(module, 0):
            self._newest[module] = row
            shown.append(self._show(module, units))
        answer = self._emit(now_us, "res/light", Result(not reason, reason), message.corr)
        if message.corr:
            self._answers.keep(message.corr, answer)
        return (*shown, answer)

    def _show(self, module: str, units: int) -> Physical:
        self.lit.pop(module, None)
        if units:
            self.lit[module] = units
        data: dict[str, Any] = {"module": module, "units": units}
        return Physical("lit", data)

    def _emit(self, now_us: int, name: str, data: Struct, corr: str = "") -> Emit:
        return Emit(f"{self.topic}/{name}", self._writer.write(data, now_us // 1_000, corr))

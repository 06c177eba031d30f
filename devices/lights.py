"""Owns the host's side of lights at slots on wh/v1: put-to-light, one rail per wall or station.

A module is a lamp with a figure and a confirm button, named as the slot that it is at. The driver
passes figures on and tells who was pressed. It refuses to know what a press means, and to light
anything after its deadline.

Checklist: source wh/v1 | reconnect `conn` becomes an `offline` fault, a command is sent again
until accepted | duplicate-safe `corr` is the outbox row, both sides answer a repeat from memory,
and a module heeds no row older than its last | tape tests/tapes/lights.jsonl | faults dead_module,
module_works, offline, too_late, no_answer, bad_frame.
"""

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from controller.messages import ButtonPressed, Event
from devices.calling import Called, Take
from devices.driver import Effects, read_job
from devices.envelope import Codec, Name, fault_of

Units = Annotated[int, Meta(ge=0, le=1_000_000)]


class Light(Struct, frozen=True, forbid_unknown_fields=True):
    """A module shows so many units and waits for its button; 0: it is dark."""

    module: Name
    units: Units


class Button(Struct, frozen=True, forbid_unknown_fields=True):
    """The confirm button of a module was pressed."""

    module: Name


class ModuleState(Struct, frozen=True, forbid_unknown_fields=True):
    """A module does not answer its rail, or does so again."""

    module: Name
    dead: bool


class LightJob(Struct, frozen=True, forbid_unknown_fields=True):
    """The payload of an outbox row."""

    do: Literal["light"]
    module: Name
    units: Units


LIGHT: Final = Codec(Light)
BUTTON: Final = Codec(Button)
MODULE: Final = Codec(ModuleState)


class Lights(Called):
    """`topic` is the rail's branch, such as wh/v1/main/pack/lights-wall-01."""

    def __init__(self, name: str, topic: str, boot: str = "0") -> None:
        super().__init__(name, topic, boot)

    def _ends(self) -> dict[str, Take]:
        return {
            "evt/button": self._button,
            "evt/module": self._module,
            "res/light": self._answered,
        }

    def carry_out(self, event: Event, now_ms: int, /) -> Effects:
        job = read_job(event.payload, LightJob)
        return self._caller.call(event, "light", Light(job.module, job.units), now_ms)

    def _button(self, payload: bytes, _now_ms: int) -> Effects:
        message = BUTTON.read(payload)
        pressed = ButtonPressed(
            id=message.command_id(self.name),
            actor=self.name,
            device=self.name,
            module=message.data.module,
        )
        return self._caller.effects(pressed)

    def _module(self, payload: bytes, _now_ms: int) -> Effects:
        message = MODULE.read(payload)
        fault = "dead_module" if message.data.dead else "module_works"
        return self._caller.effects(fault_of(message, self.name, fault, message.data.module))

    def _answered(self, payload: bytes, now_ms: int) -> Effects:
        """A module that is dead, or that the rail has not got, is an alarm; the screen goes on."""
        return self._caller.answered(payload, now_ms, "dead_module")

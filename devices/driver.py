"""Owns what a driver is: outbox rows and bytes in, bytes and commands out; no I/O and no clock.

A driver never raises towards the controller: what it cannot do is a `DeviceError`, which the hub
turns into a `DeviceFault`. It refuses to keep anything that must survive a restart; the outbox
and the journal do that.

DeviceError                     fault (the code that a DeviceFault carries) and one sentence
|-- DeviceOffline               the wire to the device is down; nothing was sent
|-- NoAnswer                    the device stayed silent; what it did is unknown
|-- Silent                      a device that speaks regularly has stopped, though connected
`-- BadFrame                    bytes or a payload that break the agreed form
"""

import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import Any, ClassVar, Generic, Protocol, TypeVar, cast

import msgspec

from controller.messages import Command, DeviceFault, Event

K = TypeVar("K")
V = TypeVar("V")
J = TypeVar("J")

DRIVERS = "pickwright.drivers"
BUILT_IN = {
    "conveyor": "devices.conveyor:Conveyor",
    "lights": "devices.lights:Lights",
    "printer": "devices.printer:Printer",
    "scale": "devices.scale:Scale",
    "scanner": "devices.scanner:Scanner",
    "sorter": "devices.sorter:Sorter",
}


class DeviceError(Exception):
    fault: ClassVar[str] = "device_error"


class DeviceOffline(DeviceError):
    fault = "offline"


class NoAnswer(DeviceError):
    fault = "no_answer"


class Silent(DeviceError):
    fault = "silent"


class BadFrame(DeviceError):
    fault = "bad_frame"


@dataclass(frozen=True, slots=True)
class Send:
    address: str
    payload: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """What a driver wants done.

    `delivered` names outbox rows that the device has answered and from which nothing follows.
    `wake_ms` is the next instant at which the driver wants `wake`; it replaces the one before,
    and 0 stands for "not at all".
    """

    sends: tuple[Send, ...] = ()
    commands: tuple[Command[Any], ...] = ()
    delivered: tuple[int, ...] = ()
    wake_ms: int = 0


class Driver(Protocol):
    """One device on the host's side.

    `addresses` are those it listens to. `repeatable` says that the device recognises a command
    that it gets twice; a row for a device that does not is marked as sent before it leaves.
    """

    @property
    def name(self) -> str: ...
    @property
    def addresses(self) -> tuple[str, ...]: ...
    @property
    def repeatable(self) -> bool: ...

    def carry_out(self, event: Event, now_ms: int, /) -> Effects:
        """Acts on an outbox row once; the same `event.id` again is answered from memory.

        Raises: DeviceError when the row cannot be carried out.
        """

    def heard(self, address: str, payload: bytes, now_ms: int, /) -> Effects:
        """Takes bytes as they came; frames may be split, doubled or garbled.

        Raises: BadFrame naming the field that is wrong.
        """

    def connected(self, now_ms: int, /) -> Effects:
        """The wire is there again: a frame may be cut, and the device may have been off."""

    def wake(self, now_ms: int, /) -> Effects:
        """Gives the driver the time that it asked for; the hub also does so once at the start."""


class Recent(Generic[K, V]):
    """The last `size_max` answers by key; the oldest is forgotten first."""

    def __init__(self, size_max: int = 4_096) -> None:
        self._size_max = size_max
        self._kept: dict[K, V] = {}

    def get(self, key: K) -> V | None:
        return self._kept.get(key)

    def keep(self, key: K, value: V) -> V:
        self._kept.pop(key, None)
        self._kept[key] = value
        if len(self._kept) > self._size_max:
            del self._kept[next(iter(self._kept))]
        return value


@dataclass(slots=True)
class Ids:
    """Makes command ids for a device whose messages carry no number of their own."""

    device: str
    boot: str
    _count: int = field(default=0, init=False)

    def next(self) -> str:
        self._count += 1
        return f"{self.device}/{self.boot}/{self._count}"

    def fault(self, fault: str, detail: str = "", outbox: int = 0) -> DeviceFault:
        return DeviceFault(
            id=self.next(),
            actor=self.device,
            device=self.device,
            fault=fault,
            detail=detail,
            outbox=outbox,
        )


def read_job(payload: dict[str, Any], kind: type[J]) -> J:
    """The payload of an outbox row as `kind`. Raises: BadFrame naming the field that is wrong."""
    try:
        return msgspec.convert(payload, kind)
    except msgspec.ValidationError as wrong:
        raise BadFrame(f"outbox payload: {wrong}") from wrong


def driver_kinds() -> Sequence[str]:
    """The drivers that exist: built in, or registered under the entry point."""
    return sorted({*BUILT_IN, *entry_points(group=DRIVERS).names})


def driver_kind(kind: str) -> Callable[..., Driver]:
    """What makes a driver of `kind`. Raises: ValueError naming the kinds that exist."""
    if kind in BUILT_IN:
        return cast(Callable[..., Driver], pkgutil.resolve_name(BUILT_IN[kind]))
    found = entry_points(group=DRIVERS)
    if kind not in found.names:
        raise ValueError(f"no driver {kind!r}; known drivers: {', '.join(driver_kinds())}")
    return cast(Callable[..., Driver], found[kind].load())


def load_driver(kind: str, **settings: Any) -> Driver:
    """A driver of `kind`, built in or registered under the entry point `pickwright.drivers`.

    Raises: ValueError naming the kinds that exist; TypeError naming a setting that does not.
    """
    return driver_kind(kind)(**settings)

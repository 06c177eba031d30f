"""Owns emulated devices on real wires, for whoever connects to Pickwright and has no device yet.

They are the machines of the simulation. It refuses to be a part of a running warehouse: `serve`
never comes here.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from queue import Empty, SimpleQueue
from random import Random
from typing import Final, Protocol

from devices.driver import DeviceOffline
from devices.envelope import read_branch
from devices.transports.mqtt import MqttTransport
from devices.transports.mqtt_connection import Broker
from devices.wiring import presence
from simulation.live.lines import HOST, FarEnds
from simulation.machines import (
    Blocked,
    Connected,
    ConveyorSection,
    Emit,
    EmulatedScale,
    Heard,
    Inducted,
    Lane,
    LightRail,
    Loaded,
    LoopSorter,
    Machine,
    Physical,
    Pressed,
    PutOn,
    Wake,
    Woken,
    ZebraPrinter,
)
from simulation.streams import Chance

LINE: Final = "line"
CODES: Final = ("4006381333931", "9780201379624", "5012345678900")
LANES: Final = ("LANE-01", "LANE-02", "RUNOUT")
JAM_EVERY, JAM_FOR = 10, 3  # parcels
MASSES_G: Final = (430, 1_250, 7_800)


@dataclass
class End:
    """The device's end of a wire: what comes over it is in `arrived`, `send` answers."""

    where: str
    send: Callable[[str, bytes], None]
    arrived: "SimpleQueue[Heard | Connected]" = field(default_factory=SimpleQueue)


def opened(*, tcp: int, pty: bool, broker: Broker | None, topic: str) -> End:
    """The wire that was asked for. Raises: OSError when the port is taken."""
    if broker is not None:
        read_branch(topic)
        return _on_broker(broker, topic)
    arrived: SimpleQueue[Heard | Connected] = SimpleQueue()
    lines = FarEnds(lambda address, payload: arrived.put(Heard(address, payload)))
    where = lines.serial(LINE) if pty else f"{HOST}:{lines.tcp(LINE, tcp)}"
    lines.start()
    return End(where, lines.send, arrived)


def _on_broker(broker: Broker, topic: str) -> End:
    wire = MqttTransport(broker, presence(topic, f"{time.time_ns()}"))

    def send(address: str, payload: bytes) -> None:
        with suppress(DeviceOffline):
            wire.send(address, payload)

    end = End(f"{broker}, {topic}", send)

    def heard(address: str, payload: bytes, taken: Callable[[], None]) -> None:
        taken()
        end.arrived.put(Heard(address, payload))

    def changed(_address: str, why: str) -> None:
        if not why:
            end.arrived.put(Connected())

    wire.watch(changed)
    wire.listen(f"{topic}/cmd/+", heard)
    wire.start()
    return end


class Actor(Protocol):
    def run(self, end: End, every_ms: int, tell: Callable[[str], None], /) -> None:
        """Lives until it is interrupted, and tells what happens."""


def actor(kind: str, end: End, paper: int) -> Actor:
    return _Scanner() if kind == "scanner" else _Actor(kind, end, paper)


class _Scanner:
    """A fixed scanner needs no machine: it says what it reads."""

    def run(self, end: End, every_ms: int, tell: Callable[[str], None]) -> None:
        for number in count():
            code = CODES[number % len(CODES)]
            end.send(LINE, code.encode() + b"\r")
            tell(f"read {code}")
            time.sleep(every_ms / 1_000)


class _Actor:
    """One machine in real time, and what happens to it by itself."""

    def __init__(self, kind: str, end: End, paper: int) -> None:
        self._kind = kind
        self._machine = _machine(kind, end, paper)
        self._wakes: list[tuple[int, int, str]] = []
        self._turns = count()

    def run(self, end: End, every_ms: int, tell: Callable[[str], None]) -> None:
        next_us = _now_us()
        for number in count():
            while (left_us := next_us - _now_us()) > 0:
                if self._wakes:
                    left_us = min(left_us, self._wakes[0][0] - _now_us())
                self._live(end, max(0, left_us) / 1_000_000, tell)
            next_us += every_ms * 1_000
            happening = self._happening(number, every_ms)
            if happening is not None:
                tell(f"{happening}")
                self._take(end, happening, tell)

    def _live(self, end: End, wait_s: float, tell: Callable[[str], None]) -> None:
        try:
            happening = end.arrived.get(timeout=wait_s)
        except Empty:
            pass
        else:
            if isinstance(happening, Heard):
                tell(f"heard {happening.payload[:120]!r}")
            self._take(end, happening, tell)
        while self._wakes and self._wakes[0][0] <= _now_us():
            self._take(end, Woken(heappop(self._wakes)[2]), tell)

    def _take(self, end: End, happening: object, tell: Callable[[str], None]) -> None:
        for effect in self._machine.handle(_now_us(), happening):
            match effect:
                case Emit(address=address, payload=payload):
                    end.send(address, payload)
                    tell(f"said {payload[:120]!r}")
                case Wake(at_us=at_us, token=token):
                    heappush(self._wakes, (at_us, next(self._turns), token))
                case Physical(kind=kind, data=data):
                    tell(f"{kind}: {data}")

    def _happening(self, number: int, every_ms: int) -> object:
        if self._kind == "scale":
            return Loaded(0 if number % 2 else MASSES_G[number // 2 % len(MASSES_G)])
        if self._kind == "sorter":
            return Inducted("B1", f"P{number}", (CODES[number % len(CODES)],))
        if isinstance(self._machine, LightRail) and self._machine.lit:
            return Pressed(min(self._machine.lit))
        if self._kind == "conveyor":
            jams = number % JAM_EVERY == JAM_EVERY - 1
            return Blocked(JAM_FOR * every_ms * 1_000) if jams else PutOn({"parcel": f"P{number}"})
        return None


def _machine(kind: str, end: End, paper: int) -> Machine:
    if kind == "scale":
        return EmulatedScale(name="SIM", address=LINE, random=Random(1))
    if kind == "printer":
        return ZebraPrinter(name="SIM", address=LINE, paper=paper)
    topic = end.where.rpartition(", ")[2]
    if kind == "lights":
        return LightRail(name=read_branch(topic), topic=topic, boot=str(time.time_ns()))
    if kind == "conveyor":
        return ConveyorSection(name=read_branch(topic), topic=topic, boot=str(time.time_ns()))
    lanes = {name: Lane(at_mm=5_000 * nth) for nth, name in enumerate(LANES, 1)}
    return LoopSorter(
        name=read_branch(topic),
        topic=topic,
        chance=Chance(1, "sorter", lambda: _now_us() // 1_000),
        lanes=lanes,
        benches={"B1": 55_000},
        loop_mm=60_000,
        boot=str(time.time_ns()),
    )


def _now_us() -> int:
    return time.time_ns() // 1_000

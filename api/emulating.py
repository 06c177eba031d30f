"""Owns emulated devices on real wires, for whoever connects to Pickwright and has no device yet.

They are the machines of the simulation. It refuses to be a part of a running warehouse: `serve`
never comes here.
"""

import os
import socket
import threading
import time
import tty
from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from queue import Empty, SimpleQueue
from random import Random
from typing import Final, Protocol

from devices.envelope import read_branch
from devices.transports.mqtt import MqttTransport
from devices.transports.mqtt_connection import Broker
from devices.wiring import presence
from simulation.machines import (
    Emit,
    EmulatedScale,
    Heard,
    Inducted,
    Lane,
    Loaded,
    LoopSorter,
    Machine,
    Physical,
    Wake,
    Woken,
    ZebraPrinter,
)

LINE: Final = "line"
CODES: Final = ("4006381333931", "9780201379624", "5012345678900")
LANES: Final = ("LANE-01", "LANE-02", "RUNOUT")
MASSES_G: Final = (430, 1_250, 7_800)


@dataclass
class End:
    """The device's end of a wire: bytes come into `arrived`, `send` answers."""

    where: str
    send: Callable[[str, bytes], None]
    arrived: "SimpleQueue[tuple[str, bytes]]" = field(default_factory=SimpleQueue)


def opened(*, tcp: int, pty: bool, broker: Broker | None, topic: str) -> End:
    """The wire that was asked for. Raises: OSError when the port is taken."""
    if broker is not None:
        read_branch(topic)
        return _on_broker(broker, topic)
    return _on_pty() if pty else _on_tcp(tcp)


def _on_broker(broker: Broker, topic: str) -> End:
    wire = MqttTransport(broker, presence(topic, f"{time.time_ns()}"))
    end = End(f"{broker}, {topic}", wire.send)

    def heard(address: str, payload: bytes, taken: Callable[[], None]) -> None:
        taken()
        end.arrived.put((address, payload))

    wire.listen(f"{topic}/cmd/divert", heard)
    wire.start()
    return end


def _on_pty() -> End:
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    end = End(os.ttyname(theirs), lambda _address, payload: _written(ours, payload))
    threading.Thread(target=_read, args=(lambda: os.read(ours, 4_096), end), daemon=True).start()
    return end


def _written(file: int, payload: bytes) -> None:
    os.write(file, payload)


def _on_tcp(port: int) -> End:
    server = socket.create_server(("127.0.0.1", port))
    callers: list[socket.socket] = []

    def send(_address: str, payload: bytes) -> None:
        for caller in callers[-1:]:
            caller.sendall(payload)

    end = End(f"127.0.0.1:{server.getsockname()[1]}", send)

    def accept() -> None:
        while True:
            caller, _ = server.accept()
            callers.append(caller)
            _read(lambda caller=caller: caller.recv(4_096), end)  # type: ignore[misc]
            callers.remove(caller)

    threading.Thread(target=accept, daemon=True).start()
    return end


def _read(read: Callable[[], bytes], end: End) -> None:
    """Until the other side hangs up."""
    try:
        while payload := read():
            end.arrived.put((LINE, payload))
    except OSError:
        return


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
            happening = self._happening(number)
            if happening is not None:
                tell(f"{happening}")
                self._take(end, happening, tell)

    def _live(self, end: End, wait_s: float, tell: Callable[[str], None]) -> None:
        try:
            address, payload = end.arrived.get(timeout=wait_s)
        except Empty:
            pass
        else:
            address = self._machine.addresses[0] if address == LINE else address
            tell(f"heard {payload[:120]!r}")
            self._take(end, Heard(address, payload), tell)
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

    def _happening(self, number: int) -> object:
        if self._kind == "scale":
            return Loaded(0 if number % 2 else MASSES_G[number // 2 % len(MASSES_G)])
        if self._kind == "sorter":
            return Inducted("B1", f"P{number}", (CODES[number % len(CODES)],))
        return None


def _machine(kind: str, end: End, paper: int) -> Machine:
    if kind == "scale":
        return EmulatedScale(name="SIM", address=LINE, random=Random(1))
    if kind == "printer":
        return ZebraPrinter(name="SIM", address=LINE, paper=paper)
    lanes = {name: Lane(at_mm=5_000 * nth) for nth, name in enumerate(LANES, 1)}
    topic = end.where.rpartition(", ")[2]
    return LoopSorter(
        name=read_branch(topic),
        topic=topic,
        random=Random(1),
        lanes=lanes,
        benches={"B1": 55_000},
        loop_mm=60_000,
        boot=str(time.time_ns()),
    )


def _now_us() -> int:
    return time.time_ns() // 1_000

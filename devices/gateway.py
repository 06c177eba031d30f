"""Owns the gateway: lines of a bench or a belt, carried to a broker byte by byte, and back.

Each line has a connection of its own, so that the broker tells of its death. Bytes are kept, in
their order, until the controller has worked them off; what it does not take within `KEPT_S` is
given up, and it is told that something is missing. Commands that come late, or while the line is
closed, are dropped: their driver knows. It refuses to understand what it carries.
"""

import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from devices.chunks import CHUNK, LOST, RECEIVED, Backlog, Joiner
from devices.driver import BadFrame, DeviceOffline
from devices.envelope import Writer
from devices.settings import Devices, DevicesWrong
from devices.transports.lines import Line
from devices.transports.mqtt import MqttTransport
from devices.transports.mqtt_connection import Broker
from devices.transports.transport import Taken
from devices.wiring import lines, now_ms, presence

KEPT_S: Final = 10.0  # later a weight or a code is no longer what lies there
KEPT_MAX: Final = 500


@dataclass(slots=True)
class Counts:
    """What one line has carried. Units: bytes, and commands that were dropped."""

    in_bytes: int = 0
    out_bytes: int = 0
    dropped: int = 0


class CarriedLine:
    """One line, its branch, and the connection that speaks for it."""

    def __init__(
        self, line: Line, branch: str, broker: Broker, boot: str, kept_s: float = KEPT_S
    ) -> None:
        device = branch.rpartition("/")[2]
        self.line, self.branch, self.counts = line, branch, Counts()
        conn = presence(branch, f"gateway-{boot}")
        self.wire = MqttTransport(
            replace(broker, client=f"{broker.client}-{device}", lasting=False),
            lambda online: conn(online and line.connected),
        )
        self._conn = conn
        self._backlog = Backlog(Writer(f"{device}-line-{boot}"[:64]), KEPT_MAX, kept_s)
        self._lock = threading.Lock()
        self._joiner = Joiner()
        line.watch(self._line_changed)
        line.listen(line.address, self._from_line)
        self.wire.watch(self._wire_changed)
        self.wire.listen(f"{branch}/cmd/line", self._from_wire)
        self.wire.listen(f"{branch}/cmd/received", self._received)

    def start(self) -> None:
        self.wire.start()
        self.line.start()

    def stop(self) -> None:
        self.line.stop()
        self.wire.stop()

    @property
    def state(self) -> str:
        """ "" while both ends are there, else what is missing."""
        missing = [end.why for end in (self.line, self.wire) if not end.connected]
        return "; ".join(missing)

    @property
    def lost_bytes(self) -> int:
        """What was given up since nobody took it in time."""
        return self._backlog.lost_bytes

    def _from_line(self, _address: str, payload: bytes, _taken: Taken) -> None:
        with self._lock:
            self.counts.in_bytes += len(payload)
            self._backlog.add(payload, time.monotonic())
            self._pass_on()

    def _pass_on(self) -> None:
        """Sends what is not on its way yet, the oldest first."""
        with suppress(DeviceOffline):  # all of it again when the broker is back
            while message := self._backlog.message(time.monotonic(), now_ms()):
                self.wire.send(f"{self.branch}/evt/line", message)
                self._backlog.sent()

    def _received(self, _topic: str, payload: bytes, taken: Taken) -> None:
        taken()
        with self._lock, suppress(BadFrame):
            self._backlog.received(RECEIVED.read(payload).data)
            self._pass_on()

    def _from_wire(self, _topic: str, payload: bytes, taken: Taken) -> None:
        taken()
        try:
            message = CHUNK.read(payload)
            new = self._joiner.take(message).removeprefix(LOST)
            if new and message.deadline and message.deadline < now_ms():
                raise DeviceOffline("too late")
            if new:
                self.line.send(self.line.address, new)
                self.counts.out_bytes += len(new)
        except (BadFrame, DeviceOffline):
            self.counts.dropped += 1

    def _line_changed(self, _address: str, why: str) -> None:
        if self.wire.connected:
            self._say(not why)

    def _wire_changed(self, topic: str, why: str) -> None:
        if not why and topic.endswith("/received"):
            with self._lock:
                self._backlog.again()
                self._pass_on()

    def _say(self, online: bool) -> None:
        send = self._conn(online)
        try:
            self.wire.send(send.address, send.payload)
        except DeviceOffline:
            return  # said again when the broker is back


class Gateway:
    """All lines of a file that have a branch."""

    def __init__(
        self, devices: Devices, broker: Broker, boot: str, kept_s: float = KEPT_S
    ) -> None:
        self.carried: Sequence[CarriedLine] = [
            CarriedLine(line, devices.branches[line.address], broker, boot, kept_s)
            for line in lines(devices)
            if line.address in devices.branches
        ]
        if not self.carried:
            raise DevicesWrong(
                ["no line has a branch: add branch = wh/v1/SITE/AREA/DEVICE to a [serial.NAME]"]
            )

    def start(self) -> None:
        for each in self.carried:
            each.start()

    def stop(self) -> None:
        for each in self.carried:
            each.stop()

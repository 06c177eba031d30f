"""Owns the gateway: lines of a bench or a belt, carried to a broker byte by byte, and back.

Each line has a connection of its own, so that the broker tells of its death. Bytes that come
while the broker is away are kept for a few seconds and then counted as lost; commands that come
late, or while the line is closed, are dropped: their driver knows. It refuses to understand what
it carries.
"""

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from devices.chunks import CHUNK, CHUNK_MAX, LOST, Cutter, Joiner
from devices.driver import BadFrame, DeviceOffline
from devices.envelope import Writer
from devices.settings import Devices, DevicesWrong
from devices.transports.lines import Line
from devices.transports.mqtt import MqttTransport
from devices.transports.mqtt_connection import Broker
from devices.transports.transport import Taken
from devices.wiring import lines, now_ms, presence

KEPT_S: Final = 4.0
KEPT_MAX: Final = 200


@dataclass(slots=True)
class Counts:
    """What one line has carried. Units: bytes, and commands that were dropped."""

    in_bytes: int = 0
    out_bytes: int = 0
    lost_bytes: int = 0
    dropped: int = 0


class CarriedLine:
    """One line, its branch, and the connection that speaks for it."""

    def __init__(self, line: Line, branch: str, broker: Broker, boot: str) -> None:
        device = branch.rpartition("/")[2]
        self.line, self.branch, self.counts = line, branch, Counts()
        conn = presence(branch, f"gateway-{boot}")
        self.wire = MqttTransport(
            replace(broker, client=f"{broker.client}-{device}", lasting=False),
            lambda online: conn(online and line.connected),
        )
        self._conn = conn
        self._cutter = Cutter(Writer(f"{device}-line-{boot}"[:64]))
        self._joiner = Joiner()
        self._kept: deque[tuple[float, bytes]] = deque()
        line.watch(self._line_changed)
        line.listen(line.address, self._from_line)
        self.wire.watch(self._wire_changed)
        self.wire.listen(f"{branch}/cmd/line", self._from_wire)

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

    def _from_line(self, _address: str, payload: bytes, _taken: Taken) -> None:
        self.counts.in_bytes += len(payload)
        for start in range(0, len(payload), CHUNK_MAX):
            part = payload[start : start + CHUNK_MAX]
            self._kept.append((time.monotonic(), self._cutter.write(part, now_ms())))
        self._pass_on()

    def _pass_on(self) -> None:
        """Sends what is kept, oldest first; what is too old to be of use counts as lost."""
        while self._kept:
            came_s, message = self._kept[0]
            if len(self._kept) > KEPT_MAX or time.monotonic() - came_s > KEPT_S:
                self.counts.lost_bytes += len(CHUNK.read(message).data.bytes)
            else:
                try:
                    self.wire.send(f"{self.branch}/evt/line", message)
                except DeviceOffline:
                    return
            self._kept.popleft()

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

    def _wire_changed(self, _topic: str, why: str) -> None:
        if not why:
            self._pass_on()

    def _say(self, online: bool) -> None:
        send = self._conn(online)
        try:
            self.wire.send(send.address, send.payload)
        except DeviceOffline:
            return  # said again when the broker is back


class Gateway:
    """All lines of a file that have a branch."""

    def __init__(self, devices: Devices, broker: Broker, boot: str) -> None:
        self.carried: Sequence[CarriedLine] = [
            CarriedLine(line, devices.branches[line.address], broker, boot)
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

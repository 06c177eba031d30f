"""Owns lines behind a gateway: to a driver a line like any other, on the wire messages of wh/v1.

The address line/<site>/<area>/<device> stands for the branch wh/v1/<site>/<area>/<device>. The
line is up while the broker is there and the gateway says that its end is open. The gateway keeps
what it heard until this end says that it has worked it off. It refuses to send what the gateway
could only pass on late.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from msgspec.structs import replace

from devices.chunks import CHUNK, Cutter, Joiner, Received
from devices.driver import BadFrame, DeviceOffline
from devices.envelope import ONLINE, Writer
from devices.transports.transport import Changed, Heard, Taken, Transport

DEADLINE_MS: Final = 2_000  # a driver that hears nothing for longer takes its send for lost
NOTHING: Final = Received(session="", at=0, again=False)


@dataclass(slots=True, eq=False)
class _Bridged:
    address: str
    branch: str
    heard: Heard
    cutter: Cutter
    writer: Writer  # of the words about what was received
    joiner: Joiner = field(default_factory=Joiner)
    received: Received = NOTHING  # how far the controller has worked it off
    asked: Received = NOTHING  # from where on the gateway was asked to send again
    open: bool = False
    why: str = ""


class BridgedLines:
    """`boot` tells this start of the process, and so its streams, from all others."""

    def __init__(self, wire: Transport, boot: str, now_ms: Callable[[], int]) -> None:
        self.connected = True
        self.why = ""
        self._wire = wire
        self._boot = boot
        self._now_ms = now_ms
        self._lines: dict[str, _Bridged] = {}
        self._watchers: list[Changed] = []
        self._lock = threading.Lock()
        wire.watch(self._wire_changed)

    def start(self) -> None:
        """The broker's wire is started by who owns it."""

    def stop(self) -> None:
        """As with `start`."""

    def watch(self, changed: Changed) -> None:
        self._watchers.append(changed)

    def listen(self, address: str, heard: Heard) -> None:
        branch = f"wh/v1/{address.partition('/')[2]}"
        device = branch.rpartition("/")[2]
        cutter = Cutter(Writer(f"{device}-host-{self._boot}"[:64]))
        line = _Bridged(address, branch, heard, cutter, Writer(f"{device}-ear-{self._boot}"[:64]))
        self._lines[branch] = self._lines[address] = line
        self._close(line, f"the gateway of {branch} has not said that its line is open")
        self._wire.listen(f"{branch}/evt/line", self._heard)
        self._wire.listen(f"{branch}/conn", self._presence)

    def send(self, address: str, payload: bytes) -> None:
        line = self._lines[address]
        if not line.open:
            raise DeviceOffline(line.why)
        now_ms = self._now_ms()
        message = line.cutter.write(payload, now_ms, now_ms + DEADLINE_MS)
        self._wire.send(f"{line.branch}/cmd/line", message)

    # --- on the network thread -----------------------------------------------------------------

    def _heard(self, topic: str, payload: bytes, taken: Taken) -> None:
        line = self._lines[topic.removesuffix("/evt/line")]
        try:
            new = line.joiner.take(CHUNK.read(payload))
        except BadFrame:
            line.heard(line.address, payload, taken)  # not ours to judge: its driver reports it
            return
        up_to = Received(session=line.joiner.session, at=line.joiner.at, again=False)
        if new:
            line.heard(line.address, new, lambda: self._took(line, up_to, taken))
        else:
            taken()
            self._tell_gateway(line, line.received)  # its last word may be lost
        if line.joiner.missing and line.asked != up_to:
            line.asked = up_to
            self._ask_again(line)

    def _took(self, line: _Bridged, up_to: Received, taken: Taken) -> None:
        """From any thread: what followed from the bytes is committed."""
        taken()
        line.received = up_to
        self._tell_gateway(line, up_to)

    def _ask_again(self, line: _Bridged) -> None:
        self._tell_gateway(line, replace(line.received, again=True))

    def _tell_gateway(self, line: _Bridged, word: Received) -> None:
        """What is lost on the way is said again when the broker is back."""
        with self._lock, suppress(DeviceOffline):
            message = line.writer.write(word, self._now_ms())
            self._wire.send(f"{line.branch}/cmd/received", message)

    def _presence(self, topic: str, payload: bytes, taken: Taken) -> None:
        line = self._lines[topic.removesuffix("/conn")]
        taken()
        try:
            there = ONLINE.read(payload).data.online
        except BadFrame:
            return
        if there:
            line.open, line.why = True, ""
            self._tell(line)
        else:
            self._close(line, f"the gateway of {line.branch} says that its line is closed")

    def _wire_changed(self, topic: str, why: str) -> None:
        line = self._lines.get(topic.removesuffix("/evt/line"))
        if line is None:
            return
        if why:
            self._close(line, why)
        else:
            self._ask_again(line)

    def _close(self, line: _Bridged, why: str) -> None:
        line.open, line.why = False, why
        self._tell(line)

    def _tell(self, line: _Bridged) -> None:
        for changed in self._watchers:
            changed(line.address, line.why)

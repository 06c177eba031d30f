"""Owns which connected devices have fallen silent: nothing heard for longer than they may be.

A device that hangs keeps its connection, so presence alone does not show it. What the broker says
for it is no sign of life: its will, and a retained message that comes once more. It refuses to
judge a device that is known to be away; that is an alarm already.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from devices.driver import BadFrame
from devices.envelope import ONLINE, is_retained
from devices.outages import Outages

PRESENCE = "/conn"


@dataclass(slots=True)
class Silences:
    """`silent_ms` of each device that speaks regularly; of no other is anything expected."""

    silent_ms: Mapping[str, int]
    _since_ms: dict[str, int] = field(default_factory=dict, init=False)
    _told: set[str] = field(default_factory=set, init=False)
    _met: set[str] = field(default_factory=set, init=False)
    _away: set[str] = field(default_factory=set, init=False)
    _kept: dict[str, bytes] = field(default_factory=dict, init=False)

    def heard(self, device: str, address: str, payload: bytes, now_ms: int) -> bool:
        """Whether people are to be told that the device speaks again.

        At its first word in a process they are: an alarm of the process before may be open.
        """
        if device not in self.silent_ms:
            return False
        if address.endswith(PRESENCE):
            self._presence(device, payload, now_ms)
            return False
        if is_retained(address):
            if self._kept.get(address) == payload:
                return False
            self._kept[address] = payload
        self._since_ms[device] = now_ms
        told = device in self._told or device not in self._met
        self._told.discard(device)
        self._met.add(device)
        return told

    def begin(self, device: str, now_ms: int) -> None:
        """The wire to the device is there again: it has its time from now."""
        self._since_ms[device] = now_ms

    def due(self, now_ms: int, cut_off: Outages) -> list[tuple[str, int]]:
        """The devices that are to be told of now, each once, and since when they are silent.

        Of those that are cut off nothing is expected.
        """
        late = []
        for device, limit_ms in self.silent_ms.items():
            since_ms = self._since_ms.setdefault(device, now_ms)
            if self._waits(device, cut_off) and since_ms + limit_ms <= now_ms:
                self._told.add(device)
                late.append((device, since_ms))
        return late

    def next_ms(self, cut_off: Outages) -> int:
        """When `due` has something next; 0 for never."""
        ends = (
            since_ms + self.silent_ms[device]
            for device, since_ms in self._since_ms.items()
            if device in self.silent_ms and self._waits(device, cut_off)
        )
        return min(ends, default=0)

    def _waits(self, device: str, cut_off: Outages) -> bool:
        return device not in self._told | self._away and device not in cut_off

    def _presence(self, device: str, payload: bytes, now_ms: int) -> None:
        try:
            online = ONLINE.read(payload).data.online
        except BadFrame:  # its driver reports it
            return
        if not online:
            self._away.add(device)
        elif device in self._away:
            self._away.discard(device)
            self._since_ms[device] = now_ms

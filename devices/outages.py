"""Owns which devices are cut off: their wire is down, since when, why, and whether it was told.

A short outage is nobody's business: a broker that starts again within `TOLD_MS` raises no alarm
and costs no command. It refuses to judge the device behind the wire; that is its driver's.
"""

from dataclasses import dataclass, field
from typing import Final

TOLD_MS: Final = 4_000


@dataclass(slots=True)
class _Outage:
    since_ms: int
    why: str
    told: bool = False


@dataclass(slots=True)
class Outages:
    """A device whose wire has never been spoken of is there."""

    _down: dict[str, _Outage] = field(default_factory=dict, init=False)
    _met: set[str] = field(default_factory=set, init=False)

    def __contains__(self, device: str) -> bool:
        return device in self._down

    def begin(self, device: str, why: str, now_ms: int) -> None:
        self._down.setdefault(device, _Outage(now_ms, why)).why = why

    def end(self, device: str) -> bool | None:
        """Whether people are to be told that the device is back; None when it was there.

        The first time in a process they are: an alarm of the process before may be open.
        """
        outage = self._down.pop(device, None)
        if outage is None:
            return None
        new = device not in self._met
        self._met.add(device)
        return outage.told or new

    def told(self, device: str) -> str:
        """Why the device is cut off, once this has been told; "" before and without an outage."""
        outage = self._down.get(device)
        return outage.why if outage and outage.told else ""

    def due(self, now_ms: int) -> list[tuple[str, str]]:
        """The devices that are to be told of now, each once, and why."""
        late = [
            (device, each)
            for device, each in self._down.items()
            if not each.told and each.since_ms + TOLD_MS <= now_ms
        ]
        for _, each in late:
            each.told = True
        return [(device, each.why) for device, each in late]

    def next_ms(self) -> int:
        """When `due` has something next; 0 for never."""
        waiting = (each.since_ms + TOLD_MS for each in self._down.values() if not each.told)
        return min(waiting, default=0)

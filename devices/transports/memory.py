"""Owns the wire of demo, simulation and tests: two ends in one process, without threads.

What one end sends, the listeners of the other end hear, in order of listening. A `deliver` hook
may delay, lose or double a message; without it, delivery happens within `send`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from devices.driver import Send
from devices.transports.transport import Changed, Heard, nothing

Deliver = Callable[[Send, Callable[[], None]], None]


@dataclass(slots=True, eq=False)
class MemoryTransport:
    """One end of the wire; make both with `pair`."""

    deliver: Deliver | None = None
    _other: "MemoryTransport | None" = field(default=None, init=False)
    _listeners: dict[str, list[Heard]] = field(default_factory=dict, init=False)

    def send(self, address: str, payload: bytes) -> None:
        other = self._other
        if other is None or address not in other._listeners:
            return
        if self.deliver is None:
            other._arrive(address, payload)
        else:
            self.deliver(Send(address, payload), lambda: other._arrive(address, payload))

    def listen(self, address: str, heard: Heard) -> None:
        self._listeners.setdefault(address, []).append(heard)

    def watch(self, changed: Changed) -> None:
        """A wire in memory is always up."""

    def hang_up(self) -> None:
        """Nobody listens at this end any more, as after a crash; what arrives is lost."""
        self._listeners.clear()

    def _arrive(self, address: str, payload: bytes) -> None:
        for heard in self._listeners.get(address, ()):
            heard(address, payload, nothing)


def pair(deliver: Deliver | None = None) -> tuple[MemoryTransport, MemoryTransport]:
    """The host's end and the floor's end of one wire."""
    host, floor = MemoryTransport(deliver), MemoryTransport(deliver)
    host._other, floor._other = floor, host
    return host, floor

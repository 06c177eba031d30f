"""Owns the seam between drivers and wires: bytes to an address, bytes from an address.

It refuses to know topics, frames or devices. An address is a topic on a broker, or the name of a
serial port or socket.
"""

from collections.abc import Callable
from typing import Protocol

Taken = Callable[[], None]
Heard = Callable[[str, bytes, Taken], None]
Changed = Callable[[str, str], None]


class Transport(Protocol):
    def send(self, address: str, payload: bytes, /) -> None:
        """Raises: DeviceOffline when the wire cannot take the bytes now."""

    def listen(self, address: str, heard: Heard, /) -> None:
        """Calls `heard(address, payload, taken)` for what arrives, maybe from another thread.

        `taken` is for the listener to call, from any thread, when what follows from the payload
        is durable; a wire that can will deliver again what was not taken.
        """

    def watch(self, changed: Changed, /) -> None:
        """Calls `changed(address, why)` when the wire to an address goes down, and why; "" for up.

        To be called before `listen`; a wire is up until it says otherwise.
        """


def nothing() -> None:
    """The `taken` of a wire that cannot deliver again."""

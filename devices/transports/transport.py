"""Owns the seam between drivers and wires: bytes to an address, bytes from an address.

It refuses to know topics, frames or devices. An address is a topic on a broker, or the name of a
serial port or socket.
"""

from collections.abc import Callable
from typing import Protocol

Heard = Callable[[str, bytes], None]


class Transport(Protocol):
    def send(self, address: str, payload: bytes, /) -> None:
        """Raises: DeviceOffline when the wire cannot take the bytes now."""

    def listen(self, address: str, heard: Heard, /) -> None:
        """Calls `heard(address, payload)` for what arrives, maybe from another thread."""

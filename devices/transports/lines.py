"""Owns a line of bytes to one device, over whatever carries them: a serial port or a socket.

One thread per line opens it, reads it, and opens it again when it is gone; another writes, so that
a printer that is busy holds nobody up. It refuses to know frames: chunks are handed on as they
come, and to keep what was not written when the line is gone.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from typing import Final, Protocol

from devices.driver import DeviceOffline
from devices.transports.keeping import Keeper
from devices.transports.transport import Changed, Heard, nothing

ORDERS_MAX: Final = 256


class Channel(Protocol):
    """An open port or socket. All of them raise OSError when the line is gone."""

    def read(self) -> bytes:
        """What has come; b"" after a while without anything."""

    def write(self, payload: bytes, /) -> None: ...
    def close(self) -> None: ...


class Line:
    """`address` is its name on the seam, such as serial/scale-b1; `where` is for people."""

    def __init__(self, address: str, where: str, open_channel: Callable[[], Channel]) -> None:
        self.address = address
        self.where = where
        self.why = f"{where} is not open yet"
        self._open = open_channel
        self._orders: SimpleQueue[bytes] | None = None  # None: not open; b"" ends its writer
        self._listeners: list[Heard] = []
        self._watchers: list[Changed] = []
        self._keeper = Keeper(address, self._serve, self._lost)

    def start(self) -> None:
        self._keeper.start()

    def stop(self) -> None:
        self._keeper.stop()

    @property
    def connected(self) -> bool:
        return self._orders is not None

    def send(self, address: str, payload: bytes) -> None:
        orders = self._orders
        if orders is None:
            raise DeviceOffline(f"{self.why}; nothing was sent to {address}")
        if orders.qsize() >= ORDERS_MAX:
            raise DeviceOffline(f"{self.where} takes no bytes")
        orders.put(payload)

    def listen(self, address: str, heard: Heard) -> None:
        if address != self.address:
            raise ValueError(f"the line {self.address} does not reach {address!r}")
        self._listeners.append(heard)
        if self._orders is None:
            self._tell(self.why)

    def watch(self, changed: Changed) -> None:
        self._watchers.append(changed)

    def _serve(self) -> None:
        channel = self._open()
        orders: SimpleQueue[bytes] = SimpleQueue()
        writer = threading.Thread(target=_write, args=(channel, orders), daemon=True)
        writer.start()
        try:
            self._orders = orders
            self._keeper.opened()
            self._tell("")
            while writer.is_alive() and not self._keeper.stopping:
                if payload := channel.read():
                    for heard in self._listeners:
                        heard(self.address, payload, nothing)
        finally:
            self._orders = None
            orders.put(b"")
            writer.join()
            channel.close()

    def _lost(self, why: str) -> None:
        self.why = f"{self.where}: {why}"
        self._tell(self.why)

    def _tell(self, why: str) -> None:
        for changed in self._watchers:
            changed(self.address, why)


def _write(channel: Channel, orders: "SimpleQueue[bytes]") -> None:
    """Ends with the line: what is still to be written then would come late."""
    with suppress(OSError):
        while payload := orders.get():
            channel.write(payload)

"""Owns the choice of the wire for an address: by its first word, or by the address itself.

It is a wire itself, so a hub sees one. It refuses addresses that no wire carries.
"""

import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from devices.driver import DeviceOffline
from devices.transports.transport import Changed, Heard, Transport


class Wire(Transport, Protocol):
    """A transport that has to be started, and may be down."""

    @property
    def connected(self) -> bool: ...
    @property
    def why(self) -> str: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...


def stop_all(wires: Iterable[Wire]) -> None:
    """Stops them side by side: each may wait for a read that comes to its end."""
    threads = [threading.Thread(target=wire.stop) for wire in wires]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class Wires:
    """`by_address` maps an address, or a first word with its slash such as `wh/`, to its wire."""

    def __init__(self, by_address: Mapping[str, Wire]) -> None:
        self._by_address = dict(by_address)

    @property
    def all(self) -> Sequence[Wire]:
        """Every wire once, in order of the file."""
        return tuple(dict.fromkeys(self._by_address.values()))

    def start(self) -> None:
        """Opens every wire; one that does not open now is opened later."""
        for wire in self.all:
            wire.start()

    def stop(self) -> None:
        stop_all(self.all)

    def send(self, address: str, payload: bytes) -> None:
        wire = self._of(address)
        if wire is None:
            raise DeviceOffline(f"no wire carries {address!r}")
        wire.send(address, payload)

    def listen(self, address: str, heard: Heard) -> None:
        wire = self._of(address)
        if wire is None:
            raise ValueError(f"no wire carries {address!r}: name its line or broker")
        wire.listen(address, heard)

    def watch(self, changed: Changed) -> None:
        for wire in self.all:
            wire.watch(changed)

    def _of(self, address: str) -> Wire | None:
        whole = self._by_address.get(address)
        return whole or self._by_address.get(address.partition("/")[0] + "/")

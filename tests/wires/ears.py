"""Owns what tests hear on a wire: they wait for a condition, never for a time."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from devices.transports.transport import Taken
from tests.until import WAIT_S


@dataclass
class Ear:
    """What came, and how the wire was; `take` decides whether a message is taken at once."""

    take: bool = True
    heard: list[tuple[str, bytes]] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    wire: dict[str, str] = field(default_factory=dict)
    _news: threading.Condition = field(default_factory=threading.Condition)

    def hear(self, address: str, payload: bytes, taken: Taken) -> None:
        with self._news:
            self.heard.append((address, payload))
            self.taken.append(taken)
            self._news.notify_all()
        if self.take:
            taken()

    def changed(self, address: str, why: str) -> None:
        with self._news:
            self.wire[address] = why
            self._news.notify_all()

    @property
    def payloads(self) -> list[bytes]:
        with self._news:
            return [payload for _, payload in self.heard]

    def wait(self, until: Callable[["Ear"], object], patience_s: float = WAIT_S) -> None:
        with self._news:
            held = self._news.wait_for(lambda: until(self), patience_s)
        assert held, f"heard {self.heard[-5:]}, wire {self.wire}"

    def wait_for(self, count: int) -> list[bytes]:
        self.wait(lambda ear: len(ear.heard) >= count)
        return self.payloads

    def wait_up(self) -> None:
        self.wait(lambda ear: ear.wire and not any(ear.wire.values()))

    def wait_down(self) -> str:
        self.wait(lambda ear: any(ear.wire.values()))
        return next(why for why in self.wire.values() if why)

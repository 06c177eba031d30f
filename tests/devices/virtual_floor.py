"""Owns a floor in virtual time for tests: the hub, emulated machines, a desk that remembers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from typing import Any

from controller.errors import ControllerError
from controller.messages import Command, Event
from devices.driver import Driver
from devices.hub import Hub
from devices.transports.memory import Deliver, pair
from devices.transports.transport import Heard as Ear
from simulation.machines import Emit, Heard, Machine, Physical, Wake, Woken

START_MS = 1_700_000_000_000
START_US = START_MS * 1_000


@dataclass
class Desk:
    """Stands where the controller stands: the journal by id, and rows of the outbox."""

    react: Callable[["Desk", Command[Any]], None] = lambda _desk, _command: None
    journal: dict[str, Command[Any]] = field(default_factory=dict)
    rows: int = 0
    waiting: dict[int, Event] = field(default_factory=dict)
    under_way: dict[int, Event] = field(default_factory=dict)
    sent_rows: list[int] = field(default_factory=list)
    delivered_rows: list[int] = field(default_factory=list)

    @property
    def commands(self) -> list[Command[Any]]:
        return list(self.journal.values())

    def emit(self, device: str, payload: dict[str, Any], expires_ms: int = 0) -> Event:
        self.rows += 1
        event = row(self.rows, device, payload, expires_ms)
        self.waiting[event.id] = event
        return event

    def handle_all(self, commands: Sequence[Command[Any]], /) -> list[object]:
        return [self._handle(command) for command in commands]

    def _handle(self, command: Command[Any]) -> object:
        try:
            self.handle(command)
        except ControllerError as error:
            return error
        return None

    def sent_soon(self, event_id: int, /) -> None:
        self.sent(event_id)

    def handle(self, command: Command[Any], /) -> None:
        if command.id not in self.journal:
            self.journal[command.id] = command
            self.react(self, command)
        assert self.journal[command.id] == command

    def due(self, prefix: str, _now_ms: int, /) -> Sequence[Event]:
        return [event for event in self.waiting.values() if event.topic.startswith(prefix)]

    def sent(self, event_id: int, /) -> None:
        self.sent_rows.append(event_id)
        event = self.waiting.pop(event_id, None)
        if event is not None:
            self.under_way[event_id] = event

    def delivered(self, *event_ids: int) -> None:
        self.delivered_rows.extend(event_ids)

    def unanswered(self, prefix: str, /) -> Sequence[Event]:
        return [event for event in self.under_way.values() if event.topic.startswith(prefix)]

    def again(self, event_id: int, /) -> None:
        self.waiting[event_id] = self.under_way.pop(event_id)


def row(number: int, device: str, payload: dict[str, Any], expires_ms: int = 0) -> Event:
    return Event(
        id=number,
        topic=f"device/{device}",
        payload=payload,
        created_ms=START_MS,
        expires_ms=expires_ms,
    )


class Floor:
    """Runs machines and hub on one agenda of integer microseconds."""

    def __init__(
        self,
        desk: Desk,
        drivers: Sequence[Driver],
        machines: Sequence[Machine],
        deliver: Deliver | None = None,
    ) -> None:
        host, self._wire = pair(deliver)
        self.now_us = START_US
        self.happened: list[Physical] = []
        self.hub = Hub(desk, drivers, host)
        self._agenda: list[tuple[int, int, Callable[[], None]]] = []
        self._turns = count()
        for machine in machines:
            for address in machine.addresses:
                self._wire.listen(address, self._ear(machine))
        self.hub.run(START_MS)

    def at(self, at_us: int, act: Callable[[], None]) -> None:
        heappush(self._agenda, (at_us, next(self._turns), act))

    def tell(self, machine: Machine, happening: object) -> None:
        for effect in machine.handle(self.now_us, happening):
            match effect:
                case Emit(address=address, payload=payload):
                    self._wire.send(address, payload)
                case Wake(at_us=at_us, token=token):
                    self.at(at_us, self._alarm(machine, token))
                case Physical():
                    self.happened.append(effect)

    def run(self, until_us: int) -> None:
        """Runs until `until_us` after the start."""
        self.hub.run(self.now_us // 1_000)
        while True:
            wake_ms = self.hub.next_wake_ms()
            next_us = self._agenda[0][0] if self._agenda else START_US + until_us
            if wake_ms:
                next_us = min(next_us, max(wake_ms * 1_000, self.now_us))
            if next_us >= START_US + until_us:
                self.now_us = START_US + until_us
                return
            self.now_us = next_us
            while self._agenda and self._agenda[0][0] <= self.now_us:
                heappop(self._agenda)[2]()
            self.hub.run(self.now_us // 1_000)

    def _ear(self, machine: Machine) -> Ear:
        return lambda address, payload, _taken: self.tell(machine, Heard(address, payload))

    def _alarm(self, machine: Machine, token: str) -> Callable[[], None]:
        return lambda: self.tell(machine, Woken(token))

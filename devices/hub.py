"""Owns the traffic between the controller and its drivers: outbox rows out, device messages in.

A transport may call from any thread: what it delivers is only queued, and `run` works it off in
order. A message is taken, as the wire sees it, once its commands are committed. While the wire to
a device is down, its rows wait; when that lasts, it is a fault and so is every row. No DeviceError
passes: each becomes a DeviceFault command. A refusal of the controller is counted, never raised;
an unavailable store or a busy writer is raised, and the same commands go again on the next run.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, Protocol

from controller.errors import Refused, StoreUnavailable
from controller.messages import Command, Event
from devices.driver import (
    DeviceError,
    DeviceOffline,
    Driver,
    Effects,
    Ids,
    NoAnswer,
    Recent,
    Send,
    Silent,
)
from devices.flooding import Flood, Rates
from devices.outages import Outages
from devices.silences import Silences
from devices.transports.transport import Taken, Transport

INBOX_MAX: Final = 10_000
RATE_MAX: Final = 1_000  # messages of one device in a second
BATCH_MAX: Final = 64  # messages to a commit; then what was decided goes out
ROUNDS_MAX: Final = 100
WRITER_BUSY: Final = "writer_busy"  # not an answer: the command was never looked at
ONLINE: Final = "online"  # the word that ends an alarm "offline"
SPEAKING: Final = "speaking"  # the word that ends an alarm "silent"
REPEAT_MS: Final = 10_000  # an equal fault of one device is reported once within this time


class Desk(Protocol):
    """The controller, as far as the hub needs it."""

    def handle_all(self, commands: Sequence[Command[Any]], /) -> Sequence[object]: ...
    def due(self, prefix: str, now_ms: int, /) -> Sequence[Event]: ...
    def sent(self, event_id: int, /) -> object: ...
    def sent_soon(self, event_id: int, /) -> object: ...
    def delivered(self, *event_ids: int) -> object: ...
    def unanswered(self, prefix: str, /) -> Sequence[Event]: ...
    def again(self, event_id: int, /) -> object: ...


class Hub:
    """`refused` counts by code; `notify` is called, on the transport's thread, per delivery.

    `silent_ms` names the devices that speak regularly, and how long each may say nothing.
    """

    def __init__(
        self,
        controller: Desk,
        drivers: Iterable[Driver],
        transport: Transport,
        *,
        boot: str = "0",
        notify: Callable[[], None] = lambda: None,
        silent_ms: Mapping[str, int] = {},
    ) -> None:
        self.refused: Counter[str] = Counter()
        self.lost = 0
        self.heard_ms: dict[str, int] = {}  # of each device: when it last said something
        self._controller = controller
        self._transport = transport
        self._notify = notify
        self._boot = boot
        self._drivers: dict[str, Driver] = {}
        self._by_address: dict[str, Driver] = {}
        self._wakes: dict[str, int] = {}
        self._inbox: deque[tuple[str, bytes, Taken]] = deque()
        self._changes: deque[tuple[str, str]] = deque()
        self._outages = Outages()
        self._silences = Silences(silent_ms)
        self._rates = Rates(RATE_MAX)
        self._commands: deque[Command[Any]] = deque()
        self._delivered: deque[int] = deque()
        self._taken: deque[Taken] = deque()
        self._ids: dict[str, Ids] = {}
        self._reported: Recent[tuple[str, str], int] = Recent()
        transport.watch(self._changed)
        for driver in drivers:
            self._add(driver)

    def devices(self) -> list[tuple[Driver, bool]]:
        """Every driver, and whether its wire is up as far as is known; from any thread."""
        return [(each, each.name not in self._outages) for each in self._drivers.values()]

    def resume(self, now_ms: int) -> None:
        """At a start: what the process before left under way goes out again, or to a person."""
        for event in self._controller.unanswered("device/"):
            device = event.topic.removeprefix("device/")
            driver = self._drivers.get(device)
            if driver is not None and driver.repeatable:
                self._controller.again(event.id)
            else:
                silent = NoAnswer("the controller has started again; look before a repeat")
                self._report(device, silent, now_ms, event.id)

    def run(self, now_ms: int) -> None:
        """Works off all that waits: messages, wakes that are due, and outbox rows."""
        for _ in range(ROUNDS_MAX):
            self.take_in(now_ms, BATCH_MAX)
            self.wake(now_ms)
            self.drain(now_ms)
            if not self._inbox and not self._changes:
                return

    def take_in(self, now_ms: int, most: int = INBOX_MAX) -> None:
        """Hands what devices sent to their drivers, in order of arrival; one commit for all."""
        self._flush()
        while self._changes:
            self._wire(*self._changes.popleft(), now_ms)
        for _ in range(min(most, len(self._inbox))):
            address, payload, taken = self._inbox.popleft()
            self._taken.append(taken)
            driver = self._by_address[address]
            self.heard_ms[driver.name] = now_ms
            if self._silences.heard(driver.name, address, payload, now_ms):
                self._commands.append(self._ids_of(driver.name).fault(SPEAKING))
            if self._rates.exceeded(driver.name, now_ms):
                self._report(driver.name, Flood(RATE_MAX), now_ms)
                continue
            try:
                self._apply(driver, driver.heard(address, payload, now_ms))
            except DeviceError as error:
                self._report(driver.name, error, now_ms)
        self._flush()

    def drain(self, now_ms: int) -> None:
        """Hands due outbox rows to their drivers."""
        self._flush()
        for event in self._controller.due("device/", now_ms):
            device = event.topic.removeprefix("device/")
            why = self._outages.told(device)
            if device in self._outages and not why:
                continue
            driver = self._drivers.get(device)
            try:
                if driver is None:
                    raise DeviceError(f"no device is named {device!r}")
                if why:
                    raise DeviceOffline(why)
                self._carry_out(driver, event, now_ms)
            except DeviceError as error:
                self._report(device, error, now_ms, event.id)
        self._flush()

    def wake(self, now_ms: int) -> None:
        """Wakes the drivers whose time has come, and tells of outages and silences that last."""
        for name, why in self._outages.due(now_ms):
            self._report(name, DeviceOffline(why), now_ms)
        for name, since_ms in self._silences.due(now_ms, self._outages):
            self._report(name, Silent(f"said nothing for {now_ms - since_ms} ms"), now_ms)
        for name, wake_ms in self._wakes.items():
            if 0 < wake_ms <= now_ms:
                driver = self._drivers[name]
                self._wakes[name] = 0
                try:
                    self._apply(driver, driver.wake(now_ms))
                except DeviceError as error:
                    self._report(name, error, now_ms)
        self._flush()

    def next_wake_ms(self) -> int:
        """The next instant at which `run` has something to do; 0: only when a message comes."""
        silent_ms = self._silences.next_ms(self._outages)
        wakes = (*self._wakes.values(), self._outages.next_ms(), silent_ms)
        return min((wake_ms for wake_ms in wakes if wake_ms), default=0)

    def _add(self, driver: Driver) -> None:
        if driver.name in self._drivers:
            raise ValueError(f"two drivers are named {driver.name!r}")
        self._drivers[driver.name] = driver
        self._wakes[driver.name] = 1
        self.heard_ms[driver.name] = 0
        for address in driver.addresses:
            if address in self._by_address:
                first = self._by_address[address].name
                raise ValueError(f"{first!r} and {driver.name!r} both listen to {address!r}")
            self._by_address[address] = driver
            self._transport.listen(address, self._heard)

    def _heard(self, address: str, payload: bytes, taken: Taken) -> None:
        if len(self._inbox) < INBOX_MAX:
            self._inbox.append((address, payload, taken))
        else:
            self.lost += 1
            taken()
        self._notify()

    def _changed(self, address: str, why: str) -> None:
        self._changes.append((address, why))
        self._notify()

    def _wire(self, address: str, why: str, now_ms: int) -> None:
        """The wire of a driver went down, or came up again."""
        driver = self._by_address.get(address)
        if driver is None:
            return
        if why:
            self._outages.begin(driver.name, why, now_ms)
            return
        back = self._outages.end(driver.name)
        if back is None:
            return
        self._silences.begin(driver.name, now_ms)
        if back:
            self._commands.append(self._ids_of(driver.name).fault(ONLINE))
        try:
            self._apply(driver, driver.connected(now_ms))
        except DeviceError as error:
            self._report(driver.name, error, now_ms)

    def _carry_out(self, driver: Driver, event: Event, now_ms: int) -> None:
        """A crash in between sends a repeatable row again, and leaves any other to a person."""
        if not driver.repeatable:
            self._controller.sent(event.id)
        self._apply(driver, driver.carry_out(event, now_ms))
        if driver.repeatable:
            self._controller.sent_soon(event.id)

    def _apply(self, driver: Driver, effects: Effects) -> None:
        self._wakes[driver.name] = effects.wake_ms
        self._commands.extend(effects.commands)
        self._delivered.extend(effects.delivered)
        for send in effects.sends:
            self._send(driver, send)

    def _send(self, driver: Driver, send: Send) -> None:
        """A wire that is known to be down takes nothing; the driver repeats what it may."""
        try:
            self._transport.send(send.address, send.payload)
        except DeviceOffline:
            if driver.name not in self._outages or not driver.repeatable:
                raise

    def _flush(self) -> None:
        while self._commands:
            batch = [self._commands[n] for n in range(min(BATCH_MAX, len(self._commands)))]
            for answer in self._controller.handle_all(batch):
                self._answered(answer)
                self._commands.popleft()
        if self._delivered:
            self._controller.delivered(*self._delivered)
            self._delivered.clear()
        while self._taken:
            self._taken.popleft()()

    def _answered(self, answer: object) -> None:
        """An answer that is none keeps the command for the next run."""
        if isinstance(answer, StoreUnavailable):
            raise answer
        if isinstance(answer, Refused):
            if answer.code == WRITER_BUSY:
                raise answer
            self.refused[answer.code] += 1
        elif isinstance(answer, Exception):  # a defect of ours; the journal has it
            self.refused["defect"] += 1

    def _report(self, device: str, error: DeviceError, now_ms: int, outbox: int = 0) -> None:
        """A babbling device would fill the journal, so an equal fault waits its turn."""
        key = (device, error.fault)
        last_ms = self._reported.get(key)
        if outbox or last_ms is None or now_ms - last_ms >= REPEAT_MS:
            self._reported.keep(key, now_ms)
            fault = self._ids_of(device).fault(error.fault, str(error), outbox)
            self._commands.append(fault)

    def _ids_of(self, device: str) -> Ids:
        return self._ids.setdefault(device, Ids(device, f"{self._boot}-hub"))

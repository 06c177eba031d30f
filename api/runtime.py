"""Owns the controller's process in real life: controller, hub, timers, plans and partners at work.

Two threads: one for devices, which nothing else may hold up, one for everything that may wait.
The process may die at any instant; the next one goes on from outbox, timers and journal. It
refuses decisions: those are the controller's, and HTTP, which is main's.
"""

import gc
import sys
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import structlog

from api.carriers.deliverer import Carriers, Deliverer
from api.clock import LiveClock
from api.desk import Desk
from api.erasing import Eraser
from api.loop import Loop
from api.notices.sending import Notices, channels
from api.planning import PlanCycle
from controller.core import Controller
from controller.messages import Command
from controller.solving import awake, solver
from controller.store import Store
from controller.workflows.planned import PLANNED, RELEASE
from devices.driver import Driver
from devices.hub import Hub
from devices.transports.transport import Transport

News = frozenset[str]
HEARD: Final = ("channel/",)  # asked for over HTTP; nothing has to leave
HEARD_REST_S: Final = 0.5  # nobody waits for it, and each time costs a commit
ERRANDS_REST_S: Final = 0.05  # they share a commit, and leave the writer to those who wait
SWITCH_S: Final = 0.0005  # threads hand over quickly: a scan waits for no long computation
ALL_TOPICS: Final = frozenset(("device", "carrier", "channel", "notify", "plan", "timer"))

log = structlog.get_logger("pickwright")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """The devices and carriers of a site, and how customers are told; `told` hears of each command
    that devices caused.

    `silent_ms`: how long each device that speaks regularly may say nothing.
    """

    drivers: Iterable[Driver]
    transport: Transport
    silent_ms: Mapping[str, int] = field(default_factory=dict)
    notices: Notices = field(default_factory=Notices)
    told: Callable[[Command[Any]], None] = lambda _command: None
    carriers: Carriers = field(default_factory=Carriers)


class Runtime:
    """`boot` tells this start of the process from all others, in the ids that it makes."""

    def __init__(self, store: Store, clock: LiveClock, wiring: Wiring) -> None:
        self.boot = uuid.uuid4().hex[:12]
        self.clock = clock
        self.controller = Controller(store, clock, watch=self._news)
        self.desk = Desk(self.controller)
        self.failures = 0
        self._heard_s = 0.0
        self._hearers: list[Callable[[News], None]] = []
        self._devices = Loop("devices", clock, self._serve_devices, self._failed)
        self.hub = Hub(
            _HubDesk(self.controller, wiring.told),
            wiring.drivers,
            wiring.transport,
            boot=self.boot,
            notify=self._devices.nudge,
            silent_ms=wiring.silent_ms,
        )
        self._errands = Loop(
            "errands", clock, self._run_errands, self._failed, rest_s=ERRANDS_REST_S
        )
        self._erasing = Loop("erasing", clock, Eraser(self.controller).round, self._failed)
        self.tellers = wiring.carriers.tellers
        self.carriers = Deliverer(self.controller, wiring.carriers.connected, self._errands.nudge)
        self._channels = tuple(channels(self.controller, clock, wiring.notices, self._failed))
        release = {RELEASE: PLANNED[RELEASE]}
        others = {topic: each for topic, each in PLANNED.items() if topic != RELEASE}
        self._cycles = (  # picking waits for no other plan
            PlanCycle(self.controller, self._errands.nudge, release),
            PlanCycle(self.controller, self._errands.nudge, others, lambda: solver(awake)),
        )

    def start(self) -> None:
        """Takes up what the process before left, then works until `stop`."""
        _keep_quick()
        self.hub.resume(self.clock.now_ms())
        for cycle in self._cycles:
            cycle.resume()
        self.carriers.resume(self.boot)
        self.desk.start()
        self._devices.start()
        self._errands.start()
        self._erasing.start()
        for channel in self._channels:
            channel.loop.start()

    def stop(self) -> None:
        """Ends after the round in hand; what is not done stays in the outbox."""
        self._devices.stop()
        self._errands.stop()
        self._erasing.stop()
        for channel in self._channels:
            channel.loop.stop()
        self.desk.stop()
        self.carriers.stop()
        for cycle in self._cycles:
            cycle.stop()

    @property
    def plans(self) -> int:
        """Plans that this process has applied."""
        return sum(cycle.plans for cycle in self._cycles)

    @property
    def alive(self) -> bool:
        """Whether both threads are at work."""
        return self._devices.alive and self._errands.alive

    def subscribe(self, heard: Callable[[News], None]) -> Callable[[], None]:
        """Calls `heard` after each commit, on the committing thread; returns how to end it."""
        self._hearers.append(heard)
        return lambda: self._hearers.remove(heard)

    def nudge(self) -> None:
        """Both threads look for work now, as after a jump of the clock."""
        self._devices.nudge()
        self._errands.nudge()
        self._nudge_channels()

    def _nudge_channels(self) -> None:
        for channel in self._channels:
            channel.loop.nudge()

    def _news(self, topics: set[str]) -> None:
        if "device" in topics:
            self._devices.nudge()
        if not topics.isdisjoint(ALL_TOPICS):
            self._errands.nudge()
        if "notify" in topics:
            self._nudge_channels()
        news = frozenset(topics)
        for heard in tuple(self._hearers):
            try:
                heard(news)
            except Exception as error:  # what is committed stays so, whatever a hearer does
                self._failed("news", error)

    def _serve_devices(self) -> int | None:
        self.hub.run(self.clock.now_ms())
        return self.hub.next_wake_ms() or None

    def _run_errands(self) -> int | None:
        next_ms = self.controller.tick()
        for cycle in self._cycles:
            cycle.round()
        now_ms = self.clock.now_ms()
        carriers_ms = self.carriers.round()
        if time.monotonic() - self._heard_s >= HEARD_REST_S:
            self._heard_s = time.monotonic()
            for prefix in HEARD:
                self.controller.heard(prefix, now_ms)
        return min((at for at in (next_ms, carriers_ms) if at is not None), default=None)

    def _failed(self, thread: str, error: BaseException) -> None:
        self.failures += 1
        log.error("round_failed", thread=thread, error=f"{type(error).__name__}: {error}")


def _keep_quick() -> None:
    """A full search for garbage among all that was imported would hold a divert up for 100 ms."""
    sys.setswitchinterval(SWITCH_S)
    gc.collect()
    gc.freeze()


class _HubDesk:
    """The controller as the hub sees it; whoever listens is told what devices have caused."""

    def __init__(self, controller: Controller, told: Callable[[Command[Any]], None]) -> None:
        self._controller = controller
        self._told = told
        self.due = controller.due
        self.sent = controller.sent
        self.sent_soon = controller.sent_soon
        self.delivered = controller.delivered
        self.unanswered = controller.unanswered
        self.again = controller.again

    def handle_all(self, commands: Sequence[Command[Any]], /) -> Sequence[object]:
        """One command goes through the queue of the urgent, more share a commit."""
        if len(commands) == 1:
            answers: Sequence[object] = [_answer(self._controller, commands[0])]
        else:
            answers = self._controller.handle_all(commands)
        for command in commands:
            self._told(command)
        return answers


def _answer(controller: Controller, command: Command[Any]) -> object:
    try:
        return controller.handle(command)
    except Exception as error:
        return error

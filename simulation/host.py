"""Owns the controller's process in the simulated building: the real controller, hub and drivers.

Outbox rows go to drivers and partners as soon as they are committed; timers fire at their time.
A crash throws the whole process away, and a new one starts on the same store. It refuses
decisions: those are the controller's.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import Any

from controller.core import Controller
from controller.errors import ControllerError
from controller.messages import Command, Event
from controller.store import Store
from devices.driver import Send
from devices.hub import Hub
from devices.transports.memory import MemoryTransport, pair
from simulation.clock import TIMERS, US, WIRE, Agenda
from simulation.floor import Floor
from simulation.partners import Partners
from simulation.plant import drivers
from simulation.scenario import Scenario
from simulation.streams import Chance
from simulation.wire import Wire
from simulation.world import World

Carry = Callable[[Send, Callable[[], None]], None]

TOPICS = frozenset(("device", "carrier", "channel", "notify", "plan", "timer"))


class Host:
    """`end` is the host's end of the wire to the machines of `floor`."""

    def __init__(
        self, floor: Floor, store: Store, end: MemoryTransport, planner: Executor
    ) -> None:
        self.floor = floor
        self.store = store
        self.agenda = floor.agenda
        self.end = end
        self.crashes = 0
        self._commands_before = 0
        self._topics: set[str] = set()
        self._tick_ms: int | None = None
        self._hub_wake_ms = 0
        self._pumping = False
        self.controller = Controller(store, self.agenda, watch=self._news)
        self.hub = self._hub()
        self.partners = Partners(self.controller, self.agenda, planner, floor.scenario)

    @property
    def commands(self) -> int:
        """Commands carried out so far, by all processes."""
        return self._commands_before + self.controller.commands

    def crash(self) -> None:
        """The process ends at this instant; what it knew is gone, what it had committed is not."""
        self.crashes += 1
        self._commands_before = self.commands
        self.end.hang_up()
        self.controller = Controller(self.store, self.agenda, watch=self._news)
        self.hub = self._hub()
        self.partners.start_anew(self.controller)
        self.hub.resume(self.agenda.now_ms())
        self._tick_ms = None
        self._hub_wake_ms = 0
        self._news(set(TOPICS))

    def _hub(self) -> Hub:
        boot = str(self.crashes)
        made = drivers(self.floor.scenario, boot)
        return Hub(self, made, self.end, boot=boot, notify=self._pump_soon)

    # --- what the hub needs of a controller --------------------------------------------------

    def handle_all(self, commands: Sequence[Command[Any]], /) -> Sequence[object]:
        """Each by itself, so that who is told of one can act before the next."""
        return [self._handle(command) for command in commands]

    def _handle(self, command: Command[Any]) -> object:
        try:
            return self.controller.handle(command)
        except ControllerError as error:
            return error
        finally:
            self.floor.told(command)

    def due(self, prefix: str, now_ms: int, /) -> Sequence[Event]:
        return self.controller.due(prefix, now_ms)

    def sent(self, event_id: int, /) -> None:
        self.controller.sent(event_id)

    def sent_soon(self, event_id: int, /) -> None:
        self.controller.sent(event_id)

    def delivered(self, *event_ids: int) -> None:
        self.controller.delivered(*event_ids)

    def unanswered(self, prefix: str, /) -> Sequence[Event]:
        return self.controller.unanswered(prefix)

    def again(self, event_id: int, /) -> None:
        self.controller.again(event_id)

    # --- the flow ----------------------------------------------------------------------------

    def _news(self, topics: set[str]) -> None:
        if wanted := topics & TOPICS:
            self._topics |= wanted
            self._pump_soon()

    def _pump_soon(self) -> None:
        if not self._pumping:
            self._pumping = True
            self.agenda.at(self.agenda.now_us, WIRE, "hub", self._pump)

    def _pump(self) -> None:
        """Carries what is new to where it belongs, until nothing is new at this instant."""
        self._pumping = False
        topics, self._topics = self._topics, set()
        now_ms = self.agenda.now_ms()
        self.hub.take_in(now_ms)
        self.hub.wake(now_ms)
        if "device" in topics:
            self.hub.drain(now_ms)
        self.partners.deliver(topics)
        if not topics.isdisjoint(("timer", "device", "plan")):
            self.schedule_tick()
        wake_ms = self.hub.next_wake_ms()
        if wake_ms and wake_ms != self._hub_wake_ms:
            self._hub_wake_ms = wake_ms
            self.agenda.at(wake_ms * US, WIRE, "hub", self._wake_hub)

    def _wake_hub(self) -> None:
        self._hub_wake_ms = 0
        self._pump()

    def schedule_tick(self) -> None:
        """The controller's next timer or expiry gets its place on the agenda."""
        due_ms = self.controller.next_due_ms()
        if due_ms is None or (self._tick_ms is not None and self._tick_ms <= due_ms):
            return
        self._tick_ms = due_ms
        self.agenda.at(due_ms * US, TIMERS, "tick", lambda: self._tick(due_ms))

    def _tick(self, due_ms: int) -> None:
        if self._tick_ms != due_ms:
            return
        self._tick_ms = None
        self.controller.tick()
        self.schedule_tick()


def at_once(_send: Send, arrive: Callable[[], None]) -> None:
    """A message of virtual time that has arrived is there."""
    arrive()


def virtual_floor(
    scenario: Scenario,
    store: Store,
    agenda: Agenda,
    world: World,
    planner: Executor,
    carry: Carry = at_once,
) -> tuple[Floor, Host]:
    """A building and the controller's process in it, in virtual time.

    `carry(send, arrive)` brings each message over its last bit of the way.
    """
    chance = Chance(scenario.seed, "wire", agenda.now_ms)
    wire = Wire(agenda, scenario.faults, chance, world.faults)

    def deliver(send: Send, arrive: Callable[[], None]) -> None:
        wire.deliver(send, lambda: carry(send, arrive))

    host_end, floor_end = pair(deliver)
    floor = Floor(scenario, agenda, world, floor_end)
    host = Host(floor, store, host_end, planner)
    floor.open(host)
    return floor, host

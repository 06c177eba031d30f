"""Owns one running building: what people can do in it, and the flow between controller and wire.

Outbox rows go to drivers and partners as soon as they are committed; timers fire at their time.
It refuses decisions: those are the controller's.
"""

from collections import deque
from concurrent.futures import Executor
from typing import Any

from controller.core import Controller
from controller.ledger import LOST
from controller.messages import Screen
from controller.views import movements, outcomes
from controller.views.board import Board, board
from controller.views.screens import screen_of
from devices.hub import Hub
from simulation.clock import MACHINES, TIMERS, US, WIRE, Agenda
from simulation.machines import Physical, Taken
from simulation.partners import Partners
from simulation.plant import SORTER, Plant
from simulation.scenario import Scenario
from simulation.world import World, spots

PUSH_MS = 3_000  # from the bench on to the belt


class Floor:
    """`controller` is the real one; all else here stands in for hardware, people and partners."""

    def __init__(
        self,
        scenario: Scenario,
        controller: Controller,
        agenda: Agenda,
        world: World,
        planner: Executor,
    ) -> None:
        self.scenario = scenario
        self.controller = controller
        self.agenda = agenda
        self.world = world
        self.plant = Plant(scenario, agenda, self._happened)
        self.hub = Hub(controller, self.plant.drivers(), self.plant.host, notify=self._pump_soon)
        self.partners = Partners(controller, agenda, planner)
        self._counts: dict[str, int] = {}
        self._free = {kind: deque(names) for kind, names in _pools(scenario).items()}
        self._kind_of = {name: kind for kind, names in self._free.items() for name in names}
        self._trays: dict[str, list[tuple[str, ...]]] = {}
        self._sorter_lanes = {each.lane for each in scenario.machines.sorter.diverts}
        self._topics: set[str] = set()
        self._board: tuple[int, Board] | None = None
        self._tick_ms: int | None = None
        self._hub_wake_ms = 0
        self._pumping = False
        controller.watch = self._news

    # --- what people do ------------------------------------------------------------------------

    def new_id(self, who: str) -> str:
        number = self._counts[who] = self._counts.get(who, 0) + 1
        return f"{who}/{number}"

    def board(self) -> Board:
        """What lies on the floor; looked up once per state of the books."""
        if self._board is None or self._board[0] != self.controller.commands:
            with self.controller.reading() as db:
                self._board = (self.controller.commands, board(db, self.agenda.now_ms()))
        return self._board[1]

    def counts(self) -> dict[str, int]:
        """How far the day is, for a progress bar."""
        with self.controller.reading() as db:
            return outcomes.progress(db)

    def screen_of(self, badge: str) -> Screen | None:
        with self.controller.reading() as db:
            return screen_of(db, badge)

    def take(self, kind: str, name: str = "") -> str:
        """Occupies a free cart, truck, bench or lane (any, or the one named); "" when taken."""
        free = self._free[kind]
        if name in free:
            free.remove(name)
            return name
        return "" if name or not free else free.popleft()

    def put_back(self, name: str) -> None:
        self._free[self._kind_of[name]].append(name)

    def carry(self, command_id: str) -> None:
        """A worker has done with goods what a scan confirmed."""
        with self.controller.reading() as db:
            moved = movements.of_command(db, command_id)
        for each in moved:
            if each.to_place != LOST:
                self.world.bins[each.from_place, each.sku] -= each.qty
                self.world.bins[each.to_place, each.sku] += each.qty

    def take_label(self, bench: str, lpn: str) -> str:
        """The code of the parcel in hand, when a label with it lies in the printer's tray."""
        for codes in self._trays.pop(bench, []):
            if any(lpn in code for code in codes):
                return lpn
        return ""

    def send_off(self, bench: str, lpn: str, lane: str) -> None:
        """Takes the parcel off the scale and on to the belt, freight straight to its lane."""
        self.plant.weigh(bench, 0)
        if lane in self.scenario.machines.freight_lanes:
            self.put_in_lane(lane, lpn)
            return
        self.agenda.after(PUSH_MS, MACHINES, bench, lambda: self.plant.induct(bench, lpn, (lpn,)))

    def take_from_lane(self, lane: str, lpn: str) -> None:
        """Somebody carries a parcel away from a lane."""
        self.world.lanes.setdefault(lane, set()).discard(lpn)
        if lane in self._sorter_lanes:
            self.plant.tell(SORTER, Taken(lane))

    def put_in_lane(self, lane: str, lpn: str) -> None:
        """Somebody sets a parcel down in a lane by hand."""
        self.world.lanes.setdefault(lane, set()).add(lpn)

    def _happened(self, machine: str, physical: Physical) -> None:
        data: dict[str, Any] = physical.data
        if physical.kind == "label":
            bench = machine.removeprefix("printer-").upper()
            self._trays.setdefault(bench, []).append(data["label"].codes)
        elif physical.kind == "diverted":
            self.put_in_lane(data["lane"], data["parcel"])

    # --- the flow ------------------------------------------------------------------------------

    def _news(self, topics: set[str]) -> None:
        self._topics |= topics
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
        if "timer" in topics or "device" in topics or "plan" in topics:
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


def _pools(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    sorter = scenario.machines.sorter
    lanes = (*(divert.lane for divert in sorter.diverts), *scenario.machines.freight_lanes)
    return {
        "cart": spots(scenario, "cart"),
        "truck": spots(scenario, "truck"),
        "bench": tuple(bench.name for bench in scenario.machines.benches),
        "lane": lanes,
    }

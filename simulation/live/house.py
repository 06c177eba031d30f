"""Owns the living warehouse in one process: the building around a controller that is given.

It is built before the controller (which needs its drivers and its wire), opened around it, and
then lives on a thread of its own. On a used database it goes on where the books are. It refuses
to decide anything: it stands in for machines, people, customers and suppliers.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import structlog

from controller import journal
from controller.core import Controller
from controller.messages import Command, SignOut
from controller.store import Store
from controller.views import attendance
from devices.driver import Driver
from devices.mosquitto import Mosquitto
from devices.transports.transport import Transport
from simulation.bookkeeping import Follower, restore
from simulation.clock import PEOPLE, Agenda
from simulation.faults import empty_places
from simulation.floor import Floor
from simulation.live.clock import ScaledClock
from simulation.live.crew import OUTSIDE, simulated
from simulation.live.days import Days
from simulation.live.loop import LiveLoop
from simulation.live.plan import Plan
from simulation.live.site import VAN_LANE, scenario_of
from simulation.live.watchman import Watchman
from simulation.live.wires import Ends, MemoryEnds, RealEnds
from simulation.outside.people import Outside
from simulation.outside.posts import at_posts
from simulation.plant import drivers, lines, topics
from simulation.scenario import Scenario
from simulation.streams import Chance
from simulation.wire import Wire
from simulation.world import world_of

FOLLOW_S: Final = 0.1  # of real time, between a visitor's scan and what follows for the goods

log = structlog.get_logger("pickwright")


@dataclass(frozen=True, slots=True)
class _Hosted:
    """The process of the controller, which is this one."""

    controller: Controller

    @property
    def commands(self) -> int:
        return self.controller.commands


class House:
    """`boot` tells this start from all before: how many commands the journal held.

    With a running `broker` the machines are on real wires, else on one in memory.
    """

    def __init__(
        self, plan: Plan, clock: ScaledClock, store: Store, broker: Mosquitto | None = None
    ) -> None:
        with store.reading() as db:
            self.boot = str(journal.head(db)[0])
        self.plan = plan
        self.clock = clock
        self.failures: Counter[str] = Counter()
        scenario = scenario_of(plan.seed, plan.wants, clock.now_ms())
        agenda = Agenda(clock.now_ms())
        self.loop = LiveLoop(agenda, clock, lambda error: self._failed("building", error))
        world = world_of(scenario)
        world.goods.clear()
        self.ends = self._wires(agenda, scenario, world.faults, broker)
        self.floor = Floor(scenario, agenda, world, self.ends.floor, self.boot)
        self.days = Days(self.floor, plan, self._failed)
        self.follower = Follower(self.floor, simulated())
        self.watchman = Watchman(self.floor, clock, self.days, self.follower)
        self._following = False

    def drivers(self) -> list[Driver]:
        """The host's side of the machines."""
        return drivers(self.floor.scenario, self.boot)

    @property
    def transport(self) -> Transport:
        """The host's end of the wire."""
        return self.ends.host

    def told(self, command: Command[Any]) -> None:
        """A device has caused a command; from any thread."""
        self.loop.post(lambda: self.floor.told(command))

    def news(self, topics: frozenset[str]) -> None:
        """Something was committed; what visitors did is followed soon. From any thread."""
        mine = self.loop.here or not any(topic.startswith("screen/") for topic in topics)
        if not mine and not self._following:
            self._following = True
            self.loop.post(self._follow_soon)

    def connect(self) -> None:
        """Opens the wires; those that do not open now are opened later."""
        self.ends.start()

    def start(self, controller: Controller, leaped: Callable[[], None]) -> None:
        """Opens around a running controller; `leaped` is told when the clock has leapt."""
        self.floor.open(_Hosted(controller))
        self.watchman.leaped = leaped
        with controller.reading() as db:
            restore(db, self.floor.world)
            left = [each.worker for each in attendance.present(db)]
        badges = simulated() | {post.badge for post in OUTSIDE}
        for badge in sorted(badges.intersection(left)):
            controller.handle(SignOut(id=self.floor.new_id(badge), actor=badge, badge=badge))
        empty_places(self.floor)
        self.floor.occupy(VAN_LANE)
        self.follower.begin()
        self.days.begin()
        if self.plan.people:
            outside = Outside(self.floor, self.follower.follow, self._failed)
            for each in at_posts(OUTSIDE, outside):
                each.begin()
        self.watchman.walk()
        self.loop.start()

    def stop(self) -> None:
        """Everybody stands still; the books know where everything is."""
        self.loop.stop()

    def disconnect(self) -> None:
        """Closes the wires; after the hub has stopped, which would report them as gone."""
        self.ends.stop()

    def _wires(
        self, agenda: Agenda, scenario: Scenario, faults: Counter[str], broker: Mosquitto | None
    ) -> Ends:
        if broker is not None:
            return RealEnds(
                broker,
                self.loop.post,
                self.boot,
                lines(scenario),
                topics(scenario.machines).values(),
            )
        chance = Chance(self.plan.seed, f"wire/{self.boot}", agenda.now_ms)
        wire = Wire(agenda, scenario.faults, chance, faults)
        return MemoryEnds(self.loop.post, wire.deliver)

    def _follow_soon(self) -> None:
        delay_ms = int(FOLLOW_S * 1_000 * self.clock.speed)
        self.floor.agenda.after(delay_ms, PEOPLE, "visitors", self._follow)

    def _follow(self) -> None:
        self._following = False
        self.follower.follow()

    def _failed(self, who: str, error: BaseException) -> None:
        self.failures[who] += 1
        log.warning("simulation_failed", who=who, error=f"{type(error).__name__}: {error}")

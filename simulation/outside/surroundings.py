"""Owns what is outside the house during one virtual run: its people, its carriers' news, stops.

It refuses to decide: a van that breaks down is reported as a dispatcher would, and a store closes
as its lead would close it.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from controller.errors import ControllerError
from controller.messages import Command, Node, ReportVan, SetUpNodes
from controller.units import DAY, HOUR
from controller.views import whereabouts
from simulation.bookkeeping import ON_VAN, Follower, restore
from simulation.carriers import Carriers
from simulation.clock import DEMAND, US, Go
from simulation.floor import Floor
from simulation.outside.news import News
from simulation.outside.people import Outside
from simulation.outside.posts import at_posts
from simulation.scenario import Stop, Street

TOWED_MS: Final = 2 * HOUR  # a van that does not work again today is brought home meanwhile
DAYS_MAX: Final = 3  # what no van or partner has brought by then waits for a person


class Surroundings:
    """`failures` are sentences; people outside whose work fails are a defect."""

    def __init__(self, street: Street, floor: Floor, carriers: Carriers) -> None:
        self.street = street
        self.floor = floor
        self.carriers = carriers
        self.failures: list[str] = []
        self.news = News(street, floor, carriers)
        mine = {person.badge for person in floor.scenario.staff}
        self._follower = Follower(floor, mine)
        self._outside = Outside(floor, self._follower.follow, self._failed)
        self._people = dict(zip(street.posts, at_posts(street.posts, self._outside), strict=True))

    def begin(self) -> None:
        """After the house is set up, before anything happens in it."""
        with self.floor.controller.reading() as db:
            restore(db, self.floor.world)
        if self.street.carriers:
            self.carriers.connect(self.street.carriers)
        for lane in self.street.van_lanes:
            self.floor.occupy(lane)
        self._follower.begin()
        for person in self._people.values():
            person.begin()
        self.news.begin()
        for stop in self.street.stops:
            self._at(stop.from_ms, stop, self._begins)
            if stop.kind in ("van", "node"):
                self._at(stop.until_ms, stop, self._ends)

    @property
    def busy(self) -> bool:
        """Whether somebody outside has something in hand."""
        return any(person.busy for person in self._people.values())

    def end(self, go: Go) -> bool:
        """Vans bring what they were given, partners answer, and what is under way arrives.

        False when it was stopped before.
        """
        agenda = self.floor.agenda
        last_ms = agenda.now_ms() + DAYS_MAX * DAY
        while agenda.now_ms() < last_ms and self._waits():
            if not go(min(last_ms, agenda.now_ms() + HOUR)):
                return False
        for person in self._people.values():
            person.go_home()
        arrived = self.news.wait(go)
        self._follower.follow()
        return arrived

    def _waits(self) -> bool:
        """Whether a van or a partner has yet to come."""
        if any(person.owes for person in self._people.values()):
            return True
        with self.floor.controller.reading() as db:
            here = whereabouts.parcels(db)
        lanes = self.street.van_lanes
        return any(each.place in lanes or each.state == ON_VAN for each in here)

    def _at(self, at_ms: int, stop: Stop, happens: Callable[[Stop], None]) -> None:
        name = f"{stop.kind}/{stop.name}"
        self.floor.agenda.at(at_ms * US, DEMAND, name, lambda: happens(stop))

    def _begins(self, stop: Stop) -> None:
        self.floor.world.faults[f"{stop.kind}_stops"] += 1
        if stop.kind == "carrier":
            self.carriers.fail(stop.name, stop.until_ms - stop.from_ms)
            return
        if stop.kind != "partner":
            self._tell(stop, down=True)
        towed_ms = self.floor.agenda.now_ms() + TOWED_MS
        still_ms = min(stop.until_ms, towed_ms) if stop.kind == "van" else stop.until_ms
        for post, person in self._people.items():
            if post.at == stop.name:
                person.stand_still(still_ms)

    def _ends(self, stop: Stop) -> None:
        self._tell(stop, down=False)

    def _tell(self, stop: Stop, *, down: bool) -> None:
        """The controller hears of it from a lead."""
        asked = self.floor.new_id("lead")
        if stop.kind == "van":
            self._send(ReportVan(id=asked, actor="lead", van=stop.name, down=down))
            return
        node = replace(self._node(stop.name), active=not down)
        self._send(SetUpNodes(id=asked, actor="lead", nodes=(node,)))

    def _node(self, code: str) -> Node:
        setup = self.floor.scenario.setup
        nodes = [each for told in setup if isinstance(told, SetUpNodes) for each in told.nodes]
        return next(each for each in reversed(nodes) if each.code == code)

    def _send(self, command: Command[Any]) -> None:
        try:
            self.floor.controller.handle(command)
        except ControllerError as error:
            self._failed(command.id, error)

    def _failed(self, who: str, error: BaseException) -> None:
        self.failures.append(f"{who}: {type(error).__name__}: {error}")

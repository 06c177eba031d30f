"""Owns one run: a scenario in, the whole day through the real controller, a result out."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any

from controller.errors import Refused
from controller.messages import Command
from controller.solving import solver
from controller.store import Store, open_store
from controller.units import HOUR, MINUTE
from controller.workflows.vans import dispatching
from simulation.clock import DEMAND, PEOPLE, Agenda, Go
from simulation.faults import inject
from simulation.floor import Floor
from simulation.host import Carry, Host, at_once, virtual_floor
from simulation.outside.surroundings import Surroundings
from simulation.people import Shift
from simulation.report import Result, report
from simulation.scenario import Scenario
from simulation.world import world_of

Progress = Callable[[float, dict[str, int]], None]
Asked = Callable[[], bool]

VANS = frozenset((dispatching.TOPIC,))  # they go on after the last shift
SALT = "simulated"  # nobody real is in the database
STEP_MS = 15 * MINUTE
OVERTIME_MS = 2 * HOUR


class Run:
    """A building with its people, its demand, and the end of its day."""

    def __init__(self, scenario: Scenario, floor: Floor, host: Host) -> None:
        self.scenario = scenario
        self.floor = floor
        self.host = host
        self.refused: list[tuple[Command[Any], Refused]] = []
        self.received = 0
        self.people = [Shift(person, floor, scenario.staff) for person in scenario.staff]
        self.surroundings = (
            Surroundings(scenario.street, floor, host.partners.carriers)
            if scenario.street
            else None
        )
        self.ended_ms = 0
        self.stopped = False
        self.last_ms = max(
            [person.ends_ms for person in scenario.staff]
            + [timed.at_ms for timed in scenario.demand[-1:]]
        )

    def set_up(self) -> None:
        """Raises: the first refusal; a site that cannot be set up has no day."""
        for answer in self.floor.controller.handle_all(self.scenario.setup):
            if isinstance(answer, BaseException):
                raise answer

    def schedule(self) -> None:
        agenda = self.floor.agenda
        for timed in self.scenario.demand:
            command = timed.command
            agenda.at(timed.at_ms * 1_000, DEMAND, command.id, self._ordered(command))
        for shift in self.people:
            starts_us = shift.person.starts_ms * 1_000
            agenda.at(starts_us, PEOPLE, shift.person.badge, shift.start)
        if self.surroundings is not None:
            self.surroundings.begin()
        inject(self.floor, self.host)
        self.host.schedule_tick()

    def _ordered(self, command: Command[Any]) -> Callable[[], None]:
        def happens() -> None:
            try:
                self.floor.controller.handle(command)
            except Refused as refused:
                self.refused.append((command, refused))

        return happens

    def finished(self) -> bool:
        """Nobody is at work any more, and nothing more will come."""
        now_ms = self.floor.agenda.now_ms()
        outside = self.surroundings is not None and self.surroundings.busy
        at_work = outside or any(shift.present for shift in self.people)
        return now_ms >= self.last_ms and not at_work

    def go_through(self, go: Go) -> bool:
        """Until nobody is at work any more. False when it was stopped before."""
        agenda, end_ms = self.floor.agenda, self.last_ms + OVERTIME_MS
        while agenda.now_ms() < end_ms and not self.finished():
            if not go(min(agenda.now_ms() + STEP_MS, end_ms)):
                return False
        return True

    def end(self, go: Go) -> None:
        """The figures of the house are those of now; what is under way may still arrive."""
        self.ended_ms = self.floor.agenda.now_ms()
        if self.surroundings is not None and not self.stopped:
            self.host.partners.only = VANS
            self.stopped = not self.surroundings.end(go)


def run(
    scenario: Scenario,
    *,
    database: str = "sqlite://",
    progress: Progress | None = None,
    planner: Executor | None = None,
    carry: Carry = at_once,
    stopping: Asked = lambda: False,
) -> Result:
    """Runs a scenario to its end on the database at `database`, which must be empty.

    `carry` may bring messages over a real wire while time stands still. A run that is `stopping`
    leaves its work where it is, and tells its figures so far.

    Raises: Refused when the database holds a warehouse already, or the site cannot be set up.
    """
    started = time.perf_counter()
    agenda = Agenda(scenario.day_start_ms)
    with planning(planner) as solvers, _store(database) as store:
        world = world_of(scenario)
        day = Run(scenario, *virtual_floor(scenario, store, agenda, world, solvers, carry))
        day.set_up()
        day.schedule()
        go = _going(day, progress, stopping)
        day.stopped = not day.go_through(go)
        day.end(go)
        wall_s = time.perf_counter() - started
        return report(day, wall_s)


def _going(day: Run, progress: Progress | None, stopping: Asked) -> Go:
    """Time goes on in steps, between which it may be stopped, and tells how far the day is."""
    agenda, start_ms = day.floor.agenda, day.scenario.day_start_ms

    def go(until_ms: int) -> bool:
        while agenda.now_ms() < until_ms:
            if stopping():
                return False
            agenda.run(min(agenda.now_ms() + STEP_MS, until_ms))
            if progress is not None:
                done = min(1.0, (agenda.now_ms() - start_ms) / max(1, day.last_ms - start_ms))
                progress(done, day.floor.counts())
        return True

    return go


@contextmanager
def _store(database: str) -> Iterator[Store]:
    store = open_store(database, durable=False, salt=SALT)
    try:
        with store.reading() as db:
            if db.value("SELECT COUNT(*) FROM journal"):
                raise Refused(
                    "database_not_empty", database=database, fix="name a new file or database"
                )
        yield store
    finally:
        store.close()


@contextmanager
def planning(given: Executor | None = None) -> Iterator[Executor]:
    """The worker process that solves plans; started early, since solvers load slowly."""
    if given is not None:
        yield given
        return
    with solver() as executor:
        yield executor

"""Owns the first morning of a living warehouse: set up, with open orders and work under way.

The night's orders come at their time, then the early shift works its first minutes in virtual
time, so whoever opens the house finds totes, parcels and people at work. It refuses a database
that holds a warehouse already.
"""

from collections.abc import Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from controller.core import Controller
from controller.errors import Refused
from controller.messages import Command, PlaceOrder
from controller.store import Db, Store
from controller.units import DAY, HOUR, MINUTE
from controller.views import attendance
from simulation.clock import PEOPLE, US, Agenda
from simulation.host import virtual_floor
from simulation.live.crew import OPENS_MS, VISITORS
from simulation.live.plan import Plan
from simulation.live.site import VAN_LANE, scenario_of
from simulation.people import Shift
from simulation.scenario import Scenario
from simulation.world import world_of

WORKED_MS: Final = 12 * MINUTE
PLAN_WORK: Final = 100  # quick plans: somebody waits for the house to open
SINCE_MS: Final = 21 * HOUR  # of the day before: what came late is still open


def is_living(db: Db) -> bool:
    """Whether this database was opened here, and not by a run or a site of another kind."""
    return attendance.badges(db) >= {each.badge for each in VISITORS}


class _Night:
    """The clock of the night: whoever places an order sets it."""

    def __init__(self, now_ms: int) -> None:
        self.at_ms = now_ms

    def now_ms(self) -> int:
        return self.at_ms


def open_first(
    store: Store, plan: Plan, day_ms: int, planner: Executor, more: Sequence[Command[Any]] = ()
) -> int:
    """Fills an empty database with the morning of a day; the time at which it ends.

    `more` is set up after the building, and before the first order.

    Raises: the first refusal; a site that cannot be set up has no day.
    """
    scenario = scenario_of(plan.seed, plan.wants, day_ms)
    opens_ms = day_ms + OPENS_MS
    _place_orders(store, replace(scenario, setup=(*scenario.setup, *more)), plan, opens_ms)
    agenda = Agenda(opens_ms)
    floor, host = virtual_floor(scenario, store, agenda, world_of(scenario), planner)
    floor.occupy(VAN_LANE)
    staff = plan.staff(day_ms)
    for person in staff:
        shift = Shift(person, floor, staff)
        agenda.at(person.starts_ms * US, PEOPLE, person.badge, shift.start)
    host.partners.work_max = PLAN_WORK
    host.schedule_tick()
    agenda.run(opens_ms + WORKED_MS)
    return opens_ms + WORKED_MS


def _place_orders(store: Store, scenario: Scenario, plan: Plan, opens_ms: int) -> None:
    """The set-up, then every order at its time; what is out of stock by then is refused."""
    evening_ms = scenario.day_start_ms - DAY + SINCE_MS
    night = _Night(evening_ms)
    controller = Controller(store, night)
    for answer in controller.handle_all(scenario.setup):
        if isinstance(answer, BaseException):
            raise answer
    days = (scenario.day_start_ms - DAY, scenario.day_start_ms)
    for timed in (each for day_ms in days for each in plan.demand(day_ms)):
        if evening_ms <= timed.at_ms < opens_ms and isinstance(timed.command, PlaceOrder):
            night.at_ms = timed.at_ms
            with suppress(Refused):
                controller.handle(timed.command)

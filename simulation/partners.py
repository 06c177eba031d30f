"""Owns the emulated partners: shops that listen, the planners, and the way to the carriers.

A planner solves in another process, as on the real floor; its plan is applied a modelled delay
after the snapshot, so the answer is the same on a slow machine.
"""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from controller.core import Controller
from controller.messages import Event
from controller.plan import Effort
from controller.workflows.planned import PLANNED
from simulation.carriers import Carriers
from simulation.clock import PLANS, Agenda
from simulation.scenario import Scenario

PLAN_MS = 20_000


class Partners:
    def __init__(
        self, controller: Controller, agenda: Agenda, planner: Executor, scenario: Scenario
    ) -> None:
        self.controller = controller
        self.agenda = agenda
        self.planner = planner
        self.carriers = Carriers(controller, agenda, scenario)
        self.plans = 0
        self.work_max: int | None = None  # quick plans, where somebody waits for them
        self.only: frozenset[str] | None = None  # plans that anybody would still carry out
        self._planning: dict[str, int] = {}  # by topic, the outbox row of the plan being made
        self._deliver: dict[str, Callable[[Event], None]] = {
            "carrier": self.carriers.take,
            "channel": self._listener,
            "notify": self._listener,
            "plan": self._plan,
        }

    def start_anew(self, controller: Controller) -> None:
        """The host's process has changed; a plan that the old one was making is lost."""
        self.controller = self.carriers.controller = controller
        self._planning.clear()

    def deliver(self, topics: set[str]) -> None:
        """Hands due outbox rows of these topics to whom they concern."""
        for topic in sorted(topics & self._deliver.keys()):
            for event in self.controller.due(f"{topic}/", self.agenda.now_ms()):
                self._deliver[topic](event)

    def _listener(self, event: Event) -> None:
        self.controller.delivered(event.id)

    def _plan(self, event: Event) -> None:
        self.controller.delivered(event.id)
        nobody = self.only is not None and event.topic not in self.only
        if nobody or event.topic in self._planning:
            return
        planned = PLANNED[event.topic]
        with self.controller.reading() as db:
            problem = planned.snapshot(db, self.agenda.now_ms())
        if problem is None:
            return
        self._planning[event.topic] = event.id
        work = planned.work if self.work_max is None else min(self.work_max, planned.work)
        solving = self.planner.submit(planned.solve, problem, Effort(work=work))
        self.agenda.after(PLAN_MS, PLANS, "planner", lambda: self._apply(event, solving))

    def _apply(self, event: Event, solving: "Future[Any]") -> None:
        if self._planning.get(event.topic) != event.id:
            return
        del self._planning[event.topic]
        self.plans += 1
        self.controller.handle_all(PLANNED[event.topic].commands(solving.result(), event.id))

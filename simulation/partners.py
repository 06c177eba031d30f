"""Owns the emulated partners: carriers that sell labels, shops that listen, the release planner.

The planner solves in another process, as on the real floor; its plan is applied a modelled delay
after the snapshot, so the answer is the same on a slow machine.
"""

from collections.abc import Callable
from concurrent.futures import Executor, Future

from controller.core import Controller
from controller.messages import Event, LabelBought
from controller.plan import Effort, releasing
from controller.workflows import releasing as work
from simulation.clock import PLANS, WIRE, Agenda

CARRIER_MS = 350
PLAN_MS = 20_000
PLAN_WORK = 60_000


class Partners:
    def __init__(self, controller: Controller, agenda: Agenda, planner: Executor) -> None:
        self.controller = controller
        self.agenda = agenda
        self.planner = planner
        self.plans = 0
        self.work = PLAN_WORK
        self._planning = 0  # the outbox row of the plan that is being made
        self._deliver: dict[str, Callable[[Event], None]] = {
            "carrier": self._carrier,
            "channel": self._listener,
            "notify": self._listener,
            "plan": self._plan,
        }

    def start_anew(self, controller: Controller) -> None:
        """The host's process has changed; a plan that the old one was making is lost."""
        self.controller = controller
        self._planning = 0

    def deliver(self, topics: set[str]) -> None:
        """Hands due outbox rows of these topics to whom they concern."""
        for topic in sorted(topics & self._deliver.keys()):
            for event in self.controller.due(f"{topic}/", self.agenda.now_ms()):
                self._deliver[topic](event)

    def _listener(self, event: Event) -> None:
        self.controller.delivered(event.id)

    def _carrier(self, event: Event) -> None:
        """A label is sold after a moment; the tracking number follows from the reference."""
        self.controller.sent(event.id)
        bought = LabelBought(
            id=f"carrier/{event.id}",
            actor="carrier",
            parcel=event.payload["parcel"],
            tracking=f"T{event.payload['reference']}",
            cost_cents=event.payload.get("cost_cents", 0),
        )

        def answer() -> None:
            self.controller.handle(bought)
            self.controller.delivered(event.id)

        self.agenda.after(CARRIER_MS, WIRE, event.topic, answer)

    def _plan(self, event: Event) -> None:
        self.controller.delivered(event.id)
        if self._planning:
            return
        self._planning = event.id
        with self.controller.reading() as db:
            problem = work.snapshot(db, self.agenda.now_ms())
        solving = self.planner.submit(releasing.solve, problem, Effort(work=self.work))
        self.agenda.after(PLAN_MS, PLANS, "planner", lambda: self._apply(event, solving))

    def _apply(self, event: Event, solving: "Future[releasing.Plan]") -> None:
        if self._planning != event.id:
            return
        self._planning = 0
        self.plans += 1
        self.controller.handle_all(work.commands(solving.result(), event.id))

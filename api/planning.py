"""Owns the plan cycle in real time: a request, a snapshot, a solver's process, commands.

The lock is never held while a plan is made. A request that comes while one is being made is
covered by the next; a solver that died is started again, and the request with it.
"""

from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from typing import Final

from controller.core import Controller
from controller.messages import Event
from controller.plan import Effort, releasing
from controller.solving import solver
from controller.workflows import releasing as work

TOPIC: Final = "plan/"
WORK: Final = 60_000
APPLY_MAX: Final = 8  # tours to a commit: decisions of devices go in between


class PlanCycle:
    """`finished` is called, from another thread, when there is something for `round` to do."""

    def __init__(
        self,
        controller: Controller,
        finished: Callable[[], None],
        new_solver: Callable[[], Executor] = solver,
    ) -> None:
        self.plans = 0
        self._controller = controller
        self._finished = finished
        self._new_solver = new_solver
        self._solver: Executor | None = None
        self._asked: Event | None = None
        self._solving: Future[releasing.Plan] | None = None

    def resume(self) -> None:
        """At a start: a request that the process before left unanswered is made again."""
        for event in self._controller.unanswered(TOPIC):
            self._controller.again(event.id)

    def round(self) -> None:
        """Applies a plan that is ready, then starts the next that is asked for."""
        if self._solving is not None:
            if not self._solving.done():
                return
            self._apply()
        requests = self._controller.due(TOPIC, self._controller.clock.now_ms())
        if requests:
            *covered, asked = requests
            if covered:
                self._controller.delivered(*(event.id for event in covered))
            self._start(asked)

    def stop(self) -> None:
        if self._solver is not None:
            self._solver.shutdown(wait=False, cancel_futures=True)

    def _start(self, asked: Event) -> None:
        with self._controller.reading() as db:
            problem = work.snapshot(db, self._controller.clock.now_ms())
        try:
            self._solving = self._submit(problem)
        except BrokenExecutor:
            self._solver = None
            self._solving = self._submit(problem)
        self._asked = asked
        self._controller.sent(asked.id)
        self._solving.add_done_callback(lambda _done: self._finished())

    def _submit(self, problem: releasing.Problem) -> Future[releasing.Plan]:
        """To the solver's process, which is started when the first plan is wanted."""
        self._solver = self._solver or self._new_solver()
        return self._solver.submit(releasing.solve, problem, Effort(work=WORK))

    def _apply(self) -> None:
        solving, asked = self._solving, self._asked
        assert solving is not None
        assert asked is not None
        self._solving = self._asked = None
        try:
            plan = solving.result()
        except BrokenExecutor:
            self._controller.again(asked.id)
            return
        commands = list(work.commands(plan, asked.id))
        for start in range(0, len(commands), APPLY_MAX):
            self._controller.handle_all(commands[start : start + APPLY_MAX])
        self._controller.delivered(asked.id)
        self.plans += 1

"""Owns the plan cycle in real time: a request, a snapshot, a solver's process, commands.

The lock is never held while a plan is made. A request that comes while one is being made is
covered by the next of its topic; a solver that died is started again, and the request with it. A
plan that cannot be made is told as an alarm, and the next request is tried again.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import BrokenExecutor, Executor, Future
from typing import Any, Final

from controller.core import Controller
from controller.errors import StoreUnavailable
from controller.messages import Event, OutboxGivenUp
from controller.plan import Effort
from controller.solving import solver
from controller.workflows.planned import Planned

APPLY_MAX: Final = 8  # commands to a commit: decisions of devices go in between


class PlanCycle:
    """Serves the topics of `planned` with one solver's process, one plan at a time.

    `finished` is called, from another thread, when there is something for `round` to do.
    """

    def __init__(
        self,
        controller: Controller,
        finished: Callable[[], None],
        planned: Mapping[str, Planned],
        new_solver: Callable[[], Executor] = solver,
    ) -> None:
        self.plans = 0
        self._controller = controller
        self._finished = finished
        self._planned = planned
        self._new_solver = new_solver
        self._solver: Executor | None = None
        self._asked: Event | None = None
        self._solving: Future[Any] | None = None

    def resume(self) -> None:
        """At a start: a request that the process before left unanswered is made again."""
        for topic in self._planned:
            for event in self._controller.unanswered(topic):
                self._controller.again(event.id)

    def round(self) -> None:
        """Applies a plan that is ready, then starts the next that is asked for."""
        if self._solving is not None:
            if not self._solving.done():
                return
            self._apply()
        now_ms = self._controller.clock.now_ms()
        asked = [self._controller.due(topic, now_ms) for topic in self._planned]
        for *covered, last in sorted(filter(None, asked), key=lambda each: each[-1].id):
            if covered:
                self._controller.delivered(*(event.id for event in covered))
            if self._start(last, now_ms):
                return

    def stop(self) -> None:
        if self._solver is not None:
            self._solver.shutdown(wait=False, cancel_futures=True)

    def _start(self, asked: Event, now_ms: int) -> bool:
        """Whether there is something to decide."""
        try:
            with self._controller.reading() as db:
                problem = self._planned[asked.topic].snapshot(db, now_ms)
        except StoreUnavailable:
            raise
        except Exception as error:
            self._give_up(asked, error)
            return False
        if problem is None:
            self._controller.delivered(asked.id)
            return False
        try:
            self._solving = self._submit(asked.topic, problem)
        except BrokenExecutor:
            self._solver = None
            self._solving = self._submit(asked.topic, problem)
        self._asked = asked
        self._controller.sent(asked.id)
        self._solving.add_done_callback(lambda _done: self._finished())
        return True

    def _submit(self, topic: str, problem: Any) -> Future[Any]:
        """To the solver's process, which is started when the first plan is wanted."""
        self._solver = self._solver or self._new_solver()
        planned = self._planned[topic]
        return self._solver.submit(planned.solve, problem, Effort(work=planned.work))

    def _apply(self) -> None:
        """What an outage of the database interrupts is applied again, under the same ids."""
        solving, asked = self._solving, self._asked
        assert solving is not None
        assert asked is not None
        try:
            commands = list(self._planned[asked.topic].commands(solving.result(), asked.id))
        except BrokenExecutor:
            self._controller.again(asked.id)
        except Exception as error:
            self._give_up(asked, error)
        else:
            for start in range(0, len(commands), APPLY_MAX):
                answers = self._controller.handle_all(commands[start : start + APPLY_MAX])
                away = next((each for each in answers if isinstance(each, StoreUnavailable)), None)
                if away is not None:
                    raise away
            self._controller.delivered(asked.id)
            self.plans += 1
        self._solving = self._asked = None

    def _give_up(self, asked: Event, error: Exception) -> None:
        reason = f"{type(error).__name__}: {error}"[:500]
        self._controller.handle(
            OutboxGivenUp(id=f"plan/{asked.id}/failed", outbox=asked.id, reason=reason)
        )

"""Owns the way to one carrier: its jobs in order, so many at once, again later, not while down.

All but the waiting for answers happens in the thread that calls `round`. A purchase that takes
longer than the bench has patience is given up; what still comes of it is given back. It refuses to
hold up anybody else.
"""

import heapq
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import structlog

from api.carriers import jobs
from api.carriers.adapter import (
    NOT_OFFERED,
    Adapter,
    CarrierError,
    Declined,
    Quote,
    Unavailable,
    Unreadable,
    Unusable,
)
from api.carriers.breaker import Breaker
from api.carriers.calls import ILL
from api.carriers.jobs import Commands, Job
from controller.core import Controller
from controller.errors import Conflict, NotFound, Refused
from controller.messages import CarrierState, CarrierTerms, Command, Event, LabelBought
from controller.units import DAY, MINUTE
from controller.views.consignments import Consignment

PAUSE_MS: Final = 1_000
PAUSE_MAX_MS: Final = 60_000
TRIES_MAX: Final = 4  # of what is asked again anyway, or has an answer that nobody can read
FAULTS_MAX: Final = 10  # of a label to give back or a manifest that a well carrier stumbles at
OUTAGE_PAUSE_MS: Final = 15 * MINUTE  # so seldom a row is tried that may be all that is ill
FAULTS: Final = (ILL, "adapter_failed")  # the carrier may be well, and the job what it stumbles on
log = structlog.get_logger("pickwright")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """`patience_ms`: so long a bench waits for a label; `unclear_ms`: so long after a purchase
    without an answer its carrier is asked what became of it.
    """

    connections: int = 4
    patience_ms: int = 20_000
    unclear_ms: int = 30_000
    failures_max: int = 4
    dearer_percent: int = 10
    elsewhere_percent: int = 200
    stuck_days: int = 3
    ahead_ms: int = 0
    window_ms: int = 0

    def told(self, adapter: Adapter) -> CarrierTerms:
        """What of it the controller must know."""
        return CarrierTerms(
            name=adapter.name,
            offers=tuple(sorted(adapter.offers)),
            dearer_percent=self.dearer_percent,
            elsewhere_percent=self.elsewhere_percent,
            stuck_days=self.stuck_days,
            ahead_ms=self.ahead_ms,
            window_ms=self.window_ms,
        )


class Line:
    """`nudge` is called from the threads that wait, when there is something for `round` to do."""

    def __init__(
        self, adapter: Adapter, terms: Terms, controller: Controller, nudge: Callable[[], None]
    ) -> None:
        self.adapter = adapter
        self.terms = terms
        self.breaker = Breaker(terms.failures_max)
        self._controller = controller
        self._nudge = nudge
        self._waiting: list[tuple[int, int, Job]] = []  # (when, outbox row, job)
        self._running: set[Job] = set()
        self._answers: deque[tuple[Job | None, Commands | CarrierError]] = deque()
        self._told = (False, False)  # whether it is down, or on trial
        self._heard_ms = 0  # when the carrier last answered anything
        adapter.open(controller)
        self._pool = ThreadPoolExecutor(terms.connections, f"carrier-{adapter.name}")

    @property
    def depth(self) -> int:
        """Jobs without an answer."""
        return len(self._waiting) + len(self._running)

    @property
    def _at_once(self) -> int:
        return 1 if self.breaker.trial else self.terms.connections

    @property
    def asking(self) -> bool:
        """Whether an answer is waited for, or waits to be settled."""
        return bool(self._running or self._answers or self.breaker.trying)

    def take(self, event: Event, now_ms: int) -> None:
        """A row of the outbox; one that had been sent before may have been carried out."""
        job = Job(event, unclear=event.attempts > 0)
        unknown = event.topic == jobs.VOID and not event.payload["tracking"]
        self._later(job, now_ms + self.terms.unclear_ms if unknown else now_ms)

    def round(self, now_ms: int) -> int | None:
        """Settles what was answered, gives up what takes too long, asks what is due.

        Returns: when it wants to be called again, or None.
        """
        while self._answers:
            self._settle(*self._answers[0], now_ms)
            self._answers.popleft()
        if (self.breaker.open, self.breaker.trial) != self._told:
            self._tell_state(now_ms)
        self._lose_patience(now_ms)
        if self.breaker.may_try(now_ms):
            self._pool.submit(self._try)
        if self.breaker.open:
            return self.breaker.try_ms if not self.breaker.trying else None
        while self._waiting and len(self._running) < self._at_once:
            if self._waiting[0][0] > now_ms:
                break
            self._start(heapq.heappop(self._waiting)[2])
        return self._next_ms()

    def rate(self, consignment: Consignment) -> "Future[tuple[Quote, ...]]":
        """Prices that the carrier gives now, or will give in the end."""
        return self._pool.submit(self.adapter.rate, consignment)

    def stop(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        self.adapter.close()

    def _later(self, job: Job, at_ms: int) -> None:
        heapq.heappush(self._waiting, (at_ms, job.event.id, job))

    def _start(self, job: Job, *, trial: bool = False) -> None:
        job.running, job.trial = True, trial
        self._running.add(job)
        self._pool.submit(self._ask, job)

    def _ask(self, job: Job) -> None:
        """In a thread of the pool."""
        self._answers.append(
            (job, self._answer(lambda: jobs.ask(job, self.adapter, self._controller)))
        )
        self._nudge()

    def _try(self) -> None:
        """In a thread of the pool: does the carrier answer again?"""

        def check() -> Commands:
            self.adapter.check()
            return []

        self._answers.append((None, self._answer(check)))
        self._nudge()

    def _answer(self, ask: Callable[[], Commands]) -> Commands | CarrierError:
        try:
            return ask()
        except CarrierError as error:
            return error
        except Exception as error:  # a defect of an adapter is no answer of its carrier
            log.error("adapter_failed", carrier=self.adapter.name, error=type(error).__name__)
            return Unavailable("adapter_failed", type(error).__name__)

    def _settle(self, job: Job | None, answer: Commands | CarrierError, now_ms: int) -> None:
        """Never half: what fails here is done again, under the same ids."""
        if isinstance(answer, Unavailable):
            self._failed(job, answer, now_ms)
            return
        if job is None and isinstance(answer, Declined) and answer.why == NOT_OFFERED:
            self._try_with_a_job(now_ms)
            return
        self._well(now_ms)
        if job is None:
            return
        job.running = False
        self._running.discard(job)
        if isinstance(answer, CarrierError):
            self._send(job, jobs.refused(job, answer))
        elif job.left:
            self._tell(job, answer)
            job.tries = 0
            self._later(job, now_ms + max(PAUSE_MS, int(job.pause_s * 1_000)))
        else:
            self._send(job, answer)

    def _try_with_a_job(self, now_ms: int) -> None:
        """One for which no bench waits, where there is one: the carrier stays down meanwhile."""
        due = [each for each in self._waiting if each[0] <= now_ms and not each[2].buys]
        if not due:
            self.breaker.try_with_a_job()
            return
        first = min(due, key=lambda each: (each[2].faults, each))
        self._waiting.remove(first)
        heapq.heapify(self._waiting)
        self._start(first[2], trial=True)

    def _failed(self, job: Job | None, error: Unavailable, now_ms: int) -> None:
        up = not self.breaker.open
        self._count(job, error, now_ms)
        if job is None:
            return
        if error.why in FAULTS and (up or job.trial):
            job.faults += 1
            job.since_ms = job.since_ms or now_ms
        job.running = False
        self._running.discard(job)
        books = job.buys or job.event.topic == jobs.PICKUP
        job.unclear = job.unclear or (error.unclear and books)
        if job.given_up:
            return
        job.tries += 1
        if self._was_last(job, error, now_ms):
            self._send(job, jobs.refused(job, error))
            return
        pause = min(PAUSE_MS << min(job.tries - 1, 10), PAUSE_MAX_MS)
        pause = OUTAGE_PAUSE_MS if job.faults >= FAULTS_MAX else pause
        self._later(job, now_ms + max(pause, int(error.retry_after_s * 1_000)))

    def _count(self, job: Job | None, error: Unavailable, now_ms: int) -> None:
        """What a failure says of the carrier: nothing, where one number may be what is ill."""
        if isinstance(error, Unreadable) and (job is None or not job.buys):
            self._well(now_ms)
            return
        news = job is not None and job.event.topic == jobs.TRACK and error.why == ILL
        if not news or self.breaker.open or self.breaker.trial:
            self.breaker.failed(now_ms, str(error))

    def _well(self, now_ms: int) -> None:
        self.breaker.answered()
        self._heard_ms = now_ms

    def _was_last(self, job: Job, error: Unavailable, now_ms: int) -> bool:
        """Whether a job is given up; what is to be given back or announced is tried for longer:
        as long as its carrier has answered nothing else meanwhile, for a day.
        """
        if job.buys:
            return False
        if isinstance(error, Unreadable) or job.event.topic == jobs.TRACK:
            return job.tries >= TRIES_MAX
        well = self._heard_ms >= job.since_ms
        late = now_ms - job.event.created_ms >= DAY
        return job.faults >= FAULTS_MAX and (well or late)

    def _lose_patience(self, now_ms: int) -> None:
        """Labels that a bench has waited for long enough, and those of a carrier that is down."""
        for job in [*self._running, *(each for _, _, each in self._waiting)]:
            late = now_ms - job.event.created_ms >= self.terms.patience_ms
            down = self.breaker.open and not job.running
            if job.buys and not job.given_up and (late or down):
                job.unclear = job.unclear or job.running
                why = "down" if down else "no_answer"
                self._send(job, jobs.refused(job, Unavailable(why, self.breaker.why)))
                job.given_up = True
        self._waiting = [each for each in self._waiting if not each[2].given_up]
        heapq.heapify(self._waiting)

    def _send(self, job: Job, commands: Commands) -> None:
        self._tell(job, commands)
        self._controller.delivered(job.event.id)

    def _tell(self, job: Job, commands: Commands) -> None:
        for command in commands:
            refusal = self._handle(command)
            if refusal is not None and isinstance(command, LabelBought):
                no = Unusable(refusal.code, str(refusal), command.tracking)
                for each in jobs.refused(job, no):
                    self._handle(each)

    def _handle(self, command: Command[Any]) -> Refused | None:
        try:
            self._controller.handle(command)
        except (Refused, NotFound, Conflict) as error:
            log.warning(
                "carrier_answer_refused", carrier=self.adapter.name, why=getattr(error, "code", "")
            )
            return error if isinstance(error, Refused) else None
        return None

    def _tell_state(self, now_ms: int) -> None:
        name, why = self.adapter.name, self.breaker.why
        down, trial = told = (self.breaker.open, self.breaker.trial)
        state = "down" if down else "trial" if trial else "up"
        log.warning(f"carrier_{state}", carrier=name, why=why)
        self._handle(
            CarrierState(
                id=f"carrier-state/{name}/{state}/{now_ms}",
                actor=name,
                carrier=name,
                down=down,
                why=why,
                trial=trial,
            )
        )
        self._told = told

    def _next_ms(self) -> int | None:
        patience = [
            job.event.created_ms + self.terms.patience_ms
            for job in (*self._running, *(each for _, _, each in self._waiting))
            if job.buys and not job.given_up
        ]
        due = [self._waiting[0][0]] if self._waiting else []
        if len(self._running) >= self._at_once:
            due = []
        return min((*patience, *due), default=None)

"""Owns the one door, `Controller.handle`, and the writer behind it.

The writer takes the commands that wait, opens one transaction under the network lock, and for
each: looks its id up in the journal (seen: the stored answer), runs its handler in a savepoint,
keeps a journal row. Then it commits once and only then answers. Threads that call `handle` at the
same time share a commit: whoever gets the lock first works for all.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, TypeVar

from controller import journal, outbox, timers
from controller.errors import Conflict, ControllerError, LimitReached, Refused, StoreUnavailable
from controller.handlers import Handler, Refuse, Run, no_nul, refuse_nul, telling
from controller.messages import (
    Command,
    DeviceFault,
    Event,
    FireTimer,
    OutboxGivenUp,
    from_json,
    to_json,
)
from controller.store import Db, Store
from controller.turn import Turn
from controller.workflows.table import HANDLERS

R = TypeVar("R")
BATCH_MAX = 128
WAITING_MAX = 10_000
SENT_MAX = 128
NUL = "\\u0000"  # as JSON writes it; PostgreSQL takes no text with it


class Clock(Protocol):
    def now_ms(self) -> int:
        """UTC epoch milliseconds."""


@dataclass(slots=True, eq=False)
class _Ticket:
    """A command on its way through the writer; `woken` where a thread waits for its answer."""

    command: Command[Any]
    woken: threading.Event | None = None
    reply: Any = None
    error: BaseException | None = None
    done: bool = False

    def fail(self, error: BaseException) -> None:
        self.error = error
        self.end()

    def end(self) -> None:
        self.done = True
        if self.woken is not None:
            self.woken.set()

    def answer(self) -> Any:
        if self.error is not None:
            raise self.error
        return self.reply


@dataclass(slots=True)
class _Batch:
    """What the transaction of one batch has gathered."""

    db: Db
    seq: int
    chain: str
    earlier: Mapping[str, Any]
    shared: dict[str, Any] = field(default_factory=dict)
    entries: dict[str, journal.Entry] = field(default_factory=dict)
    news: set[str] = field(default_factory=set)

    @property
    def next_seq(self) -> int:
        return self.seq + len(self.entries) + 1


class Controller:
    """The warehouse: commands in, replies and outbox rows out.

    `watch` is called after each commit with what it added for others to do: the first words of
    outbox topics (device, carrier, channel, plan, ...), "timer", and "screen/<worker>" for each
    worker whose screen may have changed.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        handlers: Mapping[type[Command[Any]], Handler] = HANDLERS,
        watch: Callable[[set[str]], None] = lambda _news: None,
    ) -> None:
        self.store = store
        self.clock = clock
        self.watch = watch
        self.commands = 0
        self._handlers = handlers
        self._lock = threading.Lock()
        self._waiting: deque[_Ticket] = deque()
        self._urgent: deque[_Ticket] = deque()
        self._taken = outbox.Taken()

    def handle(self, command: Command[R]) -> R:
        """Carries out one command, once, however often it is sent.

        Raises: Refused and its kin (nothing changed; the refusal is the stored answer),
        StoreUnavailable (send the same id again).
        """
        ticket, woken = self._enqueue(command)
        try:
            while not ticket.done:
                if self._lock.acquire(blocking=False):
                    self._lead(ticket)
                else:
                    woken.wait()
                    woken.clear()
        except BaseException:
            self._withdraw(ticket)
            self._wake_next()
            raise
        return ticket.answer()  # type: ignore[no-any-return]

    def _lead(self, own: _Ticket) -> None:
        """Works for all that wait, then leaves the lock to the first that has come meanwhile."""
        try:
            if not own.done:
                self._work(self._next_batch())
        finally:
            self._lock.release()
            self._wake_next()

    def _withdraw(self, ticket: _Ticket) -> None:
        """A thread that gives up waiting must not be the one that is woken to lead."""
        for queue in (self._urgent, self._waiting):
            with suppress(ValueError):
                queue.remove(ticket)

    def _wake_next(self) -> None:
        """Whoever is first in the queue tries to lead; one call too many does no harm."""
        for queue in (self._urgent, self._waiting):
            with suppress(IndexError):
                queue[0].woken.set()  # type: ignore[union-attr]
                return

    def handle_all(self, commands: Iterable[Command[Any]]) -> list[Any]:
        """Carries out commands in order, many to a commit; the answer or error of each."""
        tickets = [_Ticket(command) for command in commands]
        for start in range(0, len(tickets), BATCH_MAX):
            with self._lock:
                self._work(tickets[start : start + BATCH_MAX])
            self._wake_next()
        return [ticket.error or ticket.reply for ticket in tickets]

    def _enqueue(self, command: Command[Any]) -> tuple[_Ticket, threading.Event]:
        if len(self._waiting) + len(self._urgent) >= WAITING_MAX:
            raise LimitReached("writer_busy", waiting_max=WAITING_MAX, fix="send it again later")
        woken = threading.Event()
        ticket = _Ticket(command, woken)
        (self._urgent if command.urgent else self._waiting).append(ticket)
        return ticket, woken

    def _next_batch(self) -> list[_Ticket]:
        batch: list[_Ticket] = []
        while len(batch) < BATCH_MAX:
            if self._urgent:
                batch.append(self._urgent.popleft())
            elif self._waiting:
                batch.append(self._waiting.popleft())
            else:
                break
        return batch

    def _work(self, tickets: Sequence[_Ticket]) -> None:
        """Runs a batch; when the database fails it, each command again by itself.

        Nobody is left to wait: a command that an interrupt cut off is answered as unavailable.
        """
        news: set[str] = set()
        try:
            news = self._commit(tickets)
        except Exception as error:
            if len(tickets) == 1:
                tickets[0].fail(error)
            else:
                for ticket in tickets:
                    self._work([ticket])
        finally:
            for ticket in tickets:
                if not ticket.done:
                    ticket.fail(StoreUnavailable("writer_interrupted", fix="send it again"))
        if news:
            self.watch(news)

    def _commit(self, tickets: Sequence[_Ticket]) -> set[str]:
        now_ms = self.clock.now_ms()
        with self.store.transaction() as db:
            marks = self._taken.mark(db)
            earlier = journal.find_all(db, {ticket.command.id for ticket in tickets})
            batch = _Batch(db, *journal.head(db), earlier)
            for ticket in tickets:
                self._carry_out(batch, ticket, now_ms)
            journal.append(db, batch.entries.values(), batch.seq, batch.chain)
        self._taken.forget(marks)
        for ticket in tickets:
            ticket.end()
        self.commands += len(batch.entries)
        return batch.news

    def _carry_out(self, batch: _Batch, ticket: _Ticket, now_ms: int) -> None:
        command = ticket.command
        handler = self._handlers[type(command)]
        filed = journal.filed(batch.db, command)
        ticket.reply = ticket.error = None
        if "\0" in command.id:
            ticket.error = no_nul()
        if ticket.error or self._answered_before(batch, ticket, handler, filed.content):
            return
        turn = Turn(
            batch.db,
            seq=batch.next_seq,
            command_id=command.id,
            actor=command.actor,
            now_ms=now_ms,
            shared=batch.shared,
        )
        turn.filed = filed
        run = refuse_nul if NUL in filed.content else handler.run
        reply, refused = self._run(turn, ticket, run, handler.refuse)
        batch.news |= turn.news
        batch.entries[command.id] = journal.Entry(
            command_id=command.id,
            name=type(command).__name__,
            content=filed.content,
            now_ms=now_ms,
            refused=refused,
            reply=reply,
        )

    def _answered_before(
        self, batch: _Batch, ticket: _Ticket, handler: Handler, content: str
    ) -> bool:
        """Gives a repeated id its first answer; another content under it is a Conflict."""
        command = ticket.command
        earlier = batch.entries.get(command.id) or batch.earlier.get(command.id)
        if earlier is None:
            return False
        if earlier.content != content:
            ticket.error = Conflict("command_id_used_before", id=command.id)
        elif earlier.refused:
            ticket.error = journal.kept_refusal(earlier.reply)
        else:
            ticket.reply = from_json(earlier.reply, handler.reply)
        return True

    def _run(
        self, turn: Turn, ticket: _Ticket, run: Run, refuse: Refuse | None
    ) -> tuple[str, int]:
        """Runs the handler in a savepoint; the answer as the journal keeps it."""
        try:
            ticket.reply = turn.carry_out(run, ticket.command)
        except self.store.outages():
            raise
        except Refused as error:
            if refuse is not None:
                return self._run(turn, ticket, telling(refuse, error), None)
            ticket.error = error
            return journal.refusal(error), 1
        except Exception as error:
            ticket.error = error
            return journal.refusal(_defect(error)), 1
        return to_json(ticket.reply).decode(), 0

    # --- time, and what leaves the process ---------------------------------------------------

    def tick(self) -> int | None:
        """Fires the timers that are due and gives up overdue rows; when to be called again."""
        now_ms = self.clock.now_ms()
        if self._taken.kept_waiting():
            self._mark_taken()
        while commands := self._overdue(now_ms):
            for command, answer in zip(commands, self.handle_all(commands), strict=True):
                if isinstance(answer, StoreUnavailable):
                    raise answer
                if isinstance(answer, Exception):
                    self._set_aside(command, answer)
        return self.next_due_ms()

    def _overdue(self, now_ms: int) -> list[FireTimer | OutboxGivenUp]:
        with self.store.reading() as db:
            fired = [FireTimer(id=f"timer/{n}", timer=n) for n in timers.due(db, now_ms)]
            return fired + [
                OutboxGivenUp(id=f"outbox/{n}/expired", outbox=n, reason="expired")
                for n in outbox.overdue(db, now_ms)
                if n not in self._taken
            ]

    def _set_aside(self, command: FireTimer | OutboxGivenUp, error: Exception) -> None:
        """What failed would fail again at once: people are told, and a timer comes again later."""
        why = str(error) or type(error).__name__
        if isinstance(command, FireTimer):
            self.handle(replace(command, id=f"{command.id}/again", failed=why))
            return
        self.handle(
            DeviceFault(id=f"{command.id}/failed", device=command.id, fault="failed", detail=why)
        )
        with self.store.transaction() as db:
            outbox.give_up(db, command.outbox)

    def next_due_ms(self) -> int | None:
        """When the next timer fires or the next outbox row expires."""
        with self.store.reading() as db:
            times = (timers.next_due_ms(db), outbox.next_expiry_ms(db))
        return min((at for at in times if at is not None), default=None)

    def due(self, prefix: str, now_ms: int) -> list[Event]:
        """Outbox rows of topics that start with `prefix` to deliver now, oldest first."""
        with self.store.reading() as db:
            return [r for r in outbox.due(db, prefix, now_ms) if r.id not in self._taken]

    def sent(self, row_id: int) -> None:
        """A transport took the row."""
        with self.store.transaction() as db:
            outbox.sent(db, row_id)

    def sent_soon(self, row_id: int) -> None:
        """The same with the next commit, for a receiver that knows a repeat after a crash."""
        if self._taken.add(row_id) >= SENT_MAX:
            self._mark_taken()

    def _mark_taken(self) -> None:
        if len(self._taken):
            with self.store.transaction() as db:
                marks = self._taken.mark(db)
            self._taken.forget(marks)

    def unanswered(self, prefix: str) -> list[Event]:
        """Sent rows without an answer, as a process finds them that starts after a crash."""
        with self.store.reading() as db:
            return outbox.unanswered(db, prefix)

    def again(self, row_id: int) -> None:
        """A sent row whose receiver knows a repeat goes out once more."""
        with self.store.transaction() as db:
            outbox.again(db, row_id, self.clock.now_ms())

    def delivered(self, *row_ids: int) -> None:
        """The receivers of the rows answered, and nothing more follows from it."""
        with self.store.transaction() as db:
            for row_id in row_ids:
                outbox.delivered(db, row_id)

    def heard(self, prefix: str, now_ms: int) -> None:
        """Rows of topics that are only ever asked for: whatever is due counts as delivered."""
        with self.store.reading() as db:
            if not outbox.due(db, prefix, now_ms, most=1):
                return
        with self.store.transaction() as db:
            outbox.heard(db, prefix, now_ms)

    def later(self, event: Event) -> None:
        """The row could not be sent: once more after a pause that grows, until it expires."""
        with self.store.transaction() as db:
            outbox.later(db, event.id, self.clock.now_ms(), event.attempts)

    def put_off(self, rows: Mapping[int, int]) -> None:
        """Rows whose receivers are away wait until the times beside their ids."""
        with self.store.transaction() as db:
            for row_id, next_ms in rows.items():
                outbox.put_off(db, row_id, next_ms)

    def reading(self) -> AbstractContextManager[Db]:
        """A read-only view of the committed state, for controller.views."""
        return self.store.reading()


def _defect(error: Exception) -> ControllerError:
    """A defect of ours: rolled back, kept in the journal, and raised to the caller."""
    return Refused("defect", error=f"{type(error).__name__}: {error}"[:500])

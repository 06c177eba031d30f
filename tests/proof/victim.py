"""Owns the process that the kill test kills: a real controller that answers over pipes.

Each lane is one client: it sends a command and waits for the answer. Besides, the process ticks
and delivers its outbox. The broken variants are there to prove that the kill test finds them.
"""

import os
import threading
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any

from controller import journal
from controller.core import Controller
from controller.errors import Refused, StoreUnavailable
from controller.messages import Command, to_json
from controller.store import Db, Store, open_store

LATE_COMMITS = 8
_IDLE_S = 0.02

Answer = tuple[str, int, str]  # command id, refused, the answer as the journal keeps it
DEFECT = 2  # in place of `refused`: the controller raised what it should not


class WallClock:
    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000


class TwoTransactions(Controller):
    """Broken on purpose: the journal is committed after the effects."""

    def _commit(self, tickets: Sequence[Any]) -> set[str]:
        kept: list[journal.Entry] = []

        def keep(_db: Db, entries: Any, *_head: Any) -> None:
            kept.extend(entries)

        append = journal.append
        journal.append = keep  # type: ignore[assignment]
        try:
            news = super()._commit(tickets)
        finally:
            journal.append = append
        with self.store.transaction() as db:
            append(db, kept, *journal.head(db))
        return news


class _LateCommits(Db):
    """Broken on purpose: most transactions stay open when they should be committed."""

    def __init__(self, raw: Any, postgres: bool) -> None:
        super().__init__(raw, postgres)
        self._commits = 0

    def plain(self, sql: str) -> None:
        if sql.startswith("BEGIN") and self._commits % LATE_COMMITS:
            return
        if sql == "COMMIT":
            self._commits += 1
            if self._commits % LATE_COMMITS:
                return
        super().plain(sql)


def _sound(store: Store, watch: Callable[[set[str]], None]) -> Controller:
    return Controller(store, WallClock(), watch=watch)


def _two_transactions(store: Store, watch: Callable[[set[str]], None]) -> Controller:
    return TwoTransactions(store, WallClock(), watch=watch)


def _answers_before_commit(store: Store, watch: Callable[[set[str]], None]) -> Controller:
    with store.reading():
        pass
    store._writer = _LateCommits(store._open()._raw, store.postgres)
    return Controller(store, WallClock(), watch=watch)


VARIANTS = {
    "sound": _sound,
    "two_transactions": _two_transactions,
    "answers_before_commit": _answers_before_commit,
}


def serve(url: str, variant: str, ready: Connection, lanes: Sequence[Connection]) -> None:
    """Serves the lanes until it is killed, or until the client hangs up."""
    news = threading.Event()
    store = open_store(url)
    controller = VARIANTS[variant](store, lambda _news: news.set())
    for lane in lanes:
        threading.Thread(target=_serve_lane, args=(controller, lane), daemon=True).start()
    ready.send(os.getpid())
    while True:
        _deliver(controller)
        news.wait(_IDLE_S)
        news.clear()


def _serve_lane(controller: Controller, lane: Connection) -> None:
    while True:
        try:
            command: Command[Any] = lane.recv()
        except (EOFError, OSError):
            os._exit(0)
        lane.send(_answer(controller, command))


def _answer(controller: Controller, command: Command[Any]) -> Answer:
    while True:
        try:
            return command.id, 0, to_json(controller.handle(command)).decode()
        except Refused as refused:
            return command.id, 1, journal.refusal(refused)
        except StoreUnavailable:
            continue
        except Exception as error:
            return command.id, DEFECT, repr(error)


def _deliver(controller: Controller) -> None:
    controller.tick()
    for event in controller.due("", controller.clock.now_ms()):
        controller.sent(event.id)
        controller.delivered(event.id)

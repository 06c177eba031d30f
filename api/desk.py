"""Owns the way from async handlers to the controller: one writer thread, many commands a commit.

Requests that wait while a batch is committed form the next batch, so the price of a durable
commit is shared; those that one round of an event loop has read are handed over together, so the
writer and the loop do not fight over the interpreter for each. It refuses more than `WAITING_MAX`
waiting commands: the answer is "later".
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, Protocol, TypeVar

from controller.errors import LimitReached, StoreUnavailable
from controller.messages import Command
from controller.store import Db

R = TypeVar("R")
BATCH_MAX: Final = 32  # small, so that a decision of a device never waits long behind it
WAITING_MAX: Final = 2_000
READERS: Final = 4


class Door(Protocol):
    """The controller, as far as the desk needs it."""

    def handle_all(self, commands: list[Command[Any]], /) -> list[Any]: ...
    def reading(self) -> Any: ...


_Ticket = tuple[Command[Any], "asyncio.Future[Any]"]


class Desk:
    """Called from event loops; `took` hears how long each command waited for its answer."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._read: dict[asyncio.AbstractEventLoop, list[_Ticket]] = {}
        self._waiting: deque[_Ticket] = deque()
        self._news = threading.Condition()
        self._stopping = False
        self._writer = threading.Thread(target=self._write, name="desk", daemon=True)
        self.took: Callable[[str, float], None] = lambda _command, _seconds: None
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="reader")

    def start(self) -> None:
        self._writer.start()

    def stop(self) -> None:
        """Works off what waits, then ends."""
        with self._news:
            self._stopping = True
            self._news.notify()
        if self._writer.is_alive():
            self._writer.join()
        self._readers.shutdown(wait=True, cancel_futures=True)

    async def handle(self, command: Command[R]) -> R:
        """Carries out a command. Raises: Refused and its kin, StoreUnavailable."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        read = self._read.get(loop)
        if read is None:
            read = self._read[loop] = []
            loop.call_soon(self._hand_over, loop)
        if len(self._waiting) + len(read) >= WAITING_MAX:
            raise LimitReached("writer_busy", waiting_max=WAITING_MAX, fix="send it again")
        read.append((command, future))
        begun_s = time.perf_counter()
        try:
            answer: R = await future
        finally:
            self.took(type(command).__name__, time.perf_counter() - begun_s)
        return answer

    async def read(self, view: Callable[..., R], *args: Any) -> R:
        """`view(db, *args)` on a snapshot of the committed state, on a reader's thread."""
        return await asyncio.get_running_loop().run_in_executor(
            self._readers, self.read_now, view, *args
        )

    def read_now(self, view: Callable[..., R], *args: Any) -> R:
        """The same on the calling thread, for a look-up of a row or two."""
        with self._door.reading() as db:
            return _view(view, db, *args)

    def _hand_over(self, loop: asyncio.AbstractEventLoop) -> None:
        """On the event loop, after what it has read in this round."""
        tickets = self._read.pop(loop)
        with self._news:
            if not self._stopping:
                self._waiting.extend(tickets)
                self._news.notify()
                return
        stopping = StoreUnavailable("shutting_down", fix="send it again in a moment")
        _settle([(future, stopping) for _, future in tickets])

    def _write(self) -> None:
        while True:
            with self._news:
                self._news.wait_for(lambda: self._waiting or self._stopping)
                if not self._waiting:
                    return
                batch = [
                    self._waiting.popleft() for _ in range(min(BATCH_MAX, len(self._waiting)))
                ]
            self._carry_out(batch)

    def _carry_out(self, batch: list[_Ticket]) -> None:
        try:
            answers = self._door.handle_all([command for command, _ in batch])
        except Exception as error:
            answers = [error] * len(batch)
        loops = {future.get_loop() for _, future in batch}
        for loop in loops:
            mine = [
                (future, answer)
                for (_, future), answer in zip(batch, answers, strict=True)
                if future.get_loop() is loop
            ]
            if not loop.is_closed():
                loop.call_soon_threadsafe(_settle, mine)


def _view(view: Callable[..., R], db: Db, *args: Any) -> R:
    return view(db, *args)


def _settle(answers: list[tuple["asyncio.Future[Any]", Any]]) -> None:
    """On the event loop: whoever has hung up meanwhile gets nothing."""
    for future, answer in answers:
        if future.done():
            continue
        if isinstance(answer, BaseException):
            future.set_exception(answer)
        else:
            future.set_result(answer)

"""Owns live events: what changes is read once, made into bytes once, and sent to all who listen.

A page opens a stream of topics; each topic has a source that says how it is read and what news
makes it stale. A stream starts with the present state, so a page that reconnects misses nothing.
It refuses to wait for a slow page: whoever falls behind is cut off and comes again.
"""

import asyncio
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

import msgspec
import structlog
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.access import Who
from api.problems import later
from api.runtime import News, Runtime
from controller.errors import StoreUnavailable
from controller.store import Db
from controller.views import accounts

RETRY_MS: Final = 1_000
HEARTBEAT_S: Final = 15.0
CHECK_S: Final = 0.8  # how often sessions are looked at: one that is closed ends within a second
BEHIND_MAX: Final = 64  # events that wait for one page
OF_ONE_MAX: Final = 12
STREAMS_MAX: Final = 1_000
STREAM: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "Server-sent events.", "content": {"text/event-stream": {}}}
}
_HEARTBEAT: Final = b": \n\n"
_HEADERS: Final = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
)

log = structlog.get_logger("pickwright.http")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What topics that are, or start with, `topic` show: `read(db, topic)`, as event `name`.

    It is read again when the topic itself is in the news, or a word of `hears` is the first of
    one; at most every `every_s`, and every `poll_s` also without news (0: never).
    """

    topic: str
    name: str
    read: Callable[[Db, str], Any]
    hears: frozenset[str] = frozenset()
    every_s: float = 0.0
    poll_s: float = 0.0


class Listener:
    """One page; what it has not been sent yet is sent in one piece."""

    def __init__(self, who: Who, topics: frozenset[str]) -> None:
        self.who = who
        self.topics = topics
        self.over = asyncio.Event()
        self._waiting: list[bytes] = []
        self._woken: asyncio.Future[None] | None = None

    def put(self, event: bytes) -> None:
        if len(self._waiting) >= BEHIND_MAX:
            self.over.set()
            return
        self._waiting.append(event)
        if self._woken is not None and not self._woken.done():
            self._woken.set_result(None)

    async def next(self) -> bytes:
        if not self._waiting:
            self._woken = asyncio.get_running_loop().create_future()
            await self._woken
        waiting, self._waiting = self._waiting, []
        return b"".join(waiting)


class Events:
    """All streams of this process; everything but `_heard` runs on the event loop."""

    def __init__(self, runtime: Runtime, sources: Iterable[Source] = ()) -> None:
        self._runtime = runtime
        self._sources = {source.topic: source for source in sources}
        self._listeners: dict[str, set[Listener]] = {}
        self._all: set[Listener] = set()
        self._last: dict[str, bytes] = {}
        self._stale: set[str] = set()
        self._refreshing: dict[str, asyncio.Task[None]] = {}
        self._numbers = count(1)
        self._lock = threading.Lock()
        self._news: set[str] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._watching: asyncio.Task[None] | None = None
        self._closed = False
        self._end = runtime.subscribe(self._heard)

    def add(self, source: Source) -> None:
        """A further topic, before anybody listens to it."""
        self._sources[source.topic] = source

    def close(self) -> None:
        """Ends every stream, so that the server can stop. Closing twice does nothing."""
        if self._closed:
            return
        self._closed = True
        self._end()
        for task in (*self._refreshing.values(), *filter(None, (self._watching,))):
            task.cancel()
        for listener in self._all:
            listener.over.set()

    def __len__(self) -> int:
        return len(self._all)

    @property
    def reading(self) -> frozenset[str]:
        """The topics that are being read at this moment."""
        return frozenset(self._refreshing)

    async def stream(self, who: Who, topics: Iterable[str]) -> Response:
        """The response that sends the present state of the topics, then what changes.

        Raises: Problem 429 when this caller, or all, have too many streams.
        """
        mine = sum(each.who.actor == who.actor for each in self._all)
        if mine >= OF_ONE_MAX or len(self._all) >= STREAMS_MAX or self._closed:
            raise later(429, "too_many_streams", RETRY_MS // 1_000, "close another page")
        self._loop = asyncio.get_running_loop()
        if self._watching is None:
            self._watching = asyncio.create_task(self._watch())
        return _Stream(self, Listener(who, frozenset(topics)))

    # --- who listens -------------------------------------------------------------------------

    def join(self, listener: Listener) -> None:
        self._all.add(listener)
        for topic in sorted(listener.topics):
            self._listeners.setdefault(topic, set()).add(listener)
            if topic in self._last:
                listener.put(self._last[topic])
            else:
                self._refresh(topic)

    def leave(self, listener: Listener) -> None:
        self._all.discard(listener)
        for topic in listener.topics:
            heard = self._listeners.get(topic, set())
            heard.discard(listener)
            if not heard:
                self._listeners.pop(topic, None)
                self._last.pop(topic, None)

    # --- what changes ------------------------------------------------------------------------

    def _heard(self, news: News) -> None:
        """On whichever thread has committed."""
        loop = self._loop
        if loop is None or not self._listeners:
            return
        with self._lock:
            first = not self._news
            self._news |= news
        if first:
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(self._look)

    def _look(self) -> None:
        with self._lock:
            news, self._news = self._news, set()
        words = {topic.partition("/")[0] for topic in news}
        for topic in self._listeners:
            if topic in news or not self._source(topic).hears.isdisjoint(words):
                self._refresh(topic)

    def _source(self, topic: str) -> Source:
        return self._sources.get(topic) or self._sources[topic.partition("/")[0] + "/"]

    def _refresh(self, topic: str) -> None:
        self._stale.add(topic)
        if topic not in self._refreshing:
            task = asyncio.create_task(self._read(topic))
            self._refreshing[topic] = task

    async def _read(self, topic: str) -> None:
        """Reads a topic while it is stale, in its own rhythm."""
        source = self._source(topic)
        try:
            while topic in self._stale and topic in self._listeners:
                self._stale.discard(topic)
                await self._send(topic, source)
                await asyncio.sleep(source.every_s)
        except Exception as error:
            log.error("live_view_failed", topic=topic, exc_info=error)
        finally:
            self._refreshing.pop(topic, None)

    async def _send(self, topic: str, source: Source) -> None:
        try:
            shown = await self._runtime.desk.read(source.read, topic)
        except StoreUnavailable:
            self._stale.add(topic)
            await asyncio.sleep(CHECK_S)
            return
        if topic not in self._listeners:
            return  # what nobody hears is not kept: it would be old when somebody comes
        data = msgspec.json.encode(shown)
        event = b"event: %b\ndata: %b\n" % (source.name.encode(), data)
        last = self._last.get(topic)
        if last is not None and last.endswith(event + b"\n"):
            return
        event = b"id: %b-%d\n%b\n" % (self._runtime.boot.encode(), next(self._numbers), event)
        self._last[topic] = event
        for listener in self._listeners.get(topic, ()):
            listener.put(event)

    # --- what ends ---------------------------------------------------------------------------

    async def _watch(self) -> None:
        """Ends the streams of sessions that are over; keeps the others open; polls."""
        for tick in count(1):
            await asyncio.sleep(CHECK_S)
            if self._all:
                with suppress(StoreUnavailable):
                    await self._end_closed()
            if tick % round(HEARTBEAT_S / CHECK_S) == 0:
                for listener in self._all:
                    listener.put(_HEARTBEAT)
            for topic in self._listeners:
                every = self._source(topic).poll_s
                if every and tick % max(1, round(every / CHECK_S)) == 0:
                    self._refresh(topic)

    async def _end_closed(self) -> None:
        now_ms = self._runtime.clock.now_ms()
        open_now = await self._runtime.desk.read(accounts.open_now, now_ms)
        for listener in tuple(self._all):
            if (listener.who.token_hash or listener.who.key) not in open_now:
                listener.over.set()


class _Stream(Response):
    """Sends what a listener gets until the page hangs up or the stream is over."""

    def __init__(self, events: Events, listener: Listener) -> None:
        super().__init__()
        self._events = events
        self._listener = listener

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [*_HEADERS]})
        tasks = [
            asyncio.create_task(each)
            for each in (self._pump(send), self._listener.over.wait(), _hung_up(receive))
        ]
        self._listener.put(b"retry: %d\n\n" % RETRY_MS)
        self._events.join(self._listener)
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._events.leave(self._listener)
            for task in tasks:
                task.cancel()
        with suppress(TimeoutError, OSError):
            async with asyncio.timeout(1):
                await send({"type": "http.response.body", "body": b""})

    async def _pump(self, send: Send) -> None:
        while True:
            body = await self._listener.next()
            await send({"type": "http.response.body", "body": body, "more_body": True})


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass

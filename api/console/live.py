"""Owns the one look at the floor that all consoles share, and who is told of what changed in it.

The floor is read at most `LOOKS_PER_S` times a second however many watch, and not at all while
nobody does. Whoever opens the page gets everything, then only the sections that have changed.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import fields
from typing import Any, Final

import msgspec

from api.runtime import News, Runtime
from controller.errors import ControllerError
from controller.views.live_floor import LiveFloor, live_floor

LOOKS_PER_S: Final = 3
BEAT_S: Final = 1.0  # a look without news: the clock goes on, and the page sees that we live
BEHIND_MAX: Final = 16  # a page that is further behind gets everything anew
SPEED_OVER_MS: Final = 60_000

_encode = msgspec.json.Encoder().encode
_SECTIONS: Final = tuple(each.name for each in fields(LiveFloor))


class Live:
    """Bound to the event loop on which `watch` runs."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._known: dict[str, bytes] = {}
        self._watchers: set[asyncio.Queue[bytes | None]] = set()
        self._news = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None

    async def watch(self) -> AsyncIterator[bytes]:
        """Server-sent events: everything first, then what changes."""
        queue: asyncio.Queue[bytes | None] = asyncio.Queue(BEHIND_MAX)
        if self._known:
            queue.put_nowait(self._message(self._known))
        self._watchers.add(queue)
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())
        try:
            while (message := await queue.get()) is not None:
                yield message
        finally:
            self._watchers.discard(queue)

    async def _look(self) -> None:
        loop = asyncio.get_running_loop()
        heard = self._hearer(loop)
        end = self._runtime.subscribe(heard)
        try:
            while self._watchers:
                self._news.clear()
                self._tell(await self._changes())
                await asyncio.sleep(1 / LOOKS_PER_S)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), BEAT_S - 1 / LOOKS_PER_S)
        finally:
            end()
            self._looking, self._known = None, {}
            self._tell(None)

    def _hearer(self, loop: asyncio.AbstractEventLoop) -> Any:
        def heard(_news: News) -> None:
            if not self._news.is_set():
                with contextlib.suppress(RuntimeError):  # the loop has closed meanwhile
                    loop.call_soon_threadsafe(self._news.set)

        return heard

    async def _changes(self) -> bytes:
        now_ms = self._runtime.clock.now_ms()
        changed = {"clock": _encode({"now_ms": now_ms, "speed": self._speed(now_ms)})}
        try:
            floor = await self._runtime.desk.read(live_floor, now_ms)
        except ControllerError as error:
            changed["trouble"] = _encode(str(error))
        else:
            new = {name: _encode(getattr(floor, name)) for name in _SECTIONS} | {"trouble": b'""'}
            changed |= {name: said for name, said in new.items() if self._known.get(name) != said}
        self._known |= changed
        return self._message(changed)

    def _speed(self, now_ms: int) -> float:
        """How fast the controller's clock runs: 1 in real life, more in a demonstration."""
        seconds = self._runtime.clock.seconds_until(now_ms + SPEED_OVER_MS)
        return round(SPEED_OVER_MS / 1_000 / seconds, 1) if seconds > 0 else 1.0

    @staticmethod
    def _message(sections: dict[str, bytes]) -> bytes:
        data = b",".join(_encode(name) + b":" + said for name, said in sections.items())
        return b"event: floor\ndata: {" + data + b"}\n\n"

    def _tell(self, message: bytes | None) -> None:
        for queue in self._watchers:
            if queue.full():
                while not queue.empty():
                    queue.get_nowait()
                message_or_all = message and self._message(self._known)
                queue.put_nowait(message_or_all)
            else:
                queue.put_nowait(message)

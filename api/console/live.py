"""Owns what consoles watch live: the floor at this moment, and the tours under way.

Both are read a few times a second at most, once for all who watch, and not while nobody does.
"""

from typing import Any, Final

from api.events import Source
from api.runtime import Runtime
from controller.store import Db
from controller.views.live_floor import live_floor, tours

HEARS: Final = frozenset(
    ("screen", "device", "carrier", "channel", "notify", "plan", "timer", "access")
)
EVERY_S: Final = 0.4
POLL_S: Final = 0.8  # the clock goes on without news, and the page sees that we live
SPEED_OVER_MS: Final = 60_000
TOPICS: Final = ("console/now", "console/tours")


def sources(runtime: Runtime) -> tuple[Source, ...]:
    """The topics of the console, for `api.events`."""

    def now(db: Db, _topic: str) -> dict[str, Any]:
        now_ms = runtime.clock.now_ms()
        clock = {"now_ms": now_ms, "speed": _speed(runtime, now_ms)}
        return {"clock": clock, "floor": live_floor(db, now_ms)}

    def under_way(db: Db, _topic: str) -> Any:
        return tours(db)

    return (
        Source(
            topic="console/now",
            name="now",
            read=now,
            hears=HEARS,
            every_s=EVERY_S,
            poll_s=POLL_S,
        ),
        Source(
            topic="console/tours",
            name="tours",
            read=under_way,
            hears=HEARS,
            every_s=EVERY_S,
            poll_s=POLL_S,
        ),
    )


def _speed(runtime: Runtime, now_ms: int) -> float:
    """How fast the controller's clock runs: 1 in real life, more in a demonstration."""
    seconds = runtime.clock.seconds_until(now_ms + SPEED_OVER_MS)
    return round(SPEED_OVER_MS / 1_000 / seconds, 1) if seconds > 0 else 1.0

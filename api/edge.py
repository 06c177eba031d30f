"""Owns the figures of the HTTP edge: how long sessions last, how much a caller may send."""

from dataclasses import dataclass
from typing import Final

from controller.messages.access import IDLE_MS, LIFE_MS

BODY_MAX: Final = 1_000_000
IMPORT_MAX: Final = 32_000_000
PAGE_MAX: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """`secure`: browsers reach this over TLS. `origins`: further addresses of our own pages.

    Times of sessions are in the milliseconds of the warehouse's clock.
    """

    secure: bool = False
    origins: tuple[str, ...] = ()
    session_idle_ms: int = IDLE_MS
    session_life_ms: int = LIFE_MS
    requests_per_s: float = 100.0  # of one worker or key, on average
    requests_at_once: int = 500
    sign_ins_per_minute: float = 30.0  # of one address, on average
    sign_ins_at_once: int = 60

"""Owns which receivers of messages are away: each is told once, as is its end, and left alone for
a growing pause. It refuses to ask one before its pause is over.
"""

from typing import Final

import structlog

from api.clock import LiveClock
from controller.core import Controller
from controller.messages import DeviceFault

PAUSES_MS: Final = (1_000, 5_000, 30_000, 120_000, 600_000)

log = structlog.get_logger("pickwright")


class Absences:
    """By receiver, which is the device that an alarm names."""

    def __init__(self, controller: Controller, clock: LiveClock) -> None:
        self._controller = controller
        self._clock = clock
        self._failures: dict[str, int] = {}
        self._until_ms: dict[str, int] = {}
        self._told = 0

    def until_ms(self, receiver: str) -> int:
        """When it may be asked again; 0 for one that is not away."""
        return self._until_ms.get(receiver, 0)

    def fails(self, receiver: str, why: str) -> int:
        """It did not answer; when it may be asked again."""
        failures = self._failures.get(receiver, 0)
        pause_ms = PAUSES_MS[min(failures, len(PAUSES_MS) - 1)]
        self._failures[receiver] = failures + 1
        self._until_ms[receiver] = self._clock.now_ms() + pause_ms
        if not failures:
            self._tell(receiver, "offline", why)
        log.warning("notices_wait", receiver=receiver, why=why, pause_ms=pause_ms)
        return self._until_ms[receiver]

    def works(self, receiver: str) -> None:
        """It took a message; one that is new here may have been away before a restart."""
        if self._failures.get(receiver, 1):
            self._failures[receiver] = 0
            self._tell(receiver, "online", "")

    def _tell(self, receiver: str, fault: str, why: str) -> None:
        self._told += 1
        self._controller.handle(
            DeviceFault(
                id=f"{receiver}/{fault}/{self._clock.now_ms()}/{self._told}",
                device=receiver,
                fault=fault,
                detail=why,
            )
        )

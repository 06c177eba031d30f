"""Owns when a carrier counts as down: it is left alone for a while, then tried with one question.

One that has no question for that is put on trial: it counts as up for one job at a time, and the
first failure makes it down again, for longer.

It knows no clock of its own and refuses to let more than one try through.
"""

from dataclasses import dataclass
from typing import Final

FAILURES_MAX: Final = 4
REST_MS: Final = 15_000
REST_MAX_MS: Final = 300_000


@dataclass(slots=True)
class Breaker:
    """Open after so many failures in a row; each try that fails doubles the rest."""

    failures_max: int = FAILURES_MAX
    failures: int = 0
    open: bool = False
    why: str = ""
    try_ms: int = 0
    trying: bool = False
    trial: bool = False
    _rest_ms: int = REST_MS

    def failed(self, now_ms: int, why: str) -> None:
        """A question got no answer."""
        self.failures += 1
        self.why = why
        self.trying = False
        if self.open or self.trial:
            self._rest_ms = min(2 * self._rest_ms, REST_MAX_MS)
        self.open = self.open or self.trial or self.failures >= self.failures_max
        self.trial = False
        self.try_ms = now_ms + self._rest_ms

    def answered(self) -> None:
        """The carrier answered, if only with a no."""
        self.failures, self.open, self.trying, self.why = 0, False, False, ""
        self.trial = False
        self._rest_ms = REST_MS

    def may_try(self, now_ms: int) -> bool:
        """Whether it is down and the one question is due; the caller then asks it."""
        if not self.open or self.trying or now_ms < self.try_ms:
            return False
        self.trying = True
        return True

    def try_with_a_job(self) -> None:
        """There is no question to try it with: the next job is the question."""
        self.open, self.trying, self.trial = False, False, True

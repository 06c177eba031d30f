"""Owns the empty night: when nobody is in the house and nothing rides, time leaps on.

It refuses to leap while a visitor is signed in, and past anything that is due.
"""

from collections.abc import Callable
from typing import Final

from controller.units import MINUTE
from simulation.bookkeeping import Follower
from simulation.clock import TIMERS
from simulation.floor import Floor
from simulation.live.clock import US, ScaledClock
from simulation.live.days import Days

ROUND_MS: Final = MINUTE
NIGHT_ROUND_MS: Final = 100
LEAP_MS: Final = 15 * MINUTE  # so that the controller's timers are not late by more


class Watchman:
    """`leaped` is told after each leap: whoever waits for the clock looks at it again."""

    def __init__(self, floor: Floor, clock: ScaledClock, days: Days, follower: Follower) -> None:
        self.floor = floor
        self.clock = clock
        self.days = days
        self.follower = follower
        self.leaped: Callable[[], None] = lambda: None

    def walk(self) -> None:
        """Looks round now, and again later."""
        agenda = self.floor.agenda
        again_ms = agenda.now_ms() + ROUND_MS
        if self._nobody_here():
            again_ms = self._leap() + NIGHT_ROUND_MS
        agenda.at(again_ms * US, TIMERS, "watchman", self.walk)

    def _leap(self) -> int:
        """To the next event or a quarter of an hour on; the time after it."""
        next_us, far_ms = self.floor.agenda.next_us(), self.floor.agenda.now_ms() + LEAP_MS
        there_ms = far_ms if next_us is None else min(far_ms, next_us // US)
        self.clock.leap(there_ms)
        self.leaped()
        return there_ms

    def _nobody_here(self) -> bool:
        here = self.days.at_work or self.follower.visitors
        return self.days.plan.people > 0 and not here and not self.floor.plant.riding

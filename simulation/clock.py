"""Owns virtual time: SimPy's clock in whole microseconds, and the order of what is simultaneous.

SimPy breaks ties by insertion, which depends on who happened to ask first. Here all that is due
at one instant runs in a total order: (time, priority, name, sequence). Machines come before
people, people before the plan, so a run is the same however it was put together.
"""

from collections.abc import Callable
from heapq import heappop, heappush

import simpy

US = 1_000
Go = Callable[[int], bool]  # lets time go on until then; False when that was stopped
MACHINES, WIRE, DEMAND, PEOPLE, TIMERS, PLANS = range(6)


class Agenda:
    """What will happen when, on top of one SimPy environment."""

    def __init__(self, start_ms: int) -> None:
        self.environment = simpy.Environment(initial_time=start_ms * US)
        self._entries: list[tuple[int, int, str, int, Callable[[], None]]] = []
        self._count = 0
        self._wake_us: int | None = None
        self._stopped = False

    @property
    def now_us(self) -> int:
        return int(self.environment.now)

    def now_ms(self) -> int:
        """The controller's clock."""
        return int(self.environment.now) // US

    def at(self, at_us: int, priority: int, name: str, happens: Callable[[], None]) -> None:
        """`happens` is called at this instant, or now when that has passed."""
        self._count += 1
        at_us = max(at_us, int(self.environment.now))
        heappush(self._entries, (at_us, priority, name, self._count, happens))
        if self._wake_us is None or at_us < self._wake_us:
            self._wake_at(at_us)

    def after(self, delay_ms: int, priority: int, name: str, happens: Callable[[], None]) -> None:
        self.at(self.now_us + delay_ms * US, priority, name, happens)

    def stop(self) -> None:
        """Nothing more happens after the present instant's current call."""
        self._stopped = True

    def run(self, until_ms: int) -> None:
        self.environment.run(until=until_ms * US)

    # --- in real time, where a loop of its own decides when ------------------------------------

    def next_us(self) -> int | None:
        """When the next thing is due; None while nothing is."""
        return self._entries[0][0] if self._entries else None

    def step(self) -> None:
        """Goes on to the next instant and lets happen what is due then, which may be nothing."""
        self.environment.step()

    def reach(self, now_us: int) -> None:
        """Time has come so far, and nothing was due meanwhile."""
        if now_us > self.now_us:
            self.environment.timeout(now_us - self.now_us)
        while now_us > self.now_us:
            self.environment.step()

    def _wake_at(self, at_us: int) -> None:
        self._wake_us = at_us
        timeout = self.environment.timeout(at_us - self.now_us)
        assert timeout.callbacks is not None
        timeout.callbacks.append(self._instant)

    def _instant(self, _event: object) -> None:
        """Runs all entries of this instant, also those that they add to it.

        SimPy cannot take a wake back, so one that an earlier wake has replaced does nothing.
        """
        now_us, entries = self.now_us, self._entries
        if self._wake_us != now_us:
            return
        try:
            while entries and entries[0][0] <= now_us and not self._stopped:
                heappop(entries)[4]()
        finally:
            self._wake_us = None
            if entries and not self._stopped:
                self._wake_at(entries[0][0])

"""Owns the thread of a living building: its agenda in real time, and what comes from outside.

One thread does everything that machines and people do; what other threads have for it is posted
and runs between two events. What an event raises is told to `failed`, and the building goes on.
"""

import threading
from collections import deque
from collections.abc import Callable
from typing import Final

from simulation.clock import US, Agenda
from simulation.live.clock import ScaledClock

LATE_US: Final = 50_000  # of real time
SLACK_US: Final = 100_000  # of real time: how far the clock may be ahead of what is not done yet
IDLE_S: Final = 0.5
STOP_S: Final = 3.0

Happens = Callable[[], None]


class LiveLoop:
    """`late` counts events that ran over 50 ms of real time after their instant."""

    def __init__(
        self, agenda: Agenda, clock: ScaledClock, failed: Callable[[BaseException], None]
    ) -> None:
        self.agenda = agenda
        self.clock = clock
        self.events = 0
        self.late = 0
        self.latest_ms = 0
        self._failed = failed
        self._posted: deque[Happens] = deque()
        self._news = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="building", daemon=True)

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ends after the event in hand."""
        self._stopping = True
        self._news.set()
        if self.alive:
            self._thread.join(STOP_S)

    def post(self, happens: Happens) -> None:
        """`happens` is called on the building's thread, soon; safe from any thread."""
        self._posted.append(happens)
        self._news.set()

    @property
    def here(self) -> bool:
        """Whether the caller is the building's thread."""
        return threading.current_thread() is self._thread

    def _run(self) -> None:
        while not self._stopping:
            self._news.clear()
            self._catch_up()
            next_us = self.agenda.next_us()
            if self._posted:
                continue
            slack_us = int(SLACK_US * self.clock.speed)
            self.clock.wait_for(None if next_us is None else next_us + slack_us)
            self._news.wait(self._pause_s(next_us))

    def _pause_s(self, next_us: int | None) -> float:
        if next_us is None:
            return IDLE_S
        wait_us = next_us - self.clock.now_us()
        return min(IDLE_S, max(0.0, wait_us / 1e6 / self.clock.speed))

    def _catch_up(self) -> None:
        """All that is due by the clock, and all that others have posted meanwhile."""
        now_us = self.clock.now_us()
        while not self._stopping:
            next_us = self.agenda.next_us()
            if next_us is None or next_us > now_us:
                break
            self._count(next_us)
            self._do(self.agenda.step)
        self.agenda.reach(now_us)
        for _ in range(len(self._posted)):
            self._do(self._posted.popleft())

    def _count(self, due_us: int) -> None:
        late_us = int((self.clock.now_us() - due_us) / self.clock.speed)
        self.events += 1
        self.late += late_us > LATE_US
        self.latest_ms = max(self.latest_ms, late_us // US)

    def _do(self, happens: Happens) -> None:
        try:
            happens()
        except Exception as error:
            self._failed(error)

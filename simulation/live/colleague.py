"""Owns a simulated worker among real ones: whatever goes wrong for one stops nobody else.

What fails is told; the worker signs out, which gives claimed work back, and comes again after a
while. It refuses to hide: every failure is counted with its reason.
"""

from collections.abc import Callable, Sequence
from typing import Final

from controller.errors import ControllerError
from controller.messages import SignOut
from simulation.clock import PEOPLE
from simulation.floor import Floor
from simulation.hands import Hands
from simulation.people import Shift
from simulation.scenario import Person

BREATHER_MS: Final = 30_000

Failed = Callable[[str, BaseException], None]


class Colleague(Shift):
    """`failed(badge, error)` hears of what went wrong."""

    def __init__(
        self,
        person: Person,
        floor: Floor,
        staff: Sequence[Person],
        failed: Failed,
    ) -> None:
        super().__init__(person, floor, staff)
        self._failed = failed
        self._comes_again = 0  # counts starts, so that what an earlier one has planned is dropped

    def start(self) -> None:
        self._try(super().start)

    def _later(self, delay_ms: int, happens: Callable[[], None]) -> None:
        start = self._comes_again

        def goes_on() -> None:
            if start == self._comes_again:
                self._try(happens)

        super()._later(delay_ms, goes_on)

    def _try(self, happens: Callable[[], None]) -> None:
        try:
            happens()
        except Exception as error:
            self._failed(self.person.badge, error)
            self._take_a_breather()

    def _take_a_breather(self) -> None:
        badge = self.person.badge
        self._comes_again += 1
        self.present = False
        self.hands.put_down()
        self.hands = Hands(self.person, self.floor)
        try:
            self.floor.controller.handle(SignOut(id=self._new_id(), actor=badge, badge=badge))
        except ControllerError as error:
            self._failed(badge, error)
        if self.floor.agenda.now_ms() < self.person.ends_ms:
            self.floor.agenda.after(BREATHER_MS, PEOPLE, badge, self.start)

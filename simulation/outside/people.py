"""Owns whoever acts outside the floor of the house, most with a handheld: reads, scans, waits.

What goes wrong for one stops nobody else: it is told, and the person begins again after a while.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from controller.errors import ControllerError
from controller.messages import Scan, ScanReply, Screen, SignIn, SignOut
from controller.units import MINUTE
from simulation.clock import PEOPLE
from simulation.floor import Floor

BREATHER_MS: Final = 5 * MINUTE
ERRORS_MAX: Final = 3

Failed = Callable[[str, BaseException], None]


class Outside(NamedTuple):
    """`follow` brings the building along with what was scanned."""

    floor: Floor
    follow: Callable[[], None]
    failed: Failed


class Actor:
    """Does one thing after the other, each of which says how long it takes."""

    def __init__(self, badge: str, outside: Outside) -> None:
        self.badge = badge
        self.floor = outside.floor
        self._outside = outside
        self._moved = False
        self._still_until_ms = 0
        self._gone_home = False

    @property
    def now_ms(self) -> int:
        return self.floor.agenda.now_ms()

    def begin(self) -> None:
        self._later(1)

    def stand_still(self, until_ms: int) -> None:
        """Something keeps this person from working until then."""
        self._still_until_ms = until_ms

    def go_home(self) -> None:
        """The last day is over."""
        self._gone_home = True

    @property
    def busy(self) -> bool:
        """Whether something is in hand that is to be finished."""
        return False

    @property
    def owes(self) -> bool:
        """Whether an answer is still to come, on whatever day."""
        return False

    def step(self) -> int:
        """The next thing to do; how long it takes, in milliseconds."""
        raise NotImplementedError

    def _later(self, delay_ms: int) -> None:
        self.floor.agenda.after(max(1, delay_ms), PEOPLE, self.badge, self._go_on)

    def _go_on(self) -> None:
        if self._gone_home:
            return
        try:
            delay_ms = self._stand() or self.step()
        except Exception as error:
            self._outside.failed(self.badge, error)
            self._give_up()
            delay_ms = BREATHER_MS
        if self._moved:
            self._moved = False
            self._outside.follow()
        self._later(delay_ms)

    def _stand(self) -> int:
        """How long yet nothing can be done; 0: it can."""
        return max(0, self._still_until_ms - self.now_ms)

    def _give_up(self) -> None:
        """What was begun is left."""

    def _new_id(self) -> str:
        return self.floor.new_id(self.badge)


class Outsider(Actor):
    """Works with a handheld, by its screens."""

    def __init__(self, badge: str, outside: Outside) -> None:
        super().__init__(badge, outside)
        self.errors = 0

    @property
    def busy(self) -> bool:
        screen = self.screen()
        return screen is not None and screen.workflow != "home"

    def screen(self) -> Screen | None:
        return self.floor.screen_of(self.badge)

    def sign_in(self) -> None:
        self.floor.controller.handle(SignIn(id=self._new_id(), actor=self.badge, badge=self.badge))

    def sign_out(self) -> None:
        self.floor.controller.handle(
            SignOut(id=self._new_id(), actor=self.badge, badge=self.badge)
        )

    def scan(self, raw: str) -> ScanReply:
        screen = self.screen()
        assert screen is not None
        named = {"id": self._new_id(), "actor": self.badge, "worker": self.badge}
        reply = self.floor.controller.handle(Scan(**named, version=screen.version, raw=raw))
        self._moved = True
        self.errors = self.errors + 1 if reply.tone == "error" else 0
        return reply

    @property
    def stuck(self) -> bool:
        """Whether the screen says no again and again."""
        return self.errors >= ERRORS_MAX

    def _stand(self) -> int:
        wait_ms = super()._stand()
        if wait_ms and self.screen() is not None:
            self.sign_out()
        return wait_ms

    def _give_up(self) -> None:
        self.errors = 0
        try:
            self.sign_out()
        except ControllerError as error:
            self._outside.failed(self.badge, error)

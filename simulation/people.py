"""Owns simulated workers: they read the screen that the controller answers, walk, and scan.

A worker knows nothing that the screen or the building does not show: where to go, what to scan,
how many to take. They err at the rates of the scenario, press SHORT when the bin is empty, and
look for the next work of their role when they are done.
"""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from controller.errors import Refused
from controller.messages import Scan, ScanReply, Screen, SignIn, SignOut
from simulation.clock import PEOPLE
from simulation.floor import Floor
from simulation.scenario import Person
from simulation.seeking import Idle, seek

PPM = 1_000_000
ERRORS_MAX = 4
IDLE_MS = 20_000
LOOK_MS = 700
SEARCH_MS = 8_000
WAIT_MS = 2_000
WAITS_MAX = 90


class Act(NamedTuple):
    """A code to scan or key in, after a delay."""

    raw: str
    delay_ms: int


class Hands:
    """One worker on the floor; every step is one entry on the agenda."""

    def __init__(self, person: Person, floor: Floor, stream: Random) -> None:
        self.person = person
        self.floor = floor
        self.stream = stream
        self.at = "DEPOT"
        self.held: str = ""  # the cart, truck or bench that this worker occupies
        self.present = False
        self.errors = 0
        self.waits = 0
        self.walked_mm = 0
        self.scans = 0
        self.wrong_scans = 0
        self._screen: Screen | None = None
        self._scan_id = ""

    # --- the shift ---------------------------------------------------------------------------

    def start(self) -> None:
        self.present = True
        reply = self._send(
            SignIn(id=self._new_id(), actor=self.person.badge, badge=self.person.badge)
        )
        self._look(reply.screen)

    def _leave(self) -> None:
        self._put_down()
        self.floor.controller.handle(
            SignOut(id=self._new_id(), actor=self.person.badge, badge=self.person.badge)
        )
        self.present = False

    @property
    def off_duty(self) -> bool:
        return self.floor.agenda.now_ms() >= self.person.ends_ms

    # --- look, walk, act ---------------------------------------------------------------------

    def _look(self, screen: Screen) -> None:
        """Decides what to do about a screen, and does it after the time that it takes."""
        self._screen = screen
        act = self._decide(screen)
        if act is not None:
            self._later(act.delay_ms, lambda: self._scan(act.raw))

    def _decide(self, screen: Screen) -> Act | None:
        if screen.workflow == "home":
            return self._seek()
        special = _SPECIAL.get((screen.workflow, screen.step))
        if special is not None:
            return special(self, screen)
        return self._do_as_told(screen)

    def _do_as_told(self, screen: Screen) -> Act | None:
        """Goes where the screen says and scans what it asks for."""
        if not screen.target:
            return Act("HOME", self._handling(LOOK_MS))
        delay = self._walk(screen.at) + self._handling(self.person.scan_ms)
        if screen.expects == ("number",):
            units = int(screen.target)
            return Act(screen.target, delay + self._handling(self.person.unit_ms * units))
        return Act(screen.target, delay + self._handling(self.person.unit_ms))

    def _seek(self) -> Act | None:
        if self.off_duty:
            self._leave()
            return None
        found = seek(self.floor, self.person, self.held)
        if isinstance(found, Idle):
            self._put_down()
            self._later(IDLE_MS, self._again)
            return None
        if found.hold:
            self.held = found.hold
        return Act(found.raw, self._walk(found.at) + self._handling(self.person.scan_ms))

    def _put_down(self) -> None:
        if self.held:
            self.floor.put_back(self.held)
            self.held = ""

    def _again(self) -> None:
        screen = self.floor.screen_of(self.person.badge)
        if screen is not None:
            self._look(screen)

    def _scan(self, raw: str) -> None:
        screen = self._screen
        assert screen is not None
        wrong = self.stream.randrange(PPM) < self.floor.scenario.faults.wrong_scan_ppm
        self.scans += 1
        self._scan_id = self._new_id()
        reply = self._send(
            Scan(
                id=self._scan_id,
                actor=self.person.badge,
                worker=self.person.badge,
                version=screen.version,
                raw=f"WRONG-{raw}" if wrong else raw,
            )
        )
        self._after_scan(screen, raw, reply)

    def _after_scan(self, screen: Screen, raw: str, reply: ScanReply) -> None:
        if reply.tone == "ok":
            self.errors = 0
            self._did(screen, raw)
        else:
            self.wrong_scans += reply.tone == "error"
            self.errors += 1
        if reply.screen.workflow == "home" and screen.workflow != "home":
            self._put_down()
        if self.errors >= ERRORS_MAX:
            self.errors = 0
            self._screen = reply.screen
            self._later(SEARCH_MS, lambda: self._scan(_way_out(reply.screen)))
            return
        if reply.message in ("no_tour", "no_task", "nothing_to_load") and reply.tone == "warn":
            self._put_down()
            self._later(IDLE_MS, self._again)
            return
        self._look(reply.screen)

    def _send(self, command: SignIn | Scan) -> ScanReply:
        try:
            return self.floor.controller.handle(command)
        except Refused as refused:
            raise AssertionError(f"{command} was refused: {refused}") from refused

    # --- time --------------------------------------------------------------------------------

    def _later(self, delay_ms: int, happens: Callable[[], None]) -> None:
        self.floor.agenda.after(max(1, delay_ms), PEOPLE, self.person.badge, happens)

    def _handling(self, time_ms: int) -> int:
        """Handling time of this worker: pace, and a little chance."""
        chance = 90 + self.stream.randrange(21)
        return time_ms * self.person.pace_percent * chance // 10_000

    def _walk(self, to: str) -> int:
        if not to or to == self.at:
            return 0
        way = self.floor.world.way_mm(self.at, to)
        self.at = to
        self.walked_mm += way
        return way * 1_000 // self.person.speed_mm_s

    def _new_id(self) -> str:
        return self.floor.new_id(self.person.badge)

    # --- steps that need more than doing as told ----------------------------------------------

    def pick_item(self, screen: Screen) -> Act | None:
        """Takes units out of the bin, if they are really there."""
        place, sku = str(screen.fields["place"]), str(screen.fields["sku"])
        wanted = int(screen.fields["qty"])
        if self.floor.world.bins[place, sku] < wanted:
            return Act("SHORT", self._walk(screen.at) + self._handling(SEARCH_MS))
        return self._do_as_told(screen)

    def count_bin(self, screen: Screen) -> Act | None:
        place, sku = str(screen.fields["place"]), str(screen.fields["sku"])
        there = max(0, self.floor.world.bins[place, sku])
        return Act(str(there), self._handling(SEARCH_MS))

    def fetch_item(self, screen: Screen) -> Act | None:
        """Takes what is there for a replenishment, and says how much it was."""
        there = self.floor.world.bins[screen.at, str(screen.fields["sku"])]
        if there <= 0:
            return Act("SHORT", self._handling(SEARCH_MS))
        act = self._do_as_told(screen)
        if act is not None and screen.step == "count":
            return act._replace(raw=str(min(there, int(screen.target))))
        return act

    def _did(self, screen: Screen, raw: str) -> None:
        """What was scanned has been done with the hands, too."""
        if screen.workflow in _HANDLING or screen.step == "put_back":
            self.floor.carry(self._scan_id)
        elif (screen.workflow, screen.step) == ("packing", "label"):
            self.floor.send_off(self.held, screen.target, str(screen.fields["lane"]))
        elif (screen.workflow, screen.step) == ("loading", "parcel"):
            self.floor.take_from_lane(screen.at, raw)
        elif (screen.workflow, screen.step) == ("resort", "lane"):
            parcel = str(screen.fields["parcel"])
            self.floor.take_from_lane(self.held, parcel)
            self.floor.put_in_lane(screen.at, parcel)

    def weigh(self, screen: Screen) -> Act | None:
        """Puts the carton on the scale and waits for the screen to change."""
        self.floor.plant.weigh(self.held, int(screen.fields["planned_g"]))
        return self._wait(screen)

    def take_label(self, screen: Screen) -> Act | None:
        """Waits for the label to come out, sticks it on and scans it."""
        code = self.floor.take_label(self.held, screen.target)
        if not code:
            return self._wait(screen)
        self.waits = 0
        return Act(code, self._handling(2 * self.person.scan_ms))

    def take_run_out(self, screen: Screen) -> Act | None:
        """Any parcel that lies at the run-out, whatever the screen knows of."""
        lying = sorted(self.floor.world.lanes.get(self.held, ()))
        return Act(lying[0] if lying else "HOME", self._handling(self.person.scan_ms))

    def _wait(self, screen: Screen) -> Act | None:
        """Looks again in a moment; after long waiting asks once more."""
        self.waits += 1
        if self.waits >= WAITS_MAX:
            self.waits = 0
            return Act("PRINT" if screen.step == "label" else "DONE", LOOK_MS)
        self._later(WAIT_MS if self.waits > 2 else LOOK_MS, self._again)
        return None


def _way_out(screen: Screen) -> str:
    """What a worker presses who has been refused several times."""
    return next((each for each in ("SKIP", "SHORT", "HOME") if each in screen.buttons), "HOME")


_SPECIAL: dict[tuple[str, str], Callable[[Hands, Screen], Act | None]] = {
    ("picking", "item"): Hands.pick_item,
    ("picking", "short"): Hands.count_bin,
    ("replenish", "item"): Hands.fetch_item,
    ("replenish", "count"): Hands.fetch_item,
    ("resort", "parcel"): Hands.take_run_out,
    ("packing", "weigh"): Hands.weigh,
    ("packing", "label"): Hands.take_label,
}
_HANDLING = ("picking", "replenish", "putaway", "returning", "receiving")

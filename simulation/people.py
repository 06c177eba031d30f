"""Owns simulated workers: they read the screen that the controller answers, walk, and scan.

They scan wrong codes at the rate of the scenario, lose the Wi-Fi, leave a screen on which nothing
works, and look for the next work of their role when they are done. What they do at a screen is in
acting, what it does to the goods in handling.
"""

from collections.abc import Callable, Sequence

from controller.errors import Refused
from controller.messages import Scan, ScanReply, Screen, SignIn, SignOut
from controller.units import MINUTE
from simulation import acting, handling
from simulation.clock import PEOPLE
from simulation.floor import Floor
from simulation.hands import Act, Hands
from simulation.scenario import Person
from simulation.seeking import Found, Idle, seek

ERRORS_MAX = 4
IDLE_MS = 20_000
OVERTIME_MS = 30 * MINUTE
REACT_MS = 400
FALLBACK_MS = 15_000  # how long a worker waits for a machine before looking again
NOTHING = (
    "no_tour",
    "no_task",
    "nothing_to_load",
    "nothing_to_pack",
    "nothing_to_sort",
    "no_pod_here",
)


class Shift:
    """One shift of one worker, among those of `staff`; every step is an entry on the agenda."""

    def __init__(self, person: Person, floor: Floor, staff: Sequence[Person]) -> None:
        self.person = person
        self.floor = floor
        self.hands = Hands(person, floor)
        self.present = False
        self.scans = 0
        self.wrong_scans = 0
        self._errors = 0
        self._relieved = any(
            other.role == person.role and other.starts_ms <= person.ends_ms < other.ends_ms
            for other in staff
        )
        self._waiting = 0  # counts waits, so that each is ended once

    # --- the shift ---------------------------------------------------------------------------

    def start(self) -> None:
        self.present = True
        badge = self.person.badge
        reply = self._send(SignIn(id=self._new_id(), actor=badge, badge=badge))
        self._look(reply.screen)

    def _leave(self) -> None:
        self.hands.put_down()
        badge = self.person.badge
        self.floor.controller.handle(SignOut(id=self._new_id(), actor=badge, badge=badge))
        self.present = False

    def _may_leave(self, found: Found | Idle) -> bool:
        """After the shift; the last of a role in the house finish what lies there."""
        over_ms = self.floor.agenda.now_ms() - self.person.ends_ms
        done = self._relieved or isinstance(found, Idle) or over_ms >= OVERTIME_MS
        return over_ms >= 0 and done

    # --- look, walk, act ---------------------------------------------------------------------

    def _look(self, screen: Screen) -> None:
        """Decides what to do about a screen, and does it after the time that it takes."""
        self.hands.turn_to(screen)
        if screen.workflow == "home":
            self._seek(screen)
            return
        at_bin = (screen.workflow, screen.step) == ("picking", "place")
        if at_bin and (self._into_aisle(screen) or self._out_of_reach(screen)):
            return
        act = acting.act(self.hands, screen)
        if isinstance(act, Act):
            self._picked_for(screen, act.delay_ms)
            self._later(act.delay_ms, lambda: self._scan(screen, act.raw))
        else:
            self._wait()

    def _into_aisle(self, screen: Screen) -> bool:
        """With a cart to a narrow aisle, and into it when it is free; then the look at the bin."""
        hands, aisles, badge = self.hands, self.floor.aisles, self.person.badge
        block = hands.world.block_of(screen.at)
        if aisles is None or block is None or block == hands.block:
            return False
        inside_ms = hands.walk_ms(hands.world.inside_mm(screen.at, hands.at))
        way_ms = hands.walk(screen.at)
        self._picked_for(screen, way_ms)

        def inside() -> None:
            hands.block = block
            if hands is self.hands:
                self._later(inside_ms, lambda: self._look(screen))
            else:  # who has left work meanwhile
                hands.put_down()

        self._later(way_ms - inside_ms, lambda: aisles.enter(block, badge, inside))
        return True

    def _picked_for(self, screen: Screen, time_ms: int) -> None:
        if self.floor.aisles is not None and screen.workflow == "picking":
            self.floor.aisles.picked_ms += time_ms

    def _seek(self, home: Screen) -> None:
        found = seek(self.hands)
        if isinstance(found, Found) and found.hold != self.hands.held:
            self.hands.put_down()
            self.hands.held = found.hold
        if self._may_leave(found):
            self._leave()
        elif isinstance(found, Found):
            delay_ms = self.hands.walk(found.at) + self.hands.handle(self.person.scan_ms)
            self._later(delay_ms, lambda: self._scan(home, found.raw))
        else:
            self.hands.put_down()
            self._later(IDLE_MS, lambda: self._seek(home))

    def _scan(self, screen: Screen, raw: str) -> None:
        wrong = self.hands.happens(self.floor.scenario.faults.wrong_scan_ppm, "wrong_scan")
        reply = self._send(self._scan_of(screen, f"WRONG-{raw}" if wrong else raw))
        self._answered(screen, raw, reply)

    def _answered(self, screen: Screen, raw: str, reply: ScanReply) -> None:
        self.hands.patience = 0
        handling.done(self.hands, screen, raw, reply)
        self._errors = 0 if reply.tone == "ok" else self._errors + 1
        self.wrong_scans += reply.tone == "error"
        if reply.screen.workflow == "home" and screen.workflow != "home":
            self.hands.put_down()
        if self._errors >= ERRORS_MAX:
            self._errors = 0
            way_out = "SKIP" if "SKIP" in reply.screen.buttons else "HOME"
            self._later(acting.SEARCH_MS, lambda: self._scan(reply.screen, way_out))
        elif reply.message in NOTHING and reply.screen.workflow == "home":
            self.hands.put_down()
            self._later(IDLE_MS, lambda: self._seek(reply.screen))
        else:
            self._look(reply.screen)

    # --- waiting for machines ----------------------------------------------------------------

    def _wait(self) -> None:
        """Until the bench has news, or it takes too long."""
        self._waiting += 1
        number = self._waiting
        self.floor.tell_me(self.hands.held, lambda: self._later(REACT_MS, lambda: again(0)))
        self._later(FALLBACK_MS, lambda: again(1))

        def again(patience: int) -> None:
            if number == self._waiting:
                self._waiting += 1
                self.hands.patience += patience
                self._look_again()

    def _look_again(self) -> None:
        screen = self.floor.screen_of(self.person.badge)
        if screen is not None:
            self._look(screen)

    # --- without Wi-Fi -----------------------------------------------------------------------

    def _out_of_reach(self, screen: Screen) -> bool:
        """In a dead zone the handheld keeps the scans of a whole pick, and sends them later."""
        faults, fields = self.floor.scenario.faults, screen.fields
        place, sku, qty = str(fields["place"]), str(fields["sku"]), int(fields["qty"])
        if self.hands.world.units(place, sku) < qty:
            return False
        if not self.hands.happens(faults.dead_zone_ppm, "dead_zone"):
            return False
        many = qty >= self.hands.world.site.count_from_units
        items = [sku, str(qty)] if many else [sku] * qty
        kept = [place, *items, str(fields["tote"])]
        work_ms = self.hands.handle(self.person.scan_ms * len(kept) + self.person.unit_ms * qty)
        delay_ms = self.hands.walk(screen.at) + max(work_ms, faults.dead_zone_ms)
        self._later(delay_ms, lambda: self._send_kept(screen, kept))
        return True

    def _send_kept(self, screen: Screen, kept: Sequence[str]) -> None:
        """A chain: when one scan is refused, those after it are, too."""
        after = ""
        for raw in kept[:-1]:
            scan = self._scan_of(screen, raw, after)
            reply = self._send(scan)
            handling.done(self.hands, screen, raw, reply)
            screen, after = reply.screen, scan.id
        self._answered(screen, kept[-1], self._send(self._scan_of(screen, kept[-1], after)))

    # --- commands and time -------------------------------------------------------------------

    def _scan_of(self, screen: Screen, raw: str, after: str = "") -> Scan:
        self.scans += 1
        badge = self.person.badge
        return Scan(
            id=self._new_id(),
            actor=badge,
            worker=badge,
            version=screen.version,
            raw=raw,
            after=after,
        )

    def _send(self, command: SignIn | Scan) -> ScanReply:
        try:
            return self.floor.controller.handle(command)
        except Refused as refused:
            raise AssertionError(f"{command} was refused: {refused}") from refused

    def _later(self, delay_ms: int, happens: Callable[[], None]) -> None:
        self.floor.agenda.after(max(1, delay_ms), PEOPLE, self.person.badge, happens)

    def _new_id(self) -> str:
        return self.floor.new_id(self.person.badge)

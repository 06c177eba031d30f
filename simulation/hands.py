"""Owns the body of a simulated worker: where it is, what it holds, how fast it walks and handles.

A worker knows nothing that the screen or the building does not show. It refuses to talk to the
controller: that is the shift's.
"""

from typing import NamedTuple

from controller.messages import Screen
from controller.units import MINUTE
from simulation.aisles import Block
from simulation.floor import Floor
from simulation.scenario import Person

PPM = 1_000_000
SUBJECTS = ("order", "sku", "place")
ASIDE_MS = 30 * MINUTE


class Act(NamedTuple):
    """A code to scan, key in or press, after a delay."""

    raw: str
    delay_ms: int


class Wait(NamedTuple):
    """Nothing to do until the machines at the bench have something new."""


class Hands:
    """What a worker at work remembers of it, besides the screen."""

    def __init__(self, person: Person, floor: Floor) -> None:
        self.person = person
        self.floor = floor
        self.world = floor.world
        self.about = person.badge
        self.at = "DEPOT"
        self.held = ""  # the cart, truck, bench or lane that this worker occupies
        self.tote = ""  # the tote on the bench
        self.source = ""  # where the goods of an errand come from
        self.label = ""  # the label in hand
        self.packed = ("", 0, 0)  # the last line that went into a carton: SKU, units, booked
        self.careful = False  # counts again what a first weight made doubtful
        self.patience = 0  # how long this screen has not changed
        self.refused: dict[str, int] = {}  # parcels that might not be loaded, and when
        self.walked_mm = 0
        self.block: Block | None = None  # of a narrow aisle, in which this worker's cart stands

    @property
    def aside(self) -> set[str]:
        """Parcels that were refused lately; the others may have got another label meanwhile."""
        since_ms = self.floor.agenda.now_ms() - ASIDE_MS
        return {parcel for parcel, at_ms in self.refused.items() if at_ms > since_ms}

    def walk(self, to: str) -> int:
        """Goes there; the time that it takes."""
        if not to or to == self.at:
            return 0
        if self.block is not None and self.block != self.world.block_of(to):
            self._leave_block(self.walk_ms(self.world.inside_mm(self.at, to)))
        way_mm = self.world.way_mm(self.at, to)
        self.at = to
        self.walked_mm += way_mm
        return self.walk_ms(way_mm)

    def walk_ms(self, way_mm: int) -> int:
        return way_mm * 1_000 // self.person.speed_mm_s

    def _leave_block(self, after_ms: int) -> None:
        """Others may go in once the cart is out."""
        block, aisles, self.block = self.block, self.floor.aisles, None
        if block is not None and aisles is not None:
            aisles.leave_after(after_ms, block, self.person.badge)

    def turn_to(self, screen: Screen) -> None:
        """Chance hangs on order, goods and place of the work, else on who does it."""
        found = [f"{name} {screen.fields[name]}" for name in SUBJECTS if name in screen.fields]
        named = "/".join(found or [self.person.badge])
        self.about = f"{screen.workflow}/{screen.step}/{named}"

    def handle(self, time_ms: int) -> int:
        """Handling time of this worker: pace, and a little chance."""
        chance = 90 + self.floor.chance.below(21, f"pace/{self.about}")
        return time_ms * self.person.pace_percent * chance // 10_000

    def happens(self, ppm: int, fault: str) -> bool:
        """Whether a fault of this rate happens now; one that does is counted."""
        drawn = ppm > 0 and self.floor.chance.below(PPM, f"{fault}/{self.about}") < ppm
        self.world.faults[fault] += drawn
        return drawn

    def put_down(self) -> None:
        """Leaves cart, truck, bench or lane to others."""
        self._leave_block(0)
        if self.held:
            self.floor.put_back(self.held)
        self.held = self.tote = self.label = ""
        self.careful = False

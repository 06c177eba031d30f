"""Owns the words of plans and timers."""

from dataclasses import dataclass
from typing import NamedTuple

from controller.messages.command import Command, Done


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPick:
    """One visit of a tour: `qty` units of one order line from one place into one load."""

    order: str
    line: int
    sku: str
    place: str
    qty: int
    load: int  # index into PlannedTour.loads
    zone: int = 0  # counted from 1; 0 where the cart does not pass from zone to zone


class Block(NamedTuple):
    """nx x ny x nz equal units of an order line, their lowest corner at x, y, z in the carton.

    Units: mm; dx, dy, dz measure one unit as it lies.
    """

    line: int
    x: int
    y: int
    z: int
    dx: int
    dy: int
    dz: int
    nx: int = 1
    ny: int = 1
    nz: int = 1

    @property
    def qty(self) -> int:
        return self.nx * self.ny * self.nz

    def overlaps(self, other: "Block") -> bool:
        """Whether they share some of the floor, seen from above."""
        return (
            self.x < other.x + other.nx * other.dx
            and other.x < self.x + self.nx * self.dx
            and self.y < other.y + other.ny * other.dy
            and other.y < self.y + self.ny * self.dy
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedParcel:
    """`blocks` stand in the sequence of packing; without them nobody says what lies where."""

    order: str
    carton: str
    contents: tuple[tuple[int, int], ...]  # (line, qty)
    mass_g: int
    blocks: tuple[Block, ...] = ()
    passed_over: tuple[tuple[str, str], ...] = ()  # each cheaper carton, and why not that


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedLoad:
    """What goes into one tote (or cage): parcels of one order, or many one-unit orders.

    A tote with a `wall` holds goods of many orders, which are sorted there; each order has a load
    of the container "slot" with the slot's `lpn`, and its parcels. A "carton" is the parcel's own
    shipping carton, which takes `slots` of the cart.
    """

    container: str  # tote, cage, slot, carton
    parcels: tuple[PlannedParcel, ...]
    wall: str = ""
    lpn: str = ""
    slots: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyTour(Command["TourApplied"]):
    """A planned tour; the handler checks each pick again and drops what no longer holds."""

    kind: str  # cluster, singles, bulk, batch
    loads: tuple[PlannedLoad, ...]
    picks: tuple[PlannedPick, ...]
    length_mm: int
    why: str = ""
    ready_ms: int = 0  # when it should be done; 0: nobody knows
    go_ms: int = 0  # its place among the tours that start next; 0: when its orders are due
    plan: int = 0  # which plan it is of


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyPresentation(Command["TourApplied"]):
    """A pod is called to a station, where units of it go into the slots of orders."""

    station: str
    pod: str
    picks: tuple[PlannedPick, ...]  # each from a bin of the pod; `load` says nothing here
    why: str = ""
    plan: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TourApplied:
    tour: int
    picks: int
    dropped: tuple[tuple[str, int, str], ...] = ()  # (order, line, reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedKind:
    """What a plan says of its tours of one kind, together; no plan is shorter than the bound.

    `precedence_mm` of the length is walked so that nothing is crushed or thaws; `early` visits
    come too early all the same.
    """

    kind: str
    tours: int
    loads: int
    length_mm: int
    first_come_mm: int
    bound_mm: int
    precedence_mm: int = 0
    early: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPlan(Command[Done]):
    """A plan's word on itself, kept beside its tours.

    `left_out` counts the orders that do not start by reason, `waiting` names the first of them.
    """

    plan: int
    kinds: tuple[PlannedKind, ...]
    left_out: tuple[tuple[str, int], ...]
    waiting: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyZones(Command[Done]):
    """From now on zone n begins at aisle `firsts[n - 1]`."""

    firsts: tuple[int, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainWaiting(Command[Done]):
    """A plan's word on orders that wait: (order, reason), and (order, when it may be picked)."""

    orders: tuple[tuple[str, str], ...]
    ready: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FireTimer(Command[Done]):
    """What a timer was set for is done; `failed` says why it could not be done just now."""

    timer: int
    failed: str = ""

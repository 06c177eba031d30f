"""Loads, carts, and what one tour costs: the innermost question of batching.

Owns prices (remembered by members), rough prices for choosing candidates, and capacity. Refuses
to know loads by anything but their number.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from controller.plan._frontier import ARCS_PER_AISLE
from controller.plan._heuristics import segments_of, swept_mm
from controller.plan._programme import Segments, tour_mm
from controller.plan._rectangle import Layout, Stop

Members = tuple[int, ...]
Shape = tuple[int, int, int]

EXACT_BLOCKS_MAX = 3
ARCS_PER_UNIT = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """The content of one tote or slot: picked on one tour, due together."""

    id: str
    stops: tuple[Stop, ...]
    volume_ml: int
    mass_g: int
    due_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cart:
    """What one tour can carry: a slot for each load, volume and mass over all of them."""

    slots: int
    volume_ml: int
    mass_g: int

    def __post_init__(self) -> None:
        if min(self.slots, self.volume_ml, self.mass_g) < 1:
            raise ValueError(f"{self} carries nothing: give at least 1 slot, 1 ml and 1 g")


class Pricing:
    """Prices tours of numbered loads and counts the work.

    Units: one unit of work is 150 transitions of the tour programme, about fifteen
    microseconds.
    """

    def __init__(
        self, layout: Layout, loads: Sequence[Load], cart: Cart, *, exact: bool = True
    ) -> None:
        self.layout = layout
        self.visits = [segments_of(load.stops) for load in loads]
        self.shapes = [self._shape(visit) for visit in self.visits]
        self.volumes_ml = [load.volume_ml for load in loads]
        self.masses_g = [load.mass_g for load in loads]
        self.limits = cart.slots, cart.volume_ml, cart.mass_g
        self.exact = exact and len(layout.block_lengths_mm) <= EXACT_BLOCKS_MAX
        self.spent = 0
        self._mean_mm = sum(layout.block_lengths_mm) // len(layout.block_lengths_mm)
        self._known: dict[Members, int] = {(): 0}
        self._shapes: dict[Members, Shape] = {}

    def fits(self, members: Members) -> bool:
        """Whether one cart takes all these loads."""
        slots, volume_ml, mass_g = self.limits
        if len(members) > slots:
            return False
        volumes, masses = self.volumes_ml, self.masses_g
        return (
            sum([volumes[load] for load in members]) <= volume_ml
            and sum([masses[load] for load in members]) <= mass_g
        )

    def price_mm(self, members: Members) -> int:
        """The length of the tour for these loads, or an estimate where it is not `exact`."""
        known = self._known.get(members)
        if known is None:
            known = self._known[members] = self._priced(self._merged(members))
        return known

    def total_mm(self, tours: Sequence[Members]) -> int:
        """The length of all tours."""
        return sum(map(self.price_mm, tours))

    def shape(self, members: Members) -> Shape:
        """The blocks of aisles that a tour enters as bits, and its reach left and right."""
        known = self._shapes.get(members)
        if known is None:
            known = self._shapes[members] = self._united(members)
        return known

    def _united(self, members: Members) -> Shape:
        mask = left = right = 0
        for load in members:
            entered, more_left, more_right = self.shapes[load]
            mask |= entered
            left, right = max(left, more_left), max(right, more_right)
        return mask, left, right

    def rough_mm(self, a: Shape, b: Shape) -> int:
        """A rough length of the tour for two shapes together."""
        across = max(a[1], b[1]) + max(a[2], b[2])
        entered = (a[0] | b[0]).bit_count()
        return 2 * across * self.layout.aisle_pitch_mm + entered * self._mean_mm

    def units(self, aisles: int) -> int:
        """The work of pricing a tour that enters so many aisles."""
        blocks = len(self.layout.block_lengths_mm)
        return 1 + aisles * ARCS_PER_AISLE[blocks] // ARCS_PER_UNIT

    def _priced(self, segments: Segments) -> int:
        lengths = self.layout.block_lengths_mm
        if self.exact:
            aisles = len({aisle for aisle, _ in segments}) + 1
            self.spent += self.units(aisles)
            return tour_mm(self.layout, segments)
        self.spent += 1 + len(segments) // 10
        deepest = max((block for _, block in segments), default=0)
        return swept_mm(self.layout, segments) + 2 * sum(lengths[:deepest])

    def _merged(self, members: Members) -> Segments:
        if len(members) == 1:
            return self.visits[members[0]]
        merged: dict[tuple[int, int], list[int]] = {}
        for load in members:
            for key, ys in self.visits[load].items():
                merged[key] = merged[key] + ys if key in merged else ys
        return {key: sorted(ys) for key, ys in merged.items()}

    def _shape(self, visit: Segments) -> Shape:
        blocks, depot = len(self.layout.block_lengths_mm), self.layout.depot_aisle
        mask = left = right = 0
        for aisle, block in visit:
            mask |= 1 << aisle * blocks + block
            left, right = max(left, depot - aisle), max(right, aisle - depot)
        return mask, left, right

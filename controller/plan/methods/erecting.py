"""Erecting: which planned parcels are picked into their shipping cartons, on slots of a cart.

Owns the room that a carton takes on a cart, and what of counted cartons and plates is left while a
plan is made. Refuses a carton that no cart holds, or of which none is left: its goods go by tote.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from controller.messages import Block, PlannedParcel

NOT_COUNTED = -1

Under = tuple[tuple[int, int], ...]
"""Pairs of order lines: units of the first lie under units of the second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What one slot of a cart holds; slots stand side by side along its width."""

    length_mm: int
    width_mm: int
    height_mm: int
    slots: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Erect:
    """A carton type on a cart: the slots that one takes, and how many there are."""

    code: str
    slots: int
    left: int = NOT_COUNTED


@dataclass(slots=True)
class Erected:
    """What this plan has left of cartons and of licence plates to stick on them."""

    types: dict[str, Erect]
    plates: int
    taken: dict[str, int] = field(default_factory=dict)

    def take(self, parcel: PlannedParcel) -> int:
        """The slots that a parcel's carton takes on a cart; 0 where it goes by tote."""
        type_ = self.types.get(parcel.carton)
        if type_ is None or not self.plates:
            return 0
        taken = self.taken.get(type_.code, 0)
        if type_.left != NOT_COUNTED and taken >= type_.left:
            return 0
        self.taken[type_.code] = taken + 1
        self.plates -= 1
        return type_.slots


def slots_of(outer_mm: tuple[int, int, int], room: Room) -> int:
    """The fewest slots side by side that hold a carton, standing either way round; 0: none do."""
    length, width, height = outer_mm
    if height > room.height_mm:
        return 0
    ways = [
        -(-along // room.width_mm)
        for along, across in ((width, length), (length, width))
        if across <= room.length_mm
    ]
    return min((n for n in ways if n <= room.slots), default=0)


def under(blocks: Sequence[Block]) -> Under:
    """Which lines of a parcel must be in the carton before which others."""
    pairs = {
        (low.line, high.line)
        for low in blocks
        for high in blocks
        if low.line != high.line and _above(low, high)
    }
    return tuple(sorted(pair for pair in pairs if pair[::-1] not in pairs))


def _above(low: Block, high: Block) -> bool:
    """Whether a block lies over another, at whatever height."""
    return low.z + low.dz * low.nz <= high.z and low.overlaps(high)

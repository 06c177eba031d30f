"""What is loaded and into what, by numbers; no other file of this folder knows names.

Owns the tables of boxes and their ways to lie. Refuses to place anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int32]
Longs: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]

Size: TypeAlias = tuple[int, int, int]

LANES = {  # what each lane's score and corners follow, without and with support
    False: ((4, 1, 0.02, 2, 1, 1), (4, 1, 0.01, 2, 1, 1)),
    True: ((4, 1, 0.02, 2, 1, 1), (4, 1, 0.04, 1, 1, 1)),
}
UNLIMITED = 1 << 60
FLOOR, NOTHING = 1 << 20, -1  # which stack the floor is, and what bears none
CELLS_MAX = 1_000  # along an axis: what sums of lengths can reach is known to a cell


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of box: its sizes as it may lie, and how many there are.

    Where each box stands wholly: it stands on boxes of no lower stack, or on none if they bear
    nothing. A load is worth the sum of what its boxes are worth, no more than their volumes (None:
    the volume).
    """

    ways: tuple[Size, ...]
    quantity: int
    mass_g: int = 0
    stack: int = 0
    bears: bool = True
    worth: int | None = None


class Goods(NamedTuple):
    """Shapes: room[3]; ways[way] is (kind, dx, dy, dz); quantity[kind]; cell[3], the units of
    what sums of lengths reach; support is 1 where each box stands on boxes or the floor wholly;
    stacks[kind] is (own, highest on top); rules are the
    lane's: the power of touching, the weight of height in the choice of a corner, the share of the
    room that is near, the power of what is not lost, and the weights of length and width.
    """

    room: Ints
    ways: Ints
    quantity: Ints
    masses: Longs
    worths: Longs
    stacks: Ints
    mass_max: int
    cell: Ints
    support: int
    rules: Floats


def goods_of(
    room: Size, kinds: Sequence[Kind], support: bool, mass_max_g: int = UNLIMITED
) -> Goods:
    """The goods by numbers; ways that do not fit the room are left out."""
    ways = [
        (number, *way)
        for number, kind in enumerate(kinds)
        for way in sorted({*kind.ways})
        if all(part <= whole for part, whole in zip(way, room, strict=True))
    ]
    return Goods(
        room=np.array(room, np.int32),
        ways=np.array(ways, np.int32).reshape(-1, 4),
        quantity=np.array([kind.quantity for kind in kinds], np.int32),
        masses=np.array([kind.mass_g for kind in kinds], np.int64),
        worths=np.array([_worth(kind) for kind in kinds], np.int64),
        stacks=np.array(
            [(kind.stack, kind.stack if kind.bears else NOTHING) for kind in kinds], np.int32
        ).reshape(-1, 2),
        mass_max=mass_max_g,
        cell=np.array([1 + (side - 1) // CELLS_MAX for side in room], np.int32),
        support=int(support),
        rules=np.array(LANES[support][0], np.float64),
    )


def _worth(kind: Kind) -> int:
    length, width, height = kind.ways[0]
    return length * width * height if kind.worth is None else kind.worth

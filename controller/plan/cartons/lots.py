"""Lots: what goes into a carton together, one unit or all units of a kit.

Owns lots and the rooms of cartons. Refuses to place anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from controller.plan.cartons.packages import Carton, Piece

BAG_STEPS = 8
"""Thicknesses at which a bag is tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """What goes into a carton together: one unit of a piece, or all units of a kit."""

    pieces: tuple[tuple[Piece, int], ...]
    count: int
    mass_g: int
    volume_mm3: int


def _lot(pieces: Sequence[tuple[Piece, int]], count: int) -> Lot:
    return Lot(
        pieces=tuple(pieces),
        count=count,
        mass_g=sum(piece.mass_g * qty for piece, qty in pieces),
        volume_mm3=sum(piece.volume_mm3 * qty for piece, qty in pieces),
    )


def lots_of(pieces: Sequence[Piece]) -> list[Lot]:
    """Units that may part, each a lot of its own; kits, and pieces that stay together, as one."""
    kits: dict[str, list[tuple[Piece, int]]] = {}
    lots = []
    for piece in pieces:
        if piece.kit:
            kits.setdefault(piece.kit, []).append((piece, piece.qty))
        elif piece.together:
            lots.append(_lot([(piece, piece.qty)], 1))
        else:
            lots.append(_lot([(piece, 1)], piece.qty))
    return lots + [_lot(kit, 1) for kit in kits.values()]


def rooms_of(carton: Carton) -> list[tuple[int, int, int]]:
    """The inside of a carton; a bag is as much narrower as it is thick, at several thicknesses."""
    length, width, height = carton.length_mm, carton.width_mm, carton.height_mm
    if not carton.flexible:
        return [(length, width, height)]
    thick = sorted({height * step // BAG_STEPS for step in range(1, BAG_STEPS + 1)} - {0})
    return [(length - each, width - each, each) for each in thick if each < min(length, width)]

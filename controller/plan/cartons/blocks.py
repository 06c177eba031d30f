"""Owns the places of goods as parcels keep them. It refuses references that are no order lines."""

from controller.messages import Block
from controller.plan.cartons.packages import Packed


def blocks(packed: Packed) -> tuple[Block, ...]:
    """Where the units of a packed carton lie, by the order lines that its references name."""
    return tuple(
        Block(int(p.ref), p.x_mm, p.y_mm, p.z_mm, p.dx_mm, p.dy_mm, p.dz_mm, p.nx, p.ny, p.nz)
        for p in packed.placements
    )

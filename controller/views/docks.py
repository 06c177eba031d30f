"""Owns what waits at a lane to be loaded: measures and masses of its parcels.

It refuses to guess: a parcel whose carton has no measures has none here either.
"""

from dataclasses import dataclass

from controller.errors import NotFound
from controller.store import Db
from controller.workflows import shipping
from controller.workflows.packing import outside

_LANE = "SELECT COUNT(*) FROM place WHERE name = :lane AND kind IN ('lane', 'freight')"
_WAITING = (
    f"SELECT p.lpn, p.loading_step, {shipping.MASS_G} AS mass_g, {outside.SIDES} "
    "FROM parcel p LEFT JOIN carton_type c ON c.code = p.carton "
    "WHERE p.state = 'sorted' AND p.lane = :lane ORDER BY p.id LIMIT :most"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A parcel that waits; `step` is its place in the planned sequence, 0 where it has none."""

    lpn: str
    step: int
    mass_g: int
    length_mm: int
    width_mm: int
    height_mm: int


def waiting(db: Db, lane: str, most: int) -> tuple[Waiting, ...]:
    """What waits at a lane, the oldest first. Raises: NotFound."""
    if not db.value(_LANE, lane=lane):
        raise NotFound("unknown_lane", lane=lane, fix="name a lane of the site")
    return tuple(
        Waiting(
            lpn=row.lpn,
            step=row.loading_step,
            mass_g=row.mass_g,
            length_mm=row.length_mm,
            width_mm=row.width_mm,
            height_mm=row.height_mm,
        )
        for row in db.all(_WAITING, lane=lane, most=most)
    )

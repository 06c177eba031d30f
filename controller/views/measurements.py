"""Owns the look at what items were measured anew: by whom, where, from what to what."""

from dataclasses import dataclass

from controller.store import Db

MOST = 100

_LAST = (
    "SELECT m.*, COALESCE(i.name, '') AS name FROM measurement m "
    "LEFT JOIN item i ON i.sku = m.sku "
    f"WHERE :sku = '' OR m.sku = :sku ORDER BY m.id DESC LIMIT {MOST}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasurementRow:
    """`undone_by` "": it holds, as far as nothing newer does. The id is text for JavaScript."""

    id: str
    at_ms: int
    sku: str
    name: str
    worker: str
    place: str
    length_mm: int
    width_mm: int
    height_mm: int
    mass_g: int
    old_length_mm: int
    old_width_mm: int
    old_height_mm: int
    old_mass_g: int
    undone_by: str
    undone_ms: int


def measurements(db: Db, sku: str = "") -> tuple[MeasurementRow, ...]:
    """The latest first; of one item, or of all."""
    return tuple(
        MeasurementRow(**row._asdict() | {"id": str(row.id)}) for row in db.all(_LAST, sku=sku)
    )

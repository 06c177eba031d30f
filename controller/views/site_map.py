"""Owns the look at the building itself: its places on the walking grid, and what leaves where."""

from dataclasses import dataclass

from controller.messages import SiteSettings, from_json
from controller.store import Db

_SITE = "SELECT value FROM setting WHERE name = 'site'"
_PLACES = "SELECT name, kind, aisle, block, y_mm FROM place ORDER BY name"
_SERVICES = "SELECT code, carrier, lane FROM shipping_service WHERE lane <> '' ORDER BY code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place on the grid. Units: `y_mm` from the front of its block."""

    name: str
    kind: str
    aisle: int
    block: int
    y_mm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteMap:
    """`carriers` names the carriers of each lane; times of day are ms after local midnight."""

    node: str
    utc_offset_ms: int
    cutoff_ms: int
    departure_ms: int
    aisles: int
    aisle_pitch_mm: int
    block_lengths_mm: tuple[int, ...]
    depot_aisle: int
    places: tuple[Spot, ...]
    carriers: dict[str, tuple[str, ...]]


def settings_of(db: Db) -> SiteSettings:
    """The site's settings; the defaults before it is set up."""
    stored = db.value(_SITE)
    return SiteSettings() if stored is None else from_json(stored, SiteSettings)


def site_map(db: Db) -> SiteMap:
    site = settings_of(db)
    carriers: dict[str, set[str]] = {}
    for row in db.all(_SERVICES):
        carriers.setdefault(row.lane, set()).add(row.carrier)
    return SiteMap(
        node=site.node,
        utc_offset_ms=site.utc_offset_ms,
        cutoff_ms=site.cutoff_ms,
        departure_ms=site.departure_ms,
        aisles=site.aisles,
        aisle_pitch_mm=site.aisle_pitch_mm,
        block_lengths_mm=site.block_lengths_mm,
        depot_aisle=site.depot_aisle,
        places=tuple(Spot(**row._asdict()) for row in db.all(_PLACES)),
        carriers={lane: tuple(sorted(names)) for lane, names in sorted(carriers.items())},
    )

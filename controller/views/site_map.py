"""Owns the look at the building itself: ways, places, what is blocked, what leaves where."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from controller import grounds
from controller.messages import Depot, FloorLayout, Obstacle, Point, SiteSettings, from_json
from controller.plan.graphs.graph import cost_mm, lengths_mm
from controller.plan.graphs.recognising import Cell, Rectangle, rectangle_of
from controller.store import Db

_SITE = "SELECT value FROM setting WHERE name = 'site'"
_PLACES = "SELECT name, kind, way, aisle, block, y_mm FROM place ORDER BY name"
_SERVICES = "SELECT code, carrier, lane FROM shipping_service WHERE lane <> '' ORDER BY code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place `along_mm` from the start of its way; in a rectangle also as aisle, block, y."""

    name: str
    kind: str
    way: str
    along_mm: int
    aisle: int
    block: int
    y_mm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WaySeen:
    """A stretch that people walk; `cost_mm` is its length with pace and seconds.

    In a rectangle it stands in an aisle and block, `turned` when it begins at the far end; aisle
    is -1 for all other ways.
    """

    name: str
    start: str
    end: str
    kind: str
    zone: str
    one_way: bool
    length_mm: int
    cost_mm: int
    aisle: int
    block: int
    turned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteMap:
    """`carriers` names the carriers of each lane; times of day are ms after local midnight.

    A floor that is no `rectangle` is drawn from its points.
    """

    node: str
    currency: str
    utc_offset_ms: int
    cutoff_ms: int
    departure_ms: int
    rectangle: bool
    aisles: int
    aisle_pitch_mm: int
    block_lengths_mm: tuple[int, ...]
    depot_aisle: int
    points: tuple[Point, ...]
    ways: tuple[WaySeen, ...]
    depots: tuple[Depot, ...]
    places: tuple[Spot, ...]
    carriers: dict[str, tuple[str, ...]]


def settings_of(db: Db) -> SiteSettings:
    """The site's settings; the defaults before it is set up."""
    stored = db.value(_SITE)
    return SiteSettings() if stored is None else from_json(stored, SiteSettings)


def blocked(db: Db) -> tuple[Obstacle, ...]:
    """The ways and spots that nobody can pass now."""
    layout = grounds.given_layout(db)
    return layout.obstacles if layout else ()


def site_map(db: Db) -> SiteMap:
    site = settings_of(db)
    layout = grounds.layout(db, site)
    found = rectangle_of(replace(layout, obstacles=()))
    cells = found.cells if isinstance(found, Rectangle) else {}
    shape = found.layout if isinstance(found, Rectangle) else grounds.rectangle(site)
    carriers: dict[str, set[str]] = {}
    for row in db.all(_SERVICES):
        carriers.setdefault(row.lane, set()).add(row.carrier)
    return SiteMap(
        node=site.node,
        currency=site.currency,
        utc_offset_ms=site.utc_offset_ms,
        cutoff_ms=site.cutoff_ms,
        departure_ms=site.departure_ms,
        rectangle=isinstance(found, Rectangle),
        aisles=shape.aisles,
        aisle_pitch_mm=shape.aisle_pitch_mm,
        block_lengths_mm=shape.block_lengths_mm,
        depot_aisle=shape.depot_aisle,
        points=layout.points,
        ways=tuple(_ways(layout, cells)),
        depots=layout.depots,
        places=tuple(_spots(db, cells)),
        carriers={lane: tuple(sorted(names)) for lane, names in sorted(carriers.items())},
    )


def _ways(layout: FloorLayout, cells: Mapping[str, Cell]) -> Iterator[WaySeen]:
    lengths = lengths_mm(layout)
    for way in layout.ways:
        length, cell = lengths[way.name], cells.get(way.name)
        yield WaySeen(
            name=way.name,
            start=way.start,
            end=way.end,
            kind=way.kind,
            zone=way.zone,
            one_way=way.one_way,
            length_mm=length,
            cost_mm=cost_mm(layout, way, length),
            aisle=cell.aisle if cell else -1,
            block=cell.block if cell else -1,
            turned=cell is not None and cell.turned,
        )


def _spots(db: Db, cells: Mapping[str, Cell]) -> Iterator[Spot]:
    for row in db.all(_PLACES):
        way = row.way or f"{row.aisle}/{row.block}"
        aisle, block, y_mm = row.aisle, row.block, row.y_mm
        if row.way and (cell := cells.get(way)):
            aisle, block = cell.aisle, cell.block
            y_mm = cell.length_mm - y_mm if cell.turned else y_mm
        yield Spot(
            name=row.name,
            kind=row.kind,
            way=way,
            along_mm=row.y_mm,
            aisle=aisle,
            block=block,
            y_mm=y_mm,
        )

"""Owns the look at stock: of a SKU, at a place, in a container, with its history."""

from dataclasses import dataclass
from typing import Any

from controller.store import Db

ROWS_MAX = 500
BACK_MAX = 20_000  # movements of a SKU that are searched for those of one place

_ITEM = "SELECT * FROM item WHERE sku = :sku"
_CODES = "SELECT code, units FROM barcode WHERE ref = :sku AND kind = 'item' ORDER BY code"
_FACE = "SELECT place, units_max FROM face WHERE sku = :sku"
_AVAILABLE = (
    "SELECT CAST(COALESCE(SUM(sellable), 0) AS BIGINT) AS sellable, "
    "CAST(COALESCE(SUM(promised), 0) AS BIGINT) AS promised FROM available WHERE sku = :sku"
)
_ROWS = (
    "SELECT s.sku, COALESCE(i.name, '') AS name, s.lot, s.owner, s.status, s.place, s.container, "
    "s.qty, s.reserved, COALESCE(l.expiry_ms, 0) AS expiry_ms, "
    "COALESCE(c.place, s.place) AS at FROM stock s "
    "LEFT JOIN item i ON i.sku = s.sku LEFT JOIN lot l ON l.sku = s.sku AND l.lot = s.lot "
    "LEFT JOIN container c ON c.lpn = s.container AND s.container <> '' "
)
_KEY = "s.sku, s.lot, s.owner, s.status, s.node, s.place, s.container"
_OF_SKU = (
    _ROWS + f"WHERE s.sku = :ref AND substr(s.place, 1, 1) <> '~' ORDER BY {_KEY} LIMIT {ROWS_MAX}"
)
_AT_PLACE = _ROWS + f"WHERE s.place = :ref ORDER BY {_KEY} LIMIT {ROWS_MAX}"
_STANDING = (
    _ROWS + "WHERE s.container IN (SELECT lpn FROM container WHERE place = :ref) "
    f"ORDER BY {_KEY} LIMIT {ROWS_MAX}"
)
_IN_CONTAINER = _ROWS + f"WHERE s.container = :ref ORDER BY {_KEY} LIMIT {ROWS_MAX}"
_PLACE = "SELECT * FROM place WHERE name = :name"
_FACES_AT = "SELECT sku FROM face WHERE place = :name ORDER BY sku LIMIT 20"
_CONTAINER = "SELECT * FROM container WHERE lpn = :lpn"
_NESTED = "SELECT lpn, kind, state FROM container WHERE parent = :lpn ORDER BY lpn LIMIT 200"
_AT = (
    "SELECT lpn, kind, state FROM container WHERE place = :place AND state = 'in_use' "
    "ORDER BY lpn LIMIT 200"
)
_HISTORY = (
    "SELECT id, recorded_ms, qty, sku, lot, from_place, from_container, to_place, to_container, "
    "cause, actor, reverses_id FROM (SELECT * FROM movement WHERE sku = :sku AND id < :before "
    f"ORDER BY id DESC LIMIT {BACK_MAX}) m "
)
_LATEST = "ORDER BY id DESC LIMIT :most"
_OF_PLACE = "WHERE from_place = :place OR to_place = :place "
_PARCEL = "SELECT id, order_id, state FROM parcel WHERE lpn = :lpn ORDER BY id LIMIT 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Units of one key; `at` is the place where they stand, also through their container."""

    sku: str
    name: str
    lot: str
    owner: str
    status: str
    place: str
    container: str
    qty: int
    reserved: int
    expiry_ms: int
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SkuStock:
    """A SKU with all its units in the house. Units: `sellable`, `promised` are units."""

    sku: str
    name: str
    length_mm: int
    width_mm: int
    height_mm: int
    mass_g: int
    lot_tracked: bool
    barcodes: tuple[tuple[str, int], ...]
    face: str
    face_max: int
    sellable: int
    promised: int
    holdings: tuple[Holding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    lpn: str
    kind: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceStock:
    name: str
    kind: str
    volume_ml: int
    faces: tuple[str, ...]
    containers: tuple[Inside, ...]
    holdings: tuple[Holding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerStock:
    """`order` is that of the parcel, where the container is one."""

    lpn: str
    kind: str
    state: str
    place: str
    parent: str
    order: str
    parcel_state: str
    containers: tuple[Inside, ...]
    holdings: tuple[Holding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """`source` and `target` are a place, or the container that the units were or are in."""

    id: str
    at_ms: int
    sku: str
    lot: str
    qty: int
    source: str
    target: str
    cause: str
    actor: str
    reverses: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Movements, the latest first; `next` leads to older ones."""

    movements: tuple[Movement, ...]
    next: str


def stock_of_sku(db: Db, sku: str) -> SkuStock | None:
    item = db.one(_ITEM, sku=sku)
    if item is None:
        return None
    face, total = db.one(_FACE, sku=sku), db.the(_AVAILABLE, sku=sku)
    return SkuStock(
        sku=sku,
        name=item.name,
        length_mm=item.length_mm,
        width_mm=item.width_mm,
        height_mm=item.height_mm,
        mass_g=item.mass_g,
        lot_tracked=bool(item.lot_tracked),
        barcodes=tuple((row.code, row.units) for row in db.all(_CODES, sku=sku)),
        face=face.place if face else "",
        face_max=face.units_max if face else 0,
        sellable=int(total.sellable),
        promised=int(total.promised),
        holdings=_holdings(db, _OF_SKU, sku),
    )


def stock_at_place(db: Db, name: str) -> PlaceStock | None:
    place = db.one(_PLACE, name=name)
    if place is None:
        return None
    return PlaceStock(
        name=name,
        kind=place.kind,
        volume_ml=place.volume_ml,
        faces=tuple(row.sku for row in db.all(_FACES_AT, name=name)),
        containers=tuple(Inside(**row._asdict()) for row in db.all(_AT, place=name)),
        holdings=_holdings(db, _AT_PLACE, name) + _holdings(db, _STANDING, name),
    )


def stock_in_container(db: Db, lpn: str) -> ContainerStock | None:
    row = db.one(_CONTAINER, lpn=lpn)
    if row is None:
        return None
    parcel = db.one(_PARCEL, lpn=lpn)
    return ContainerStock(
        lpn=lpn,
        kind=row.kind,
        state=row.state,
        place=row.place,
        parent=row.parent,
        order=parcel.order_id if parcel else "",
        parcel_state=parcel.state if parcel else "",
        containers=tuple(Inside(**each._asdict()) for each in db.all(_NESTED, lpn=lpn)),
        holdings=_holdings(db, _IN_CONTAINER, lpn),
    )


def _holdings(db: Db, query: str, ref: str) -> tuple[Holding, ...]:
    return tuple(Holding(**row._asdict()) for row in db.all(query, ref=ref))


def history(db: Db, sku: str, place: str, before: str, most: int) -> History:
    """What moved of a SKU, everywhere or in and out of one place."""
    query = _HISTORY + (_OF_PLACE if place else "") + _LATEST
    at = {"sku": sku, "before": int(before[:18]) if before.isdecimal() else 1 << 62}
    rows = db.all(query, **at, most=most + 1, **({"place": place} if place else {}))
    return History(
        movements=tuple(_movement(row) for row in rows[:most]),
        next=str(rows[most - 1].id) if len(rows) > most else "",
    )


def _movement(row: Any) -> Movement:
    return Movement(
        id=str(row.id),
        at_ms=row.recorded_ms,
        sku=row.sku,
        lot=row.lot,
        qty=row.qty,
        source=row.from_place or row.from_container,
        target=row.to_place or row.to_container,
        cause=row.cause,
        actor=row.actor,
        reverses=bool(row.reverses_id),
    )

"""Owns the lists of what a site consists of: items, places, containers, workers, keys."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from controller.messages import SiteSettings, from_json
from controller.store import Db
from controller.views.accounts import name_of
from controller.views.listings import Key, Listing, listing, one, page

_SITE = "SELECT value FROM setting WHERE name = 'site'"
_CODES = "SELECT code, units FROM barcode WHERE kind = 'item' AND ref = :sku ORDER BY code"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    sku: str
    name: str
    length_mm: int
    width_mm: int
    height_mm: int
    mass_g: int
    upright: bool
    fragile: bool
    lot_tracked: bool
    storage: str
    goods: str
    flat: bool
    hazardous: bool
    own_carton: bool
    load_max_g: int
    hs_code: str
    origin_country: str
    customs_words: str
    un_number: str
    danger_class: str
    packing_group: str
    shipping_name: str
    lithium: str
    lithium_cell: bool
    watt_hours: int
    lithium_mg: int
    limited_quantity: bool
    inner_max: int
    net_g: int
    net_ml: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BarcodeRow:
    code: str
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRow:
    name: str
    kind: str
    aisle: int
    block: int
    y_mm: int
    volume_ml: int
    mass_max_g: int
    height_mm: int
    storage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerRow:
    lpn: str
    kind: str
    place: str
    parent: str
    state: str
    slots: int
    volume_ml: int
    mass_max_g: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerRow:
    """`active`: has a PIN and can sign in."""

    badge: str
    role: str
    active: bool
    locked_until_ms: int
    sessions: int
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyRow:
    key: str
    name: str
    scopes: str
    shop: str
    owner: str
    node: str
    created_ms: int
    expires_ms: int
    revoked_ms: int


ITEMS = listing(ItemRow, "item", ("sku",))
PLACES = listing(PlaceRow, "place", ("name",), by=("kind",))
CONTAINERS = listing(ContainerRow, "container", ("lpn",), by=("kind", "state", "place"))
API_KEYS = listing(ApiKeyRow, "api_key", ("key",))
WORKERS = listing(
    WorkerRow,
    "worker w",
    ("badge",),
    by=("role",),
    columns={
        "badge": "w.badge",
        "role": "w.role",
        "active": "CASE WHEN EXISTS (SELECT 1 FROM credential c WHERE c.badge = w.badge) "
        "THEN 1 ELSE 0 END",
        "locked_until_ms": "COALESCE((SELECT a.locked_until_ms FROM sign_in_attempt a "
        "WHERE a.badge = w.badge), 0)",
        "sessions": "(SELECT COUNT(*) FROM access_session s WHERE s.badge = w.badge)",
        "name": "w.personal || '/' || w.nth",
    },
)


def workers(
    db: Db, listing: Listing[WorkerRow], wanted: Mapping[str, Any], after: Key, most: int
) -> tuple[list[WorkerRow], Key]:
    """A page of workers with their names, which stand apart as personal data."""
    rows, last = page(db, listing, wanted, after, most)
    return [replace(row, name=_name(db, row.name)) for row in rows], last


def _name(db: Db, kept: str) -> str:
    personal, _, nth = kept.rpartition("/")
    return name_of(db, personal, int(nth))


def barcodes(db: Db, sku: str) -> list[BarcodeRow]:
    return [BarcodeRow(**row._asdict()) for row in db.all(_CODES, sku=sku)]


def item(db: Db, sku: str) -> ItemRow | None:
    return one(db, ITEMS, (sku,))


def site(db: Db) -> SiteSettings | None:
    """The settings, or None before the site is set up."""
    stored = db.value(_SITE)
    return None if stored is None else from_json(stored, SiteSettings)

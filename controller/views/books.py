"""Owns the lists of stock: balances, what may still be promised, movements."""

from dataclasses import dataclass

from controller.views.listings import listing


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """Units at a place, or in a container (then `place` is empty)."""

    sku: str
    lot: str
    owner: str
    status: str
    node: str
    place: str
    container: str
    qty: int
    reserved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Available:
    """`free` units may still be promised."""

    sku: str
    owner: str
    node: str
    sellable: int
    promised: int
    free: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Units at a place as an import of stock takes them."""

    sku: str
    place: str
    qty: int
    lot: str
    expiry_ms: int
    owner: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Units on the shelf of another node, as an import takes them."""

    node: str
    sku: str
    qty: int
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementRow:
    id: int
    sku: str
    lot: str
    owner: str
    qty: int
    from_place: str
    from_container: str
    from_status: str
    to_place: str
    to_container: str
    to_status: str
    cause: str
    actor: str
    effective_ms: int
    recorded_ms: int
    reverses_id: int


_STOCK_KEYS = ("sku", "lot", "owner", "status", "node", "place", "container")
BALANCES = listing(
    Balance,
    "stock",
    _STOCK_KEYS,
    by=("sku", "place", "container", "owner", "status"),
    where="substr(place, 1, 1) <> '~' AND qty <> 0",
)
AVAILABLE = listing(
    Available,
    "available",
    ("sku", "owner", "node"),
    by=("sku", "owner"),
    columns={"free": "sellable + backorder_max - promised"},
)
_OF_NODES = "SELECT name FROM place WHERE kind = 'node'"
OPENING = listing(
    Opening,
    "stock s LEFT JOIN lot l ON l.sku = s.sku AND l.lot = s.lot",
    ("sku", "place", "lot", "owner", "status"),
    columns={
        "sku": "s.sku",
        "place": "s.place",
        "qty": "s.qty",
        "lot": "s.lot",
        "expiry_ms": "COALESCE(l.expiry_ms, 0)",
        "owner": "s.owner",
        "status": "s.status",
    },
    where="s.container = '' AND substr(s.place, 1, 1) <> '~' AND s.qty <> 0 "
    f"AND s.place NOT IN ({_OF_NODES})",
)
SHELVES = listing(
    Shelf,
    "stock",
    ("node", "sku", "owner"),
    by=("node", "owner"),
    where="container = '' AND place = node AND status = 'available' AND qty <> 0 "
    f"AND place IN ({_OF_NODES})",
)
MOVEMENTS = listing(MovementRow, "movement", ("id",), by=("sku",))

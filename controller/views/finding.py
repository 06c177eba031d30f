"""Owns finding anything by what a person types or scans: orders, SKUs, places, containers, people.

Every query is a look-up or a short range on a key: names are searched in the catalogue only.
"""

import re
from dataclasses import dataclass

from controller import barcodes
from controller.store import Db

MOST = 8

_CODE = "SELECT kind, ref FROM barcode WHERE code = :code"
_ORDERS = (
    "SELECT id, state FROM customer_order WHERE id >= :text AND id < :beyond "
    f"ORDER BY id LIMIT {MOST}"
)
_SHOPS = "SELECT shop FROM customer_order WHERE id > :after ORDER BY id LIMIT 1"
_SKUS = (
    "SELECT sku, name FROM item WHERE (sku >= :text AND sku < :beyond) "
    f"OR lower(name) LIKE :like ESCAPE '!' ORDER BY sku LIMIT {MOST}"
)
_PLACES = (
    "SELECT name, kind FROM place WHERE name >= :text "
    f"AND name < :beyond ORDER BY name LIMIT {MOST}"
)
_CONTAINERS = (
    "SELECT lpn, kind, state FROM container WHERE lpn >= :text AND lpn < :beyond "
    f"ORDER BY lpn LIMIT {MOST}"
)
_WORKERS = (
    "SELECT badge, role FROM worker WHERE badge >= :text AND badge < :beyond "
    f"ORDER BY badge LIMIT {MOST}"
)
SHOPS_MAX = 20
_WILD = re.compile("[%_!]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """`kind`: order, sku, place, container, worker."""

    kind: str
    ref: str
    detail: str


def find(db: Db, text: str) -> tuple[Found, ...]:
    """What a text names: first what it is as a code, then what begins with it."""
    text = text.strip()[:100]
    if not text:
        return ()
    hits = [*_by_code(db, text)]
    for spelling in dict.fromkeys((text, text.upper())):
        hits += _by_key(db, spelling)
    hits += _by_number(db, text)
    return tuple(dict.fromkeys(hits))[: 5 * MOST]


def _by_code(db: Db, text: str) -> list[Found]:
    code = barcodes.read(text).code or text
    row = db.one(_CODE, code=code)
    kinds = {"item": "sku", "parcel": "container"}
    if row is None or row.kind in ("carton_type", "receipt", "return"):
        return []
    return [Found(kind=kinds.get(row.kind, row.kind), ref=row.ref, detail=f"code {code}")]


def _by_key(db: Db, text: str) -> list[Found]:
    at = {"text": text, "beyond": text + "\x7f"}
    like = "%" + _WILD.sub(r"!\g<0>", text.lower()) + "%"
    return [
        *(Found(kind="order", ref=r.id, detail=r.state) for r in db.all(_ORDERS, **at)),
        *(Found(kind="sku", ref=r.sku, detail=r.name) for r in db.all(_SKUS, **at, like=like)),
        *(Found(kind="place", ref=r.name, detail=r.kind) for r in db.all(_PLACES, **at)),
        *(
            Found(kind="container", ref=r.lpn, detail=f"{r.kind} {r.state}".strip())
            for r in db.all(_CONTAINERS, **at)
        ),
        *(Found(kind="worker", ref=r.badge, detail=r.role) for r in db.all(_WORKERS, **at)),
    ]


def _by_number(db: Db, text: str) -> list[Found]:
    """Orders of any shop by the beginning of their number."""
    hits: list[Found] = []
    after = ""
    for _ in range(SHOPS_MAX):
        shop = db.value(_SHOPS, after=after)
        if shop is None:
            break
        prefix = f"{shop}/{text}"
        rows = db.all(_ORDERS, text=prefix, beyond=prefix + "\x7f")
        hits += [Found(kind="order", ref=row.id, detail=row.state) for row in rows]
        after = f"{shop}/\x7f"
    return hits

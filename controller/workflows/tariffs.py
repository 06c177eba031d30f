"""Owns what is kept of carriers' offers, and the book that is compiled of it once.

The book is kept until services, rate cards, holidays or the site's settings change. It refuses to
price: the book does.
"""

import hashlib
from collections.abc import Iterable
from typing import Any

from controller import tables
from controller.messages import ShippingService, SiteSettings, from_json, to_json
from controller.plan.rating import Book, Origin
from controller.store import Db
from controller.turn import Turn

BOOKS_MAX = 4
_JOINED = ("countries", "pickups_ms", "delivery_days")
_FLAGS = ("hazardous", "po_box")

_SERVICES = "SELECT * FROM shipping_service ORDER BY code"
_HOLIDAYS = "SELECT country, day FROM holiday ORDER BY country, day"
_KEPT = "SELECT name, value FROM setting WHERE name IN ('site', 'tariffs') ORDER BY name"


def book(db: Db) -> Book:
    """What every service asks for any parcel, as the books stand now."""
    kept = {row.name: row.value for row in db.all(_KEPT)}
    revision = kept.get("tariffs") or _revision(db)
    key = (revision, kept.get("site", ""))
    found = _books.get(key)
    if found is None:
        if len(_books) >= BOOKS_MAX:
            _books.clear()
        found = _books[key] = _compiled(db, key[1])
    return found


_books: dict[tuple[str, str], Book] = {}


def _compiled(db: Db, site: str) -> Book:
    settings = from_json(site, SiteSettings) if site else SiteSettings()
    origin = Origin(
        country=settings.country,
        postcode=settings.postcode,
        currency=settings.currency,
        utc_offset_ms=settings.utc_offset_ms,
        departure_ms=settings.departure_ms,
        holidays=frozenset((row.country, row.day) for row in db.all(_HOLIDAYS)),
    )
    return Book(services(db), origin)


def services(db: Db) -> tuple[ShippingService, ...]:
    """All services, by code."""
    return tuple(_service(row) for row in db.all(_SERVICES))


def keep_services(turn: Turn, given: Iterable[ShippingService]) -> None:
    """Services as they are now; those that are not named stay."""
    turn.put(tables.shipping_service, [_columns(each) for each in given])
    changed(turn)


def changed(turn: Turn) -> None:
    """From now on the book is another one."""
    turn.put(tables.setting, [{"name": "tariffs", "value": _revision(turn.db)}])


def _revision(db: Db) -> str:
    """What tells a state of services, cards and holidays from all others."""
    rows = [[*row] for query in (_SERVICES, _HOLIDAYS) for row in db.all(query)]
    return hashlib.sha256(to_json(rows)).hexdigest()


def _service(row: Any) -> ShippingService:
    values = row._asdict()
    for name in _FLAGS:
        values[name] = bool(values[name])
    values["countries"] = tuple(row.countries.split(","))
    for name in ("pickups_ms", "delivery_days"):
        values[name] = tuple(int(each) for each in values[name].split(",") if each)
    return ShippingService(**values)


def _columns(service: ShippingService) -> dict[str, Any]:
    values = {name: getattr(service, name) for name in service.__slots__}
    for name in _JOINED:
        values[name] = ",".join(map(str, values[name]))
    return values | {name: int(values[name]) for name in _FLAGS}

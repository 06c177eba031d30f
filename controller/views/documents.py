"""Owns the look at documents: which there are, how often each was printed, what each says."""

from dataclasses import dataclass, replace
from typing import Any

import msgspec

from controller.forms import Drawable, Manifest, ManifestLine
from controller.messages import Recipient, Shop
from controller.store import Db

MOST = 500

_COLUMNS = (
    "SELECT d.id, d.kind, d.form, d.order_id, d.parcel, COALESCE(p.lpn, '') AS lpn, d.departure, "
    "d.made_ms, d.made_by, d.prints, d.voided_ms, d.voided_by, d.void_why FROM document d "
    "LEFT JOIN parcel p ON p.id = d.parcel AND d.parcel <> 0 "
)
_OF_ORDER = f"{_COLUMNS} WHERE d.order_id = :ref ORDER BY d.id LIMIT {MOST}"
_OF_PARCEL = f"{_COLUMNS} WHERE d.parcel = :ref ORDER BY d.id LIMIT {MOST}"
_OF_DEPARTURE = f"{_COLUMNS} WHERE d.departure = :ref ORDER BY d.id LIMIT {MOST}"
_PRINTS = "SELECT at_ms, actor, why FROM document_print WHERE document = :id ORDER BY id LIMIT 100"
_PARCEL = "SELECT id FROM parcel WHERE lpn = :lpn ORDER BY id DESC LIMIT 1"
_GET = (
    "SELECT d.*, COALESCE(o.shop, '') AS shop, COALESCE(o.personal, '') AS recipient, "
    "COALESCE(o.country, '') AS country, COALESCE(o.postcode, '') AS postcode FROM document d "
    "LEFT JOIN customer_order o ON o.id = d.order_id WHERE d.id = :id"
)
_DEPARTURES = (
    "SELECT * FROM departure ORDER BY CASE state WHEN 'open' THEN 0 ELSE 1 END, leaves_ms DESC, "
    "id DESC LIMIT 50"
)
_ANNOUNCED = "SELECT carrier, state, number FROM manifest WHERE departure = :id ORDER BY carrier"
_PERSONAL = "SELECT data FROM personal WHERE key = :key"
_LOGO = "SELECT logo FROM shop WHERE code = :code"
_SHOPS = "SELECT * FROM shop ORDER BY code"
_ON_MANIFEST = (
    "SELECT lpn AS parcel, p.tracking, p.service, o.country, o.postcode, p.mass_g FROM parcel p "
    "JOIN customer_order o ON o.id = p.order_id WHERE p.departure = :id ORDER BY p.id"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    at_ms: int
    actor: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """Ids are text for JavaScript; `form` is that of what its carrier sent, "" for our own."""

    id: str
    kind: str
    form: str
    order: str
    parcel: str
    lpn: str
    departure: str
    made_ms: int
    made_by: str
    prints: tuple[Print, ...]
    voided_ms: int
    voided_by: str
    void_why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """A departure; `carriers` is what each announced carrier answered. Ids are text."""

    id: str
    carrier: str
    lane: str
    leaves_ms: int
    state: str
    parcels: int
    mass_g: int
    carriers: tuple[str, ...]
    documents: tuple[DocumentRow, ...]


def departures(db: Db) -> tuple[Leaving, ...]:
    """The latest departures, those that are open first."""
    return tuple(
        Leaving(
            id=str(row.id),
            carrier=row.carrier,
            lane=row.lane,
            leaves_ms=row.leaves_ms,
            state=row.state,
            parcels=row.parcels,
            mass_g=row.mass_g,
            carriers=tuple(
                f"{each.carrier}: {each.state} {each.number}".strip()
                for each in db.all(_ANNOUNCED, id=row.id)
            ),
            documents=of_departure(db, row.id),
        )
        for row in db.all(_DEPARTURES)
    )


def of_order(db: Db, order_id: str) -> tuple[DocumentRow, ...]:
    return _rows(db, _OF_ORDER, order_id)


def of_parcel(db: Db, lpn: str) -> tuple[DocumentRow, ...] | None:
    """Documents of a parcel by its plate; None for an unknown plate."""
    parcel = db.value(_PARCEL, lpn=lpn)
    return None if parcel is None else _rows(db, _OF_PARCEL, parcel)


def parcel_id(db: Db, lpn: str) -> int | None:
    found = db.value(_PARCEL, lpn=lpn)
    return None if found is None else int(found)


def of_departure(db: Db, departure: int) -> tuple[DocumentRow, ...]:
    return _rows(db, _OF_DEPARTURE, departure)


def _rows(db: Db, query: str, ref: str | int) -> tuple[DocumentRow, ...]:
    return tuple(
        DocumentRow(
            id=str(row.id),
            kind=row.kind,
            form=row.form,
            order=row.order_id,
            parcel=str(row.parcel or ""),
            lpn=row.lpn,
            departure=str(row.departure or ""),
            made_ms=row.made_ms,
            made_by=row.made_by,
            prints=tuple(Print(**each._asdict()) for each in db.all(_PRINTS, id=row.id)),
            voided_ms=row.voided_ms,
            voided_by=row.voided_by,
            void_why=row.void_why,
        )
        for row in db.all(query, ref=ref)
    )


def drawable(db: Db, document: int) -> Drawable | None:
    """All that a document is drawn from; the customer's data as far as they were not erased."""
    row = db.one(_GET, id=document)
    if row is None:
        return None
    kept = _personal(db, row.personal) if row.form else {}
    who = _personal(db, row.recipient).get("recipient", {})
    return Drawable(
        id=row.id,
        kind=row.kind,
        form=row.form,
        kept=kept.get("label", ""),
        data=_with_lines(db, row) if row.kind == "manifest" else row.data,
        recipient=msgspec.convert(who, Recipient),
        country=row.country,
        postcode=row.postcode,
        logo=db.value(_LOGO, code=row.shop) or "",
        copy=max(1, row.prints),
        voided=bool(row.voided_ms),
    )


def _personal(db: Db, key: str) -> dict[str, Any]:
    kept = db.value(_PERSONAL, key=key) if key else None
    found: dict[str, Any] = msgspec.json.decode(kept) if kept else {}
    return found


def _with_lines(db: Db, row: Any) -> str:
    """The parcels of a closed departure do not change any more: they are its lines."""
    manifest = msgspec.json.decode(row.data, type=Manifest)
    parcels = db.all(_ON_MANIFEST, id=row.departure)
    lines = tuple(ManifestLine(**each._asdict()) for each in parcels)
    return msgspec.json.encode(replace(manifest, lines=lines)).decode()


def shops(db: Db) -> tuple[Shop, ...]:
    return tuple(
        Shop(**row._asdict() | {"slip": bool(row.slip), "prices": bool(row.prices)})
        for row in db.all(_SHOPS)
    )

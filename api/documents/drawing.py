"""Owns how a document becomes a file: each kind by its own drawing, a carrier's label as it came.

It refuses to hand out a label that was voided.
"""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from api.documents.carriage import carriage
from api.documents.class_labels import class_labels
from api.documents.departures import manifest
from api.documents.goods import customs, invoice
from api.documents.label_pages import pages
from api.documents.paper import address, recipient_of
from api.documents.slips import slip
from api.documents.words import words
from controller.errors import Refused
from controller.forms import Drawable, Return
from controller.store import Db
from controller.views import documents
from devices.danger_marks import danger_sheets
from devices.driver import BadFrame
from devices.label_marks import Mark, pallet_marks, parcel_marks
from devices.zpl import draw as zpl_of

MEDIA: Mapping[str, str] = {
    "pdf": "application/pdf",
    "png": "image/png",
    "zpl": "application/zpl",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """How a label is asked for: as `pdf` or `zpl`, on which paper, at which density."""

    form: str = "pdf"
    size: str = "4x6in"
    dpi: int = 203


@dataclass(frozen=True, slots=True)
class File:
    body: bytes
    media: str
    name: str


def file_of(db: Db, document: int, sheet: Sheet) -> File | None:
    """The document as a file; None for an unknown one. Raises: Refused."""
    found = documents.drawable(db, document)
    return None if found is None else drawn(found, sheet)


def drawn(drawable: Drawable, sheet: Sheet) -> File:
    """Raises: Refused for a voided label, and for one whose data no label can hold."""
    if drawable.voided and drawable.kind == "label":
        raise Refused("document_voided", document=drawable.id, fix="print the latest label")
    if drawable.form:
        return _file(drawable, base64.b64decode(drawable.kept), drawable.form)
    if drawable.kind in LABELS:
        return _label(drawable, sheet)
    return _file(drawable, PAPERS[drawable.kind](drawable), "pdf")


def _label(drawable: Drawable, sheet: Sheet) -> File:
    try:
        sheets = LABELS[drawable.kind](drawable, sheet.size)
        if sheet.form == "zpl":
            zpl = "\n".join(zpl_of(each, sheet.size, sheet.dpi) for each in sheets)
            return _file(drawable, zpl.encode(), "zpl")
        return _file(drawable, pages(sheets, sheet.size), "pdf")
    except BadFrame as wrong:
        raise Refused("label_cannot_be_drawn", document=drawable.id, why=str(wrong)) from wrong


def _parcel_label(drawable: Drawable, size: str) -> list[Mark]:
    data: dict[str, Any] = msgspec.json.decode(drawable.data)
    return parcel_marks({"to": _lines(recipient_of(drawable))} | data, size)


def _pallet_label(drawable: Drawable, size: str) -> list[Mark]:
    data: dict[str, Any] = msgspec.json.decode(drawable.data)
    return pallet_marks(data, size)


def _returns_label(drawable: Drawable, size: str) -> list[Mark]:
    """To the shop, from the customer; its code is scanned at the returns desk."""
    data = msgspec.json.decode(drawable.data, type=Return)
    label = {
        "to": _lines(address(data.to)),
        "sender": _lines(recipient_of(drawable)),
        "parcel": data.number,
        "order": data.order,
        "carrier": words(data.language)["return"],
    }
    return parcel_marks(label, size)


def _lines(text: str) -> list[str]:
    return [line[:200] for line in text.splitlines()][:6] or ["-"]


def _file(drawable: Drawable, body: bytes, form: str) -> File:
    return File(body, MEDIA[form], f"{drawable.kind}-{drawable.id}.{form}")


def _danger_marks(drawable: Drawable, size: str) -> list[list[Mark]]:
    return danger_sheets(msgspec.json.decode(drawable.data), size)


LABELS: Mapping[str, Callable[[Drawable, str], list[list[Mark]]]] = {
    "label": lambda *said: [_parcel_label(*said)],
    "pallet_label": lambda *said: [_pallet_label(*said)],
    "returns_label": lambda *said: [_returns_label(*said)],
    "danger_marks": _danger_marks,
}
PAPERS: Mapping[str, Callable[[Drawable], bytes]] = {
    "packing_slip": slip,
    "customs": customs,
    "invoice": invoice,
    "dangerous_goods": carriage,
    "class_labels": class_labels,
    "manifest": manifest,
}

"""Owns the record of documents: each that is made, each print of it, and whether it still counts.

A carrier's label is kept as it came, in the personal store, since it names the customer. It
refuses to print what was voided.
"""

import base64
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from controller import tables
from controller.errors import NotFound, Refused
from controller.store import Db
from controller.turn import Turn

KINDS: Final = (
    *("label", "pallet_label", "packing_slip", "customs", "invoice", "returns_label"),
    *("manifest", "dangerous_goods", "danger_marks", "class_labels"),
)
FORMS: Final = ("zpl", "pdf", "png")
LABEL_BYTES_MAX: Final = 1 << 20
REASON_MAX: Final = 200

_GET = "SELECT * FROM document WHERE id = :id"
_LATEST = (
    "SELECT * FROM document WHERE parcel = :parcel AND kind = :kind AND voided_ms = 0 "
    "ORDER BY id DESC LIMIT 1"
)
_OF_DEPARTURE = (
    "SELECT * FROM document WHERE departure = :departure AND kind = :kind AND voided_ms = 0 "
    "ORDER BY id DESC LIMIT 1"
)
_PRINTED = (
    "UPDATE document SET prints = prints + 1 WHERE id = :id AND voided_ms = 0 RETURNING prints"
)
_VOID = (
    "UPDATE document SET voided_ms = :now, voided_by = :by, void_why = :why "
    "WHERE id = :id AND voided_ms = 0"
)
_LABELS = (
    "SELECT * FROM document WHERE parcel = :parcel AND kind = 'label' AND voided_ms = 0 "
    "ORDER BY id"
)
_VOIDED_LABELS = (
    "SELECT COUNT(*) FROM document WHERE parcel = :parcel AND kind = 'label' AND voided_ms > 0"
)
_PERSONAL = "SELECT data FROM personal WHERE key = :key"


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a document is about; `personal` is the key of what it says of a person."""

    order_id: str = ""
    parcel: int = 0
    departure: int = 0
    personal: str = ""


def keep(turn: Turn, kind: str, about: About, data: object, form: str = "") -> int:
    """A new document; its id. `data` is what it is drawn from, `form` that of kept bytes."""
    document = turn.new_id()
    turn.put(
        tables.document,
        [
            {
                "id": document,
                "kind": kind,
                "parcel": about.parcel,
                "departure": about.departure,
                "order_id": about.order_id,
                "form": form,
                "data": msgspec.json.encode(data).decode(),
                "personal": about.personal,
                "made_ms": turn.now_ms,
                "made_by": turn.actor,
            }
        ],
    )
    return document


def check_kept(label: str, form: str) -> None:
    """Raises: Refused for a label that is no base64, too long, or of an unknown form."""
    if form not in FORMS:
        raise Refused("unknown_form", got=form, fix=f"one of {', '.join(FORMS)}")
    if len(label) > LABEL_BYTES_MAX:
        raise Refused("label_too_long", bytes=len(label), most=LABEL_BYTES_MAX)
    try:
        base64.b64decode(label, validate=True)
    except ValueError as error:
        raise Refused("label_unreadable", fix="send it in base64") from error


def the_document(turn: Turn, document: int) -> Any:
    """Raises: NotFound."""
    row = turn.db.one(_GET, id=document)
    if row is None:
        raise NotFound("unknown_document", document=document)
    return row


def keep_anew(turn: Turn, kind: str, about: About, data: object) -> int:
    """A new document of a parcel in place of the one that counted; its id."""
    former = of_parcel(turn.db, about.parcel, kind)
    if former is not None:
        void(turn, former, "its goods are described otherwise now")
    return keep(turn, kind, about, data)


def of_parcel(db: Db, parcel: int, kind: str) -> Any | None:
    """The latest document of this kind that was not voided."""
    return db.one(_LATEST, parcel=parcel, kind=kind)


def of_departure(turn: Turn, departure: int, kind: str) -> Any | None:
    return turn.db.one(_OF_DEPARTURE, departure=departure, kind=kind)


def printed(turn: Turn, document: Any, why: str, outbox: int = 0, by: str = "") -> int:
    """Records one print; how many there are now. Raises: Refused for a voided document."""
    prints = turn.db.value(_PRINTED, id=document.id)
    if prints is None:
        raise Refused(
            "document_voided", document=document.id, why=document.void_why, fix="make another"
        )
    turn.add(
        tables.document_print,
        id=turn.new_id(),
        document=document.id,
        at_ms=turn.now_ms,
        actor=by or turn.actor,
        why=why[:REASON_MAX],
        outbox=outbox,
    )
    return int(prints)


def void(turn: Turn, document: Any, why: str) -> bool:
    """It does not count any more; False where it did not before."""
    done = turn.db.run(_VOID, id=document.id, now=turn.now_ms, by=turn.actor, why=why[:REASON_MAX])
    return done == 1


def void_label(turn: Turn, parcel: int, tracking: str, why: str) -> None:
    """The label with this tracking number counts no more."""
    for document in turn.db.all(_LABELS, parcel=parcel):
        if data_of(document)["tracking"] == tracking:
            void(turn, document, why)


def labels_voided(turn: Turn, parcel: int) -> int:
    """How many labels of a parcel were voided."""
    return int(turn.db.value(_VOIDED_LABELS, parcel=parcel))


def personal(turn: Turn, key: str) -> dict[str, Any]:
    """What is kept under a personal key; nothing once it was erased."""
    kept = turn.db.value(_PERSONAL, key=key)
    found: dict[str, Any] = msgspec.json.decode(kept) if kept else {}
    return found


def data_of(document: Any) -> dict[str, Any]:
    """What a document is drawn from."""
    found: dict[str, Any] = msgspec.json.decode(document.data)
    return found

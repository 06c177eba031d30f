"""Owns the print of a parcel's label: what the printer of a bench gets, and the record of it.

A label that its carrier sent goes out as it came; otherwise it is drawn from what was frozen when
it was first printed, and from the address as the personal store has it now.
"""

from typing import Any, Final

from controller import outbox
from controller.turn import Turn
from controller.workflows import numbering
from controller.workflows.papers import declaring, documents

PRINTER: Final = "device/printer-"
HAZARDS_MAX: Final = 4
_SET_LABEL = "UPDATE parcel SET label = :label WHERE id = :id"
_PRINTER = (
    "SELECT o.topic FROM document d JOIN document_print p ON p.document = d.id "
    "JOIN outbox o ON o.id = p.outbox WHERE d.parcel = :parcel AND d.kind = 'label' "
    "ORDER BY p.id DESC LIMIT 1"
)
_HAZARDS = (
    "SELECT DISTINCT i.un_number, i.limited_quantity FROM parcel_line l "
    "JOIN item i ON i.sku = l.sku WHERE l.parcel = :parcel AND l.packed > 0 "
    "AND (i.un_number <> '' OR i.limited_quantity = 1) ORDER BY i.un_number, i.limited_quantity"
)
_SHOP = "SELECT name, street, postcode, city FROM shop WHERE code = :code"


def print_label(turn: Turn, parcel: Any, why: str = "", by: str = "") -> None:
    """Sends the label to the printer of the bench; an earlier print no longer counts."""
    document = documents.of_parcel(turn.db, parcel.id, "label")
    if document is None:
        frozen = _facts(turn, parcel)
        about = documents.About(
            order_id=parcel.order_id, parcel=parcel.id, personal=parcel.personal
        )
        document = documents.the_document(turn, documents.keep(turn, "label", about, frozen))
    marks = _marks(turn, parcel)
    job = _job(turn, document, parcel)
    if marks is not None:
        job["marks"] = documents.data_of(marks)
    row_id = outbox.emit(turn, f"{PRINTER}{parcel.bench.lower()}", job, about=parcel.id)
    turn.db.run(_SET_LABEL, id=parcel.id, label=row_id)
    for each in (document, marks) if marks is not None else (document,):
        documents.printed(turn, each, why, row_id, by)


def _marks(turn: Turn, parcel: Any) -> Any | None:
    """The document with the marks of dangerous goods that come out after the label."""
    data = declaring.marks(turn, parcel)
    found = documents.of_parcel(turn.db, parcel.id, declaring.MARKS)
    if not data or (found is not None and documents.data_of(found) == data):
        return found if data else None
    about = documents.About(order_id=parcel.order_id, parcel=parcel.id)
    return documents.the_document(turn, documents.keep_anew(turn, declaring.MARKS, about, data))


def again(turn: Turn, parcel: Any, why: str) -> str:
    """A label comes out once more where it came out before; that bench."""
    bench = bench_of(turn, parcel.id) or parcel.bench
    outbox.give_up(turn.db, parcel.label)
    print_label(turn, parcel._replace(bench=bench), why)
    turn.event("label_reprinted", order_id=parcel.order_id, subject=parcel.lpn, by=turn.actor)
    return bench


def bench_of(turn: Turn, parcel: int) -> str:
    """Where the label of a parcel came out last, as its printer names it; "" where it did not."""
    topic = turn.db.value(_PRINTER, parcel=parcel)
    return str(topic).removeprefix(PRINTER) if topic else ""


def _job(turn: Turn, document: Any, parcel: Any) -> dict[str, Any]:
    kept = documents.personal(turn, document.personal)
    if document.form:
        return {"do": "print", "form": document.form, "kept": kept.get("label", "")}
    return {"do": "print", "label": {"to": _to(kept, parcel)} | documents.data_of(document)}


def _to(kept: dict[str, Any], parcel: Any) -> list[str]:
    who = kept.get("recipient", {})
    town = f"{parcel.postcode} {who.get('city', '')}".strip()
    lines = [who.get("name", ""), who.get("street", ""), town, parcel.country]
    return [line[:200] for line in lines if line]


def _facts(turn: Turn, parcel: Any) -> dict[str, Any]:
    hazards = _hazards(turn, parcel.id)
    nth, cartons = numbering.nth(turn.db, parcel.id)
    return {
        "sender": _from(turn, parcel.shop),
        "sscc": parcel.lpn if parcel.lpn.isdigit() else "",
        "parcel": parcel.lpn,
        "tracking": parcel.tracking,
        "order": parcel.number,
        "carrier": parcel.carrier,
        "service": parcel.service,
        "lane": parcel.lane,
        "mass_g": parcel.mass_g,
        **({"hazards": hazards} if hazards else {}),
        **({"piece": f"{nth} of {cartons}"} if cartons > 1 else {}),
    }


def _hazards(turn: Turn, parcel: int) -> list[str]:
    """UN numbers, and the mark of limited quantities, of what is in a parcel."""
    rows = turn.db.all(_HAZARDS, parcel=parcel)
    numbers = sorted({row.un_number for row in rows if row.un_number})
    limited = ["LTD QTY"] if any(row.limited_quantity for row in rows) else []
    return [*limited, *numbers][:HAZARDS_MAX]


def _from(turn: Turn, code: str) -> list[str]:
    shop = turn.db.one(_SHOP, code=code)
    if shop is None:
        return [f"{code}, {turn.site.node}"]
    town = f"{shop.postcode} {shop.city}".strip()
    return [line for line in (shop.name or code, shop.street, town) if line]

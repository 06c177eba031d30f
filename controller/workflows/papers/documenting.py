"""Owns what people ask of documents: make one, print it, void it.

What was made already is named again; what was printed already needs a reason to be printed again.
It refuses to void the label of a parcel that has left.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from controller import barcodes, tables
from controller.errors import Refused
from controller.forms import Return
from controller.handlers import Handler, handler
from controller.messages import (
    AnnounceReturn,
    Command,
    DocumentMade,
    Done,
    MakeDocument,
    OrderLine,
    PrintDocument,
    SetUpShops,
    VoidDocument,
    VoidLabel,
)
from controller.turn import Turn
from controller.workflows import returning, shipping
from controller.workflows.carriers import buying, relabelling
from controller.workflows.packing import boxing
from controller.workflows.papers import (
    counting,
    crossing,
    customs,
    declaring,
    documents,
    freezing,
    printing,
)

PNG: Final = "iVBORw0KGgo"  # how the base64 of every PNG begins
LOGO_MAX: Final = 200_000
LANGUAGES: Final = ("en", "de")
RETURNS: Final = ("", "box", "link")


def set_up_shops(turn: Turn, command: SetUpShops) -> Done:
    """Raises: Refused naming shop and field."""
    for shop in command.shops:
        if not shop.code or "/" in shop.code:
            raise Refused("bad_shop", shop=shop.code, field="code", fix="a name without a slash")
        for name, known in (("language", LANGUAGES), ("returns", RETURNS)):
            if getattr(shop, name) not in known:
                fix = f"one of {', '.join(map(repr, known))}"
                got = getattr(shop, name)
                raise Refused("bad_shop", shop=shop.code, field=name, got=got, fix=fix)
        if shop.logo and not (shop.logo.startswith(PNG) and len(shop.logo) <= LOGO_MAX):
            raise Refused("bad_shop", shop=shop.code, field="logo", fix="a PNG in base64")
    rows = [{name: getattr(each, name) for name in each.__slots__} for each in command.shops]
    flags = ("slip", "prices")
    turn.put(tables.shop, [row | {name: int(row[name]) for name in flags} for row in rows])
    return Done(note=f"{len(rows)} shops")


def make(turn: Turn, command: MakeDocument) -> DocumentMade:
    """Raises: NotFound, Refused naming what the document lacks."""
    if command.kind in _OF_PARCEL:
        parcel = freezing.the_parcel(turn, command.parcel)
        known = counting.paper(turn.db, parcel.id, command.kind)
        if known is not None:
            return DocumentMade(document=known.id, new=False)
        return DocumentMade(document=_make_of_parcel(turn, command.kind, parcel), new=True)
    if command.kind == "manifest":
        return make_manifest(turn, command.departure)
    if command.kind == "pallet_label":
        return _pallet_label(turn, command.departure)
    fix = f"one of {', '.join((*_OF_PARCEL, 'manifest', 'pallet_label'))}"
    raise Refused("unknown_kind", got=command.kind, fix=fix)


def _make_of_parcel(turn: Turn, kind: str, parcel: Any) -> int:
    """The new document; customs papers of other parcels than now go together count no more."""
    data = _OF_PARCEL[kind](turn, parcel)
    if kind not in crossing.KINDS:
        return documents.keep_anew(turn, kind, freezing.about(parcel), data)
    for each, _ in list(crossing.papers(turn.db, parcel.id, kind)):
        documents.void(turn, each, "other parcels go together now")
    made = documents.keep(turn, kind, freezing.about(parcel), data)
    crossing.remind(turn, parcel.order_id)
    return made


def make_manifest(turn: Turn, departure: int) -> DocumentMade:
    """The paper of a closed departure. Raises: NotFound, Refused."""
    known = documents.of_departure(turn, departure, "manifest")
    if known is not None:
        return DocumentMade(document=known.id, new=False)
    data = freezing.manifest(turn, departure)
    about = documents.About(departure=departure)
    return DocumentMade(document=documents.keep(turn, "manifest", about, data), new=True)


def _pallet_label(turn: Turn, departure: int) -> DocumentMade:
    """Another pallet of a departure, under an SSCC of its own.

    Raises: NotFound, Refused for a site without a GS1 prefix.
    """
    row = freezing.departure(turn, departure)
    if not turn.site.gs1_prefix:
        raise Refused("no_gs1_prefix", fix="set gs1_prefix: a pallet label bears an SSCC")
    sender = freezing.sender(turn, "")
    town = f"{sender.postcode} {sender.city}".strip()
    pallet = {
        "to": [row.carrier or row.lane],
        "sender": [line for line in (sender.name, sender.street, town) if line],
        "sscc": boxing.new_plate(turn),
        "content": f"Parcels, departure D{row.id}",
        "lane": row.lane,
    }
    about = documents.About(departure=row.id)
    return DocumentMade(document=documents.keep(turn, "pallet_label", about, pallet), new=True)


def _returns_label(turn: Turn, parcel: Any) -> Return:
    """The return is announced with all that is in the parcel; its number is on the label.

    Another label after one was voided is for the same return.
    """
    number = f"R{parcel.lpn}"
    head = freezing.slip(turn, parcel)
    lines = tuple(
        OrderLine(line=each.line, sku=each.sku, qty=each.qty) for each in head.lines if each.qty
    )
    if not returning.is_expected(turn, number):
        returning.announce(
            turn,
            AnnounceReturn(id=turn.command_id, number=number, lines=lines, order=parcel.order_id),
        )
    return Return(
        number=barcodes.read(number).code,
        order=parcel.number,
        shop=parcel.shop,
        to=head.heading.sender,
        language=head.heading.language,
    )


def print_document(turn: Turn, command: PrintDocument) -> Done:
    """Records a print from a page; a label comes out at its bench.

    Raises: Refused for a voided document, and for a reprint without a reason.
    """
    document = documents.the_document(turn, command.document)
    if document.prints and not command.why:
        raise Refused("reprint_needs_reason", document=document.id, prints=document.prints)
    if document.kind == "label" and not document.voided_ms:
        return Done(note=_again(turn, document, command.why))
    copy = documents.printed(turn, document, command.why)
    turn.event(
        "document_printed",
        order_id=document.order_id,
        subject=document.id,
        document=document.kind,
        copy=copy,
        why=command.why,
        by=turn.actor,
    )
    return Done(note=f"copy {copy}")


def _again(turn: Turn, document: Any, why: str) -> str:
    """The bench at which the label comes out; one that was replaced does not."""
    latest = documents.of_parcel(turn.db, document.parcel, "label")
    if latest is None or latest.id != document.id:
        raise Refused("document_replaced", document=document.id, fix="print the latest label")
    parcel = shipping.the_parcel(turn, document.parcel)
    buying.check_prints(turn, parcel)
    return printing.again(turn, parcel, why)


def void_document(turn: Turn, command: VoidDocument) -> Done:
    """A label is voided with its purchase, which its carrier is to take back.

    Raises: NotFound; Refused without a reason, and for a label whose parcel has left.
    """
    document = documents.the_document(turn, command.document)
    if not command.why:
        raise Refused("void_needs_reason", document=document.id)
    if document.voided_ms:
        return Done(note="voided_before")
    if document.kind == "label":
        asked = VoidLabel(
            id=command.id, actor=command.actor, parcel=document.parcel, reason=command.why
        )
        relabelling.void_label(turn, asked)
    documents.void(turn, document, command.why)
    turn.event(
        "document_voided",
        order_id=document.order_id,
        subject=document.id,
        document=document.kind,
        why=command.why,
        by=turn.actor,
    )
    return Done(note="voided")


_OF_PARCEL: Mapping[str, Callable[[Turn, Any], object]] = {
    "packing_slip": freezing.slip,
    "customs": customs.goods,
    "invoice": lambda turn, parcel: customs.goods(turn, parcel, "invoice"),
    "returns_label": _returns_label,
    "dangerous_goods": declaring.carriage,
    "class_labels": declaring.class_labels,
}
HANDLERS: Mapping[type[Command[Any]], Handler] = {
    SetUpShops: handler(set_up_shops),
    MakeDocument: handler(make),
    PrintDocument: handler(print_document),
    VoidDocument: handler(void_document),
}

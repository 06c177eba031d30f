"""Owns what is printed and told: documents with their prints, the shops whose name they bear."""

from sqlalchemy import Index
from sqlmodel import SQLModel

from controller.tables.columns import flag, text, text_key, whole, whole_key


class Document(SQLModel, table=True):
    """`kind`: label, pallet_label, packing_slip, customs, invoice, returns_label, manifest.

    `data` (JSON) is what it is drawn from; `personal` is the key of what it says of a person: the
    recipient, or the bytes of a label as its carrier sent them.
    """

    __table_args__ = (
        Index("document_by_parcel", "parcel", "kind", "id"),
        Index("document_by_order", "order_id", "id"),
        Index("document_by_departure", "departure", "id"),
    )

    id: int = whole_key()
    kind: str = text()
    parcel: int = whole()  # 0: about no single parcel
    departure: int = whole()
    order_id: str = text()
    form: str = text()  # zpl, pdf, png: as its carrier sent it; "": drawn when it is asked for
    data: str = text("{}")
    personal: str = text()
    made_ms: int = whole()
    made_by: str = text()
    prints: int = whole()
    voided_ms: int = whole()
    voided_by: str = text()
    void_why: str = text()


class DocumentPrint(SQLModel, table=True):
    """A document went to a printer, or to a page that prints it."""

    __tablename__ = "document_print"
    __table_args__ = (Index("document_print_by_document", "document", "id"),)

    id: int = whole_key()
    document: int = whole()
    at_ms: int = whole()
    actor: str = text()
    why: str = text()  # "" for the first
    outbox: int = whole()  # row of its printer; 0: printed from a page


class Shop(SQLModel, table=True):
    """What papers and messages of a shop look like; a shop without a row gets the defaults."""

    code: str = text_key()
    name: str = text()
    street: str = text()
    postcode: str = text()
    city: str = text()
    country: str = text()
    email: str = text()
    phone: str = text()
    website: str = text()
    vat: str = text()
    eori: str = text()
    ioss: str = text()
    language: str = text("en")
    logo: str = text()  # PNG in base64
    slip: int = flag()  # every parcel gets a packing slip
    prices: int = flag(1)  # slips show prices, except with gifts
    returns: str = text()  # "", box: a label in each parcel, link: by the tracking page
    return_days: int = whole(30)


class NoticeRule(SQLModel, table=True):
    """A status of parcels of a shop is told by this channel: mail, webhook."""

    __tablename__ = "notice_rule"

    shop: str = text_key()
    status: str = text_key()
    channel: str = text_key()


class NoticeTemplate(SQLModel, table=True):
    """What a shop writes in place of the template of the house."""

    __tablename__ = "notice_template"

    shop: str = text_key()
    status: str = text_key()
    language: str = text_key()
    subject: str = text()
    body: str = text()


class Notice(SQLModel, table=True):
    """A message about a parcel; its id is that of its outbox row.

    `state`: waiting, sent, skipped, bounced.
    """

    __table_args__ = (Index("notice_by_parcel", "parcel", "status", "channel", "id"),)

    id: int = whole_key()
    parcel: int = whole()
    order_id: str = text()
    shop: str = text()
    status: str = text()
    channel: str = text()
    at_ms: int = whole()
    state: str = text("waiting")
    answered_ms: int = whole()
    why: str = text()

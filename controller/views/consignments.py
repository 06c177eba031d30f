"""Owns what a carrier must know of a parcel to label it, and of a departure to expect it.

Personal data is read here at the moment of asking and stands in no outbox row.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from controller.forms import CarriageLine, GoodsLine
from controller.messages import Recipient, SiteSettings
from controller.store import Db
from controller.workflows.packing import outside
from controller.workflows.papers import crossing, customs, declaring

_PARCEL = (
    "SELECT p.id, p.lpn, p.order_id, p.service, p.mass_g, p.insured_cents, p.carton, o.shop, "
    "o.number, o.owner, o.country, o.postcode, o.personal, COALESCE(s.carrier, '') AS carrier, "
    f"{outside.SIDES} FROM parcel p JOIN customer_order o ON o.id = p.order_id "
    "LEFT JOIN carton_type c ON c.code = p.carton "
    "LEFT JOIN shipping_service s ON s.code = p.service WHERE p.id = :id"
)
_CONTENTS = (
    "SELECT l.line, l.sku, l.packed AS qty, i.name, i.mass_g, "
    "i.hazardous, COALESCE(w.price_cents, 0) AS price_cents FROM parcel_line l "
    "JOIN item i ON i.sku = l.sku JOIN parcel p ON p.id = l.parcel "
    "LEFT JOIN order_line w ON w.order_id = p.order_id AND w.line = l.line "
    "WHERE l.parcel = :id AND l.packed > 0 ORDER BY l.line, l.sku"
)
_PERSONAL = "SELECT data FROM personal WHERE key = :key"
_SHOP = "SELECT name, street, city, postcode, country, phone, email FROM shop WHERE code = :code"
_NUMBERS = "SELECT eori, ioss, vat FROM shop WHERE code = :code"
_SITE = "SELECT value FROM setting WHERE name = 'site'"
_DEPARTURE = "SELECT id, lane, leaves_ms FROM departure WHERE id = :id"
_PIECE = (
    "SELECT u.shipment, u.piece, s.pieces, s.master FROM purchase u "
    "JOIN shipment s ON s.reference = u.shipment WHERE u.reference = :reference"
)
_GOODS = (  # of all pieces of a shipment that were told or are; not packed yet: as planned
    "SELECT l.sku, i.name, i.mass_g, i.hazardous, i.hs_code, i.origin_country, "
    "i.customs_words, COALESCE(w.price_cents, 0) AS price_cents, "
    f"CAST(SUM({customs.UNITS}) AS BIGINT) AS qty "
    "FROM shipment s JOIN parcel p ON p.order_id = s.order_id "
    "JOIN parcel_line l ON l.parcel = p.id JOIN item i ON i.sku = l.sku "
    "LEFT JOIN order_line w ON w.order_id = p.order_id AND w.line = l.line "
    "WHERE s.reference = :shipment AND p.state NOT IN ('cancelled', 'shipped') "
    "AND NOT EXISTS (SELECT 1 FROM purchase u WHERE u.parcel = p.id "
    "AND u.state IN ('asked', 'bought', 'house') AND u.shipment <> s.reference) "
    "AND (EXISTS (SELECT 1 FROM told_piece t WHERE t.shipment = s.reference "
    "AND t.parcel = p.id) OR EXISTS (SELECT 1 FROM purchase u WHERE u.parcel = p.id "
    "AND u.shipment = s.reference)) "
    "GROUP BY l.line, l.sku, i.name, i.mass_g, i.hazardous, i.hs_code, i.origin_country, "
    "i.customs_words, w.price_cents ORDER BY l.line, l.sku"
)
_ON_BOARD = (
    "SELECT u.tracking, u.reference, p.service, p.mass_g, p.insured_cents, o.country, o.postcode, "
    "o.personal, u.shipment, u.piece, COALESCE(s.master, '') AS master FROM parcel p "
    "JOIN purchase u ON u.parcel = p.id AND u.state = 'bought' AND u.carrier = :carrier "
    "LEFT JOIN shipment s ON s.reference = u.shipment "
    "JOIN customer_order o ON o.id = p.order_id WHERE p.departure = :id ORDER BY p.id"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    name: str = ""
    street: str = ""
    city: str = ""
    postcode: str = ""
    country: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """By which customs and tax know the sender."""

    eori: str = ""
    ioss: str = ""
    vat: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    sku: str
    name: str
    qty: int
    mass_g: int
    price_cents: int
    hazardous: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Consignment:
    """A parcel as its carrier sees it; `reference` names this purchase and no other.

    It is piece `piece` of `pieces` of a shipment that has all the `goods`, of which customs is
    told `customs_all` where it is told once; `master` is the carrier's number of that, "" for the
    first piece. `insured_cents` is what it is insured for.
    """

    reference: str
    plate: str
    order: str
    number: str
    carrier: str
    service: str
    mass_g: int
    length_mm: int
    width_mm: int
    height_mm: int
    currency: str = "GBP"
    insured_cents: int = 0
    owner: str = ""
    rule: str = ""  # by which dangerous goods go: small, limited, full; "" without any
    dangers: tuple[CarriageLine, ...] = ()
    customs: tuple[GoodsLine, ...] = ()  # where papers for customs are needed
    customs_all: tuple[GoodsLine, ...] = ()
    numbers: Numbers = field(default_factory=Numbers)
    sender: Address = field(default_factory=Address)
    to: Address = field(default_factory=Address)
    contents: tuple[Content, ...] = ()
    shipment: str = ""
    piece: int = 1
    pieces: int = 1
    master: str = ""
    goods: tuple[Content, ...] = ()

    @property
    def value_cents(self) -> int:
        return sum(each.price_cents * each.qty for each in self.contents)

    @property
    def goods_value_cents(self) -> int:
        """What all pieces of its shipment are worth."""
        return sum(each.price_cents * each.qty for each in self.goods)


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """`pieces` is how many of its shipment leave together."""

    tracking: str
    reference: str
    service: str
    mass_g: int
    to: Address
    shipment: str = ""
    master: str = ""
    piece: int = 1
    pieces: int = 1
    insured_cents: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What a carrier picks up with a departure."""

    departure: int
    carrier: str
    lane: str
    leaves_ms: int
    sender: Address
    parcels: tuple[Announced, ...]


def consignment(db: Db, parcel_id: int, reference: str, service: str) -> Consignment | None:
    """The parcel as it is asked to be labelled, or None."""
    row = db.one(_PARCEL, id=parcel_id)
    stored = db.value(_SITE)
    if row is None or stored is None:
        return None
    site = msgspec.json.decode(stored, type=SiteSettings)
    contents = tuple(map(_content, db.all(_CONTENTS, id=parcel_id)))
    told = _told(db, row, site)
    return Consignment(
        reference=reference,
        plate=row.lpn,
        order=row.order_id,
        number=row.number,
        carrier=row.carrier,
        service=service,
        mass_g=row.mass_g,
        length_mm=row.length_mm,
        width_mm=row.width_mm,
        height_mm=row.height_mm,
        currency=site.currency,
        insured_cents=row.insured_cents,
        **told,
        sender=sender(db, row.shop, site),
        to=_recipient(db, row),
        contents=contents,
        **_piece(db, reference, contents, told.get("customs", ())),
    )


def _told(db: Db, row: Any, site: SiteSettings) -> dict[str, Any]:
    """Whose goods they are, and what is declared of them: dangers, and customs over a border."""
    dangers = declaring.entries(db, row.id)
    rules = {each.rule for each in dangers}
    told = {
        "owner": row.owner,
        "dangers": dangers,
        "rule": next((rule for rule in ("full", "limited", "small") if rule in rules), ""),
    }
    if not crossing.is_needed(site, row.country):
        return told
    shop = db.one(_NUMBERS, code=row.shop)
    numbers = Numbers(**shop._asdict()) if shop is not None else Numbers()
    ioss, _ = customs.ioss(db, site, (row.order_id, row.country), numbers.ioss)
    numbers = replace(numbers, eori=numbers.eori or site.eori, ioss=ioss)
    return told | {"customs": customs.declared(db, row.id), "numbers": numbers}


def _content(row: Any) -> Content:
    return Content(
        sku=row.sku,
        name=row.name,
        qty=row.qty,
        mass_g=row.mass_g,
        price_cents=row.price_cents,
        hazardous=bool(row.hazardous),
    )


def _piece(
    db: Db, reference: str, contents: tuple[Content, ...], declared: tuple[GoodsLine, ...]
) -> dict[str, Any]:
    """Of which shipment a purchase is a piece; by itself it is all of its own."""
    row = db.one(_PIECE, reference=reference)
    if row is None:
        return {"shipment": reference, "goods": contents, "customs_all": declared}
    rows = db.all(_GOODS, shipment=row.shipment)
    whole = tuple(customs.line(each) for each in rows) if declared else ()
    return {**row._asdict(), "goods": tuple(map(_content, rows)), "customs_all": whole}


def sender(db: Db, shop: str, site: SiteSettings) -> Address:
    """The shop as its papers name it, at the site where it does not say."""
    row = db.one(_SHOP, code=shop)
    found = Address(**row._asdict()) if row is not None else Address()
    return replace(
        found,
        name=found.name or ", ".join(filter(None, (shop, site.node))),
        postcode=found.postcode or site.postcode,
        country=found.country or site.country,
    )


def _recipient(db: Db, row: Any) -> Address:
    kept = db.value(_PERSONAL, key=row.personal)
    who = Recipient()
    if kept:
        data = msgspec.json.decode(kept).get("recipient", {})
        who = msgspec.convert(data, Recipient)
    return replace(
        Address(country=row.country, postcode=row.postcode),
        name=who.name,
        street=who.street,
        city=who.city,
        phone=who.phone,
        email=who.email,
    )


def announcement(db: Db, departure: int, carrier: str) -> Announcement | None:
    """The parcels of a carrier that left with a departure, or None."""
    row = db.one(_DEPARTURE, id=departure)
    stored = db.value(_SITE)
    if row is None or stored is None:
        return None
    site = msgspec.json.decode(stored, type=SiteSettings)
    on_board = db.all(_ON_BOARD, id=departure, carrier=carrier)
    together = Counter(each.shipment or each.reference for each in on_board)
    return Announcement(
        departure=departure,
        carrier=carrier,
        lane=row.lane,
        leaves_ms=row.leaves_ms,
        sender=sender(db, "", site),
        parcels=tuple(
            Announced(
                tracking=each.tracking,
                reference=each.reference,
                service=each.service,
                mass_g=each.mass_g,
                insured_cents=each.insured_cents,
                to=_recipient(db, each),
                shipment=each.shipment or each.reference,
                master=each.master,
                piece=each.piece or 1,
                pieces=together[each.shipment or each.reference],
            )
            for each in on_board
        ),
    )

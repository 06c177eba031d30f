"""Owns what a document says at the moment it is made: read once, frozen, drawn ever after.

Nothing of it names a customer. It refuses a parcel that is not packed yet.
"""

from typing import Any, Final

from controller.errors import NotFound, Refused
from controller.forms import Heading, Manifest, Party, Slip, SlipLine
from controller.turn import Turn
from controller.workflows import numbering
from controller.workflows.papers import documents

PACKED: Final = ("packed", "labelled", "sorted", "shipped")

_PARCEL = (
    "SELECT p.id, p.order_id, p.lpn, p.state, p.mass_g, p.service, p.tracking, p.cost_cents, "
    "p.lane, o.shop, o.number, o.country, o.postcode, o.personal, "
    "COALESCE(s.carrier, '') AS carrier FROM parcel p "
    "JOIN customer_order o ON o.id = p.order_id "
    "LEFT JOIN shipping_service s ON s.code = p.service WHERE p.id = :id"
)
_SHOP = "SELECT * FROM shop WHERE code = :code"
_LINES = (
    "SELECT l.line, l.sku, COALESCE(i.name, '') AS name, l.packed AS qty, "
    "COALESCE(o.price_cents, 0) AS price_cents, COALESCE(o.backordered, 0) AS backordered "
    "FROM parcel_line l JOIN parcel p ON p.id = l.parcel LEFT JOIN item i ON i.sku = l.sku "
    "LEFT JOIN order_line o ON o.order_id = p.order_id AND o.line = l.line "
    "WHERE l.parcel = :id AND l.packed > 0 ORDER BY l.line"
)
_MISSING = (
    "SELECT o.line, o.sku, COALESCE(i.name, '') AS name, 0 AS qty, o.price_cents, o.backordered "
    "FROM order_line o LEFT JOIN item i ON i.sku = o.sku WHERE o.order_id = :order_id "
    "AND o.backordered > 0 AND NOT EXISTS (SELECT 1 FROM parcel_line l WHERE l.parcel = :id "
    "AND l.line = o.line AND l.packed > 0) ORDER BY o.line"
)
_DEPARTURE = "SELECT * FROM departure WHERE id = :id"
_SERVICES = (
    "SELECT service, COUNT(*) AS parcels FROM parcel WHERE departure = :id "
    "GROUP BY service ORDER BY service"
)
_ADDRESS: Final = ("street", "postcode", "city", "country")
_OF_SHOP: Final = ("name", "email", "phone", "website", "vat", "eori", "ioss")


def the_parcel(turn: Turn, parcel_id: int) -> Any:
    """A packed parcel with what papers say of it. Raises: NotFound, Refused."""
    row = turn.db.one(_PARCEL, id=parcel_id)
    if row is None:
        raise NotFound("unknown_parcel", parcel=parcel_id)
    if row.state not in PACKED:
        raise Refused("parcel_not_packed", parcel=row.lpn or row.id, state=row.state)
    return row


def shop(turn: Turn, code: str) -> Any | None:
    return turn.db.one(_SHOP, code=code)


def sender(turn: Turn, code: str) -> Party:
    """Who sends: the shop as far as it says so, else the site."""
    row, site = shop(turn, code), turn.site
    said = {name: getattr(row, name) for name in _OF_SHOP} if row else {}
    own = row is not None and bool(row.street)
    where = {name: getattr(row if own else site, name) for name in _ADDRESS}
    merged = {"name": said.get("name") or code or site.company or site.node}
    merged |= {"eori": said.get("eori") or site.eori}
    return Party(**said | where | merged)


def heading(turn: Turn, parcel: Any) -> Heading:
    nth, cartons = numbering.nth(turn.db, parcel.id)
    row = shop(turn, parcel.shop)
    return Heading(
        shop=parcel.shop,
        order=parcel.number,
        sender=sender(turn, parcel.shop),
        country=parcel.country,
        postcode=parcel.postcode,
        parcel=parcel.lpn,
        tracking=parcel.tracking,
        carrier=parcel.carrier,
        service=parcel.service,
        mass_g=parcel.mass_g,
        nth=nth,
        of=cartons,
        made_ms=turn.now_ms,
        currency=turn.site.currency,
        language=row.language if row else "en",
    )


def about(parcel: Any) -> documents.About:
    return documents.About(order_id=parcel.order_id, parcel=parcel.id, personal=parcel.personal)


def slip(turn: Turn, parcel: Any) -> Slip:
    """What is in the parcel, and what of the order follows later."""
    row = shop(turn, parcel.shop)
    here = turn.db.all(_LINES, id=parcel.id)
    later = turn.db.all(_MISSING, id=parcel.id, order_id=parcel.order_id)
    lines = sorted((*here, *later), key=lambda line: int(line.line))
    return Slip(
        heading=heading(turn, parcel),
        lines=tuple(SlipLine(**line._asdict()) for line in lines),
        prices=bool(row.prices) if row else True,
    )


def departure(turn: Turn, departure_id: int) -> Any:
    """Raises: NotFound."""
    row = turn.db.one(_DEPARTURE, id=departure_id)
    if row is None:
        raise NotFound("unknown_departure", departure=departure_id)
    return row


def manifest(turn: Turn, departure_id: int) -> Manifest:
    """What leaves with a departure that is closed; its lines are the parcels themselves.

    Raises: NotFound, Refused.
    """
    row = departure(turn, departure_id)
    if row.state != "closed":
        raise Refused("departure_open", departure=row.id, fix="close it first")
    services = turn.db.all(_SERVICES, id=row.id)
    return Manifest(
        departure=row.id,
        sender=sender(turn, ""),
        carrier=row.carrier,
        lane=row.lane,
        leaves_ms=row.leaves_ms,
        made_ms=turn.now_ms,
        services=tuple((each.service, each.parcels) for each in services),
        mass_g=row.mass_g,
    )

"""Owns what strangers with a link see of one parcel: where it is, and no more than they need.

It tells no name, no street and nothing of the contents.
"""

from dataclasses import dataclass
from typing import Any

import msgspec

from controller import links
from controller.store import Db
from controller.units import DAY
from controller.workflows import numbering

EVENTS_MAX = 100

_PARCEL = (
    "SELECT p.id, p.order_id, p.state, p.tracking, o.number, o.shop, o.country, o.personal, "
    "COALESCE(s.carrier, j.carrier, '') AS carrier, COALESCE(j.status, '') AS status, "
    "COALESCE(j.left_ms, 0) AS left_ms, COALESCE(j.promised_ms, 0) AS promised_ms, "
    "COALESCE(j.delivered_ms, 0) AS delivered_ms, COALESCE(h.name, '') AS shop_name, "
    "COALESCE(h.website, '') AS website, COALESCE(h.returns, '') AS returns, "
    "COALESCE(h.return_days, 0) AS return_days FROM parcel p "
    "JOIN customer_order o ON o.id = p.order_id "
    "LEFT JOIN shipping_service s ON s.code = p.service "
    "LEFT JOIN journey j ON j.parcel = p.id LEFT JOIN shop h ON h.code = o.shop WHERE p.id = :id"
)
_EVENTS = (
    "SELECT at_ms, status, place FROM tracking_event WHERE parcel = :id "
    f"ORDER BY at_ms DESC, id DESC LIMIT {EVENTS_MAX}"
)
_PERSONAL = "SELECT data FROM personal WHERE key = :key"
_LABEL = (
    "SELECT id FROM document WHERE parcel = :id AND kind = 'returns_label' AND voided_ms = 0 "
    "ORDER BY id DESC LIMIT 1"
)
_OFFSET = "SELECT value FROM setting WHERE name = 'site'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One event of the way; places are those that the carrier tells."""

    at_ms: int
    status: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicParcel:
    """`status` is that of the latest event, "prepared" before it left, "shipped" before news.

    It is the `nth` of so many `parcels` of its order.
    """

    parcel: int
    nth: int
    parcels: int
    shop: str
    website: str
    order: str
    town: str
    country: str
    carrier: str
    tracking: str
    status: str
    promised_ms: int
    delivered_ms: int
    returnable: bool
    returns_label: int  # 0: none was asked for
    utc_offset_ms: int
    events: tuple[Seen, ...]


def public_parcel(db: Db, link: str, now_ms: int) -> PublicParcel | None:
    """The parcel that a link means; None for a link that means none, or a cancelled parcel."""
    row = db.one(_PARCEL, id=links.parcel_of(db, link))
    if row is None or row.state == "cancelled":
        return None
    kept = db.value(_PERSONAL, key=row.personal)
    who = msgspec.json.decode(kept).get("recipient", {}) if kept else {}
    left = row.state == "shipped"
    nth, parcels = numbering.nth(db, row.id)
    return PublicParcel(
        parcel=row.id,
        nth=nth,
        parcels=parcels,
        shop=row.shop_name or row.shop,
        website=row.website,
        order=row.number,
        town=who.get("city", ""),
        country=row.country,
        carrier=row.carrier if left else "",
        tracking=row.tracking if left else "",
        status=row.status or ("shipped" if left else "prepared"),
        promised_ms=row.promised_ms,
        delivered_ms=row.delivered_ms,
        returnable=_is_returnable(row, now_ms),
        returns_label=db.value(_LABEL, id=row.id) or 0,
        utc_offset_ms=_offset_ms(db),
        events=tuple(Seen(**each._asdict()) for each in db.all(_EVENTS, id=row.id)),
    )


def _is_returnable(row: Any, now_ms: int) -> bool:
    since_ms = row.delivered_ms or row.left_ms
    return bool(row.returns == "link" and since_ms and now_ms - since_ms <= row.return_days * DAY)


def _offset_ms(db: Db) -> int:
    kept = db.value(_OFFSET)
    return int(msgspec.json.decode(kept).get("utc_offset_ms", 0)) if kept else 0

"""Owns the look at messages to customers: what one says, which there are, and by which rules.

Name and address are read here and nowhere else, at the moment a message is sent.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from controller import links, templates
from controller.messages import Recipient, SiteSettings
from controller.store import Db
from controller.templates import Template

ITEMS_MAX = 50

_PARCEL = (
    "SELECT p.id, p.lpn, p.tracking, o.id AS order_id, o.number, o.shop, o.personal, o.country, "
    "COALESCE(s.carrier, j.carrier, '') AS carrier, p.service, "
    "COALESCE(j.promised_ms, 0) AS promised_ms, "
    "COALESCE(h.name, '') AS shop_name, COALESCE(h.email, '') AS shop_email, "
    "COALESCE(h.language, '') AS language FROM parcel p "
    "JOIN customer_order o ON o.id = p.order_id "
    "LEFT JOIN shipping_service s ON s.code = p.service "
    "LEFT JOIN journey j ON j.parcel = p.id LEFT JOIN shop h ON h.code = o.shop WHERE p.id = :id"
)
_ITEMS = (
    "SELECT l.packed, COALESCE(i.name, l.sku) AS name FROM parcel_line l "
    f"LEFT JOIN item i ON i.sku = l.sku WHERE l.parcel = :id AND l.packed > 0 "
    f"ORDER BY l.line LIMIT {ITEMS_MAX}"
)
_SAID = (
    "SELECT place, words FROM tracking_event WHERE parcel = :id AND status = :status "
    "ORDER BY at_ms DESC, id DESC LIMIT 1"
)
_PERSONAL = "SELECT data FROM personal WHERE key = :key"
_SITE = "SELECT value FROM setting WHERE name = 'site'"
_OWN = (
    "SELECT subject, body FROM notice_template WHERE shop = :shop AND status = :status "
    "AND language = :language"
)
_RULES = "SELECT shop, status, channel FROM notice_rule ORDER BY shop, status, channel"
_RECENT = (
    "SELECT n.id, n.order_id, n.shop, n.status, n.channel, n.at_ms, n.state, n.answered_ms, "
    "n.why, COALESCE(o.state, '') AS row_state, COALESCE(o.attempts, 0) AS attempts, "
    "COALESCE(o.next_ms, 0) AS next_ms "
    "FROM notice n LEFT JOIN outbox o ON o.id = n.id ORDER BY n.id DESC LIMIT :most"
)
_SHOPS = "SELECT code FROM shop UNION SELECT shop FROM notice_rule ORDER BY 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message as it is sent; `to` is "" where no address is known, or it was erased."""

    to: str
    reply_to: str
    shop: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What a shop's own system is told: nothing of the customer."""

    shop: str
    order: str
    parcel: str
    carrier: str
    tracking: str
    tracking_link: str
    status: str
    at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    shop: str
    status: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRow:
    """`state`: waiting, sent, skipped, bounced, given_up. The id is text for JavaScript."""

    id: str
    order: str
    shop: str
    status: str
    channel: str
    at_ms: int
    state: str
    answered_ms: int
    why: str
    attempts: int
    next_ms: int  # of one that waits: not tried before


def letter(db: Db, parcel: int, status: str) -> Letter | None:
    """What the customer of a parcel is told; None for a parcel that is not known."""
    row = db.one(_PARCEL, id=parcel)
    if row is None:
        return None
    who = _recipient(db, row.personal)
    language = who.language or row.language or "en"
    written = template(db, row.shop, status, language)
    values = _values(db, row, who, status)
    return Letter(
        to=who.email,
        reply_to=row.shop_email,
        shop=row.shop_name or row.shop,
        subject=" ".join(templates.filled(written.subject, values).split()),
        body=templates.filled(written.body, values),
    )


def fact(db: Db, parcel: int, status: str, at_ms: int) -> Fact | None:
    row = db.one(_PARCEL, id=parcel)
    if row is None:
        return None
    return Fact(
        shop=row.shop,
        order=row.number,
        parcel=row.lpn,
        carrier=row.carrier,
        tracking=row.tracking,
        tracking_link=_link(db, parcel),
        status=status,
        at_ms=at_ms,
    )


def template(db: Db, shop: str, status: str, language: str) -> Template:
    """The shop's own, else that of the house."""
    own = db.one(_OWN, shop=shop, status=status, language=language)
    if own is None:
        return templates.default(status, language)
    return Template(subject=own.subject, body=own.body)


def _recipient(db: Db, key: str) -> Recipient:
    kept = db.value(_PERSONAL, key=key)
    who = msgspec.json.decode(kept).get("recipient", {}) if kept else {}
    return msgspec.convert(who, Recipient)


def _values(db: Db, row: Any, who: Recipient, status: str) -> dict[str, str]:
    said = db.one(_SAID, id=row.id, status=status)
    items = [f"{each.packed} × {each.name}" for each in db.all(_ITEMS, id=row.id)]
    return {
        "order": row.number,
        "shop": row.shop_name or row.shop,
        "name": who.name,
        "town": who.city,
        "carrier": row.carrier,
        "tracking": row.tracking,
        "tracking_link": _link(db, row.id),
        "arrives": _day(row.promised_ms),
        "items": "\n".join(items),
        "words": said.words if said else "",
        "place": said.place if said else "",
    }


def _link(db: Db, parcel: int) -> str:
    kept = db.value(_SITE)
    site = msgspec.json.decode(kept, type=SiteSettings) if kept else SiteSettings()
    return f"{site.public_url.rstrip('/')}/track/{links.link_of(db, parcel)}"


def _day(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d") if ms else ""


def sample() -> dict[str, str]:
    """Values to look at a template with, before any parcel needs it."""
    return {
        "order": "1001",
        "shop": "Shop",
        "name": "Ada Example",
        "town": "York",
        "carrier": "Carrier",
        "tracking": "TRK0001",
        "tracking_link": "https://example.org/track/...",
        "arrives": "2026-01-31",
        "items": "2 × Mug\n1 × Pen",
        "words": "",
        "place": "",
    }


def rules(db: Db) -> tuple[Rule, ...]:
    return tuple(Rule(**row._asdict()) for row in db.all(_RULES))


def shops(db: Db) -> tuple[str, ...]:
    return tuple(row.code for row in db.all(_SHOPS))


def recent(db: Db, most: int) -> tuple[NoticeRow, ...]:
    """The latest messages with what became of them."""
    return tuple(
        NoticeRow(
            id=str(row.id),
            order=row.order_id,
            shop=row.shop,
            status=row.status,
            channel=row.channel,
            at_ms=row.at_ms,
            state="given_up" if row.row_state == "failed" else row.state,
            answered_ms=row.answered_ms,
            why=row.why,
            attempts=row.attempts,
            next_ms=row.next_ms if row.row_state == "waiting" else 0,
        )
        for row in db.all(_RECENT, most=most)
    )

"""Owns the lists of what was asked for: orders with their lines and story, receipts, returns."""

from dataclasses import dataclass
from typing import Any

import msgspec

from controller.store import Db
from controller.views.listings import Key, Listing, listing, one, page

STORY_MAX = 1_000
LINES_MAX = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """`state`: held, open, released, shipped, cancelled."""

    id: str
    shop: str
    number: str
    state: str
    owner: str
    priority: int
    country: str
    placed_ms: int
    due_ms: int
    shipped_ms: int
    arrive_by_ms: int
    service: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLineRow:
    """`wanted` = promised + `backordered` + `shipped`; `planned` to `packed` say how far it is."""

    order: str
    line: int
    sku: str
    price_cents: int
    wanted: int
    backordered: int
    planned: int
    picked: int
    packed: int
    shipped: int
    cancelled: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleRow:
    """What a simulated day takes for its orders; whoever lives in one place is one customer."""

    invoice: str
    line: int
    sku: str
    qty: int
    ts_ms: int
    sale_cents: int
    customer: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelRow:
    """`state`: planned, packing, packed, labelled, sorted, shipped, cancelled."""

    id: int
    order: str
    lpn: str
    state: str
    carton: str
    mass_g: int
    service: str
    lane: str
    tracking: str
    cost_cents: int
    departure: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """What happened, when, about what, with its data (`why` of a decision among it)."""

    id: int
    at_ms: int
    kind: str
    subject: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderStory:
    order: OrderRow
    lines: list[OrderLineRow]
    parcels: list[ParcelRow]
    story: list[EventRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptRow:
    asn: str
    state: str
    expected_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRow:
    rma: str
    order: str
    reason: str
    state: str
    announced_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundLine:
    number: str
    line: int
    sku: str
    qty: int
    received: int


_OF_ORDER = "(SELECT o.{} FROM customer_order o WHERE o.id = customer_return.order_id)"
ORDERS = listing(OrderRow, "customer_order", ("id",), by=("state", "shop", "owner"))
ORDER_LINES = listing(
    OrderLineRow,
    "order_line",
    ("order", "line"),
    by=("order", "sku"),
    columns={"order": "order_id"},
)
_SALE = "(SELECT {} FROM customer_order o WHERE o.id = order_line.order_id)"
SALES = listing(
    SaleRow,
    "order_line",
    ("invoice", "line"),
    by=("shop", "owner"),
    columns={
        "invoice": "order_id",
        "qty": "wanted",
        "ts_ms": _SALE.format("o.placed_ms"),
        "sale_cents": "price_cents",
        "customer": _SALE.format("o.shop || ' ' || o.postcode"),
        "country": _SALE.format("o.country"),
        "shop": _SALE.format("o.shop"),
        "owner": _SALE.format("o.owner"),
    },
    where="wanted > 0",
)
PARCELS = listing(
    ParcelRow,
    "parcel",
    ("id",),
    by=("order", "state", "lane"),
    columns={"order": "order_id"},
)
RECEIPTS = listing(ReceiptRow, "receipt", ("asn",), by=("state",))
RECEIPT_LINES = listing(
    InboundLine, "receipt_line", ("number", "line"), by=("number",), columns={"number": "asn"}
)
RETURNS = listing(
    ReturnRow,
    "customer_return",
    ("rma",),
    by=("state", "shop", "owner"),
    columns={
        "order": "order_id",
        "shop": _OF_ORDER.format("shop"),
        "owner": _OF_ORDER.format("owner"),
    },
)
RETURN_LINES = listing(
    InboundLine, "return_line", ("number", "line"), by=("number",), columns={"number": "rma"}
)
_STORY = (
    "SELECT id, at_ms, kind, subject, data FROM event WHERE order_id = :id ORDER BY id LIMIT :most"
)


def order_story(db: Db, order_id: str) -> OrderStory | None:
    """One order with its lines, its parcels and all that happened to it."""
    found = one(db, ORDERS, (order_id,))
    if found is None:
        return None
    wanted = {"order": order_id}
    events = db.all(_STORY, id=order_id, most=STORY_MAX)
    return OrderStory(
        order=found,
        lines=page(db, ORDER_LINES, wanted, (), LINES_MAX)[0],
        parcels=page(db, PARCELS, wanted, (), LINES_MAX)[0],
        story=[
            EventRow(**row._asdict() | {"data": msgspec.json.decode(row.data)}) for row in events
        ],
    )


def with_lines(
    db: Db, papers: Listing[Any], lines: Listing[InboundLine], key: Key
) -> tuple[Any, list[InboundLine]] | None:
    """A receipt or return with its lines."""
    found = one(db, papers, key)
    if found is None:
        return None
    return found, page(db, lines, {"number": key[0]}, (), LINES_MAX)[0]

"""Owns the look at nodes: what each has and ships today, and why an order is sourced as it is."""

from dataclasses import dataclass
from typing import Any

import msgspec

from controller.messages import Node
from controller.store import Db
from controller.units import DAY
from controller.views.catalogue import site
from controller.workflows.nodes import minding
from controller.workflows.nodes import nodes as known_nodes
from controller.workflows.nodes.charging import LAST_RESORT_CENTS

ORDERS_MAX = 200

_NODES = "SELECT * FROM node ORDER BY code"
_ALL = "SELECT * FROM node WHERE active = 0 ORDER BY code"
_STOCK = (
    "SELECT node, COUNT(DISTINCT sku) AS skus, CAST(SUM(sellable) AS BIGINT) AS units, "
    "CAST(SUM(promised) AS BIGINT) AS promised FROM available GROUP BY node ORDER BY node"
)
_CONSIGNED = (
    "SELECT node, CAST(SUM(CASE WHEN sourced_ms >= :since THEN 1 ELSE 0 END) AS BIGINT) "
    "AS today, CAST(SUM(CASE WHEN state = 'open' THEN 1 ELSE 0 END) AS BIGINT) AS waiting, "
    "CAST(SUM(CASE WHEN state NOT IN ('open', 'shipped') THEN 1 ELSE 0 END) AS BIGINT) AS begun, "
    "CAST(SUM(CASE WHEN sourced_ms >= :since THEN cost_cents ELSE 0 END) AS BIGINT) AS cents "
    "FROM consignment WHERE sourced_ms >= :since OR state <> 'shipped' GROUP BY node ORDER BY node"
)
_USED = "SELECT COUNT(*) FROM consignment WHERE node = :node AND ready_ms = :ready_ms"
_USED_HERE = "SELECT COUNT(*) FROM sourced WHERE here_ready_ms = :ready_ms"
_UNSERVED = f"(cost_cents >= {LAST_RESORT_CENTS} OR nearest_cents >= {LAST_RESORT_CENTS})"
_HERE = (
    "SELECT COUNT(*) AS today, CAST(COALESCE(SUM(CASE WHEN s.cost_cents "
    f">= {LAST_RESORT_CENTS} THEN s.cost_cents - {LAST_RESORT_CENTS} ELSE s.cost_cents END), 0) "
    "- COALESCE((SELECT "
    "SUM(c.cost_cents) FROM consignment c JOIN sourced t ON t.order_id = c.order_id "
    "WHERE t.at_ms >= :since AND t.here_ready_ms > 0), 0) AS BIGINT) AS cents "
    "FROM sourced s WHERE s.at_ms >= :since AND s.here_ready_ms > 0"
)
_TODAY = (
    "SELECT COUNT(*) AS orders, CAST(COALESCE(SUM(parcels), 0) AS BIGINT) AS parcels, "
    "CAST(COALESCE(SUM(CASE WHEN parcels > 1 THEN 1 ELSE 0 END), 0) AS BIGINT) AS splits, "
    f"CAST(COALESCE(SUM(CASE WHEN {_UNSERVED} THEN 0 ELSE cost_cents END), 0) AS BIGINT) "
    f"AS cost_cents, CAST(COALESCE(SUM(CASE WHEN {_UNSERVED} THEN 0 ELSE nearest_cents END), 0) "
    f"AS BIGINT) AS nearest_cents, CAST(COALESCE(SUM(CASE WHEN {_UNSERVED} THEN 1 ELSE 0 END), 0) "
    "AS BIGINT) AS unserved, "
    "CAST(COALESCE(SUM(CASE WHEN moves > 0 THEN 1 ELSE 0 END), 0) AS BIGINT) AS moved "
    "FROM sourced WHERE at_ms >= :since"
)
_ORDERS = (
    "SELECT s.order_id, s.at_ms, s.parcels, s.cost_cents, s.nearest_cents, s.moves "
    "FROM sourced s ORDER BY s.at_ms DESC, s.order_id DESC LIMIT :most"
)
_SHARES = (
    "SELECT node, CAST(SUM(qty) AS BIGINT) AS units FROM promise WHERE order_id = :id "
    "GROUP BY node ORDER BY node"
)
_SOURCED = "SELECT * FROM sourced WHERE order_id = :id"
_TOLD = (
    "SELECT c.*, o.number, o.shop, o.country, o.postcode, COALESCE(p.data, '') AS data "
    "FROM consignment c JOIN customer_order o ON o.id = c.order_id "
    "LEFT JOIN personal p ON p.key = o.personal "
    "WHERE c.node = :node AND c.state IN ('told', 'recalled') "
    "ORDER BY c.ready_ms, c.order_id LIMIT :most"
)
_HELD = (
    "SELECT line, sku, CAST(SUM(qty) AS BIGINT) AS qty FROM reservation "
    "WHERE ref = :id AND node = :node GROUP BY line, sku ORDER BY line, sku"
)
_LYING = (
    "SELECT c.lpn, c.state FROM consignment c WHERE c.node = :node "
    "AND (c.state = 'ready' OR (c.state = 'packed' AND EXISTS (SELECT 1 FROM parcel p "
    "WHERE p.id = c.parcel AND p.state = 'labelled'))) ORDER BY c.ready_ms, c.order_id"
)
_STATES = "SELECT node, state FROM consignment WHERE order_id = :id ORDER BY node"


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeRow:
    """A node today: units there, orders sourced there, those that wait and are begun with.

    `used` of its `parcels_max` (0: any number) parcels are taken until it next lets goods go.
    """

    code: str
    name: str
    kind: str
    here: bool
    active: bool
    collects: bool
    country: str
    postcode: str
    lat_e6: int
    lon_e6: int
    hours: str
    safety_units: int
    parcels_max: int
    handling_cents: int
    used: int
    ready_ms: int
    skus: int
    units: int
    promised: int
    orders: int
    waiting: int
    begun: int
    cost_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """What was sourced since local midnight, beside what the nearest nodes would have cost."""

    orders: int
    parcels: int
    splits: int
    moved: int
    unserved: int
    cost_cents: int
    nearest_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcedRow:
    order: str
    at_ms: int
    parcels: int
    cost_cents: int
    nearest_cents: int
    moves: int
    unserved: bool  # no service takes what ships from this building: its freight is not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """What a partner was told of an order, which should have left by now."""

    order: str
    node: str
    state: str
    ready_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    nodes: tuple[NodeRow, ...]
    today: Today
    orders: tuple[SourcedRow, ...]
    unanswered: tuple[Unanswered, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lying:
    """A bag that waits for its customer (ready), or a parcel for its carrier (packed)."""

    lpn: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToShip:
    """What a partner ships of an order: (line, SKU, units)."""

    order: str
    number: str
    shop: str
    state: str
    country: str
    postcode: str
    ready_ms: int
    to: dict[str, str]
    lines: tuple[tuple[int, str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeAsked:
    """A node as it was asked for an order: what it ships and asks, or why it was not asked."""

    node: str
    units: int
    state: str
    parcel_cents: int
    unit_cents: int
    why_not: str


def network(db: Db, now_ms: int) -> Network:
    """Every node with its figures of today, and the orders sourced last."""
    settings = site(db)
    if settings is None:
        return Network(nodes=(), today=_today(db, 0), orders=())
    offset = settings.utc_offset_ms
    since = (now_ms + offset) // DAY * DAY - offset
    rows = db.all(_NODES)
    known = dict(known_nodes.known(rows, settings))
    known |= {row.code: known_nodes.of_row(row) for row in db.all(_ALL)}
    stock = {row.node: row for row in db.all(_STOCK)}
    consigned = {row.node: row for row in db.all(_CONSIGNED, since=since)}
    here = db.the(_HERE, since=since)
    return Network(
        nodes=tuple(
            _row(
                db,
                node,
                known_nodes.ready_ms(node, settings, now_ms),
                stock.get(code),
                here if code == settings.node else consigned.get(code),
                code == settings.node,
            )
            for code, node in sorted(known.items())
        ),
        today=_today(db, since),
        orders=tuple(
            SourcedRow(
                order=row.order_id,
                at_ms=row.at_ms,
                parcels=row.parcels,
                cost_cents=row.cost_cents,
                nearest_cents=row.nearest_cents,
                moves=row.moves,
                unserved=max(row.cost_cents, row.nearest_cents) >= LAST_RESORT_CENTS,
            )
            for row in db.all(_ORDERS, most=ORDERS_MAX)
        ),
        unanswered=tuple(
            Unanswered(order=row.order_id, node=row.node, state=row.state, ready_ms=row.ready_ms)
            for row in minding.unanswered(db, now_ms)[:ORDERS_MAX]
        ),
    )


def _today(db: Db, since: int) -> Today:
    return Today(**db.the(_TODAY, since=since)._asdict())


def _row(db: Db, node: Node, ready_ms: int, stock: Any, work: Any, here: bool) -> NodeRow:
    used = db.value(_USED_HERE if here else _USED, node=node.code, ready_ms=ready_ms)
    kept = ("code", "name", "kind", "active", "collects", "country", "postcode", "lat_e6")
    more = ("lon_e6", "hours", "safety_units", "parcels_max", "handling_cents")
    return NodeRow(
        **{name: getattr(node, name) for name in (*kept, *more)},
        here=here,
        used=int(used),
        ready_ms=ready_ms,
        skus=int(stock.skus) if stock else 0,
        units=int(stock.units) if stock else 0,
        promised=int(stock.promised) if stock else 0,
        orders=int(work.today) if work else 0,
        waiting=int(getattr(work, "waiting", 0)) if work else 0,
        begun=int(getattr(work, "begun", 0)) if work else 0,
        cost_cents=int(work.cents) if work else 0,
    )


def to_ship(db: Db, node: str) -> tuple[ToShip, ...]:
    """What a partner was told to ship and has not answered; the oldest first."""
    return tuple(
        ToShip(
            order=row.order_id,
            number=row.number,
            shop=row.shop,
            state=row.state,
            country=row.country,
            postcode=row.postcode,
            ready_ms=row.ready_ms,
            to=msgspec.json.decode(row.data or "{}").get("recipient", {}),
            lines=tuple(
                (line.line, line.sku, line.qty)
                for line in db.all(_HELD, id=row.order_id, node=node)
            ),
        )
        for row in db.all(_TOLD, node=node, most=ORDERS_MAX)
    )


def lying(db: Db, node: str) -> tuple[Lying, ...]:
    """What is done at a store and waits to be fetched; the oldest first."""
    return tuple(Lying(lpn=row.lpn, state=row.state) for row in db.all(_LYING, node=node))


def asked(db: Db, order_id: str) -> tuple[NodeAsked, ...]:
    """The nodes of an order's sourcing, those that ship something first, then the cheapest."""
    row = db.one(_SOURCED, id=order_id)
    if row is None:
        return ()
    prices = msgspec.json.decode(row.prices)
    out = msgspec.json.decode(row.left_out)
    units = {each.node: int(each.units) for each in db.all(_SHARES, id=order_id)}
    states = {each.node: each.state for each in db.all(_STATES, id=order_id)}
    found = [
        NodeAsked(
            node=node,
            units=units.get(node, 0),
            state=states.get(node, ""),
            parcel_cents=prices.get(node, (0, 0))[0],
            unit_cents=prices.get(node, (0, 0))[1],
            why_not=out.get(node, "") or _last_resort(prices.get(node, (0, 0))[0]),
        )
        for node in sorted({*prices, *out, *units, *states})
    ]
    return tuple(
        sorted(found, key=lambda each: (-each.units, each.why_not != "", each.parcel_cents))
    )


def _last_resort(parcel_cents: int) -> str:
    """Why a price is none: it keeps an order here that no service takes from anywhere."""
    return "no_service" if parcel_cents >= LAST_RESORT_CENTS else ""

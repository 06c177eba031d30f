"""Owns lists of orders for people: by state, late ones, waiting ones, page after page."""

from dataclasses import dataclass
from typing import Any

import msgspec

from controller.store import Db

_SUMS = (
    "SELECT o.id, o.state, o.shop, o.number, o.country, o.priority, o.placed_ms, o.due_ms, "
    "o.shipped_ms, COUNT(l.line) AS lines, "
    "CAST(COALESCE(SUM(l.wanted), 0) AS BIGINT) AS wanted, "
    "CAST(COALESCE(SUM(l.backordered), 0) AS BIGINT) AS backordered, "
    "CAST(COALESCE(SUM(l.planned), 0) AS BIGINT) AS planned, "
    "CAST(COALESCE(SUM(l.picked), 0) AS BIGINT) AS picked, "
    "CAST(COALESCE(SUM(l.packed), 0) AS BIGINT) AS packed, "
    "CAST(COALESCE(SUM(l.shipped), 0) AS BIGINT) AS shipped, "
    "(SELECT e.data FROM event e WHERE e.order_id = o.id AND e.kind = 'waiting' "
    "AND o.state = 'open' ORDER BY e.id DESC LIMIT 1) AS waiting, "
    "(SELECT e.data FROM event e WHERE e.order_id = o.id AND e.kind IN ('waiting', 'released') "
    "AND o.state IN ('open', 'released') ORDER BY e.id DESC LIMIT 1) AS ready "
    "FROM ({page}) o LEFT JOIN order_line l ON l.order_id = o.id "
    "GROUP BY o.id, o.state, o.shop, o.number, o.country, o.priority, o.placed_ms, o.due_ms, "
    "o.shipped_ms ORDER BY {order}"
)
_OPEN = (
    "SELECT * FROM customer_order o WHERE state IN ('held', 'open', 'released') "
    "AND (due_ms, id) > (:due_ms, :id) {which}ORDER BY due_ms, id LIMIT :most"
)
_CLOSED = (
    "SELECT * FROM customer_order WHERE state = :state AND (due_ms, id) < (:due_ms, :id) "
    "ORDER BY due_ms DESC, id DESC LIMIT :most"
)
_LINE = "AND EXISTS (SELECT 1 FROM order_line l WHERE l.order_id = o.id AND {}) "
_WHICH = {
    "work": "",
    "late": "AND due_ms < :now ",
    "waiting": _LINE.format("l.planned < l.wanted - l.backordered"),
    "short": _LINE.format("l.backordered > 0"),
    "held": "AND state = 'held' ",
}
_BY_NUMBER = (
    "SELECT * FROM customer_order WHERE id > :after AND id >= :text AND id < :beyond "
    "ORDER BY id LIMIT :most"
)
END_MS = 1 << 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order with the sums of its lines; `stage` says how far its units are.

    `waiting` is the planner's last word on an order that could not start yet; `ready_ms` is when
    it should be picked, as last predicted; 0 where nobody knows.
    """

    id: str
    state: str
    stage: str
    shop: str
    number: str
    country: str
    priority: int
    placed_ms: int
    due_ms: int
    shipped_ms: int
    lines: int
    wanted: int
    backordered: int
    picked: int
    packed: int
    shipped: int
    waiting: str
    ready_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """A page; `next` leads to the page after it, "" at the end."""

    orders: tuple[Order, ...]
    next: str


def open_orders(db: Db, which: str, now_ms: int, after: str, most: int) -> Orders:
    """Orders that are not closed, by the time at which they are due.

    `which`: work (all), late, waiting (units wait for release), short (without stock), held.
    """
    due_ms, order_id = _cursor(after)
    page = _OPEN.format(which=_WHICH[which])
    at: dict[str, Any] = {"due_ms": due_ms, "id": order_id}
    if which == "late":
        at["now"] = now_ms
    return _orders(db, page, "o.due_ms, o.id", at, most)


def closed_orders(db: Db, state: str, after: str, most: int) -> Orders:
    """Shipped or cancelled orders, the latest due first."""
    due_ms, order_id = _cursor(after, backward=True)
    at = {"state": state, "due_ms": due_ms, "id": order_id}
    return _orders(db, _CLOSED, "o.due_ms DESC, o.id DESC", at, most)


def orders_by_id(db: Db, prefix: str, after: str, most: int) -> Orders:
    """Orders whose id (shop/number) starts with this text."""
    at = {"after": after, "text": prefix, "beyond": prefix + "\x7f"}
    found = _page(db, _BY_NUMBER, "o.id", at, most)
    return Orders(orders=tuple(found[:most]), next=found[most - 1].id if len(found) > most else "")


def _cursor(after: str, backward: bool = False) -> tuple[int, str]:
    due, _, order_id = after.partition("~")
    if due.isdecimal():
        return int(due[:18]), order_id
    return (END_MS, "") if backward else (-1, "")


def _orders(db: Db, page: str, order: str, at: dict[str, Any], most: int) -> Orders:
    found = _page(db, page, order, at, most)
    last = found[most - 1] if len(found) > most else None
    return Orders(
        orders=tuple(found[:most]), next=f"{last.due_ms}~{last.id}" if last is not None else ""
    )


def _page(db: Db, page: str, order: str, at: dict[str, Any], most: int) -> list[Order]:
    query = _SUMS.format(page=page, order=order)
    return [_order(row) for row in db.all(query, **at, most=most + 1)]


def _order(row: Any) -> Order:
    facts = row._asdict()
    planned, waiting, ready = facts.pop("planned"), facts.pop("waiting"), facts.pop("ready")
    reason = str(msgspec.json.decode(waiting).get("reason", "")) if waiting else ""
    ready_ms = int(msgspec.json.decode(ready).get("ready_ms", 0)) if ready else 0
    return Order(**facts, stage=_stage(row, planned), waiting=reason, ready_ms=ready_ms)


def _stage(row: Any, planned: int) -> str:
    """How far the least advanced units of an order in work are."""
    if row.state in ("held", "shipped", "cancelled"):
        return str(row.state)
    owed = row.wanted - row.backordered
    if row.backordered and row.shipped >= owed:
        return "backordered"
    steps = ((planned, "waiting"), (row.picked, "picking"), (row.packed, "packing"))
    return next((name for units, name in steps if units < owed), "leaving")

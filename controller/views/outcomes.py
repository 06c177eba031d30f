"""Owns what became of every order, and the figures of a day."""

from typing import Any

from controller.store import Db

_ORDERS = (
    "SELECT o.id, o.state, o.placed_ms, o.due_ms, o.shipped_ms, "
    "CAST(SUM(l.wanted) AS BIGINT) AS wanted, CAST(SUM(l.backordered) AS BIGINT) AS backordered, "
    "CAST(SUM(l.planned) AS BIGINT) AS planned, CAST(SUM(l.picked) AS BIGINT) AS picked, "
    "CAST(SUM(l.packed) AS BIGINT) AS packed, CAST(SUM(l.shipped) AS BIGINT) AS shipped "
    "FROM customer_order o JOIN order_line l ON l.order_id = o.id "
    "GROUP BY o.id, o.state, o.placed_ms, o.due_ms, o.shipped_ms ORDER BY o.id"
)
_WAITING = (
    "SELECT data FROM event WHERE kind = 'waiting' AND order_id = :id ORDER BY id DESC LIMIT 1"
)
_STATES = "SELECT state, COUNT(*) AS n FROM customer_order GROUP BY state ORDER BY state"
_FIGURES = {
    "lines": "SELECT COUNT(*) FROM order_line",
    "units": "SELECT CAST(COALESCE(SUM(shipped), 0) AS BIGINT) FROM order_line",
    "parcels": "SELECT COUNT(*) FROM parcel WHERE state = 'shipped'",
    "tours": "SELECT COUNT(*) FROM tour WHERE state = 'done'",
    "picks": "SELECT COUNT(*) FROM movement WHERE cause = 'pick'",
    "short_picks": "SELECT COUNT(*) FROM event WHERE kind = 'stock_missing'",
    "replenishments": "SELECT COUNT(*) FROM task WHERE kind = 'replenish' AND state = 'done'",
    "putaways": "SELECT COUNT(*) FROM task WHERE kind = 'putaway' AND state = 'done'",
    "returns_received": "SELECT COUNT(*) FROM customer_return WHERE state = 'received'",
    "receipts_received": "SELECT COUNT(*) FROM receipt WHERE state = 'received'",
    "freight_cents": "SELECT CAST(COALESCE(SUM(cost_cents), 0) AS BIGINT) FROM parcel "
    "WHERE state = 'shipped'",
    "late_promises": "SELECT COUNT(*) FROM event WHERE kind = 'will_be_late'",
    "planned_travel_mm": "SELECT CAST(COALESCE(SUM(length_mm), 0) AS BIGINT) FROM tour "
    "WHERE state = 'done'",
}


def orders(db: Db) -> list[Any]:
    """Every order with the sums of its lines."""
    return db.all(_ORDERS)


def outcome(db: Db, order: Any, end_ms: int) -> tuple[str, str]:
    """What became of an order at the end of a run, and the reason where it needs one."""
    if order.state in ("shipped", "cancelled"):
        return str(order.state), ""
    if order.state == "held":
        return "explained", "unpaid"
    if order.wanted == order.shipped + order.backordered:
        return "backordered", ""
    if order.due_ms > end_ms:
        return "explained", "after_cut_off"
    stage = next(
        (
            name
            for name, units in (
                ("not_shipped", order.packed),
                ("not_packed", order.picked),
                ("not_picked", order.planned),
            )
            if units > order.shipped
        ),
        "",
    )
    if stage:
        return "explained", f"late_{stage}"
    waiting = db.value(_WAITING, id=order.id)
    return "explained", "waiting" if waiting is None else f"waiting {waiting}"


def figures(db: Db) -> dict[str, int]:
    """Counts and sums of the whole database by name."""
    return {name: int(db.value(query)) for name, query in _FIGURES.items()}


def progress(db: Db) -> dict[str, int]:
    """How many orders have come, and how many are done with, by state."""
    return {row.state: int(row.n) for row in db.all(_STATES)}

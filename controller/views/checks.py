"""Owns the invariants: what must hold in every committed state, asked in a few set-based queries.

Each broken one is told in sentences that name the SKU, place, order and numbers concerned. It
repairs nothing.
"""

from typing import Any

from controller import journal
from controller.store import Db
from controller.views import parcel_checks
from controller.views.parcel_checks import SHOWN_MAX, Check
from controller.workflows.carriers import tariffs

_KEY = "sku, place, container, lot, owner, status, node"

_FOLD = f"""
SELECT {_KEY}, CAST(SUM(moved) AS BIGINT) AS moved, CAST(SUM(held) AS BIGINT) AS held FROM (
  SELECT sku, to_place AS place, to_container AS container, lot, owner, to_status AS status,
    to_node AS node, qty AS moved, 0 AS held FROM movement
  UNION ALL
  SELECT sku, from_place, from_container, lot, owner, from_status, from_node, -qty, 0
    FROM movement
  UNION ALL
  SELECT {_KEY}, 0, qty FROM stock
) both_sides GROUP BY {_KEY} HAVING SUM(moved) <> SUM(held) ORDER BY {_KEY} LIMIT {SHOWN_MAX}
"""
_BOUNDS = f"""
SELECT * FROM stock WHERE substr(place, 1, 1) <> '~'
AND (qty < 0 OR reserved < 0 OR reserved > qty) ORDER BY {_KEY} LIMIT {SHOWN_MAX}
"""
_RESERVED = f"""
SELECT {_KEY}, CAST(SUM(claimed) AS BIGINT) AS claimed, CAST(SUM(reserved) AS BIGINT) AS reserved
FROM (
  SELECT {_KEY}, qty AS claimed, 0 AS reserved FROM reservation
  UNION ALL SELECT {_KEY}, 0, reserved FROM stock WHERE reserved <> 0
) both_sides GROUP BY {_KEY} HAVING SUM(claimed) <> SUM(reserved) ORDER BY {_KEY} LIMIT {SHOWN_MAX}
"""
_SUM_ZERO = f"""
SELECT sku, CAST(SUM(qty) AS BIGINT) AS units FROM stock
GROUP BY sku HAVING SUM(qty) <> 0 ORDER BY sku LIMIT {SHOWN_MAX}
"""
_AVAILABLE = f"""
SELECT sku, owner, node, CAST(SUM(held) AS BIGINT) AS held, CAST(SUM(kept) AS BIGINT) AS kept,
  CAST(SUM(owed) AS BIGINT) AS owed, CAST(SUM(promised) AS BIGINT) AS promised
FROM (
  SELECT sku, owner, node, sellable AS kept, promised, 0 AS held, 0 AS owed FROM available
  UNION ALL SELECT sku, owner, node, 0, 0, qty, 0 FROM stock
    WHERE status = 'available' AND substr(place, 1, 1) <> '~'
  UNION ALL SELECT sku, owner, node, 0, 0, 0, qty FROM promise
) parts GROUP BY sku, owner, node HAVING SUM(held) <> SUM(kept) OR SUM(owed) <> SUM(promised)
ORDER BY sku, owner, node LIMIT {SHOWN_MAX}
"""
_OVERSOLD = f"""
SELECT * FROM available WHERE promised > sellable + backorder_max
ORDER BY sku, owner, node LIMIT {SHOWN_MAX}
"""
_NOWHERE = f"""
SELECT s.* FROM stock s LEFT JOIN place p ON p.name = s.place
LEFT JOIN container c ON c.lpn = s.container
WHERE substr(s.place, 1, 1) <> '~' AND (CASE WHEN p.name IS NULL THEN 0 ELSE 1 END
  + CASE WHEN c.lpn IS NULL THEN 0 ELSE 1 END) <> 1
ORDER BY s.sku, s.lot, s.owner, s.status, s.node, s.place, s.container LIMIT {SHOWN_MAX}
"""
_CLOSED_TASKS = f"""
SELECT t.id, t.kind, t.sku, t.qty, t.order_id, o.state FROM task t
JOIN customer_order o ON o.id = t.order_id
WHERE t.state = 'open' AND o.state IN ('shipped', 'cancelled') ORDER BY t.id LIMIT {SHOWN_MAX}
"""
_CLOSED_CLAIMS = f"""
SELECT r.ref, r.line, r.sku, r.place, r.container, r.qty, o.state FROM reservation r
JOIN customer_order o ON o.id = r.ref WHERE o.state IN ('shipped', 'cancelled')
ORDER BY r.ref, r.line, r.sku, r.place, r.container LIMIT {SHOWN_MAX}
"""
_TASK_CLAIMS = f"""
SELECT r.ref, r.sku, r.place, r.container, CAST(SUM(r.qty) AS BIGINT) AS qty,
  COALESCE(t.state, 'missing') AS state, COALESCE(t.qty - t.done_qty, 0) AS units
FROM reservation r
LEFT JOIN task t ON t.id = CAST(CASE WHEN r.ref LIKE 'task:%' THEN substr(r.ref, 6) END AS BIGINT)
WHERE r.ref LIKE 'task:%' GROUP BY r.ref, r.sku, r.place, r.container, t.state, t.qty, t.done_qty
HAVING t.state IS NULL OR t.state <> 'open' OR SUM(r.qty) <> t.qty - t.done_qty
ORDER BY r.ref, r.sku, r.place, r.container LIMIT {SHOWN_MAX}
"""
_CYCLES = f"""
WITH RECURSIVE up (lpn, above, depth) AS (
  SELECT lpn, parent, 1 FROM container WHERE parent <> ''
  UNION ALL
  SELECT up.lpn, c.parent, up.depth + 1 FROM up JOIN container c ON c.lpn = up.above
  WHERE c.parent <> '' AND up.depth < 16 AND up.above <> up.lpn
)
SELECT lpn, MAX(depth) AS depth FROM up GROUP BY lpn
HAVING MAX(depth) >= 16 OR MAX(CASE WHEN above = lpn THEN 1 ELSE 0 END) = 1
ORDER BY lpn LIMIT {SHOWN_MAX}
"""
_PARENTS = f"""
SELECT c.lpn, c.parent, c.place FROM container c LEFT JOIN container p ON p.lpn = c.parent
WHERE c.parent <> '' AND (p.lpn IS NULL OR c.place <> '') ORDER BY c.lpn LIMIT {SHOWN_MAX}
"""
_LINES = f"""
SELECT l.*, COALESCE(p.qty, 0) AS promised FROM order_line l
LEFT JOIN (SELECT order_id, line, CAST(SUM(qty) AS BIGINT) AS qty FROM promise
  GROUP BY order_id, line) p ON p.order_id = l.order_id AND p.line = l.line
WHERE l.wanted <> COALESCE(p.qty, 0) + l.backordered + l.shipped
ORDER BY l.order_id, l.line LIMIT {SHOWN_MAX}
"""
_AWAY = f"""
SELECT l.order_id, l.line, l.sku, l.away, CAST(COALESCE(a.units, 0) AS BIGINT) AS units
FROM order_line l LEFT JOIN (
  SELECT order_id, line, SUM(qty) AS units FROM (
    SELECT p.order_id, p.line, p.qty FROM promise p
      JOIN customer_order o ON o.id = p.order_id WHERE p.node <> o.node
    UNION ALL SELECT r.ref, r.line, -r.qty FROM reservation r
      JOIN customer_order o ON o.id = r.ref WHERE r.node <> o.node
  ) parts GROUP BY order_id, line
) a ON a.order_id = l.order_id AND a.line = l.line
WHERE l.away <> COALESCE(a.units, 0) ORDER BY l.order_id, l.line LIMIT {SHOWN_MAX}
"""
_CONSIGNED = f"""
SELECT p.order_id, p.node, CAST(SUM(p.qty) AS BIGINT) AS units, COALESCE(c.state, 'none') AS state
FROM promise p JOIN customer_order o ON o.id = p.order_id
LEFT JOIN consignment c ON c.order_id = p.order_id AND c.node = p.node
WHERE p.node <> o.node AND (c.state IS NULL OR c.state = 'shipped')
GROUP BY p.order_id, p.node, c.state ORDER BY p.order_id, p.node LIMIT {SHOWN_MAX}
"""
_STAGES = f"""
SELECT * FROM order_line WHERE NOT (0 <= shipped AND shipped <= packed AND packed <= picked
  AND picked <= planned AND planned <= wanted - backordered - away
  AND backordered >= 0 AND away >= 0)
ORDER BY order_id, line LIMIT {SHOWN_MAX}
"""
_STATES = f"""
SELECT o.id, o.state, CAST(COALESCE(SUM(l.wanted), 0) AS BIGINT) AS wanted,
  CAST(COALESCE(SUM(l.planned), 0) AS BIGINT) AS planned,
  CAST(COALESCE(SUM(l.shipped), 0) AS BIGINT) AS shipped
FROM customer_order o LEFT JOIN order_line l ON l.order_id = o.id GROUP BY o.id, o.state
HAVING CASE o.state
  WHEN 'shipped' THEN COALESCE(SUM(l.shipped), 0) = 0
    OR COALESCE(SUM(l.shipped), 0) <> COALESCE(SUM(l.wanted), 0)
  WHEN 'cancelled' THEN COALESCE(SUM(l.wanted), 0) <> 0
  WHEN 'held' THEN COALESCE(SUM(l.planned), 0) <> 0
  ELSE COALESCE(SUM(l.wanted - l.shipped), 0) = 0 END
ORDER BY o.id LIMIT {SHOWN_MAX}
"""
_SHIPPED = f"""
SELECT sku, CAST(SUM(left_us) AS BIGINT) AS left_us, CAST(SUM(booked) AS BIGINT) AS booked FROM (
  SELECT sku, SUM(qty) AS left_us, 0 AS booked FROM movement WHERE cause = 'ship' GROUP BY sku
  UNION ALL
  SELECT m.sku, -SUM(m.qty), 0 FROM movement m JOIN movement s ON s.id = m.reverses_id
    WHERE m.reverses_id > 0 AND s.cause = 'ship' GROUP BY m.sku
  UNION ALL
  SELECT sku, 0, SUM(shipped) FROM order_line GROUP BY sku
) both_sides GROUP BY sku HAVING SUM(left_us) <> SUM(booked) ORDER BY sku LIMIT {SHOWN_MAX}
"""
_NOT_ERASED = f"""
SELECT o.id FROM customer_order o JOIN personal p ON p.key = o.personal
WHERE o.erased_ms > 0 AND p.data <> '' ORDER BY o.id LIMIT {SHOWN_MAX}
"""
_LATE = f"""
SELECT id, topic, state, expires_ms, (SELECT MAX(now_ms) FROM journal) AS now_ms FROM outbox
WHERE state IN ('waiting', 'sent') AND expires_ms < (SELECT MAX(now_ms) FROM journal)
ORDER BY id LIMIT {SHOWN_MAX}
"""


def _at(row: Any) -> str:
    lot = f", lot {row.lot}" if row.lot else ""
    return f"{row.sku} ({row.status}{lot}) at {row.place or row.container or 'no place'}"


def _line(row: Any) -> str:
    return f"order {row.order_id} line {row.line} ({row.sku})"


_CHECKS = {
    "movements_make_stock": Check(
        _FOLD, lambda r: f"{_at(r)}: movements make {r.moved} units, the stock row says {r.held}."
    ),
    "stock_within_bounds": Check(
        _BOUNDS, lambda r: f"{_at(r)}: {r.reserved} units are reserved of {r.qty}."
    ),
    "reservations_make_reserved": Check(
        _RESERVED,
        lambda r: f"{_at(r)}: reservations hold {r.claimed} units, the row says {r.reserved}.",
    ),
    "sku_sums_to_zero": Check(
        _SUM_ZERO, lambda r: f"{r.sku}: all places together hold {r.units} units instead of 0."
    ),
    "available_is_its_rows": Check(
        _AVAILABLE,
        lambda r: (
            f"{r.sku} of owner '{r.owner}' at node {r.node}: sellable says {r.kept}, stock rows "
            f"{r.held}; promised says {r.promised}, promises {r.owed}."
        ),
    ),
    "nothing_oversold": Check(
        _OVERSOLD,
        lambda r: (
            f"{r.sku} at node {r.node}: {r.promised} units are promised, {r.sellable} sellable "
            f"and {r.backorder_max} allowed beyond."
        ),
    ),
    "stock_stands_somewhere": Check(
        _NOWHERE,
        lambda r: f"{_at(r)}: {r.qty} units stand at no known place, or at two.",
    ),
    "closed_orders_have_no_tasks": Check(
        _CLOSED_TASKS,
        lambda r: (
            f"order {r.order_id} is {r.state}, but task {r.id} ({r.kind} {r.qty} {r.sku}) is open."
        ),
    ),
    "closed_orders_hold_no_stock": Check(
        _CLOSED_CLAIMS,
        lambda r: (
            f"order {r.ref} line {r.line} is {r.state}, but holds {r.qty} {r.sku} "
            f"at {r.place or r.container}."
        ),
    ),
    "erased_orders_name_nobody": Check(
        _NOT_ERASED, lambda r: f"order {r.id} is erased, but who it was for is still kept."
    ),
    "tasks_hold_what_they_move": Check(
        _TASK_CLAIMS,
        lambda r: (
            f"{r.ref} is {r.state} with {r.units} units to move, but holds {r.qty} {r.sku} "
            f"at {r.place or r.container}."
        ),
    ),
    "containers_nest_without_cycle": Check(
        _CYCLES, lambda r: f"container {r.lpn} stands in itself, {r.depth} levels up or more."
    ),
    "containers_have_parents": Check(
        _PARENTS,
        lambda r: (
            f"container {r.lpn} stands in {r.parent}, which is unknown, or at {r.place!r} as well."
        ),
    ),
    "lines_add_up": Check(
        _LINES,
        lambda r: (
            f"{_line(r)}: {r.wanted} wanted is not {r.promised} promised + {r.backordered} "
            f"backordered + {r.shipped} shipped."
        ),
    ),
    "away_is_promised_and_not_begun": Check(
        _AWAY,
        lambda r: (
            f"{_line(r)}: {r.away} units are away, other nodes have promised and not begun "
            f"with {r.units}."
        ),
    ),
    "other_nodes_have_consignments": Check(
        _CONSIGNED,
        lambda r: (
            f"order {r.order_id}: node {r.node} has promised {r.units} units, its consignment "
            f"is {r.state}."
        ),
    ),
    "lines_move_forward": Check(
        _STAGES,
        lambda r: (
            f"{_line(r)}: wanted {r.wanted}, backordered {r.backordered}, planned {r.planned}, "
            f"picked {r.picked}, packed {r.packed}, shipped {r.shipped} are out of order."
        ),
    ),
    "orders_state_is_their_lines": Check(
        _STATES,
        lambda r: (
            f"order {r.id} is {r.state} with {r.wanted} units wanted, {r.planned} planned and "
            f"{r.shipped} shipped."
        ),
    ),
    "units_ship_once": Check(
        _SHIPPED,
        lambda r: f"{r.sku}: {r.left_us} units left, order lines say {r.booked} shipped.",
    ),
    **parcel_checks.CHECKS,
}
_SETTLED = {
    "outbox_keeps_deadlines": Check(
        _LATE,
        lambda r: (
            f"outbox row {r.id} to {r.topic} is {r.state}, {r.now_ms - r.expires_ms} ms after "
            f"its deadline."
        ),
    ),
}


_CHAIN = "journal_is_one_chain"
_BOOK = "prices_are_of_the_services_kept"
NAMES = (*_CHECKS, _CHAIN, _BOOK)


def check(db: Db, *, settled: bool = False) -> dict[str, list[str]]:
    """The invariants by name, each with the sentences of what breaks it: none when it holds.

    `settled` also asks whether the outbox keeps its deadlines, which holds after a tick only.
    """
    return {name: check_one(db, name) for name in (*NAMES, *(_SETTLED if settled else ()))}


def check_one(db: Db, name: str) -> list[str]:
    """The sentences of what breaks one invariant."""
    if name == _CHAIN:
        broken = journal.broken_link(db)
        return [f"journal row {broken} does not follow from those before."] if broken else []
    if name == _BOOK:
        stale = tariffs.is_stale(db)
        return ["services, rate cards or holidays changed behind the prices."] if stale else []
    each = (_CHECKS | _SETTLED)[name]
    return [each.tell(row) for row in db.all(each.query)]

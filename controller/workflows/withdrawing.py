"""Owns taking units back from an order line, whatever stage they have reached.

Units are taken where it costs least: backordered, promised only, planned, in a tote, and last in
a carton. Goods in totes and cartons lose their claim here; the packer, or the person at the
run-out, puts them back to stock.
"""

from collections import Counter
from typing import Any

from controller import ledger, tables
from controller.ledger import Claim
from controller.turn import Turn
from controller.workflows.carriers import voiding
from controller.workflows.nodes import consigning

_TAKE = (
    "UPDATE order_line SET wanted = wanted - :n, cancelled = cancelled + :n, "
    "backordered = backordered - :backordered, away = away - :away, planned = planned - :planned, "
    "picked = picked - :picked, packed = packed - :packed "
    "WHERE order_id = :order_id AND line = :line"
)
_TASKS = (
    "SELECT * FROM task WHERE order_id = :order_id AND line = :line AND kind = 'pick' "
    "AND state = 'open' ORDER BY id DESC"
)
_SHRINK_TASK = "UPDATE task SET qty = qty - :n WHERE id = :id"
_END_TASK = "UPDATE task SET qty = done_qty, state = 'done' WHERE id = :id"
_CANCEL_TASK = "UPDATE task SET state = 'cancelled' WHERE id = :id"
_HELD = (
    "SELECT r.*, (SELECT COUNT(*) FROM parcel p WHERE p.lpn = r.container AND p.lpn <> '') "
    "AS parcels FROM reservation r "
    "WHERE r.ref = :order_id AND r.line = :line ORDER BY r.place, r.container, r.sku, r.lot"
)
_PARCELS = (
    "SELECT p.* FROM parcel p JOIN parcel_line l ON l.parcel = p.id "
    "WHERE p.lpn = :lpn AND p.state NOT IN ('shipped', 'cancelled') AND l.line = :line "
    "ORDER BY p.id"
)
_IN_PARCEL = (
    "SELECT * FROM reservation WHERE ref = :order_id AND container = :lpn "
    "ORDER BY line, sku, lot, owner, status, node, place"
)
_PARCEL_STATE = "UPDATE parcel SET state = 'cancelled' WHERE id = :id"
_CLOSE = (
    "UPDATE customer_order SET state = :state, shipped_ms = :shipped_ms "
    "WHERE id = :id AND state NOT IN ('shipped', 'cancelled')"
)
_OPEN_UNITS = (
    "SELECT CAST(COALESCE(SUM(wanted - shipped), 0) AS BIGINT) FROM order_line "
    "WHERE order_id = :id"
)
_SHIPPED_UNITS = (
    "SELECT CAST(COALESCE(SUM(shipped), 0) AS BIGINT) FROM order_line WHERE order_id = :id"
)


def take_units(turn: Turn, line: Any, qty: int, *, packed_too: bool) -> int:
    """Takes up to `qty` units of a line back; returns how many it could."""
    left, here = qty, turn.site.node
    counts = dict.fromkeys(("backordered", "away", "planned", "picked", "packed"), 0)
    counts["backordered"] = min(left, line.backordered)
    left -= counts["backordered"]
    freed = _take_away(turn, line, left) if line.away else Counter[str]()
    counts["away"] = freed.total()
    left -= counts["away"]
    promised_only = min(left, int(line.wanted - line.backordered - line.away - line.planned))
    left -= promised_only
    counts["planned"] = shrink_tasks(turn, line, left) if left else 0
    left -= counts["planned"]
    freed[here] += promised_only + counts["planned"]
    if left:
        freed += _release_held(turn, line, left, counts, packed_too)
    taken = freed.total() + counts["backordered"]
    if taken:
        turn.db.run(_TAKE, order_id=line.order_id, line=line.line, n=taken, **counts)
        for node, units in freed.items():
            if units:
                ledger.unpromise(turn, Claim(line.order_id, line.line), node, units)
        if line.away or freed.keys() - {here}:
            consigning.tidy(turn, line.order_id)
    return taken


def _take_away(turn: Turn, line: Any, qty: int) -> Counter[str]:
    """Units that other nodes have promised and not begun with, by node."""
    freed: Counter[str] = Counter()
    for row in consigning.not_begun(turn, line.order_id):
        if row.line == line.line and qty:
            freed[row.node] = min(qty, row.units)
            qty -= freed[row.node]
    return freed


def shrink_tasks(turn: Turn, line: Any, qty: int) -> int:
    """Takes units out of picks that are not done yet; returns how many."""
    taken = 0
    for task in turn.db.all(_TASKS, order_id=line.order_id, line=line.line):
        units = min(qty - taken, task.qty - task.done_qty)
        if units <= 0:
            continue
        shrink_task(turn, task, units)
        taken += units
    return taken


def shrink_task(turn: Turn, task: Any, units: int) -> None:
    """Takes units out of an open task and frees what it had reserved for them."""
    if units < task.qty - task.done_qty:
        turn.db.run(_SHRINK_TASK, id=task.id, n=units)
    else:
        turn.db.run(_END_TASK if task.done_qty else _CANCEL_TASK, id=task.id)
    ledger.withdraw(turn, claim_of(task), reserved_key(turn, task), units)


def claim_of(task: Any) -> Claim:
    """A pick holds its units for its order line, any other task for itself."""
    return Claim(task.order_id, task.line) if task.order_id else Claim(f"task:{task.id}")


def reserved_key(turn: Turn, task: Any) -> ledger.Key:
    """The stock row that an open task has reserved."""
    return ledger.Key(
        task.sku,
        task.lot,
        task.owner,
        ledger.AVAILABLE,
        turn.site.node,
        task.from_place,
        task.from_container,
    )


def _release_held(
    turn: Turn, line: Any, qty: int, counts: dict[str, int], packed_too: bool
) -> Counter[str]:
    """Frees units that stand in totes and, where allowed, in cartons; by node."""
    freed: Counter[str] = Counter()
    taken = 0
    for row in turn.db.all(_HELD, order_id=line.order_id, line=line.line):
        in_carton = bool(row.parcels)
        if taken == qty or not row.container or (in_carton and not packed_too):
            continue
        units = min(qty - taken, row.qty)
        ledger.withdraw(turn, Claim(line.order_id, line.line), ledger.key_of(row), units)
        taken += units
        freed[row.node] += units
        counts["planned"] += units
        counts["picked"] += units
        if in_carton:
            counts["packed"] += units
            _intercept(turn, row.container, line, by_task=row.node == turn.site.node)
    return freed


def _intercept(turn: Turn, lpn: str, line: Any, *, by_task: bool) -> None:
    """A parcel that is on its way is stopped at the next decision point and put back.

    In another node its own people put it back: they are shown it. One in a van comes back first.
    """
    for parcel in turn.db.all(_PARCELS, lpn=lpn, line=line.line):
        turn.db.run(_PARCEL_STATE, id=parcel.id)
        voiding.parcel_cancelled(turn, parcel.id)
        turn.event("parcel_intercepted", order_id=line.order_id, subject=parcel.id)
        if by_task and parcel.state != "on_van":
            put_away(turn, lpn)


def put_away(turn: Turn, lpn: str) -> None:
    """What is in a carton that nobody wants becomes work for who puts goods away."""
    turn.add(
        tables.task,
        id=turn.new_id(),
        kind="putaway",
        state="open",
        from_container=lpn,
        created_ms=turn.now_ms,
        due_ms=turn.now_ms,
    )


def take_parcel(turn: Turn, parcel: Any) -> None:
    """Takes all that is in one parcel back from its order; the parcel is over."""
    for row in turn.db.all(_IN_PARCEL, order_id=parcel.order_id, lpn=parcel.lpn):
        claim = Claim(row.ref, row.line)
        ledger.withdraw(turn, claim, ledger.key_of(row), row.qty)
        ledger.unpromise(turn, claim, row.node, row.qty)
        counts = dict.fromkeys(("planned", "picked", "packed"), row.qty)
        none = {"backordered": 0, "away": 0}
        turn.db.run(_TAKE, order_id=row.ref, line=row.line, n=row.qty, **none, **counts)
    turn.db.run(_PARCEL_STATE, id=parcel.parcel)
    voiding.parcel_cancelled(turn, parcel.parcel)


def close_if_done(turn: Turn, order_id: str) -> None:
    """An order with nothing left to ship is shipped, or cancelled when nothing ever was."""
    if turn.db.value(_OPEN_UNITS, id=order_id):
        return
    shipped = turn.db.value(_SHIPPED_UNITS, id=order_id)
    state, shipped_ms = ("shipped", turn.now_ms) if shipped else ("cancelled", 0)
    turn.db.run(_CLOSE, id=order_id, state=state, shipped_ms=shipped_ms)

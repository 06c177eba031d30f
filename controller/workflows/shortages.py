"""Owns what happens when goods are not where the books say, and when goods arrive at last.

A short count first withdraws reservations, then promises, and only then lowers the stock, so the
books never claim more than there is. Lines that lose their promise are backordered and get the
next units that arrive, oldest due first.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from controller import ledger
from controller.ledger import Claim, Key
from controller.turn import Turn
from controller.workflows import withdrawing
from controller.workflows.nodes import consigning, nodes, sourcing

_FREE = (
    "SELECT sellable + backorder_max - promised AS free FROM available "
    "WHERE sku = :sku AND owner = :owner AND node = :node"
)
_PLANNED_LESS = (
    "UPDATE order_line SET planned = planned - :n WHERE order_id = :order_id AND line = :line"
)
_PICKED_LESS = (
    "UPDATE order_line SET planned = planned - :n, picked = picked - :n "
    "WHERE order_id = :order_id AND line = :line"
)
_BACKORDER = (
    "UPDATE order_line SET backordered = backordered + :n "
    "WHERE order_id = :order_id AND line = :line"
)
_UNBACKORDER = (
    "UPDATE order_line SET backordered = backordered - :n "
    "WHERE order_id = :order_id AND line = :line"
)
_ROW = (
    "SELECT qty, reserved FROM stock WHERE sku = :sku AND lot = :lot AND owner = :owner "
    "AND status = :status AND node = :node AND place = :place AND container = :container"
)
_OTHER_PICKS = (
    "SELECT t.* FROM task t WHERE t.from_place = :place AND t.sku = :sku AND t.lot = :lot "
    "AND t.owner = :owner AND t.state = 'open' AND t.kind IN ('pick', 'replenish') "
    "ORDER BY t.due_ms DESC, t.id DESC"
)
_UNPLANNED_PROMISES = (
    "SELECT l.order_id, l.line, "
    "CASE WHEN p.node = o.node THEN l.wanted - l.backordered - l.away - l.planned "
    "ELSE l.away END AS units FROM promise p "
    "JOIN order_line l ON l.order_id = p.order_id AND l.line = p.line "
    "JOIN customer_order o ON o.id = p.order_id "
    "WHERE p.sku = :sku AND p.owner = :owner AND p.node = :node "
    "AND (p.node <> o.node OR l.wanted - l.backordered - l.away - l.planned > 0) "
    "ORDER BY o.due_ms DESC, o.placed_ms DESC, o.id DESC, l.line"
)
_WAITED_FOR = "SELECT 1 FROM order_line WHERE sku = :sku AND backordered > 0 LIMIT 1"
_AT_NODES = (
    "SELECT node FROM available WHERE sku = :sku AND owner = :owner "
    "AND sellable + backorder_max > promised ORDER BY node"
)
_BACKORDERS = (
    "SELECT o.*, l.line, l.backordered, (SELECT COUNT(*) FROM consignment g "
    "WHERE g.order_id = o.id AND g.node = :node) AS consigned FROM order_line l "
    "JOIN customer_order o ON o.id = l.order_id "
    "WHERE l.sku = :sku AND l.backordered > 0 AND o.owner = :owner "
    "AND o.pickup_node IN ('', :node) AND o.state IN ('open', 'held') "
    "ORDER BY o.due_ms, o.placed_ms, o.id, l.line"
)


def report_missing(turn: Turn, claim: Claim, key: Key, qty: int, cause: str) -> int:
    """Books `qty` reserved units of a claim as lost; returns how many of them are backordered.

    For an order line the rest is still promised and unplanned: the next plan fetches it from
    elsewhere. For a task (`task:<id>`) nobody is owed the units, unless orders were.
    """
    ledger.withdraw(turn, claim, key, qty)
    order = not claim.ref.startswith("task:")
    if order:
        statement = _PICKED_LESS if key.container else _PLANNED_LESS
        turn.db.run(statement, order_id=claim.ref, line=claim.line, n=qty)
    lost_promises = cover_promises(turn, key, qty, claim if order else ledger.NOBODY)
    ledger.move(turn, key, key.at(ledger.LOST), qty, cause=cause)
    turn.event(
        "stock_missing",
        order_id=claim.ref if order else "",
        subject=key.sku,
        at=key.place or key.container,
        units=qty,
        backordered=lost_promises,
    )
    return lost_promises


def count_short(turn: Turn, tasks: Sequence[Any], there: int) -> dict[int, int]:
    """A picker counts `there` units where the books have more; the lost units by task.

    The picker's own tasks, all of one stock row, keep the units that are there, the last one
    loses first; then free units are written off, then those that other tasks had reserved:
    they are planned anew.
    """
    key = withdrawing.reserved_key(turn, tasks[0])
    row = turn.db.one(_ROW, **key._asdict())
    missing = (row.qty if row else 0) - there
    wanted = sum(task.qty - task.done_qty for task in tasks)
    own = left = max(0, min(wanted - there, missing))
    lost: dict[int, int] = {}
    for task in reversed(tasks):
        units = min(left, int(task.qty - task.done_qty))
        if units:
            report_missing(turn, Claim(task.order_id, task.line), key, units, "short_pick")
            lost[task.id] = units
            left -= units
    if missing > own:
        _write_off_others(turn, {task.id for task in tasks}, key, missing - own)
    return lost


def count_none(turn: Turn, key: Key) -> int:
    """Nothing of a stock row is there: all is written off, whoever had it; returns the units."""
    row = turn.db.the(_ROW, **key._asdict())
    write_off(turn, key, row.qty, "short_pick")
    return int(row.qty)


def write_off(turn: Turn, key: Key, qty: int, cause: str) -> None:
    """So many units of a stock row are not there, whoever had them."""
    _write_off_others(turn, (), key, qty, cause)


def _write_off_others(
    turn: Turn, own: Collection[int], key: Key, missing: int, cause: str = "short_pick"
) -> None:
    row = turn.db.the(_ROW, **key._asdict())
    reserved_over = missing - (row.qty - row.reserved)
    at = {"place": key.place, "sku": key.sku, "lot": key.lot, "owner": key.owner}
    for other in turn.db.all(_OTHER_PICKS, **at):
        units = min(reserved_over, other.qty - other.done_qty)
        if units > 0 and other.id not in own:
            _unplan(turn, other, units)
            reserved_over -= units
    free_units = min(missing, missing - max(0, reserved_over))
    if free_units > 0:
        cover_promises(turn, key, free_units)
        ledger.move(turn, key, key.at(ledger.LOST), free_units, cause=cause)


def _unplan(turn: Turn, task: Any, units: int) -> None:
    """Another task loses units of a row that has fewer than booked."""
    withdrawing.shrink_task(turn, task, units)
    if task.order_id:
        turn.db.run(_PLANNED_LESS, order_id=task.order_id, line=task.line, n=units)


def cover_promises(turn: Turn, key: Key, qty: int, first: Claim = ledger.NOBODY) -> int:
    """Takes promises back that `qty` fewer units leave uncovered: of `first`, then latest due."""
    at = {"sku": key.sku, "owner": key.owner, "node": key.node}
    uncovered = qty - int(turn.db.value(_FREE, **at) or 0)
    lost = 0
    if uncovered > 0 and first.ref:
        lost = min(uncovered, qty)
        to_backorder(turn, first, key.node, lost)
        uncovered -= lost
    if uncovered > 0:
        for row in turn.db.all(_UNPLANNED_PROMISES, **at):
            if uncovered <= 0:
                break
            units = min(uncovered, _not_begun(turn, row, key.node))
            if units > 0:
                to_backorder(turn, Claim(row.order_id, row.line), key.node, units)
                uncovered -= units
    return lost


def _not_begun(turn: Turn, row: Any, node: str) -> int:
    """Units of a promise with which nobody has begun; a line may be away at several nodes."""
    if node == turn.site.node or not row.units:
        return int(row.units)
    away = consigning.not_begun(turn, row.order_id, node)
    return sum(int(each.units) for each in away if each.line == row.line)


def to_backorder(turn: Turn, claim: Claim, node: str, units: int) -> None:
    """Units that a node does not ship after all; another one promises them where it can."""
    give_up(turn, claim.ref, node, [(claim.line, units)])


def give_up(turn: Turn, order_id: str, node: str, lines: Iterable[tuple[int, int]]) -> None:
    """A node does not ship these units by line after all, and others are asked for them at once.

    Units that somebody has begun with are not among them.
    """
    for line, units in lines:
        if node == turn.site.node:
            ledger.unpromise(turn, Claim(order_id, line), node, units)
        else:
            consigning.unpromise(turn, order_id, line, node, units)
        turn.db.run(_BACKORDER, order_id=order_id, line=line, n=units)
        turn.event("backordered", order_id=order_id, subject=line, units=units)
    if nodes.of(turn):
        consigning.tidy(turn, order_id)
        sourcing.again(turn, order_id, without=node)


def is_waited_for(turn: Turn, sku: str) -> bool:
    """Whether any order lacks units of a SKU."""
    return turn.db.value(_WAITED_FOR, sku=sku) is not None


def offer(turn: Turn, sku: str, owner: str) -> None:
    """What is free of a SKU, at whatever node, is promised to those who wait for it."""
    if is_waited_for(turn, sku):
        known = {turn.site.node, *nodes.of(turn)}
        for row in turn.db.all(_AT_NODES, sku=sku, owner=owner):
            if row.node in known:
                stock_arrived(turn, sku, owner, row.node)


def stock_arrived(turn: Turn, sku: str, owner: str, node: str) -> int:
    """Promises backorders from what may be sold now, earliest due first; returns the units."""
    left = sourcing.spare(turn, sku, owner, node)
    if left <= 0 or not is_waited_for(turn, sku):
        return 0
    promised, full = 0, sourcing.is_full(turn, node)
    for row in turn.db.all(_BACKORDERS, sku=sku, owner=owner, node=node):
        if promised >= left:
            break
        if not sourcing.may_serve(turn, row, node, full=full):
            continue
        most = min(row.backordered, left - promised)
        units = consigning.promise(turn, row, row.line, sku, node, most)
        turn.db.run(_UNBACKORDER, order_id=row.id, line=row.line, n=units)
        sourcing.take_up(turn, row, node, units)
        turn.event("backorder_promised", order_id=row.id, subject=row.line, units=units)
        promised += units
        full = full or sourcing.is_full(turn, node)
    return promised

"""Owns what other nodes tell of their stock: a count is an adjustment in the books.

Fewer units than promised take promises back, latest due first, and their orders are sourced
elsewhere; more serve those who wait. Units in bags and cartons are not part of a count.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from controller import ledger
from controller.errors import NotFound, Refused
from controller.handlers import Handler, handler
from controller.messages import Command, CountNode, CountNodes, NodeCounted, NodeStock
from controller.turn import Turn
from controller.workflows import shortages
from controller.workflows.nodes import nodes
from controller.workflows.packing import supplying

QTY_MAX = 1_000_000

_ITEM = "SELECT sku FROM item WHERE sku = :sku"
_ROW = (
    "SELECT qty, reserved FROM stock WHERE sku = :sku AND lot = :lot AND owner = :owner "
    "AND status = :status AND node = :node AND place = :place AND container = :container"
)
_BACKORDERED = (
    "SELECT CAST(COALESCE(SUM(backordered), 0) AS BIGINT) FROM order_line "
    "WHERE sku = :sku AND backordered > 0"
)


def count(turn: Turn, command: CountNode) -> NodeCounted:
    """Raises: Refused naming the line that is wrong, or fewer units than somebody has in hand."""
    return _counted(turn, {command.node: command.lines}, command.reason)


def count_file(turn: Turn, command: CountNodes) -> NodeCounted:
    """Raises: Refused naming the line that is wrong; NotFound for a node that is none."""
    by_node: dict[str, list[NodeStock]] = {}
    for each in command.counts:
        line = NodeStock(sku=each.sku, qty=each.qty, owner=each.owner)
        by_node.setdefault(each.node, []).append(line)
    return _counted(turn, by_node, command.reason)


def _counted(turn: Turn, counts: Mapping[str, Sequence[NodeStock]], reason: str) -> NodeCounted:
    sums = [0, 0, 0]
    for code, lines in counts.items():
        node = nodes.the_node(turn, code)
        changes = [_count_line(turn, node.code, line, reason) for line in lines]
        more, less, waiting = (sum(each) for each in zip(*changes, strict=True))
        turn.event("node_counted", subject=node.code, more=more, less=less, reason=reason)
        sums = [sums[0] + more, sums[1] + less, sums[2] + waiting]
    return NodeCounted(more=sums[0], less=sums[1], backordered=sums[2])


def _count_line(turn: Turn, node: str, line: NodeStock, reason: str) -> tuple[int, int, int]:
    """Units more and less than booked, and units of orders that have no stock now."""
    _check(turn, line)
    there = on_shelf(turn, node, line.sku, line.owner)
    if line.qty == there.qty:
        return 0, 0, 0
    if line.qty < there.reserved:
        raise Refused(
            "fewer_than_begun",
            node=node,
            sku=line.sku,
            qty=line.qty,
            begun=there.reserved,
            fix="ship or refuse what is begun first",
        )
    before = int(turn.db.value(_BACKORDERED, sku=line.sku))
    set_units(turn, node, line, there.qty, reason)
    waiting = max(0, int(turn.db.value(_BACKORDERED, sku=line.sku)) - before)
    return max(0, line.qty - there.qty), max(0, there.qty - line.qty), waiting


def _check(turn: Turn, line: NodeStock) -> None:
    if not 0 <= line.qty <= QTY_MAX:
        raise Refused("bad_quantity", sku=line.sku, qty=line.qty, most=QTY_MAX)
    supplying.become_goods(turn, line.sku)
    if turn.db.value(_ITEM, sku=line.sku) is None:
        raise NotFound("unknown_sku", sku=line.sku, fix="import the item, or correct it")


def shelf(node: str, sku: str, owner: str = "") -> ledger.Key:
    """The stock row of a SKU at another node."""
    return ledger.Key(sku, "", owner, ledger.AVAILABLE, node, node, "")


def on_shelf(turn: Turn, node: str, sku: str, owner: str = "") -> Any:
    """Units of a SKU at another node, and those that somebody has begun with."""
    return turn.db.one(_ROW, **shelf(node, sku, owner)._asdict()) or _Nothing


class _Nothing:
    qty = 0
    reserved = 0


def set_units(turn: Turn, node: str, line: NodeStock, booked: int, reason: str) -> None:
    """So many units are on the shelf, whatever the books said."""
    key = shelf(node, line.sku, line.owner)
    if line.qty > booked:
        ledger.move(turn, key.at(ledger.ADJUSTMENT), key, line.qty - booked, cause=reason)
        shortages.stock_arrived(turn, line.sku, line.owner, node)
    elif line.qty < booked:
        less = booked - line.qty
        shortages.cover_promises(turn, key, less)
        ledger.move(turn, key, key.at(ledger.ADJUSTMENT), less, cause=reason)


HANDLERS: Mapping[type[Command[Any]], Handler] = {
    CountNode: handler(count),
    CountNodes: handler(count_file),
}

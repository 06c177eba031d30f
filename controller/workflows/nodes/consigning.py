"""Owns what other nodes ship of an order: promises there, and the consignment that says how far.

Units that another node has promised are `away` until somebody begins with them. A consignment is
there as long as its node promises something; it refuses to move what is begun.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from controller import ledger, tables
from controller.ledger import Claim
from controller.turn import Turn
from controller.workflows import handheld

OPEN = "open"

_AWAY = "UPDATE order_line SET away = away + :n WHERE order_id = :order_id AND line = :line"
_BEGUN = (
    "UPDATE order_line SET away = away - :n, planned = planned + :n "
    "WHERE order_id = :order_id AND line = :line AND away >= :n"
)
_PROMISED = (
    "SELECT p.line, p.node, p.sku, p.owner, CAST(p.qty - COALESCE((SELECT SUM(r.qty) "
    "FROM reservation r WHERE r.ref = p.order_id AND r.line = p.line AND r.node = p.node), 0) "
    "AS BIGINT) AS units FROM promise p WHERE p.order_id = :order_id AND p.node <> :here "
    "ORDER BY p.node, p.line"
)
_CONSIGNMENT = "SELECT * FROM consignment WHERE order_id = :order_id AND node = :node"
_ALL = "SELECT * FROM consignment WHERE order_id = :order_id ORDER BY node"
_STATE = "UPDATE consignment SET state = :state WHERE order_id = :order_id AND node = :node"
_DROP = (
    "DELETE FROM consignment WHERE order_id = :order_id AND node <> :here AND lpn = '' "
    "AND state <> 'shipped' AND NOT EXISTS (SELECT 1 FROM promise p "
    "WHERE p.order_id = consignment.order_id AND p.node = consignment.node)"
)
_ANEW = (
    "UPDATE consignment SET state = 'open', lpn = '', parcel = 0, told = 0 "
    "WHERE order_id = :order_id AND node = :node"
)
_SHIPPED = (
    "UPDATE consignment SET state = 'shipped' WHERE order_id = :order_id AND node = :node "
    "AND NOT EXISTS (SELECT 1 FROM promise p "
    "WHERE p.order_id = consignment.order_id AND p.node = consignment.node)"
)


def promise(turn: Turn, order: Any, line: int, sku: str, node: str, qty: int) -> int:
    """Promises as many of `qty` units as the node has free; returns how many."""
    units = ledger.promise(turn, Claim(order.id, line), sku, order.owner, node, qty)
    if units and node != turn.site.node:
        turn.db.run(_AWAY, order_id=order.id, line=line, n=units)
    return units


def unpromise(turn: Turn, order_id: str, line: int, node: str, units: int) -> None:
    """Takes units back that nobody has begun with."""
    ledger.unpromise(turn, Claim(order_id, line), node, units)
    if node != turn.site.node:
        turn.db.run(_AWAY, order_id=order_id, line=line, n=-units)


def not_begun(turn: Turn, order_id: str, node: str = "") -> list[Any]:
    """Units of each line that other nodes (or one) have promised and not begun with."""
    rows = turn.db.all(_PROMISED, order_id=order_id, here=turn.site.node)
    return [row for row in rows if row.units > 0 and node in ("", row.node)]


def hold(turn: Turn, order_id: str, line: int, key: ledger.Key, qty: int) -> bool:
    """Somebody begins with units of a line: they are reserved where they stand."""
    if not turn.db.run(_BEGUN, order_id=order_id, line=line, n=qty):
        return False
    if ledger.reserve(turn, Claim(order_id, line), key, qty):
        return True
    turn.db.run(_BEGUN, order_id=order_id, line=line, n=-qty)
    return False


def let_go(turn: Turn, order_id: str, line: int, key: ledger.Key, qty: int) -> None:
    """The opposite of `hold`."""
    ledger.withdraw(turn, Claim(order_id, line), key, qty)
    turn.db.run(_BEGUN, order_id=order_id, line=line, n=-qty)


def open_at(turn: Turn, order_id: str, nodes: Iterable[tuple[str, int, int]]) -> None:
    """Consignments at (node, when it leaves, cents); one that is under way stays as it is."""
    turn.flush()
    there = {row.node: row for row in of(turn, order_id)}
    for node, ready_ms, cost_cents in nodes:
        row = there.get(node)
        kept = row._asdict() if row is not None and row.state != "shipped" else {"state": OPEN}
        told = {"ready_ms": ready_ms, "sourced_ms": turn.now_ms, "cost_cents": cost_cents}
        turn.put(tables.consignment, [{"order_id": order_id, "node": node} | kept | told])
        handheld.tell_place(turn, node)


def of(turn: Turn, order_id: str) -> list[Any]:
    """The consignments of an order."""
    return turn.db.all(_ALL, order_id=order_id)


def at(turn: Turn, order_id: str, node: str) -> Any | None:
    """The consignment of an order at a node."""
    return turn.db.one(_CONSIGNMENT, order_id=order_id, node=node)


def set_state(turn: Turn, order_id: str, node: str, state: str) -> None:
    turn.db.run(_STATE, order_id=order_id, node=node, state=state)


def shipped(turn: Turn, order_id: str, node: str) -> None:
    """Units have left the node; its consignment is over, or begins anew with what is left."""
    if not turn.db.run(_SHIPPED, order_id=order_id, node=node):
        turn.db.run(_ANEW, order_id=order_id, node=node)


def tidy(turn: Turn, order_id: str) -> None:
    """Consignments of nodes that promise nothing any more, and have nothing in a bag, end."""
    turn.db.run(_DROP, order_id=order_id, here=turn.site.node)


Units = Mapping[str, int]

"""Owns what a node does with a consignment in the end: ships it, hands it over, or gives it back.

A partner is told what to ship once a round of planning has gone by, and answers with a tracking
number or a refusal. What is given back is sourced elsewhere at once. It refuses answers about
consignments that are not at the node.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from controller import ledger, outbox, tables
from controller.errors import NotFound, Refused
from controller.handlers import Handler, handler
from controller.ledger import Claim
from controller.messages import Command, Done, NodeStock, RefuseConsignment, ShipConsignment
from controller.turn import Turn
from controller.workflows import loading, shortages, withdrawing
from controller.workflows.carriers import tracking
from controller.workflows.nodes import consigning, node_counting, nodes

_TO_TELL = (
    "SELECT c.order_id, c.node FROM consignment c JOIN node n ON n.code = c.node "
    "JOIN customer_order o ON o.id = c.order_id WHERE n.kind = 'partner' AND c.state = 'open' "
    "AND c.sourced_ms <= :before AND o.state = 'open' ORDER BY c.order_id, c.node LIMIT 500"
)
_TOLD = "UPDATE consignment SET state = 'told', told = :row WHERE order_id = :id AND node = :node"
_ORDER = "SELECT * FROM customer_order WHERE id = :id"
_LINE = "SELECT * FROM order_line WHERE order_id = :id AND line = :line"
_MASS = "SELECT mass_g FROM item WHERE sku = :sku"
_HELD = (
    "SELECT * FROM reservation WHERE ref = :id AND node = :node AND container = :lpn "
    "ORDER BY line, sku, lot, owner, status, place"
)
_LOOSE = "SELECT COUNT(*) FROM stock WHERE container = :lpn AND qty > reserved"
_PICKED_PACKED = (
    "UPDATE order_line SET picked = picked + :n, packed = packed + :n "
    "WHERE order_id = :id AND line = :line"
)
_PACKED = "UPDATE order_line SET packed = packed + :n WHERE order_id = :id AND line = :line"
_SHIPPED = "UPDATE order_line SET shipped = shipped + :n WHERE order_id = :id AND line = :line"
_GONE = "UPDATE container SET state = 'gone', place = '', parent = '' WHERE lpn = :lpn"
_TO_RECALL = "SELECT node FROM consignment WHERE order_id = :id AND state = 'told' ORDER BY node"


def tell_partners(turn: Turn, before_ms: int) -> None:
    """Partners are told of what was sourced there before, and it is not moved any more."""
    for row in turn.db.all(_TO_TELL, before=before_ms):
        order = turn.db.the(_ORDER, id=row.order_id)
        lines = [
            (each.line, each.sku, each.units)
            for each in consigning.not_begun(turn, order.id, row.node)
            if consigning.hold(
                turn,
                order.id,
                each.line,
                node_counting.shelf(row.node, each.sku, order.owner),
                each.units,
            )
        ]
        told = {"node": row.node, "order": order.id, "number": order.number, "lines": lines}
        outbox_row = outbox.emit(turn, "channel/fulfil", {"shop": order.shop} | told)
        turn.db.run(_TOLD, id=order.id, node=row.node, row=outbox_row)
        turn.event("partner_told", order_id=order.id, subject=row.node)


def recall(turn: Turn, order: Any) -> None:
    """An order is cancelled that partners were told of: they are asked to give it back."""
    for row in turn.db.all(_TO_RECALL, id=order.id):
        consigning.set_state(turn, order.id, row.node, "recalled")
        ask_back(turn, order.id, row.node)


def ask_back(turn: Turn, order_id: str, node: str) -> None:
    """A partner is asked to stop what it was told to ship."""
    order = turn.db.the(_ORDER, id=order_id)
    told = {"shop": order.shop, "node": node, "order": order.id, "number": order.number}
    outbox.emit(turn, "channel/recall", told)
    turn.event("recalled", order_id=order.id, subject=node)


def shipped(turn: Turn, command: ShipConsignment) -> Done:
    """Raises: NotFound; Refused without a tracking number, or where the node was told nothing."""
    consignment = the_consignment(turn, command.order, command.node)
    if not command.tracking:
        raise Refused("no_tracking", order=command.order, fix="send the tracking number")
    rows = told(turn, consignment)
    for row in rows:
        turn.db.run(_PICKED_PACKED, id=row.ref, line=row.line, n=row.qty)
    parcel = _parcel(turn, command, rows)
    leave(turn, command.order, rows, (command.carrier, command.tracking), parcel)
    tracking.left_elsewhere(
        turn, parcel, command.carrier, turn.db.the(_ORDER, id=command.order).arrive_by_ms
    )
    consigning.shipped(turn, command.order, command.node)
    return Done(note="shipped")


def _parcel(turn: Turn, command: ShipConsignment, rows: Sequence[Any]) -> int:
    """What a partner has sent is a parcel without a carton, which nobody here has seen."""
    parcel = turn.new_id()
    lines: dict[tuple[int, str], int] = {}
    for row in rows:
        lines[row.line, row.sku] = lines.get((row.line, row.sku), 0) + row.qty
    mass_g = sum(turn.db.value(_MASS, sku=sku) * units for (_, sku), units in lines.items())
    turn.add(
        tables.parcel,
        id=parcel,
        order_id=command.order,
        lpn=f"{command.node}-{parcel}",
        state="shipped",
        planned_mass_g=mass_g,
        mass_g=mass_g,
        lane=command.node,
        tracking=command.tracking,
        cost_cents=command.cost_cents,
    )
    for (line, sku), units in lines.items():
        sent = {"planned": units, "packed": units}
        turn.add(tables.parcel_line, parcel=parcel, line=line, sku=sku, **sent)
    turn.flush()
    return parcel


def refused(turn: Turn, command: RefuseConsignment) -> Done:
    """Raises: NotFound; Refused where somebody of the node has packed it already."""
    consignment = the_consignment(turn, command.order, command.node)
    if consignment.state not in ("open", "told", "recalled"):
        raise Refused("begun_already", order=command.order, node=command.node)
    held = told(turn, consignment) if consignment.state != "open" else []
    for row in held:
        consigning.let_go(turn, row.ref, row.line, ledger.key_of(row), row.qty)
    if consignment.state == "recalled":
        for row in held:
            line = turn.db.the(_LINE, id=row.ref, line=row.line)
            withdrawing.take_units(turn, line, row.qty, packed_too=False)
        withdrawing.close_if_done(turn, command.order)
        return Done(note="cancelled")
    consigning.set_state(turn, command.order, command.node, "open")
    give_back(turn, command.order, command.node, command.missing, command.reason)
    return Done(note="sourced elsewhere")


def not_here(turn: Turn, order_id: str, node: str, sku: str) -> None:
    """A node has no more units of a SKU: whoever wants it gets it elsewhere."""
    _give_back(turn, order_id, node, {sku}, "not_here", lambda row: row.sku == sku)


def give_back(
    turn: Turn, order_id: str, node: str, missing: Iterable[str] = (), reason: str = ""
) -> None:
    """A node does not ship what nobody has begun with; it has no more units of what is missing."""
    _give_back(turn, order_id, node, set(missing), reason, lambda _row: True)


def _give_back(
    turn: Turn,
    order_id: str,
    node: str,
    missing: set[str],
    reason: str,
    which: Callable[[Any], bool],
) -> None:
    rows = [row for row in consigning.not_begun(turn, order_id, node) if which(row)]
    owner = turn.db.the(_ORDER, id=order_id).owner
    turn.event("given_back", order_id=order_id, subject=node, reason=reason)
    shortages.give_up(turn, order_id, node, [(row.line, row.units) for row in rows])
    for sku in sorted(missing):
        there = node_counting.on_shelf(turn, node, sku, owner)
        line = NodeStock(sku=sku, qty=there.reserved, owner=owner)
        node_counting.set_units(turn, node, line, there.qty, "not_here")


def collected(turn: Turn, order_id: str, node: str, lpn: str) -> None:
    """The customer has taken the bag with her. Raises: Refused."""
    check_whole(turn, lpn)
    rows = turn.db.all(_HELD, id=order_id, node=node, lpn=lpn)
    for row in rows:
        turn.db.run(_PACKED, id=row.ref, line=row.line, n=row.qty)
    leave(turn, order_id, rows, ("", ""))
    turn.db.run(_GONE, lpn=lpn)
    consigning.shipped(turn, order_id, node)


def check_whole(turn: Turn, lpn: str) -> None:
    """Raises: Refused for a bag with goods that its order does not want any more."""
    if not is_whole(turn, lpn):
        raise Refused("bag_changed", bag=lpn, fix="scan NEXT and take out what was cancelled")


def is_whole(turn: Turn, lpn: str) -> bool:
    """Whether its order wants everything that is in a bag."""
    return not turn.db.value(_LOOSE, lpn=lpn)


def leave(
    turn: Turn, order_id: str, rows: Sequence[Any], sent: tuple[str, str], parcel: int = 0
) -> None:
    """Units go to the customer by a carrier and tracking number, or are collected; shops hear."""
    for row in rows:
        ledger.ship(turn, ledger.key_of(row), row.qty, Claim(row.ref, row.line))
        turn.db.run(_SHIPPED, id=row.ref, line=row.line, n=row.qty)
    order = turn.db.the(_ORDER, id=order_id)
    carrier, number = sent
    complete = loading.close_order(turn, order_id, turn.now_ms)
    told = {"shop": order.shop, "order": order.id, "number": order.number}
    told |= {"carrier": carrier, "service": "", "tracking": number, "complete": complete}
    lines = [[row.line, row.sku, row.qty] for row in rows]
    outbox.emit(turn, "channel/tracking", told | {"lines": lines}, about=parcel)
    node = rows[0].node
    if number:
        turn.event("shipped_by_partner", order_id=order_id, subject=node, tracking=number)
    else:
        turn.event("collected", order_id=order_id, subject=node)
    if complete:
        turn.event("order_shipped", order_id=order_id)


def the_consignment(turn: Turn, order_id: str, node: str) -> Any:
    nodes.the_node(turn, node)
    found = consigning.at(turn, order_id, node)
    if found is None or found.state == "shipped":
        raise NotFound("no_consignment", order=order_id, node=node)
    return found


def told(turn: Turn, consignment: Any) -> list[Any]:
    """What a partner was told to ship. Raises: Refused."""
    rows = turn.db.all(_HELD, id=consignment.order_id, node=consignment.node, lpn="")
    if consignment.state not in ("told", "recalled") or not rows:
        raise Refused("not_told", order=consignment.order_id, node=consignment.node)
    return rows


HANDLERS: Mapping[type[Command[Any]], Handler] = {
    ShipConsignment: handler(shipped),
    RefuseConsignment: handler(refused),
}

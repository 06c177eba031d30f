"""Owns an order from its arrival to its end: place, pay, change, cancel at every stage.

Order entry promises stock, line by line; what cannot be promised is backordered and said so.
Work is not started here: releasing plans what is open.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from controller import ledger, outbox, tables, timers
from controller.errors import NotFound, Refused
from controller.handlers import Handler, handler
from controller.ledger import Claim
from controller.messages import (
    CancelOrder,
    ChangeOrder,
    Command,
    Done,
    OrderCancelled,
    OrderLine,
    OrderPlaced,
    PayOrder,
    PlaceOrder,
)
from controller.turn import Turn
from controller.units import DAY
from controller.workflows import shortages, withdrawing
from controller.workflows.carriers import voiding
from controller.workflows.nodes import fulfilling, nodes, sourcing

QTY_MAX = 100_000
LINES_MAX = 5_000
LINE_NUMBER_MAX = 1_000_000_000

_ITEM = "SELECT sku FROM item WHERE sku = :sku"
_SERVICE = (
    "SELECT code FROM shipping_service WHERE code = :asked OR carrier = :asked "
    "ORDER BY code LIMIT 1"
)
_ORDER = "SELECT * FROM customer_order WHERE id = :id"
_LINES = "SELECT * FROM order_line WHERE order_id = :id ORDER BY line"
_SET_STATE = "UPDATE customer_order SET state = :state WHERE id = :id"
_ADD_UNITS = (
    "UPDATE order_line SET wanted = wanted + :n, backordered = backordered + :b "
    "WHERE order_id = :id AND line = :line"
)
_SHIPPED_UNITS = (
    "SELECT CAST(COALESCE(SUM(shipped), 0) AS BIGINT) FROM order_line WHERE order_id = :id"
)


def place(turn: Turn, command: PlaceOrder) -> OrderPlaced:
    """Takes an order whole, and promises what can be promised.

    Raises: Refused naming the line that is wrong, or that the order exists; NotFound.
    """
    order_id = f"{command.shop}/{command.number}"
    if turn.db.one(_ORDER, id=order_id) is not None:
        raise Refused("order_exists", order=order_id, fix="send ChangeOrder or another number")
    _check_lines(turn, command.lines)
    if command.service and turn.db.value(_SERVICE, asked=command.service) is None:
        fix = "name a shipping service or a carrier of the site, or none"
        raise NotFound("unknown_service", service=command.service, fix=fix)
    due_ms = command.due_ms or next_departure(turn, turn.now_ms)
    shares = sourcing.at_entry(turn, order_id, command)
    turn.add(
        tables.customer_order,
        id=order_id,
        shop=command.shop,
        number=command.number,
        revision=command.revision,
        state="held" if command.hold_ms else "open",
        owner=command.owner,
        node=turn.site.node,
        priority=command.priority,
        country=command.country,
        postcode=command.postcode,
        personal=turn.filed.key,
        placed_ms=turn.now_ms,
        due_ms=due_ms,
        shipped_ms=0,
        arrive_by_ms=command.arrive_by_ms,
        service=command.service,
        pickup_node=command.pickup_node,
    )
    promised = sum(
        _add_line(turn, order_id, command.owner, line, shares[line.line] if shares else None)
        for line in command.lines
    )
    wanted = sum(line.qty for line in command.lines)
    if command.hold_ms:
        timers.set_timer(turn, "hold", order_id, turn.now_ms + command.hold_ms)
    turn.event("order_placed", order_id=order_id, promised=promised, backordered=wanted - promised)
    _tell_shop(turn, command, command.lines)
    return OrderPlaced(
        order=order_id,
        promised_units=promised,
        backordered_units=wanted - promised,
        due_ms=due_ms,
    )


def _check_lines(turn: Turn, lines: tuple[OrderLine, ...]) -> None:
    if not 0 < len(lines) <= LINES_MAX:
        raise Refused("bad_number_of_lines", lines=len(lines), most=LINES_MAX)
    seen: set[int] = set()
    for line in lines:
        _check_once(seen, line)
        if not 0 < line.qty <= QTY_MAX:
            raise Refused("bad_quantity", line=line.line, sku=line.sku, qty=line.qty, most=QTY_MAX)
        if turn.db.value(_ITEM, sku=line.sku) is None:
            raise NotFound(
                "unknown_sku", line=line.line, sku=line.sku, fix="import the item, or correct it"
            )


def _check_once(seen: set[int], line: OrderLine) -> None:
    if not 0 <= line.line <= LINE_NUMBER_MAX:
        raise Refused("bad_line_number", line=str(line.line), sku=line.sku, most=LINE_NUMBER_MAX)
    if line.line in seen:
        raise Refused("line_twice", line=line.line, sku=line.sku)
    seen.add(line.line)


def _add_line(
    turn: Turn, order_id: str, owner: str, line: OrderLine, shares: sourcing.OfLine | None = None
) -> int:
    """Promises a line: by the nodes that ship shares of it, or by this building."""
    here = turn.site.node
    promised = away = 0
    for node, qty in ((here, line.qty),) if shares is None else shares:
        units = ledger.promise(turn, Claim(order_id, line.line), line.sku, owner, node, qty)
        promised += units
        away += 0 if node == here else units
    turn.add(
        tables.order_line,
        order_id=order_id,
        line=line.line,
        sku=line.sku,
        price_cents=line.price_cents,
        wanted=line.qty,
        backordered=line.qty - promised,
        away=away,
    )
    return promised


def next_departure(turn: Turn, now_ms: int) -> int:
    """The departure that an order of this moment still makes: its cut-off lies ahead."""
    site = turn.site
    midnight = (now_ms + site.utc_offset_ms) // DAY * DAY - site.utc_offset_ms
    if now_ms > midnight + site.cutoff_ms:
        midnight += DAY
    return midnight + site.departure_ms


def _tell_shop(turn: Turn, order: Any, lines: Iterable[Any]) -> None:
    """Shops hear what may still be sold of the SKUs that have just changed."""
    skus = sorted({line.sku for line in lines})
    left = {sku: sourcing.free(turn, sku, order.owner) for sku in skus}
    outbox.emit(turn, "channel/stock", {"shop": order.shop, "free": left})


def pay(turn: Turn, command: PayOrder) -> Done:
    """The order is paid: its promise no longer lapses."""
    order = the_order(turn, command.order)
    if order.state == "held":
        timers.cancel(turn, "hold", order.id)
        turn.db.run(_SET_STATE, id=order.id, state="open")
        turn.event("order_paid", order_id=order.id)
    return Done(note=order.state)


def hold_expired(turn: Turn, ref: str) -> None:
    """Timer: an unpaid order gives its promise back."""
    order = the_order(turn, ref)
    if order.state == "held":
        _cancel_whole(turn, order, "hold_expired")


def change(turn: Turn, command: ChangeOrder) -> OrderPlaced:
    """Sets the wanted quantity of lines, up or down, while their units are not packed.

    Raises: Refused when units to take away are packed or shipped already; nothing is changed.
    """
    order = the_order(turn, command.order)
    if order.state in ("shipped", "cancelled"):
        raise Refused("order_closed", order=order.id, state=order.state, fix="place a new order")
    lines = {row.line: row for row in turn.db.all(_LINES, id=order.id)}
    _check_change(turn, command.lines)
    promised = sum(_change_line(turn, order, lines.get(new.line), new) for new in command.lines)
    turn.flush()
    promised += sourcing.again(turn, order.id)
    offer_to_others(turn, order)
    withdrawing.close_if_done(turn, order.id)
    turn.event("order_changed", order_id=order.id, promised=promised)
    _tell_shop(turn, order, command.lines)
    left = sum(row.backordered for row in turn.db.all(_LINES, id=order.id))
    return OrderPlaced(
        order=order.id, promised_units=promised, backordered_units=left, due_ms=order.due_ms
    )


def _check_change(turn: Turn, lines: tuple[OrderLine, ...]) -> None:
    """As for a new order, except that a line may be set to zero."""
    seen: set[int] = set()
    for line in lines:
        _check_once(seen, line)
    kept = tuple(line for line in lines if line.qty)
    if kept or not lines:
        _check_lines(turn, kept)


def _change_line(turn: Turn, order: Any, row: Any | None, new: OrderLine) -> int:
    by_nodes: sourcing.OfLine | None = () if nodes.of(turn) else None
    if row is None:
        return _add_line(turn, order.id, order.owner, new, by_nodes) if new.qty else 0
    if row.sku != new.sku:
        raise Refused("line_is_another_sku", line=new.line, sku=row.sku, got=new.sku)
    more = new.qty - row.wanted
    if more < 0:
        taken = withdrawing.take_units(turn, row, -more, packed_too=False)
        if taken < -more:
            raise Refused(
                "too_late_to_change",
                line=new.line,
                sku=row.sku,
                units=-more - taken,
                fix="let it ship and return it, or cancel the whole order",
            )
        return 0
    claim = Claim(order.id, new.line)
    promised = 0
    if more and by_nodes is None:
        promised = ledger.promise(turn, claim, row.sku, order.owner, order.node, more)
    turn.db.run(_ADD_UNITS, id=order.id, line=new.line, n=more, b=more - promised)
    return promised


def cancel(turn: Turn, command: CancelOrder) -> OrderCancelled:
    """Takes back what is not shipped: of named lines while unpacked, of a whole order always."""
    order = the_order(turn, command.order)
    if not command.lines:
        taken, late = _cancel_whole(turn, order, command.reason)
    else:
        taken, late = _cancel_lines(turn, order, command)
    return OrderCancelled(
        order=order.id,
        cancelled_units=taken,
        too_late_units=late,
        state=the_order(turn, order.id).state,
    )


def _cancel_whole(turn: Turn, order: Any, reason: str) -> tuple[int, int]:
    taken = 0
    lines = turn.db.all(_LINES, id=order.id)
    voiding.order_cancelled(turn, order.id)
    for row in lines:
        taken += withdrawing.take_units(turn, row, row.wanted - row.shipped, packed_too=True)
    fulfilling.recall(turn, order)
    offer_to_others(turn, order)
    timers.cancel(turn, "hold", order.id)
    turn.event("order_cancelled", order_id=order.id, units=taken, reason=reason)
    _tell_shop(turn, order, lines)
    withdrawing.close_if_done(turn, order.id)
    return taken, int(turn.db.value(_SHIPPED_UNITS, id=order.id))


def _cancel_lines(turn: Turn, order: Any, command: CancelOrder) -> tuple[int, int]:
    lines = {row.line: row for row in turn.db.all(_LINES, id=order.id)}
    taken = late = 0
    seen: set[int] = set()
    for asked in command.lines:
        _check_once(seen, asked)
        row = lines.get(asked.line)
        if row is None:
            raise NotFound("unknown_line", order=order.id, line=asked.line)
        if asked.qty <= 0:
            raise Refused("bad_quantity", line=asked.line, sku=row.sku, qty=asked.qty)
        units = withdrawing.take_units(turn, row, asked.qty, packed_too=False)
        taken += units
        late += asked.qty - units
    offer_to_others(turn, order)
    turn.event(
        "lines_cancelled", order_id=order.id, units=taken, too_late=late, reason=command.reason
    )
    _tell_shop(turn, order, [lines[asked.line] for asked in command.lines])
    withdrawing.close_if_done(turn, order.id)
    return taken, late


def offer_to_others(turn: Turn, order: Any) -> None:
    """Units that an order no longer wants are promised to those who wait for them."""
    for sku in sorted({row.sku for row in turn.db.all(_LINES, id=order.id)}):
        shortages.offer(turn, sku, order.owner)


def the_order(turn: Turn, order_id: str) -> Any:
    """Raises: NotFound."""
    order = turn.db.one(_ORDER, id=order_id)
    if order is None:
        raise NotFound("unknown_order", order=order_id)
    return order


HANDLERS: Mapping[type[Command[Any]], Handler] = {
    PlaceOrder: handler(place),
    PayOrder: handler(pay),
    ChangeOrder: handler(change),
    CancelOrder: handler(cancel),
}
TIMERS = {"hold": hold_expired}

"""Owns what becomes of a parcel on an own van: loaded, delivered, not delivered, back again.

Goods on a van are still the house's and the order's: their carton stands in the van. They go to
the customer with the delivery and not before, so what comes back was never gone. It refuses
parcels of another tour.
"""

from collections.abc import Iterator
from typing import Any

from controller import ledger, outbox
from controller.errors import Refused
from controller.ledger import Claim
from controller.turn import Turn
from controller.workflows import loading, ordering, shortages, withdrawing
from controller.workflows.carriers import buying, contracting, tracking
from controller.workflows.vans import points

STATUS = {"attempted": "attempted", "refused": "returning", "damaged": "exception"}
"""What the customer is told of a parcel that is not handed over."""

_DROP = (
    "SELECT d.*, s.tour, s.ref, p.lpn, p.order_id, p.lane, p.state AS parcel_state, "
    "p.mass_g FROM van_drop d "
    "JOIN van_stop s ON s.id = d.stop JOIN parcel p ON p.id = d.parcel "
    "WHERE s.tour = :tour AND p.lpn = :lpn ORDER BY d.stop DESC LIMIT 1"
)
_SET = "UPDATE van_drop SET state = :state, at_ms = :at WHERE stop = :stop AND parcel = :parcel"
_PARCEL = "UPDATE parcel SET state = :state WHERE id = :id"
_LOADED = (
    "UPDATE parcel SET state = 'on_van', loading_step = 0 "
    "WHERE id = :id AND state IN ('labelled', 'sorted')"
)
_STANDS = "UPDATE container SET place = :place, parent = '', state = 'in_use' WHERE lpn = :lpn"
_UNSHIPPED = "UPDATE parcel SET state = 'on_van', departure = 0, sent_day = 0 WHERE id = :id"
_NOT_BROUGHT = (
    "UPDATE departure SET parcels = parcels - 1, mass_g = mass_g - :mass_g WHERE id = :id"
)
_UNLINE = (
    "UPDATE order_line SET shipped = shipped - :n WHERE order_id = :order_id AND line = :line"
)
_REOPEN = "UPDATE customer_order SET state = 'open', shipped_ms = 0 WHERE id = :id"
_MOVED = (
    "SELECT m.id, m.sku, m.owner, m.qty, m.from_node FROM movement m "
    "WHERE m.cause = 'ship' AND m.from_container = :lpn AND NOT EXISTS "
    "(SELECT 1 FROM movement u WHERE u.reverses_id = m.id AND u.reverses_id > 0) ORDER BY m.id"
)
_PACKED = "SELECT line, sku, packed FROM parcel_line WHERE parcel = :parcel ORDER BY line"
_GONE = "UPDATE container SET state = 'gone', place = '', parent = '' WHERE lpn = :lpn"
_STOCK = (
    "SELECT * FROM stock WHERE container = :lpn AND qty > 0 ORDER BY sku, lot, owner, status, node"
)
_SHELF = "SELECT name FROM place WHERE kind = 'put_back' ORDER BY name LIMIT 1"
_STATE = "SELECT state FROM parcel WHERE id = :id"


def drop_of(turn: Turn, tour: int, lpn: str) -> Any:
    """The parcel's place on the tour. Raises: Refused when it is not of this tour."""
    drop = turn.db.one(_DROP, tour=tour, lpn=lpn)
    if drop is None or drop.state == "cancelled":
        raise Refused("not_of_this_tour", got=lpn, fix="put it aside")
    return drop


def load(turn: Turn, drop: Any, van: str) -> None:
    """The carton stands in the van from now on. Raises: Refused."""
    if drop.state == "loaded":
        raise Refused("already_loaded", parcel=drop.lpn, fix="scan the next parcel")
    parcel = loading.the_parcel(turn, drop.lpn)
    loading.check(parcel, drop.lane)
    buying.check_leaves(turn, parcel)
    points.check(turn, drop, van)
    turn.db.run(_LOADED, id=drop.parcel)
    turn.db.run(_STANDS, lpn=drop.lpn, place=van)
    settle(turn, drop, "loaded")


def unload(turn: Turn, drop: Any) -> None:
    """UNDO of `load`: the carton stands at its lane again."""
    turn.db.run(_PARCEL, id=drop.parcel, state="sorted")
    turn.db.run(_STANDS, lpn=drop.lpn, place=drop.lane)
    settle(turn, drop, "planned")


def settle(turn: Turn, drop: Any, state: str) -> None:
    turn.db.run(_SET, stop=drop.stop, parcel=drop.parcel, state=state, at=turn.now_ms)


def deliver(turn: Turn, tour: Any, drop: Any, to: str) -> None:
    """The goods are the customer's. Raises: Refused for a parcel that lost its order."""
    parcel = loading.the_parcel(turn, drop.lpn)
    if parcel.state != "on_van":
        raise Refused("parcel_cancelled", parcel=drop.lpn, fix="leave it in the van")
    loading.ship(turn, parcel, tour)
    settle(turn, drop, "delivered")
    tracking.note(turn, drop.parcel, "delivered", turn.now_ms, words=to)


def take_back(turn: Turn, tour: Any, drop: Any) -> None:
    """UNDO of `deliver`: goods, promise and claim are the order's again, and the shop is told."""
    parcel = loading.the_parcel(turn, drop.lpn)
    lines: list[list[Any]] = []
    for line, moved in _by_line(turn, drop):
        claim, at = Claim(drop.order_id, line), (moved.sku, moved.owner, moved.from_node)
        ledger.undo(turn, moved.id, claim)
        if ledger.promise(turn, claim, *at, moved.qty) < moved.qty:
            raise Refused("promised_to_orders", sku=moved.sku, qty=moved.qty)
        turn.db.run(_UNLINE, order_id=drop.order_id, line=line, n=moved.qty)
        lines.append([line, moved.sku, moved.qty])
    contracting.count_back(turn, parcel)
    turn.db.run(_UNSHIPPED, id=drop.parcel)
    turn.db.run(_NOT_BROUGHT, id=tour.departure, mass_g=drop.mass_g)
    turn.db.run(_STANDS, lpn=drop.lpn, place=tour.van)
    turn.db.run(_REOPEN, id=drop.order_id)
    settle(turn, drop, "loaded")
    told = {"shop": parcel.shop, "order": parcel.order_id, "number": parcel.number}
    told |= {"tracking": parcel.tracking, "lines": lines}
    outbox.emit(turn, "channel/undelivered", told, about=drop.parcel)
    tracking.take_back(turn, drop.parcel)
    turn.event("delivery_undone", order_id=drop.order_id, subject=drop.lpn)


def _by_line(turn: Turn, drop: Any) -> Iterator[tuple[int, Any]]:
    """The movements by which a parcel left, each with its order line: lines left in sequence."""
    packed = turn.db.all(_PACKED, parcel=drop.parcel)
    left = {row.line: row.packed for row in packed}
    for moved in turn.db.all(_MOVED, lpn=drop.lpn):
        line = next(row.line for row in packed if row.sku == moved.sku and left[row.line])
        left[line] -= moved.qty
        yield line, moved


def fail(turn: Turn, drop: Any, state: str, words: str = "") -> None:
    """Not handed over: attempted, refused or damaged; the parcel stays in the van."""
    settle(turn, drop, state)
    if drop.parcel_state == "on_van":
        tracking.note(turn, drop.parcel, STATUS[state], turn.now_ms, words=words)


def unfail(turn: Turn, drop: Any) -> None:
    """UNDO of `fail`."""
    settle(turn, drop, "loaded")
    if drop.parcel_state == "on_van":
        words = "taken back"
        tracking.note(turn, drop.parcel, "out_for_delivery", turn.now_ms, words=words)


def bring_back(turn: Turn, drop: Any, desk: str) -> str:
    """The parcel is in the house again: for the next tour, or its goods for sale; what it is.

    One that was refused or damaged is its order's no longer; damaged goods are set apart.
    """
    state = turn.db.value(_STATE, id=drop.parcel)
    settle(turn, drop, "back")
    if state == "cancelled":
        _put_aside(turn, drop, desk)
        return "put_aside"
    if drop.state in ("refused", "damaged"):
        tracking.note(turn, drop.parcel, "returned", turn.now_ms)
        _end(turn, drop, desk)
        return "put_aside"
    turn.db.run(_PARCEL, id=drop.parcel, state="sorted")
    turn.db.run(_STANDS, lpn=drop.lpn, place=drop.lane)
    turn.event("parcel_back", order_id=drop.order_id, subject=drop.lpn)
    return "back_to_lane"


def _end(turn: Turn, drop: Any, desk: str) -> None:
    """The order no longer wants what is in the carton."""
    withdrawing.take_parcel(turn, drop)
    _put_aside(turn, drop, desk)
    turn.event("parcel_ended", order_id=drop.order_id, subject=drop.lpn, why=drop.state)
    turn.flush()
    ordering.offer_to_others(turn, ordering.the_order(turn, drop.order_id))
    withdrawing.close_if_done(turn, drop.order_id)


def _put_aside(turn: Turn, drop: Any, desk: str) -> None:
    """The carton waits to be put away; what is damaged does not."""
    turn.db.run(_STANDS, lpn=drop.lpn, place=desk)
    if drop.state == "damaged":
        _set_apart(turn, drop.lpn, desk)
    else:
        withdrawing.put_away(turn, drop.lpn)


def _set_apart(turn: Turn, lpn: str, desk: str) -> None:
    """Damaged goods stand on the shelf of what comes back, blocked."""
    shelf = turn.db.value(_SHELF) or desk
    for row in turn.db.all(_STOCK, lpn=lpn):
        key = ledger.key_of(row)
        shortages.cover_promises(turn, key, row.qty)
        damaged = key.at(shelf)._replace(status="damaged")
        ledger.move(turn, key, damaged, row.qty, cause="damaged")
    turn.db.run(_GONE, lpn=lpn)

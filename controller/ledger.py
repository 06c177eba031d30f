"""Owns every quantity: movements, balances, promises and reservations change here only.

A *promise* says that this node will deliver units of a SKU to an order line; it lives from order
entry until the units leave. A *reservation* ties units of one stock row to an order line or task
when work starts; it goes with the units from bin to tote to carton. Availability counts promises
only, so that nothing counts twice: promised <= sellable, whatever is reserved.

Nothing is clamped: a movement that the stock row cannot bear is refused.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from controller import tables
from controller.errors import NotFound, Refused
from controller.turn import Turn

SUPPLIER = "~supplier"
CUSTOMER = "~customer"
LOST = "~lost"
ADJUSTMENT = "~adjustment"
USED = "~used"
AVAILABLE = "available"

_KEY = ("sku", "lot", "owner", "status", "node", "place", "container")
_AT = " AND ".join(f"{name} = :{name}" for name in _KEY)
_NAMES = ", ".join(_KEY)
_VALUES = ", ".join(f":{name}" for name in _KEY)

_TAKE_FREE = f"UPDATE stock SET qty = qty - :n WHERE {_AT} AND qty - reserved >= :n RETURNING qty"
_TAKE_RESERVED = (
    f"UPDATE stock SET qty = qty - :n, reserved = reserved - :n "
    f"WHERE {_AT} AND reserved >= :n RETURNING qty"
)
_DROP_EMPTY = f"DELETE FROM stock WHERE {_AT} AND qty = 0 AND reserved = 0"
_PUT = (
    f"INSERT INTO stock ({_NAMES}, qty, reserved) VALUES ({_VALUES}, :n, :r) "
    f"ON CONFLICT ({_NAMES}) DO UPDATE SET qty = stock.qty + :n, reserved = stock.reserved + :r"
)
_RESERVE = f"UPDATE stock SET reserved = reserved + :n WHERE {_AT} AND qty - reserved >= :n"
_RELEASE = f"UPDATE stock SET reserved = reserved - :n WHERE {_AT} AND reserved >= :n"
_HOLD = (
    f"INSERT INTO reservation (ref, line, {_NAMES}, qty) VALUES (:ref, :line, {_VALUES}, :n) "
    f"ON CONFLICT (ref, line, {_NAMES}) DO UPDATE SET qty = reservation.qty + :n"
)
_UNHOLD = (
    f"UPDATE reservation SET qty = qty - :n WHERE ref = :ref AND line = :line AND {_AT} "
    "AND qty > :n"
)
_UNHOLD_ALL = f"DELETE FROM reservation WHERE ref = :ref AND line = :line AND {_AT} AND qty = :n"
_OFFER = (
    "INSERT INTO available (sku, owner, node, sellable, promised, backorder_max) "
    "VALUES (:sku, :owner, :node, :n, 0, 0) "
    "ON CONFLICT (sku, owner, node) DO UPDATE SET sellable = available.sellable + :n"
)
_UNOFFER = (
    "UPDATE available SET sellable = sellable - :n, promised = promised - :p "
    "WHERE sku = :sku AND owner = :owner AND node = :node "
    "AND sellable - :n + backorder_max >= promised - :p AND promised >= :p"
)
_FREE = (
    "SELECT sellable + backorder_max - promised AS free FROM available "
    "WHERE sku = :sku AND owner = :owner AND node = :node"
)
_PROMISE = (
    "UPDATE available SET promised = promised + :n "
    "WHERE sku = :sku AND owner = :owner AND node = :node "
    "AND sellable + backorder_max - promised >= :n"
)
_UNPROMISE = (
    "UPDATE available SET promised = promised - :n "
    "WHERE sku = :sku AND owner = :owner AND node = :node AND promised >= :n"
)
_KEEP = (
    "INSERT INTO promise (order_id, line, sku, owner, node, qty) "
    "VALUES (:order_id, :line, :sku, :owner, :node, :n) "
    "ON CONFLICT (order_id, line, node) DO UPDATE SET qty = promise.qty + :n"
)
_UNKEEP = (
    "UPDATE promise SET qty = qty - :n "
    "WHERE order_id = :order_id AND line = :line AND node = :node AND qty > :n"
)
_UNKEEP_ALL = (
    "DELETE FROM promise WHERE order_id = :order_id AND line = :line AND node = :node AND qty = :n"
)
_PROMISED = "SELECT * FROM promise WHERE order_id = :order_id AND line = :line AND node = :node"
_MOVEMENT = "SELECT * FROM movement WHERE id = :id"
_REVERSED = "SELECT id FROM movement WHERE reverses_id = :id AND reverses_id > 0"


class Key(NamedTuple):
    """The key of a stock row; either `place` or `container` is empty."""

    sku: str
    lot: str
    owner: str
    status: str
    node: str
    place: str
    container: str

    @property
    def virtual(self) -> bool:
        return self.place[:1] == "~"

    @property
    def sellable(self) -> bool:
        return self.status == AVAILABLE and not self.virtual

    def at(self, place: str = "", container: str = "") -> "Key":
        """The same goods elsewhere; a virtual place belongs to no node."""
        node = "" if place[:1] == "~" else self.node
        return self._replace(place=place, container=container, node=node)


@dataclass(frozen=True, slots=True)
class Claim:
    """Whose reserved units: an order line, or a task (`task:<id>`, line 0)."""

    ref: str
    line: int = 0


NOBODY = Claim("")


@dataclass(frozen=True, slots=True)
class _Note:
    """What a posting says beside its quantity."""

    cause: str
    claim: Claim = NOBODY
    promised: int = 0
    reverses: int = 0


def key_of(row: Any) -> Key:
    """The stock key in a row of stock or reservation."""
    return Key(row.sku, row.lot, row.owner, row.status, row.node, row.place, row.container)


def move(
    turn: Turn, source: Key, target: Key, qty: int, *, cause: str, claim: Claim = NOBODY
) -> int:
    """Moves units and, where claimed, their reservation; returns the movement's id.

    Raises: Refused when the source row lacks the units, or when they are promised elsewhere.
    """
    return _post(turn, source, target, qty, _Note(cause, claim))


def ship(turn: Turn, source: Key, qty: int, claim: Claim) -> int:
    """Moves an order line's units to the customer and closes that much of its promise.

    Raises: Refused as `move`, and when the line has no such promise.
    """
    _unkeep(turn, claim, source.node, qty)
    return _post(turn, source, source.at(CUSTOMER), qty, _Note("ship", claim, promised=qty))


def undo(turn: Turn, movement_id: int, claim: Claim = NOBODY) -> int:
    """Moves the units of one movement back, and their reservation with them.

    Raises: NotFound, Refused when it was taken back before or the units have moved on.
    """
    row = turn.db.one(_MOVEMENT, id=movement_id)
    if row is None:
        raise NotFound("movement_unknown", movement=movement_id)
    if turn.db.value(_REVERSED, id=movement_id) is not None:
        raise Refused("already_undone", movement=movement_id)
    here = Key(
        row.sku, row.lot, row.owner, row.to_status, row.to_node, row.to_place, row.to_container
    )
    back = here._replace(
        status=row.from_status,
        node=row.from_node,
        place=row.from_place,
        container=row.from_container,
    )
    return _post(turn, here, back, row.qty, _Note("undo", claim, reverses=movement_id))


def _post(turn: Turn, source: Key, target: Key, qty: int, note: _Note) -> int:
    if qty <= 0 or source == target:
        raise Refused("movement_of_nothing", sku=source.sku, qty=qty)
    claim = note.claim
    _take(turn, source, qty, claim)
    kept = bool(claim.ref) and not target.virtual
    turn.db.run(_PUT, **target._asdict(), n=qty, r=qty if kept else 0)
    if claim.ref:
        if not source.virtual:
            _unhold(turn, claim, source, qty)
        if kept:
            turn.db.run(_HOLD, ref=claim.ref, line=claim.line, **target._asdict(), n=qty)
    _offer(turn, source, target, qty, note.promised)
    return _record(turn, source, target, qty, note)


def _take(turn: Turn, source: Key, qty: int, claim: Claim) -> None:
    if source.virtual:
        turn.db.run(_PUT, **source._asdict(), n=-qty, r=0)
        return
    statement = _TAKE_RESERVED if claim.ref else _TAKE_FREE
    left = turn.db.value(statement, **source._asdict(), n=qty)
    if left is None:
        raise Refused(
            "insufficient_stock", sku=source.sku, qty=qty, at=source.place or source.container
        )
    if left == 0:
        turn.db.run(_DROP_EMPTY, **source._asdict())


def _offer(turn: Turn, source: Key, target: Key, qty: int, promised: int) -> None:
    """Keeps the total of sellable units true to the rows that it sums."""
    if source.sellable == target.sellable and source.node == target.node:
        return
    if target.sellable:
        turn.db.run(_OFFER, sku=target.sku, owner=target.owner, node=target.node, n=qty)
    if source.sellable and not turn.db.run(
        _UNOFFER, sku=source.sku, owner=source.owner, node=source.node, n=qty, p=promised
    ):
        raise Refused("promised_to_orders", sku=source.sku, qty=qty)


def _record(turn: Turn, source: Key, target: Key, qty: int, note: _Note) -> int:
    movement_id = turn.new_id()
    turn.add(
        tables.movement,
        id=movement_id,
        command_seq=turn.seq,
        line=turn.next_line(),
        sku=source.sku,
        lot=source.lot,
        owner=source.owner,
        qty=qty,
        from_node=source.node,
        from_place=source.place,
        from_container=source.container,
        from_status=source.status,
        to_node=target.node,
        to_place=target.place,
        to_container=target.container,
        to_status=target.status,
        cause=note.cause,
        actor=turn.actor,
        effective_ms=turn.now_ms,
        recorded_ms=turn.now_ms,
        reverses_id=note.reverses,
    )
    return movement_id


def free(turn: Turn, sku: str, owner: str, node: str) -> int:
    """Units that may still be promised."""
    return max(0, int(turn.db.value(_FREE, sku=sku, owner=owner, node=node) or 0))


def promise(turn: Turn, claim: Claim, sku: str, owner: str, node: str, qty: int) -> int:
    """Promises as many of `qty` units as are free; returns how many."""
    run = turn.db.run
    if not run(_PROMISE, sku=sku, owner=owner, node=node, n=qty):
        qty = min(qty, free(turn, sku, owner, node))
        if qty == 0 or not run(_PROMISE, sku=sku, owner=owner, node=node, n=qty):
            return 0
    order_id, line = claim.ref, claim.line
    run(_KEEP, order_id=order_id, line=line, sku=sku, owner=owner, node=node, n=qty)
    return qty


def unpromise(turn: Turn, claim: Claim, node: str, qty: int) -> None:
    """Takes units of a node's promise to a line back. Raises: Refused when it holds fewer."""
    row = turn.db.one(_PROMISED, order_id=claim.ref, line=claim.line, node=node)
    if row is None:
        raise Refused("not_promised", order=claim.ref, line=claim.line, node=node, qty=qty)
    _unkeep(turn, claim, node, qty)
    turn.db.run(_UNPROMISE, sku=row.sku, owner=row.owner, node=node, n=qty)


def _unkeep(turn: Turn, claim: Claim, node: str, qty: int) -> None:
    at = {"order_id": claim.ref, "line": claim.line, "node": node, "n": qty}
    if not turn.db.run(_UNKEEP, **at) and not turn.db.run(_UNKEEP_ALL, **at):
        raise Refused("not_promised", order=claim.ref, line=claim.line, node=node, qty=qty)


def reserve(turn: Turn, claim: Claim, key: Key, qty: int) -> bool:
    """Ties units of one stock row to a claim; False when the row has too few free ones."""
    if not turn.db.run(_RESERVE, **key._asdict(), n=qty):
        return False
    turn.db.run(_HOLD, ref=claim.ref, line=claim.line, **key._asdict(), n=qty)
    return True


def withdraw(turn: Turn, claim: Claim, key: Key, qty: int) -> None:
    """Frees reserved units. Raises: Refused when the claim holds fewer there."""
    _unhold(turn, claim, key, qty)
    if not turn.db.run(_RELEASE, **key._asdict(), n=qty):
        raise Refused("not_reserved", ref=claim.ref, sku=key.sku, qty=qty)


def _unhold(turn: Turn, claim: Claim, key: Key, qty: int) -> None:
    at = {"ref": claim.ref, "line": claim.line, **key._asdict(), "n": qty}
    if not turn.db.run(_UNHOLD, **at) and not turn.db.run(_UNHOLD_ALL, **at):
        raise Refused("not_reserved", ref=claim.ref, sku=key.sku, qty=qty)

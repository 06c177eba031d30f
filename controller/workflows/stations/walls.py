"""Owns the slots of put walls and stations: who gets one, and when it is complete.

A slot is a container that stays at its wall; while an order has it there is a load in state
`filling`. It is complete when nothing of its order is on the way to this wall any more: then a
packer may take it, or it is free again where nothing has come. It refuses to move goods.
"""

from itertools import groupby
from typing import Any

from controller import tables
from controller.plan.consolidating import Slot, Wall
from controller.store import Db
from controller.turn import Turn

_FREE = (
    "SELECT c.lpn, c.place, c.volume_ml FROM container c JOIN place p ON p.name = c.place "
    "WHERE c.kind = 'slot' AND c.state = '' AND p.kind = 'wall' ORDER BY c.place, c.lpn"
)
_NEXT_FREE = (
    "SELECT lpn FROM container WHERE kind = 'slot' AND state = '' AND place = :wall "
    "ORDER BY volume_ml, lpn LIMIT 1"
)
_WALL = "SELECT place FROM container WHERE lpn = :lpn AND kind = 'slot'"
_TAKE = (
    "UPDATE container SET state = 'in_use' WHERE lpn = :lpn AND kind = 'slot' AND state = '' "
    "AND place = :wall"
)
_OF_ORDER = (
    "SELECT l.* FROM load l JOIN container c ON c.lpn = l.lpn AND c.place = :wall "
    "WHERE l.state = 'filling' AND l.order_id = :order ORDER BY l.id DESC LIMIT 1"
)
SEATED = (
    "EXISTS (SELECT 1 FROM load f JOIN container c ON c.lpn = f.lpn AND c.place = :wall "
    "WHERE f.order_id = r.ref AND f.state = 'filling')"
)
"""SQL: the order of reservation `r` has a slot at the wall."""
WORKABLE = (
    "(EXISTS (SELECT 1 FROM container s WHERE s.kind = 'slot' AND s.state = '' "
    "AND s.place = l.wall) OR NOT EXISTS (SELECT 1 FROM reservation r WHERE r.container = l.lpn) "
    "OR EXISTS (SELECT 1 FROM reservation r "
    "JOIN load f ON f.order_id = r.ref AND f.state = 'filling' "
    "JOIN container c ON c.lpn = f.lpn AND c.place = l.wall WHERE r.container = l.lpn))"
)
"""SQL: something of the tote of load `l` can be put away now."""
_ORDER = "SELECT due_ms FROM customer_order WHERE id = :id"
_COMPLETE = (
    "SELECT l.id, l.lpn, l.order_id, c.place AS wall, "
    "(SELECT COUNT(*) FROM stock s WHERE s.container = l.lpn) AS held "
    "FROM load l JOIN container c ON c.lpn = l.lpn WHERE l.state = 'filling' "
    "AND (:wall = '' OR c.place = :wall) AND (:order = '' OR l.order_id = :order) "
    "AND NOT EXISTS (SELECT 1 FROM task t JOIN load w ON w.id = t.load AND w.wall = c.place "
    "WHERE t.order_id = l.order_id AND t.state = 'open' AND t.kind = 'pick') "
    "AND NOT EXISTS (SELECT 1 FROM task t WHERE t.load = l.id AND t.state = 'open' "
    "AND t.kind = 'pick') "
    "AND NOT EXISTS (SELECT 1 FROM reservation r JOIN load w ON w.lpn = r.container "
    "AND w.wall = c.place AND w.state IN ('picking', 'picked', 'sorting') "
    "WHERE r.ref = l.order_id) ORDER BY l.id"
)
_SET_LOAD = "UPDATE load SET state = :state WHERE id = :id"
_FREE_SLOT = "UPDATE container SET state = '' WHERE lpn = :lpn"
_DROP_PARCELS = "UPDATE parcel SET state = 'cancelled' WHERE load = :load AND state = 'planned'"


def free_slots(db: Db) -> tuple[Wall, ...]:
    """The walls that have free slots, as the planner sees them."""
    return tuple(
        Wall(
            name=wall,
            slots=tuple(Slot(lpn=row.lpn, volume_ml=row.volume_ml) for row in rows),
        )
        for wall, rows in groupby(db.all(_FREE), key=lambda row: str(row.place))
    )


def slot_of(turn: Turn, order: str, *, lpn: str, tour: int) -> Any | None:
    """The load of the order's slot at the wall of `lpn`: its own, else this one if it is free."""
    wall = turn.db.value(_WALL, lpn=lpn) or ""
    own = turn.db.one(_OF_ORDER, order=order, wall=wall)
    if own is not None or not turn.db.run(_TAKE, lpn=lpn, wall=wall):
        return own
    return _open(turn, order, lpn, tour)


def slot_at(turn: Turn, order: str, wall: str) -> Any | None:
    """The load of the order's slot at a wall; it gets one if it has none and one is free."""
    own = turn.db.one(_OF_ORDER, order=order, wall=wall)
    return another_slot(turn, order, wall) if own is None else own


def another_slot(turn: Turn, order: str, wall: str) -> Any | None:
    """A free slot for an order that has none, or whose slot is full."""
    lpn = turn.db.value(_NEXT_FREE, wall=wall)
    if lpn is None or not turn.db.run(_TAKE, lpn=lpn, wall=wall):
        return None
    return _open(turn, order, lpn, 0)


def _open(turn: Turn, order: str, lpn: str, tour: int) -> Any:
    turn.add(
        tables.load,
        id=turn.new_id(),
        tour=tour,
        kind="slot",
        lpn=lpn,
        order_id=order,
        state="filling",
        due_ms=turn.db.value(_ORDER, id=order),
    )
    turn.flush()
    wall = turn.db.value(_WALL, lpn=lpn)
    return turn.db.the(_OF_ORDER, order=order, wall=wall)


def settle(turn: Turn, wall: str = "", order: str = "") -> int:
    """Ends the filling of slots for which nothing is on the way; how many wait for a packer."""
    turn.flush()
    complete = 0
    for row in turn.db.all(_COMPLETE, wall=wall, order=order):
        if row.held:
            complete += 1
            turn.db.run(_SET_LOAD, id=row.id, state="picked")
            turn.event("slot_complete", order_id=row.order_id, subject=row.lpn, wall=row.wall)
        else:
            turn.db.run(_SET_LOAD, id=row.id, state="packed")
            turn.db.run(_DROP_PARCELS, load=row.id)
            turn.db.run(_FREE_SLOT, lpn=row.lpn)
    return complete

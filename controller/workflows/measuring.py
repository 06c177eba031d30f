"""Owns what items measure: changed by whoever holds one in hand, kept with who and when, undone.

What is packed by wrong measures is planned anew: the parcels of open orders that nobody has begun.
It refuses measures that cannot be, and to undo what was measured again since.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from controller import tables
from controller.errors import NotFound, Refused
from controller.handlers import Handler, handler
from controller.messages import Command, Done, MeasureItem, UndoMeasurement
from controller.turn import Turn
from controller.workflows.packing import reconciling

SIDE_MAX_MM = 10_000
MASS_MAX_G = 1_000_000
LOADS_MAX = 200  # planned anew at once, the earliest due first

_NAMES = ("length_mm", "width_mm", "height_mm", "mass_g")
_ITEM = f"SELECT {', '.join(_NAMES)} FROM item WHERE sku = :sku"
_SET = f"UPDATE item SET {', '.join(f'{name} = :{name}' for name in _NAMES)} WHERE sku = :sku"
_FORGET_MASS = "DELETE FROM item_mass WHERE sku = :sku"
_MEASUREMENT = "SELECT * FROM measurement WHERE id = :id"
_UNDONE = "UPDATE measurement SET undone_by = :by, undone_ms = :now WHERE id = :id"
_PLANNED = (
    "SELECT DISTINCT p.load, p.order_id, p.carton, l.kind, l.due_ms FROM parcel p "
    "JOIN parcel_line i ON i.parcel = p.id JOIN load l ON l.id = p.load "
    "WHERE i.sku = :sku AND p.state = 'planned' AND l.state <> 'packed' "
    "AND (l.kind <> 'carton' OR l.state = 'planned') "
    f"ORDER BY l.due_ms, p.load, p.order_id, p.carton LIMIT {LOADS_MAX}"
)
_CARTONS = "SELECT carton FROM parcel WHERE load = :load AND state = 'planned' ORDER BY carton, id"
_BY_TOTE = "UPDATE load SET kind = 'tote' WHERE id = :id"


class Measures(NamedTuple):
    """What one unit measures as it is packed."""

    length_mm: int
    width_mm: int
    height_mm: int
    mass_g: int


def check(field: str, value: int) -> None:
    """Raises: Refused for a side or mass that cannot be."""
    most = MASS_MAX_G if field == "mass_g" else SIDE_MAX_MM
    if not 0 < value <= most:
        raise Refused("bad_measure", field=field, got=value, most=most, fix=f"1 to {most}")


def measure(turn: Turn, sku: str, found: Measures, by: str, place: str = "") -> bool:
    """An item measures this from now on; False where it has done so before.

    Raises: Refused; NotFound for an item that the books do not know.
    """
    for name in _NAMES:
        check(name, getattr(found, name))
    before = turn.db.one(_ITEM, sku=sku)
    if before is None:
        raise NotFound("unknown_sku", sku=sku, fix="import the item first")
    if tuple(before) == tuple(found):
        return False
    old = {f"old_{name}": getattr(before, name) for name in _NAMES}
    turn.add(
        tables.measurement,
        id=turn.new_id(),
        at_ms=turn.now_ms,
        sku=sku,
        worker=by,
        place=place,
        **found._asdict(),
        **old,
    )
    turn.event("item_measured", subject=sku, by=by, at=place, **found._asdict(), **old)
    _set(turn, sku, found, before.mass_g)
    return True


def _set(turn: Turn, sku: str, measures: Measures, mass_before_g: int) -> None:
    turn.db.run(_SET, sku=sku, **measures._asdict())
    if measures.mass_g != mass_before_g:
        turn.db.run(_FORGET_MASS, sku=sku)
    _plan_anew(turn, sku)


def _plan_anew(turn: Turn, sku: str) -> None:
    """Parcels that nobody has begun get their cartons anew.

    An order whose shipping carton would stand on a cart goes by tote where it needs another one.
    """
    done = set()
    for row in turn.db.all(_PLANNED, sku=sku):
        if (row.load, row.order_id) in done:
            continue
        done.add((row.load, row.order_id))
        before = turn.db.all(_CARTONS, load=row.load)
        reconciling.plan_anew(turn, row.load, row.order_id)
        if row.kind == "carton" and turn.db.all(_CARTONS, load=row.load) != before:
            turn.db.run(_BY_TOTE, id=row.load)


def measure_item(turn: Turn, command: MeasureItem) -> Done:
    """Raises: Refused, NotFound."""
    found = Measures(command.length_mm, command.width_mm, command.height_mm, command.mass_g)
    changed = measure(turn, command.sku, found, command.actor)
    return Done(note="measured" if changed else "as before")


def undo_measurement(turn: Turn, command: UndoMeasurement) -> Done:
    """The item measures what it did before. Raises: NotFound, Refused."""
    row = turn.db.one(_MEASUREMENT, id=command.measurement)
    if row is None:
        raise NotFound("unknown_measurement", measurement=command.measurement)
    now = turn.db.one(_ITEM, sku=row.sku)
    if row.undone_by or now is None or tuple(now) != tuple(getattr(row, n) for n in _NAMES):
        fix = "see what it measures now, and measure it again"
        raise Refused("measured_since", sku=row.sku, fix=fix)
    old = Measures(*(getattr(row, f"old_{name}") for name in _NAMES))
    turn.db.run(_UNDONE, id=row.id, by=command.actor, now=turn.now_ms)
    turn.event("measurement_undone", subject=row.sku, by=command.actor, **old._asdict())
    _set(turn, row.sku, old, row.mass_g)
    return Done(note=f"{row.sku} measures what it did before")


HANDLERS: Mapping[type[Command[Any]], Handler] = {
    MeasureItem: handler(measure_item),
    UndoMeasurement: handler(undo_measurement),
}

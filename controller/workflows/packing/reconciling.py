"""Owns the comparison of a load's planned parcels with what its tote really holds.

Parcels are planned before the pick. What was not picked, or was cancelled since, is taken off
them; what is there without a planned parcel gets further parcels. It refuses to move goods.
"""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from controller import tables
from controller.messages import to_json
from controller.plan.cartons import packages
from controller.plan.cartons.blocks import blocks
from controller.plan.methods import boxes
from controller.turn import Turn
from controller.workflows.carriers import piecing
from controller.workflows.packing.cartonizing import of_lines, packed

Units = dict[tuple[str, int], int]
"""Units by order and line."""

_CONTENT = (
    "SELECT r.ref, r.line, r.sku, CAST(SUM(r.qty) AS BIGINT) AS qty FROM stock s "
    "JOIN reservation r ON r.sku = s.sku AND r.place = s.place AND r.container = s.container "
    "AND r.lot = s.lot AND r.owner = s.owner AND r.status = s.status AND r.node = s.node "
    "WHERE s.container = :lpn GROUP BY r.ref, r.line, r.sku ORDER BY r.ref, r.line"
)
_LOOSE = (
    "SELECT s.*, i.name, s.qty - s.reserved AS units FROM stock s JOIN item i ON i.sku = s.sku "
    "WHERE s.container = :lpn AND s.qty > s.reserved AND (:sku = '' OR s.sku = :sku) "
    "ORDER BY s.sku, s.lot, s.owner, s.status, s.node LIMIT 1"
)
_PLANNED = (
    "SELECT p.id, p.order_id, p.state, p.lpn, l.line, l.planned, l.packed "
    "FROM parcel p JOIN parcel_line l ON l.parcel = p.id "
    "WHERE p.load = :load AND p.state IN ('planned', 'packing') ORDER BY p.id, l.line"
)
_NOT_BEGUN = (
    "SELECT l.line, l.sku, CAST(SUM(l.planned) AS BIGINT) AS qty FROM parcel p "
    "JOIN parcel_line l ON l.parcel = p.id WHERE p.load = :load AND p.order_id = :order "
    "AND p.state = 'planned' GROUP BY l.line, l.sku ORDER BY l.line"
)
_TO_CANCEL = (
    "SELECT id FROM parcel WHERE load = :load AND order_id = :order AND state = 'planned' "
    "ORDER BY id"
)
_FEWER = (  # orders of which pieces may have waited for a parcel that does not come
    "SELECT DISTINCT p.order_id FROM parcel p JOIN shipment s ON s.order_id = p.order_id "
    "AND s.state = 'open' WHERE p.load = :load AND p.state = 'cancelled' ORDER BY p.order_id"
)
_SET_PLANNED = "UPDATE parcel_line SET planned = :n WHERE parcel = :parcel AND line = :line"
_DROP_LINE = "DELETE FROM parcel_line WHERE parcel = :parcel AND line = :line"
_DROP_PARCEL = "UPDATE parcel SET state = 'cancelled' WHERE id = :id"
_DROP_BOX = "UPDATE container SET state = 'gone', place = '' WHERE lpn = :lpn AND lpn <> ''"


def reconcile(turn: Turn, load: int, tote: str, *, replan: bool = True) -> None:
    """Makes the planned parcels of a load true to its tote.

    With `replan`, what is left of an order that fell short gets its cartons anew.
    """
    held = content(turn, tote)
    left: Units = {(row.ref, row.line): row.qty for row in held}
    planned = turn.db.all(_PLANNED, load=load)
    short = _short(planned, left) if replan else set()
    for _, group in groupby(planned, key=lambda row: row.id):
        rows = list(group)
        if rows[0].state == "planned" and rows[0].order_id in short:
            cancel_parcel(turn, rows[0].id, rows[0].lpn)
        else:
            _shrink(turn, rows, left)
    extra = [row._replace(qty=left[row.ref, row.line]) for row in held]
    for order, lines in groupby(extra, key=lambda row: row.ref):
        _add_parcels(turn, load, order, [row for row in lines if row.qty])
    turn.flush()
    for row in turn.db.all(_FEWER, load=load):
        piecing.remind(turn, row.order_id)


def plan_anew(turn: Turn, load: int, order: str) -> None:
    """What is planned of an order in a load, and not begun, gets its cartons anew."""
    rows = turn.db.all(_NOT_BEGUN, load=load, order=order)
    for row in turn.db.all(_TO_CANCEL, load=load, order=order):
        cancel_parcel(turn, row.id, "")
    _add_parcels(turn, load, order, rows)
    turn.flush()


def _short(planned: Iterable[Any], left: Units) -> set[str]:
    """Orders of which some came, and of a line less than planned."""
    wanted: Units = {}
    for row in planned:
        key = row.order_id, row.line
        wanted[key] = wanted.get(key, 0) + row.planned - row.packed
    came = {order for (order, _), units in left.items() if units}
    less = {order for (order, line), n in wanted.items() if left.get((order, line), 0) < n}
    return came & less


def content(turn: Turn, tote: str) -> list[Any]:
    """What orders have in a tote: order (`ref`), line, SKU and units."""
    return turn.db.all(_CONTENT, lpn=tote)


def loose(turn: Turn, tote: str, sku: str = "") -> Any | None:
    """The first stock row in a tote with units (of this SKU) that no order wants."""
    return turn.db.one(_LOOSE, lpn=tote, sku=sku)


def _shrink(turn: Turn, lines: list[Any], left: Units) -> None:
    """Takes off a parcel what is not there; a parcel without lines is cancelled."""
    kept = 0
    for row in lines:
        key = row.order_id, row.line
        there = min(row.planned - row.packed, left.get(key, 0))
        if there:
            left[key] -= there
        units = row.packed + there
        kept += units
        if units == 0:
            turn.db.run(_DROP_LINE, parcel=row.id, line=row.line)
        elif units < row.planned:
            turn.db.run(_SET_PLANNED, parcel=row.id, line=row.line, n=units)
    if not kept:
        cancel_parcel(turn, lines[0].id, lines[0].lpn)


def cancel_parcel(turn: Turn, parcel: int, lpn: str) -> None:
    """A parcel with nothing in it is not shipped; its carton, if one was started, is free."""
    turn.db.run(_DROP_PARCEL, id=parcel)
    turn.db.run(_DROP_BOX, lpn=lpn)


def _add_parcels(turn: Turn, load: int, order: str, rows: list[Any]) -> None:
    if not rows:
        return
    plan = packed(turn.db, turn.site, of_lines(turn.db, turn.site, order, rows))
    sku_of = {row.line: row.sku for row in rows}
    for box in plan.cartons:
        _add_parcel(turn, load, order, box, sku_of)
    for ref, why in plan.refused:
        line = int(ref)
        alone = packages.Packed(carton=packages.OWN, contents=((ref, 1),), mass_g=0, placements=())
        for _ in range(next(row.qty for row in rows if row.line == line)):
            _add_parcel(turn, load, order, alone, sku_of)
        turn.event("fits_no_carton", order_id=order, subject=sku_of[line], why=why)


def _add_parcel(
    turn: Turn, load: int, order: str, box: packages.Packed, sku_of: dict[int, str]
) -> None:
    parcel = turn.new_id()
    turn.add(
        tables.parcel,
        id=parcel,
        order_id=order,
        load=load,
        carton=box.carton,
        planned_mass_g=box.mass_g,
        state="planned",
        blocks=to_json(blocks(box)).decode(),
        passed_over=to_json(boxes.reasons(box)).decode(),
    )
    for ref, qty in box.contents:
        line = int(ref)
        turn.add(tables.parcel_line, parcel=parcel, line=line, sku=sku_of[line], planned=qty)
    turn.event("parcel_added", order_id=order, subject=parcel, carton=box.carton)

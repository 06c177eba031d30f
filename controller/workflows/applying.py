"""Owns planned tours made real: picks that are reserved, loads, parcels.

Every pick is checked against the stock of its own moment; what no longer holds is dropped, and the
next plan takes it up.
"""

from collections.abc import Collection, Mapping
from typing import Any

from controller import ledger, tables
from controller.errors import Refused
from controller.messages import ApplyTour, PlannedLoad, PlannedPick, TourApplied, to_json
from controller.turn import Turn
from controller.workflows import allocating, replenishing
from controller.workflows.stations import walls

_LINE = "SELECT sku FROM order_line WHERE order_id = :order_id AND line = :line"
_ORDER = "SELECT owner, due_ms, state FROM customer_order WHERE id = :id"


def apply_tour(turn: Turn, command: ApplyTour) -> TourApplied:
    """Reserves each pick again and makes the tour.

    Raises: Refused when nothing of the tour holds any more.
    """
    dropped: list[tuple[str, int, str]] = []
    load_ids = [turn.new_id() for _ in command.loads]
    orders = {pick.order: turn.db.the(_ORDER, id=pick.order) for pick in command.picks}
    tour_id = turn.new_id()
    made = 0
    started: set[str] = set()
    for seq, pick in enumerate(command.picks, 1):
        order = orders[pick.order]
        found = allocating.reserve_pick(turn, order, pick)
        units = sum(n for _, n in found)
        if units < pick.qty:
            dropped.append((pick.order, pick.line, "no_longer_free"))
        for key, n in found:
            add_task(turn, (tour_id, seq, load_ids[pick.load]), pick, key, n, order.due_ms)
            made += 1
            started.add(pick.order)
    if not made:
        raise Refused("tour_obsolete", picks=len(command.picks))
    _add_tour(turn, command, tour_id, orders)
    slot = 1
    for at, (load_id, load) in enumerate(zip(load_ids, command.loads, strict=True)):
        if load.container == "slot":
            _open_slot(turn, tour_id, load, started)
            continue
        of_load = {parcel.order for parcel in load.parcels}
        of_load |= {pick.order for pick in command.picks if pick.load == at}
        add_load(turn, (tour_id, load_id, slot), load, {name: orders[name] for name in of_load})
        slot += load.slots
    for sku in sorted({pick.sku for pick in command.picks}):
        replenishing.check_face(turn, sku)
    for order_id in sorted(orders):
        turn.event(
            "released",
            order_id=order_id,
            subject=tour_id,
            why=command.why,
            ready_ms=command.ready_ms,
        )
    return TourApplied(tour=tour_id, picks=made, dropped=tuple(dropped))


def add_task(
    turn: Turn,
    spot: tuple[int, int, int],
    pick: PlannedPick,
    key: ledger.Key,
    units: int,
    due_ms: int,
) -> int:
    """A pick at its spot (tour, turn, load); its id."""
    tour_id, seq, load_id = spot
    task_id = turn.new_id()
    turn.add(
        tables.task,
        id=task_id,
        kind="pick",
        state="open",
        tour=tour_id,
        seq=seq * 100,
        load=load_id,
        order_id=pick.order,
        line=pick.line,
        sku=pick.sku,
        lot=key.lot,
        owner=key.owner,
        qty=units,
        from_place=key.place,
        zone=pick.zone,
        due_ms=due_ms,
        created_ms=turn.now_ms,
    )
    return task_id


def _add_tour(turn: Turn, command: ApplyTour, tour_id: int, orders: Mapping[str, Any]) -> None:
    due_ms = min(order.due_ms for order in orders.values())
    turn.add(
        tables.tour,
        id=tour_id,
        kind=command.kind,
        container="cage" if command.loads[0].container == "cage" else "tote",
        state="planned",
        due_ms=due_ms,
        go_ms=command.go_ms or due_ms,
        length_mm=command.length_mm,
        why=command.why,
        plan=command.plan,
    )


def add_load(
    turn: Turn, spot: tuple[int, int, int], load: PlannedLoad, orders: Mapping[str, Any]
) -> None:
    """A load at its spot (tour, id, slot), and its parcels."""
    tour_id, load_id, slot = spot
    turn.add(
        tables.load,
        id=load_id,
        tour=tour_id,
        slot=slot,
        kind=load.container,
        wall=load.wall,
        order_id="" if load.wall or len(orders) > 1 else next(iter(orders)),
        state="planned",
        due_ms=min(order.due_ms for order in orders.values()),
    )
    _add_parcels(turn, load_id, load)


def _open_slot(turn: Turn, tour_id: int, load: PlannedLoad, started: Collection[str]) -> None:
    """A slot of a put wall for an order of which something is fetched."""
    order_id = load.parcels[0].order
    if order_id in started:
        found = walls.slot_of(turn, order_id, lpn=load.lpn, tour=tour_id)
        if found is not None:
            _add_parcels(turn, found.id, load)


def _add_parcels(turn: Turn, load_id: int, load: PlannedLoad) -> None:
    for parcel in load.parcels:
        parcel_id = turn.new_id()
        turn.add(
            tables.parcel,
            id=parcel_id,
            order_id=parcel.order,
            load=load_id,
            carton=parcel.carton,
            state="planned",
            planned_mass_g=parcel.mass_g,
            blocks=to_json(parcel.blocks).decode(),
            passed_over=to_json(parcel.passed_over).decode(),
        )
        for line, qty in parcel.contents:
            sku = turn.db.value(_LINE, order_id=parcel.order, line=line)
            turn.add(tables.parcel_line, parcel=parcel_id, line=line, sku=sku, planned=qty)

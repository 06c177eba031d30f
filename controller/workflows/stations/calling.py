"""Owns the pods that are called to stations, and the slots of the orders that they serve.

A pod at a station is a tour that comes to the picker: its picks go from bins into slots. A pod
serves one station after the other. It refuses pods and stations that the site does not have.
"""

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from controller import outbox, tables
from controller.errors import NotFound, Refused
from controller.handlers import Handler, handler
from controller.messages import ApplyPresentation, Command, TourApplied
from controller.plan.cutting import PodRow
from controller.plan.presenting import Station
from controller.plan.releases.stations import STATION, Presented
from controller.store import Db
from controller.turn import Turn
from controller.workflows import allocating, applying
from controller.workflows.stations import carrying, walls

PLAN_EXPIRES_MS = 600_000

_STATIONS = (
    "SELECT p.name, (SELECT COUNT(*) FROM container c WHERE c.place = p.name "
    "AND c.kind = 'slot' AND c.state = '') AS free FROM place p WHERE p.kind = 'station' "
    "ORDER BY p.name"
)
_CALLED = (
    "SELECT DISTINCT t.to_place AS station, r.cart AS pod FROM tour r "
    "JOIN task t ON t.tour = r.id WHERE r.kind = 'station' AND t.state = 'open' "
    "AND r.state IN ('planned', 'active') ORDER BY t.to_place, r.cart"
)
_ROWS = (
    "SELECT s.sku, s.owner, s.place, p.pod, CAST(SUM(s.qty - s.reserved) AS BIGINT) AS free, "
    "MIN(COALESCE(l.expiry_ms, 0)) AS expiry_ms FROM stock s JOIN place p ON p.name = s.place "
    "JOIN container c ON c.lpn = p.pod LEFT JOIN lot l ON l.sku = s.sku AND l.lot = s.lot "
    "WHERE p.pod <> '' AND s.status = 'available' AND s.container = '' AND s.qty > s.reserved "
    "GROUP BY s.sku, s.owner, s.place, p.pod ORDER BY MIN(COALESCE(l.expiry_ms, 0)), "
    "s.place, s.sku, s.owner"
)
_POD = "SELECT lpn FROM container WHERE lpn = :lpn AND kind = 'pod'"
_STATION = "SELECT name FROM place WHERE name = :name AND kind = 'station'"
_ORDER = "SELECT owner, due_ms, state FROM customer_order WHERE id = :id"
_TOUR = (
    "SELECT r.id FROM tour r WHERE r.kind = 'station' AND r.state IN ('planned', 'active') "
    "AND r.cart = :pod AND EXISTS (SELECT 1 FROM task t WHERE t.tour = r.id "
    "AND t.to_place = :station) ORDER BY r.id LIMIT 1"
)
_AT_STATION = "UPDATE task SET to_place = :station WHERE tour = :tour AND to_place = ''"
_SOONER = "UPDATE tour SET due_ms = :due WHERE id = :id AND due_ms > :due"


def stations(db: Db) -> tuple[Station, ...]:
    """The stations with their free slots, and the pods that come in any case."""
    called = {
        station: tuple(row.pod for row in rows)
        for station, rows in groupby(db.all(_CALLED), key=lambda row: str(row.station))
    }
    return tuple(
        Station(name=row.name, free=row.free, called=called.get(row.name, ()))
        for row in db.all(_STATIONS)
    )


def pod_rows(db: Db) -> tuple[PodRow, ...]:
    """Free stock in the bins of pods, what expires first in front."""
    return tuple(
        PodRow(sku=row.sku, owner=row.owner, place=row.place, pod=row.pod, qty=row.free)
        for row in db.all(_ROWS)
    )


def command(presented: Presented, request: int, number: int) -> ApplyPresentation:
    """The command for one presentation of the plan that row `request` asked for."""
    return ApplyPresentation(
        id=f"plan/{request}/pod/{number}",
        actor="planner",
        station=presented.station,
        pod=presented.pod,
        picks=presented.picks,
        why=presented.why,
        plan=request,
    )


def ask_for_orders(turn: Turn, place: str) -> None:
    """A slot is free again: where it is a station's, the next plan comes at once."""
    if turn.db.value(_STATION, name=place) is not None:
        expires = turn.now_ms + PLAN_EXPIRES_MS
        outbox.emit(turn, "plan/release", {}, expires_ms=expires)


def apply(turn: Turn, command: ApplyPresentation) -> TourApplied:
    """Reserves each pick again, gives each order a slot, and calls the pod.

    Raises: NotFound; Refused when nothing of it holds any more.
    """
    pod = turn.db.one(_POD, lpn=command.pod)
    if pod is None or turn.db.value(_STATION, name=command.station) is None:
        raise NotFound("unknown_pod_or_station", pod=command.pod, station=command.station)
    known = turn.db.value(_TOUR, pod=command.pod, station=command.station)
    tour_id, made = known or turn.new_id(), 0
    dropped: list[tuple[str, int, str]] = []
    due: list[int] = []
    for seq, pick in enumerate(command.picks, 1):
        order = turn.db.the(_ORDER, id=pick.order)
        slot = walls.slot_at(turn, pick.order, command.station) if order.state == "open" else None
        found = allocating.reserve_pick(turn, order, pick) if slot else []
        if sum(units for _, units in found) < pick.qty:
            dropped.append((pick.order, pick.line, "no_longer_free" if slot else "no_slot_free"))
        for key, units in found:
            spot = tour_id, seq, slot.id if slot else 0
            applying.add_task(turn, spot, pick, key, units, order.due_ms)
            made += 1
            due.append(order.due_ms)
    if not made:
        raise Refused("tour_obsolete", picks=len(command.picks))
    walls.settle(turn, command.station)
    _add_tour(turn, command, known, tour_id, min(due))
    turn.flush()
    turn.db.run(_AT_STATION, tour=tour_id, station=command.station)
    for order_id in sorted({pick.order for pick in command.picks}):
        turn.event("released", order_id=order_id, subject=tour_id, why=command.why, ready_ms=0)
    carrying.send_on(turn, command.pod)
    return TourApplied(tour=tour_id, picks=made, dropped=tuple(dropped))


def _add_tour(
    turn: Turn, command: ApplyPresentation, known: int | None, tour_id: int, due_ms: int
) -> None:
    if known:
        turn.db.run(_SOONER, id=tour_id, due=due_ms)
        return
    turn.add(
        tables.tour,
        id=tour_id,
        kind=STATION,
        container="pod",
        state="planned",
        cart=command.pod,
        due_ms=due_ms,
        why=command.why,
        plan=command.plan,
    )


HANDLERS: Mapping[type[Command[Any]], Handler] = {ApplyPresentation: handler(apply)}

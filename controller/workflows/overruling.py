"""Owns what a lead changes of a plan: a tour left as it is, an order taken out before it starts.

An order that is taken out is as if it had never been released: nothing is reserved for it and its
promise stands, but no plan starts it until the lead lets it go, or the time has come that was
given. It refuses orders for which a tote is on its way.
"""

from collections.abc import Mapping
from typing import Any

from controller.errors import NotFound, Refused
from controller.handlers import Handler, handler
from controller.messages import Command, Done, LetGoOrder, LockTour, PullOrder
from controller.turn import Turn
from controller.workflows import handheld, waves
from controller.workflows.ordering import the_order
from controller.workflows.withdrawing import shrink_task

PULLED = "pulled_by_lead"

_TOUR = "SELECT id, kind, state, worker, locked_by FROM tour WHERE id = :id"
_LOCK = "UPDATE tour SET locked_by = :badge WHERE id = :id"
_TASKS = (
    "SELECT * FROM task WHERE tour = :tour AND order_id = :order_id AND state = 'open' ORDER BY id"
)
_UNPLAN = (
    "UPDATE order_line SET planned = planned - :n WHERE order_id = :order_id AND line = :line"
)
_DROP_PARCELS = (
    "UPDATE parcel SET state = 'cancelled' WHERE order_id = :order_id AND state = 'planned' "
    "AND load IN (SELECT id FROM load WHERE tour = :tour)"
)
_ON_CART = (
    "SELECT l.lpn FROM load l JOIN task t ON t.load = l.id WHERE t.tour = :tour "
    "AND t.order_id = :order_id AND (l.state <> 'planned' OR t.done_qty > 0) "
    "ORDER BY l.id LIMIT 1"
)
_PULLED = "UPDATE customer_order SET pulled_until_ms = :until WHERE id = :id"
_END_LOADS = (
    "UPDATE load SET state = 'packed' WHERE tour = :tour AND state = 'planned' AND NOT EXISTS "
    "(SELECT 1 FROM task t WHERE t.load = load.id AND t.state = 'open')"
)
_END_EMPTY = (
    "UPDATE tour SET state = 'done' WHERE id = :tour AND NOT EXISTS "
    "(SELECT 1 FROM task t WHERE t.tour = tour.id AND t.state = 'open')"
)


def lock(turn: Turn, command: LockTour) -> Done:
    """Raises: NotFound; Refused for a tour that is over."""
    tour = _the_tour(turn, command.tour)
    if tour.state == "done":
        raise Refused("tour_is_over", tour=tour.id)
    turn.db.run(_LOCK, id=tour.id, badge=command.actor if command.locked else "")
    kind = "tour_locked" if command.locked else "tour_unlocked"
    turn.event(kind, subject=tour.id, reason=command.reason, by=command.actor)
    return Done()


def pull(turn: Turn, command: PullOrder) -> Done:
    """Raises: NotFound; Refused for a tour that is locked, begun, or sorted at a put wall."""
    tour = _the_tour(turn, command.tour)
    at = {"tour": tour.id, "order_id": command.order}
    if tour.state == "done" or turn.db.one(_ON_CART, **at) is not None:
        raise Refused("tour_begun", tour=tour.id, fix="let it be picked, or cancel the order")
    if tour.locked_by:
        raise Refused("tour_locked", tour=tour.id, by=tour.locked_by, fix="unlock it first")
    if tour.kind == "batch":
        raise Refused("tour_sorted_at_wall", tour=tour.id, fix="cancel the order instead")
    if 0 < command.until_ms <= turn.now_ms:
        raise Refused("time_has_passed", until_ms=command.until_ms, fix="give a later time, or 0")
    tasks = turn.db.all(_TASKS, **at)
    if not tasks:
        raise NotFound("order_not_in_tour", order=command.order, tour=tour.id)
    for task in tasks:
        units = task.qty - task.done_qty
        shrink_task(turn, task, units)
        turn.db.run(_UNPLAN, order_id=task.order_id, line=task.line, n=units)
    turn.db.run(_DROP_PARCELS, **at)
    turn.db.run(_END_LOADS, tour=tour.id)
    if tour.state == "planned":
        turn.db.run(_END_EMPTY, tour=tour.id)
    until_ms = command.until_ms or waves.EVER_MS
    turn.db.run(_PULLED, id=command.order, until=until_ms)
    handheld.tell_screen(turn, tour.worker)
    turn.event("waiting", order_id=command.order, reason=PULLED, ready_ms=0)
    turn.event(
        "pulled_from_tour",
        order_id=command.order,
        subject=tour.id,
        reason=command.reason,
        by=command.actor,
    )
    return Done()


def let_go(turn: Turn, command: LetGoOrder) -> Done:
    """Raises: NotFound; Refused for an order that no lead has pulled."""
    order = the_order(turn, command.order)
    if order.pulled_until_ms <= turn.now_ms:
        raise Refused("order_not_pulled", order=order.id, fix="it may start with the next plan")
    turn.db.run(_PULLED, id=order.id, until=0)
    turn.event("waiting", order_id=order.id, reason="next_plan", ready_ms=0)
    turn.event("order_let_go", order_id=order.id, by=command.actor)
    return Done()


def _the_tour(turn: Turn, tour_id: int) -> Any:
    tour = turn.db.one(_TOUR, id=tour_id)
    if tour is None:
        raise NotFound("unknown_tour", tour=tour_id)
    return tour


HANDLERS: Mapping[type[Command[Any]], Handler] = {
    LockTour: handler(lock),
    PullOrder: handler(pull),
    LetGoOrder: handler(let_go),
}

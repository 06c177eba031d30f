"""Owns urgent orders that join a tour which is being walked: by the plan, or by a lead.

The loads of the order get totes of their own in free slots of the cart, and their picks are made
where they lengthen the way least, in the zones that the cart has still to pass; what is in the
picker's hands stays the next pick. It refuses tours that are locked, full, sorted at a put wall or
on a truck, and orders that need cages.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from controller.errors import NotFound, Refused
from controller.handlers import Handler, handler
from controller.messages import Command, JoinOrder, OrderJoined, PlannedLoad
from controller.plan import cartonizing, joining
from controller.plan.cutting import BULK, Work, cut_order, planned_pick, stock_of
from controller.plan.releases import joins
from controller.plan.releasing import Problem
from controller.store import Db
from controller.turn import Turn
from controller.workflows import (
    allocating,
    applying,
    handheld,
    releasing,
    resequencing,
    under_way,
    zones,
)
from controller.workflows.ordering import the_order

_LAST = (
    "SELECT CAST(COALESCE(MAX(seq), 0) AS BIGINT) AS seq, "
    "CAST(COALESCE(MAX(zone), 0) AS BIGINT) AS zone FROM task WHERE tour = :tour"
)
_TOTES = "SELECT COUNT(*) FROM container WHERE kind = 'tote' AND state = ''"
_LONGER = (
    "UPDATE tour SET length_mm = length_mm + :mm, "
    "due_ms = CASE WHEN due_ms < :due THEN due_ms ELSE :due END WHERE id = :id"
)
_LET_GO = "UPDATE customer_order SET pulled_until_ms = 0 WHERE id = :id"
_WORKER = "SELECT worker FROM tour WHERE id = :id"


@dataclass(frozen=True, slots=True)
class _Asked:
    works: Sequence[Work]
    plan: joining.Plan


def offers(db: Db, now_ms: int, order: str) -> joining.Plan:
    """The tours that an order could join now, the best first, and why the others cannot take it.

    Raises: NotFound; Refused for an order of which nothing waits, or that no tote carries.
    """
    return _asked(releasing.snapshot(db, now_ms, order), order).plan


def _asked(problem: Problem, order: str) -> _Asked:
    if not problem.needs:
        raise Refused("order_released", order=order, fix="find its tour on the floor")
    goods = {each.sku: each for each in problem.goods}
    problem = replace(problem, erect=())  # no carton is erected on the way
    needs, pack = list(problem.needs), cartonizing.at_once
    works, reason = cut_order(problem, goods, stock_of(problem), needs, pack)
    if not works:
        raise Refused("order_cannot_start", order=order, reason=reason)
    if any(work.kind == BULK for work in works):
        raise Refused("order_needs_cages", order=order, fix="the next plan starts it")
    return _Asked(works, joins.offers(problem, works))


def join(turn: Turn, command: JoinOrder) -> OrderJoined:
    """Raises: NotFound; Refused with the reason where no tour, or not this one, takes it."""
    order = the_order(turn, command.order)
    asked = _asked(releasing.snapshot(turn.db, turn.now_ms, order.id), order.id)
    offer = _chosen(asked.plan, command.tour)
    totes = int(turn.db.value(_TOTES) or 0)
    if totes < len(asked.works):
        raise Refused("no_tote_free", wanted=len(asked.works), free=totes)
    added = _add(turn, order, offer.tour, asked.works)
    if not added:
        raise Refused("tour_obsolete", order=order.id)
    turn.db.run(_LONGER, id=offer.tour, mm=offer.extra_mm, due=order.due_ms)
    turn.db.run(_LET_GO, id=order.id)
    turn.flush()
    resequencing.resequence(turn, offer.tour, added, "order_joined")
    picker = turn.db.value(_WORKER, id=offer.tour)
    handheld.tell_screen(turn, picker)
    turn.event(
        "released",
        order_id=order.id,
        subject=offer.tour,
        why=f"joined the tour of {picker}: {offer.extra_mm // 1_000} m more"
        + (f"; {command.reason}" if command.reason else ""),
        ready_ms=offer.done_ms,
        by=command.actor,
        late_ms=offer.late_ms,
    )
    return OrderJoined(
        tour=offer.tour, extra_mm=offer.extra_mm, ready_ms=offer.done_ms, late_ms=offer.late_ms
    )


def _chosen(plan: joining.Plan, tour: int) -> joining.Offer:
    for offer in plan.offers:
        if tour in (0, offer.tour):
            return offer
    refused = dict(plan.refused)
    if tour in refused:
        raise Refused(refused[tour], tour=tour, fix="choose another tour")
    if tour:
        raise NotFound("tour_not_walked", tour=tour, fix="choose a tour that is being walked")
    raise Refused("no_tour_to_join", tours=len(refused), fix="the next plan starts it")


def _add(turn: Turn, order: Any, tour: int, works: Sequence[Work]) -> list[int]:
    """Loads and picks that are reserved for the order; the ids of the picks."""
    last = turn.db.the(_LAST, tour=tour)
    slots = under_way.free_slots(turn.db, turn.site, under_way.the_tour(turn.db, tour))
    added: list[int] = []
    for slot, work in zip(slots, works, strict=False):
        load_id, picks = turn.new_id(), len(added)
        for pick in work.picks:
            one = planned_pick(pick, 0)
            if last.zone:
                one = replace(one, zone=zones.zone_of_bin(turn, one.place))
            for key, units in allocating.reserve_pick(turn, order, one):
                spot = (tour, last.seq // 100 + len(added) + 1, load_id)
                added.append(applying.add_task(turn, spot, one, key, units, order.due_ms))
        if len(added) > picks:
            load = PlannedLoad(container="tote", parcels=tuple(work.parcels))
            applying.add_load(turn, (tour, load_id, slot), load, {order.id: order})
    return added


HANDLERS: Mapping[type[Command[Any]], Handler] = {JoinOrder: handler(join)}

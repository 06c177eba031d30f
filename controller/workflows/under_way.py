"""Owns the look at tours that are being walked: where each picker is, what is left, what room is.

Refuses to change them.
"""

from collections.abc import Iterator
from typing import Any

from controller.messages import SiteSettings
from controller.plan.graphs.distances import home, length_of
from controller.plan.graphs.ground import Ground
from controller.plan.joining import Running
from controller.plan.spreading import Ahead
from controller.plan.walking import Stop
from controller.store import Db
from controller.workflows import resequencing, waves

_WALKED = (
    "SELECT r.*, COALESCE(c.slots, 0) AS slots FROM tour r "
    "LEFT JOIN container c ON c.lpn = r.cart "
    "WHERE r.state = 'active' AND r.worker <> '' AND r.container <> 'pod' ORDER BY r.id"
)
_LOADS = (
    "SELECT COUNT(*) FROM load WHERE tour = :tour AND (state = 'picking' OR (state = 'planned' "
    "AND EXISTS (SELECT 1 FROM task t WHERE t.load = load.id AND t.state = 'open')))"
)
_KINDS = (
    "SELECT DISTINCT i.goods FROM task t JOIN item i ON i.sku = t.sku WHERE t.tour = :tour "
    "AND t.state IN ('open', 'done') AND i.goods <> '' ORDER BY i.goods"
)


_PLANNED = (
    "SELECT id, go_ms, due_ms FROM tour WHERE state = 'planned' AND container <> 'pod' "
    "ORDER BY go_ms, id"
)
_CARTONS = "SELECT id FROM load WHERE tour = :tour AND kind = 'carton' ORDER BY id LIMIT 1"


def running(db: Db, site: SiteSettings, now_ms: int, ground: Ground) -> Iterator[Running]:
    """The tours that pickers walk, each with why nothing may join it ("" where it may)."""
    pace = waves.pace(site)
    for tour in db.all(_WALKED):
        hand = resequencing.in_hand(db, tour)
        tasks = resequencing.open_tasks(db, tour.id)
        stops = [_stop(ground, task) for task in tasks if not hand or task.id != hand.id]
        rest = tuple(stop for stop in stops if stop is not None)
        here = (_stop(ground, hand) if hand else None) or home(ground.shape)
        left_mm = length_of(ground.shape, rest, range(len(rest)), (here, None))
        yield Running(
            tour=tour.id,
            here=here,
            rest=rest,
            slots=(tour.slots or site.cart_slots) - int(db.value(_LOADS, tour=tour.id) or 0),
            due_ms=tour.due_ms,
            left_mm=left_mm,
            done_ms=now_ms + pace.duration_ms(left_mm, len(tasks)),
            kinds=frozenset(row.goods for row in db.all(_KINDS, tour=tour.id)),
            no=_why_not(db, tour, hand, tasks),
        )


def ahead(db: Db, ground: Ground) -> Iterator[Ahead]:
    """The tours that wait for a picker, in the order in which they start."""
    for tour in db.all(_PLANNED):
        stops = [_stop(ground, task) for task in resequencing.open_tasks(db, tour.id)]
        reached = tuple(stop for stop in stops if stop is not None)
        yield Ahead(stops=reached, go_ms=tour.go_ms, due_ms=tour.due_ms)


def _stop(ground: Ground, task: Any) -> Stop | None:
    return ground.stop(task.way, task.aisle, task.block, task.y_mm)


def _why_not(db: Db, tour: Any, hand: Any, tasks: list[Any]) -> str:
    if tour.locked_by:
        return "tour_locked"
    if tour.kind != "cluster":
        return "tour_of_another_kind"
    if db.one(_CARTONS, tour=tour.id) is not None:
        return "tour_with_cartons"
    if not tasks:
        return "tour_all_picked"
    if hand is None:
        return "tour_not_begun"
    if any(task.zone for task in tasks):
        return "tour_passes_zones"
    return ""

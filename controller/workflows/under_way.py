"""Owns the look at tours that are being walked: where each picker is, what is left, what room is.

Refuses to change them.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from controller.messages import SiteSettings
from controller.plan.apart import named
from controller.plan.dangers import segregating
from controller.plan.graphs.distances import home, length_of
from controller.plan.graphs.ground import Ground
from controller.plan.joining import Running
from controller.plan.spreading import Ahead
from controller.plan.walking import Stop
from controller.store import Db
from controller.workflows import resequencing, waves
from controller.workflows.packing import erecting

_WALKED = (
    "SELECT r.*, COALESCE(c.slots, 0) AS slots FROM tour r "
    "LEFT JOIN container c ON c.lpn = r.cart "
    "WHERE r.state = 'active' AND r.worker <> '' AND r.container <> 'pod' ORDER BY r.id"
)
_ON_CART = (
    "SELECT l.slot, COALESCE((SELECT MAX(p.carton) FROM parcel p WHERE p.load = l.id "
    "AND l.kind = 'carton'), '') AS carton FROM load l WHERE l.tour = :tour "
    "AND (l.state = 'picking' OR (l.state = 'planned' "
    "AND EXISTS (SELECT 1 FROM task t WHERE t.load = l.id AND t.state = 'open'))) ORDER BY l.id"
)
_KINDS = (
    "SELECT i.* FROM item i WHERE (i.goods <> '' OR i.un_number <> '') AND i.sku IN (SELECT t.sku "
    "FROM task t WHERE t.tour = :tour AND t.state IN ('open', 'done')) ORDER BY i.sku"
)
_AFOOT = (
    "SELECT i.* FROM item i WHERE (i.goods <> '' OR i.un_number <> '') AND i.sku IN (SELECT t.sku "
    "FROM task t JOIN tour r ON r.id = t.tour WHERE r.state = 'active' "
    "AND t.state IN ('open', 'done')) ORDER BY i.sku"
)
_PLANNED = (
    "SELECT id, go_ms, due_ms FROM tour WHERE state = 'planned' AND container <> 'pod' "
    "ORDER BY go_ms, id"
)
_OF_KIND = {"batch": "sorted_at_a_put_wall", "bulk": "fetches_cages"}


def running(db: Db, site: SiteSettings, now_ms: int, ground: Ground) -> Iterator[Running]:
    """The tours that pickers walk, each with why nothing may join it ("" where it may)."""
    pace = waves.pace(site)
    for tour in db.all(_WALKED):
        hand, knows = resequencing.in_hand(db, tour), resequencing.picker_knows(db, tour)
        tasks = resequencing.open_tasks(db, tour.id)
        stops = [_stop(ground, task) for task in tasks if not hand or task.id != hand.id]
        rest = tuple(stop for stop in stops if stop is not None)
        here = (_stop(ground, hand) if hand else None) or home(ground.shape)
        left_mm = length_of(ground.shape, rest, range(len(rest)), (here, None))
        yield Running(
            tour=tour.id,
            here=here,
            rest=rest,
            slots=len(free_slots(db, site, tour)),
            due_ms=tour.due_ms,
            left_mm=left_mm,
            done_ms=now_ms + pace.duration_ms(left_mm, len(tasks)),
            kinds=frozenset(named(segregating.of(row)) for row in db.all(_KINDS, tour=tour.id)),
            zone=int(knows.get("zone", 0)),
            no=_why_not(tour, knows, tasks),
        )


def kinds_afoot(db: Db) -> Iterator[frozenset[str]]:
    """What may be kept apart of all that is on tours under way."""
    return (segregating.of(row) for row in db.all(_AFOOT))


def ahead(db: Db, ground: Ground) -> Iterator[Ahead]:
    """The tours that wait for a picker, in the order in which they start."""
    for tour in db.all(_PLANNED):
        stops = [_stop(ground, task) for task in resequencing.open_tasks(db, tour.id)]
        reached = tuple(stop for stop in stops if stop is not None)
        yield Ahead(stops=reached, go_ms=tour.go_ms, due_ms=tour.due_ms)


def the_tour(db: Db, tour: int) -> Any:
    """A tour that is walked, with the slots of its cart."""
    return next(each for each in db.all(_WALKED) if each.id == tour)


def free_slots(db: Db, site: SiteSettings, tour: Any) -> list[int]:
    """The slots of a tour's cart that nothing stands in or is planned for; cartons may be wide."""
    widths = erecting.widths(db, site)
    taken = {
        load.slot + further
        for load in db.all(_ON_CART, tour=tour.id)
        for further in range(widths.get(load.carton, 1))
    }
    slots = tour.slots or site.cart_slots
    return [slot for slot in range(1, slots + 1) if slot not in taken]


def _stop(ground: Ground, task: Any) -> Stop | None:
    return ground.stop(task.way, task.aisle, task.block, task.y_mm)


def _why_not(tour: Any, knows: Mapping[str, Any], tasks: list[Any]) -> str:
    if tour.locked_by:
        return "tour_locked"
    if tour.kind in _OF_KIND:
        return _OF_KIND[tour.kind]
    if not knows:
        return "nobody_walks_it"
    return "" if tasks else "all_picked"

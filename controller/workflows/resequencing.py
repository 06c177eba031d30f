"""Owns the order of the picks that are left on a tour that is being walked.

The pick in the picker's hands stays the next one, so what a handheld has done without a
connection up to its end still counts; what it did beyond, if the order has changed, is refused
and its later scans are stale. It refuses to touch stock.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from controller import grounds
from controller.messages import SiteSettings
from controller.plan import replanning
from controller.plan.graphs.distances import home
from controller.plan.graphs.ground import Ground
from controller.plan.sequencing import rank_of
from controller.plan.walking import Stop
from controller.store import Db
from controller.turn import Turn
from controller.workflows import handheld, zones

SPACING = 100

_TASKS = (
    "SELECT t.id, t.seq, t.zone, t.load, t.from_place, p.way, p.aisle, p.block, p.y_mm, "
    "i.mass_g, i.fragile, i.storage FROM task t JOIN place p ON p.name = t.from_place "
    "JOIN item i ON i.sku = t.sku WHERE "
)
_OPEN = _TASKS + "t.tour = :tour AND t.state = 'open' ORDER BY t.zone, t.seq, t.id"
_TASK = _TASKS + "t.id = :id"
_WALKED = "SELECT * FROM tour WHERE state = 'active' AND locked_by = '' ORDER BY id"
_TOUR = "SELECT * FROM tour WHERE id = :id"
_SESSION = "SELECT data FROM session WHERE worker = :worker AND workflow = 'picking'"
_SET_SEQ = "UPDATE task SET seq = :seq WHERE id = :id"


def resequence_all(turn: Turn) -> tuple[int, ...]:
    """The floor has changed: every tour under way is looked at again; those that changed.

    One that a lead has locked keeps its order.
    """
    return tuple(
        tour.id for tour in turn.db.all(_WALKED) if _resequence(turn, tour, (), "floor_changed")
    )


def resequence(turn: Turn, tour_id: int, added: Collection[int], why: str) -> None:
    """Picks were added to a tour: they get their place among those that are left of their zone."""
    tour = turn.db.the(_TOUR, id=tour_id)
    tasks = open_tasks(turn.db, tour_id)
    for zone in sorted({task.zone for task in tasks if task.id in added}):
        _resequence(turn, tour, added, why, zone)


def _resequence(
    turn: Turn, tour: Any, added: Collection[int], why: str, zone: int | None = None
) -> bool:
    """Zones are walked one after another, each in its own order; None: the one of the picker."""
    hand = in_hand(turn.db, tour)
    own = int(picker_knows(turn.db, tour).get("zone", 0))
    if zone is None:
        zone = own
    hand = hand if zone == own else None
    tasks = [task for task in open_tasks(turn.db, tour.id) if task.zone == zone]
    joined = [task for task in tasks if task.id in added]
    left = [task for task in tasks if task.id not in added]
    rest = [task for task in left if hand is None or task.from_place != hand.from_place]
    ground = grounds.ground(turn.db, turn.site)

    def stops(rows: Sequence[Any]) -> tuple[Stop | None, ...]:
        return tuple(ground.stop(row.way, row.aisle, row.block, row.y_mm) for row in rows)

    site, follow = turn.site, [*rest, *joined]
    plan = replanning.solve(
        replanning.Problem(
            layout=ground.shape,
            here=(stops([hand])[0] if hand else None) or _begin(turn, ground, zone),
            rest=stops(rest),
            added=stops(joined),
            free=tour.kind != "batch" and not tour.locked_by,  # a wall's totes fill in turn
            ranks=tuple(_rank(site, task) for task in follow),
            loads=tuple(task.load for task in follow),
            price_mm=site.precedence_mm,
        )
    )
    follow = [follow[index] for index in plan.sequence]
    if follow == [task for task in tasks if task in follow]:
        return False
    seq = hand.seq if hand else 0
    for nth, task in enumerate(follow, 1):
        turn.db.run(_SET_SEQ, id=task.id, seq=seq + nth * SPACING)
    turn.event(
        "tour_resequenced",
        subject=tour.id,
        why=why,
        added=len(joined),
        kept=plan.kept,
        left_mm=plan.length_mm,
    )
    handheld.tell_screen(turn, tour.worker)
    return True


def _begin(turn: Turn, ground: Ground, zone: int) -> Stop:
    """Where the picks of a zone begin for whoever has none in hand."""
    found = zones.hand_overs(turn.db, turn.site) if zone else []
    return found[zone - 1].stop if 0 < zone <= len(found) else home(ground.shape)


def picker_knows(db: Db, tour: Any) -> Mapping[str, Any]:
    """What the session of the tour's picker holds; nothing where nobody walks it."""
    stored = db.value(_SESSION, worker=tour.worker) if tour.worker else None
    data = msgspec.json.decode(stored) if stored else {}
    return data if data.get("tour") == tour.id else {}


def in_hand(db: Db, tour: Any) -> Any | None:
    """The pick on the screen of the tour's picker, with its place; None where there is none."""
    return db.one(_TASK, id=int(picker_knows(db, tour).get("task", 0)))


def open_tasks(db: Db, tour: int) -> list[Any]:
    """The picks that are left of a tour in their order, each with its place."""
    return db.all(_OPEN, tour=tour)


def _rank(site: SiteSettings, task: Any) -> int:
    cold = task.storage in site.cold_storages
    return rank_of(task.mass_g, bool(task.fragile), cold, site.heavy_unit_g)

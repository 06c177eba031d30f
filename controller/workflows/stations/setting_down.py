"""Owns goods that are brought to a station: where they stand there, and the pods called for them.

A container is set down with all that is in it, loose goods by a movement. It refuses to take back
what somebody has begun to put onto a pod.
"""

from collections.abc import Iterable
from typing import Any

from controller import ledger
from controller.errors import Refused
from controller.turn import Turn
from controller.workflows import errands, withdrawing
from controller.workflows.handheld import Job
from controller.workflows.stations import carrying

_CONTAINER = "SELECT place, parent FROM container WHERE lpn = :lpn"
_AT = "UPDATE container SET place = :place, parent = :parent WHERE lpn = :lpn"
_LIES_AT = "UPDATE task SET from_place = :place WHERE id = :id"
_KIND = "SELECT kind FROM place WHERE name = :name"
_STATION = (
    "SELECT s.name FROM place s JOIN place b ON b.name = :bin JOIN container c ON c.lpn = b.pod "
    "WHERE s.kind = 'station' ORDER BY CASE WHEN s.name = c.place OR EXISTS (SELECT 1 FROM task t "
    "WHERE t.kind = 'carry' AND t.state = 'open' AND t.from_container = b.pod "
    "AND t.to_place = s.name) THEN 0 ELSE 1 END, "
    f"(SELECT COUNT(*) FROM ({errands.AT_STATIONS}) w WHERE w.station = s.name), s.name LIMIT 1"
)


def station_of(turn: Turn, place: str) -> str:
    """Where the pod of this bin stands or comes, or could; "" for a place that is on no pod."""
    return str(turn.db.value(_STATION, bin=place) or "")


def is_station(turn: Turn, place: str) -> bool:
    return bool(turn.db.value(_KIND, name=place) == "station")


def set_down(job: Job, task: Any, station: str) -> str:
    """The goods stand at a station; whoever works there puts them onto the pods that come."""
    turn, lpn = job.turn, task.from_container
    tasks = [task]
    if lpn:
        mine = errands.of_container(turn, lpn, job.worker)
        tasks = [each for each in mine if carrying.pod_of(turn, each.to_place)]
        row = turn.db.the(_CONTAINER, lpn=lpn)
        back: dict[str, Any] = {"place": row.place, "parent": row.parent, "movement": 0}
        turn.db.run(_AT, lpn=lpn, place=station, parent="")
    else:
        source = withdrawing.reserved_key(turn, task)
        units = task.qty - task.done_qty
        movement = ledger.move(turn, source, source.at(station), units, cause="putaway")
        back = {"place": task.from_place, "parent": "", "movement": movement}
        turn.db.run(_LIES_AT, id=task.id, place=station)
    job.can_undo("set_down", tasks=[each.id for each in tasks], lpn=lpn, **back)
    for each in tasks:
        errands.claim(turn, each.id, "")
    _call_pods(turn, tasks)
    job.goto("done")
    return "container_set_down" if lpn else "goods_set_down"


def _call_pods(turn: Turn, tasks: Iterable[Any]) -> None:
    """The pods of these tasks go where goods wait for them, or back where none do any more."""
    for pod in sorted({carrying.pod_of(turn, each.to_place) for each in tasks}):
        carrying.send_on(turn, pod)


def undo_set_down(
    job: Job, tasks: list[int], lpn: str, place: str, parent: str, movement: int
) -> None:
    """Raises: Refused when somebody has begun to put the goods onto a pod."""
    turn = job.turn
    rows = [errands.get(turn, each) for each in tasks]
    if any(each.state != "open" or each.worker or each.done_qty for each in rows):
        raise Refused("fetched_by_now")
    if movement:
        ledger.undo(turn, movement)
        turn.db.run(_LIES_AT, id=tasks[0], place=place)
    else:
        turn.db.run(_AT, lpn=lpn, place=place, parent=parent)
    for each in tasks:
        errands.claim(turn, each, job.worker)
    _call_pods(turn, rows)

"""Owns errands: the tasks that NEXT hands to a worker, one by one.

An errand belongs to one worker while it runs and goes back to the queue on HOME. Pods that are to
be carried come first, then replenishments, putaways and moves, the earliest due first. What is on
its way to a place counts as being there, so an open errand reserves the room that it needs. The
flows themselves are in carrying, replenishing, putting_away and moving.
"""

from dataclasses import dataclass
from typing import Any

from controller.errors import Refused
from controller.messages import Fields
from controller.turn import Turn
from controller.units import HOUR
from controller.workflows.handheld import Heard, Job

KINDS = (
    "carry",
    "replenish",
    "putaway",
    "move",
)  # in order of urgency; each has a flow of that name

READY_MOVES = (
    "SELECT m.id FROM task m WHERE m.kind = 'move' AND m.state = 'open' "
    "AND NOT EXISTS (SELECT 1 FROM stock s WHERE s.place = m.to_place) "
    "AND NOT EXISTS (SELECT 1 FROM face f WHERE f.place = m.to_place AND f.sku <> m.sku) "
    "AND (EXISTS (SELECT 1 FROM stock s WHERE s.place = m.from_place AND s.sku = m.sku) "
    "OR EXISTS (SELECT 1 FROM face f WHERE f.place = m.from_place AND f.sku = m.sku)) "
    "AND NOT EXISTS (SELECT 1 FROM task p JOIN tour r ON r.id = p.tour "
    "WHERE p.from_place = m.from_place AND p.sku = m.sku AND p.kind = 'pick' "
    "AND p.state = 'open' AND (r.state = 'active' OR r.locked_by <> ''))"
)
"""Moves whose target is empty, whose goods are at their source, and that no picker needs.

A tour that a lead has locked keeps its places too.
"""

AT_STATIONS = (
    "SELECT t.id, t.sku, t.from_container, t.worker, t.due_ms, b.pod, s.name AS station "
    "FROM task t JOIN place b ON b.name = t.to_place AND b.pod <> '' "
    "LEFT JOIN container g ON g.lpn = t.from_container AND t.from_container <> '' "
    "JOIN place s ON s.name = COALESCE(g.place, t.from_place) AND s.kind = 'station' "
    "WHERE t.kind = 'putaway' AND t.state = 'open'"
)
"""Putaways whose goods stand at a station: the work of who is there, when the pod is."""

_SELECT = (
    "SELECT t.*, COALESCE(i.name, '') AS name, "
    "COALESCE(i.length_mm * i.width_mm * i.height_mm, 0) AS unit_mm3, "
    "COALESCE(c.place, t.from_place) AS at "
    "FROM task t LEFT JOIN item i ON i.sku = t.sku "
    "LEFT JOIN container c ON c.lpn = t.from_container AND t.from_container <> '' "
)
_GET = _SELECT + "WHERE t.id = :id"
_NEXT = (
    _SELECT + "WHERE t.kind = :kind AND t.state = 'open' AND t.worker IN ('', :worker) "
    "AND t.id <> :skipped AND (t.kind <> 'move' OR t.id IN (" + READY_MOVES + ")) "
    "AND (t.kind <> 'putaway' OR t.id NOT IN (SELECT w.id FROM (" + AT_STATIONS + ") w)) "
    "AND NOT EXISTS (SELECT 1 FROM task m WHERE m.kind = 'move' AND m.state = 'open' "
    "AND m.worker <> '' AND m.from_place = t.to_place AND m.id <> t.id) "
    "ORDER BY t.due_ms, t.id LIMIT 1"
)
_OF_CONTAINER = (
    _SELECT + "WHERE t.kind = 'putaway' AND t.state = 'open' AND t.from_container = :lpn "
    "AND t.worker IN ('', :worker) AND t.sku <> '' ORDER BY CASE WHEN t.to_place IN "
    "(SELECT name FROM place WHERE pod <> '') THEN 1 ELSE 0 END, t.id"
)
_CLAIM = "UPDATE task SET worker = :worker WHERE id = :id"
_CLAIM_CONTAINER = (
    "UPDATE task SET worker = :worker WHERE kind = 'putaway' AND state = 'open' "
    "AND from_container = :lpn AND worker = ''"
)
_GIVE_BACK = (
    "UPDATE task SET worker = '' "
    "WHERE kind IN ('carry', 'putaway', 'replenish', 'move') AND state = 'open' "
    "AND worker = :worker"
)
_PUT_OFF = "UPDATE task SET worker = '', due_ms = :due WHERE id = :id"
_DONE = "UPDATE task SET done_qty = done_qty + :n, state = :state WHERE id = :id"
_STATE = "UPDATE task SET state = :state WHERE id = :id"
_FACE = (
    "SELECT f.place, f.units_max, CAST(COALESCE(SUM(s.qty), 0) AS BIGINT) AS held, "
    "CAST(COALESCE(SUM(s.qty - s.reserved), 0) AS BIGINT) AS free "
    "FROM face f LEFT JOIN stock s ON s.sku = f.sku AND s.place = f.place "
    "AND s.status = 'available' WHERE f.sku = :sku GROUP BY f.place, f.units_max"
)
_COMING = (
    "SELECT CAST(COALESCE(SUM(qty - done_qty), 0) AS BIGINT) FROM task "
    "WHERE kind IN ('putaway', 'replenish') AND state = 'open' "
    "AND to_place = :place AND sku = :sku"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """The pick face of a SKU: units there, units nobody has reserved, units when full."""

    place: str
    units_max: int
    held: int
    free: int


def face_of(turn: Turn, sku: str) -> Face | None:
    row = turn.db.one(_FACE, sku=sku)
    return None if row is None else Face(**row._asdict())


def coming(turn: Turn, sku: str, place: str) -> int:
    """Units of the SKU that open errands will bring to the place."""
    return int(turn.db.value(_COMING, sku=sku, place=place))


def next_task(turn: Turn, worker: str, skipped: int = 0) -> Any | None:
    """Claims the next errand for the worker, with all else in the same container; its row."""
    for kind in KINDS:
        row = turn.db.one(_NEXT, kind=kind, worker=worker, skipped=skipped)
        if row is None:
            continue
        turn.db.run(_CLAIM, id=row.id, worker=worker)
        if row.from_container:
            turn.db.run(_CLAIM_CONTAINER, lpn=row.from_container, worker=worker)
        return row
    return None


def of_container(turn: Turn, lpn: str, worker: str) -> list[Any]:
    """The worker's open putaways out of one container, and those of nobody; onto pods last."""
    return turn.db.all(_OF_CONTAINER, lpn=lpn, worker=worker)


def get(turn: Turn, task_id: int) -> Any:
    return turn.db.one(_GET, id=task_id)


def claim(turn: Turn, task_id: int, worker: str) -> None:
    turn.db.run(_CLAIM, id=task_id, worker=worker)


def enter(job: Job, task: Any) -> str:
    """Starts the flow of a claimed errand at its source."""
    job.switch(task.kind, "source", **facts(task))
    return "errand"


def facts(task: Any) -> dict[str, Any]:
    """What the screens of an errand show."""
    return {
        "task": task.id,
        "sku": task.sku,
        "name": task.name,
        "qty": task.qty - task.done_qty,
        "source": task.from_container or task.from_place,
        "at": task.at,
        "to": task.to_place,
    }


def book(turn: Turn, task_id: int, qty: int, *, state: str) -> None:
    """Books units as done (or, below zero, as not done after all)."""
    turn.db.run(_DONE, id=task_id, n=qty, state=state)


def close(turn: Turn, task_id: int, state: str) -> None:
    turn.db.run(_STATE, id=task_id, state=state)


def give_back(job: Job) -> None:
    """HOME: what the worker had claimed is free for anybody again."""
    job.turn.db.run(_GIVE_BACK, worker=job.worker)


def skip(job: Job, _heard: Heard) -> str:
    """The errand waits an hour for its next turn; the worker gets another one."""
    skipped = job.data["task"]
    job.turn.db.run(_PUT_OFF, id=skipped, due=job.turn.now_ms + HOUR)
    return go_on(job, skipped=skipped)


def after_done(job: Job, _heard: Heard) -> str:
    """NEXT after an errand."""
    return go_on(job)


def go_on(job: Job, skipped: int = 0) -> str:
    """The worker's next errand, or home."""
    task = next_task(job.turn, job.worker, skipped)
    if task is None:
        job.home()
        job.warn()
        return "no_task"
    return enter(job, task)


def draw_done(job: Job) -> dict[str, Any]:
    fields = item_fields(job.data)
    return {"expects": ("NEXT",), "target": "NEXT", "fields": fields, "buttons": ("NEXT",)}


def item_fields(data: dict[str, Any]) -> Fields:
    return {name: data[name] for name in ("sku", "name", "qty") if name in data}


def confirmed(job: Job, heard: Heard) -> bool:
    """Whether an unexpected scan is the second in a row; the first one turns amber."""
    first = job.data.pop("unsure", None)
    if first == [heard.raw, job.version]:
        return True
    job.data["unsure"] = [heard.raw, job.version + 1]
    job.warn()
    return False


def expect(heard: Heard, *expected: str) -> None:
    """Raises: Refused("wrong_scan") naming what was expected and what was read."""
    if heard.ref not in expected:
        raise Refused("wrong_scan", expected=" / ".join(expected), got=heard.ref)

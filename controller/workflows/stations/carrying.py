"""Owns the ways of pods: to a station, from one to the next, and back to a free spot.

A way is a task that a vehicle carries out, asked over the outbox, or a person with a handheld
where there is none or it fails. A pod has one way at a time. It refuses to choose orders.
"""

from collections.abc import Mapping
from typing import Any

from controller import outbox, tables
from controller.errors import Refused
from controller.handlers import Handler, handler
from controller.messages import Command, Done, LoadCarried
from controller.turn import Turn
from controller.units import HOUR
from controller.workflows import alarming, errands
from controller.workflows.handheld import Flow, Heard, Job, stay

_OPEN = (
    "SELECT * FROM task WHERE kind = 'carry' AND state = 'open' AND from_container = :pod "
    "ORDER BY id LIMIT 1"
)
_REDIRECT = "UPDATE task SET to_place = :to, due_ms = :due WHERE id = :id"
_OF_ROW = "SELECT * FROM task WHERE load = :row AND kind || '' = 'carry' ORDER BY id LIMIT 1"
_STATION = "SELECT kind FROM place WHERE name = :name"
_SPOT = (
    "SELECT s.name FROM place s, place f WHERE s.kind = 'spot' AND f.name = :here "
    "AND NOT EXISTS (SELECT 1 FROM container c WHERE c.kind = 'pod' AND c.place = s.name) "
    "AND NOT EXISTS (SELECT 1 FROM task t WHERE t.kind = 'carry' AND t.state = 'open' "
    "AND t.to_place = s.name) ORDER BY ABS(s.aisle - f.aisle), s.y_mm, s.name LIMIT 1"
)
_NEXT_STATION = (
    "SELECT w.station FROM (SELECT t.to_place AS station, 0 AS stows, r.due_ms, r.id FROM tour r "
    "JOIN task t ON t.tour = r.id AND t.state = 'open' WHERE r.kind = 'station' "
    "AND r.state IN ('planned', 'active') AND r.cart = :pod UNION ALL "
    "SELECT g.station, 1, g.due_ms, g.id FROM (" + errands.AT_STATIONS + ") g WHERE g.pod = :pod"
    ") w ORDER BY CASE WHEN w.station = :here THEN 0 ELSE 1 END, w.stows, w.due_ms, w.id, "
    "w.station LIMIT 1"
)
_CANCEL_WAY = (
    "UPDATE task SET state = 'cancelled' WHERE kind = 'carry' AND state = 'open' "
    "AND from_container = :pod AND worker = ''"
)
_PLACE_OF = "SELECT place FROM container WHERE lpn = :lpn"
_SET_DOWN = "UPDATE container SET place = :place, parent = '' WHERE lpn = :lpn"
_POD = "SELECT pod FROM place WHERE name = :name"
_TASK = "SELECT * FROM task WHERE id = :id"


def send_on(turn: Turn, pod: str) -> None:
    """A pod goes to the station that needs it next, or, needed by none, back to a spot."""
    here = str(turn.db.value(_PLACE_OF, lpn=pod))
    station = turn.db.value(_NEXT_STATION, pod=pod, here=here) or ""
    _order(turn, pod, here, station)


def _order(turn: Turn, pod: str, here: str, to: str) -> None:
    """A pod is wanted at a place, or at none: then at the nearest free spot."""
    task = turn.db.one(_OPEN, pod=pod)
    if task is not None and task.worker:
        return  # under way: it is sent on from where it arrives
    if to == here:
        if task is not None:
            errands.close(turn, task.id, "cancelled")
        return
    urgent = bool(to)
    if not to and turn.db.value(_STATION, name=here) == "station":
        to = turn.db.value(_SPOT, here=here) or ""
    due_ms = turn.now_ms if urgent else turn.now_ms + HOUR
    if task is not None:
        state = "open" if to else "cancelled"
        errands.close(turn, task.id, state)
        turn.db.run(_REDIRECT, id=task.id, to=to or task.to_place, due=due_ms)
    elif to:
        _add(turn, pod, here, to, due_ms)


def _add(turn: Turn, pod: str, here: str, to: str, due_ms: int) -> None:
    carrier, row = turn.site.pod_carrier, 0
    task_id = turn.new_id()
    if carrier:
        job = {"do": "carry", "load": pod, "from": here, "to": to}
        row = outbox.emit(turn, f"device/{carrier}", job)
    turn.add(
        tables.task,
        id=task_id,
        kind="carry",
        state="open",
        load=row,
        from_place=here,
        from_container=pod,
        to_place=to,
        worker=carrier,
        due_ms=due_ms,
        created_ms=turn.now_ms,
    )
    turn.flush()


def way_of(turn: Turn, pod: str) -> Any | None:
    """The way that a pod has before it, or is on."""
    return turn.db.one(_OPEN, pod=pod)


def pod_of(turn: Turn, place: str) -> str:
    """The pod that a bin is part of; "" for any other place."""
    return str(turn.db.value(_POD, name=place) or "")


def hold(turn: Turn, pod: str, place: str) -> None:
    """A pod that was to leave stays. Raises: Refused when somebody has fetched it."""
    if way_of(turn, pod) is not None and not turn.db.run(_CANCEL_WAY, pod=pod):
        raise Refused("fetched_by_now")
    if turn.db.value(_PLACE_OF, lpn=pod) != place:
        raise Refused("fetched_by_now")


def arrive(turn: Turn, pod: str, place: str) -> None:
    """A pod stands at a place, however it has come there; where it is not needed it goes on."""
    task = turn.db.one(_OPEN, pod=pod)
    if task is not None:
        errands.close(turn, task.id, "done")
    turn.db.run(_SET_DOWN, lpn=pod, place=place)
    turn.event("pod_set_down", subject=pod, at=place)
    send_on(turn, pod)


def carried(turn: Turn, command: LoadCarried) -> Done:
    """A vehicle has done its way; said again, it changes nothing."""
    outbox.done(turn.db, command.outbox)
    alarming.works_again(turn, command.device)
    task = turn.db.one(_OF_ROW, row=command.outbox)
    if task is None or task.state != "open":
        return Done(note="done_before")
    arrive(turn, task.from_container, task.to_place)
    return Done(note=task.to_place)


def at_source(job: Job, heard: Heard) -> str:
    errands.expect(heard, job.data["source"])
    if _cancelled(job):
        return "errand_cancelled"
    job.can_undo("stay")
    job.goto("target")
    return "bring_pod"


def put(job: Job, heard: Heard) -> str:
    """The pod stands where it is wanted."""
    errands.expect(heard, job.data["to"])
    if _cancelled(job):
        return "errand_cancelled"
    pod = job.data["source"]
    job.can_undo("carried", task=job.data["task"], pod=pod, place=job.data["at"])
    arrive(job.turn, pod, heard.ref)
    job.goto("done")
    return "pod_set_down"


def _cancelled(job: Job) -> bool:
    """The pod is needed elsewhere, or has come there by now: the next errand is shown."""
    task = job.turn.db.the(_TASK, id=job.data["task"])
    if task.state == "open" and task.to_place == job.data["to"]:
        return False
    errands.go_on(job)
    job.warn(pod=task.from_container)
    return True


def undo_carried(job: Job, task: int, pod: str, place: str) -> None:
    """Raises: Refused when the pod is on another way by now."""
    if way_of(job.turn, pod) is not None:
        raise Refused("fetched_by_now")
    errands.close(job.turn, task, "open")
    job.turn.db.run(_SET_DOWN, lpn=pod, place=place)


def _draw(expects: str, target: str, *buttons: str) -> Any:
    return lambda job: {
        "expects": (expects,),
        "at": job.data["at"] if target == "source" else job.data["to"],
        "target": job.data[target],
        "fields": {
            "pod": job.data["source"],
            "stands_at": job.data["at"] if target == "source" else "",
        },
        "buttons": buttons,
    }


FLOW = Flow(
    "carry",
    transitions={
        ("source", "container"): at_source,
        ("source", "SKIP"): errands.skip,
        ("target", "place"): put,
        ("done", "NEXT"): errands.after_done,
    },
    draw={
        "source": _draw("container", "source", "SKIP"),
        "target": _draw("place", "to"),
        "done": lambda job: errands.draw_done(job) | {"fields": {"pod": job.data["source"]}},
    },
    undo={"carried": undo_carried, "stay": stay},
    leave=errands.give_back,
)
HANDLERS: Mapping[type[Command[Any]], Handler] = {LoadCarried: handler(carried)}

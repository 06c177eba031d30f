"""Owns goods that wait at a station for the pods that stand there: item by item, into their bins.

The goods (a container, or loose ones by their item) -> item -> bin, until nothing of them belongs
onto a pod that is here. Each put is the movement into the bin. It refuses bins of pods elsewhere.
"""

from collections.abc import Callable
from typing import Any

from controller.errors import Refused
from controller.workflows import errands, placing, putting_away
from controller.workflows.handheld import Heard, Job
from controller.workflows.stations import carrying

Then = Callable[[Job], None]
"""Draws what the station shows when nothing more of these goods can be put away now."""

_WAITING = (
    f"SELECT w.*, c.place AS stands_at FROM ({errands.AT_STATIONS}) w "
    "JOIN container c ON c.lpn = w.pod WHERE w.station = :station "
    "AND w.worker IN ('', :worker) ORDER BY w.due_ms, w.id"
)
_POD_HERE = (
    "SELECT b.pod FROM place b JOIN container c ON c.lpn = b.pod AND c.place = :station "
    "WHERE b.name = :bin"
)
_AIM = "UPDATE task SET to_place = :place WHERE id = :id"


def _waiting(job: Job) -> list[Any]:
    return job.turn.db.all(_WAITING, station=job.place, worker=job.worker)


def _here(job: Job) -> list[Any]:
    """Goods of this station for pods that stand here."""
    return [row for row in _waiting(job) if row.stands_at == job.place]


def offer(job: Job) -> bool:
    """Shows the first goods whose pod stands here; whether there are any."""
    row = next(iter(_here(job)), None)
    if row is None:
        return False
    loose = not row.from_container
    target, expects = (row.sku, "item") if loose else (row.from_container, "container")
    job.goto("goods", target=target, expects=expects, pod=row.pod)
    return True


def wanted(job: Job, pod: str) -> bool:
    """Whether goods wait here for this pod."""
    return any(row.pod == pod for row in _waiting(job))


def take_goods(job: Job, heard: Heard) -> str | None:
    """The goods are at hand; None where the scan is no goods that wait here."""
    item = heard.kind == "item"
    rows = [
        row
        for row in _waiting(job)
        if heard.ref == (row.sku if item and not row.from_container else row.from_container)
    ]
    if not rows:
        return None
    row = next((each for each in rows if each.stands_at == job.place), None)
    if row is None:
        raise Refused("pod_not_here", pod=rows[0].pod, fix="wait for this pod")
    job.can_undo("stay")
    job.data = {}
    _show(job, row)
    if item:
        job.goto("stow")
        return "to_place"
    return "source_ok"


def _show(job: Job, row: Any) -> None:
    turn = job.turn
    errands.claim(turn, row.id, job.worker)
    facts = errands.facts(errands.get(turn, row.id))
    job.goto("unpack", **facts, take=facts["qty"], full=[], pod=row.pod)


def take_item(job: Job, heard: Heard) -> str:
    """Any item of the container that belongs onto a pod here; else the one on the screen."""
    data = job.data
    if heard.ref != data["sku"]:
        others = (row for row in _of_source(job) if row.sku == heard.ref)
        other = next(others, None)
        if other is None:
            raise Refused("wrong_item", expected=data["sku"], got=heard.ref)
        job.can_undo("stay")
        errands.claim(job.turn, data["task"], "")
        _show(job, other)
    else:
        job.can_undo("stay")
    job.goto("stow")
    return "to_place"


def _of_source(job: Job) -> list[Any]:
    return [row for row in _here(job) if row.from_container == job.data["source"]]


def put(job: Job, heard: Heard, then: Then) -> str:
    """The units lie in the bin; another bin of a pod that stands here is asked twice."""
    turn, data = job.turn, job.data
    pod = turn.db.value(_POD_HERE, station=job.place, bin=heard.ref)
    if pod is None:
        raise Refused("wrong_place", expected=data["to"], got=heard.ref)
    task = errands.get(turn, data["task"])
    qty = min(data["take"], task.qty - task.done_qty)
    if heard.ref != data["to"]:
        placing.check_room(turn, task, heard.ref, qty, kinds=("pod",))
        if not errands.confirmed(job, heard):
            return "other_place"
    return _put(job, task, heard.ref, qty, then)


def _put(job: Job, task: Any, place: str, qty: int, then: Then) -> str:
    left, pods = task.qty - task.done_qty - qty, _pods(job, task, place)
    stored = putting_away.store(job.turn, task, place, qty)
    job.can_undo("stowed", pod=carrying.pod_of(job.turn, place), **stored)
    if left:
        _elsewhere(job, task, place, then)
        return "put_part"
    _go_on(job, pods, then)
    return "put_away"


def _pods(job: Job, task: Any, place: str) -> set[str]:
    """The pods that may leave when these units lie at this place."""
    return {carrying.pod_of(job.turn, each) for each in (task.to_place, place)}


def _go_on(job: Job, pods: set[str], then: Then) -> None:
    """The next item of the same container, else what else there is to do at this station."""
    rows = _of_source(job) if job.data["source"] != job.place else []
    if rows:
        _show(job, rows[0])
    for pod in sorted(pods - {""}):
        carrying.send_on(job.turn, pod)
    if not rows:
        then(job)


def full(job: Job, _heard: Heard) -> str:
    """The bin is full: how many fitted, before the next one is chosen."""
    job.can_undo("stay")
    job.goto("fitted")
    return "how_many_fitted"


def fitted(job: Job, heard: Heard, then: Then) -> str:
    task = errands.get(job.turn, job.data["task"])
    if heard.units >= task.qty - task.done_qty:
        raise Refused("wrong_count", most=task.qty - task.done_qty - 1, got=heard.units)
    if heard.units:
        return _put(job, task, job.data["to"], heard.units, then)
    return _elsewhere(job, task, job.data["to"], then)


def _elsewhere(job: Job, task: Any, place: str, then: Then) -> str:
    """The rest goes into another bin, of a pod that stands here where one has room.

    Otherwise another pod is called, or the rest is an errand to a place in reserve.
    """
    turn, full = job.turn, [*job.data["full"], place]
    pods, rest = _pods(job, task, place), errands.get(turn, task.id)
    units = rest.qty - rest.done_qty
    choice = placing.choose_place(turn, task.sku, units, task.lot, full, job.place)
    turn.db.run(_AIM, id=task.id, place=choice.place)
    job.goto("stow", to=choice.place, take=choice.qty, qty=units, full=full)
    if turn.db.value(_POD_HERE, station=job.place, bin=choice.place) is None:
        errands.claim(turn, task.id, "")
        _go_on(job, {*pods, carrying.pod_of(turn, choice.place)}, then)
    return "next_place"


def short(job: Job, then: Then) -> str:
    """The goods are not there: they are booked as missing."""
    task = errands.get(job.turn, job.data["task"])
    pods = _pods(job, task, task.to_place)
    putting_away.miss(job.turn, task)
    _go_on(job, pods, then)
    return "short_noted"


def undo_stowed(job: Job, pod: str, **stored: Any) -> None:
    """Raises: Refused once somebody has fetched the pod, or uses the emptied container."""
    carrying.hold(job.turn, pod, job.place)
    putting_away.undo_put(job, **stored)


def draw_goods(job: Job) -> dict[str, Any]:
    data = job.data
    return {
        "expects": (data["expects"],),
        "at": job.place,
        "target": data["target"],
        "fields": {"pod": data["pod"]},
    }


def drawn(target: str, expects: str, *buttons: str) -> Callable[[Job], dict[str, Any]]:
    """A screen at the station about the units for one bin."""
    return lambda job: {
        "expects": (expects,),
        "at": job.place,
        "target": job.data[target] if target else "",
        "fields": {name: job.data[name] for name in ("sku", "name", "source", "pod")}
        | {"qty": job.data["take"]},
        "buttons": buttons,
    }

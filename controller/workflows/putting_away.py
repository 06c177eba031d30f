"""Owns the flow that brings goods that have arrived to their places.

What belongs into the bin of a pod is set down at a station, and its pod is called there. It
refuses places that store nothing and those without room.
"""

from collections.abc import Mapping
from typing import Any

from controller import ledger, tables
from controller.errors import Refused
from controller.handlers import Handler
from controller.ledger import Key
from controller.messages import Command, Fields
from controller.turn import Turn
from controller.workflows import errands, placing, replenishing, shortages, withdrawing
from controller.workflows.handheld import Flow, Heard, Job, stay
from controller.workflows.placing import Choice, choose_place
from controller.workflows.stations import setting_down

enter = errands.enter
next_task = errands.next_task

PARTS_MAX = 50  # places over which the units of one SKU are spread

_CONTENT = (
    "SELECT * FROM stock WHERE container = :lpn AND status = 'available' AND qty > reserved "
    "ORDER BY sku, lot, owner, node"
)
_SKUS = (
    "SELECT COUNT(DISTINCT sku) FROM stock WHERE container = :container AND place = :place "
    "AND status = 'available'"
)
_FILLED = "SELECT 1 FROM stock WHERE container = :lpn LIMIT 1"
_RACK = (
    "SELECT name FROM place WHERE kind IN ('buffer', 'dock') "
    "ORDER BY CASE kind WHEN 'buffer' THEN 0 ELSE 1 END, name LIMIT 1"
)
_CONTAINER = "SELECT * FROM container WHERE lpn = :lpn"
_SET_DOWN = (
    "UPDATE container SET state = :state, place = :place, parent = :parent WHERE lpn = :lpn"
)
_AIM = "UPDATE task SET to_place = :place WHERE id = :id"


def plan_putaway(turn: Turn, key: Key, qty: int, worker: str = "") -> list[int]:
    """Makes the tasks that bring `qty` units of a stock row to their places; their ids."""
    tasks: list[int] = []
    while qty:
        choice = choose_place(turn, key.sku, qty, key.lot)
        units = choice.qty if len(tasks) < PARTS_MAX - 1 else qty
        tasks.append(_add_task(turn, key, units, choice, worker))
        qty -= units
    return tasks


def _add_task(turn: Turn, key: Key, qty: int, choice: Choice, worker: str) -> int:
    task_id = turn.new_id()
    turn.add(
        tables.task,
        id=task_id,
        kind="putaway",
        state="open",
        sku=key.sku,
        lot=key.lot,
        owner=key.owner,
        qty=qty,
        from_place=key.place,
        from_container=key.container,
        to_place=choice.place,
        worker=worker,
        due_ms=turn.now_ms,
        created_ms=turn.now_ms,
    )
    turn.event("putaway_planned", subject=task_id, sku=key.sku, place=choice.place, why=choice.why)
    turn.flush()
    return task_id


def empty_container(turn: Turn, lpn: str, worker: str = "") -> int:
    """Makes the tasks that put all unreserved goods in a container away; how many rows it had."""
    rows = turn.db.all(_CONTENT, lpn=lpn)
    for row in rows:
        plan_putaway(turn, ledger.key_of(row), row.qty - row.reserved, worker)
    return len(rows)


def free_container(turn: Turn, lpn: str) -> dict[str, str] | None:
    """An emptied container goes to its rack; what it was before, or None while it holds goods."""
    if turn.db.value(_FILLED, lpn=lpn) is not None:
        return None
    row = turn.db.one(_CONTAINER, lpn=lpn)
    assert row is not None
    state = "" if row.kind in ("tote", "cage", "pallet") else "gone"
    rack = (turn.db.value(_RACK) or row.place) if not state else ""
    turn.db.run(_SET_DOWN, lpn=lpn, state=state, place=rack, parent="")
    return {"lpn": lpn, "state": row.state, "place": row.place, "parent": row.parent}


def at_source(job: Job, heard: Heard) -> str:
    """The goods are at hand; a whole container becomes one task per SKU first."""
    turn, data = job.turn, job.data
    errands.expect(heard, data["source"])
    task = errands.get(turn, data["task"])
    if not task.sku:
        empty_container(turn, heard.ref, job.worker)
        errands.close(turn, task.id, "done")
        return _next_of_container(job, heard.ref, "container_opened")
    job.can_undo("stay")
    if task.from_container and setting_down.station_of(turn, task.to_place):
        task = _siblings(job, task)[0]  # what stands in racks comes before what goes to stations
    return _identify(job, task, "source_ok")


def _identify(job: Job, task: Any, message: str) -> str:
    """Where several SKUs lie together, the worker scans the item; else its place is next.

    A container goes to a station as a whole.
    """
    source = task.from_container
    skus = job.turn.db.value(_SKUS, container=source, place="" if source else task.from_place)
    _show(job, task)
    whole = bool(source and job.data["station"])
    job.goto("item" if skus > 1 and not whole else "place")
    return message


def _show(job: Job, task: Any) -> None:
    facts = errands.facts(task)
    station = setting_down.station_of(job.turn, task.to_place)
    job.data.update(facts, take=facts["qty"], full=[], station=station)
    if not task.to_place:
        _aim(job, task)


def _aim(job: Job, task: Any) -> None:
    """Chooses a place anew: the first one is full, or there was none."""
    turn, data = job.turn, job.data
    choice = choose_place(turn, task.sku, data["qty"], task.lot, data["full"])
    turn.db.run(_AIM, id=task.id, place=choice.place)
    station = setting_down.station_of(turn, choice.place)
    data.update(to=choice.place, take=choice.qty, station=station)
    if not choice.place:
        job.warn()


def take_item(job: Job, heard: Heard) -> str:
    """Any item of the container that is to be put away; else the one on the screen."""
    data = job.data
    job.can_undo("stay")
    if heard.ref != data["sku"]:
        task = errands.get(job.turn, data["task"])
        other = next((each for each in _siblings(job, task) if each.sku == heard.ref), None)
        if other is None:
            raise Refused("wrong_item", expected=data["sku"], got=heard.ref)
        errands.claim(job.turn, other.id, job.worker)
        _show(job, other)
    job.goto("place")
    return "to_place"


def _siblings(job: Job, task: Any) -> list[Any]:
    if not task.from_container:
        return []
    return errands.of_container(job.turn, task.from_container, job.worker)


def full(job: Job, _heard: Heard) -> str:
    """The place on the screen is full: how many fitted, before the next one is chosen."""
    if not job.data["to"] or job.data.get("station"):
        raise Refused("no_place_shown", sku=job.data["sku"], fix="scan a place that has room")
    job.can_undo("stay")
    job.goto("fitted")
    return "how_many_fitted"


def fitted(job: Job, heard: Heard) -> str:
    task = errands.get(job.turn, job.data["task"])
    if heard.units >= task.qty - task.done_qty:
        raise Refused("wrong_count", most=task.qty - task.done_qty - 1, got=heard.units)
    if heard.units:
        return _put(job, task, job.data["to"], heard.units)
    return _elsewhere(job, task, "next_place")


def put(job: Job, heard: Heard) -> str:
    """The goods stand at their place; another place than the chosen one is asked twice."""
    data = job.data
    task = errands.get(job.turn, data["task"])
    if data.get("station") and setting_down.is_station(job.turn, heard.ref):
        return setting_down.set_down(job, task, heard.ref)
    qty = min(data["take"], task.qty - task.done_qty)
    if heard.ref != data["to"]:
        placing.check_room(job.turn, task, heard.ref, qty)
        if not errands.confirmed(job, heard):
            return "other_place"
    return _put(job, task, heard.ref, qty)


def _put(job: Job, task: Any, place: str, qty: int) -> str:
    left = task.qty - task.done_qty
    job.can_undo("put", **store(job.turn, task, place, qty))
    if qty < left:
        job.goto("place", to=place, qty=left - qty)
        return _elsewhere(job, task, "put_part")
    return _next_of_container(job, task.from_container, "put_away")


def store(turn: Turn, task: Any, place: str, qty: int) -> dict[str, Any]:
    """Units of a task lie at a place; what `undo_put` needs to take that back."""
    source, done = withdrawing.reserved_key(turn, task), qty == task.qty - task.done_qty
    movement = ledger.move(turn, source, source.at(place), qty, cause="putaway")
    errands.book(turn, task.id, qty, state="done" if done else "open")
    emptied = free_container(turn, task.from_container) if task.from_container else None
    replenishing.check_face(turn, task.sku)
    replenishing.check_supplies(turn, task.sku)
    return {"task": task.id, "qty": qty, "movement": movement, "emptied": emptied}


def _elsewhere(job: Job, task: Any, message: str) -> str:
    """What is left of the task goes to another place than those that are full."""
    job.goto("place", full=[*job.data["full"], job.data["to"]])
    _aim(job, task)
    return message if job.data["to"] else "no_room"


def _next_of_container(job: Job, lpn: str, message: str) -> str:
    """The next SKU of the same container, else the errand is over."""
    rows = errands.of_container(job.turn, lpn, job.worker) if lpn else []
    if not rows:
        job.goto("done")
        return message
    errands.claim(job.turn, rows[0].id, job.worker)
    return _identify(job, rows[0], message)


def undo_put(job: Job, task: int, qty: int, movement: int, emptied: dict[str, str] | None) -> None:
    """The goods are back at their source, and the container with them."""
    if emptied is not None:
        _take_back(job.turn, emptied)
    ledger.undo(job.turn, movement)
    errands.book(job.turn, task, -qty, state="open")
    errands.claim(job.turn, task, job.worker)


def _take_back(turn: Turn, emptied: dict[str, str]) -> None:
    row = turn.db.one(_CONTAINER, lpn=emptied["lpn"])
    assert row is not None
    if row.state == "in_use":
        raise Refused("container_reused", container=emptied["lpn"], fix="put them away again")
    turn.db.run(_SET_DOWN, **emptied)


def short(job: Job, heard: Heard) -> str:
    """The goods are not there: they are booked as missing, and the task ends.

    A container that is not there yet is looked for again later.
    """
    turn = job.turn
    task = errands.get(turn, job.data["task"])
    if not task.sku:
        return errands.skip(job, heard)
    miss(turn, task)
    return _next_of_container(job, task.from_container, "short_noted")


def miss(turn: Turn, task: Any) -> None:
    """What is left of a task is booked as missing."""
    left = task.qty - task.done_qty
    claim, source = withdrawing.claim_of(task), withdrawing.reserved_key(turn, task)
    if ledger.reserve(turn, claim, source, left):
        shortages.report_missing(turn, claim, source, left, "short_putaway")
    errands.close(turn, task.id, "short")
    if task.from_container:
        free_container(turn, task.from_container)


def _fields(job: Job) -> Fields:
    """Of a task that needs several places, the units for this one."""
    data = job.data
    return errands.item_fields(data) | {"qty": data.get("take", data["qty"])}


def _draw(target: str, *expects: str, buttons: tuple[str, ...]) -> Any:
    return lambda job: {
        "expects": expects,
        "at": job.data["to"] if target == "to" else job.data["at"],
        "target": job.data[target],
        "fields": _fields(job),
        "buttons": buttons,
    }


def _draw_place(job: Job) -> dict[str, Any]:
    """The place, or the station to which its pod comes; a station is never full."""
    station = job.data.get("station", "")
    return {
        "expects": ("place",),
        "at": station or job.data["to"],
        "target": station or job.data["to"],
        "fields": _fields(job),
        "buttons": ("SHORT", "SKIP") if station else ("FULL", "SHORT", "SKIP"),
    }


FLOW = Flow(
    "putaway",
    transitions={
        ("source", "container"): at_source,
        ("source", "place"): at_source,
        ("source", "SKIP"): errands.skip,
        ("source", "SHORT"): short,
        ("item", "item"): take_item,
        ("item", "SKIP"): errands.skip,
        ("item", "SHORT"): short,
        ("place", "place"): put,
        ("place", "FULL"): full,
        ("place", "SKIP"): errands.skip,
        ("place", "SHORT"): short,
        ("fitted", "number"): fitted,
        ("done", "NEXT"): errands.after_done,
    },
    draw={
        "source": _draw("source", "container", "place", buttons=("SHORT", "SKIP")),
        "item": _draw("sku", "item", buttons=("SHORT", "SKIP")),
        "place": _draw_place,
        "fitted": lambda job: {
            "expects": ("number",),
            "at": job.data["to"],
            "target": "0",
            "fields": _fields(job),
        },
        "done": errands.draw_done,
    },
    undo={"stay": stay, "put": undo_put, "set_down": setting_down.undo_set_down},
    leave=errands.give_back,
)
HANDLERS: Mapping[type[Command[Any]], Handler] = {}

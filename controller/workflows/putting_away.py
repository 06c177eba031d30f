"""Owns where goods go when they have arrived, and the flow that brings them there.

A place is chosen when the task is made, and the open task reserves the room: the pick face while
it has room, else a reserve place that holds the same SKU and lot, else an empty one by name. It
refuses to put goods where they do not fit by volume; a place without a volume takes any amount.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from controller import ledger, tables
from controller.errors import Refused
from controller.handlers import Handler
from controller.ledger import Key
from controller.messages import Command, Fields
from controller.turn import Turn
from controller.workflows import errands, replenishing, shortages, withdrawing
from controller.workflows.handheld import Flow, Heard, Job, stay

enter = errands.enter
next_task = errands.next_task

PARTS_MAX = 50  # places over which the units of one SKU are spread
STORAGE = ("pick", "reserve", "put_back", "buffer", "supplies")

_UNIT = "SELECT length_mm * width_mm * height_mm AS mm3 FROM item WHERE sku = :sku"
_ROOM = (
    "SELECT p.name, p.kind, p.volume_ml, CAST(COALESCE((SELECT "
    "SUM(s.qty * i.length_mm * i.width_mm * i.height_mm) FROM stock s "
    "JOIN item i ON i.sku = s.sku WHERE s.place = p.name), 0) + COALESCE((SELECT "
    "SUM((t.qty - t.done_qty) * i.length_mm * i.width_mm * i.height_mm) FROM task t "
    "JOIN item i ON i.sku = t.sku WHERE t.to_place = p.name AND t.state = 'open' "
    "AND t.kind IN ('putaway', 'replenish') AND t.id <> :task), 0) AS BIGINT) AS used_mm3 "
    "FROM place p "
)
_ROOM_AT = _ROOM + "WHERE p.name = :place"
_SAME = (
    _ROOM + "WHERE p.kind = 'reserve' AND p.name IN (SELECT place FROM stock "
    "WHERE sku = :sku AND lot = :lot AND place <> '') ORDER BY p.name"
)
_EMPTY = (
    "SELECT p.name, p.kind, p.volume_ml, 0 AS used_mm3 FROM place p "
    "WHERE p.kind = 'reserve' AND (p.volume_ml = 0 OR p.volume_ml * 1000 >= :mm3) "
    "AND NOT EXISTS (SELECT 1 FROM stock s WHERE s.place = p.name) "
    "AND p.name NOT IN (SELECT to_place FROM task WHERE kind IN ('putaway', 'replenish') "
    "AND state = 'open') ORDER BY p.name LIMIT :most"
)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Where units go: `why` is face, same_sku, empty, or no_room (then `place` is "")."""

    place: str
    qty: int
    why: str


def choose_place(
    turn: Turn, sku: str, qty: int, lot: str = "", without: Collection[str] = ()
) -> Choice:
    """The place for up to `qty` units and how many of them fit there."""
    face = errands.face_of(turn, sku)
    if face is not None and face.place not in without:
        room = face.units_max - face.held - errands.coming(turn, sku, face.place)
        if room > 0:
            return Choice(place=face.place, qty=min(qty, room), why="face")
    unit_mm3 = _unit_mm3(turn, sku)
    for row in turn.db.all(_SAME, sku=sku, lot=lot, task=0):
        room = _fits(row, unit_mm3, qty)
        if room > 0 and row.name not in without:
            return Choice(place=row.name, qty=room, why="same_sku")
    for row in turn.db.all(_EMPTY, mm3=unit_mm3, most=len(without) + 1):
        if row.name not in without:
            return Choice(place=row.name, qty=_fits(row, unit_mm3, qty), why="empty")
    return Choice(place="", qty=qty, why="no_room")


def _unit_mm3(turn: Turn, sku: str) -> int:
    return int(turn.db.value(_UNIT, sku=sku))


def _fits(place: Any, unit_mm3: int, qty: int) -> int:
    """How many of `qty` units fit into what is left of a place."""
    if place.volume_ml == 0:
        return qty
    left_mm3 = int(place.volume_ml) * 1_000 - int(place.used_mm3)
    return max(0, min(qty, left_mm3 // unit_mm3))


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
    return _identify(job, task, "source_ok")


def _identify(job: Job, task: Any, message: str) -> str:
    """Where several SKUs lie together, the worker scans the item; else its place is next."""
    source = task.from_container
    skus = job.turn.db.value(_SKUS, container=source, place="" if source else task.from_place)
    _show(job, task)
    job.goto("item" if skus > 1 else "place")
    return message


def _show(job: Job, task: Any) -> None:
    facts = errands.facts(task)
    job.data.update(facts, take=facts["qty"], full=[])
    if not task.to_place:
        _aim(job, task)


def _aim(job: Job, task: Any) -> None:
    """Chooses a place anew: the first one is full, or there was none."""
    choice = choose_place(job.turn, task.sku, job.data["qty"], task.lot, job.data["full"])
    job.turn.db.run(_AIM, id=task.id, place=choice.place)
    job.data.update(to=choice.place, take=choice.qty)
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
    if not job.data["to"]:
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
    qty = min(data["take"], task.qty - task.done_qty)
    if heard.ref != data["to"]:
        _check_room(job.turn, task, heard.ref, qty)
        if not errands.confirmed(job, heard):
            return "other_place"
    return _put(job, task, heard.ref, qty)


def _put(job: Job, task: Any, place: str, qty: int) -> str:
    turn, left = job.turn, task.qty - task.done_qty
    source = withdrawing.reserved_key(turn, task)
    movement = ledger.move(turn, source, source.at(place), qty, cause="putaway")
    errands.book(turn, task.id, qty, state="done" if qty == left else "open")
    emptied = free_container(turn, task.from_container) if task.from_container else None
    job.can_undo("put", task=task.id, qty=qty, movement=movement, emptied=emptied)
    replenishing.check_face(turn, task.sku)
    replenishing.check_supplies(turn, task.sku)
    if qty < left:
        job.goto("place", to=place, qty=left - qty)
        return _elsewhere(job, task, "put_part")
    return _next_of_container(job, task.from_container, "put_away")


def _elsewhere(job: Job, task: Any, message: str) -> str:
    """What is left of the task goes to another place than those that are full."""
    job.goto("place", full=[*job.data["full"], job.data["to"]])
    _aim(job, task)
    return message if job.data["to"] else "no_room"


def _check_room(turn: Turn, task: Any, place: str, qty: int) -> None:
    row = turn.db.one(_ROOM_AT, place=place, task=task.id)
    assert row is not None
    if row.kind not in STORAGE:
        raise Refused("not_storage", place=place, kind=row.kind, fix="scan a storage place")
    room = _fits(row, _unit_mm3(turn, task.sku), qty)
    if room < qty:
        raise Refused("place_full", place=place, room=room, qty=qty, fix="scan another place")


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
    left = task.qty - task.done_qty
    claim, source = withdrawing.claim_of(task), withdrawing.reserved_key(turn, task)
    if ledger.reserve(turn, claim, source, left):
        shortages.report_missing(turn, claim, source, left, "short_putaway")
    errands.close(turn, task.id, "short")
    if task.from_container:
        free_container(turn, task.from_container)
    return _next_of_container(job, task.from_container, "short_noted")


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
        "place": _draw("to", "place", buttons=("FULL", "SHORT", "SKIP")),
        "fitted": lambda job: {
            "expects": ("number",),
            "at": job.data["to"],
            "target": "0",
            "fields": _fields(job),
        },
        "done": errands.draw_done,
    },
    undo={"stay": stay, "put": undo_put},
    leave=errands.give_back,
)
HANDLERS: Mapping[type[Command[Any]], Handler] = {}

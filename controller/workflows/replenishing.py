"""Owns filling pick faces from reserve: when a face runs low, from which place, and the errand.

A replenishment holds the units that it will move, so that nobody else takes them; one at a time
per SKU. Benches get their cartons in the same way, one errand at a time per bench. It refuses to
bring goods anywhere but to where they run low.
"""

from collections.abc import Mapping
from typing import Any

from controller import ledger, tables
from controller.errors import Refused
from controller.handlers import Handler
from controller.ledger import Claim
from controller.messages import Command
from controller.turn import Turn
from controller.units import HOUR
from controller.workflows import errands, shortages, withdrawing
from controller.workflows.handheld import Flow, Heard, Job, stay

enter = errands.enter

_OPEN = (
    "SELECT id FROM task WHERE kind = 'replenish' AND state = 'open' AND sku = :sku "
    "ORDER BY id LIMIT 1"
)
_RESERVE = (
    "SELECT s.* FROM stock s JOIN place p ON p.name = s.place AND p.kind = 'reserve' "
    "LEFT JOIN lot l ON l.sku = s.sku AND l.lot = s.lot "
    "WHERE s.sku = :sku AND s.status = 'available' AND s.qty > s.reserved AND s.place <> :without "
    "ORDER BY COALESCE(l.expiry_ms, 0), s.place, s.lot, s.owner LIMIT 1"
)
_SUPPLIES = (
    "SELECT c.place, c.units_min, c.units_max, p.kind, "
    "CAST(COALESCE(SUM(s.qty), 0) AS BIGINT) AS held FROM carton_supply c "
    "JOIN place p ON p.name = c.place LEFT JOIN stock s ON s.sku = c.carton "
    "AND s.place = c.place AND s.status = 'available' WHERE c.carton = :carton AND c.place <> '' "
    "GROUP BY c.place, c.units_min, c.units_max, p.kind ORDER BY c.place"
)
_CARTONS = (
    "SELECT s.* FROM stock s JOIN place p ON p.name = s.place WHERE s.sku = :sku "
    "AND s.status = 'available' AND s.qty > s.reserved AND s.place NOT IN (:to, :without) "
    "AND (p.kind = 'reserve' OR (p.kind = 'supplies' AND :kind = 'bench')) "
    "ORDER BY CASE p.kind WHEN 'supplies' THEN 0 ELSE 1 END, s.place, s.lot, s.owner, s.node "
    "LIMIT 1"
)
_SET_QTY = "UPDATE task SET qty = :qty, done_qty = 0, state = 'open' WHERE id = :id"


def check_face(turn: Turn, sku: str, without: str = "") -> int | None:
    """Orders a replenishment when the face of the SKU runs low; the task's id.

    `without` names a place whose stock is not to be trusted now.
    """
    face = errands.face_of(turn, sku)
    if face is None or not _low(turn, face.free, face.units_max):
        return None
    on_the_way = errands.coming(turn, sku, face.place)
    room = face.units_max - face.held - on_the_way
    if room <= 0 or not _low(turn, face.free + on_the_way, face.units_max):
        return None
    if turn.db.value(_OPEN, sku=sku) is not None:
        return None
    row = turn.db.one(_RESERVE, sku=sku, without=without)
    return None if row is None else _order(turn, face, row, room)


def check_supplies(turn: Turn, carton: str, without: str = "") -> None:
    """Has cartons brought to each place that has fewer of them than it should."""
    for row in turn.db.all(_SUPPLIES, carton=carton):
        if row.held >= row.units_min or errands.coming(turn, carton, row.place):
            continue
        source = turn.db.one(_CARTONS, sku=carton, to=row.place, kind=row.kind, without=without)
        if source is not None:
            face = errands.Face(
                place=row.place, units_max=row.units_max, held=row.held, free=row.held
            )
            _order(turn, face, source, row.units_max - row.held)


def _low(turn: Turn, units: int, units_max: int) -> bool:
    return units * 100 < units_max * turn.site.replenish_percent


def _order(turn: Turn, face: errands.Face, row: Any, room: int) -> int:
    """A face with nothing left to pick is due now, a low one within the hour."""
    task_id, qty = turn.new_id(), min(room, row.qty - row.reserved)
    ledger.reserve(turn, Claim(f"task:{task_id}"), ledger.key_of(row), qty)
    turn.add(
        tables.task,
        id=task_id,
        kind="replenish",
        state="open",
        sku=row.sku,
        lot=row.lot,
        owner=row.owner,
        qty=qty,
        from_place=row.place,
        to_place=face.place,
        due_ms=turn.now_ms + (HOUR if face.free > 0 else 0),
        created_ms=turn.now_ms,
    )
    turn.event(
        "replenishment_due",
        subject=task_id,
        sku=row.sku,
        free=face.free,
        units_max=face.units_max,
        from_place=row.place,
    )
    turn.flush()
    return task_id


def at_source(job: Job, heard: Heard) -> str:
    errands.expect(heard, job.data["source"])
    job.can_undo("stay")
    job.goto("item")
    return "place_ok"


def take_item(job: Job, heard: Heard) -> str:
    errands.expect(heard, job.data["sku"])
    job.can_undo("stay")
    if job.data["qty"] >= job.turn.site.count_from_units:
        job.goto("count")
        return "count_units"
    job.goto("target", take=job.data["qty"])
    return "to_face"


def count_items(job: Job, heard: Heard) -> str:
    """Fewer than asked is a part of the errand; none is a shortage."""
    if heard.units == 0:
        return short(job, heard)
    if heard.units > job.data["qty"]:
        raise Refused("too_many", wanted=job.data["qty"], got=heard.units)
    job.can_undo("stay")
    job.goto("target", take=heard.units)
    return "to_face"


def fill_face(job: Job, heard: Heard) -> str:
    """The units stand at the face; what was reserved beyond them is free again."""
    turn, data = job.turn, job.data
    errands.expect(heard, data["to"])
    task = errands.get(turn, data["task"])
    held = task.qty - task.done_qty
    if task.state != "open" or held <= 0:
        job.warn()
        return _done(job, "errand_cancelled")
    take = data["take"]
    if take > held:
        job.warn(sku=task.sku, qty=held, got=take)
        job.goto("item", qty=held)
        return "errand_changed"
    source = withdrawing.reserved_key(turn, task)
    ledger.withdraw(turn, withdrawing.claim_of(task), source, held)
    movement = ledger.move(turn, source, source.at(data["to"]), take, cause="replenish")
    turn.db.run(_SET_QTY, id=task.id, qty=take)
    errands.book(turn, task.id, take, state="done")
    job.can_undo("fill", task=task.id, held=held, movement=movement)
    check_face(turn, task.sku)
    check_supplies(turn, task.sku)
    job.goto("done", qty=take)
    return "face_filled"


def undo_fill(job: Job, task: int, held: int, movement: int) -> None:
    """The units go back and are reserved for the errand again, as far as they are still free."""
    turn = job.turn
    ledger.undo(turn, movement)
    row = errands.get(turn, task)
    source, claim = withdrawing.reserved_key(turn, row), withdrawing.claim_of(row)
    qty = next(n for n in (held, row.qty) if ledger.reserve(turn, claim, source, n))
    turn.db.run(_SET_QTY, id=task, qty=qty)


def short(job: Job, _heard: Heard) -> str:
    """Nothing is there: the units are booked as missing, and another place is asked at once."""
    turn = job.turn
    task = errands.get(turn, job.data["task"])
    held = task.qty - task.done_qty
    if task.state == "open" and held > 0:
        claim, source = withdrawing.claim_of(task), withdrawing.reserved_key(turn, task)
        shortages.report_missing(turn, claim, source, held, "short_replenish")
        errands.close(turn, task.id, "short")
        check_face(turn, task.sku, without=task.from_place)
        check_supplies(turn, task.sku, without=task.from_place)
        job.fields["missing"] = held
    return _done(job, "short_noted")


def _done(job: Job, message: str) -> str:
    job.goto("done", qty=0)
    return message


def _draw(target: str, *expects: str) -> Any:
    return lambda job: {
        "expects": expects,
        "at": job.data["to" if target == "to" else "source"],
        "target": str(job.data[target]),
        "fields": errands.item_fields(job.data),
        "buttons": ("SKIP",) if target == "to" else ("SHORT", "SKIP"),
    }


FLOW = Flow(
    "replenish",
    transitions={
        ("source", "place"): at_source,
        ("source", "SHORT"): short,
        ("source", "SKIP"): errands.skip,
        ("item", "item"): take_item,
        ("item", "SHORT"): short,
        ("item", "SKIP"): errands.skip,
        ("count", "number"): count_items,
        ("count", "SHORT"): short,
        ("count", "SKIP"): errands.skip,
        ("target", "place"): fill_face,
        ("target", "SKIP"): errands.skip,
        ("done", "NEXT"): errands.after_done,
    },
    draw={
        "source": _draw("source", "place"),
        "item": _draw("sku", "item"),
        "count": _draw("qty", "number"),
        "target": _draw("to", "place"),
        "done": errands.draw_done,
    },
    undo={"stay": stay, "fill": undo_fill},
    leave=errands.give_back,
)
HANDLERS: Mapping[type[Command[Any]], Handler] = {}

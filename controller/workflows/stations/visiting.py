"""Owns one visit of a bin: all picks of a tour that go from one bin into one tote.

Several order lines may want the same goods; the picker takes them at once, and each line gets its
own movement. The earliest due line is served first and the latest due one falls short first. It
refuses to join what differs in lot or owner.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from controller import ledger, tables
from controller.errors import Refused
from controller.ledger import Claim
from controller.turn import Turn
from controller.workflows import allocating, resequencing, withdrawing, zones
from controller.workflows.handheld import Heard, Job

Picks = list[tuple[int, int, int]]
"""Task, movement and units of each line that was served, for `take_back`."""

_TOGETHER = (
    "SELECT t.* FROM task t JOIN task f ON f.tour = t.tour AND f.load = t.load "
    "AND f.from_place = t.from_place AND f.sku = t.sku AND f.lot = t.lot AND f.owner = t.owner "
    "WHERE f.id = :task AND t.state = 'open' ORDER BY t.due_ms, t.seq, t.id"
)
_TASK = "SELECT * FROM task WHERE id = :id"
_DONE = "UPDATE task SET state = :state, done_qty = done_qty + :n WHERE id = :id"
_REOPEN = "UPDATE task SET state = 'open', done_qty = done_qty - :n WHERE id = :id"
_SHORTEN = "UPDATE task SET qty = qty - :n, state = :state WHERE id = :id"
_SET_LOT = "UPDATE task SET lot = :lot WHERE id = :id"
_LATER = "UPDATE task SET seq = :seq WHERE id = :id"
_PICKED = "UPDATE order_line SET picked = picked + :n WHERE order_id = :order_id AND line = :line"
_PLANNED = (
    "UPDATE order_line SET planned = planned + :n "
    "WHERE order_id = :order_id AND line = :line AND wanted - backordered - away - planned >= :n"
)


def together(turn: Turn, task: int) -> list[Any]:
    """The open picks that are made with this one, the earliest due first."""
    return turn.db.all(_TOGETHER, task=task)


def units_open(tasks: Sequence[Any]) -> int:
    return sum(int(task.qty - task.done_qty) for task in tasks)


def count_scan(job: Job, heard: Heard, full: str) -> str:
    """A scan counts what its barcode holds; many units are keyed in. `full` is the step after."""
    data = job.data
    if data["got"] == 0 and data["qty"] >= job.turn.site.count_from_units:
        job.can_undo("stay")
        job.goto("count")
        return "count_units"
    got = data["got"] + heard.units
    if got > data["qty"]:
        raise Refused("too_many", wanted=data["qty"], got=got)
    job.can_undo("stay")
    job.goto("item" if got < data["qty"] else full, got=got)
    return "item_ok"


def key_in(job: Job, heard: Heard, full: str) -> str:
    """The count of units that are taken. Raises: Refused for more than are wanted."""
    if not 0 < heard.units <= job.data["qty"]:
        raise Refused(
            "wrong_count",
            wanted=job.data["qty"],
            got=heard.units,
            fix="key in what you take, or scan SHORT",
        )
    job.can_undo("stay")
    job.goto(full, got=heard.units)
    return "count_ok"


def take(turn: Turn, tasks: Sequence[Any], units: int, tote: str) -> Picks:
    """Moves units from the bin into a tote, line after line."""
    picks: Picks = []
    for task in tasks:
        qty = min(units, task.qty - task.done_qty)
        if not qty:
            break
        key, claim = withdrawing.reserved_key(turn, task), Claim(task.order_id, task.line)
        movement = ledger.move(turn, key, key.at(container=tote), qty, cause="pick", claim=claim)
        done = task.done_qty + qty == task.qty
        turn.db.run(_DONE, id=task.id, n=qty, state="done" if done else "open")
        turn.db.run(_PICKED, order_id=task.order_id, line=task.line, n=qty)
        picks.append((task.id, movement, qty))
        units -= qty
    return picks


def take_back(turn: Turn, picks: Picks) -> None:
    """The units of one `take` are in the bin again. Raises: Refused when they have moved on."""
    for task_id, movement, qty in reversed(picks):
        task = turn.db.the(_TASK, id=task_id)
        ledger.undo(turn, movement, Claim(task.order_id, task.line))
        turn.db.run(_REOPEN, id=task_id, n=qty)
        turn.db.run(_PICKED, order_id=task.order_id, line=task.line, n=-qty)


def swap_lot(turn: Turn, tasks: Sequence[Any], lot: str) -> None:
    """All take another lot of the same bin. Raises: Refused where it has too few free units."""
    for task in tasks:
        units = task.qty - task.done_qty
        key, claim = withdrawing.reserved_key(turn, task), withdrawing.claim_of(task)
        ledger.withdraw(turn, claim, key, units)
        if not ledger.reserve(turn, claim, key._replace(lot=lot), units):
            raise Refused("lot_not_free", lot=lot, units=units, fix=f"take lot {task.lot}")
        turn.db.run(_SET_LOT, id=task.id, lot=lot)
        turn.event(
            "lot_swapped", order_id=task.order_id, subject=task.sku, planned=task.lot, taken=lot
        )


def put_off(turn: Turn, tasks: Sequence[Any], seq: int) -> None:
    for task in tasks:
        turn.db.run(_LATER, id=task.id, seq=seq)


def shorten(turn: Turn, tasks: Sequence[Any], lost: Mapping[int, int]) -> None:
    """Units that were not in the bin are taken off; nobody fetches them yet."""
    for task in tasks:
        if units := lost.get(task.id, 0):
            over = units == task.qty - task.done_qty
            turn.db.run(_SHORTEN, id=task.id, n=units, state="short" if over else "open")


def fetch_elsewhere(turn: Turn, tasks: Sequence[Any], lost: Mapping[int, int]) -> None:
    """Units that were not in the bin are taken off, and other bins join the tour for them."""
    shorten(turn, tasks, lost)
    added: list[int] = []
    for task in tasks:
        if units := lost.get(task.id, 0):
            added += _reserve_elsewhere(turn, task, units)
    turn.flush()
    if added:
        resequencing.resequence(turn, tasks[0].tour, added, "short_pick")


def _reserve_elsewhere(turn: Turn, task: Any, qty: int) -> list[int]:
    """The new picks."""
    claim = Claim(task.order_id, task.line)
    while qty and not turn.db.run(_PLANNED, order_id=task.order_id, line=task.line, n=qty):
        qty -= 1
    if not qty:
        return []
    found = allocating.reserve_anywhere(turn, claim, task.sku, task.owner, qty)
    missing = qty - sum(units for _, units in found)
    if missing:
        turn.db.run(_PLANNED, order_id=task.order_id, line=task.line, n=-missing)
    added = [turn.new_id() for _ in found]
    for (key, units), new_id in zip(found, added, strict=True):
        same = task._asdict() | {"state": "open", "done_qty": 0, "created_ms": turn.now_ms}
        zone = task.zone and zones.zone_of_bin(turn, key.place)
        here = {"qty": units, "lot": key.lot, "from_place": key.place, "zone": zone}
        turn.add(tables.task, **same | here | {"id": new_id})
    return added

"""Owns the errand that brings a whole pick face elsewhere, with all that is tied to it.

A move waits until its target is empty and no picker on tour needs the goods. From the take on it
holds the units that nobody else has reserved, and no tour that picks them sets out. With the put,
goods and reservations, picks and errands to come, and the pick face are at the target at once.
"""

from collections.abc import Mapping
from typing import Any

from controller import ledger
from controller.errors import Refused
from controller.handlers import Handler
from controller.ledger import Claim
from controller.messages import Command
from controller.turn import Turn
from controller.workflows import errands, shortages
from controller.workflows.handheld import Flow, Heard, Job, stay

_ROWS = (
    "SELECT * FROM stock WHERE place = :place AND sku = :sku AND container = '' "
    "ORDER BY lot, owner, status, node"
)
_HELD = (
    "SELECT * FROM reservation WHERE sku = :sku AND lot = :lot AND owner = :owner "
    "AND status = :status AND node = :node AND place = :place AND container = :container "
    "ORDER BY ref, line"
)
_MINE = "SELECT * FROM reservation WHERE ref = :ref ORDER BY line, lot, owner, status, node"
_UNDER_WAY = (
    "SELECT t.id FROM task t JOIN tour r ON r.id = t.tour WHERE t.from_place = :place "
    "AND t.sku = :sku AND t.kind = 'pick' AND t.state = 'open' AND r.state = 'active' "
    "UNION ALL SELECT t.id FROM task t WHERE t.to_place = :place AND t.state = 'open' "
    "AND t.kind IN ('putaway', 'replenish') AND t.worker <> '' LIMIT 1"
)
_OTHERS = (
    "SELECT s.sku FROM stock s WHERE s.place = :place UNION ALL "
    "SELECT f.sku FROM face f WHERE f.place = :place AND f.sku <> :sku LIMIT 1"
)
_AIM_PICKS = (
    "UPDATE task SET from_place = :target WHERE from_place = :source AND sku = :sku "
    "AND kind = 'pick' AND state = 'open'"
)
_AIM_ERRANDS = (
    "UPDATE task SET to_place = :target WHERE to_place = :source AND sku = :sku "
    "AND kind IN ('putaway', 'replenish') AND state = 'open'"
)
_MOVE_FACE = "UPDATE face SET place = :target WHERE sku = :sku AND place = :source"
_SET_QTY = "UPDATE task SET qty = :qty, done_qty = :done, state = :state WHERE id = :id"


def at_source(job: Job, heard: Heard) -> str:
    errands.expect(heard, job.data["source"])
    job.can_undo("stay")
    job.goto("item")
    return "place_ok"


def take_all(job: Job, heard: Heard) -> str:
    """Everything of the SKU is in the worker's hands; the books hold it for the move."""
    data = job.data
    errands.expect(heard, data["sku"])
    task = errands.get(job.turn, data["task"])
    if task.state != "open":
        return _cancelled(job)
    _must_be_quiet(job.turn, task.sku, task.from_place)
    job.can_undo("put_down", task=task.id)
    job.goto("target", qty=_hold(job.turn, task))
    return "all_taken"


def put(job: Job, heard: Heard) -> str:
    """The goods stand at their new place, and with them what was to be fetched or brought."""
    turn, data = job.turn, job.data
    errands.expect(heard, data["to"])
    task = errands.get(turn, data["task"])
    if task.state != "open":
        return _cancelled(job)
    if turn.db.value(_OTHERS, place=task.to_place, sku=task.sku) is not None:
        raise Refused("place_taken", place=task.to_place, fix="bring the goods back and SKIP")
    release(turn, task)
    units = _carry(turn, task.sku, task.from_place, task.to_place)
    turn.db.run(_SET_QTY, id=task.id, qty=units, done=units, state="done")
    job.can_undo("move_back", task=task.id)
    job.goto("done", qty=units)
    return "moved"


def _carry(turn: Turn, sku: str, source: str, target: str) -> int:
    """Moves the stock, each reservation with its units, and whatever aims at the old place."""
    units = 0
    for row in turn.db.all(_ROWS, place=source, sku=sku):
        key = ledger.key_of(row)
        for held in turn.db.all(_HELD, **key._asdict()):
            claim = Claim(held.ref, held.line)
            ledger.move(turn, key, key.at(target), held.qty, cause="move", claim=claim)
        if row.qty > row.reserved:
            ledger.move(turn, key, key.at(target), row.qty - row.reserved, cause="move")
        units += row.qty
    for statement in (_AIM_PICKS, _AIM_ERRANDS, _MOVE_FACE):
        turn.db.run(statement, sku=sku, source=source, target=target)
    turn.event("face_moved", subject=sku, source=source, target=target, units=units)
    return units


def _must_be_quiet(turn: Turn, sku: str, place: str) -> None:
    """Raises: Refused while somebody is on the way to fetch the goods, or to bring more."""
    if turn.db.value(_UNDER_WAY, sku=sku, place=place) is not None:
        raise Refused("place_in_use", place=place, fix="SKIP, and come back later")


def _hold(turn: Turn, task: Any) -> int:
    """Reserves what is free for the move; returns all units that are there."""
    rows = turn.db.all(_ROWS, place=task.from_place, sku=task.sku)
    held = 0
    for row in rows:
        free = row.qty - row.reserved
        if free and ledger.reserve(turn, Claim(f"task:{task.id}"), ledger.key_of(row), free):
            held += free
    turn.db.run(_SET_QTY, id=task.id, qty=held, done=0, state="open")
    return sum(row.qty for row in rows)


def release(turn: Turn, task: Any) -> None:
    """Frees what a move holds: it is over, or its worker has put the goods back."""
    claim = Claim(f"task:{task.id}")
    for row in turn.db.all(_MINE, ref=claim.ref):
        ledger.withdraw(turn, claim, ledger.key_of(row), row.qty)
    units = sum(row.qty for row in turn.db.all(_ROWS, place=task.from_place, sku=task.sku))
    turn.db.run(_SET_QTY, id=task.id, qty=units, done=0, state=task.state)


def put_down(job: Job, task: int) -> None:
    """UNDO of the take: the goods lie at their old place again."""
    release(job.turn, errands.get(job.turn, task))


def move_back(job: Job, task: int) -> None:
    """UNDO of the put, while nobody needs the goods where they are now."""
    turn = job.turn
    row = errands.get(turn, task)
    _must_be_quiet(turn, row.sku, row.to_place)
    if turn.db.value(_OTHERS, place=row.from_place, sku=row.sku) is not None:
        raise Refused("place_taken", place=row.from_place, fix="leave the goods where they are")
    _carry(turn, row.sku, row.to_place, row.from_place)
    _hold(turn, row)
    errands.claim(turn, task, job.worker)


def short(job: Job, _heard: Heard) -> str:
    """Nothing is there: it is booked as missing, and the empty face goes to its place at once."""
    turn = job.turn
    task = errands.get(turn, job.data["task"])
    if task.state != "open":
        return _cancelled(job)
    _must_be_quiet(turn, task.sku, task.from_place)
    job.fields["missing"] = sum(
        shortages.count_none(turn, ledger.key_of(row))
        for row in turn.db.all(_ROWS, place=task.from_place, sku=task.sku)
        if row.status == ledger.AVAILABLE
    )
    _carry(turn, task.sku, task.from_place, task.to_place)
    errands.close(turn, task.id, "short")
    job.goto("done", qty=0)
    return "short_noted"


def skip(job: Job, heard: Heard) -> str:
    """The goods are back where they were; the move waits an hour for its next turn."""
    release(job.turn, errands.get(job.turn, job.data["task"]))
    return errands.skip(job, heard)


def leave(job: Job) -> None:
    """HOME: a move that is not done is anyone's again."""
    task = errands.get(job.turn, job.data["task"])
    if task.state == "open":
        release(job.turn, task)
    errands.give_back(job)


def _cancelled(job: Job) -> str:
    job.warn()
    job.goto("done", qty=0)
    return "move_cancelled"


def _draw(target: str, *expects: str, buttons: tuple[str, ...] = ("SHORT", "SKIP")) -> Any:
    return lambda job: {
        "expects": expects,
        "at": job.data["to" if target == "to" else "source"],
        "target": str(job.data[target]),
        "fields": errands.item_fields(job.data),
        "buttons": buttons,
    }


FLOW = Flow(
    "move",
    transitions={
        ("source", "place"): at_source,
        ("source", "SHORT"): short,
        ("source", "SKIP"): skip,
        ("item", "item"): take_all,
        ("item", "SHORT"): short,
        ("item", "SKIP"): skip,
        ("target", "place"): put,
        ("target", "SKIP"): skip,
        ("done", "NEXT"): errands.after_done,
    },
    draw={
        "source": _draw("source", "place"),
        "item": _draw("sku", "item"),
        "target": _draw("to", "place", buttons=("SKIP",)),
        "done": errands.draw_done,
    },
    undo={"stay": stay, "put_down": put_down, "move_back": move_back},
    leave=leave,
)
HANDLERS: Mapping[type[Command[Any]], Handler] = {}

"""Owns goods that customers send back: announced, counted and graded at the returns desk.

Good units stand on the put-back shelf, are promised to backorders and become putaway tasks;
damaged ones stand there blocked. It refuses items that the return does not name, and asks twice
before it takes more than announced.
"""

from collections.abc import Mapping
from typing import Any

from controller import ledger, tables
from controller.errors import NotFound, Refused
from controller.handlers import Handler, handler
from controller.ledger import Key
from controller.messages import AnnounceReturn, Command, ReturnAnnounced
from controller.turn import Turn
from controller.workflows import announcing, putting_away, shortages
from controller.workflows.errands import confirmed
from controller.workflows.handheld import Flow, Heard, Job, stay

GRADES = {"DONE": "available", "DAMAGED": "damaged"}

_ORDER = "SELECT id FROM customer_order WHERE id = :id"
_RETURN = (
    "SELECT r.*, COALESCE(o.owner, '') AS owner FROM customer_return r "
    "LEFT JOIN customer_order o ON o.id = r.order_id WHERE r.rma = :rma"
)
_NEXT = (
    "SELECT rma FROM customer_return WHERE state = 'announced' ORDER BY announced_ms, rma LIMIT 1"
)
_SET_STATE = "UPDATE customer_return SET state = :state WHERE rma = :rma"
_SKUS = (
    "SELECT l.sku, i.name, CAST(SUM(l.qty - l.received) AS BIGINT) AS open "
    "FROM return_line l JOIN item i ON i.sku = l.sku WHERE l.rma = :rma "
)
_NEXT_SKU = (
    _SKUS + "GROUP BY l.sku, i.name HAVING SUM(l.qty - l.received) > 0 "
    "ORDER BY MIN(l.line), l.sku LIMIT 1"
)
_THIS_SKU = _SKUS + "AND l.sku = :sku GROUP BY l.sku, i.name"
_SHELF = "SELECT name FROM place WHERE kind = 'put_back' ORDER BY name LIMIT 1"
_CANCEL = (
    "UPDATE task SET state = 'cancelled' "
    "WHERE id = :id AND state = 'open' AND worker = '' AND done_qty = 0"
)


def is_expected(turn: Turn, rma: str) -> bool:
    """Whether it is announced and has not come."""
    row = turn.db.one(_RETURN, rma=rma)
    return row is not None and row.state != "received"


def announce(turn: Turn, command: AnnounceReturn) -> ReturnAnnounced:
    """Takes a customer's announcement. Raises: Refused or NotFound naming what is wrong."""
    rma = command.number
    if turn.db.one(_RETURN, rma=rma) is not None:
        raise Refused("return_exists", number=rma, fix="send it under another number")
    if command.order and turn.db.value(_ORDER, id=command.order) is None:
        raise NotFound(
            "unknown_order", order=command.order, fix="correct it, or leave the order empty"
        )
    announcing.check_lines(turn, command.lines)
    announcing.name_document(turn, "return", rma)
    turn.add(
        tables.customer_return,
        rma=rma,
        order_id=command.order,
        reason=command.reason,
        announced_ms=turn.now_ms,
    )
    for line in command.lines:
        turn.add(tables.return_line, rma=rma, line=line.line, sku=line.sku, qty=line.qty)
    turn.event("return_announced", order_id=command.order, subject=rma, reason=command.reason)
    return ReturnAnnounced(rma=rma)


def enter(job: Job, desk: str) -> str:
    """From home: the worker scanned the returns desk."""
    shelf = job.turn.db.value(_SHELF)
    job.switch("returning", "rma", desk=desk, shelf=shelf or desk)
    job.place = desk
    _to_next(job)
    return "returning"


def _to_next(job: Job) -> None:
    job.goto("rma", next=job.turn.db.value(_NEXT) or "", rma="", sku="")


def open_return(job: Job, heard: Heard) -> str:
    row = job.turn.db.one(_RETURN, rma=heard.ref)
    if row is None or row.state == "received":
        if heard.ref != job.data["next"]:
            raise Refused("return_closed", number=heard.ref, fix="scan another return")
        job.warn(number=heard.ref)  # a colleague has just finished it: the next one is shown
        _to_next(job)
        return "return_closed"
    job.can_undo("stay")
    graded = dict.fromkeys(GRADES.values(), 0)
    job.data.update(rma=row.rma, order=row.order_id, owner=row.owner, graded=graded)
    _show_next(job)
    return "return_opened"


def _show_next(job: Job) -> bool:
    """The screen names the first item that is open; False when none is."""
    row = job.turn.db.one(_NEXT_SKU, rma=job.data["rma"])
    facts = row._asdict() if row else {"sku": "", "name": "", "open": 0}
    job.goto("item", **facts)
    return row is not None


def take_item(job: Job, heard: Heard) -> str:
    row = job.turn.db.one(_THIS_SKU, rma=job.data["rma"], sku=heard.ref)
    if row is None:
        raise Refused(
            "not_announced",
            item=heard.ref,
            number=job.data["rma"],
            fix="put it aside and announce it as a return of its own",
        )
    job.can_undo("stay")
    job.goto("count", **row._asdict(), lot=heard.lot, ask=max(1, row.open))
    return "count_units"


def count(job: Job, heard: Heard) -> str:
    """More than announced turns amber first."""
    data = job.data
    if heard.units == 0:
        raise Refused("wrong_count", got=0, fix="UNDO takes the item back")
    if heard.units > data["open"] and not confirmed(job, heard):
        job.fields["open"] = data["open"]
        return "more_than_announced"
    job.can_undo("stay")
    job.goto("grade", qty=heard.units)
    return "grade_units"


def grade(job: Job, heard: Heard) -> str:
    """DONE: as good as new; DAMAGED: not for sale."""
    turn, data = job.turn, job.data
    status = GRADES[heard.kind]
    shelf = Key(data["sku"], data["lot"], data["owner"], status, turn.site.node, data["shelf"], "")
    came_from = shelf.at(ledger.CUSTOMER)._replace(status=ledger.AVAILABLE)
    movement = ledger.move(turn, came_from, shelf, data["qty"], cause="return")
    parts = announcing.receive(turn, "return", data["rma"], data["sku"], data["qty"])
    tasks: list[int] = []
    if status == ledger.AVAILABLE:
        tasks = putting_away.plan_putaway(turn, shelf, data["qty"])
        shortages.stock_arrived(turn, shelf.sku, shelf.owner, shelf.node)
    job.can_undo("grade", movement=movement, rma=data["rma"], parts=parts, tasks=tasks)
    data["graded"] = data["graded"] | {status: data["graded"][status] + data["qty"]}
    return "returned" if _show_next(job) else _finish(job)


def undo_grade(
    job: Job, movement: int, rma: str, parts: list[list[int]], tasks: list[int]
) -> None:
    """The units go back to the customer's side, and their putaway tasks go with them.

    Raises: Refused when an order has been promised the units, or a worker has fetched them.
    """
    turn = job.turn
    for task in tasks:
        if not turn.db.run(_CANCEL, id=task):
            raise Refused("fetched_by_now", task=task)
    ledger.undo(turn, movement)
    announcing.unreceive(turn, "return", rma, parts)
    turn.db.run(_SET_STATE, rma=rma, state="announced")


def end(job: Job, _heard: Heard) -> str:
    """DONE: what has not come by now does not belong to this parcel."""
    return _finish(job)


def _finish(job: Job) -> str:
    turn, data = job.turn, job.data
    turn.db.run(_SET_STATE, rma=data["rma"], state="received")
    turn.event(
        "return_received", order_id=data["order"], subject=data["rma"], units=data["graded"]
    )
    _to_next(job)
    return "return_received"


def unknown_item(_job: Job, heard: Heard) -> str:
    raise NotFound("unknown_item", got=heard.raw, fix="put it aside and import the item first")


def _draw(target: str, *expects: str, buttons: tuple[str, ...] = ()) -> Any:
    return lambda job: {
        "expects": expects,
        "at": job.data["desk"],
        "target": str(job.data[target]),
        "fields": _fields(job),
        "buttons": buttons,
    }


def _fields(job: Job) -> dict[str, Any]:
    names = ("rma", "sku", "name", "open", "qty", "shelf")
    return {name: job.data[name] for name in names if name in job.data}


FLOW = Flow(
    "returning",
    transitions={
        ("rma", "return"): open_return,
        ("item", "item"): take_item,
        ("item", "unknown"): unknown_item,
        ("item", "DONE"): end,
        ("count", "number"): count,
        ("grade", "DONE"): grade,
        ("grade", "DAMAGED"): grade,
    },
    draw={
        "rma": _draw("next", "return"),
        "item": _draw("sku", "item", buttons=("DONE",)),
        "count": _draw("ask", "number"),
        "grade": lambda job: {
            "expects": ("DONE", "DAMAGED"),
            "at": job.data["desk"],
            "target": "DONE",
            "fields": _fields(job),
            "buttons": ("DONE", "DAMAGED"),
        },
    },
    undo={"stay": stay, "grade": undo_grade},
)
HANDLERS: Mapping[type[Command[Any]], Handler] = {AnnounceReturn: handler(announce)}

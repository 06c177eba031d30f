"""Owns goods in: an announced delivery is counted into containers at a dock, item by item.

A container is closed by DONE: then its goods are promised to backorders and become putaway tasks.
Damaged units never enter a container; they stand apart, blocked. It refuses items that were not
announced, and asks twice before it takes more than announced or more than a container holds.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from controller import barcodes, ledger, tables
from controller.errors import NotFound, Refused
from controller.handlers import Handler, handler
from controller.ledger import Key
from controller.messages import AnnounceReceipt, Command, Done
from controller.turn import Turn
from controller.units import DAY
from controller.workflows import announcing, putting_away, shortages
from controller.workflows.errands import confirmed
from controller.workflows.handheld import Flow, Heard, Job, stay
from controller.workflows.packing import supplying

DAMAGED = "damaged"
KINDS = ("tote", "cage", "pallet")  # containers that goods are received into

_RECEIPT = "SELECT * FROM receipt WHERE asn = :asn"
_NEXT = (
    "SELECT asn FROM receipt WHERE state IN ('announced', 'receiving') "
    "ORDER BY expected_ms, asn LIMIT 1"
)
_SET_STATE = "UPDATE receipt SET state = :state WHERE asn = :asn"
_SKUS = (
    "SELECT l.sku, i.name, i.lot_tracked, i.mass_g, "
    "i.length_mm * i.width_mm * i.height_mm AS unit_mm3, "
    "CAST(SUM(l.qty - l.received) AS BIGINT) AS open "
    "FROM receipt_line l JOIN item i ON i.sku = l.sku WHERE l.asn = :asn "
)
_GROUP = "GROUP BY l.sku, i.name, i.lot_tracked, i.mass_g, i.length_mm, i.width_mm, i.height_mm "
_NEXT_SKU = (
    _SKUS + _GROUP + "HAVING SUM(l.qty - l.received) > 0 ORDER BY MIN(l.line), l.sku LIMIT 1"
)
_THIS_SKU = _SKUS + "AND l.sku = :sku " + _GROUP
_SHORT_LINES = (
    "SELECT line, sku, qty, received FROM receipt_line WHERE asn = :asn AND received < qty "
    "ORDER BY line"
)
_FREE_AT = (
    "SELECT lpn FROM container WHERE place = :dock AND state = '' AND kind IN ('tote', 'cage') "
    "ORDER BY CASE kind WHEN 'tote' THEN 1 ELSE 0 END, lpn LIMIT 1"
)
_FREE_RACK = (
    "SELECT c.lpn FROM place p JOIN container c ON c.place = p.name WHERE p.kind IN "
    "('buffer', 'dock') AND c.state = '' AND c.kind IN ('tote', 'cage') ORDER BY c.lpn LIMIT 1"
)
_CONTAINER = "SELECT * FROM container WHERE lpn = :lpn"
_TAKE = (
    "UPDATE container SET state = 'in_use', place = :dock "
    "WHERE lpn = :lpn AND state = '' AND parent = ''"
)
_GIVE_BACK = "UPDATE container SET state = '', place = :place WHERE lpn = :lpn"
_FILLED = "SELECT DISTINCT sku, owner FROM stock WHERE container = :lpn ORDER BY sku, owner"
_APART = "SELECT name FROM place WHERE kind = 'put_back' ORDER BY name LIMIT 1"


def announce(turn: Turn, command: AnnounceReceipt) -> Done:
    """Takes an advance shipping notice. Raises: Refused or NotFound naming what is wrong."""
    if turn.db.one(_RECEIPT, asn=command.asn) is not None:
        raise Refused("receipt_exists", asn=command.asn, fix="send it under another number")
    announcing.check_lines(turn, command.lines)
    announcing.name_document(turn, "receipt", command.asn)
    turn.add(tables.receipt, asn=command.asn, expected_ms=command.expected_ms)
    for line in command.lines:
        turn.add(tables.receipt_line, asn=command.asn, line=line.line, sku=line.sku, qty=line.qty)
    return Done(note=f"{len(command.lines)} lines")


def enter(job: Job, dock: str) -> str:
    """From home: the worker scanned a dock."""
    job.switch("receiving", "asn", dock=dock)
    job.place = dock
    job.goto("asn", next=job.turn.db.value(_NEXT) or "")
    return "receiving"


def open_receipt(job: Job, heard: Heard) -> str:
    row = job.turn.db.one(_RECEIPT, asn=heard.ref)
    if row is None or row.state == "received":
        if heard.ref != job.data["next"]:
            raise Refused("receipt_closed", receipt=heard.ref, fix="scan another receipt")
        job.warn(receipt=heard.ref)  # a colleague has just finished it: the next one is shown
        job.goto("asn", next=job.turn.db.value(_NEXT) or "")
        return "receipt_closed"
    job.can_undo("stay")
    job.turn.db.run(_SET_STATE, asn=row.asn, state="receiving")
    job.data["asn"] = row.asn
    return _to_lpn(job, "scan_container")


def _to_lpn(job: Job, message: str) -> str:
    """Asks for a container, or ends the receipt when nothing is open any more."""
    turn, data = job.turn, job.data
    if turn.db.one(_NEXT_SKU, asn=data["asn"]) is None:
        return _finish(job)
    free = turn.db.value(_FREE_AT, dock=data["dock"]) or turn.db.value(_FREE_RACK)
    job.goto("lpn", free=free or "", lpn="")
    return message


def take_container(job: Job, heard: Heard) -> str:
    """Any free tote, cage or pallet will do."""
    turn, dock = job.turn, job.data["dock"]
    row = turn.db.one(_CONTAINER, lpn=heard.ref)
    if row is None or row.kind not in KINDS or not turn.db.run(_TAKE, lpn=heard.ref, dock=dock):
        if heard.ref != job.data["free"]:
            raise Refused(
                "container_not_free", container=heard.ref, fix="scan an empty tote or cage"
            )
        job.warn(container=heard.ref)  # somebody else was faster: another one is shown
        return _to_lpn(job, "container_not_free")
    job.can_undo("container", lpn=row.lpn, place=row.place)
    room_mm3 = row.volume_ml * 1_000 if row.volume_ml else -1
    job.goto("item", lpn=row.lpn, room_mm3=room_mm3, room_g=row.mass_max_g or -1)
    _show_next(job, empty=True)
    return "container_ok"


def undo_container(job: Job, lpn: str, place: str) -> None:
    job.turn.db.run(_GIVE_BACK, lpn=lpn, place=place)


def _show_next(job: Job, empty: bool = False) -> None:
    """The screen names the first SKU that is open and fits; else DONE is next.

    An empty container is offered one unit of anything: some goods fit none.
    """
    row = job.turn.db.one(_NEXT_SKU, asn=job.data["asn"])
    fits = row is not None and (empty or _fits(job, row.unit_mm3, row.mass_g, 1) > 0)
    job.goto("item", status=ledger.AVAILABLE, **_item(row if fits else None))


def _item(row: Any | None) -> dict[str, Any]:
    if row is None:
        return {"sku": "", "name": "", "open": 0}
    names = ("sku", "name", "open", "lot_tracked", "unit_mm3", "mass_g")
    return {name: getattr(row, name) for name in names}


def _fits(job: Job, unit_mm3: int, mass_g: int, qty: int) -> int:
    """How many of `qty` units the container still takes; -1 stands for no limit."""
    data = job.data
    for room, unit in ((data["room_mm3"], unit_mm3), (data["room_g"], mass_g)):
        if room >= 0:
            qty = min(qty, max(0, room) // unit)
    return qty


def damaged(job: Job, _heard: Heard) -> str:
    """The next count is of damaged units; pressed again, it is not."""
    blocked = job.data["status"] == DAMAGED
    job.goto("item", status=ledger.AVAILABLE if blocked else DAMAGED)
    return "good_next" if blocked else "damaged_next"


def take_item(job: Job, heard: Heard) -> str:
    """Any item of this delivery; its lot comes from the code, or is asked for."""
    row = job.turn.db.one(_THIS_SKU, asn=job.data["asn"], sku=heard.ref)
    if row is None:
        raise Refused(
            "not_announced",
            item=heard.ref,
            receipt=job.data["asn"],
            fix="put it aside and announce it, or scan another receipt",
        )
    job.can_undo("stay")
    job.goto("count", **_item(row), lot=heard.lot, expiry=heard.expiry)
    if row.lot_tracked and not heard.lot:
        job.goto("lot")
        return "scan_lot"
    return _ask_count(job)


def unknown_item(_job: Job, heard: Heard) -> str:
    raise NotFound("unknown_item", got=heard.raw, fix="put it aside and import the item first")


def take_lot(job: Job, heard: Heard) -> str:
    """A lot from its own code or from the keys; the receipt stands for goods without one."""
    reading = barcodes.read(heard.raw)
    lot = heard.ref if heard.kind == "receipt" else reading.lot or reading.code
    if not lot:
        raise Refused("unreadable_lot", got=heard.raw)
    job.can_undo("stay")
    job.goto("count", lot=lot, expiry=reading.expiry)
    return _ask_count(job)


def _ask_count(job: Job) -> str:
    data = job.data
    most = data["open"]
    if data["status"] != DAMAGED:
        most = _fits(job, data["unit_mm3"], data["mass_g"], most)
    job.goto("count", ask=max(1, most))
    return "count_units"


def count(job: Job, heard: Heard) -> str:
    """Books the units in; too many for the delivery or the container turn amber first."""
    turn, data = job.turn, job.data
    qty = heard.units
    if qty == 0:
        raise Refused("wrong_count", got=0, fix="UNDO takes the item back")
    blocked = data["status"] == DAMAGED
    row = turn.db.one(_THIS_SKU, asn=data["asn"], sku=data["sku"])
    over = row is None or qty > row.open
    full = not blocked and _fits(job, data["unit_mm3"], data["mass_g"], qty) < qty
    if (over or full) and not confirmed(job, heard):
        job.fields["open"] = row.open if row else 0
        return "more_than_announced" if over else "more_than_fits"
    _keep_lot(turn, data)
    target = _target(turn, data)
    key = Key(data["sku"], data["lot"], "", ledger.AVAILABLE, "", ledger.SUPPLIER, "")
    movement = ledger.move(turn, key, target, qty, cause="receive")
    parts = announcing.receive(turn, "receipt", data["asn"], data["sku"], qty)
    job.can_undo("count", movement=movement, asn=data["asn"], parts=parts)
    if over:
        turn.event("over_receipt", subject=data["asn"], sku=data["sku"], units=qty)
    if not blocked:
        _fill(data, qty)
    _show_next(job)
    return "set_apart" if blocked else "received"


def _target(turn: Turn, data: dict[str, Any]) -> Key:
    """Good units stand in the container, damaged ones apart."""
    key = Key(data["sku"], data["lot"], "", data["status"], turn.site.node, "", data["lpn"])
    if data["status"] != DAMAGED:
        return key
    return key.at(turn.db.value(_APART) or data["dock"])


def _fill(data: dict[str, Any], qty: int) -> None:
    for room, unit in (("room_mm3", "unit_mm3"), ("room_g", "mass_g")):
        if data[room] >= 0:
            data[room] = max(0, data[room] - qty * data[unit])


def _keep_lot(turn: Turn, data: dict[str, Any]) -> None:
    """A lot keeps the expiry that was read last; without one, what is known stays."""
    if data["lot"] and data["expiry"]:
        day = date.fromisoformat(data["expiry"]).toordinal() - date(1970, 1, 1).toordinal()
        row = {"sku": data["sku"], "lot": data["lot"], "expiry_ms": day * DAY}
        turn.put(tables.lot, [row])


def undo_count(job: Job, movement: int, asn: str, parts: list[list[int]]) -> None:
    ledger.undo(job.turn, movement)
    announcing.unreceive(job.turn, "receipt", asn, parts)


def close_container(job: Job, _heard: Heard) -> str:
    """The container is complete: backorders get their units, the rest of the house its tasks."""
    _close(job)
    return _to_lpn(job, "container_closed")


def _close(job: Job) -> None:
    turn, lpn = job.turn, job.data.get("lpn", "")
    if not lpn:
        return
    filled = turn.db.all(_FILLED, lpn=lpn)
    putting_away.empty_container(turn, lpn)
    for row in filled:
        shortages.stock_arrived(turn, row.sku, row.owner, turn.site.node)
        supplying.arrived(turn, row.sku)
    if not filled:
        turn.db.run(_GIVE_BACK, lpn=lpn, place=job.data["dock"])
    job.data["lpn"] = ""


def end_short(job: Job, heard: Heard) -> str:
    """DONE while lines are open: asked twice, then the delivery is over as it is."""
    if not confirmed(job, heard):
        return "receipt_incomplete"
    return _finish(job)


def _finish(job: Job) -> str:
    turn, asn = job.turn, job.data["asn"]
    turn.db.run(_SET_STATE, asn=asn, state="received")
    short = turn.db.all(_SHORT_LINES, asn=asn)
    if short:
        missing = {str(row.line): row.qty - row.received for row in short}
        turn.event("receipt_short", subject=asn, missing=missing)
    turn.event("receipt_received", subject=asn)
    following = turn.db.value(_NEXT)
    if following is None:
        job.home()
    else:
        job.goto("asn", next=following, asn="")
    return "receipt_short" if short else "receipt_received"


def _fields(job: Job) -> dict[str, Any]:
    names = ("asn", "lpn", "sku", "name", "open", "lot", "status")
    return {name: job.data[name] for name in names if name in job.data}


def _draw(target: str, *expects: str, buttons: tuple[str, ...] = ()) -> Any:
    return lambda job: {
        "expects": expects,
        "at": job.data["dock"],
        "target": str(job.data[target]) or ("DONE" if target == "sku" else ""),
        "fields": _fields(job),
        "buttons": buttons,
    }


FLOW = Flow(
    "receiving",
    transitions={
        ("asn", "receipt"): open_receipt,
        ("lpn", "container"): take_container,
        ("lpn", "DONE"): end_short,
        ("item", "item"): take_item,
        ("item", "unknown"): unknown_item,
        ("item", "DAMAGED"): damaged,
        ("item", "DONE"): close_container,
        ("item", "FULL"): close_container,
        ("lot", "receipt"): take_lot,
        ("lot", "number"): take_lot,
        ("lot", "unknown"): take_lot,
        ("count", "number"): count,
    },
    draw={
        "asn": _draw("next", "receipt"),
        "lpn": _draw("free", "container", buttons=("DONE",)),
        "item": _draw("sku", "item", buttons=("DONE", "DAMAGED", "FULL")),
        "lot": _draw("asn", "unknown", "number"),
        "count": _draw("ask", "number"),
    },
    undo={"stay": stay, "container": undo_container, "count": undo_count},
    leave=_close,
)
HANDLERS: Mapping[type[Command[Any]], Handler] = {AnnounceReceipt: handler(announce)}

"""Owns sorting at a put wall: a batch's tote is emptied, item by item, into the slots of orders.

tote -> item -> slot, until the tote is empty. Each put is a movement from tote to slot with the
order's claim; the earliest due order gets its units first. A complete slot waits for a packer. It
refuses totes of another wall, and items that no order of the tote wants.
"""

from typing import Any

from controller import ledger
from controller.errors import Refused
from controller.ledger import Claim
from controller.workflows import handheld, shelving, shortages
from controller.workflows.handheld import Flow, Heard, Job, drawn, stay
from controller.workflows.packing import reconciling
from controller.workflows.stations import walls

_WALL = "SELECT kind FROM place WHERE name = :name"
_WAITING = (
    "SELECT l.lpn FROM load l WHERE l.state = 'picked' AND l.wall = :wall "
    f"AND {walls.WORKABLE} ORDER BY l.due_ms, l.id LIMIT 1"
)
_LOAD = (
    "SELECT * FROM load WHERE lpn = :lpn AND wall <> '' AND state IN ('picked', 'sorting') "
    "ORDER BY id LIMIT 1"
)
_SET_LOAD = "UPDATE load SET state = :state WHERE id = :id"
_STATE = "SELECT state FROM load WHERE id = :id"
_GIVE_BACK = "UPDATE load SET state = 'picked' WHERE id = :id AND state = 'sorting'"
_TO_WALL = "UPDATE container SET place = :wall, parent = '' WHERE lpn = :lpn"
_FREE_TOTE = "UPDATE container SET state = '' WHERE lpn = :lpn"
_TAKE_AGAIN = "UPDATE container SET state = 'in_use' WHERE lpn = :lpn AND state = ''"
_NEXT = (
    "SELECT r.sku, i.name FROM reservation r JOIN item i ON i.sku = r.sku "
    f"WHERE r.container = :tote ORDER BY CASE WHEN {walls.SEATED} THEN 0 ELSE 1 END, "
    "r.sku, r.ref, r.line, r.lot LIMIT 1"
)
_WANTED = (
    "SELECT r.*, i.name FROM reservation r JOIN customer_order o ON o.id = r.ref "
    "JOIN item i ON i.sku = r.sku WHERE r.container = :tote AND r.sku = :sku "
    "AND (:lot = '' OR r.lot = :lot) AND (:order = '' OR r.ref = :order) "
    f"ORDER BY CASE WHEN {walls.SEATED} THEN 0 ELSE 1 END, "
    "o.due_ms, o.id, r.line, r.lot, r.owner, r.status, r.node"
)
_IN_TOTE = (
    "SELECT CAST(COALESCE(SUM(qty), 0) AS BIGINT) FROM stock "
    "WHERE container = :tote AND sku = :sku"
)

Puts = list[tuple[int, str, int]]
"""Movement, order and line of what one scan of a slot has put there."""


def enter(job: Job, wall: str) -> str:
    """From home, or at another tote: the worker scanned a put wall."""
    if job.turn.db.value(_WALL, name=wall) != "wall":
        raise Refused("not_a_wall", got=wall, fix="scan a put wall")
    walls.settle(job.turn, wall)
    job.switch("consolidating", "tote")
    job.place = wall
    _await_tote(job)
    if job.data["target"]:
        return "scan_tote"
    job.warn(wall=wall)
    return "nothing_to_sort"


def change_wall(job: Job, heard: Heard) -> str:
    return enter(job, heard.ref)


def _await_tote(job: Job) -> None:
    job.data = {}
    job.goto("tote", target=job.turn.db.value(_WAITING, wall=job.place) or "")


def open_tote(job: Job, heard: Heard) -> str:
    """A tote of this wall; one that a colleague has begun is taken over on its second scan."""
    load = job.turn.db.one(_LOAD, lpn=heard.ref)
    if load is None:
        if heard.ref != job.data["target"]:
            raise Refused("nothing_to_sort_in", got=heard.ref, expected=str(job.data["target"]))
        job.warn(got=heard.ref)
        _await_tote(job)
        return "nothing_to_sort_in"
    if load.wall != job.place:
        raise Refused("other_wall", got=heard.ref, expected=load.wall, fix="bring it there")
    if load.state == "sorting":
        other = handheld.busy_with(job, "load", load.id)
        if job.data.get("again") != heard.ref:
            job.warn(tote=heard.ref, by=other)
            job.goto("tote", again=heard.ref)
            return "tote_in_sorting"
        if other:
            handheld.send_home(job.turn, other)
    job.turn.db.run(_SET_LOAD, id=load.id, state="sorting")
    job.turn.db.run(_TO_WALL, lpn=heard.ref, wall=job.place)
    job.can_undo("open_tote", load=load.id)
    job.data = {"load": load.id, "tote": heard.ref}
    _go_on(job)
    return "tote_opened"


def undo_open_tote(job: Job, load: int) -> None:
    job.turn.db.run(_GIVE_BACK, id=load)


def _go_on(job: Job) -> None:
    """The next item of the tote; what no order wants goes back; an empty tote is free."""
    turn, data = job.turn, job.data
    row = turn.db.one(_NEXT, tote=data["tote"], wall=job.place)
    if row is not None:
        job.goto("item", sku=row.sku, name=row.name, target=row.sku)
        return
    loose = reconciling.loose(turn, data["tote"])
    if loose is not None:
        shelving.ask(job, loose)
        return
    turn.db.run(_FREE_TOTE, lpn=data["tote"])
    turn.db.run(_SET_LOAD, id=data["load"], state="packed")
    walls.settle(turn, job.place)
    _await_tote(job)


def take_item(job: Job, heard: Heard) -> str:
    """The screen shows which slot gets how many of it."""
    rows = _wanted(job, heard.ref, lot=heard.lot)
    if not rows:
        return _unwanted(job, heard)
    order = rows[0].ref
    slot = walls.slot_at(job.turn, order, job.place)
    if slot is None:
        return _no_slot(job, heard)
    job.can_undo("stay")
    job.goto(
        "slot",
        sku=heard.ref,
        name=rows[0].name,
        lot=heard.lot,
        order=order,
        qty=sum(row.qty for row in rows if row.ref == order),
        slot=slot.lpn,
        into=slot.id,
    )
    return "item_ok"


def _no_slot(job: Job, heard: Heard) -> str:
    """Where nothing of the tote has a slot, the tote waits until a packer has emptied one."""
    if heard.ref != job.data["target"]:
        raise _none_free(job)
    job.warn(wall=job.place)
    leave(job)
    _await_tote(job)
    return "no_slot_free"


def _none_free(job: Job) -> Refused:
    return Refused("no_slot_free", wall=job.place, fix="pack an order of this wall first")


def _wanted(job: Job, sku: str, *, lot: str = "", order: str = "") -> list[Any]:
    """What orders want of a SKU out of the tote: those with a slot, then by due time."""
    at = {"tote": job.data["tote"], "wall": job.place}
    return job.turn.db.all(_WANTED, **at, sku=sku, lot=lot, order=order)


def _unwanted(job: Job, heard: Heard) -> str:
    """Left over by a cancelled order, or of another tote."""
    row = reconciling.loose(job.turn, job.data["tote"], heard.ref)
    if row is None:
        raise Refused("no_order_wants_it", got=heard.ref, expected=str(job.data["target"]))
    job.warn(sku=heard.ref)
    shelving.ask(job, row)
    return "no_order_wants_it"


def put(job: Job, heard: Heard) -> str:
    """The units lie in the slot of their order."""
    data = job.data
    if heard.ref != data["slot"]:
        raise Refused("wrong_slot", expected=data["slot"], got=heard.ref)
    rows = _wanted(job, data["sku"], lot=data["lot"], order=data["order"])
    there = sum(row.qty for row in rows)
    if there < data["qty"]:
        return _fewer_wanted(job, there)
    job.can_undo(
        "put",
        tote=data["tote"],
        load=data["load"],
        into=data["into"],
        puts=_move(job, rows),
    )
    complete = walls.settle(job.turn, job.place, data["order"])
    _go_on(job)
    return "slot_complete" if complete else "put_into_slot"


def _move(job: Job, rows: list[Any]) -> Puts:
    puts: Puts = []
    left = job.data["qty"]
    for row in rows:
        units = min(left, row.qty)
        if units:
            key, claim = ledger.key_of(row), Claim(row.ref, row.line)
            target = key.at(container=job.data["slot"])
            movement = ledger.move(job.turn, key, target, units, cause="sort", claim=claim)
            puts.append((movement, row.ref, row.line))
            left -= units
    return puts


def _fewer_wanted(job: Job, there: int) -> str:
    """Units were cancelled that the worker has in hand: the rest stays in the tote."""
    job.warn(sku=job.data["sku"], wanted=there, got=job.data["qty"])
    if there:
        job.goto("slot", qty=there)
    else:
        _go_on(job)
    return "fewer_wanted"


def undo_put(job: Job, tote: str, load: int, into: int, puts: Puts) -> None:
    """Raises: Refused once a packer has the slot, or a picker the emptied tote."""
    turn = job.turn
    if turn.db.value(_STATE, id=into) not in ("filling", "picked"):
        raise Refused("fetched_by_now")
    if turn.db.value(_STATE, id=load) == "packed" and not turn.db.run(_TAKE_AGAIN, lpn=tote):
        raise Refused("fetched_by_now")
    for movement, order, line in reversed(puts):
        ledger.undo(turn, movement, Claim(order, line))
    turn.db.run(_SET_LOAD, id=load, state="sorting")
    turn.db.run(_SET_LOAD, id=into, state="filling")


def full(job: Job, _heard: Heard) -> str:
    """The slot is full: the order goes on in another one."""
    slot = walls.another_slot(job.turn, job.data["order"], job.place)
    if slot is None:
        raise _none_free(job)
    job.can_undo("stay")
    job.goto("slot", slot=slot.lpn, into=slot.id)
    return "slot_replaced"


def short(job: Job, _heard: Heard) -> str:
    job.can_undo("stay")
    job.goto("short", qty=_in_tote(job))
    return "how_many_in_tote"


def _in_tote(job: Job) -> int:
    """Units of the SKU on the screen that the books have in the tote."""
    return int(job.turn.db.value(_IN_TOTE, tote=job.data["tote"], sku=job.data["sku"]))


def short_count(job: Job, heard: Heard) -> str:
    """What is not in the tote is booked as missing, of the latest due order first."""
    turn, data = job.turn, job.data
    if heard.units > _in_tote(job):
        raise Refused("wrong_count", wanted=_in_tote(job), got=heard.units)
    rows = _wanted(job, data["sku"])
    missing = left = max(0, sum(row.qty for row in rows) - heard.units)
    for row in reversed(rows):
        units = min(left, row.qty)
        if units:
            claim = Claim(row.ref, row.line)
            shortages.report_missing(turn, claim, ledger.key_of(row), units, "short_at_wall")
            left -= units
    walls.settle(turn, job.place)
    _go_on(job)
    if not missing:
        return "enough_here"
    job.fields.update(sku=data["sku"], missing=missing)
    return "short_noted"


def put_back(job: Job, heard: Heard) -> str:
    return shelving.put_back(job, heard, _go_on)


def leave(job: Job) -> None:
    """HOME: the tote waits for whoever scans it next."""
    if "load" in job.data:
        job.turn.db.run(_GIVE_BACK, id=job.data["load"])


FLOW = Flow(
    "consolidating",
    transitions={
        ("tote", "container"): open_tote,
        ("tote", "place"): change_wall,
        ("item", "item"): take_item,
        ("item", "SHORT"): short,
        ("slot", "container"): put,
        ("slot", "SHORT"): short,
        ("slot", "FULL"): full,
        ("short", "number"): short_count,
        ("put_back", "place"): put_back,
    },
    draw={
        "tote": drawn("target", "container", ()),
        "item": drawn("target", "item", ("tote",), "SHORT"),
        "slot": drawn(
            "slot", "container", ("sku", "name", "qty", "order", "tote"), "SHORT", "FULL"
        ),
        "short": drawn("", "number", ("sku", "name", "qty", "tote")),
        "put_back": shelving.draw,
    },
    undo={"open_tote": undo_open_tote, "put": undo_put, "stay": stay},
    leave=leave,
)

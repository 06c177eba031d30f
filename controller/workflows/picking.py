"""Owns cluster picking: a cart of totes, each tote one load, picks in walking order.

Picking a unit is its movement from the bin into the tote; there is no other record of it. A bin
that has too few is counted by the picker and another bin joins the tour at once.
"""

from typing import Any

from controller import ledger, tables
from controller.errors import Refused
from controller.ledger import Claim
from controller.workflows import allocating, shortages, withdrawing
from controller.workflows.handheld import Flow, Heard, Job

_CART = "SELECT * FROM container WHERE lpn = :lpn"
_NEXT_TOUR = (
    "SELECT * FROM tour WHERE state = 'planned' AND container = :kind ORDER BY due_ms, id LIMIT 1"
)
_ACTIVE_TOUR = "SELECT * FROM tour WHERE state = 'active' AND cart = :cart ORDER BY id LIMIT 1"
_TAKE_TOUR = "UPDATE tour SET state = 'active', worker = :worker, cart = :cart WHERE id = :id"
_END_TOUR = "UPDATE tour SET state = 'done' WHERE id = :id"
_NEXT_LOAD = (
    "SELECT id, slot, kind FROM load WHERE tour = :tour AND state = 'planned' "
    "ORDER BY slot, id LIMIT 1"
)
_LOADS = "SELECT id, lpn FROM load WHERE tour = :tour AND state = 'picking' ORDER BY id"
_FREE_TOTE = "SELECT lpn FROM container WHERE kind = :kind AND state = '' ORDER BY lpn LIMIT 1"
_START_LOAD = "UPDATE load SET lpn = :lpn, state = 'picking' WHERE id = :id"
_END_LOAD = "UPDATE load SET state = :state WHERE id = :id"
_PUT_TOTE = (
    "UPDATE container SET state = 'in_use', parent = :cart, place = '' "
    "WHERE lpn = :lpn AND state = '' AND kind = :kind"
)
_SET_DOWN = "UPDATE container SET parent = '', place = :place, state = :state WHERE lpn = :lpn"
_NEXT_TASK = (
    "SELECT t.*, i.name, l.lpn, l.slot FROM task t JOIN item i ON i.sku = t.sku "
    "JOIN load l ON l.id = t.load "
    "WHERE t.tour = :tour AND t.state = 'open' ORDER BY t.seq, t.id LIMIT 1"
)
_TASK = "SELECT * FROM task WHERE id = :id"
_LEFT = "SELECT COUNT(*) AS n, MAX(seq) AS last FROM task WHERE tour = :tour AND state = 'open'"
_DONE = "UPDATE task SET state = :state, done_qty = done_qty + :n WHERE id = :id"
_REOPEN = "UPDATE task SET state = 'open', done_qty = done_qty - :n WHERE id = :id"
_SHORTEN = "UPDATE task SET qty = qty - :n WHERE id = :id"
_LATER = "UPDATE task SET seq = :seq WHERE id = :id"
_PICKED = "UPDATE order_line SET picked = picked + :n WHERE order_id = :order_id AND line = :line"
_PLANNED = (
    "UPDATE order_line SET planned = planned + :n "
    "WHERE order_id = :order_id AND line = :line AND wanted - backordered - planned >= :n"
)
_RELOAD = "UPDATE task SET load = :new WHERE load = :old AND state = 'open'"
_IN_TOTE = "SELECT COUNT(*) FROM stock WHERE container = :lpn"
_GO_TO = "SELECT name FROM place WHERE kind = 'buffer' ORDER BY name LIMIT 1"
_PICKED_UNITS = "SELECT CAST(COALESCE(SUM(done_qty), 0) AS BIGINT) FROM task WHERE tour = :tour"
_PARK = "UPDATE tour SET worker = '' WHERE id = :id"
_GIVE_BACK = "UPDATE tour SET state = 'planned', worker = '', cart = '' WHERE id = :id"
_UNLOAD = "UPDATE load SET lpn = '', state = 'planned' WHERE id = :id"
_KINDS = {"cart": "tote", "truck": "cage"}


def enter(job: Job, cart: str) -> str:
    """From home: the worker scanned a cart or truck."""
    row = job.turn.db.one(_CART, lpn=cart)
    if row is None or row.kind not in _KINDS:
        raise Refused("not_a_cart", got=cart)
    kind = _KINDS[row.kind]
    tour = job.turn.db.one(_ACTIVE_TOUR, cart=cart)
    if tour is not None and tour.worker not in ("", job.worker):
        raise Refused("cart_taken", cart=cart, by=tour.worker)
    tour = tour or job.turn.db.one(_NEXT_TOUR, kind=kind)
    if tour is None:
        job.warn()
        return "no_tour"
    job.turn.db.run(_TAKE_TOUR, id=tour.id, worker=job.worker, cart=cart)
    job.switch("picking", "tote", tour=tour.id, cart=cart, method=tour.kind)
    return _next_tote(job)


def leave(job: Job) -> None:
    """HOME: a tour not begun is anyone's again; one begun waits on its cart for who scans it."""
    turn, tour = job.turn, job.data["tour"]
    if turn.db.value(_PICKED_UNITS, tour=tour):
        turn.db.run(_PARK, id=tour)
        return
    for load in turn.db.all(_LOADS, tour=tour):
        turn.db.run(_UNLOAD, id=load.id)
        turn.db.run(_SET_DOWN, lpn=load.lpn, place=turn.db.value(_GO_TO) or "", state="")
    turn.db.run(_GIVE_BACK, id=tour)


def _next_tote(job: Job) -> str:
    load = job.turn.db.one(_NEXT_LOAD, tour=job.data["tour"])
    if load is None:
        return _next_pick(job)
    free = job.turn.db.value(_FREE_TOTE, kind=load.kind)
    job.goto("tote", load=load.id, slot=load.slot, kind=load.kind, tote=free or "")
    return "scan_tote"


def put_tote(job: Job, heard: Heard) -> str:
    """An empty tote goes into the slot that the screen shows."""
    data = job.data
    taken = job.turn.db.run(_PUT_TOTE, lpn=heard.ref, cart=data["cart"], kind=data["kind"])
    if not taken:
        raise Refused("tote_not_free", tote=heard.ref, expected=data["kind"])
    job.turn.db.run(_START_LOAD, id=data["load"], lpn=heard.ref)
    return _next_tote(job)


def _next_pick(job: Job) -> str:
    """The next bin of the tour; in the same bin the worker need not scan it again."""
    task = job.turn.db.one(_NEXT_TASK, tour=job.data["tour"])
    if task is None:
        at = job.turn.db.value(_GO_TO) or ""
        job.goto("hand_over", at=at)
        return "tour_complete"
    here = job.data.get("place") == task.from_place
    job.goto(
        "item" if here else "place",
        task=task.id,
        sku=task.sku,
        name=task.name,
        qty=task.qty - task.done_qty,
        got=0,
        place=task.from_place,
        slot=task.slot,
        tote=task.lpn,
    )
    return "pick_next"


def at_place(job: Job, heard: Heard) -> str:
    if heard.ref != job.data["place"]:
        raise Refused("wrong_place", expected=job.data["place"], got=heard.ref)
    job.goto("item")
    return "place_ok"


def take_item(job: Job, heard: Heard) -> str:
    """One scan counts what its barcode holds; large quantities are keyed in after it."""
    data = job.data
    if heard.ref != data["sku"]:
        raise Refused("wrong_item", expected=data["sku"], got=heard.ref)
    if data["got"] == 0 and data["qty"] >= job.turn.site.count_from_units:
        job.goto("count")
        return "count_units"
    got = data["got"] + heard.units
    if got > data["qty"]:
        raise Refused("too_many", wanted=data["qty"], got=got)
    job.goto("item" if got < data["qty"] else "drop", got=got)
    return "item_ok"


def count_items(job: Job, heard: Heard) -> str:
    if not 0 < heard.units <= job.data["qty"]:
        raise Refused("wrong_count", wanted=job.data["qty"], got=heard.units)
    job.goto("drop", got=heard.units)
    return "count_ok"


def drop(job: Job, heard: Heard) -> str:
    """The units go into the tote of their slot: now they are picked."""
    data = job.data
    if heard.ref != data["tote"]:
        raise Refused("wrong_tote", expected=data["tote"], got=heard.ref)
    task = _task(job)
    if task.state != "open":
        return _cancelled(job)
    got = min(data["got"], task.qty - task.done_qty)
    key = withdrawing.reserved_key(job.turn, task)
    claim = Claim(task.order_id, task.line)
    movement = ledger.move(
        job.turn, key, key.at(container=heard.ref), got, cause="pick", claim=claim
    )
    done = task.done_qty + got == task.qty
    job.turn.db.run(_DONE, id=task.id, n=got, state="done" if done else "open")
    job.turn.db.run(_PICKED, order_id=task.order_id, line=task.line, n=got)
    job.can_undo("pick", movement=movement, task=task.id, qty=got)
    return _next_pick_after(job, "picked")


def _next_pick_after(job: Job, message: str) -> str:
    _next_pick(job)
    return message


def _cancelled(job: Job) -> str:
    """The order was cancelled or changed under the picker's hands: the units stay in the bin."""
    job.warn(sku=job.data["sku"])
    return _next_pick_after(job, "pick_cancelled")


def _task(job: Job) -> Any:
    return job.turn.db.the(_TASK, id=job.data["task"])


def undo_pick(job: Job, movement: int, task: int, qty: int) -> None:
    row = job.turn.db.the(_TASK, id=task)
    ledger.undo(job.turn, movement, Claim(row.order_id, row.line))
    job.turn.db.run(_REOPEN, id=task, n=qty)
    job.turn.db.run(_PICKED, order_id=row.order_id, line=row.line, n=-qty)


def short(job: Job, _heard: Heard) -> str:
    job.goto("short")
    return "how_many_are_here"


def short_count(job: Job, heard: Heard) -> str:
    """The picker has counted the bin: the books follow, and another bin joins the tour."""
    task = _task(job)
    if task.state != "open":
        return _cancelled(job)
    open_units = task.qty - task.done_qty
    lost = shortages.count_short(job.turn, task, heard.units)
    if lost == 0:
        job.goto("item", got=0)
        return "enough_here"
    job.turn.db.run(_SHORTEN, id=task.id, n=lost)
    _refetch(job, task, lost)
    if lost < open_units:
        job.goto("item", got=0, qty=open_units - lost)
        return "take_what_is_here"
    job.turn.db.run(_DONE, id=task.id, n=0, state="short")
    return _next_pick_after(job, "short_noted")


def _refetch(job: Job, task: Any, qty: int) -> None:
    """Reserves other bins for units that were missing, as further picks of this tour."""
    claim = Claim(task.order_id, task.line)
    turn = job.turn
    while qty and not turn.db.run(_PLANNED, order_id=task.order_id, line=task.line, n=qty):
        qty -= 1
    if not qty:
        return
    found = allocating.reserve_anywhere(turn, claim, task.sku, task.owner, qty)
    missing = qty - sum(units for _, units in found)
    if missing:
        turn.db.run(_PLANNED, order_id=task.order_id, line=task.line, n=-missing)
    for key, units in found:
        turn.add(
            tables.task,
            **task._asdict()
            | {
                "id": turn.new_id(),
                "state": "open",
                "qty": units,
                "done_qty": 0,
                "lot": key.lot,
                "from_place": key.place,
                "created_ms": turn.now_ms,
            },
        )
    turn.flush()


def skip(job: Job, _heard: Heard) -> str:
    """The pick goes to the end of the tour."""
    left = job.turn.db.the(_LEFT, tour=job.data["tour"])
    job.turn.db.run(_LATER, id=job.data["task"], seq=left.last + 1)
    return _next_pick_after(job, "skipped")


def full(job: Job, _heard: Heard) -> str:
    """The tote is full: a new one takes the rest of its picks."""
    load = job.data["tote"]
    kind = "cage" if job.data["method"] == "bulk" else "tote"
    free = job.turn.db.value(_FREE_TOTE, kind=kind)
    job.goto("new_tote", full=load, kind=kind, new=free or "", back=job.step)
    return "scan_new_tote"


def new_tote(job: Job, heard: Heard) -> str:
    """Splits the load: what is picked stays in the full tote, open picks go to the new one."""
    turn, data = job.turn, job.data
    if not turn.db.run(_PUT_TOTE, lpn=heard.ref, cart=data["cart"], kind=data["kind"]):
        raise Refused("tote_not_free", tote=heard.ref, expected=data["kind"])
    old = turn.db.the("SELECT * FROM load WHERE id = :id", id=_task(job).load)
    new_id = turn.new_id()
    turn.add(tables.load, **old._asdict() | {"id": new_id, "lpn": heard.ref})
    turn.flush()
    turn.db.run(_RELOAD, old=old.id, new=new_id)
    job.goto(data["back"], tote=heard.ref)
    return "tote_replaced"


def hand_over(job: Job, heard: Heard) -> str:
    """The cart is brought in: its totes wait for packing, the cart is free."""
    turn = job.turn
    for load in turn.db.all(_LOADS, tour=job.data["tour"]):
        filled = turn.db.value(_IN_TOTE, lpn=load.lpn)
        turn.db.run(_END_LOAD, id=load.id, state="picked" if filled else "packed")
        turn.db.run(_SET_DOWN, lpn=load.lpn, place=heard.ref, state="in_use" if filled else "")
    turn.db.run(_END_TOUR, id=job.data["tour"])
    turn.db.run(_SET_DOWN, lpn=job.data["cart"], place=heard.ref, state="")
    turn.event("tour_done", subject=job.data["tour"], cart=job.data["cart"])
    job.home()
    return "handed_over"


def _fields(job: Job) -> dict[str, Any]:
    names = ("sku", "name", "qty", "got", "slot", "tote", "place", "method")
    return {name: job.data[name] for name in names if name in job.data}


def _draw_pick(target: str, *expects: str) -> Any:
    return lambda job: {
        "expects": expects,
        "at": job.data["place"],
        "target": str(job.data[target]),
        "fields": _fields(job),
        "buttons": ("SHORT", "SKIP", "FULL"),
    }


FLOW = Flow(
    "picking",
    transitions={
        ("tote", "container"): put_tote,
        ("place", "place"): at_place,
        ("place", "SHORT"): short,
        ("place", "SKIP"): skip,
        ("item", "item"): take_item,
        ("item", "SHORT"): short,
        ("item", "SKIP"): skip,
        ("item", "FULL"): full,
        ("count", "number"): count_items,
        ("count", "SHORT"): short,
        ("drop", "container"): drop,
        ("drop", "FULL"): full,
        ("short", "number"): short_count,
        ("new_tote", "container"): new_tote,
        ("hand_over", "place"): hand_over,
    },
    draw={
        "tote": lambda job: {
            "expects": ("container",),
            "target": job.data["tote"],
            "fields": {name: job.data[name] for name in ("slot", "kind", "method")},
        },
        "place": _draw_pick("place", "place"),
        "item": _draw_pick("sku", "item"),
        "count": _draw_pick("qty", "number"),
        "drop": _draw_pick("tote", "container"),
        "short": lambda job: {
            "expects": ("number",),
            "at": job.data["place"],
            "target": "",
            "fields": _fields(job),
        },
        "new_tote": lambda job: {
            "expects": ("container",),
            "target": job.data["new"],
            "fields": {"full": job.data["full"], "kind": job.data["kind"]},
        },
        "hand_over": lambda job: {
            "expects": ("place",),
            "at": job.data["at"],
            "target": job.data["at"],
            "fields": {"cart": job.data["cart"], "method": job.data["method"]},
        },
    },
    undo={"pick": undo_pick},
    leave=leave,
)

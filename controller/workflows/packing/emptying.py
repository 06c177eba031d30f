"""Owns the way through a tote at the bench: open it, parcel after parcel, put the rest back.

A tote is done when no parcel of it is open and nothing is left in it. It refuses to free a tote
that still holds goods.
"""

from typing import Any

from controller.errors import Refused
from controller.plan.cartonizing import OWN
from controller.workflows import handheld, numbering, shelving
from controller.workflows.handheld import Heard, Job
from controller.workflows.packing import boxing, closing, expecting, reconciling, stowing
from controller.workflows.stations import calling

_WAITING = "SELECT lpn FROM load WHERE state = 'picked' AND wall = '' ORDER BY due_ms, id LIMIT 1"
_LOAD = (
    "SELECT * FROM load WHERE lpn = :lpn AND wall = '' AND state IN ('picked', 'packing') "
    "ORDER BY due_ms, id LIMIT 1"
)
_LEFT_OVER = (
    "SELECT p.id, p.order_id, p.carton, p.lpn, p.state, p.service FROM parcel p "
    "JOIN load l ON l.id = p.load WHERE p.lpn = :lpn AND p.state IN ('packing', 'packed') "
    "AND l.state = 'packed'"
)
_WEIGH_AGAIN = "UPDATE parcel SET state = 'packing' WHERE id = :id"
_SET_LOAD = "UPDATE load SET state = :state WHERE id = :id"
_TO_BENCH = (
    "UPDATE container SET place = :place, parent = '' "
    "WHERE (lpn = :lpn AND kind <> 'slot') OR lpn IN "
    "(SELECT p.lpn FROM parcel p WHERE p.load = :load AND p.lpn <> '' "
    "AND (p.state = 'packing' OR (p.state = 'packed' AND p.service <> '')))"
)
_GIVE_BACK = "UPDATE load SET state = 'picked' WHERE id = :id AND state = 'packing'"
_FREE_TOTE = "UPDATE container SET state = '' WHERE lpn = :lpn"
_STANDS_AT = "SELECT place FROM container WHERE lpn = :lpn AND kind = 'slot'"
_NEXT_PARCEL = (
    "SELECT id, order_id, state, carton, lpn FROM parcel WHERE load = :load "
    "AND (state IN ('planned', 'packing') OR (state = 'packed' AND service <> '')) "
    "ORDER BY CASE state WHEN 'planned' THEN 1 ELSE 0 END, id LIMIT 1"
)
_NEXT_SINGLE = (
    "SELECT p.id, p.order_id, p.carton, l.line, l.sku FROM parcel p "
    "JOIN parcel_line l ON l.parcel = p.id JOIN customer_order o ON o.id = p.order_id "
    "JOIN reservation r ON r.ref = p.order_id AND r.line = l.line AND r.container = :tote "
    "WHERE p.load = :load AND p.state = 'planned' AND (:sku = '' OR l.sku = :sku) "
    "ORDER BY o.due_ms, p.id LIMIT 1"
)
_UNFINISHED = (
    "SELECT id FROM parcel WHERE load = :load "
    "AND (state = 'packing' OR (state = 'packed' AND service <> '')) ORDER BY id LIMIT 1"
)
_LANE = "SELECT lane FROM parcel WHERE id = :id"
_IN_TOTE = "SELECT COUNT(*) FROM stock WHERE container = :lpn"


def await_tote(job: Job) -> None:
    """The screen that asks for the next tote; the most urgent one is shown."""
    target = job.turn.db.value(_WAITING) or ""
    job.data = {}
    job.goto("tote", target=target)


def open_tote(job: Job, heard: Heard) -> str:
    """Starts a picked tote, or goes on with one that another packer has left."""
    load = job.turn.db.one(_LOAD, lpn=heard.ref)
    if load is None and (parcel := job.turn.db.one(_LEFT_OVER, lpn=heard.ref)) is not None:
        return _take_up(job, parcel)
    if load is None:
        if heard.ref != job.data["target"]:
            raise Refused("no_load_in_tote", got=heard.ref, expected=str(job.data["target"]))
        job.warn(tote=heard.ref)  # a colleague has just packed it: the next one is shown
        await_tote(job)
        return "no_load_in_tote"
    if load.state == "packing":
        other = handheld.busy_with(job, "load", load.id)
        if job.data.get("again") != heard.ref:
            job.warn(tote=heard.ref, by=other)
            await_tote(job)
            job.goto("tote", again=heard.ref)
            return "tote_in_packing"
        if other:
            handheld.send_home(job.turn, other)
    job.turn.db.run(_SET_LOAD, id=load.id, state="packing")
    job.turn.db.run(_TO_BENCH, lpn=heard.ref, load=load.id, place=job.place)
    job.can_undo("open_tote", load=load.id)
    job.data = {"load": load.id, "tote": heard.ref, "singles": int(not load.order_id)}
    if load.kind == "carton":
        return _open_carton(job)
    reconciling.reconcile(job.turn, load.id, heard.ref)
    go_on(job)
    return "tote_opened"


def _open_carton(job: Job) -> str:
    """A carton that was picked into: only what no order wants any more is taken out of it."""
    job.data["planned"] = closing.planned_units(job.turn, job.data["load"])
    go_on(job)
    return "carton_offered" if job.step == "recarton" else "tote_opened"


def _take_up(job: Job, parcel: Any) -> str:
    """A parcel whose tote is done: parked without a service, or left before its label."""
    job.turn.db.run(_TO_BENCH, lpn=parcel.lpn, load=0, place=job.place)
    job.data = {"load": 0, "tote": "", "singles": 0, "lines": []}
    job.data |= {"parcel": parcel.id, "order": parcel.order_id}
    job.data |= {"carton": parcel.carton, "box": parcel.lpn, "nth": _nth(job, parcel.id)}
    if parcel.state == "packed" and parcel.service:
        to_label(job)
    else:
        job.turn.db.run(_WEIGH_AGAIN, id=parcel.id)
        to_scale(job)
    return "parcel_taken_up"


def undo_open_tote(job: Job, load: int) -> None:
    job.turn.db.run(_GIVE_BACK, id=load)


def leave(job: Job) -> None:
    """HOME: the tote waits for whoever scans it next."""
    if "load" in job.data:
        job.turn.db.run(_GIVE_BACK, id=job.data["load"])


def next_parcel(job: Job) -> None:
    """The screen that follows a finished, parked or changed parcel."""
    if not job.data["load"]:
        await_tote(job)
        return
    picked_into = "planned" in job.data
    if not picked_into and not (job.data["singles"] and wanted_single(job)):
        reconciling.reconcile(job.turn, job.data["load"], job.data["tote"])
    go_on(job)


def wanted_single(job: Job, sku: str = "") -> Any | None:
    """The earliest due parcel of a singles tote that wants this SKU (or any)."""
    data = job.data
    return job.turn.db.one(_NEXT_SINGLE, load=data["load"], tote=data["tote"], sku=sku)


def go_on(job: Job) -> None:
    """The screen of the tote's next open parcel; unfinished ones first."""
    turn, load = job.turn, job.data["load"]
    if "planned" in job.data:
        _go_on_with_carton(job)
        return
    if job.data["singles"] and turn.db.one(_UNFINISHED, load=load) is None:
        single = wanted_single(job)
        if single is not None:
            job.goto("single", target=single.sku, parcel=0)
            return
    parcel = turn.db.one(_NEXT_PARCEL, load=load)
    if parcel is None:
        _empty(job)
        return
    job.goto(
        "carton",
        parcel=parcel.id,
        order=parcel.order_id,
        carton=parcel.carton,
        box=parcel.lpn,
        again="",
        nth=_nth(job, parcel.id),
        lines=stowing.rest(turn.db, parcel.id),
    )
    if parcel.state == "packed":
        to_label(job)
    elif parcel.state == "packing":
        to_items(job)
    elif parcel.carton == OWN:
        job.goto("item", box=boxing.start(turn, parcel.id, OWN, job.place))


def _nth(job: Job, parcel: int) -> str:
    """Which of the order's cartons this one is, where there are several."""
    nth, cartons = numbering.nth(job.turn.db, parcel)
    return f"{nth}/{cartons}" if cartons > 1 else ""


def _go_on_with_carton(job: Job) -> None:
    """Goods that no order wants come out first; then the carton is weighed and closed."""
    turn, load, plate = job.turn, job.data["load"], job.data["tote"]
    rest = None if closing.is_open(turn, load, plate) else reconciling.loose(turn, plate)
    if rest is not None:
        shelving.ask(job, rest)
        return
    parcel = closing.parcel_of(turn, load, plate)
    if parcel is None or not closing.is_to_do(parcel):
        _end(job)
        return
    names = {"parcel": parcel.id, "order": parcel.order_id, "carton": parcel.carton}
    job.goto("weigh", **names, box=plate, lines=[], nth=_nth(job, parcel.id))
    planned, job.data["planned"] = job.data["planned"], 0
    if parcel.state == "packed":
        to_label(job)
    elif smaller := closing.cheaper(turn, parcel.carton, plate, planned):
        job.goto("recarton", smaller=smaller)
    else:
        to_scale(job)


def take_carton(job: Job, heard: Heard) -> str:
    """The goods lie in this carton now, offered or not; it is weighed again."""
    if heard.ref == job.data["carton"]:
        return keep_carton(job, heard)
    if not closing.change_carton(job, heard):
        next_parcel(job)
        return "order_changed"
    to_scale(job)
    return "carton_changed"


def keep_carton(job: Job, _heard: Heard) -> str:
    job.can_undo("scan")
    to_scale(job)
    return "carton_kept"


def to_items(job: Job) -> None:
    if job.data["lines"]:
        job.goto("item")
    else:
        to_scale(job)


def to_scale(job: Job) -> None:
    """Everything is in: the mass must be as planned."""
    data = job.data
    planned_g, window_g = expecting.expect(job.turn, data["parcel"], data["carton"])
    job.goto("weigh", planned_g=planned_g, window_g=window_g, got_g=0, lines=[])


def to_label(job: Job) -> None:
    lane = job.turn.db.value(_LANE, id=job.data["parcel"])
    job.goto("label", printed=0, fault="", sure=0, lane=lane)


def _empty(job: Job) -> None:
    """No parcel is open: what no order wants goes back, then the tote is free."""
    turn, tote = job.turn, job.data["tote"]
    rest = reconciling.loose(turn, tote)
    if rest is not None:
        shelving.ask(job, rest)
        return
    if turn.db.value(_IN_TOTE, lpn=tote) == 0:
        _end(job)
    else:
        await_tote(job)


def _end(job: Job) -> None:
    """Nothing of the load is open; what stands there empty is free."""
    turn, tote = job.turn, job.data["tote"]
    if turn.db.value(_IN_TOTE, lpn=tote) == 0:
        turn.db.run(_FREE_TOTE, lpn=tote)
        calling.ask_for_orders(turn, turn.db.value(_STANDS_AT, lpn=tote) or "")
    turn.db.run(_SET_LOAD, id=job.data["load"], state="packed")
    await_tote(job)


def put_back(job: Job, heard: Heard) -> str:
    return shelving.put_back(job, heard, next_parcel)

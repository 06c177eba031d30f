"""Owns a tour's way through the house: its cart, who pushes it, its totes, where it ends.

A cart belongs to one picker; another one takes it over by scanning it twice. It refuses totes
that are in use, and carts handed over where no totes wait.
"""

from typing import Any

from controller import tables
from controller.errors import Refused
from controller.workflows import handheld
from controller.workflows.handheld import Heard, Job
from controller.workflows.packing import erecting
from controller.workflows.stations import walls

_CART = "SELECT * FROM container WHERE lpn = :lpn"
_CLOSE_EMPTY = (
    "UPDATE tour SET state = 'done' WHERE state = 'planned' AND container = :kind "
    "AND NOT EXISTS (SELECT 1 FROM task t WHERE t.tour = tour.id AND t.state = 'open') "
    "RETURNING id"
)
_NEXT_TOUR = (
    "SELECT * FROM tour WHERE state = 'planned' AND container = :kind "
    "AND NOT EXISTS (SELECT 1 FROM task t JOIN task m ON m.kind = 'move' AND m.state = 'open' "
    "AND m.worker <> '' AND m.from_place = t.from_place AND m.sku = t.sku "
    "WHERE t.tour = tour.id AND t.state = 'open') AND (:zone = 0 OR "
    "(SELECT t.zone FROM task t WHERE t.tour = tour.id AND t.state = 'open' "
    "ORDER BY t.zone, t.seq, t.id LIMIT 1) IN (0, :zone)) ORDER BY go_ms, id LIMIT 1"
)
_FIRST_ZONE = (
    "SELECT zone FROM task WHERE tour = :tour AND state = 'open' "
    "ORDER BY CASE WHEN zone = :zone THEN 0 ELSE 1 END, zone, seq, id LIMIT 1"
)
_ACTIVE_TOUR = "SELECT * FROM tour WHERE state = 'active' AND cart = :cart ORDER BY id LIMIT 1"
_TAKE_TOUR = "UPDATE tour SET state = 'active', worker = :worker, cart = :cart WHERE id = :id"
_END_TOUR = "UPDATE tour SET state = 'done' WHERE id = :id"
PLANNED_LOADS = (
    "SELECT id, slot, kind FROM load WHERE tour = :tour AND state = 'planned' AND EXISTS "
    "(SELECT 1 FROM task t WHERE t.load = load.id AND t.tour = :tour AND t.state = 'open') "
    "ORDER BY slot, id"
)
_NEXT_LOAD = PLANNED_LOADS + " LIMIT 1"
_LOADS = "SELECT id, lpn FROM load WHERE tour = :tour AND state = 'picking' ORDER BY id"
FREE_TOTES = "SELECT lpn FROM container WHERE kind = :kind AND state = '' ORDER BY lpn"
_FREE_TOTE = FREE_TOTES + " LIMIT 1"
_START_LOAD = "UPDATE load SET lpn = :lpn, state = 'picking' WHERE id = :id"
_END_LOAD = "UPDATE load SET state = :state WHERE id = :id"
_END_UNUSED = "UPDATE load SET state = 'packed' WHERE tour = :tour AND state = 'planned'"
_DROP_PARCELS = (
    "UPDATE parcel SET state = 'cancelled' WHERE state = 'planned' AND load IN "
    "(SELECT id FROM load WHERE tour = :tour AND state = 'packed')"
)
_PUT_TOTE = (
    "UPDATE container SET state = 'in_use', parent = :cart, place = '' "
    "WHERE lpn = :lpn AND state = '' AND kind = :kind"
)
_SET_DOWN = "UPDATE container SET parent = '', place = :place, state = :state WHERE lpn = :lpn"
_RELOAD = "UPDATE task SET load = :new WHERE load = :old AND state = 'open'"
_LOAD = "SELECT l.* FROM load l JOIN task t ON t.load = l.id WHERE t.id = :task"
_IN_TOTE = "SELECT COUNT(*) FROM stock WHERE container = :lpn"
_GO_TO = "SELECT name FROM place WHERE kind = 'buffer' ORDER BY name LIMIT 1"
_END_KINDS = "kind IN ('buffer', 'bench', 'belt', 'dock')"
ENDS = f"SELECT name FROM place WHERE {_END_KINDS} ORDER BY name"
_IS_END = f"SELECT name FROM place WHERE name = :name AND (name = :wall OR {_END_KINDS})"
_WALL = "SELECT wall FROM load WHERE tour = :tour AND wall <> '' ORDER BY id LIMIT 1"
_PICKED_UNITS = "SELECT CAST(COALESCE(SUM(done_qty), 0) AS BIGINT) FROM task WHERE tour = :tour"
PARK = "UPDATE tour SET worker = '' WHERE id = :id"
_GIVE_BACK = "UPDATE tour SET state = 'planned', worker = '', cart = '' WHERE id = :id"
_UNLOAD = "UPDATE load SET lpn = '', state = 'planned' WHERE id = :id"
_KINDS = {"cart": "tote", "truck": "cage"}


def take(job: Job, cart: str) -> str:
    """From home: the tour on a scanned cart or truck, or else the next one; "" starts it."""
    row = job.turn.db.one(_CART, lpn=cart)
    if row is None or row.kind not in _KINDS:
        raise Refused("not_a_cart", got=cart, fix="scan a cart, a truck or a place of work")
    tour = job.turn.db.one(_ACTIVE_TOUR, cart=cart)
    if tour is not None and tour.worker not in ("", job.worker):
        if job.data.get("take_over") != cart:
            job.warn(cart=cart, by=tour.worker)
            job.data["take_over"] = cart
            return "cart_taken"
        handheld.send_home(job.turn, tour.worker)
    tour = tour or _next_tour(job, _KINDS[row.kind])
    if tour is None:
        job.warn(cart=cart)
        return "no_tour"
    job.turn.db.run(_TAKE_TOUR, id=tour.id, worker=job.worker, cart=cart)
    zone = job.data.get("zone", 0)
    zone = job.turn.db.value(_FIRST_ZONE, tour=tour.id, zone=zone) or 0
    job.switch("picking", "tote", tour=tour.id, cart=cart, method=tour.kind, zone=zone)
    return ""


def _next_tour(job: Job, kind: str) -> Any:
    """The most urgent tour; those whose orders were all cancelled are over."""
    for row in job.turn.db.all(_CLOSE_EMPTY, kind=kind):
        _end_unused(job, row.id)
    return job.turn.db.one(_NEXT_TOUR, kind=kind, zone=job.data.get("zone", 0))


def begins_in(job: Job, zone: int) -> bool:
    """Whether a tour for carts waits to be begun in this zone."""
    return job.turn.db.one(_NEXT_TOUR, kind="tote", zone=zone) is not None


def leave(job: Job) -> None:
    """HOME: a tour not begun is anyone's again; one begun waits on its cart for who scans it."""
    if "tour" not in job.data:
        return
    turn, tour = job.turn, job.data["tour"]
    if turn.db.value(_PICKED_UNITS, tour=tour):
        turn.db.run(PARK, id=tour)
        return
    for load in turn.db.all(_LOADS, tour=tour):
        erecting.unload(turn, load.id)
        turn.db.run(_UNLOAD, id=load.id)
        turn.db.run(_SET_DOWN, lpn=load.lpn, place=turn.db.value(_GO_TO) or "", state="")
    turn.db.run(_GIVE_BACK, id=tour)


def ask_for_tote(job: Job) -> bool:
    """The screen of the next load that needs a tote; False when all have theirs."""
    load = job.turn.db.one(_NEXT_LOAD, tour=job.data["tour"])
    if load is None:
        return False
    show_load(job, load, job.turn.db.value(_FREE_TOTE, kind=load.kind) or "")
    return True


def show_load(job: Job, load: Any, free: str) -> None:
    """The screen that asks for a load's tote and shows a free one, or for its carton."""
    if load.kind == "carton":
        erecting.ask(job, load)
    else:
        job.goto("tote", load=load.id, slot=load.slot, kind=load.kind, tote=free)


def put_tote(job: Job, heard: Heard) -> str:
    """An empty tote goes into the slot that the screen shows; "" when it is in.

    Where somebody else was faster, the screen is to be drawn anew.
    """
    data = job.data
    if _put(job, heard.ref):
        job.turn.db.run(_START_LOAD, id=data["load"], lpn=heard.ref)
        return ""
    if heard.ref != data["tote"]:
        raise _not_free(job, heard)
    job.warn(tote=heard.ref)
    return "tote_not_free"


def _put(job: Job, lpn: str) -> bool:
    data = job.data
    return job.turn.db.run(_PUT_TOTE, lpn=lpn, cart=data["cart"], kind=data["kind"]) == 1


def _not_free(job: Job, heard: Heard) -> Refused:
    return Refused(
        "tote_not_free", tote=heard.ref, expected=job.data["kind"], fix="scan an empty one"
    )


def full(job: Job, _heard: Heard) -> str:
    """The tote is full: a new one takes the rest of its picks."""
    job.can_undo("stay")
    kind = "cage" if job.data["method"] == "bulk" else "tote"
    free = job.turn.db.value(_FREE_TOTE, kind=kind)
    job.goto("new_tote", full=job.data["tote"], kind=kind, new=free or "", back=job.step)
    return "scan_new_tote"


def new_tote(job: Job, heard: Heard) -> str:
    """Splits the load: what is picked stays in the full tote, open picks go to the new one."""
    turn, data = job.turn, job.data
    if not _put(job, heard.ref):
        if heard.ref != data["new"]:
            raise _not_free(job, heard)
        job.goto("new_tote", new=turn.db.value(_FREE_TOTE, kind=data["kind"]) or "")
        job.warn(tote=heard.ref)
        return "tote_not_free"
    old = turn.db.the(_LOAD, task=data["task"])
    new_id = turn.new_id()
    new = {"id": new_id, "lpn": heard.ref, "kind": data["kind"]}
    turn.add(tables.load, **old._asdict() | new)
    turn.flush()
    turn.db.run(_RELOAD, old=old.id, new=new_id)
    job.goto(data["back"], tote=heard.ref)
    return "tote_replaced"


def show_end(job: Job) -> None:
    """Everything is picked: the screen says where the cart goes."""
    job.goto("hand_over", to_zone=0, at=wall_of(job) or job.turn.db.value(_GO_TO) or "")


def wall_of(job: Job) -> str:
    """The put wall at which the totes of the job's tour are sorted, or ""."""
    return job.turn.db.value(_WALL, tour=job.data["tour"]) or ""


def hand_over(job: Job, heard: Heard) -> str:
    """The cart is brought in: its totes wait for packing, the cart is free."""
    turn = job.turn
    if turn.db.value(_IS_END, name=heard.ref, wall=wall_of(job)) is None:
        raise Refused(
            "wrong_place",
            expected=str(job.data["at"]),
            got=heard.ref,
            fix="bring the cart to a buffer or a bench",
        )
    for load in turn.db.all(_LOADS, tour=job.data["tour"]):
        filled = turn.db.value(_IN_TOTE, lpn=load.lpn)
        turn.db.run(_END_LOAD, id=load.id, state="picked" if filled else "packed")
        turn.db.run(_SET_DOWN, lpn=load.lpn, place=heard.ref, state="in_use" if filled else "")
    turn.db.run(_END_TOUR, id=job.data["tour"])
    _end_unused(job, job.data["tour"])
    turn.db.run(_SET_DOWN, lpn=job.data["cart"], place=heard.ref, state="")
    turn.event("tour_done", subject=job.data["tour"], cart=job.data["cart"])
    job.home()
    return "handed_over"


def _end_unused(job: Job, tour: int) -> None:
    """Loads for which nothing was picked are over, and so are their parcels."""
    job.turn.db.run(_END_UNUSED, tour=tour)
    job.turn.db.run(_DROP_PARCELS, tour=tour)
    walls.settle(job.turn)

"""Owns a station: the pod that stands there, the bin to take from, the slot to put into.

pod -> bin -> item (count) -> slot, until the pod has nothing more to give; then it leaves, and the
next one comes. Each put is the movement from the bin into the slot of an order. Goods that wait
for bins of the pod come after the orders (decanting). It refuses two pickers at one station.
"""

from typing import Any

from controller.errors import Refused
from controller.workflows import errands, handheld, shortages
from controller.workflows.handheld import Flow, Heard, Job, drawn, stay
from controller.workflows.stations import carrying, decanting, visiting, walls

_PLACE = "SELECT kind FROM place WHERE name = :name"
_OTHER = (
    "SELECT worker FROM session WHERE place = :place AND worker <> :worker "
    "AND workflow = 'presenting' ORDER BY worker LIMIT 1"
)
_HERE = (
    "SELECT r.id, r.cart FROM tour r JOIN container c ON c.lpn = r.cart WHERE r.kind = 'station' "
    "AND r.state IN ('planned', 'active') AND (:pod = '' OR r.cart = :pod) "
    "AND (:pod <> '' OR c.place = :station) AND EXISTS (SELECT 1 FROM task t "
    "WHERE t.tour = r.id AND t.state = 'open' AND t.to_place = :station) "
    "ORDER BY r.due_ms, r.id LIMIT 1"
)
_PLACE_OF = "SELECT place FROM container WHERE lpn = :lpn"
_BEGIN = "UPDATE tour SET state = 'active', worker = :worker WHERE id = :id"
_END = "UPDATE tour SET state = 'done' WHERE id = :id"
_GIVE_BACK = "UPDATE tour SET state = 'planned', worker = '' WHERE id = :id AND state = 'active'"
_CLOSE_EMPTY = (
    "UPDATE tour SET state = 'done' WHERE kind = 'station' AND state IN ('planned', 'active') "
    "AND NOT EXISTS (SELECT 1 FROM task t WHERE t.tour = tour.id AND t.state = 'open') "
    "RETURNING cart"
)
_NEXT = (
    "SELECT t.*, i.name, l.lpn FROM task t JOIN item i ON i.sku = t.sku "
    "JOIN load l ON l.id = t.load WHERE t.tour = :tour AND t.state = 'open' "
    "ORDER BY CASE WHEN t.from_place = :bin THEN 0 ELSE 1 END, t.from_place, t.sku, "
    "t.due_ms, t.id LIMIT 1"
)
_SET_LOAD = "UPDATE load SET state = 'filling' WHERE id = :id AND state IN ('filling', 'picked')"
_RELOAD = "UPDATE task SET load = :new WHERE load = :old AND tour = :tour AND state = 'open'"


def enter(job: Job, station: str) -> str:
    """From home: the worker scanned a station; scanned again it is taken over from another."""
    turn = job.turn
    if turn.db.value(_PLACE, name=station) != "station":
        raise Refused("not_a_station", got=station, fix="scan a station")
    other = turn.db.value(_OTHER, place=station, worker=job.worker)
    if other is not None and job.data.get("take_over") != station:
        job.warn(station=station, by=other)
        job.data["take_over"] = station
        return "station_taken"
    if other is not None:
        handheld.send_home(turn, other, leave)
    if job.workflow == "presenting":
        leave(job)
    job.switch("presenting", "pod")
    job.place = station
    _await_pod(job)
    if job.step == "goods":
        return "scan_goods"
    if job.data["target"]:
        return "scan_pod"
    job.warn(station=station)
    return "no_pod_here"


def change_station(job: Job, heard: Heard) -> str:
    return enter(job, heard.ref)


def _await_pod(job: Job) -> None:
    """The most urgent pod that stands here, else goods for one; unwanted pods leave."""
    turn = job.turn
    for row in turn.db.all(_CLOSE_EMPTY):
        carrying.send_on(turn, row.cart)
    walls.settle(turn, job.place)
    row = turn.db.one(_HERE, station=job.place, pod="")
    job.data = {}
    if row or not decanting.offer(job):
        job.goto("pod", target=row.cart if row else "")


def take_goods(job: Job, heard: Heard) -> str:
    """Goods that wait here for a pod, or the pod itself."""
    message = decanting.take_goods(job, heard)
    if message is not None:
        return message
    if heard.kind == "item":
        raise Refused("wrong_item", expected=str(job.data["target"]), got=heard.ref)
    return take_pod(job, heard)


def take_pod(job: Job, heard: Heard) -> str:
    """A pod that was called here stands here; one that nobody has announced has just come."""
    turn = job.turn
    row = turn.db.one(_HERE, station=job.place, pod=heard.ref)
    if row is None and decanting.wanted(job, heard.ref):
        _stands_here(job, heard.ref)
        _await_pod(job)
        return "pod_ok"
    if row is None:
        if heard.ref != job.data["target"]:
            raise Refused("wrong_pod", expected=str(job.data["target"]), got=heard.ref)
        job.warn(pod=heard.ref)
        _await_pod(job)
        return "pick_cancelled_here"
    _stands_here(job, heard.ref)
    turn.db.run(_BEGIN, id=row.id, worker=job.worker)
    job.data = {"tour": row.id, "pod": heard.ref}
    _go_on(job)
    return "pod_ok"


def _stands_here(job: Job, pod: str) -> None:
    if job.turn.db.value(_PLACE_OF, lpn=pod) != job.place:
        carrying.arrive(job.turn, pod, job.place)


def _go_on(job: Job) -> None:
    """The next bin of the pod; one that has given all leaves."""
    turn, data = job.turn, job.data
    task = turn.db.one(_NEXT, tour=data["tour"], bin=data.get("bin", ""))
    if task is None:
        turn.db.run(_END, id=data["tour"])
        walls.settle(turn, job.place)
        carrying.send_on(turn, data["pod"])
        _await_pod(job)
        return
    here = data.get("bin") == task.from_place
    job.goto(
        "item" if here else "bin",
        task=task.id,
        bin=task.from_place,
        place=task.from_place,
        sku=task.sku,
        name=task.name,
        lot=task.lot,
        order=task.order_id,
        qty=visiting.units_open(_tasks(job, task.id)),
        got=0,
        slot=task.lpn,
        into=task.load,
    )


def _tasks(job: Job, task: int | None = None) -> list[Any]:
    """The picks that the screen shows as one."""
    return visiting.together(job.turn, job.data["task"] if task is None else task)


def at_bin(job: Job, heard: Heard) -> str:
    if heard.ref != job.data["bin"]:
        raise Refused("wrong_place", expected=job.data["bin"], got=heard.ref)
    job.can_undo("stay")
    job.goto("item")
    return "place_ok"


def take_item(job: Job, heard: Heard) -> str:
    """One scan counts what its barcode holds; large quantities are keyed in after it."""
    data = job.data
    if heard.ref != data["sku"]:
        raise Refused("wrong_item", expected=data["sku"], got=heard.ref)
    if heard.lot and heard.lot != data["lot"]:
        raise Refused("wrong_item", expected=data["lot"], got=heard.lot)
    return visiting.count_scan(job, heard, "slot")


def count_items(job: Job, heard: Heard) -> str:
    return visiting.key_in(job, heard, "slot")


def put(job: Job, heard: Heard) -> str:
    """The units lie in the slot of their order: now they are picked."""
    turn, data = job.turn, job.data
    if heard.ref != data["slot"]:
        raise Refused("wrong_slot", expected=data["slot"], got=heard.ref)
    tasks = _tasks(job)
    got, wanted = data["got"], visiting.units_open(tasks)
    if not wanted:
        job.warn(sku=data["sku"])
        _go_on(job)
        return "pick_cancelled"
    if got > wanted:
        job.warn(sku=data["sku"], wanted=wanted, got=got)
        job.goto("slot", qty=wanted, got=wanted)
        return "fewer_wanted"
    picks = visiting.take(turn, tasks, got, heard.ref)
    where = {"tour": data["tour"], "pod": data["pod"], "into": data["into"]}
    job.can_undo("put", picks=picks, **where)
    turn.flush()
    complete = walls.settle(turn, job.place, data["order"])
    _go_on(job)
    return "slot_complete" if complete else "picked"


def undo_put(job: Job, picks: visiting.Picks, tour: int, pod: str, into: int) -> None:
    """Raises: Refused once a packer has the slot, or the pod is on its way."""
    turn = job.turn
    if not turn.db.run(_SET_LOAD, id=into):
        raise Refused("fetched_by_now")
    carrying.hold(turn, pod, job.place)
    visiting.take_back(turn, picks)
    turn.db.run(_BEGIN, id=tour, worker=job.worker)


def short(job: Job, _heard: Heard) -> str:
    job.can_undo("stay")
    job.goto("short")
    return "how_many_are_here"


def short_count(job: Job, heard: Heard) -> str:
    """The picker has counted the bin: the books follow; the next plan fetches what is missing."""
    tasks = _tasks(job)
    lost = shortages.count_short(job.turn, tasks, heard.units) if tasks else {}
    visiting.shorten(job.turn, tasks, lost)
    job.turn.flush()
    walls.settle(job.turn, job.place)
    _go_on(job)
    return "short_noted" if lost else "enough_here"


def full(job: Job, _heard: Heard) -> str:
    """The slot is full: the order goes on in another one."""
    turn, data = job.turn, job.data
    slot = walls.another_slot(turn, data["order"], job.place)
    if slot is None:
        raise Refused("no_slot_free", wall=job.place, fix="pack an order of this station first")
    turn.db.run(_RELOAD, old=data["into"], new=slot.id, tour=data["tour"])
    job.goto("slot", slot=slot.lpn, into=slot.id)
    return "slot_replaced"


def leave(job: Job) -> None:
    """HOME: the pod and the goods wait for whoever comes next."""
    errands.give_back(job)
    if "tour" in job.data:
        job.turn.db.run(_GIVE_BACK, id=job.data["tour"])


_SHOWN = ("sku", "name", "lot", "qty", "got", "slot", "order", "pod", "place")

FLOW = Flow(
    "presenting",
    transitions={
        ("pod", "container"): take_goods,
        ("pod", "item"): take_goods,
        ("pod", "place"): change_station,
        ("goods", "container"): take_goods,
        ("goods", "item"): take_goods,
        ("goods", "place"): change_station,
        ("unpack", "item"): decanting.take_item,
        ("unpack", "SHORT"): lambda job, _heard: decanting.short(job, _await_pod),
        ("stow", "place"): lambda job, heard: decanting.put(job, heard, _await_pod),
        ("stow", "FULL"): decanting.full,
        ("stow", "SHORT"): lambda job, _heard: decanting.short(job, _await_pod),
        ("fitted", "number"): lambda job, heard: decanting.fitted(job, heard, _await_pod),
        ("bin", "place"): at_bin,
        ("bin", "SHORT"): short,
        ("item", "item"): take_item,
        ("item", "SHORT"): short,
        ("count", "number"): count_items,
        ("count", "SHORT"): short,
        ("slot", "container"): put,
        ("slot", "SHORT"): short,
        ("slot", "FULL"): full,
        ("short", "number"): short_count,
    },
    draw={
        "pod": lambda job: {
            "expects": ("container",),
            "at": job.place,
            "target": job.data["target"],
        },
        "goods": decanting.draw_goods,
        "unpack": decanting.drawn("sku", "item", "SHORT"),
        "stow": decanting.drawn("to", "place", "FULL", "SHORT"),
        "fitted": decanting.drawn("", "number"),
        "bin": drawn("bin", "place", _SHOWN, "SHORT"),
        "item": drawn("sku", "item", _SHOWN, "SHORT"),
        "count": drawn("qty", "number", _SHOWN, "SHORT"),
        "slot": drawn("slot", "container", _SHOWN, "SHORT", "FULL"),
        "short": drawn("", "number", _SHOWN),
    },
    undo={"put": undo_put, "stowed": decanting.undo_stowed, "stay": stay},
    leave=leave,
)

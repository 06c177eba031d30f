"""Owns cluster picking: a cart of totes or cartons, each one load, picks in walking order.

Picking a unit is its movement from the bin into the tote or carton; there is no other record of
it. A bin that has too few is counted by the picker and another bin joins the tour at once.
"""

from typing import Any

from controller import ledger
from controller.errors import Refused
from controller.ledger import AVAILABLE, Key
from controller.workflows import passing, shortages, touring
from controller.workflows.errands import confirmed
from controller.workflows.handheld import Flow, Heard, Job, stay
from controller.workflows.packing import erecting
from controller.workflows.stations import visiting

LEFT_MAX = 10_000

OPEN_TASKS = (
    "SELECT t.*, i.name, l.lpn, l.slot FROM task t JOIN item i ON i.sku = t.sku "
    "JOIN load l ON l.id = t.load "
    "WHERE t.tour = :tour AND t.state = 'open' "
    "ORDER BY CASE WHEN t.zone = :zone THEN 0 ELSE 1 END, t.zone, t.seq, t.id"
)
_NEXT_TASK = OPEN_TASKS + " LIMIT 1"
_LEFT = "SELECT MAX(seq) AS last FROM task WHERE tour = :tour AND zone = :zone AND state = 'open'"
_LARGEST_PACK = (
    "SELECT MAX(units) AS units FROM barcode WHERE kind = 'item' AND ref = :sku "
    "AND units > 1 AND units <= :units"
)
_IN_BIN = (
    "SELECT qty FROM stock WHERE place = :place AND sku = :sku AND status = 'available' "
    "ORDER BY lot LIMIT 1"
)


def enter(job: Job, cart: str) -> str:
    """From home: the worker scanned a cart or truck."""
    return touring.take(job, cart) or _next_tote(job)


def put_tote(job: Job, heard: Heard) -> str:
    said = touring.put_tote(job, heard)
    following = _next_tote(job)
    return said or following


def put_plate(job: Job, heard: Heard) -> str:
    """The plate is on the carton; one that is in use leads to another."""
    said = touring.put_tote(job, heard)
    if said:
        erecting.ask_for_plate(job)
        return said
    erecting.put_plate(job, heard.ref)
    return _next_tote(job)


def tote_instead(job: Job, heard: Heard) -> str:
    said = erecting.tote_instead(job, heard)
    _next_tote(job)
    return said


def _next_tote(job: Job) -> str:
    """The next load that needs its tote or carton, or the first bin."""
    if not touring.ask_for_tote(job):
        return _next_pick(job)
    return "take_carton" if job.step == "carton" else "scan_tote"


def _next_pick(job: Job) -> str:
    """The tote of a load that has joined, the next bin of the tour, or its end."""
    if touring.ask_for_tote(job):
        return "order_joined"
    zone = job.data.get("zone", 0)
    task = job.turn.db.one(_NEXT_TASK, tour=job.data["tour"], zone=zone)
    if task is None:
        touring.show_end(job)
        return "tour_complete"
    if task.zone != zone and passing.show_hand_over(job, task.zone):
        return "zone_complete"
    return show_pick(job, task, visiting.units_open(visiting.together(job.turn, task.id)))


def show_pick(job: Job, task: Any, units: int) -> str:
    """The screen of a pick; in the same bin the worker need not scan it again."""
    here = job.data.get("place") == task.from_place
    job.goto(
        "item" if here else "place",
        task=task.id,
        sku=task.sku,
        name=task.name,
        lot=task.lot,
        qty=units,
        got=0,
        place=task.from_place,
        owner=task.owner,
        slot=task.slot,
        tote=task.lpn,
        cases=_cases(job, task.sku, units),
    )
    return "pick_next"


def _cases(job: Job, sku: str, units: int) -> str:
    """ "2 × 12" where the units are whole packs, so that the picker takes packs."""
    pack = job.turn.db.value(_LARGEST_PACK, sku=sku, units=units)
    return f"{units // pack} \u00d7 {pack}" if pack and units % pack == 0 else ""


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
    if heard.lot and heard.lot != data["lot"]:
        if not confirmed(job, heard):
            job.fields.update(expected=data["lot"], got=heard.lot)
            return "other_lot"
        _swap_lot(job, heard.lot)
    return visiting.count_scan(job, heard, "drop")


def _swap_lot(job: Job, lot: str) -> None:
    """The picker takes another lot of the same bin, which must have the units free."""
    data, tasks = job.data, _tasks(job)
    if not tasks or data["got"]:
        raise Refused("lot_begun", lot=data["lot"], fix="drop these units first")
    visiting.swap_lot(job.turn, tasks, lot)
    data["lot"] = lot


def count_items(job: Job, heard: Heard) -> str:
    return visiting.key_in(job, heard, "drop")


def drop(job: Job, heard: Heard) -> str:
    """The units go into the tote of their slot: now they are picked."""
    data = job.data
    if heard.ref != data["tote"]:
        raise Refused("wrong_tote", expected=data["tote"], got=heard.ref)
    tasks = _tasks(job)
    got, wanted = data["got"], visiting.units_open(tasks)
    if not wanted:
        return _cancelled(job)
    if got > wanted:
        return _fewer_wanted(job, got, wanted)
    job.can_undo("pick", picks=visiting.take(job.turn, tasks, got, heard.ref))
    if job.turn.site.zero_check and _bin_is_empty(job):
        job.goto("zero")
        return "is_it_empty"
    return _next_pick_after(job, "picked")


def _bin_is_empty(job: Job) -> bool:
    place, sku = job.data["place"], job.data["sku"]
    return job.turn.db.value(_IN_BIN, place=place, sku=sku) is None


def bin_empty(job: Job, _heard: Heard) -> str:
    job.can_undo("stay")
    return _next_pick_after(job, "picked")


def left_over(job: Job, heard: Heard) -> str:
    """Units that the books do not know lie in the bin: they are booked as found."""
    turn, data = job.turn, job.data
    if heard.units > LEFT_MAX:
        raise Refused("wrong_count", got=heard.units, most=LEFT_MAX, fix="count the bin again")
    if heard.units:
        node = turn.site.node
        key = Key(data["sku"], data["lot"], data["owner"], AVAILABLE, node, data["place"], "")
        source = key.at(ledger.ADJUSTMENT)
        movement = ledger.move(turn, source, key, heard.units, cause="found")
        shortages.stock_arrived(turn, key.sku, key.owner, node)
        turn.event("stock_found", subject=key.sku, at=key.place, units=heard.units)
        job.can_undo("found", movement=movement)
    return _next_pick_after(job, "picked")


def undo_found(job: Job, movement: int) -> None:
    ledger.undo(job.turn, movement)


def _next_pick_after(job: Job, message: str) -> str:
    said = _next_pick(job)
    return said if said == "order_joined" else message


def _cancelled(job: Job) -> str:
    """The order was cancelled or changed under the picker's hands: the units stay in the bin."""
    job.warn(sku=job.data["sku"])
    return _next_pick_after(job, "pick_cancelled")


def _fewer_wanted(job: Job, got: int, wanted: int) -> str:
    """Units were cancelled that the picker has in hand: they go back into the bin first."""
    job.warn(sku=job.data["sku"], wanted=wanted, got=got)
    job.goto("drop", qty=wanted, got=wanted)
    return "fewer_wanted"


def _tasks(job: Job) -> list[Any]:
    """The picks that the screen shows as one."""
    return visiting.together(job.turn, job.data["task"])


def undo_pick(job: Job, picks: visiting.Picks) -> None:
    visiting.take_back(job.turn, picks)


def short(job: Job, _heard: Heard) -> str:
    job.can_undo("stay")
    job.goto("short")
    return "how_many_are_here"


def short_count(job: Job, heard: Heard) -> str:
    """The picker has counted the bin: the books follow, and another bin joins the tour."""
    tasks = _tasks(job)
    if not tasks:
        return _cancelled(job)
    lost = shortages.count_short(job.turn, tasks, heard.units)
    if not lost:
        job.goto("item", got=0, qty=visiting.units_open(tasks))
        return "enough_here"
    visiting.fetch_elsewhere(job.turn, tasks, lost)
    left = visiting.units_open(tasks) - sum(lost.values())
    if left:
        job.goto("item", got=0, qty=left)
        return "take_what_is_here"
    return _next_pick_after(job, "short_noted")


def skip(job: Job, _heard: Heard) -> str:
    """The pick goes to the end of the tour, or of its part in this zone."""
    tasks = _tasks(job)
    if not tasks:
        return _cancelled(job)
    left = job.turn.db.the(_LEFT, tour=job.data["tour"], zone=job.data.get("zone", 0))
    visiting.put_off(job.turn, tasks, left.last + 1)
    return _next_pick_after(job, "skipped")


def hand_over(job: Job, heard: Heard) -> str:
    """The tour ends, or another zone goes on with it."""
    if job.data.get("to_zone", 0):
        return passing.pass_on(job, heard)
    if job.turn.db.one(_NEXT_TASK, tour=job.data["tour"], zone=0) is not None:
        job.warn()
        return _next_pick(job)
    return touring.hand_over(job, heard)


def take_cart(job: Job, heard: Heard) -> str:
    """In a zone: the tour on the cart goes on, or the next one begins on it."""
    said = enter(job, heard.ref)
    if said == "no_tour":
        job.home()
    return said


def _fields(job: Job) -> dict[str, Any]:
    names = ("sku", "name", "lot", "qty", "got", "slot", "tote", "cases", "place", "method")
    return {name: job.data[name] for name in names if name in job.data}


def _draw_pick(target: str, expects: str, *buttons: str) -> Any:
    return lambda job: {
        "expects": (expects,),
        "at": job.data["place"],
        "target": str(job.data[target]),
        "fields": _fields(job),
        "buttons": buttons,
    }


def _draw_carton(target: str, expects: str) -> Any:
    return lambda job: {
        "expects": (expects,),
        "target": job.data[target],
        "fields": {name: job.data[name] for name in ("slot", "carton", "method")},
        "buttons": ("SHORT",),
    }


FLOW = Flow(
    "picking",
    transitions={
        ("cart", "container"): take_cart,
        ("cart", "place"): passing.other_zone,
        ("tote", "container"): put_tote,
        ("carton", "carton_type"): erecting.take_carton,
        ("carton", "SHORT"): tote_instead,
        ("plate", "container"): put_plate,
        ("plate", "SHORT"): tote_instead,
        ("place", "place"): at_place,
        ("place", "SHORT"): short,
        ("place", "SKIP"): skip,
        ("item", "item"): take_item,
        ("item", "SHORT"): short,
        ("item", "SKIP"): skip,
        ("item", "FULL"): touring.full,
        ("count", "number"): count_items,
        ("count", "SHORT"): short,
        ("count", "SKIP"): skip,
        ("drop", "container"): drop,
        ("drop", "SHORT"): short,
        ("drop", "SKIP"): skip,
        ("drop", "FULL"): touring.full,
        ("short", "number"): short_count,
        ("zero", "EMPTY"): bin_empty,
        ("zero", "number"): left_over,
        ("new_tote", "container"): touring.new_tote,
        ("hand_over", "place"): hand_over,
    },
    draw={
        "cart": passing.draw_cart,
        "tote": lambda job: {
            "expects": ("container",),
            "target": job.data["tote"],
            "fields": {name: job.data[name] for name in ("slot", "kind", "method")},
        },
        "carton": _draw_carton("carton", "carton_type"),
        "plate": _draw_carton("tote", "container"),
        "place": _draw_pick("place", "place", "SHORT", "SKIP"),
        "item": _draw_pick("sku", "item", "SHORT", "SKIP", "FULL"),
        "count": _draw_pick("qty", "number", "SHORT", "SKIP"),
        "drop": _draw_pick("tote", "container", "SHORT", "SKIP", "FULL"),
        "short": lambda job: {
            "expects": ("number",),
            "at": job.data["place"],
            "target": "",
            "fields": _fields(job),
        },
        "zero": lambda job: {
            "expects": ("EMPTY", "number"),
            "at": job.data["place"],
            "target": "EMPTY",
            "fields": _fields(job),
            "buttons": ("EMPTY",),
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
    undo={
        "found": undo_found,
        "pick": undo_pick,
        "plate": erecting.undo_plate,
        "tote_instead": erecting.undo_tote_instead,
        "stay": stay,
    },
    leave=touring.leave,
)

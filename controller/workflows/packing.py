"""Owns packing: the screens of a bench, from the tote that arrives to the label on the parcel.

tote -> carton -> item (count) -> weigh -> label -> next parcel or tote; singles skip carton and
scale; what no order wants is put back. The parts are in emptying, boxing, singling, weighing and
labelling. It refuses items that are not of the parcel on the bench.
"""

from collections.abc import Mapping
from typing import Any

from controller.errors import Refused
from controller.handlers import Handler, handler
from controller.ledger import Claim, key_of
from controller.messages import Command, ScanReply, WeightRead
from controller.turn import Turn
from controller.workflows import (
    alarming,
    boxing,
    emptying,
    handheld,
    labelling,
    reconciling,
    shortages,
    singling,
    weighing,
)
from controller.workflows.handheld import Flow, Heard, Job

_BENCH = "SELECT kind FROM place WHERE name = :name"
_OTHERS = (
    "SELECT worker FROM session WHERE place = :place AND worker <> :worker "
    "AND workflow = 'packing' ORDER BY worker LIMIT 1"
)
_SEND_HOME = (
    "UPDATE session SET workflow = 'home', step = 'home', version = version + 1, data = '{}', "
    "undo = '', place = '' WHERE place = :place AND worker <> :worker AND workflow = 'packing'"
)


def enter(job: Job, bench: str) -> str:
    """From home: the worker scanned a bench; scanned again it is taken over from another."""
    turn = job.turn
    if turn.db.value(_BENCH, name=bench) != "bench":
        raise Refused("not_a_bench", got=bench)
    other = turn.db.value(_OTHERS, place=bench, worker=job.worker)
    if other is not None and job.data.get("take_over") != bench:
        job.warn(bench=bench, by=other)
        job.data["take_over"] = bench
        return "bench_taken"
    if other is not None:
        turn.db.run(_SEND_HOME, place=bench, worker=job.worker)
    job.switch("packing", "tote")
    job.place = bench
    emptying.await_tote(job)
    return "scan_tote" if job.data["target"] else "nothing_to_pack"


def change_bench(job: Job, heard: Heard) -> str:
    """Scanning the bench again asks for the next tote; another bench moves the packer there."""
    return enter(job, heard.ref)


def take_carton(job: Job, heard: Heard) -> str:
    """The proposed carton starts the parcel; another one that fits does on its second scan."""
    data = job.data
    if heard.ref != data["carton"] and data["again"] != heard.ref:
        if not boxing.fits(job.turn, data["parcel"], heard.ref):
            raise Refused("carton_too_small", expected=data["carton"], got=heard.ref)
        job.warn(expected=data["carton"], got=heard.ref)
        job.goto("carton", again=heard.ref)
        return "other_carton"
    box = boxing.start(job.turn, data["parcel"], heard.ref, job.place)
    if not box:
        return labelling.parcel_gone(job)
    job.can_undo("start", parcel=data["parcel"], carton=data["carton"], box=box)
    job.goto("item", carton=heard.ref, box=box)
    return "pack_items"


def undo_start(job: Job, parcel: int, carton: str, box: str) -> None:
    boxing.unstart(job.turn, parcel, carton, box)


def pack_item(job: Job, heard: Heard) -> str:
    """Each scan counts its units; many are keyed in; a full line goes into the carton."""
    lines = _with_first(job, heard.ref)
    line = lines[0]
    if not line["got"] and line["qty"] >= job.turn.site.count_from_units:
        job.goto("count", lines=lines)
        return "count_units"
    got = line["got"] + heard.units
    if got > line["qty"]:
        raise Refused("too_many", wanted=line["qty"], got=got)
    if got == line["qty"]:
        return _pack_line(job, lines, got)
    job.can_undo("scan")
    job.goto("item", lines=[line | {"got": got}, *lines[1:]])
    return "item_ok"


def _with_first(job: Job, sku: str) -> list[dict[str, Any]]:
    """The open lines of the parcel with the scanned SKU in front."""
    lines: list[dict[str, Any]] = job.data["lines"]
    found = next((line for line in lines if line["sku"] == sku), None)
    if found is None:
        raise Refused("wrong_item", expected=lines[0]["sku"], got=sku)
    return [found, *(line for line in lines if line is not found)]


def count_items(job: Job, heard: Heard) -> str:
    """The count of units that go in, instead of scanning each."""
    lines = job.data["lines"]
    if not 0 < heard.units <= lines[0]["qty"]:
        raise Refused("wrong_count", wanted=lines[0]["qty"], got=heard.units)
    if heard.units == lines[0]["qty"]:
        return _pack_line(job, lines, heard.units)
    job.can_undo("scan")
    job.goto("item", lines=[lines[0] | {"got": heard.units}, *lines[1:]])
    return "item_ok"


def _pack_line(job: Job, lines: list[dict[str, Any]], qty: int) -> str:
    line = lines[0]["line"]
    movements = boxing.pack(job.turn, job.data, line, qty)
    if movements is None:
        return _order_changed(job)
    job.can_undo("pack", line=line, qty=qty, movements=movements)
    job.goto("item", lines=lines[1:])
    emptying.to_items(job)
    return "line_packed"


def _order_changed(job: Job) -> str:
    """The tote no longer holds what the screen asked for: the screen is drawn anew."""
    job.warn(order=job.data["order"])
    emptying.next_parcel(job)
    return "order_changed"


def undo_pack(job: Job, line: int, qty: int, movements: list[int]) -> None:
    boxing.unpack(job.turn, job.data, line, qty, movements)


def undo_scan(_job: Job) -> None:
    """Nothing has moved yet: the screen before is enough."""


def short(job: Job, _heard: Heard) -> str:
    """The rest of this line is not in the tote: it is booked as missing and fetched elsewhere."""
    turn, data, line = job.turn, job.data, job.data["lines"][0]
    if line["got"] and boxing.pack(turn, data, line["line"], line["got"]) is None:
        return _order_changed(job)
    missing = line["qty"] - line["got"]
    claim = Claim(data["order"], line["line"])
    for row in boxing.held(turn, data["order"], line["line"], data["tote"]):
        units = min(missing, row.qty)
        if units:
            shortages.report_missing(turn, claim, key_of(row), units, "short_at_bench")
        missing -= units
    boxing.trim(turn, data["parcel"], line["line"])
    if len(data["lines"]) > 1:
        job.goto("item", lines=data["lines"][1:])
    else:
        _close_early(job)
    return "short_noted"


def done(job: Job, _heard: Heard) -> str:
    """DONE: this parcel is full; what is left in the tote goes into another one."""
    line = job.data["lines"][0]
    if line["got"] and boxing.pack(job.turn, job.data, line["line"], line["got"]) is None:
        return _order_changed(job)
    if not boxing.trim(job.turn, job.data["parcel"]):
        raise Refused("parcel_empty", parcel=job.data["box"])
    emptying.to_scale(job)
    return "parcel_closed_early"


def _close_early(job: Job) -> None:
    """An empty parcel is dropped, any other goes to the scale."""
    if boxing.trim(job.turn, job.data["parcel"]):
        emptying.to_scale(job)
    else:
        reconciling.cancel_parcel(job.turn, job.data["parcel"], job.data["box"])
        emptying.next_parcel(job)


def weight_read(turn: Turn, command: WeightRead) -> ScanReply:
    """A settled weight: the packer at this bench sees the next screen."""
    alarming.works_again(turn, command.device)
    worker = handheld.worker_at(turn, command.place)
    job = handheld.load(turn, worker) if worker else None
    if job is None or (job.workflow, job.step) != ("packing", "weigh"):
        raise Refused("nothing_to_weigh", place=command.place, mass_g=command.mass_g)
    job.undo = None
    job.last = weighing.weigh(job, command.mass_g)
    job.version += 1
    handheld.save(job, command.id)
    return ScanReply(
        screen=_SCREENS.screen(job), message=job.last, tone=job.tone, fields=job.fields
    )


def _draw_tote(job: Job) -> dict[str, Any]:
    return {"expects": ("container",), "at": job.place, "target": job.data["target"]}


def _draw_carton(job: Job) -> dict[str, Any]:
    return {
        "expects": ("carton_type",),
        "at": job.place,
        "target": job.data["carton"],
        "fields": {name: job.data[name] for name in ("order", "carton")},
    }


def _draw_line(job: Job, expects: str, target: str) -> dict[str, Any]:
    line = job.data["lines"][0]
    fields = {name: line[name] for name in ("sku", "name", "qty", "got")}
    return {
        "expects": (expects,),
        "at": job.place,
        "target": str(line[target]),
        "fields": fields | {name: job.data[name] for name in ("order", "carton", "box")},
        "buttons": ("SHORT", "DONE"),
    }


def _draw_weigh(job: Job) -> dict[str, Any]:
    names = ("order", "box", "planned_g", "window_g", "got_g")
    return {
        "expects": ("weight", "number"),
        "at": job.place,
        "fields": {name: job.data[name] for name in names},
        "buttons": ("DONE",),
    }


def _draw_label(job: Job) -> dict[str, Any]:
    names = ("order", "box", "printed", "fault")
    return {
        "expects": ("container", "parcel"),
        "at": job.place,
        "target": job.data["box"],
        "fields": {name: job.data[name] for name in names},
        "buttons": ("PRINT",),
    }


def _draw_single(job: Job) -> dict[str, Any]:
    return {
        "expects": ("item",),
        "at": job.place,
        "target": job.data["target"],
        "fields": {"tote": job.data["tote"]},
        "buttons": ("SHORT",),
    }


def _draw_put_back(job: Job) -> dict[str, Any]:
    return {
        "expects": ("place",),
        "at": job.data["target"],
        "target": job.data["target"],
        "fields": {name: job.data[name] for name in ("sku", "name", "qty")},
    }


FLOW = Flow(
    "packing",
    transitions={
        ("tote", "container"): emptying.open_tote,
        ("tote", "place"): change_bench,
        ("carton", "carton_type"): take_carton,
        ("item", "item"): pack_item,
        ("item", "SHORT"): short,
        ("item", "DONE"): done,
        ("count", "number"): count_items,
        ("count", "SHORT"): short,
        ("count", "DONE"): done,
        ("weigh", "number"): weighing.key_in,
        ("weigh", "DONE"): weighing.planned_weight,
        ("label", "container"): labelling.scan_label,
        ("label", "parcel"): labelling.scan_label,
        ("label", "PRINT"): labelling.print_again,
        ("single", "item"): singling.take_single,
        ("single", "SHORT"): singling.short_single,
        ("put_back", "place"): emptying.put_back,
    },
    draw={
        "tote": _draw_tote,
        "carton": _draw_carton,
        "item": lambda job: _draw_line(job, "item", "sku"),
        "count": lambda job: _draw_line(job, "number", "qty"),
        "weigh": _draw_weigh,
        "label": _draw_label,
        "single": _draw_single,
        "put_back": _draw_put_back,
    },
    undo={
        "open_tote": emptying.undo_open_tote,
        "start": undo_start,
        "scan": undo_scan,
        "pack": undo_pack,
    },
    leave=emptying.leave,
)
_SCREENS = handheld.Handheld({FLOW.name: FLOW})

HANDLERS: Mapping[type[Command[Any]], Handler] = {WeightRead: handler(weight_read)}

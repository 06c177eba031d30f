"""Owns packing: the screens of a bench, from the tote that arrives to the label on the parcel.

tote -> carton -> item (count) -> weigh -> label -> next parcel or tote; singles skip carton and
scale, cartons that were picked into begin on the scale; what no order wants is put back. An item
that does not fit is measured anew. The parts are in emptying, boxing, closing, filling, singling,
remeasuring, weighing and labelling. It refuses to put two packers at one bench.
"""

from collections.abc import Mapping
from typing import Any

from controller.errors import Refused
from controller.handlers import Handler, handler
from controller.messages import Command, ScanReply, WeightRead
from controller.turn import Turn
from controller.workflows import alarming, handheld, shelving
from controller.workflows.handheld import Flow, Heard, Job
from controller.workflows.packing import (
    carton_choosing,
    closing,
    emptying,
    filling,
    labelling,
    remeasuring,
    singling,
    weighing,
)

_BENCH = "SELECT kind FROM place WHERE name = :name"
_OTHER = (
    "SELECT worker FROM session WHERE place = :place AND worker <> :worker "
    "AND workflow = 'packing' ORDER BY worker LIMIT 1"
)


def enter(job: Job, bench: str) -> str:
    """From home: the worker scanned a bench; scanned again it is taken over from another."""
    turn = job.turn
    if turn.db.value(_BENCH, name=bench) != "bench":
        raise Refused("not_a_bench", got=bench)
    other = turn.db.value(_OTHER, place=bench, worker=job.worker)
    if other is not None and job.data.get("take_over") != bench:
        job.warn(bench=bench, by=other)
        job.data["take_over"] = bench
        return "bench_taken"
    if other is not None:
        handheld.send_home(turn, other, emptying.leave)
    job.switch("packing", "tote")
    job.place = bench
    emptying.await_tote(job)
    if job.data["target"]:
        return "scan_tote"
    job.warn()
    return "nothing_to_pack"


def change_bench(job: Job, heard: Heard) -> str:
    """Scanning the bench again asks for the next tote; another bench moves the packer there."""
    return enter(job, heard.ref)


_WEIGHERS = {"weigh": weighing.weigh, "mass": remeasuring.weigh}


def weight_read(turn: Turn, command: WeightRead) -> ScanReply:
    """A settled weight: the packer at this bench sees the next screen."""
    alarming.works_again(turn, command.device)
    worker = handheld.worker_at(turn, command.place)
    job = handheld.load(turn, worker) if worker else None
    if job is None or job.workflow != "packing" or job.step not in _WEIGHERS:
        raise Refused("nothing_to_weigh", place=command.place, mass_g=command.mass_g)
    undo_before, job.undo = job.undo, None
    job.last = _WEIGHERS[job.step](job, command.mass_g)
    job.undo = undo_before if job.tone == "warn" else None
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
        "fields": {name: job.data[name] for name in ("order", "carton")} | _nth(job),
        "buttons": ("MEASURE",),
    }


def _nth(job: Job) -> dict[str, str]:
    """Which carton of how many, where the order has several."""
    nth = job.data.get("nth", "")
    return {"nth": nth} if nth else {}


def _draw_line(job: Job, expects: str, target: str) -> dict[str, Any]:
    line = job.data["lines"][0]
    fields = {name: line[name] for name in ("sku", "name", "qty", "got")}
    return {
        "expects": (expects,),
        "at": job.place,
        "target": str(line[target]),
        "fields": fields
        | {"step": line.get("step", 0)}
        | {name: job.data[name] for name in ("order", "carton", "box")}
        | _nth(job),
        "buttons": ("SHORT", "DONE", "MEASURE") if expects == "item" else ("SHORT", "DONE"),
    }


def _draw_weigh(job: Job) -> dict[str, Any]:
    names = ("order", "box", "planned_g", "window_g", "got_g")
    return {
        "expects": ("weight", "number"),
        "at": job.place,
        "fields": {name: job.data[name] for name in names} | _nth(job),
        "buttons": ("DONE",),
    }


def _draw_label(job: Job) -> dict[str, Any]:
    names = ("order", "box", "lane", "printed", "fault")
    return {
        "expects": ("container", "parcel"),
        "at": job.place,
        "target": job.data["box"],
        "fields": {name: job.data[name] for name in names} | _nth(job),
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


FLOW = Flow(
    "packing",
    transitions={
        ("tote", "container"): emptying.open_tote,
        ("tote", "place"): change_bench,
        ("carton", "carton_type"): carton_choosing.take_carton,
        ("why", "carton_type"): carton_choosing.take_carton,
        **{("why", reason): carton_choosing.because for reason in carton_choosing.REASONS},
        **{(step, "MEASURE"): remeasuring.begin for step in ("carton", "item")},
        ("measure", "item"): remeasuring.take_item,
        ("length", "unknown"): remeasuring.dimensions,
        **{(side, "number"): remeasuring.side for side in remeasuring.SIDES},
        ("mass", "number"): remeasuring.key_in,
        ("item", "item"): filling.pack_item,
        ("item", "SHORT"): filling.short,
        ("item", "DONE"): filling.done,
        ("count", "number"): filling.count_items,
        ("count", "SHORT"): filling.short,
        ("count", "DONE"): filling.done,
        ("recarton", "carton_type"): emptying.take_carton,
        ("recarton", "DONE"): emptying.keep_carton,
        ("weigh", "carton_type"): emptying.take_carton,
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
        "why": carton_choosing.draw_why,
        "item": lambda job: _draw_line(job, "item", "sku"),
        "count": lambda job: _draw_line(job, "number", "qty"),
        "measure": remeasuring.draw_item,
        **dict.fromkeys((*remeasuring.SIDES, "mass"), remeasuring.draw),
        "recarton": closing.draw,
        "weigh": _draw_weigh,
        "label": _draw_label,
        "single": _draw_single,
        "put_back": shelving.draw,
    },
    undo={
        "open_tote": emptying.undo_open_tote,
        "start": carton_choosing.undo_start,
        "scan": handheld.stay,
        "pack": filling.undo_pack,
        "recarton": closing.undo_recarton,
    },
    leave=emptying.leave,
)
_SCREENS = handheld.Handheld({FLOW.name: FLOW})

HANDLERS: Mapping[type[Command[Any]], Handler] = {WeightRead: handler(weight_read)}

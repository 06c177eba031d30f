"""Owns parcels that the sorter could not place: carried from the run-out to their lane by hand.

A person reads what the scanner could not. It refuses to send a parcel on that has no label, and
puts one whose order was cancelled aside, where putaway takes its goods back to stock.
"""

from typing import Any

from controller.errors import Refused
from controller.workflows.handheld import Flow, Heard, Job

RUN_OUT = "RUNOUT"

_WAITING = (
    "SELECT p.lpn FROM parcel p JOIN container c ON c.lpn = p.lpn "
    "WHERE c.place = :place AND p.state IN ('labelled', 'sorted', 'cancelled') "
    "ORDER BY p.id LIMIT 1"
)
_PARCEL = "SELECT id, order_id, lpn, state, lane FROM parcel WHERE lpn = :lpn"
_SORTED = (
    "UPDATE parcel SET state = 'sorted', recirculations = 0 WHERE lpn = :lpn "
    "AND state IN ('labelled', 'sorted')"
)
_SET_DOWN = "UPDATE container SET place = :place, parent = '' WHERE lpn = :lpn"
_PUT_BACK = "SELECT name FROM place WHERE kind = 'put_back' ORDER BY name LIMIT 1"


def enter(job: Job, run_out: str) -> str:
    """From home: the worker scanned the run-out."""
    job.switch("resort", "parcel", run_out=run_out)
    job.place = run_out
    return _next(job)


def _next(job: Job) -> str:
    lpn = job.turn.db.value(_WAITING, place=job.data["run_out"]) or ""
    job.goto("parcel", target=lpn)
    return "scan_parcel"


def take_parcel(job: Job, heard: Heard) -> str:
    """The screen says where the parcel in hand belongs."""
    turn = job.turn
    parcel = turn.db.one(_PARCEL, lpn=heard.ref)
    if parcel is None or parcel.state not in ("labelled", "sorted", "cancelled"):
        if heard.ref != job.data["target"]:
            raise Refused("not_a_labelled_parcel", got=heard.ref, fix="take it back to its bench")
        job.warn(parcel=heard.ref)  # a colleague has just dealt with it: the next one is shown
        _next(job)
        return "not_a_labelled_parcel"
    cancelled = parcel.state == "cancelled"
    put_back = turn.db.value(_PUT_BACK) or job.data["run_out"]
    lane = put_back if cancelled else parcel.lane
    job.goto("lane", parcel=parcel.lpn, lane=lane, cancelled=int(cancelled))
    return "parcel_cancelled" if cancelled else "carry_to_lane"


def at_lane(job: Job, heard: Heard) -> str:
    data, turn = job.data, job.turn
    if heard.ref != data["lane"]:
        raise Refused("wrong_lane", expected=data["lane"], got=heard.ref)
    if not data["cancelled"] and not turn.db.run(_SORTED, lpn=data["parcel"]):
        job.warn(parcel=data["parcel"])
        _next(job)
        return "parcel_cancelled"
    turn.db.run(_SET_DOWN, lpn=data["parcel"], place=heard.ref)
    if not data["cancelled"]:
        parcel = turn.db.the(_PARCEL, lpn=data["parcel"])
        turn.event(
            "parcel_sorted",
            order_id=parcel.order_id,
            subject=parcel.lpn,
            lane=heard.ref,
            by=job.worker,
        )
    _next(job)
    return "parcel_sorted"


def _draw_parcel(job: Job) -> dict[str, Any]:
    return {
        "expects": ("container", "parcel"),
        "at": job.data["run_out"],
        "target": job.data["target"],
    }


def _draw_lane(job: Job) -> dict[str, Any]:
    return {
        "expects": ("place",),
        "at": job.data["lane"],
        "target": job.data["lane"],
        "fields": {name: job.data[name] for name in ("parcel", "lane")},
    }


FLOW = Flow(
    "resort",
    transitions={
        ("parcel", "container"): take_parcel,
        ("parcel", "parcel"): take_parcel,
        ("lane", "place"): at_lane,
    },
    draw={"parcel": _draw_parcel, "lane": _draw_lane},
)

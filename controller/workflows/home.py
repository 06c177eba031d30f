"""Owns the first screen: scan anything, or NEXT for the next task of the shift.

Drivers and clerks see what they scan; a driver also which van waits.
"""

from typing import Any, Final

from controller.errors import Refused
from controller.workflows import (
    errands,
    loading,
    passing,
    picking,
    receiving,
    resorting,
    returning,
)
from controller.workflows.handheld import HOME, Flow, Heard, Job
from controller.workflows.nodes import store_picking
from controller.workflows.packing import packing
from controller.workflows.stations import consolidating, presenting
from controller.workflows.vans import delivering

ELSEWHERE: Final = ("driver", "clerk")  # roles that do not work on the floor

_ROLE = "SELECT role FROM worker WHERE badge = :badge"
_PLACE = "SELECT kind FROM place WHERE name = :name"
_AT = {
    "bench": packing.enter,
    "lane": loading.enter,
    "freight": loading.enter,
    "dock": receiving.enter,
    "returns": returning.enter,
    "wall": consolidating.enter,
    "hand_over": passing.enter,
    "station": presenting.enter,
    "node": store_picking.enter,
    "van": delivering.enter,
}


def at_place(job: Job, heard: Heard) -> str:
    """A bench, a lane, the run-out, a dock or the returns desk starts its work."""
    if heard.ref == resorting.RUN_OUT:
        return resorting.enter(job, heard.ref)
    kind = job.turn.db.value(_PLACE, name=heard.ref)
    if kind not in _AT:
        raise Refused("nothing_to_do_here", got=heard.ref, fix="scan a bench, lane, dock or cart")
    return _AT[kind](job, heard.ref)


def at_cart(job: Job, heard: Heard) -> str:
    return picking.enter(job, heard.ref)


def next_task(job: Job, _heard: Heard) -> str:
    """The earliest replenishment, or else putaway, or else move."""
    task = errands.next_task(job.turn, job.worker)
    if task is None:
        job.warn()
        return "no_task"
    return errands.enter(job, task)


def _draw(job: Job) -> dict[str, Any]:
    role = job.turn.db.value(_ROLE, badge=job.worker)
    return {
        "expects": ("place", "container", "NEXT"),
        "target": delivering.waiting_van(job.turn, job.worker) if role == "driver" else "",
        "fields": {"role": role} if role in ELSEWHERE else {},
        "buttons": ("NEXT",),
    }


FLOW = Flow(
    HOME,
    transitions={
        (HOME, "place"): at_place,
        (HOME, "container"): at_cart,
        (HOME, "NEXT"): next_task,
    },
    draw={HOME: _draw},
)

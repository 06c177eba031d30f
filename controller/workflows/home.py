"""Owns the first screen: scan anything, or NEXT for the next task of the shift."""

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


FLOW = Flow(
    HOME,
    transitions={
        (HOME, "place"): at_place,
        (HOME, "container"): at_cart,
        (HOME, "NEXT"): next_task,
    },
    draw={
        HOME: lambda _job: {
            "expects": ("place", "container", "NEXT"),
            "buttons": ("NEXT",),
        }
    },
)

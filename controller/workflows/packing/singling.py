"""Owns singles: a tote of one-unit orders, where scanning any item makes the parcel it belongs to.

The earliest due order gets the unit. Its mass is the planned one by rule. It refuses an item that
the tote does not hold.
"""

from controller.errors import Refused
from controller.ledger import Claim, key_of
from controller.workflows import shelving, shortages
from controller.workflows.handheld import Heard, Job
from controller.workflows.packing import (
    boxing,
    emptying,
    expecting,
    labelling,
    reconciling,
    stowing,
)


def take_single(job: Job, heard: Heard) -> str:
    """One item out of the tote: into its carton, and its label is asked for."""
    parcel = emptying.wanted_single(job, heard.ref)
    if parcel is None:
        return _no_order_wants(job, heard.ref)
    box = boxing.start(job.turn, parcel.id, parcel.carton, job.place)
    lines = stowing.rest(job.turn.db, parcel.id)
    job.goto(
        "item",
        parcel=parcel.id,
        order=parcel.order_id,
        carton=parcel.carton,
        box=box,
        lines=lines,
    )
    if len(lines) > 1 or lines[0]["qty"] > 1:
        return "parcel_of_several_units"
    job.turn.flush()
    if boxing.pack(job.turn, job.data, parcel.line, 1) is None:
        return labelling.parcel_gone(job)
    mass_g, _ = expecting.expect(job.turn, parcel.id, parcel.carton)
    return labelling.close_parcel(job, mass_g)


def _no_order_wants(job: Job, sku: str) -> str:
    """An item left over by a cancelled order goes back; any other does not belong here."""
    row = reconciling.loose(job.turn, job.data["tote"], sku)
    if row is None:
        raise Refused("no_order_wants_it", got=sku, expected=str(job.data["target"]))
    job.warn(sku=sku)
    shelving.ask(job, row)
    return "no_order_wants_it"


def short_single(job: Job, _heard: Heard) -> str:
    """The item that the screen shows is not in the tote."""
    sku = job.data["target"]
    parcel = emptying.wanted_single(job, sku)
    if parcel is None:
        job.warn(sku=sku)
        emptying.next_parcel(job)
        return "order_changed"
    claim = Claim(parcel.order_id, parcel.line)
    rows = boxing.held(job.turn, parcel.order_id, parcel.line, job.data["tote"])
    for row in rows:
        shortages.report_missing(job.turn, claim, key_of(row), row.qty, "short_at_bench")
    job.fields.update(sku=sku, missing=sum(row.qty for row in rows))
    reconciling.reconcile(job.turn, job.data["load"], job.data["tote"])
    emptying.go_on(job)
    return "short_noted"

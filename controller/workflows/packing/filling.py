"""Owns the filling of a carton: scan by scan or by count, short, closed early, and taken back.

A line moves from tote to carton when its last unit is scanned or counted. It refuses items that
are not of the parcel on the bench, and more of them than it wants.
"""

from typing import Any

from controller.errors import Refused
from controller.ledger import Claim, key_of
from controller.workflows import shortages
from controller.workflows.handheld import Heard, Job
from controller.workflows.packing import boxing, emptying, reconciling


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
    """The open steps of the parcel with the first of the scanned SKU in front."""
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
    job.can_undo(
        "pack",
        parcel=job.data["parcel"],
        order=job.data["order"],
        line=line,
        qty=qty,
        movements=movements,
    )
    job.goto("item", lines=lines[1:])
    emptying.to_items(job)
    return "line_packed"


def _order_changed(job: Job) -> str:
    """The tote no longer holds what the screen asked for: the screen is drawn anew."""
    job.warn(order=job.data["order"])
    emptying.next_parcel(job)
    return "order_changed"


def undo_pack(
    job: Job, parcel: int, order: str, line: int, qty: int, movements: list[int]
) -> None:
    boxing.unpack(job.turn, parcel, Claim(order, line), qty, movements)


def short(job: Job, _heard: Heard) -> str:
    """The rest of this line is not in the tote: it is booked as missing and fetched elsewhere."""
    turn, data, line = job.turn, job.data, job.data["lines"][0]
    if line["got"] and boxing.pack(turn, data, line["line"], line["got"]) is None:
        return _order_changed(job)
    of_line = [each for each in data["lines"] if each["line"] == line["line"]]
    missing = sum(each["qty"] for each in of_line) - line["got"]
    job.fields["missing"] = _report(job, Claim(data["order"], line["line"]), missing)
    boxing.trim(turn, data["parcel"], line["line"])
    others = [each for each in data["lines"] if each["line"] != line["line"]]
    if others:
        job.goto("item", lines=others)
    else:
        _close_early(job)
    return "short_noted"


def _report(job: Job, claim: Claim, missing: int) -> int:
    """Books units of a line that are not in the tote as missing; how many it held."""
    left = missing
    for row in boxing.held(job.turn, claim.ref, claim.line, job.data["tote"]):
        units = min(left, row.qty)
        if units:
            shortages.report_missing(job.turn, claim, key_of(row), units, "short_at_bench")
        left -= units
    return missing - left


def done(job: Job, _heard: Heard) -> str:
    """DONE: this parcel is full; what is left in the tote goes into another one."""
    line = job.data["lines"][0]
    if line["got"] and boxing.pack(job.turn, job.data, line["line"], line["got"]) is None:
        return _order_changed(job)
    if not boxing.trim(job.turn, job.data["parcel"]):
        raise Refused("parcel_empty", parcel=job.data["box"], fix="scan an item, or SHORT")
    emptying.to_scale(job)
    return "parcel_closed_early"


def _close_early(job: Job) -> None:
    """An empty parcel is dropped, any other goes to the scale."""
    if boxing.trim(job.turn, job.data["parcel"]):
        emptying.to_scale(job)
    else:
        reconciling.cancel_parcel(job.turn, job.data["parcel"], job.data["box"])
        emptying.next_parcel(job)

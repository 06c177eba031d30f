"""Owns measuring at the bench: an item that does not fit as planned, side by side, then its mass.

MEASURE -> item -> length -> width -> height -> mass. Numbers are typed; a dimensioner that types
all three at once (120x90x100) is understood, and the bench's scale gives the mass. What is in the
carton stays there: where the rest no longer fits, this parcel is closed and the rest gets another.
"""

import re
from typing import Any

from controller.errors import Refused
from controller.messages import to_json
from controller.workflows import measuring
from controller.workflows.handheld import Heard, Job
from controller.workflows.packing import boxing, cartonizing, emptying, reconciling, stowing

SIDES = ("length", "width", "height")
_AFTER = {"length": "width", "width": "height", "height": "mass"}
_DIMENSIONS = re.compile(r"(\d{1,5})\D(\d{1,5})\D(\d{1,5})(?:\D(\d{1,7}))?\D{0,3}")

_ITEM = "SELECT name, length_mm, width_mm, height_mm, mass_g FROM item WHERE sku = :sku"
_PARCEL = (
    "SELECT p.state, p.carton, CAST(COALESCE(SUM(l.packed), 0) AS BIGINT) AS packed FROM parcel p "
    "LEFT JOIN parcel_line l ON l.parcel = p.id WHERE p.id = :parcel GROUP BY p.state, p.carton"
)
_SET_BLOCKS = "UPDATE parcel SET blocks = :blocks WHERE id = :id"


def begin(job: Job, _heard: Heard) -> str:
    """MEASURE: which item of the parcel is it?"""
    job.can_undo("scan")
    job.goto("measure", measured={})
    return "which_item"


def take_item(job: Job, heard: Heard) -> str:
    skus = {line["sku"] for line in job.data["lines"]}
    if heard.ref not in skus:
        raise Refused("wrong_item", expected=job.data["lines"][0]["sku"], got=heard.ref)
    job.can_undo("scan")
    item = job.turn.db.the(_ITEM, sku=heard.ref)._asdict()
    job.goto("length", item={"sku": heard.ref} | item)
    return "measure_it"


def side(job: Job, heard: Heard) -> str:
    """One side in mm; the next one is asked."""
    measuring.check(f"{job.step}_mm", heard.units)
    job.can_undo("scan")
    measured = job.data["measured"] | {f"{job.step}_mm": heard.units}
    job.goto(_AFTER[job.step], measured=measured)
    return "measure_ok"


def dimensions(job: Job, heard: Heard) -> str:
    """A dimensioner has typed all sides at once, and the mass where it weighs as well."""
    found = _DIMENSIONS.fullmatch(heard.raw.strip())
    if found is None:
        raise Refused("no_measure", got=heard.raw[:60], fix="type mm, digits only")
    *sides, mass = found.groups()
    measured = {f"{name}_mm": int(value) for name, value in zip(SIDES, sides, strict=True)}
    for name, value in measured.items():
        measuring.check(name, value)
    job.can_undo("scan")
    job.goto("mass", measured=measured)
    return weigh(job, int(mass)) if mass else "measure_ok"


def key_in(job: Job, heard: Heard) -> str:
    """The mass in grams."""
    return weigh(job, heard.units)


def weigh(job: Job, mass_g: int) -> str:
    """The last of the measures: the item is known by them, and the parcel planned by them."""
    measuring.check("mass_g", mass_g)
    data = job.data
    found = measuring.Measures(**data["measured"], mass_g=mass_g)
    if not measuring.measure(job.turn, data["item"]["sku"], found, job.worker, job.place):
        emptying.go_on(job)
        return "measured_same"
    return _pack_anew(job)


def _pack_anew(job: Job) -> str:
    turn, data = job.turn, job.data
    now = turn.db.the(_PARCEL, parcel=data["parcel"])
    if now.state == "packing" and not now.packed:
        boxing.unstart(turn, data["parcel"], now.carton, data["box"])
        reconciling.plan_anew(turn, data["load"], data["order"])
    if now.state != "packing" or not now.packed:
        emptying.go_on(job)
        return "measured"
    placed = cartonizing.places_in(turn.db, turn.site, data["parcel"], now.carton)
    if placed:
        turn.db.run(_SET_BLOCKS, id=data["parcel"], blocks=to_json(placed).decode())
        job.goto("item", lines=stowing.rest(turn.db, data["parcel"]))
        return "measured"
    boxing.trim(turn, data["parcel"])
    emptying.to_scale(job)
    return "measured_rest_elsewhere"


def draw_item(job: Job) -> dict[str, Any]:
    """The screen that asks which item is measured."""
    line = job.data["lines"][0]
    return {
        "expects": ("item",),
        "at": job.place,
        "target": str(line["sku"]),
        "fields": {"sku": line["sku"], "name": line["name"], "order": job.data["order"]},
    }


def draw(job: Job) -> dict[str, Any]:
    """The screen of one measure, with what the books say."""
    item, last = job.data["item"], job.step == "mass"
    known = item["mass_g" if last else f"{job.step}_mm"]
    return {
        "expects": ("weight", "number") if last else ("number",),
        "at": job.place,
        "target": "",
        "fields": {
            "sku": item["sku"],
            "name": item["name"],
            "known_g" if last else "known_mm": known,
        },
    }

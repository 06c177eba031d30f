"""Owns the carton that a packer takes: the planned one, or another for a reason that is kept.

One scan overrules the plan and one button says why; where the goods then lie is planned anew for
the carton that was taken. It refuses a carton that is too small by volume or mass, or that the
shop of the order does not ship in.
"""

from typing import Any

from controller import tables
from controller.errors import Refused
from controller.messages import to_json
from controller.workflows.handheld import Heard, Job
from controller.workflows.packing import boxing, labelling
from controller.workflows.packing.cartonizing import places_in

REASONS = ("TOO_SMALL", "TOO_LARGE", "DAMAGED", "OTHER_REASON")

_VOLUME = (
    "SELECT CAST(COALESCE(SUM(l.planned * i.length_mm * i.width_mm * i.height_mm), 0) AS BIGINT) "
    "FROM parcel_line l JOIN item i ON i.sku = l.sku WHERE l.parcel = :parcel"
)
_CARTON = "SELECT * FROM carton_type WHERE code = :code"
_BLOCKS = "SELECT blocks FROM parcel WHERE id = :id"
_SET_BLOCKS = "UPDATE parcel SET blocks = :blocks WHERE id = :id"
_FORGET = "DELETE FROM overrule WHERE parcel = :parcel"


def take_carton(job: Job, heard: Heard) -> str:
    """The proposed carton starts the parcel; of another one that fits the reason is asked.

    The same other carton again needs no button: the reason is another one than those.
    """
    data = job.data
    if job.step == "why" and heard.ref == data["again"]:
        return _start(job, heard.ref, "OTHER_REASON")
    if heard.ref == data["carton"]:
        return _start(job, heard.ref)
    codes = dict(job.turn.site.channel_cartons).get(data["order"].partition("/")[0])
    if codes is not None and heard.ref not in codes:
        raise Refused("carton_not_for_shop", expected=data["carton"], got=heard.ref)
    if not boxing.fits(job.turn, data["parcel"], heard.ref):
        raise Refused("carton_too_small", expected=data["carton"], got=heard.ref)
    job.warn(expected=data["carton"], got=heard.ref)
    if job.step == "carton":
        job.can_undo("scan")
    job.goto("why", again=heard.ref)
    return "other_carton"


def because(job: Job, heard: Heard) -> str:
    """The reason is given: the other carton starts the parcel."""
    return _start(job, job.data["again"], heard.kind)


def _start(job: Job, carton: str, reason: str = "") -> str:
    turn, data = job.turn, job.data
    planned, parcel = data["carton"], data["parcel"]
    box = boxing.start(turn, parcel, carton, job.place)
    if not box:
        return labelling.parcel_gone(job)
    before = turn.db.value(_BLOCKS, id=parcel)
    job.can_undo("start", parcel=parcel, carton=planned, box=box, blocks=before)
    if reason:
        _keep(job, planned, carton, reason)
        placed = places_in(turn.db, turn.site, parcel, carton)
        turn.db.run(_SET_BLOCKS, id=parcel, blocks=to_json(placed).decode())
    job.goto("item", carton=carton, box=box)
    return "pack_items"


def _keep(job: Job, planned: str, taken: str, reason: str) -> None:
    """The reason, with how full the planned carton would have been."""
    turn, data = job.turn, job.data
    carton = turn.db.one(_CARTON, code=planned)
    room = carton.length_mm * carton.width_mm * carton.height_mm if carton else 0
    volume = int(turn.db.value(_VOLUME, parcel=data["parcel"]))
    turn.add(
        tables.overrule,
        id=turn.new_id(),
        at_ms=turn.now_ms,
        parcel=data["parcel"],
        order_id=data["order"],
        planned=planned,
        taken=taken,
        reason=reason,
        fill_percent=100 * volume // room if room else 0,
        worker=job.worker,
    )
    turn.event(
        "carton_overruled",
        order_id=data["order"],
        subject=planned,
        taken=taken,
        reason=reason,
        by=job.worker,
    )


def undo_start(job: Job, parcel: int, carton: str, box: str, blocks: str = "[]") -> None:
    turn = job.turn
    boxing.unstart(turn, parcel, carton, box)
    turn.db.run(_SET_BLOCKS, id=parcel, blocks=blocks)
    turn.db.run(_FORGET, parcel=parcel)


def draw_why(job: Job) -> dict[str, Any]:
    """The screen that asks why another carton is taken."""
    return {
        "expects": ("TOO_SMALL", "carton_type"),
        "at": job.place,
        "target": job.data["again"],
        "fields": {name: job.data[name] for name in ("order", "carton")},
        "buttons": REASONS,
    }

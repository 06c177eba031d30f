"""Owns a carton that was picked into: what lies in it is packed, so it is weighed and closed.

Its goods are not handled again. Where less came than was planned, a cheaper carton that holds it
is offered, and the packer may take another one in any case. It refuses a carton that is too small.
"""

from typing import Any

from controller.errors import Refused
from controller.plan import cartonizing
from controller.plan.cartons.packages import carton_cents
from controller.turn import Turn
from controller.workflows.handheld import Heard, Job
from controller.workflows.packing import boxing, reconciling, supplying
from controller.workflows.packing.cartonizing import of_lines, packed

_IN_PLATE = (
    "SELECT id, order_id, state, carton, lpn, service FROM parcel "
    "WHERE load = :load AND lpn = :lpn ORDER BY id LIMIT 1"
)
_PLANNED = (
    "SELECT p.id, p.carton, CAST(COALESCE(SUM(l.planned), 0) AS BIGINT) AS units FROM parcel p "
    "LEFT JOIN parcel_line l ON l.parcel = p.id WHERE p.load = :load AND p.state = 'planned' "
    "GROUP BY p.id, p.carton ORDER BY p.id"
)
_ADOPT = "UPDATE parcel SET state = 'packing', lpn = :lpn WHERE id = :id"
_CANCEL = "UPDATE parcel SET state = 'cancelled' WHERE id = :id"
_DROP_LINES = "DELETE FROM parcel_line WHERE parcel = :parcel"
_LINE = (
    "INSERT INTO parcel_line (parcel, line, sku, planned, packed) "
    "VALUES (:parcel, :line, :sku, :qty, :qty)"
)
_PACKED = "UPDATE order_line SET packed = packed + :n WHERE order_id = :order AND line = :line"
_SET_CARTON = (
    "UPDATE parcel SET carton = :carton, blocks = :blocks WHERE id = :id AND state = 'packing'"
)
_BLOCKS = "SELECT blocks FROM parcel WHERE id = :id"


def parcel_of(turn: Turn, load: int, plate: str) -> Any | None:
    """The parcel of a carton that was picked into, with what lies in it as packed.

    None when nothing is in it.
    """
    parcel = turn.db.one(_IN_PLATE, load=load, lpn=plate)
    if parcel is not None:
        return parcel
    reconciling.reconcile(turn, load, plate, replan=False)
    content = reconciling.content(turn, plate)
    if not content:
        return None
    first, *others = turn.db.all(_PLANNED, load=load)
    turn.db.run(_ADOPT, id=first.id, lpn=plate)
    for parcel_id in (first.id, *(each.id for each in others)):
        turn.db.run(_DROP_LINES, parcel=parcel_id)
    for each in others:
        turn.db.run(_CANCEL, id=each.id)
    for row in content:
        turn.db.run(_LINE, parcel=first.id, line=row.line, sku=row.sku, qty=row.qty)
        turn.db.run(_PACKED, order=row.ref, line=row.line, n=row.qty)
    return turn.db.one(_IN_PLATE, load=load, lpn=plate)


def is_open(turn: Turn, load: int, plate: str) -> bool:
    """Whether a packer has begun with it: what lies in it is a parcel."""
    return turn.db.one(_IN_PLATE, load=load, lpn=plate) is not None


def is_to_do(parcel: Any) -> bool:
    """Whether a parcel waits for its scale or its label."""
    return bool(parcel.state == "packing" or (parcel.state == "packed" and parcel.service))


def planned_units(turn: Turn, load: int) -> int:
    """The units that were planned for a carton which nobody has opened at a bench yet."""
    return sum(int(row.units) for row in turn.db.all(_PLANNED, load=load))


def cheaper(turn: Turn, carton: str, plate: str, planned: int) -> str:
    """Where fewer units came than planned: a carton that costs less to send, or ""."""
    rows = reconciling.content(turn, plate)
    if sum(row.qty for row in rows) >= planned:
        return ""
    problem = of_lines(turn.db, turn.site, rows[0].ref if rows else "", rows)
    plan = packed(turn.db, turn.site, problem)
    now = next((each for each in problem.cartons if each.code == carton), None)
    if len(plan.cartons) != 1 or plan.cartons[0].carton in (carton, cartonizing.OWN):
        return ""
    mass_g = sum(piece.mass_g * piece.qty for piece in problem.pieces)
    volume_mm3 = sum(piece.volume_mm3 * piece.qty for piece in problem.pieces)
    if now is None or carton_cents(problem, now, mass_g, volume_mm3) <= plan.cost_cents:
        return ""
    return plan.cartons[0].carton


def change_carton(job: Job, heard: Heard) -> bool:
    """The goods on the bench lie in another carton than planned; False when they are gone.

    Raises: Refused when it is too small.
    """
    turn, data = job.turn, job.data
    if not boxing.fits(turn, data["parcel"], heard.ref):
        raise Refused("carton_too_small", expected=data["carton"], got=heard.ref)
    job.can_undo(
        "recarton",
        parcel=data["parcel"],
        carton=data["carton"],
        blocks=turn.db.value(_BLOCKS, id=data["parcel"]),
        new=heard.ref,
    )
    if not turn.db.run(_SET_CARTON, id=data["parcel"], carton=heard.ref, blocks="[]"):
        return False
    supplying.use(turn, heard.ref, job.place)
    turn.event(
        "carton_changed",
        order_id=data["order"],
        subject=data["box"],
        planned=data["carton"],
        taken=heard.ref,
        by=job.worker,
    )
    data["carton"] = heard.ref
    return True


def undo_recarton(job: Job, parcel: int, carton: str, blocks: str, new: str) -> None:
    if not job.turn.db.run(_SET_CARTON, id=parcel, carton=carton, blocks=blocks):
        raise Refused("nothing_to_undo")
    supplying.give_back(job.turn, new, job.place)


def draw(job: Job) -> dict[str, Any]:
    """The screen that offers a cheaper carton."""
    return {
        "expects": ("carton_type",),
        "at": job.place,
        "target": job.data["smaller"],
        "fields": {name: job.data[name] for name in ("order", "carton", "box")},
        "buttons": ("DONE",),
    }

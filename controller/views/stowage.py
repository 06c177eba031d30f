"""Owns the look into a carton: its room, the steps of packing, and where each unit lies."""

from dataclasses import dataclass

from controller.store import Db
from controller.turn import Turn
from controller.workflows import stowing
from controller.workflows.handheld import load
from controller.workflows.stowing import Step

PARCELS_MAX = 50

_PARCEL = (
    "SELECT p.id, p.order_id, p.lpn, p.carton, COALESCE(c.length_mm, 0) AS length_mm, "
    "COALESCE(c.width_mm, 0) AS width_mm, COALESCE(c.height_mm, 0) AS height_mm "
    "FROM parcel p LEFT JOIN carton_type c ON c.code = p.carton WHERE {which} "
    f"AND p.state <> 'cancelled' ORDER BY p.id LIMIT {PARCELS_MAX}"
)
_BY_ID = _PARCEL.format(which="p.id = :ref")
_BY_NAME = _PARCEL.format(which="(p.lpn = :ref OR p.order_id = :ref) AND :ref <> ''")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stowage:
    """`now` is the step that the packer is asked for, 0 for none.

    Units: inner measures of the carton, 0 where the goods are their own carton. Ids are text for
    JavaScript.
    """

    parcel: str
    order: str
    box: str
    carton: str
    length_mm: int
    width_mm: int
    height_mm: int
    steps: tuple[Step, ...]
    now: int = 0


def at_bench(db: Db, worker: str) -> Stowage | None:
    """The parcel that a packer has in hand; None for other work."""
    job = load(Turn(db, seq=0, command_id="", actor="", now_ms=0), worker)
    if job is None or job.workflow != "packing" or not job.data.get("parcel"):
        return None
    asked = job.data["lines"][0]["step"] if job.step in ("item", "count") else 0
    return next(iter(_found(db, _BY_ID, job.data["parcel"], asked)), None)


def stowage(db: Db, name: str) -> tuple[Stowage, ...]:
    """The parcels of an order, or the parcel with this licence plate."""
    return _found(db, _BY_NAME, name, 0)


def _found(db: Db, query: str, ref: str | int, asked: int) -> tuple[Stowage, ...]:
    return tuple(
        Stowage(
            parcel=str(row.id),
            order=row.order_id,
            box=row.lpn,
            carton=row.carton,
            length_mm=row.length_mm,
            width_mm=row.width_mm,
            height_mm=row.height_mm,
            steps=tuple(stowing.steps(db, row.id)),
            now=asked,
        )
        for row in db.all(query, ref=ref)
    )

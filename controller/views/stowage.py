"""Owns the look into a carton: its room, the steps of packing, and where each unit lies."""

from dataclasses import dataclass
from typing import Any

from controller.messages import from_json
from controller.plan.cartons.telling import kind_of
from controller.store import Db
from controller.turn import Turn
from controller.workflows.handheld import load
from controller.workflows.packing import stowing
from controller.workflows.packing.stowing import Step

PARCELS_MAX = 50

_PARCEL = (
    "SELECT p.id, p.order_id, p.lpn, p.carton, COALESCE(c.length_mm, 0) AS length_mm, "
    "COALESCE(c.width_mm, 0) AS width_mm, COALESCE(c.height_mm, 0) AS height_mm, p.passed_over, "
    "COALESCE(c.flexible, 0) AS flexible, "
    "(SELECT CAST(COALESCE(SUM(l.planned * i.length_mm * i.width_mm * i.height_mm), 0) AS BIGINT) "
    "FROM parcel_line l JOIN item i ON i.sku = l.sku WHERE l.parcel = p.id) AS goods_mm3 "
    "FROM parcel p LEFT JOIN carton_type c ON c.code = p.carton WHERE {which} "
    f"AND p.state <> 'cancelled' ORDER BY p.id LIMIT {PARCELS_MAX}"
)
_BY_ID = _PARCEL.format(which="p.id = :ref")
_BY_NAME = _PARCEL.format(which="(p.lpn = :ref OR p.order_id = :ref) AND :ref <> ''")


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """A cheaper carton that was not planned: `why` in words, and which kind of reason that is."""

    carton: str
    kind: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stowage:
    """`now` is the step that the packer is asked for, 0 for none.

    Units: `void_ml` is what the goods leave to be filled; inner measures of the carton, 0 where
    the goods are their own carton. Ids are text for JavaScript.
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
    void_ml: int = 0
    passed_over: tuple[PassedOver, ...] = ()


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


def _void_ml(row: Any) -> int:
    if row.flexible:
        return 0  # an envelope or bag lies close to its goods
    room_mm3 = row.length_mm * row.width_mm * row.height_mm
    return max(0, int(room_mm3) - int(row.goods_mm3)) // 1_000


def reasons(kept: str) -> tuple[PassedOver, ...]:
    """Why cheaper cartons were not taken, as a parcel keeps it."""
    return tuple(
        PassedOver(carton=carton, kind=kind_of(why), why=why)
        for carton, why in from_json(kept, tuple[tuple[str, str], ...])
    )


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
            void_ml=_void_ml(row),
            passed_over=reasons(row.passed_over),
        )
        for row in db.all(query, ref=ref)
    )

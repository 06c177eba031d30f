"""Owns the look at release plans: what each chose and left out, its tours, one tour in full."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from controller.messages import PlannedKind
from controller.store import Db

STOPS_MAX = 2_000

_PLANS = (
    "SELECT * FROM plan WHERE id < :before AND (:all = 1 OR tours > 0) "
    "ORDER BY id DESC LIMIT :most"
)
_PLAN = "SELECT * FROM plan WHERE id = :id"
_STATES = (
    "SELECT plan, state, COUNT(*) AS n FROM tour WHERE plan >= :first AND plan <= :last "
    "AND plan > 0 GROUP BY plan, state ORDER BY plan, state"
)
_TOURS = (
    "SELECT r.*, COUNT(DISTINCT t.order_id) AS orders, COUNT(DISTINCT t.load) AS loads, "
    "COUNT(t.id) AS picks, "
    "CAST(COALESCE(SUM(CASE WHEN t.state IN ('done', 'short') THEN 1 ELSE 0 END), 0) AS BIGINT) "
    "AS done FROM tour r LEFT JOIN task t ON t.tour = r.id AND t.state <> 'cancelled' "
    "WHERE {which} GROUP BY r.id ORDER BY r.due_ms, r.id"
)
_TOURS_OF = _TOURS.format(which="r.plan = :plan")
_TOUR = _TOURS.format(which="r.id = :id")
_STOPS = (
    "SELECT t.id, t.from_place, t.sku, COALESCE(i.name, '') AS name, t.qty, t.order_id, t.state, "
    "l.slot, l.id AS load_id FROM task t LEFT JOIN item i ON i.sku = t.sku "
    "LEFT JOIN load l ON l.id = t.load WHERE t.tour = :id AND t.state <> 'cancelled' "
    f"ORDER BY t.seq, t.id LIMIT {STOPS_MAX}"
)
_WORKER = "SELECT worker FROM tour WHERE id = :id"
_LOADS = "SELECT id, slot, kind, lpn, state FROM load WHERE tour = :id ORDER BY slot, id"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanHead:
    """Lengths are of all its tours; `states` counts tours by what has become of them.

    `left_out` counts the orders that did not start by reason. Ids are text for JavaScript.
    """

    id: str
    at_ms: int
    tours: int
    loads: int
    length_mm: int
    first_come_mm: int
    bound_mm: int
    states: dict[str, int]
    left_out: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class TourHead:
    id: str
    plan: str
    kind: str
    state: str
    worker: str
    cart: str
    due_ms: int
    length_mm: int
    locked_by: str
    orders: int
    loads: int
    picks: int
    done: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStory:
    """`waiting`: the first of the orders that were left out, each with its reason."""

    plan: PlanHead
    kinds: tuple[PlannedKind, ...]
    tours: tuple[TourHead, ...]
    waiting: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One container of a tour, and the orders whose goods go into it."""

    number: int
    kind: str
    lpn: str
    state: str
    orders: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TourStop:
    """One pick, in walking order. `state`: open, done, short."""

    place: str
    sku: str
    name: str
    qty: int
    order: str
    slot: int
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TourStory:
    """`kind_says` is what its plan says of all tours of this kind; None where there is no plan."""

    tour: TourHead
    why: str
    kind_says: PlannedKind | None
    slots: tuple[Slot, ...]
    stops: tuple[TourStop, ...]


def plans(
    db: Db, before: int, most: int, *, with_empty: bool = False
) -> tuple[tuple[PlanHead, ...], str]:
    """The latest plans first, and where to go on; those that started nothing only if asked for."""
    rows = db.all(_PLANS, before=before or 1 << 62, all=int(with_empty), most=most)
    states = _states(db, rows)
    heads = tuple(_head(row, states.get(row.id, {})) for row in rows)
    return heads, heads[-1].id if len(heads) == most else ""


def plan(db: Db, plan_id: int) -> PlanStory | None:
    row = db.one(_PLAN, id=plan_id)
    if row is None:
        return None
    return PlanStory(
        plan=_head(row, _states(db, [row]).get(row.id, {})),
        kinds=_kinds(row),
        tours=tuple(map(_tour_head, db.all(_TOURS_OF, plan=plan_id))),
        waiting=msgspec.json.decode(row.waiting, type=tuple[tuple[str, str], ...]),
    )


def tour(db: Db, tour_id: int) -> TourStory | None:
    row = db.one(_TOUR, id=tour_id)
    if row is None:
        return None
    stops = db.all(_STOPS, id=tour_id)
    of = db.one(_PLAN, id=row.plan)
    says = [kind for kind in (_kinds(of) if of else ()) if kind.kind == row.kind]
    return TourStory(
        tour=_tour_head(row),
        why=row.why,
        kind_says=says[0] if says else None,
        slots=_slots(db.all(_LOADS, id=tour_id), stops),
        stops=tuple(map(_stop, stops)),
    )


def worker_of(db: Db, tour_id: int) -> str:
    """Who walks a tour."""
    return db.value(_WORKER, id=tour_id) or ""


def _states(db: Db, rows: Sequence[Any]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    if rows:
        ids = [row.id for row in rows]
        for row in db.all(_STATES, first=min(ids), last=max(ids)):
            found.setdefault(row.plan, {})[row.state] = int(row.n)
    return found


def _kinds(row: Any) -> tuple[PlannedKind, ...]:
    return msgspec.json.decode(row.kinds, type=tuple[PlannedKind, ...])


def _head(row: Any, states: dict[str, int]) -> PlanHead:
    kinds = _kinds(row)
    left_out = msgspec.json.decode(row.left_out, type=tuple[tuple[str, int], ...])
    return PlanHead(
        id=str(row.id),
        at_ms=row.at_ms,
        tours=row.tours,
        loads=sum(kind.loads for kind in kinds),
        length_mm=sum(kind.length_mm for kind in kinds),
        first_come_mm=sum(kind.first_come_mm for kind in kinds),
        bound_mm=sum(kind.bound_mm for kind in kinds),
        states=states,
        left_out=dict(left_out),
    )


def _tour_head(row: Any) -> TourHead:
    return TourHead(
        id=str(row.id),
        plan=str(row.plan or ""),
        kind=row.kind,
        state=row.state,
        worker=row.worker,
        cart=row.cart,
        due_ms=row.due_ms,
        length_mm=row.length_mm,
        locked_by=row.locked_by,
        orders=int(row.orders),
        loads=int(row.loads),
        picks=int(row.picks),
        done=int(row.done),
    )


def _stop(row: Any) -> TourStop:
    return TourStop(
        place=row.from_place,
        sku=row.sku,
        name=row.name,
        qty=row.qty,
        order=row.order_id,
        slot=row.slot or 0,
        state=row.state,
    )


def _slots(loads: Sequence[Any], stops: Sequence[Any]) -> tuple[Slot, ...]:
    """Containers that get something; what was taken out of the tour leaves none behind."""
    orders: dict[int, dict[str, None]] = {}
    for stop in stops:
        orders.setdefault(stop.load_id, {})[stop.order_id] = None
    return tuple(
        Slot(
            number=load.slot,
            kind=load.kind,
            lpn=load.lpn,
            state=load.state,
            orders=tuple(orders[load.id]),
        )
        for load in loads
        if load.id in orders
    )

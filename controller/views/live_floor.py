"""Owns the present moment of the floor: people, tours, totes, parcels, lanes, alarms, open work.

Every query reads only what is in hand now, through an index, so the price of a look does not grow
with the orders that are done.
"""

from dataclasses import dataclass
from typing import Any

import msgspec

from controller.messages import Obstacle
from controller.store import Db
from controller.views.machines import Belt, belts
from controller.views.site_map import blocked

SHOWN_MAX = 200

_SESSIONS = (
    "SELECT s.worker, w.role, s.workflow, s.step, s.place, s.data, s.last, "
    "COALESCE(j.now_ms, 0) AS scanned_ms FROM session s "
    "LEFT JOIN worker w ON w.badge = s.worker "
    "LEFT JOIN journal j ON j.command_id = s.last_command ORDER BY s.worker"
)
_TOURS = (
    "SELECT id, kind, state, worker, cart, due_ms, length_mm, why FROM tour "
    f"WHERE state = 'active' ORDER BY due_ms, id LIMIT {SHOWN_MAX}"
)
_PICKS = (
    "SELECT t.tour, t.from_place, t.id FROM tour r JOIN task t ON t.tour = r.id "
    "AND t.state = 'open' WHERE r.state = 'active' ORDER BY t.tour, t.seq, t.id LIMIT 4000"
)
_DONE = (
    "SELECT t.tour, COUNT(*) AS n FROM tour r JOIN task t ON t.tour = r.id "
    "AND t.state IN ('done', 'short') WHERE r.state = 'active' GROUP BY t.tour ORDER BY t.tour"
)
_TOTES = (
    "SELECT place, COUNT(*) AS n FROM container WHERE kind IN ('tote', 'cage', 'pallet') "
    "AND state = 'in_use' AND place <> '' GROUP BY place ORDER BY place"
)
_ON_BELT = (
    "SELECT p.id, p.lpn, p.order_id, p.lane, p.recirculations, COALESCE(c.place, '') AS place "
    "FROM parcel p LEFT JOIN container c ON c.lpn = p.lpn "
    f"WHERE p.state = 'labelled' ORDER BY p.id LIMIT {SHOWN_MAX}"
)
_LANES = (
    "SELECT lane, COUNT(*) AS n, CAST(SUM(mass_g) AS BIGINT) AS mass_g FROM parcel "
    "WHERE state = 'sorted' GROUP BY lane ORDER BY lane"
)
_ALARMS = (
    "SELECT device, fault, detail, since_ms, times FROM alarm WHERE state = 'open' "
    f"ORDER BY since_ms DESC, device, fault LIMIT {SHOWN_MAX}"
)
_OPEN_ALARMS = "SELECT COUNT(*) FROM alarm WHERE state = 'open'"
_COUNTS = {
    "order": (
        "SELECT state AS name, COUNT(*) AS n FROM customer_order "
        "WHERE state IN ('held', 'open', 'released') GROUP BY state ORDER BY state"
    ),
    "tour": (
        "SELECT state AS name, COUNT(*) AS n FROM tour WHERE state IN ('planned', 'active') "
        "GROUP BY state ORDER BY state"
    ),
    "load": (
        "SELECT state AS name, COUNT(*) AS n FROM load "
        "WHERE state IN ('planned', 'picking', 'picked', 'packing') GROUP BY state ORDER BY state"
    ),
    "parcel": (
        "SELECT state AS name, COUNT(*) AS n FROM parcel "
        "WHERE state IN ('packing', 'packed', 'labelled', 'sorted') GROUP BY state ORDER BY state"
    ),
    "task": (
        "SELECT kind AS name, COUNT(*) AS n FROM task WHERE kind IN ('pick', 'replenish', "
        "'putaway', 'move') AND state = 'open' GROUP BY kind ORDER BY kind"
    ),
}
_LATE = (
    "SELECT COUNT(*) FROM customer_order WHERE state IN ('held', 'open', 'released') "
    "AND due_ms < :now"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """Where somebody is or walks to (`at`), and what is in hand there; "" and 0: not known."""

    badge: str
    role: str
    workflow: str
    step: str
    at: str
    walking: bool
    tour: str
    cart: str
    sku: str
    qty: int
    order: str
    carton: str
    last: str
    scanned_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tour:
    """`path`: the places still to visit, as they are walked. Ids are text for JavaScript."""

    id: str
    kind: str
    worker: str
    cart: str
    due_ms: int
    length_mm: int
    why: str
    done: int
    left: int
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Belted:
    """A labelled parcel on its way: on the belt, or at the run-out."""

    id: str
    lpn: str
    order: str
    lane: str
    place: str
    rounds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    name: str
    parcels: int
    mass_g: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAlarm:
    device: str
    fault: str
    detail: str
    since_ms: int
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveFloor:
    """`counts` are of open things only: orders, tours, loads, parcels, tasks by state or kind."""

    workers: tuple[Worker, ...]
    totes: dict[str, int]
    belt: tuple[Belted, ...]
    sections: tuple[Belt, ...]
    lanes: tuple[Lane, ...]
    blocked: tuple[Obstacle, ...]
    alarms: tuple[OpenAlarm, ...]
    alarms_open: int
    late: int
    counts: dict[str, dict[str, int]]


def live_floor(db: Db, now_ms: int) -> LiveFloor:
    return LiveFloor(
        workers=workers(db),
        totes={row.place: int(row.n) for row in db.all(_TOTES)},
        belt=tuple(_belted(row) for row in db.all(_ON_BELT)),
        sections=belts(db),
        lanes=tuple(
            Lane(name=row.lane, parcels=int(row.n), mass_g=int(row.mass_g))
            for row in db.all(_LANES)
        ),
        blocked=blocked(db),
        alarms=tuple(OpenAlarm(**row._asdict()) for row in db.all(_ALARMS)),
        alarms_open=int(db.value(_OPEN_ALARMS)),
        late=int(db.value(_LATE, now=now_ms)),
        counts={
            name: {row.name: int(row.n) for row in db.all(query)}
            for name, query in _COUNTS.items()
        },
    )


def workers(db: Db) -> tuple[Worker, ...]:
    """Everybody who is signed in."""
    return tuple(_worker(row) for row in db.all(_SESSIONS))


def tours(db: Db) -> tuple[Tour, ...]:
    """Tours that somebody walks, or that wait half done on their cart."""
    paths: dict[int, list[str]] = {}
    left: dict[int, int] = {}
    for row in db.all(_PICKS):
        path = paths.setdefault(row.tour, [])
        left[row.tour] = left.get(row.tour, 0) + 1
        if not path or path[-1] != row.from_place:
            path.append(row.from_place)
    done = {row.tour: int(row.n) for row in db.all(_DONE)}
    return tuple(
        Tour(
            id=str(row.id),
            kind=row.kind,
            worker=row.worker,
            cart=row.cart,
            due_ms=row.due_ms,
            length_mm=row.length_mm,
            why=row.why,
            done=done.get(row.id, 0),
            left=left.get(row.id, 0),
            path=tuple(paths.get(row.id, ())),
        )
        for row in db.all(_TOURS)
    )


def _belted(row: Any) -> Belted:
    return Belted(
        id=str(row.id),
        lpn=row.lpn,
        order=row.order_id,
        lane=row.lane,
        place=row.place,
        rounds=row.recirculations,
    )


_WALKS = {("picking", "place"), ("picking", "hand_over"), ("put_back", "place")}
_TO = {"target", "place", "fitted"}  # steps of an errand at its end; before them at its source


def _worker(row: Any) -> Worker:
    data: dict[str, Any] = msgspec.json.decode(row.data)
    at = _whereabouts(row, data)
    line = (data.get("lines") or [{}])[0]
    return Worker(
        badge=row.worker,
        role=row.role or "",
        workflow=row.workflow,
        step=row.step,
        at=at,
        walking=(row.workflow, row.step) in _WALKS or row.step == "source",
        tour=str(data.get("tour", "")),
        cart=str(data.get("cart", "")),
        sku=str(data.get("sku") or line.get("sku", "")),
        qty=int(data.get("qty") or line.get("qty", 0)),
        order=str(data.get("order", "")),
        carton=str(data.get("carton", "")),
        last=row.last,
        scanned_ms=row.scanned_ms,
    )


def _whereabouts(row: Any, data: dict[str, Any]) -> str:
    """The place that the worker's screen is about."""
    if row.workflow == "picking":
        return str(data.get("at" if row.step == "hand_over" else "place", ""))
    if row.workflow in ("replenish", "putaway", "move"):
        return str(data.get("to" if row.step in _TO else "at", ""))
    return str(row.place)

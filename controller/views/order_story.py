"""Owns everything that is known of one order: lines, tours, parcels, and what happened when.

Each query is bound to the order through an index; movements are found by SKU from the moment at
which the order was released.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from controller.store import Db
from controller.turn import IDS_PER_COMMAND
from controller.views.order_list import Order, orders_by_id
from controller.views.stowage import PassedOver, reasons
from controller.workflows import numbering

EVENTS_MAX = 1_000
MOVEMENTS_MAX = 400

_LINES = (
    "SELECT l.line, l.sku, COALESCE(i.name, '') AS name, l.wanted, l.backordered, l.planned, "
    "l.picked, l.packed, l.shipped, l.cancelled, l.price_cents FROM order_line l "
    "LEFT JOIN item i ON i.sku = l.sku WHERE l.order_id = :id ORDER BY l.line LIMIT 500"
)
_EVENTS = (
    "SELECT id, at_ms, kind, subject, data FROM event WHERE order_id = :id "
    f"ORDER BY id LIMIT {EVENTS_MAX}"
)
_TASKS = (
    "SELECT t.id, t.tour, t.state, t.sku, t.qty, t.done_qty, t.from_place, r.worker, r.cart, "
    "COALESCE(l.lpn, '') AS tote, COALESCE(l.state, '') AS load_state, t.load FROM task t "
    "LEFT JOIN tour r ON r.id = t.tour LEFT JOIN load l ON l.id = t.load "
    "WHERE t.order_id = :id AND t.kind = 'pick' ORDER BY t.id LIMIT 500"
)
_PARCELS = (
    "SELECT p.id, p.carton, p.lpn, p.state, p.planned_mass_g, p.mass_g, p.service, p.lane, "
    "p.tracking, p.cost_cents, p.insured_cents, p.departure, p.recirculations, p.why, "
    "p.passed_over, COALESCE(d.carrier, s.carrier, j.carrier, '') AS carrier, "
    "COALESCE(d.leaves_ms, j.left_ms, 0) AS leaves_ms, "
    "COALESCE(o.state, '') AS label_state, COALESCE(o.topic, '') AS label_topic, "
    "COALESCE(u.piece, 0) AS piece, COALESCE(m.pieces, 0) AS pieces, "
    "COALESCE(m.reference, '') AS shipment, COALESCE(m.master, '') AS master, "
    f"{numbering.NTH} AS nth, {numbering.OF} AS cartons FROM parcel p "
    "LEFT JOIN purchase u ON u.parcel = p.id AND u.shipment <> '' "
    "AND u.state IN ('asked', 'bought') LEFT JOIN shipment m ON m.reference = u.shipment "
    "LEFT JOIN departure d ON d.id = p.departure LEFT JOIN journey j ON j.parcel = p.id "
    "LEFT JOIN shipping_service s ON s.code = p.service LEFT JOIN outbox o ON o.id = p.label "
    "WHERE p.order_id = :id ORDER BY p.id LIMIT 200"
)
_MOVEMENTS = (
    "SELECT id, recorded_ms, qty, sku, lot, from_place, from_container, to_place, to_container, "
    "cause, actor, reverses_id FROM movement WHERE sku = :sku AND id > :after "
    "AND cause IN ('pick', 'pack', 'short_pick') "
    f"ORDER BY id LIMIT {MOVEMENTS_MAX}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    line: int
    sku: str
    name: str
    wanted: int
    backordered: int
    planned: int
    picked: int
    packed: int
    shipped: int
    cancelled: int
    price_cents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """`label` is the state of its label's outbox row. Ids are text for JavaScript.

    It is the `nth` of so many `cartons` that were not cancelled. Of a `shipment` it is piece
    `piece` of `pieces`; `master` is the number of the whole.
    """

    id: str
    carton: str
    lpn: str
    state: str
    planned_mass_g: int
    mass_g: int
    service: str
    carrier: str
    lane: str
    tracking: str
    cost_cents: int
    insured_cents: int
    leaves_ms: int
    recirculations: int
    why: str
    label: str
    passed_over: tuple[PassedOver, ...]
    piece: int
    pieces: int
    shipment: str
    master: str
    nth: int
    cartons: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that happened: an event, or units that moved (`kind` "moved")."""

    at_ms: int
    kind: str
    subject: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    order: Order
    lines: tuple[Line, ...]
    parcels: tuple[Parcel, ...]
    facts: tuple[Fact, ...]


def story(db: Db, order_id: str) -> Story | None:
    """All that is known of an order; None for one that is not known."""
    found = orders_by_id(db, order_id, "", 1).orders
    if not found or found[0].id != order_id:
        return None
    lines = db.all(_LINES, id=order_id)
    parcels = db.all(_PARCELS, id=order_id)
    tasks = db.all(_TASKS, id=order_id)
    events = db.all(_EVENTS, id=order_id)
    return Story(
        order=found[0],
        lines=tuple(Line(**row._asdict()) for row in lines),
        parcels=tuple(_parcel(row) for row in parcels),
        facts=_facts(events, _movements(db, events, tasks, parcels), tasks),
    )


def _parcel(row: Any) -> Parcel:
    facts = row._asdict()
    for name in ("departure", "label_state", "label_topic"):
        del facts[name]
    bought = row.label_topic.startswith("device/")
    label = row.label_state if bought or not row.label_state else f"buying_{row.label_state}"
    passed = reasons(row.passed_over)
    return Parcel(**facts | {"id": str(row.id), "label": label, "passed_over": passed})


def _movements(
    db: Db, events: list[Any], tasks: list[Any], parcels: list[Any]
) -> Iterable[tuple[Any, int]]:
    """The movements of this order's units, with the tour of a pick.

    What went into a tote that several orders share is told by the bin of the order's own task.
    """
    released = next((row.id for row in events if row.kind == "released"), None)
    if released is None:
        return
    cartons = {row.lpn for row in parcels if row.lpn}
    picked: dict[tuple[str, str, str], int] = {}
    tour_of: dict[tuple[str, str, str], int] = {}
    for task in tasks:
        at = (task.sku, task.from_place, task.tote)
        picked[at] = picked.get(at, 0) + task.done_qty
        tour_of[at] = task.tour
    after = released // IDS_PER_COMMAND * IDS_PER_COMMAND
    for sku in sorted({task.sku for task in tasks}):
        for row in db.all(_MOVEMENTS, sku=sku, after=after):
            at = (sku, row.from_place, row.to_container)
            if 0 < row.qty <= picked.get(at, 0):
                picked[at] -= row.qty
                yield row, tour_of[at]
            elif row.to_container in cartons or row.from_container in cartons:
                yield row, 0


def _facts(
    events: list[Any], movements: Iterable[tuple[Any, int]], tasks: list[Any]
) -> tuple[Fact, ...]:
    told = [
        (
            row.id,
            Fact(
                at_ms=row.at_ms,
                kind=row.kind,
                subject=row.subject,
                data=_with_tour(row, tasks),
            ),
        )
        for row in events
        if not (row.kind == "code_in_use" and row.subject in row.data)
    ]  # a carrier that takes our licence plate as its number is nothing to tell
    told += [(row.id, _moved(row, tour)) for row, tour in movements]
    return tuple(fact for _, fact in sorted(told, key=lambda each: each[0]))


def _with_tour(row: Any, tasks: list[Any]) -> dict[str, Any]:
    data: dict[str, Any] = msgspec.json.decode(row.data)
    if row.kind != "released":
        return data
    mine = [task for task in tasks if str(task.tour) == row.subject]
    return data | {
        "picks": len(mine),
        "places": sorted({task.from_place for task in mine}),
        "worker": mine[0].worker if mine else "",
        "cart": mine[0].cart if mine else "",
    }


def _moved(row: Any, tour: int) -> Fact:
    return Fact(
        at_ms=row.recorded_ms,
        kind="moved",
        subject=row.sku,
        data={
            "cause": row.cause,
            "qty": row.qty,
            "sku": row.sku,
            "lot": row.lot,
            "from": row.from_place or row.from_container,
            "to": row.to_place or row.to_container,
            "by": row.actor,
            "tour": str(tour) if tour else "",
            "undone": bool(row.reverses_id),
        },
    )

"""Owns loading: a scan takes a parcel from its lane into the vehicle, and its goods are shipped.

Shipping is the movement of every unit in the carton to the customer; it closes their promises.
Where the lane has a planned sequence, its next parcel is shown; another may be scanned instead.
It refuses parcels of another lane, and parcels that lost their order.
"""

from collections.abc import Mapping
from typing import Any

from controller import ledger, outbox
from controller.errors import Refused
from controller.handlers import Handler, handler
from controller.ledger import Claim
from controller.messages import Command, LaneSequenced, SequenceLane
from controller.turn import Turn
from controller.workflows import alarming, shipping
from controller.workflows.carriers import buying, contracting, tracking
from controller.workflows.handheld import Flow, Heard, Job

_LANE = "SELECT kind FROM place WHERE name = :name"
_WAITING = (
    "SELECT lpn FROM parcel WHERE state = 'sorted' AND lane = :lane "
    "ORDER BY CASE WHEN loading_step = 0 THEN 1 ELSE 0 END, loading_step, id LIMIT 1"
)
_PLACED = "SELECT state, lane FROM parcel WHERE lpn = :lpn ORDER BY id DESC LIMIT 1"
_UNSEQUENCED = "UPDATE parcel SET loading_step = 0 WHERE lane = :lane AND loading_step > 0"
_SEQUENCED = "UPDATE parcel SET loading_step = :step WHERE lpn = :lpn AND lane = :lane"
_PARCEL = (
    "SELECT p.*, o.shop, o.number, COALESCE(s.carrier, '') AS carrier FROM parcel p "
    "JOIN customer_order o ON o.id = p.order_id "
    "LEFT JOIN shipping_service s ON s.code = p.service WHERE p.lpn = :lpn"
)
_VAN = (
    "SELECT t.van FROM van_drop d JOIN van_stop s ON s.id = d.stop JOIN van_tour t "
    "ON t.id = s.tour WHERE d.parcel = :parcel AND d.state = 'planned' "
    "ORDER BY d.stop DESC LIMIT 1"
)
_HELD = (
    "SELECT * FROM reservation WHERE ref = :order_id AND container = :lpn "
    "ORDER BY line, sku, lot, owner, status, node, place"
)
_LINE = "UPDATE order_line SET shipped = shipped + :n WHERE order_id = :order_id AND line = :line"
_SHIPPED = (
    "UPDATE parcel SET state = 'shipped', departure = :departure, sent_day = :day WHERE id = :id"
)
_BROUGHT = "UPDATE departure SET parcels = parcels + 1, mass_g = mass_g + :mass_g WHERE id = :id"
_GONE = "UPDATE container SET state = 'gone', place = '', parent = '' WHERE lpn = :lpn"
_LEFT = (
    "SELECT CAST(COALESCE(SUM(wanted - shipped), 0) AS BIGINT) FROM order_line "
    "WHERE order_id = :order_id"
)
_CLOSE = (
    "UPDATE customer_order SET state = 'shipped', shipped_ms = :now "
    "WHERE id = :order_id AND state <> 'cancelled'"
)


def enter(job: Job, lane: str) -> str:
    """From home: the worker scanned a lane."""
    if job.turn.db.value(_LANE, name=lane) not in ("lane", "freight"):
        raise Refused("not_a_lane", got=lane)
    job.switch("loading", "parcel", lane=lane)
    job.place = lane
    _next(job)
    if job.data["target"]:
        return "scan_parcel"
    job.warn()
    return "nothing_to_load"


def _next(job: Job) -> None:
    target = job.turn.db.value(_WAITING, lane=job.data["lane"]) or ""
    job.goto("parcel", target=target)


def change_lane(job: Job, heard: Heard) -> str:
    """Scanning the lane again asks for its next parcel; another lane moves the loader there."""
    return enter(job, heard.ref)


def load_parcel(job: Job, heard: Heard) -> str:
    turn, lane = job.turn, job.data["lane"]
    parcel = the_parcel(turn, heard.ref)
    if parcel.state in ("shipped", "cancelled") and parcel.lpn == job.data["target"]:
        job.warn(parcel=parcel.lpn)  # shipped or cancelled since it was shown: the next one is
        _next(job)
        return "already_shipped" if parcel.state == "shipped" else "parcel_cancelled"
    check(parcel, lane)
    buying.check_leaves(turn, parcel)
    van = turn.db.value(_VAN, parcel=parcel.id)
    if van is not None:
        raise Refused("goes_by_van", parcel=parcel.lpn, van=van, fix="scan the van, then load it")
    ship(turn, parcel)
    alarming.over(turn, f"lane/{lane}", "lane_full")
    turn.flush()
    _next(job)
    return "parcel_loaded"


def the_parcel(turn: Turn, lpn: str) -> Any:
    """A parcel by its plate, as it is shipped. Raises: Refused."""
    parcel = turn.db.one(_PARCEL, lpn=lpn)
    if parcel is None:
        raise Refused("not_a_parcel", got=lpn, fix="scan the label of a parcel")
    return parcel


def check(parcel: Any, lane: str) -> None:
    """Raises: Refused naming why this parcel may not be loaded from this lane."""
    if parcel.state == "shipped":
        raise Refused("already_shipped", parcel=parcel.lpn, fix="scan the next parcel")
    if parcel.state == "cancelled":
        raise Refused("parcel_cancelled", parcel=parcel.lpn, fix="put it aside for putaway")
    if parcel.state not in ("labelled", "sorted"):
        raise Refused(
            "not_labelled", parcel=parcel.lpn, state=parcel.state, fix="take it back to its bench"
        )
    if parcel.lane != lane:
        raise Refused("wrong_lane", expected=parcel.lane, got=lane)


def ship(turn: Turn, parcel: Any, van: Any = None) -> None:
    """Moves a parcel's goods to the customer and tells the shop. Raises: Refused when empty.

    `van` is the tour of an own van that brought it: it left with the tour, not now.
    """
    rows = turn.db.all(_HELD, order_id=parcel.order_id, lpn=parcel.lpn)
    if not rows:
        raise Refused("parcel_empty", parcel=parcel.lpn)
    for row in rows:
        ledger.ship(turn, ledger.key_of(row), row.qty, Claim(row.ref, row.line))
        turn.db.run(_LINE, order_id=row.ref, line=row.line, n=row.qty)
    if van is None:
        departure = shipping.count_into_departure(turn, parcel.lane, parcel.carrier, parcel.mass_g)
    else:
        departure = van.departure
        turn.db.run(_BROUGHT, id=departure, mass_g=parcel.mass_g)
    leaves_ms = shipping.next_departure_ms(turn.site, turn.now_ms)
    day = contracting.local_day(turn.site.utc_offset_ms, leaves_ms)
    turn.db.run(_SHIPPED, id=parcel.id, departure=departure, day=day)
    contracting.count_out(turn, parcel, day)
    turn.db.run(_GONE, lpn=parcel.lpn)
    complete = close_order(turn, parcel.order_id, van.left_ms if van else turn.now_ms)
    outbox.emit(
        turn,
        "channel/tracking",
        {
            "shop": parcel.shop,
            "order": parcel.order_id,
            "number": parcel.number,
            "carrier": parcel.carrier,
            "service": parcel.service,
            "tracking": parcel.tracking,
            "lines": [[row.line, row.sku, row.qty] for row in rows],
            "complete": complete,
        },
        about=parcel.id,
    )
    if van is None:
        tracking.left(turn, parcel.id)
    turn.event("parcel_shipped", order_id=parcel.order_id, subject=parcel.lpn)
    if complete:
        turn.event("order_shipped", order_id=parcel.order_id)


def close_order(turn: Turn, order_id: str, left_ms: int) -> bool:
    """Shipped when nothing is left; an order that waits for backorders stays open."""
    if turn.db.value(_LEFT, order_id=order_id):
        return False
    turn.db.run(_CLOSE, order_id=order_id, now=left_ms)
    return True


def done(job: Job, _heard: Heard) -> str:
    job.home()
    return "home"


FLOW = Flow(
    "loading",
    transitions={
        ("parcel", "parcel"): load_parcel,
        ("parcel", "container"): load_parcel,
        ("parcel", "place"): change_lane,
        ("parcel", "DONE"): done,
    },
    draw={
        "parcel": lambda job: {
            "expects": ("parcel", "container"),
            "at": job.data["lane"],
            "target": job.data["target"],
            "buttons": ("DONE",),
        }
    },
)


def sequence(turn: Turn, command: SequenceLane) -> LaneSequenced:
    """Those that are no longer at the lane are dropped, each with the reason."""
    lane = command.lane
    if turn.db.value(_LANE, name=lane) not in ("lane", "freight"):
        raise Refused("not_a_lane", got=lane, fix="name a lane of the site")
    turn.db.run(_UNSEQUENCED, lane=lane)
    dropped: list[tuple[str, str]] = []
    step = 0
    for lpn in dict.fromkeys(command.parcels):
        parcel = turn.db.one(_PLACED, lpn=lpn)
        if parcel is None or (parcel.state, parcel.lane) != ("sorted", lane):
            dropped.append((lpn, parcel.state if parcel else "unknown"))
            continue
        step += 1
        turn.db.run(_SEQUENCED, lpn=lpn, lane=lane, step=step)
    turn.event("lane_sequenced", subject=lane, parcels=step)
    return LaneSequenced(parcels=step, dropped=tuple(dropped))


HANDLERS: Mapping[type[Command[Any]], Handler] = {SequenceLane: handler(sequence)}

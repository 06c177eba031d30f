"""Owns the start of work: the plan cycle's timer, the snapshot it solves, tours made real.

The timer only asks for a plan (an outbox row); whoever delivers `plan/release` takes a snapshot,
solves it in another process, and sends each tour as one ApplyTour. That command checks every pick
against the stock of its own moment and drops what no longer holds; the next plan takes it up.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from controller import grounds, ledger, outbox, tables, timers
from controller.errors import NotFound, Refused
from controller.handlers import Handler, handler
from controller.ledger import Claim
from controller.messages import (
    ApplyTour,
    ApplyZones,
    Command,
    Done,
    ExplainWaiting,
    PlannedLoad,
    PlannedPick,
    SiteSettings,
    TourApplied,
    from_json,
    to_json,
)
from controller.plan import packages, releasing
from controller.plan.apart import pairs_of
from controller.plan.graphs.ground import Ground
from controller.store import Db
from controller.turn import Turn
from controller.workflows import (
    allocating,
    erecting,
    explaining,
    replenishing,
    walls,
    waves,
    zones,
)

LINES_MAX = 20_000
PLAN_EXPIRES_MS = 600_000

_SITE = "SELECT value FROM setting WHERE name = 'site'"
_ACTIVE = (
    "SELECT COUNT(DISTINCT l.order_id) FROM order_line l "
    "JOIN customer_order o ON o.id = l.order_id WHERE o.state = 'open' AND l.planned > l.shipped"
)
_UNPLANNED = (
    "SELECT 1 AS one FROM order_line l JOIN customer_order o ON o.id = l.order_id "
    "WHERE o.state = 'open' AND l.wanted - l.backordered - l.planned > 0 "
    "AND (o.due_ms <= :until OR o.priority > 0) LIMIT 1"
)
_NEEDS = (
    "SELECT l.order_id, l.line, l.sku, o.owner, o.due_ms, "
    "l.wanted - l.backordered - l.planned AS qty "
    "FROM order_line l JOIN customer_order o ON o.id = l.order_id "
    "WHERE o.state = 'open' AND l.wanted - l.backordered - l.planned > 0 "
    "AND (o.due_ms <= :until OR o.priority > 0) "
    "ORDER BY o.priority DESC, o.due_ms, o.placed_ms, o.id, l.line LIMIT :most"
)
_ROWS = (
    "SELECT s.sku, s.owner, s.place, p.kind, p.way, p.aisle, p.block, p.y_mm, "
    "s.qty - s.reserved AS free, COALESCE(l.expiry_ms, 0) AS expiry_ms "
    "FROM stock s JOIN place p ON p.name = s.place "
    "LEFT JOIN lot l ON l.sku = s.sku AND l.lot = s.lot "
    "WHERE s.status = 'available' AND s.container = '' AND s.qty > s.reserved "
    "AND p.kind IN ('pick', 'reserve') AND s.sku IN ("
    "SELECT l.sku FROM order_line l JOIN customer_order o ON o.id = l.order_id "
    "WHERE o.state = 'open' AND l.wanted - l.backordered - l.planned > 0) "
    "ORDER BY s.sku, COALESCE(l.expiry_ms, 0), p.kind, s.place, s.owner, s.lot"
)
_ITEM = "SELECT * FROM item WHERE sku = :sku"
_PACKS = (
    "SELECT DISTINCT units FROM barcode WHERE kind = 'item' AND ref = :sku AND units >= :least "
    "ORDER BY units DESC"
)
_LINE = "SELECT sku FROM order_line WHERE order_id = :order_id AND line = :line"
_PLAN_UNITS = (
    "UPDATE order_line SET planned = planned + :n WHERE order_id = :order_id AND line = :line "
    "AND wanted - backordered - planned >= :n"
)
_UNPLAN_UNITS = (
    "UPDATE order_line SET planned = planned - :n WHERE order_id = :order_id AND line = :line"
)
_SAID = (
    "SELECT data FROM event WHERE order_id = :order_id AND kind IN ('waiting', 'released') "
    "ORDER BY id DESC LIMIT 1"
)
_ORDER = "SELECT owner, due_ms, state FROM customer_order WHERE id = :id"


def ask_for_plan(turn: Turn, _ref: str) -> None:
    """Timer: asks for a plan where there is something to plan, and comes again."""
    site = turn.site
    walls.settle(turn)
    if turn.db.value(_UNPLANNED, until=waves.until_ms(site, turn.now_ms)) is not None:
        expires = turn.now_ms + PLAN_EXPIRES_MS
        outbox.emit(turn, "plan/release", {}, expires_ms=expires)
    timers.set_timer(turn, "release", "", waves.next_plan_ms(site, turn.now_ms))


def snapshot(db: Db, now_ms: int) -> releasing.Problem:
    """What the release planner decides on at `now_ms`. Raises: NotFound before set-up."""
    stored = db.value(_SITE)
    if stored is None:
        raise NotFound("site_not_set_up", fix="send SetUpSite first")
    site = from_json(stored, SiteSettings)
    needs, ground = _needs(db, waves.until_ms(site, now_ms)), grounds.ground(db, site)
    skus = sorted({need.sku for need in needs})
    return releasing.Problem(
        needs=needs,
        rows=tuple(_rows(db, ground)),
        goods=tuple(_goods(db, db.the(_ITEM, sku=sku), site) for sku in skus),
        cartons=erecting.cartons(db),
        tariff=tariff(site),
        layout=ground.shape,
        tote=releasing.Box(volume_ml=site.tote_volume_ml, mass_max_g=site.tote_mass_max_g),
        cage=releasing.Box(volume_ml=site.cage_volume_ml, mass_max_g=site.cage_mass_max_g),
        cart_slots=site.cart_slots,
        walls=walls.free_slots(db),
        hand_overs=tuple(row.aisle for row in zones.hand_overs(db)),
        zones=zones.firsts(db),
        wall_units_max=site.wall_units_max,
        singles_max=site.singles_tote_orders,
        orders_max=max(0, site.wip_orders_max - int(db.value(_ACTIVE) or 0)),
        heavy_unit_g=site.heavy_unit_g,
        precedence_mm=site.precedence_mm,
        apart=pairs_of(site.apart),
        erect=erecting.types(db, site),
        plates=erecting.plates_left(db),
        layering_percent=site.layering_percent,
        wave=waves.wave(site, now_ms),
        stream=waves.stream(db, site, now_ms),
    )


def _needs(db: Db, until_ms: int) -> tuple[releasing.Need, ...]:
    return tuple(
        releasing.Need(
            order=row.order_id,
            line=row.line,
            sku=row.sku,
            owner=row.owner,
            qty=row.qty,
            due_ms=row.due_ms,
        )
        for row in db.all(_NEEDS, until=until_ms, most=LINES_MAX)
    )


def _rows(db: Db, ground: Ground) -> Iterator[releasing.Row]:
    """Free stock at places that a picker can reach."""
    for row in db.all(_ROWS):
        stop = ground.stop(row.way, row.aisle, row.block, row.y_mm)
        if stop is not None:
            yield releasing.Row(
                sku=row.sku,
                owner=row.owner,
                place=row.place,
                stop=stop,
                qty=row.free,
                face=row.kind == "pick",
                expiry_ms=row.expiry_ms,
            )


def _goods(db: Db, row: Any, site: SiteSettings) -> releasing.Goods:
    least = site.case_units_min
    packs = db.all(_PACKS, sku=row.sku, least=least) if least else []
    apart = any(row.goods in pair for pair in site.apart)
    return releasing.Goods(
        sku=row.sku,
        length_mm=row.length_mm,
        width_mm=row.width_mm,
        height_mm=row.height_mm,
        mass_g=row.mass_g,
        upright=bool(row.upright),
        fragile=bool(row.fragile),
        packs=tuple(pack.units for pack in packs),
        cold=row.storage in site.cold_storages,
        kind=row.goods if apart else "",
    )


def tariff(site: SiteSettings) -> packages.Tariff:
    """What a parcel roughly costs to send, for the choice between cartons."""
    return packages.Tariff(
        base_cents=site.tariff_base_cents,
        per_kg_cents=site.tariff_per_kg_cents,
        divisor_cm3_per_kg=5_000,
        step_g=500,
    )


def commands(plan: releasing.Plan, request: int) -> Iterator[Command[Any]]:
    """One ApplyTour per tour of the plan that was asked for by outbox row `request`.

    Before them goes what the plan says of itself.
    """
    yield explaining.record(plan, request)
    if plan.zones:
        yield ApplyZones(
            id=f"plan/{request}/zones",
            actor="planner",
            firsts=plan.zones.firsts,
            why=plan.zones.why,
        )
    for number, tour in enumerate(plan.tours, 1):
        yield ApplyTour(
            id=f"plan/{request}/{number}",
            actor="planner",
            kind=tour.kind,
            loads=tour.loads,
            picks=tour.picks,
            length_mm=tour.length_mm,
            why=tour.why,
            ready_ms=tour.ready_ms,
            plan=request,
        )
    reasons = tuple(each for each in plan.waiting if each[1] != "work_in_process_full")
    if reasons:
        yield ExplainWaiting(
            id=f"plan/{request}/waiting", actor="planner", orders=reasons, ready=plan.ready
        )


def apply_tour(turn: Turn, command: ApplyTour) -> TourApplied:
    """Reserves each pick again and makes the tour.

    Raises: Refused when nothing of the tour holds any more.
    """
    dropped: list[tuple[str, int, str]] = []
    load_ids = [turn.new_id() for _ in command.loads]
    orders = {pick.order: turn.db.the(_ORDER, id=pick.order) for pick in command.picks}
    tour_id = turn.new_id()
    made = 0
    started: set[str] = set()
    for seq, pick in enumerate(command.picks, 1):
        order = orders[pick.order]
        found = _reserve(turn, order, pick)
        units = sum(n for _, n in found)
        if units < pick.qty:
            dropped.append((pick.order, pick.line, "no_longer_free"))
        for key, n in found:
            _add_task(turn, (tour_id, seq, load_ids[pick.load]), pick, key, n, order.due_ms)
            made += 1
            started.add(pick.order)
    if not made:
        raise Refused("tour_obsolete", picks=len(command.picks))
    _add_tour(turn, command, tour_id, orders)
    slot = 1
    for at, (load_id, load) in enumerate(zip(load_ids, command.loads, strict=True)):
        if load.container == "slot":
            _open_slot(turn, tour_id, load, started)
            continue
        of_load = {parcel.order for parcel in load.parcels}
        of_load |= {pick.order for pick in command.picks if pick.load == at}
        _add_load(turn, (tour_id, load_id, slot), load, {name: orders[name] for name in of_load})
        slot += load.slots
    for sku in sorted({pick.sku for pick in command.picks}):
        replenishing.check_face(turn, sku)
    for order_id in sorted(orders):
        turn.event(
            "released",
            order_id=order_id,
            subject=tour_id,
            why=command.why,
            ready_ms=command.ready_ms,
        )
    return TourApplied(tour=tour_id, picks=made, dropped=tuple(dropped))


def _reserve(turn: Turn, order: Any, pick: PlannedPick) -> Sequence[tuple[ledger.Key, int]]:
    at = {"order_id": pick.order, "line": pick.line}
    if order.state != "open" or not turn.db.run(_PLAN_UNITS, **at, n=pick.qty):
        return ()
    claim = Claim(pick.order, pick.line)
    found = allocating.reserve_at(turn, claim, pick.place, pick.sku, order.owner, pick.qty)
    missing = pick.qty - sum(units for _, units in found)
    if missing:
        turn.db.run(_UNPLAN_UNITS, **at, n=missing)
    return found


def _add_task(
    turn: Turn,
    spot: tuple[int, int, int],
    pick: PlannedPick,
    key: ledger.Key,
    units: int,
    due_ms: int,
) -> None:
    tour_id, seq, load_id = spot
    turn.add(
        tables.task,
        id=turn.new_id(),
        kind="pick",
        state="open",
        tour=tour_id,
        seq=seq * 100,
        load=load_id,
        order_id=pick.order,
        line=pick.line,
        sku=pick.sku,
        lot=key.lot,
        owner=key.owner,
        qty=units,
        from_place=key.place,
        zone=pick.zone,
        due_ms=due_ms,
        created_ms=turn.now_ms,
    )


def _add_tour(turn: Turn, command: ApplyTour, tour_id: int, orders: Mapping[str, Any]) -> None:
    turn.add(
        tables.tour,
        id=tour_id,
        kind=command.kind,
        container="cage" if command.loads[0].container == "cage" else "tote",
        state="planned",
        due_ms=min(order.due_ms for order in orders.values()),
        length_mm=command.length_mm,
        why=command.why,
        plan=command.plan,
    )


def _add_load(
    turn: Turn, spot: tuple[int, int, int], load: PlannedLoad, orders: Mapping[str, Any]
) -> None:
    tour_id, load_id, slot = spot
    turn.add(
        tables.load,
        id=load_id,
        tour=tour_id,
        slot=slot,
        kind=load.container,
        wall=load.wall,
        order_id="" if load.wall or len(orders) > 1 else next(iter(orders)),
        state="planned",
        due_ms=min(order.due_ms for order in orders.values()),
    )
    _add_parcels(turn, load_id, load)


def _open_slot(turn: Turn, tour_id: int, load: PlannedLoad, started: Collection[str]) -> None:
    """A slot of a put wall for an order of which something is fetched."""
    order_id = load.parcels[0].order
    if order_id in started:
        found = walls.slot_of(turn, order_id, lpn=load.lpn, tour=tour_id)
        if found is not None:
            _add_parcels(turn, found.id, load)


def _add_parcels(turn: Turn, load_id: int, load: PlannedLoad) -> None:
    for parcel in load.parcels:
        parcel_id = turn.new_id()
        turn.add(
            tables.parcel,
            id=parcel_id,
            order_id=parcel.order,
            load=load_id,
            carton=parcel.carton,
            state="planned",
            planned_mass_g=parcel.mass_g,
            blocks=to_json(parcel.blocks).decode(),
        )
        for line, qty in parcel.contents:
            sku = turn.db.value(_LINE, order_id=parcel.order, line=line)
            turn.add(tables.parcel_line, parcel=parcel_id, line=line, sku=sku, planned=qty)


def explain_waiting(turn: Turn, command: ExplainWaiting) -> Done:
    """Keeps the reason of each order where it is another than before."""
    ready = dict(command.ready)
    for order_id, reason in sorted(set(command.orders)):
        said = turn.db.value(_SAID, order_id=order_id)
        if said is None or msgspec.json.decode(said).get("reason") != reason:
            turn.event(
                "waiting", order_id=order_id, reason=reason, ready_ms=ready.get(order_id, 0)
            )
    return Done()


HANDLERS: Mapping[type[Command[Any]], Handler] = {
    ApplyTour: handler(apply_tour),
    ApplyZones: handler(zones.apply),
    ExplainWaiting: handler(explain_waiting),
}
TIMERS = {"release": ask_for_plan}

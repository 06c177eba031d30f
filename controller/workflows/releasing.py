"""Owns the start of work: the plan cycle's timer, the snapshot it solves, its plan as commands.

The timer only asks for a plan (an outbox row); whoever delivers `plan/release` takes a snapshot,
solves it in another process, and sends each tour as one ApplyTour.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from controller import grounds, outbox, timers
from controller.handlers import Handler, handler
from controller.messages import (
    ApplyTour,
    ApplyZones,
    Command,
    ExplainWaiting,
    JoinOrder,
    SiteSettings,
)
from controller.plan import releasing
from controller.plan.apart import Pairs, named, pairs_of
from controller.plan.dangers import segregating
from controller.plan.graphs.ground import Ground
from controller.store import Db
from controller.turn import Turn
from controller.workflows import applying, explaining, under_way, waves, zones
from controller.workflows.packing import cartonizing, erecting
from controller.workflows.stations import calling, walls

LINES_MAX = 20_000
PLAN_EXPIRES_MS = 600_000

_ACTIVE = (
    "SELECT COUNT(DISTINCT l.order_id) FROM order_line l "
    "JOIN customer_order o ON o.id = l.order_id WHERE o.state = 'open' AND l.planned > l.packed "
    "AND NOT EXISTS (SELECT 1 FROM consignment c WHERE c.order_id = o.id AND c.state <> 'open')"
)
_UNPLANNED = (
    "SELECT 1 AS one FROM order_line l JOIN customer_order o ON o.id = l.order_id "
    "WHERE o.state = 'open' AND l.wanted - l.backordered - l.away - l.planned > 0 "
    "AND (o.due_ms <= :until OR o.priority > 0) AND o.pulled_until_ms <= :now LIMIT 1"
)
_NEEDS = (
    "SELECT l.order_id, l.line, l.sku, o.owner, o.due_ms, "
    "l.wanted - l.backordered - l.away - l.planned AS qty "
    "FROM order_line l JOIN customer_order o ON o.id = l.order_id "
    "WHERE o.state = 'open' AND l.wanted - l.backordered - l.away - l.planned > 0 "
    "AND (o.id = :order OR (:order = '' AND o.pulled_until_ms <= :now "
    "AND (o.due_ms <= :until OR o.priority > 0))) "
    "ORDER BY o.priority DESC, o.due_ms, o.placed_ms, o.id, l.line LIMIT :most"
)
_ROWS = (
    "SELECT s.sku, s.owner, s.place, p.kind, p.way, p.aisle, p.block, p.y_mm, p.zone, "
    "s.qty - s.reserved AS free, COALESCE(l.expiry_ms, 0) AS expiry_ms "
    "FROM stock s JOIN place p ON p.name = s.place "
    "LEFT JOIN lot l ON l.sku = s.sku AND l.lot = s.lot "
    "WHERE s.status = 'available' AND s.container = '' AND s.qty > s.reserved "
    "AND p.kind IN ('pick', 'reserve') AND s.sku IN ("
    "SELECT l.sku FROM order_line l JOIN customer_order o ON o.id = l.order_id "
    "WHERE o.state = 'open' AND l.wanted - l.backordered - l.away - l.planned > 0 "
    "AND (:order = '' OR o.id = :order)) "
    "ORDER BY s.sku, COALESCE(l.expiry_ms, 0), p.kind, s.place, s.owner, s.lot"
)
_ITEM = "SELECT * FROM item WHERE sku = :sku"
_PACKS = (
    "SELECT DISTINCT units FROM barcode WHERE kind = 'item' AND ref = :sku AND units >= :least "
    "ORDER BY units DESC"
)


def ask_for_plan(turn: Turn, _ref: str) -> None:
    """Timer: asks for a plan where there is something to plan, and comes again."""
    site = turn.site
    walls.settle(turn)
    due = waves.is_due(turn)
    until_ms = waves.EVER_MS if due else waves.until_ms(turn.db, site, turn.now_ms)
    wanted = turn.db.value(_UNPLANNED, until=until_ms, now=turn.now_ms) is not None
    if due:
        waves.opened(turn, asked=wanted)
    if wanted:
        expires = turn.now_ms + PLAN_EXPIRES_MS
        outbox.emit(turn, "plan/release", {}, expires_ms=expires)
    timers.set_timer(turn, "release", "", waves.next_plan_ms(site, turn.now_ms))


def snapshot(db: Db, now_ms: int, order: str = "") -> releasing.Problem:
    """What the release planner decides on at `now_ms`, or all of it that is about one order.

    Raises: NotFound before set-up.
    """
    site = cartonizing.settings(db)
    asked = {"until": waves.until_ms(db, site, now_ms), "now": now_ms, "order": order}
    needs, ground = _needs(db, asked), grounds.ground(db, site)
    skus = sorted({need.sku for need in needs})
    hand_overs = zones.hand_overs(db, site)
    items = [db.the(_ITEM, sku=sku) for sku in skus]
    held = [*map(segregating.of, items), *under_way.kinds_afoot(db)]
    rules = cartonizing.rules(db, site, held)
    apart = pairs_of(rules.apart)
    return releasing.Problem(
        needs=needs,
        rows=tuple(_rows(db, ground, order, zones.numbers(hand_overs))),
        goods=tuple(_goods(db, item, site, apart) for item in items),
        cartons=cartonizing.cartons(db),
        tariff=cartonizing.tariff(site),
        channels=site.channel_cartons,
        layout=ground.shape,
        tote=releasing.Box(volume_ml=site.tote_volume_ml, mass_max_g=site.tote_mass_max_g),
        cage=releasing.Box(volume_ml=site.cage_volume_ml, mass_max_g=site.cage_mass_max_g),
        cart_slots=site.cart_slots,
        walls=walls.free_slots(db),
        hand_overs=tuple(each.stop for each in hand_overs),
        zones=zones.firsts(db),
        zone_picks=zones.open_picks(db, len(hand_overs)),
        zone_picks_max=site.zone_picks_max,
        wall_units_max=site.wall_units_max,
        singles_max=site.singles_tote_orders,
        orders_max=max(0, site.wip_orders_max - int(db.value(_ACTIVE) or 0)),
        heavy_unit_g=site.heavy_unit_g,
        precedence_mm=site.precedence_mm,
        apart=apart,
        rules=rules,
        erect=erecting.types(db, site),
        plates=erecting.plates_left(db),
        layering_percent=site.layering_percent,
        stations=calling.stations(db),
        pods=calling.pod_rows(db),
        wave=waves.wave(site, now_ms),
        stream=waves.stream(db, site, now_ms),
        running=tuple(under_way.running(db, site, now_ms, ground)),
        pace=waves.pace(site),
        ahead=tuple(under_way.ahead(db, ground)) if site.narrow_aisles else None,
    )


def _needs(db: Db, asked: Mapping[str, Any]) -> tuple[releasing.Need, ...]:
    return tuple(
        releasing.Need(
            order=row.order_id,
            line=row.line,
            sku=row.sku,
            owner=row.owner,
            qty=row.qty,
            due_ms=row.due_ms,
        )
        for row in db.all(_NEEDS, **asked, most=LINES_MAX)
    )


def _rows(
    db: Db, ground: Ground, order: str, numbers: Mapping[str, int]
) -> Iterator[releasing.Row]:
    """Free stock at places that a picker can reach; zones have the numbers of their names."""
    for row in db.all(_ROWS, order=order):
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
                zone=numbers.get(zones.name_of(db, row), 0) if numbers else 0,
            )


def _goods(db: Db, row: Any, site: SiteSettings, apart: Pairs) -> releasing.Goods:
    least = site.case_units_min
    packs = db.all(_PACKS, sku=row.sku, least=least) if least else []
    kind = named(segregating.of(row))
    return releasing.Goods(
        sku=row.sku,
        length_mm=row.length_mm,
        width_mm=row.width_mm,
        height_mm=row.height_mm,
        mass_g=row.mass_g,
        upright=bool(row.upright),
        fragile=bool(row.fragile),
        flat=bool(row.flat),
        hazardous=bool(row.hazardous),
        own_carton=bool(row.own_carton),
        load_max_g=row.load_max_g if row.load_max_g >= 0 else None,
        packs=tuple(pack.units for pack in packs),
        cold=row.storage in site.cold_storages,
        kind=kind if any(kind in pair for pair in apart) else "",
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
    for each in plan.joins:
        yield JoinOrder(
            id=f"plan/{request}/join/{each.order}",
            actor="planner",
            order=each.order,
            tour=each.tour,
            reason=each.why,
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
            go_ms=tour.go_ms,
            plan=request,
        )
    for number, presented in enumerate(plan.presented, 1):
        yield calling.command(presented, request, number)
    reasons = tuple(each for each in plan.waiting if each[1] != "work_in_process_full")
    if reasons:
        yield ExplainWaiting(
            id=f"plan/{request}/waiting", actor="planner", orders=reasons, ready=plan.ready
        )


HANDLERS: Mapping[type[Command[Any]], Handler] = {
    ApplyTour: handler(applying.apply_tour),
    ApplyZones: handler(zones.apply),
}
TIMERS = {"release": ask_for_plan}

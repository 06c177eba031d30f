"""Owns what a site is made of: settings, items, places, people, containers, opening stock.

An import is one command: all of it is taken, or nothing. Importing a thing again overwrites it.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from controller import grounds, ledger, tables, timers
from controller.errors import NotFound, Refused
from controller.handlers import Handler, handler
from controller.messages import (
    Command,
    Done,
    ImportContainers,
    ImportItems,
    ImportPlaces,
    ImportStock,
    ImportWorkers,
    Item,
    SetUpSite,
    SiteSettings,
    StockLine,
)
from controller.plan.dangers import carrying
from controller.plan.dangers import goods as dangers
from controller.plan.graphs.graph import lengths_mm
from controller.turn import Turn
from controller.units import DAY
from controller.workflows import laying_out, shortages, waves
from controller.workflows.carriers import tariffs, tendering
from controller.workflows.naming import name_codes
from controller.workflows.packing import furnishing, supplying

QTY_MAX = 1_000_000
SIDE_MAX_MM = 10_000
KINDS_APART_MAX = 62
WEEKDAYS = 7

_ITEM = "SELECT sku FROM item WHERE sku = :sku"
_PLACE = "SELECT name FROM place WHERE name = :name"
_OTHER_NODE = (
    "SELECT node FROM stock WHERE node <> '' AND node <> :node "
    "AND node NOT IN (SELECT name FROM place WHERE kind = 'node') ORDER BY node LIMIT 1"
)
_IN_USE = "SELECT place, parent, state FROM container WHERE lpn = :lpn AND state <> ''"
_CARTON = "SELECT code FROM carton_type WHERE code = :code"
_CODES = {
    "hs_code": (re.compile(r"[0-9]{6,12}"), "6 to 12 digits"),
    "origin_country": (re.compile(r"[A-Z]{2}"), "two letters such as DE"),
    "un_number": (re.compile(r"UN[0-9]{4}"), "UN and four digits, such as UN3481"),
}
_BOUNDS = {
    "plan_every_ms": (1_000, DAY),
    "carriers_every_ms": (60_000, DAY),
    "cutoff_ms": (0, DAY),
    "erase_after_days": (0, 36_500),
    "departure_ms": (0, DAY),
    "utc_offset_ms": (-DAY, DAY),
    "cart_slots": (1, 1_000),
    "tote_volume_ml": (1, 1_000_000_000),
    "tote_mass_max_g": (1, 1_000_000_000),
    "cage_volume_ml": (1, 1_000_000_000),
    "cage_mass_max_g": (1, 1_000_000_000),
    "wip_orders_max": (1, 10_000_000),
    "singles_tote_orders": (1, 10_000),
    "count_from_units": (1, 1_000_000),
    "case_units_min": (0, 1_000_000),
    "wall_units_max": (0, 1_000_000),
    "heavy_unit_g": (0, 1_000_000),
    "precedence_mm": (0, 1_000_000),
    "slot_length_mm": (1, 10_000),
    "slot_width_mm": (1, 10_000),
    "slot_height_mm": (1, 10_000),
    "layering_percent": (0, 100),
    "wave_every_ms": (60_000, DAY),
    "wave_lead_ms": (0, 7 * DAY),
    "wave_units_min": (0, 1_000_000),
    "wave_units_max": (1, 1_000_000),
    "pool_carts": (0, 1_000),
    "zone_picks_max": (0, 100_000),
    "walk_mm_s": (1, 20_000),
    "stop_ms": (0, DAY),
    "tour_ms": (0, DAY),
    "cartons_min": (0, 1_000_000),
    "hazardous_max": (0, 1_000_000),
    "void_cents_per_l": (0, 100_000),
    "void_g_per_l": (0, 100_000),
    "sdr_cents": (1, 1_000_000),
    "eur_ppm": (0, 10_000_000_000),
    "split_cents": (0, 1_000_000),
    "insure_from_cents": (0, 1_000_000_000),
}


def set_up_site(turn: Turn, command: SetUpSite) -> Done:
    """Sets the site's figures, cartons and services, and starts the plan cycle.

    Raises: Refused naming the figure, or the carton, that is wrong.
    """
    settings = command.settings
    furnishing.keep_cartons(turn, command.cartons)
    _check_settings(turn, settings)
    turn.settle(settings)
    tariffs.keep_services(turn, command.services)
    waves.keep_time(turn)
    timers.cancel(turn, "release", "")
    timers.set_timer(turn, "release", "", waves.next_plan_ms(settings, turn.now_ms))
    tendering.keep_time(turn)
    return Done()


def _check_settings(turn: Turn, settings: SiteSettings) -> None:
    for name, (least, most) in _BOUNDS.items():
        if not least <= getattr(settings, name) <= most:
            raise Refused(
                "bad_setting", field=name, got=getattr(settings, name), fix=f"{least} to {most}"
            )
    if settings.release not in waves.RELEASES:
        fix = f"one of {', '.join(waves.RELEASES)}"
        raise Refused("bad_setting", field="release", got=settings.release, fix=fix)
    if settings.wave_units_min > settings.wave_units_max:
        fix = f"at most wave_units_max, {settings.wave_units_max}"
        got = settings.wave_units_min
        raise Refused("bad_setting", field="wave_units_min", got=got, fix=fix)
    if len({kind for pair in settings.apart for kind in pair}) > KINDS_APART_MAX:
        fix = f"pairs of at most {KINDS_APART_MAX} kinds of goods"
        raise Refused("bad_setting", field="apart", got=len(settings.apart), fix=fix)
    for one, other in settings.apart:
        if not one or not other or one == other:
            fix = "two kinds of goods that differ"
            raise Refused("bad_setting", field="apart", got=f"{one}, {other}", fix=fix)
    _check_expected(settings)
    furnishing.check_rules(turn, settings)
    _check_names(settings)
    other = turn.db.value(_OTHER_NODE, node=settings.node)
    if other is not None:
        raise Refused("node_has_stock", node=other, got=settings.node, fix="keep the node's name")


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _check_expected(settings: SiteSettings) -> None:
    if len(settings.expected_parcels) not in (0, WEEKDAYS):
        got, fix = len(settings.expected_parcels), "7 figures, of Monday to Sunday, or none"
        raise Refused("bad_setting", field="expected_parcels", got=got, fix=fix)
    days = [day for day, _ in settings.expected_on]
    for day in days:
        if not _is_day(day):
            fix = "a day such as 2026-11-27"
            raise Refused("bad_setting", field="expected_on", got=day, fix=fix)
        if days.count(day) > 1:
            fix = "each day once"
            raise Refused("bad_setting", field="expected_on", got=day, fix=fix)
    for field, figures in (
        ("expected_parcels", settings.expected_parcels),
        ("expected_on", [parcels for _, parcels in settings.expected_on]),
    ):
        for got in figures:
            if not 0 <= got <= QTY_MAX:
                raise Refused("bad_setting", field=field, got=got, fix=f"0 to {QTY_MAX} parcels")


def _check_names(settings: SiteSettings) -> None:
    if not settings.node:
        raise Refused("bad_setting", field="node", got="", fix="give the site a name")
    prefix = settings.gs1_prefix
    if prefix and not (prefix.isdecimal() and 4 <= len(prefix) <= 12):
        raise Refused("bad_setting", field="gs1_prefix", got=prefix, fix="4 to 12 digits")
    for name, letters in (("country", 2), ("currency", 3)):
        if not re.fullmatch(f"[A-Z]{{{letters}}}", got := getattr(settings, name)):
            raise Refused("bad_setting", field=name, got=got, fix=f"{letters} capital letters")


def import_items(turn: Turn, command: ImportItems) -> Done:
    """Raises: Refused naming the item and the field that is wrong."""
    for item in command.items:
        _check_item(item)
    columns = (
        *("sku", "name", "length_mm", "width_mm", "height_mm", "mass_g"),
        *("storage", "goods", "load_max_g"),
        *("hs_code", "origin_country", "customs_words", *dangers.WORDS, *dangers.FIGURES),
    )
    flags = ("upright", "flat", "fragile", "lot_tracked", "own_carton", *dangers.FLAGS)
    turn.put(
        tables.item,
        [
            {name: getattr(item, name) for name in columns}
            | {name: int(getattr(item, name)) for name in flags}
            | _danger_of(item)
            for item in command.items
        ],
    )
    for item in command.items:
        own = [] if turn.db.one(_CARTON, code=item.sku) else [(item.sku, 1)]
        units_of = [*own, *item.barcodes]
        name_codes(turn, "item", [(code, item.sku) for code, _ in units_of], dict(units_of))
    return Done(note=f"{len(command.items)} items")


def _danger_of(item: Item) -> dict[str, Any]:
    """What of an item follows from its danger."""
    danger = dangers.of(item)
    return {
        "hazardous": int(item.hazardous or danger.is_full),
        "danger_class": danger.danger_class,
        "danger": carrying.bit(danger),
    }


def _check_item(item: Item) -> None:
    if not item.sku:
        raise Refused("bad_item", sku="", field="sku", fix="give every item a SKU")
    for side in ("length_mm", "width_mm", "height_mm"):
        if not 0 < getattr(item, side) <= SIDE_MAX_MM:
            raise Refused(
                "bad_item", sku=item.sku, field=side, got=getattr(item, side), fix="1 to 10000 mm"
            )
    if item.mass_g <= 0:
        raise Refused("bad_item", sku=item.sku, field="mass_g", got=item.mass_g, fix="above 0 g")
    if item.load_max_g < -1:
        fix = "grams, 0 for nothing, -1 for anything"
        raise Refused("bad_item", sku=item.sku, field="load_max_g", got=item.load_max_g, fix=fix)
    for field, (shape, fix) in _CODES.items():
        got = getattr(item, field)
        if got and not shape.fullmatch(got):
            raise Refused("bad_item", sku=item.sku, field=field, got=got, fix=fix)
    wrong = dangers.fault(dangers.of(item))
    if wrong is not None:
        field, got, fix = wrong
        raise Refused("bad_item", sku=item.sku, field=field, got=got, fix=fix)
    for code, units in item.barcodes:
        if units <= 0 or not code:
            raise Refused("bad_item", sku=item.sku, field="barcodes", got=f"{code}:{units}")


def import_places(turn: Turn, command: ImportPlaces) -> Done:
    node = turn.site.node
    lengths = lengths_mm(grounds.layout(turn.db, turn.site))
    for place in command.places:
        if place.name[:1] == "~":
            raise Refused("virtual_place", place=place.name, fix="begin its name otherwise")
        if place.way:
            laying_out.check_on_way(lengths, place)
    name_codes(turn, "place", ((each.name, each.name) for each in command.places))
    turn.put(tables.place, [_columns(each) | {"node": node} for each in command.places])
    return Done(note=f"{len(command.places)} places")


def import_workers(turn: Turn, command: ImportWorkers) -> Done:
    turn.put(
        tables.worker,
        [
            _columns(each) | {"personal": turn.filed.key, "nth": nth}
            for nth, each in enumerate(command.workers)
        ],
    )
    name_codes(turn, "worker", ((each.badge, each.badge) for each in command.workers))
    return Done(note=f"{len(command.workers)} workers")


def import_containers(turn: Turn, command: ImportContainers) -> Done:
    """A container in use keeps its state, and stays where it is."""
    rows = []
    for each in command.containers:
        _must_exist(turn, _PLACE, "place", each.place, name=each.place)
        in_use = turn.db.one(_IN_USE, lpn=each.lpn)
        rows.append(_columns(each) | (in_use._asdict() if in_use else {}))
    turn.put(tables.container, rows)
    name_codes(turn, "container", ((each.lpn, each.lpn) for each in command.containers))
    return Done(note=f"{len(command.containers)} containers")


def import_stock(turn: Turn, command: ImportStock) -> Done:
    """Balances as movements from the virtual place of adjustments; backorders are served."""
    for number, line in enumerate(command.lines, 1):
        _import_stock_line(turn, number, line)
    return Done(note=f"{len(command.lines)} lines")


def _import_stock_line(turn: Turn, number: int, line: StockLine) -> None:
    if not 0 < line.qty <= QTY_MAX:
        raise Refused("bad_quantity", line=number, sku=line.sku, qty=line.qty, most=QTY_MAX)
    supplying.become_goods(turn, line.sku)
    _must_exist(turn, _ITEM, "sku", line.sku, sku=line.sku)
    _must_exist(turn, _PLACE, "place", line.place, name=line.place)
    if line.lot:
        turn.put(tables.lot, [{"sku": line.sku, "lot": line.lot, "expiry_ms": line.expiry_ms}])
    key = ledger.Key(line.sku, line.lot, line.owner, line.status, turn.site.node, line.place, "")
    ledger.move(turn, key.at(ledger.ADJUSTMENT), key, line.qty, cause="opening")
    shortages.stock_arrived(turn, line.sku, line.owner, turn.site.node)
    supplying.arrived(turn, line.sku)
    if line.face:
        turn.put(
            tables.face,
            [
                {
                    "sku": line.sku,
                    "place": line.place,
                    "units_max": max(line.face_max, line.qty),
                }
            ],
        )


def _must_exist(turn: Turn, query: str, kind: str, named: str, **params: str) -> None:
    if turn.db.value(query, **params) is None:
        raise NotFound(f"unknown_{kind}", **{kind: named}, fix=f"import this {kind} first")


def _columns(message: Any) -> dict[str, Any]:
    return {name: getattr(message, name) for name in message.__slots__}


HANDLERS: Mapping[type[Command[Any]], Handler] = {
    SetUpSite: handler(set_up_site),
    ImportItems: handler(import_items),
    ImportPlaces: handler(import_places),
    ImportWorkers: handler(import_workers),
    ImportContainers: handler(import_containers),
    ImportStock: handler(import_stock),
}

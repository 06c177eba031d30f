"""Owns the fleet: vans, depots, how far it is, and how an order or a return is to be visited.

Positions of customers are personal data; those of postcodes are not. It refuses vans without a
depot, shifts that end before they begin, and positions that are nowhere.
"""

from collections.abc import Mapping
from typing import Any, Final

from controller import tables
from controller.errors import NotFound, Refused
from controller.handlers import Handler, handler
from controller.messages import (
    Command,
    Done,
    ImportPostcodes,
    ImportVanWays,
    SetUpVans,
    Van,
    VanSettings,
    WishDelivery,
    to_json,
)
from controller.turn import Turn
from controller.units import DAY
from controller.workflows.naming import name_codes
from controller.workflows.papers import erasing
from controller.workflows.vans import dispatching, surveying

KINDS: Final = ("order", "return")
E6_MAX: Final = 180_000_000

_DOWN = "SELECT code FROM van WHERE state = 'down' ORDER BY code"
_GONE = "UPDATE van SET state = 'gone' WHERE state <> 'gone'"
_ORDER = "SELECT id FROM customer_order WHERE id = :ref"
_RETURN = "SELECT order_id FROM customer_return WHERE rma = :ref"
_VAN_OF = "SELECT van FROM delivery_wish WHERE kind = :kind AND ref = :ref"


def set_up(turn: Turn, command: SetUpVans) -> Done:
    """Raises: Refused naming the depot, the van or the figure that is wrong."""
    _check_figures(command.settings)
    depots = {depot.code: depot for depot in command.depots}
    for depot in command.depots:
        _check_position("depot", depot.code, depot)
    for van in command.vans:
        _check_van(van, depots)
    kept = {"name": "vans", "value": to_json(command.settings).decode()}
    turn.put(tables.setting, [kept])
    turn.unshare()
    turn.put(tables.van_depot, [_columns(depot) for depot in command.depots])
    down = {row.code for row in turn.db.all(_DOWN)}
    turn.db.run(_GONE)
    turn.put(tables.van, [_van_row(van, van.code in down) for van in command.vans])
    node = turn.site.node
    names = [van.code for van in command.vans]
    name_codes(turn, "place", ((name, name) for name in names))
    turn.put(tables.place, [{"name": name, "kind": "van", "node": node} for name in names])
    dispatching.keep_time(turn, command.settings)
    return Done(note=f"{len(names)} vans")


def _check_figures(known: VanSettings) -> None:
    for name in ("speed_kmh", "detour_percent", "attempts_max"):
        if not 1 <= getattr(known, name) <= 1_000:
            fix = "1 to 1000"
            raise Refused("bad_setting", field=name, got=getattr(known, name), fix=fix)
    for at_ms in (*known.plans_ms, known.opens_ms, known.closes_ms):
        if not 0 <= at_ms <= DAY:
            raise Refused("bad_setting", field="vans", got=at_ms, fix=f"0 to {DAY}")
    if known.opens_ms >= known.closes_ms:
        fix = "customers are at home from opens_ms until a later closes_ms"
        raise Refused("bad_setting", field="opens_ms", got=known.opens_ms, fix=fix)


def _check_position(kind: str, name: str, at: Any) -> None:
    if abs(at.lat_e6) > E6_MAX // 2 or abs(at.lon_e6) > E6_MAX:
        fix = "micro-degrees: latitude to 90000000, longitude to 180000000"
        raise Refused("bad_position", kind=kind, name=name, fix=fix)


def _check_van(van: Van, depots: Mapping[str, Any]) -> None:
    if van.depot not in depots:
        fix = f"one of {', '.join(sorted(depots)) or 'the depots that are set up'}"
        raise Refused("unknown_depot", van=van.code, depot=van.depot, fix=fix)
    if not 0 <= van.starts_ms < van.ends_ms <= 2 * DAY:
        fix = "a shift begins before it ends"
        raise Refused("bad_shift", van=van.code, starts_ms=van.starts_ms, fix=fix)
    if min(van.parcels_max, van.volume_max_ml, van.mass_max_g) < 0:
        raise Refused("bad_capacity", van=van.code, fix="0 for no limit, else what it takes")


def _van_row(van: Van, down: bool) -> dict[str, Any]:
    area = ",".join(surveying.plain(part) for part in van.area)
    told = {"skills": " ".join(van.skills), "area": area, "stays": int(van.stays)}
    return _columns(van) | told | {"state": "down" if down else ""}


def _columns(message: Any) -> dict[str, Any]:
    return {name: getattr(message, name) for name in message.__slots__}


def import_postcodes(turn: Turn, command: ImportPostcodes) -> Done:
    for each in command.postcodes:
        _check_position("postcode", each.code, each)
    rows = [_columns(each) | {"code": surveying.plain(each.code)} for each in command.postcodes]
    turn.put(tables.postcode, rows)
    return Done(note=f"{len(rows)} postcodes")


def import_ways(turn: Turn, command: ImportVanWays) -> Done:
    for way in command.ways:
        if min(way.distance_m, way.duration_s) < 0:
            fix = "metres and seconds from 0 on"
            raise Refused("bad_way", origin=way.origin, target=way.target, fix=fix)
    names = ("origin", "target")
    rows = [
        _columns(way) | {name: surveying.plain(getattr(way, name)) for name in names}
        for way in command.ways
    ]
    turn.put(tables.van_way, rows)
    return Done(note=f"{len(rows)} ways")


def wish(turn: Turn, command: WishDelivery) -> Done:
    """Raises: NotFound, Refused naming what is wrong."""
    order = the_call(turn, command.kind, command.ref)
    command = erasing.without_erased(turn, command, order)
    _check_position(command.kind, command.ref, command.spot)
    if command.closes_ms and command.closes_ms <= command.opens_ms:
        fix = "a window closes after it opens"
        raise Refused("bad_window", ref=command.ref, closes_ms=command.closes_ms, fix=fix)
    row = {name: getattr(command, name) for name in ("kind", "ref", "skill")}
    row |= {"opens_ms": command.opens_ms, "closes_ms": command.closes_ms}
    van = turn.db.value(_VAN_OF, kind=command.kind, ref=command.ref) or ""
    turn.put(tables.delivery_wish, [row | {"personal": turn.filed.key, "van": van}])
    return Done()


def the_call(turn: Turn, kind: str, ref: str) -> str:
    """The order of an order or return ("": the sale is older than the data).

    Raises: NotFound for one that does not exist; Refused for another kind.
    """
    if kind not in KINDS:
        raise Refused("bad_kind", got=kind, fix=f"one of {', '.join(KINDS)}")
    order = turn.db.value(_ORDER if kind == "order" else _RETURN, ref=ref)
    if order is None:
        raise NotFound(f"unknown_{kind}", **{kind: ref})
    return str(order)


HANDLERS: Mapping[type[Command[Any]], Handler] = {
    SetUpVans: handler(set_up),
    ImportPostcodes: handler(import_postcodes),
    ImportVanWays: handler(import_ways),
    WishDelivery: handler(wish),
}

"""Owns what people say of cartons as stock: how many there are, and how many should be where.

A count is a correction of the ledger with its reason. It refuses a count of several places at
once, and places where no cartons stand.
"""

from collections.abc import Mapping
from typing import Any

from controller import ledger, tables
from controller.errors import NotFound, Refused
from controller.handlers import Handler, handler
from controller.messages import Command, CountCartons, Done, SupplyCartons
from controller.turn import Turn
from controller.workflows import shortages
from controller.workflows.packing import supplying

QTY_MAX = 1_000_000

_TYPE = "SELECT code FROM carton_type WHERE code = :code"
_PLACE = "SELECT name, kind FROM place WHERE name = :name"
_HELD = (
    "SELECT place FROM stock WHERE sku = :sku AND status = 'available' AND container = '' "
    "AND substr(place, 1, 1) <> '~' GROUP BY place HAVING SUM(qty) > 0 ORDER BY place"
)
_AT = (
    "SELECT * FROM stock WHERE sku = :sku AND place = :place AND container = '' "
    "AND status = 'available' ORDER BY lot, owner, node"
)
_FORGET = "DELETE FROM carton_supply WHERE carton = :carton"
_FORGET_PLACE = "DELETE FROM carton_supply WHERE carton = :carton AND place = :place"


def count(turn: Turn, command: CountCartons) -> Done:
    """Raises: NotFound; Refused for a number that cannot be, or where the place is not clear."""
    carton, qty = command.carton, command.on_hand
    if not -1 <= qty <= QTY_MAX:
        raise Refused("bad_quantity", carton=carton, qty=qty, most=QTY_MAX)
    _must_be_known(turn, carton)
    if qty < 0:
        return _stop_counting(turn, carton)
    place = command.place or _counted_at(turn, carton)
    _must_be_a_place(turn, place)
    supplying.become_goods(turn, carton)
    before = _set(turn, carton, place, qty)
    turn.event(
        "cartons_counted",
        subject=carton,
        at=place,
        before=before,
        units=qty,
        reason=command.reason,
        by=command.actor,
    )
    supplying.look_after(turn, carton)
    return Done(note=f"{qty} of {carton} at {place}")


def _set(turn: Turn, carton: str, place: str, qty: int) -> int:
    """As many as were counted stand at a place; how many the books had there."""
    rows = turn.db.all(_AT, sku=carton, place=place)
    before = sum(int(row.qty) for row in rows)
    if qty > before:
        key = supplying.key_of(turn, carton, place)
        ledger.move(turn, key.at(ledger.ADJUSTMENT), key, qty - before, cause="carton_count")
        shortages.stock_arrived(turn, carton, "", turn.site.node)
    missing = before - qty
    for row in rows:
        units = min(missing, int(row.qty))
        if units > 0:
            shortages.write_off(turn, ledger.key_of(row), units, "carton_count")
            missing -= units
    return before


def _stop_counting(turn: Turn, carton: str) -> Done:
    for row in turn.db.all(_HELD, sku=carton):
        _set(turn, carton, row.place, 0)
    turn.db.run(_FORGET, carton=carton)
    supplying.look_after(turn, carton)
    turn.event("cartons_not_counted", subject=carton, by=turn.actor)
    return Done(note=f"{carton} is not counted any more")


def _counted_at(turn: Turn, carton: str) -> str:
    """The only place that has some, else the usual one."""
    places = [str(row.place) for row in turn.db.all(_HELD, sku=carton)]
    if len(places) > 1:
        fix = f"say at which place: {', '.join(places)}"
        raise Refused("place_not_said", carton=carton, fix=fix)
    return places[0] if places else supplying.home(turn.db)


def supply(turn: Turn, command: SupplyCartons) -> Done:
    """Raises: NotFound; Refused for limits that cannot be."""
    carton, place = command.carton, command.place
    low, full = command.units_min, command.units_max
    _must_be_known(turn, carton)
    if not 0 <= low <= QTY_MAX or not 0 <= full <= QTY_MAX or (place and low > full):
        fix = f"0 to {QTY_MAX}, and no more than the place is filled to"
        raise Refused("bad_limits", carton=carton, units_min=low, units_max=full, fix=fix)
    if place:
        _must_be_a_place(turn, place)
    supplying.become_goods(turn, carton)
    if place and not full:
        turn.db.run(_FORGET_PLACE, carton=carton, place=place)
    else:
        row = {"carton": carton, "place": place, "units_min": low, "units_max": full}
        turn.put(tables.carton_supply, [row])
    supplying.look_after(turn, carton)
    return Done(note=f"{carton} at {place or 'the house'}: {low} to {full}")


def _must_be_known(turn: Turn, carton: str) -> None:
    if turn.db.one(_TYPE, code=carton) is None:
        raise NotFound("unknown_carton", carton=carton, fix="set the carton up first")


def _must_be_a_place(turn: Turn, place: str) -> None:
    found = turn.db.one(_PLACE, name=place)
    if found is None:
        fix = "import a place of the kind supplies, or name a bench"
        raise NotFound("unknown_place", place=place, fix=fix)
    if found.kind not in ("supplies", "bench", "reserve"):
        fix = "name a bench, or a place of the kind supplies or reserve"
        raise Refused("no_place_for_cartons", place=place, kind=found.kind, fix=fix)


HANDLERS: Mapping[type[Command[Any]], Handler] = {
    CountCartons: handler(count),
    SupplyCartons: handler(supply),
}

"""Owns which stock row serves a need: first expired first out, pick faces before reserve.

Only loose stock at places of the kinds pick and reserve serves orders; goods at the dock, in
totes or on the put-back shelf are promised but not yet fetched from.
"""

from typing import Any

from controller import ledger
from controller.ledger import Claim
from controller.messages import PlannedPick
from controller.turn import Turn

_PLAN_UNITS = (
    "UPDATE order_line SET planned = planned + :n WHERE order_id = :order_id AND line = :line "
    "AND wanted - backordered - away - planned >= :n"
)
_UNPLAN_UNITS = (
    "UPDATE order_line SET planned = planned - :n WHERE order_id = :order_id AND line = :line"
)
_ROWS = (
    "SELECT s.*, p.kind AS place_kind, COALESCE(l.expiry_ms, 0) AS expiry_ms "
    "FROM stock s JOIN place p ON p.name = s.place "
    "LEFT JOIN lot l ON l.sku = s.sku AND l.lot = s.lot "
    "WHERE s.sku = :sku AND s.owner = :owner AND s.status = 'available' AND s.container = '' "
    "AND s.qty > s.reserved AND p.kind IN ('pick', 'reserve') "
    "AND NOT EXISTS (SELECT 1 FROM task m WHERE m.kind = 'move' AND m.state = 'open' "
    "AND m.worker <> '' AND m.from_place = s.place AND m.sku = s.sku) "
    "ORDER BY COALESCE(l.expiry_ms, 0), p.kind, s.place, s.lot"
)
_ROWS_AT = (
    "SELECT s.*, COALESCE(l.expiry_ms, 0) AS expiry_ms FROM stock s "
    "LEFT JOIN lot l ON l.sku = s.sku AND l.lot = s.lot "
    "WHERE s.place = :place AND s.sku = :sku AND s.owner = :owner AND s.status = 'available' "
    "AND s.qty > s.reserved ORDER BY COALESCE(l.expiry_ms, 0), s.lot"
)


def reserve_pick(turn: Turn, order: Any, pick: PlannedPick) -> list[tuple[ledger.Key, int]]:
    """What a plan wants to pick, as far as it still holds: the rows and units, now planned."""
    at = {"order_id": pick.order, "line": pick.line}
    if order.state != "open" or not turn.db.run(_PLAN_UNITS, **at, n=pick.qty):
        return []
    claim = Claim(pick.order, pick.line)
    found = reserve_at(turn, claim, pick.place, pick.sku, order.owner, pick.qty)
    missing = pick.qty - sum(units for _, units in found)
    if missing:
        turn.db.run(_UNPLAN_UNITS, **at, n=missing)
    return found


def reserve_anywhere(
    turn: Turn, claim: Claim, sku: str, owner: str, qty: int
) -> list[tuple[ledger.Key, int]]:
    """Reserves up to `qty` units for the claim; the rows and units that it got."""
    return _reserve(turn, claim, turn.db.all(_ROWS, sku=sku, owner=owner), qty)


def reserve_at(
    turn: Turn, claim: Claim, place: str, sku: str, owner: str, qty: int
) -> list[tuple[ledger.Key, int]]:
    """The same at one place."""
    return _reserve(turn, claim, turn.db.all(_ROWS_AT, place=place, sku=sku, owner=owner), qty)


def _reserve(turn: Turn, claim: Claim, rows: list[Any], qty: int) -> list[tuple[ledger.Key, int]]:
    got = []
    for row in rows:
        units = min(qty, row.qty - row.reserved)
        key = ledger.key_of(row)
        if units > 0 and ledger.reserve(turn, claim, key, units):
            got.append((key, units))
            qty -= units
    return got

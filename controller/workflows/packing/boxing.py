"""Owns one parcel on the bench: its carton with a licence plate, and the units that go into it.

Packing a unit is its movement from the tote into the carton, with its claim. It refuses units
that the tote does not hold for the order any more.
"""

from typing import Any

from controller import barcodes, ledger, tables
from controller.errors import Refused
from controller.ledger import Claim
from controller.turn import Turn
from controller.workflows.naming import name_codes
from controller.workflows.packing import supplying

_START = (
    "UPDATE parcel SET state = 'packing', lpn = :lpn, carton = :carton "
    "WHERE id = :id AND state = 'planned'"
)
_UNSTART = (
    "UPDATE parcel SET state = 'planned', lpn = '', carton = :carton "
    "WHERE id = :id AND state = 'packing'"
)
_USED = (
    "SELECT p.carton, COALESCE(c.place, '') AS bench FROM parcel p "
    "LEFT JOIN container c ON c.lpn = p.lpn WHERE p.id = :id"
)
_DROP_BOX = "DELETE FROM container WHERE lpn = :lpn"
_DROP_CODE = "DELETE FROM barcode WHERE kind = 'container' AND ref = :lpn AND code = :lpn"
_HELD = (
    "SELECT * FROM reservation WHERE ref = :order AND line = :line AND container = :lpn "
    "ORDER BY sku, lot, owner, status, node, place"
)
_PACK_LINE = (
    "UPDATE parcel_line SET packed = packed + :n WHERE parcel = :parcel AND line = :line "
    "AND EXISTS (SELECT 1 FROM parcel p WHERE p.id = :parcel AND p.state = 'packing')"
)
_PACK_ORDER = "UPDATE order_line SET packed = packed + :n WHERE order_id = :order AND line = :line"
_TRIM = "UPDATE parcel_line SET planned = packed WHERE parcel = :parcel AND planned > packed"
_TRIM_LINE = _TRIM + " AND line = :line"
_DROP_LINES = "DELETE FROM parcel_line WHERE parcel = :parcel AND planned = 0"
_NEEDS = (
    "SELECT CAST(COALESCE(SUM(l.planned * i.mass_g), 0) AS BIGINT) AS mass_g, "
    "CAST(COALESCE(SUM(l.planned * i.length_mm * i.width_mm * i.height_mm), 0) AS BIGINT) "
    "AS volume_mm3, CAST(COALESCE(SUM(l.packed), 0) AS BIGINT) AS packed "
    "FROM parcel_line l JOIN item i ON i.sku = l.sku WHERE l.parcel = :parcel"
)
_CARTON = "SELECT * FROM carton_type WHERE code = :code"


def start(turn: Turn, parcel: int, carton: str, bench: str) -> str:
    """Begins a planned parcel in a new carton on the bench; its licence plate.

    "" when the parcel is no longer planned: cancelled, or begun elsewhere.
    """
    lpn = new_plate(turn)
    if not turn.db.run(_START, id=parcel, lpn=lpn, carton=carton):
        return ""
    supplying.use(turn, carton, bench)
    turn.add(tables.container, lpn=lpn, kind="carton", place=bench, state="in_use")
    name_codes(turn, "container", [(lpn, lpn)])
    return lpn


def new_plate(turn: Turn) -> str:
    """An SSCC where the site has a GS1 prefix, else a licence plate of our own."""
    serial = turn.count("sscc")
    prefix = turn.site.gs1_prefix
    return barcodes.make_sscc(prefix, 0, serial) if prefix else f"LP{serial:09d}"


def unstart(turn: Turn, parcel: int, carton: str, lpn: str) -> None:
    """Takes an empty carton away again. Raises: Refused when the parcel has moved on."""
    used, bench = turn.db.the(_USED, id=parcel)
    if not turn.db.run(_UNSTART, id=parcel, carton=carton):
        raise Refused("nothing_to_undo")
    supplying.give_back(turn, used, bench)
    turn.db.run(_DROP_BOX, lpn=lpn)
    turn.db.run(_DROP_CODE, lpn=lpn)


def fits(turn: Turn, parcel: int, carton: str) -> bool:
    """Whether a carton type bears a parcel's content by volume and mass."""
    needs, kind = turn.db.the(_NEEDS, parcel=parcel), turn.db.the(_CARTON, code=carton)
    room_mm3 = kind.length_mm * kind.width_mm * kind.height_mm
    return bool(needs.volume_mm3 <= room_mm3 and needs.mass_g <= kind.mass_max_g)


def held(turn: Turn, order: str, line: int, tote: str) -> list[Any]:
    """The reservations of an order line in a tote."""
    return turn.db.all(_HELD, order=order, line=line, lpn=tote)


def pack(turn: Turn, at: dict[str, Any], line: int, qty: int) -> list[int] | None:
    """Moves units of an order line from tote to carton; the movements, for `unpack`.

    `at` names parcel, order, tote and box. None when the order or the parcel has changed since
    the screen was drawn.
    """
    rows = held(turn, at["order"], line, at["tote"])
    if sum(row.qty for row in rows) < qty:
        return None
    if not turn.db.run(_PACK_LINE, parcel=at["parcel"], line=line, n=qty):
        return None
    turn.db.run(_PACK_ORDER, order=at["order"], line=line, n=qty)
    claim, movements = Claim(at["order"], line), []
    for row in rows:
        units = min(qty, row.qty)
        if units:
            key = ledger.key_of(row)
            target = key.at(container=at["box"])
            movements.append(ledger.move(turn, key, target, units, cause="pack", claim=claim))
            qty -= units
    return movements


def unpack(turn: Turn, parcel: int, claim: Claim, qty: int, movements: list[int]) -> None:
    """Takes back one `pack`. Raises: Refused when the parcel or its order has moved on."""
    if not turn.db.run(_PACK_LINE, parcel=parcel, line=claim.line, n=-qty):
        raise Refused("nothing_to_undo")
    turn.db.run(_PACK_ORDER, order=claim.ref, line=claim.line, n=-qty)
    for movement in reversed(movements):
        ledger.undo(turn, movement, claim)


def trim(turn: Turn, parcel: int, line: int | None = None) -> bool:
    """Plans no more for a parcel (or one line of it) than is packed; False when it is empty."""
    if line is None:
        turn.db.run(_TRIM, parcel=parcel)
    else:
        turn.db.run(_TRIM_LINE, parcel=parcel, line=line)
    turn.db.run(_DROP_LINES, parcel=parcel)
    return bool(turn.db.the(_NEEDS, parcel=parcel).packed)

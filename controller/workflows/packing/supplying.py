"""Owns shipping cartons as stock: used and given back, counted, run short, refilled.

A carton that is counted is an item of the ledger under its own code, with stock at benches, at
places of the kind `supplies`, or in reserve. Each one used is a movement. It refuses to stop a
packer: a carton that the books lack is used all the same, and noted as found.
"""

from collections.abc import Mapping
from typing import Any

from controller import ledger, tables
from controller.ledger import Key
from controller.store import Db
from controller.turn import Turn
from controller.workflows import alarming, replenishing, shortages

LOW = "cartons_low"
WALL_MM = 3

_TYPE = "SELECT * FROM carton_type WHERE code = :code"
_ITEM = "SELECT sku FROM item WHERE sku = :sku"
_COUNTED = "SELECT units_min FROM carton_supply WHERE carton = :carton AND place = ''"
_HOME = (
    "SELECT name FROM place WHERE kind IN ('supplies', 'bench') "
    "ORDER BY CASE kind WHEN 'supplies' THEN 0 ELSE 1 END, name LIMIT 1"
)
_NEAREST = (
    "SELECT s.* FROM stock s JOIN place p ON p.name = s.place WHERE s.sku = :sku "
    "AND s.status = 'available' AND s.container = '' AND s.qty > s.reserved "
    "ORDER BY CASE WHEN s.place = :here THEN 0 WHEN p.kind = 'supplies' THEN 1 "
    "WHEN p.kind = 'bench' THEN 2 ELSE 3 END, s.place, s.lot, s.owner, s.node LIMIT 1"
)
_AT = (
    "SELECT * FROM stock WHERE sku = :sku AND place = :place AND container = '' "
    "AND status = 'available' ORDER BY lot, owner, node"
)
_ON_HAND = (
    "SELECT c.carton, CAST(COALESCE(SUM(s.qty), 0) AS BIGINT) AS qty FROM carton_supply c "
    "LEFT JOIN stock s ON s.sku = c.carton AND s.status = 'available' "
    "AND substr(s.place, 1, 1) <> '~' WHERE c.place = '' GROUP BY c.carton ORDER BY c.carton"
)
_AT_CARTS = (
    "SELECT c.carton, CAST(COALESCE(SUM(s.qty - s.reserved), 0) AS BIGINT) AS qty "
    "FROM carton_supply c LEFT JOIN stock s ON s.sku = c.carton AND s.status = 'available' "
    "AND s.place = :home WHERE c.place = '' GROUP BY c.carton ORDER BY c.carton"
)
_UNCOUNT = "DELETE FROM carton_supply WHERE carton = :carton AND place = ''"
_PLANNED = (
    "SELECT p.carton, COUNT(*) AS n FROM parcel p LEFT JOIN load l ON l.id = p.load "
    "WHERE p.state = 'planned' AND (l.kind IS NULL OR l.kind <> 'carton' OR l.state = 'planned') "
    "GROUP BY p.carton ORDER BY p.carton"
)


# --- what there is ---------------------------------------------------------------------------


def left(db: Db) -> dict[str, int]:
    """Counted cartons that no planned parcel takes, by code."""
    return _less_planned(db, {row.carton: int(row.qty) for row in db.all(_ON_HAND)})


def left_for_carts(db: Db) -> dict[str, int]:
    """Those of them that stand where carts are made ready."""
    rows = db.all(_AT_CARTS, home=db.value(_HOME) or "")
    return _less_planned(db, {row.carton: int(row.qty) for row in rows})


def _less_planned(db: Db, there: Mapping[str, int]) -> dict[str, int]:
    if not there:
        return {}
    planned = {row.carton: int(row.n) for row in db.all(_PLANNED)}
    return {code: max(0, qty - planned.get(code, 0)) for code, qty in there.items()}


# --- cartons used, and given back ------------------------------------------------------------


def use(turn: Turn, carton: str, here: str = "") -> None:
    """One carton is taken: where the packer is, else from supplies, else from elsewhere."""
    if not is_counted(turn.db, carton):
        return
    row = turn.db.one(_NEAREST, sku=carton, here=here)
    if row is None:
        _found(turn, carton, here)
    else:
        key = ledger.key_of(row)
        shortages.cover_promises(turn, key, 1)
        ledger.move(turn, key, key.at(ledger.USED), 1, cause="carton_used")
    look_after(turn, carton)


def _found(turn: Turn, carton: str, here: str) -> None:
    """The packer has one that the books lack."""
    key = key_of(turn, carton, here).at(ledger.ADJUSTMENT)
    ledger.move(turn, key, key.at(ledger.USED), 1, cause="carton_found")
    turn.event("carton_found", subject=carton, at=here)


def give_back(turn: Turn, carton: str, here: str = "") -> None:
    """One carton was not needed after all: it stands where the worker is."""
    place = here or home(turn.db)
    if is_counted(turn.db, carton) and place:
        key = key_of(turn, carton, place)
        ledger.move(turn, key.at(ledger.USED), key, 1, cause="carton_unused")
        look_after(turn, carton)


def none_for_carts(turn: Turn, carton: str) -> dict[str, Any]:
    """A picker finds none where carts are made ready; what `some_for_carts` takes back."""
    counted = is_counted(turn.db, carton)
    become_goods(turn, carton)
    place = home(turn.db)
    rows = turn.db.all(_AT, sku=carton, place=place) if place else []
    moved = [
        _lower(turn, ledger.key_of(row), row.qty - row.reserved, "carton_missing")
        for row in rows
        if row.qty > row.reserved
    ]
    look_after(turn, carton)
    return {"moved": moved, "counted": counted}


def some_for_carts(turn: Turn, carton: str, moved: list[int], counted: bool) -> None:
    """Takes back one `none_for_carts`."""
    for movement in reversed(moved):
        ledger.undo(turn, movement)
    if not counted:
        turn.db.run(_UNCOUNT, carton=carton)
    look_after(turn, carton)


def arrived(turn: Turn, sku: str) -> None:
    """Goods have come in: where they are cartons, they are counted from now on."""
    if turn.db.one(_TYPE, code=sku) is not None:
        become_goods(turn, sku)
        look_after(turn, sku)


def look_after(turn: Turn, carton: str) -> None:
    """Tells who buys cartons when few are left, and has places refilled."""
    row = next((each for each in turn.db.all(_ON_HAND) if each.carton == carton), None)
    if row is not None:
        low = int(turn.db.value(_COUNTED, carton=carton) or 0) or turn.site.cartons_min
        if row.qty <= low:
            detail = f"{row.qty} of {carton} are left in the house: order more"
            alarming.raise_alarm(turn, f"carton/{carton}", LOW, detail)
        else:
            alarming.over(turn, f"carton/{carton}", LOW)
        replenishing.check_supplies(turn, carton)
    else:
        alarming.over(turn, f"carton/{carton}", LOW)


def _lower(turn: Turn, key: Key, qty: int, cause: str) -> int:
    shortages.cover_promises(turn, key, qty)
    return ledger.move(turn, key, key.at(ledger.LOST), qty, cause=cause)


def home(db: Db) -> str:
    """Where cartons stand, as far as nobody says otherwise; "" on a site without such a place."""
    return db.value(_HOME) or ""


def key_of(turn: Turn, carton: str, place: str) -> Key:
    return Key(carton, "", "", ledger.AVAILABLE, turn.site.node, place, "")


def is_counted(db: Db, carton: str) -> bool:
    return db.value(_COUNTED, carton=carton) is not None


def become_goods(turn: Turn, carton: str) -> None:
    """A carton type is an item from now on, as it lies flat, and counted."""
    kind = turn.db.one(_TYPE, code=carton)
    if kind is None or is_counted(turn.db, carton):
        return
    if turn.db.value(_ITEM, sku=carton) is None:
        turn.put(
            tables.item,
            [
                {
                    "sku": carton,
                    "name": carton,
                    "length_mm": kind.length_mm + kind.width_mm,
                    "width_mm": kind.width_mm + kind.height_mm,
                    "height_mm": 2 * WALL_MM,
                    "mass_g": max(1, kind.tare_g),
                }
            ],
        )
    turn.put(
        tables.carton_supply, [{"carton": carton, "place": "", "units_min": 0, "units_max": 0}]
    )

"""Owns the zones of pick-and-pass as the site has them: hand-over places and the aisles of each.

A site has as many zones as places of the kind `hand_over`, in the sequence of their aisles; carts
for a zone are left at its place. The planner says which aisles a zone has. It refuses to decide
that itself.
"""

from typing import Any

import msgspec

from controller import tables
from controller.messages import ApplyZones, Done, to_json
from controller.plan.zoning import zone_of
from controller.store import Db
from controller.turn import Turn

_HAND_OVERS = "SELECT name, aisle FROM place WHERE kind = 'hand_over' ORDER BY aisle, name"
_FIRSTS = "SELECT value FROM setting WHERE name = 'zones'"
_AISLE = "SELECT aisle FROM place WHERE name = :name"


def hand_overs(db: Db) -> list[Any]:
    """Name and aisle of each zone's hand-over place."""
    return db.all(_HAND_OVERS)


def firsts(db: Db) -> tuple[int, ...]:
    """The first aisle of each zone in use; empty before the first plan with zones."""
    stored = db.value(_FIRSTS)
    return () if stored is None else tuple(msgspec.json.decode(stored))


def apply(turn: Turn, command: ApplyZones) -> Done:
    """The planner has divided the aisles anew; tours that are planned already stay as they are."""
    value = to_json(command.firsts).decode()
    turn.put(tables.setting, [{"name": "zones", "value": value}])
    turn.event("zones_balanced", firsts=command.firsts, why=command.why)
    return Done()


def place_of(db: Db, zone: int) -> str:
    """Where carts for a zone are left; "" where the site has no such zone any more."""
    names = [str(row.name) for row in hand_overs(db)]
    return names[zone - 1] if 0 < zone <= len(names) else ""


def zone_at(db: Db, hand_over: str) -> int:
    """The zone of a hand-over place, counted from 1; 0 for any other place."""
    names = [str(row.name) for row in hand_overs(db)]
    return names.index(hand_over) + 1 if hand_over in names else 0


def zone_of_bin(db: Db, place: str) -> int:
    return zone_of(firsts(db), int(db.value(_AISLE, name=place) or 0))

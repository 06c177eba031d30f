"""Owns the zones of pick-and-pass as the site has them: hand-over places and the aisles of each.

A site has as many zones as places of the kind `hand_over`; carts for a zone are left at its place.
On a rectangle they go by aisle, and the planner says which aisles a zone has. On any other floor
they go by name, and a zone has the places that bear the same zone's name as its hand-over place.
It refuses to decide that itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import msgspec

from controller import grounds, tables
from controller.messages import ApplyZones, Done, FloorLayout, SiteSettings, to_json
from controller.plan.graphs.graph import Graph
from controller.plan.graphs.ground import way_name
from controller.plan.walking import Stop
from controller.plan.zoning import zone_of
from controller.store import Db
from controller.turn import Turn

_HAND_OVERS = "SELECT * FROM place WHERE kind = 'hand_over' ORDER BY name"
_FIRSTS = "SELECT value FROM setting WHERE name = 'zones'"
_PLACE = "SELECT * FROM place WHERE name = :name"
_OPEN = (
    "SELECT t.zone, COUNT(*) AS picks FROM task t WHERE t.kind = 'pick' AND t.state = 'open' "
    "AND t.zone > 0 GROUP BY t.zone ORDER BY t.zone"
)


@dataclass(frozen=True, slots=True)
class HandOver:
    """Where carts for a zone are left; `zone` is the name of the floor's zone there."""

    name: str
    stop: Stop
    zone: str


def hand_overs(db: Db, site: SiteSettings) -> list[HandOver]:
    """The hand-over place of each zone, in the sequence of zones."""
    ground = grounds.ground(db, site)
    found = []
    for row in db.all(_HAND_OVERS):
        stop = ground.stop(row.way, row.aisle, row.block, row.y_mm)
        if stop is not None:
            found.append(HandOver(row.name, stop, name_of(db, row)))
    if isinstance(ground.shape, Graph):
        return found
    return sorted(found, key=lambda each: (each.stop.aisle, each.name))


def name_of(db: Db, place: Any) -> str:
    """The floor's zone of a place: its own, else that of its way."""
    layout = grounds.given_layout(db)
    if place.zone or layout is None:
        return str(place.zone)
    way = place.way or way_name(place.aisle, place.block)
    return _zones_of_ways(layout).get(way, "")


@lru_cache(maxsize=8)
def _zones_of_ways(layout: FloorLayout) -> dict[str, str]:
    return {way.name: way.zone for way in layout.ways}


def firsts(db: Db) -> tuple[int, ...]:
    """The first aisle of each zone in use; empty before the first plan with zones."""
    stored = db.value(_FIRSTS)
    return () if stored is None else tuple(msgspec.json.decode(stored))


def open_picks(db: Db, count: int) -> tuple[int, ...]:
    """The picks that are planned or being walked in each of so many zones."""
    found = {row.zone: int(row.picks) for row in db.all(_OPEN)} if count else {}
    return tuple(found.get(zone, 0) for zone in range(1, count + 1))


def apply(turn: Turn, command: ApplyZones) -> Done:
    """The planner has divided the aisles anew; tours that are planned already stay as they are."""
    value = to_json(command.firsts).decode()
    turn.put(tables.setting, [{"name": "zones", "value": value}])
    turn.event("zones_balanced", firsts=command.firsts, why=command.why)
    return Done()


def place_of(turn: Turn, zone: int) -> str:
    """Where carts for a zone are left; "" where the site has no such zone any more."""
    found = hand_overs(turn.db, turn.site)
    return found[zone - 1].name if 0 < zone <= len(found) else ""


def zone_at(turn: Turn, hand_over: str) -> int:
    """The zone of a hand-over place, counted from 1; 0 for any other place."""
    names = [each.name for each in hand_overs(turn.db, turn.site)]
    return names.index(hand_over) + 1 if hand_over in names else 0


def zone_of_bin(turn: Turn, place: str) -> int:
    """The zone in which a bin is picked; 0 where no zone has it."""
    row = turn.db.the(_PLACE, name=place)
    ground = grounds.ground(turn.db, turn.site)
    if isinstance(ground.shape, Graph):
        return numbers(hand_overs(turn.db, turn.site)).get(name_of(turn.db, row), 0)
    stop = ground.stop(row.way, row.aisle, row.block, row.y_mm)
    return zone_of(firsts(turn.db), stop.aisle) if stop else 0


def numbers(found: Sequence[HandOver]) -> dict[str, int]:
    """The zone of each zone's name; the first hand-over place of a name counts."""
    named: dict[str, int] = {}
    for number, each in enumerate(found, 1):
        if each.zone:
            named.setdefault(each.zone, number)
    return named

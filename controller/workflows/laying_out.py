"""Owns the shape of the floor: its layout, and the ways that are blocked for a while.

A layout that leaves a place without its way is refused, and so is one in which anything is wrong.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from controller import grounds, tables
from controller.errors import NotFound, Refused
from controller.handlers import Handler, handler
from controller.messages import (
    BlockWay,
    Command,
    Done,
    FloorLayout,
    Obstacle,
    Place,
    SetUpLayout,
    WayBlocked,
    to_json,
)
from controller.plan.graphs.faults import faults, unknown
from controller.plan.graphs.graph import lengths_mm
from controller.turn import Turn
from controller.workflows import resequencing

_ON_WAYS = "SELECT name, way, y_mm FROM place WHERE way <> '' ORDER BY name"


def set_up_layout(turn: Turn, command: SetUpLayout) -> Done:
    """Raises: Refused naming the table, the row and the field that is wrong."""
    found = faults(command.layout)
    if found:
        first = found[0]
        rows: tuple[Any, ...] = getattr(command.layout, first.table, ())
        raise Refused(
            "bad_layout",
            table=first.table,
            name=getattr(rows[first.nth], "name", first.nth + 1) if rows else "",
            field=first.field,
            got=first.got,
            fix=first.fix,
            more=len(found) - 1,
        )
    lengths = lengths_mm(command.layout)
    for place in turn.db.all(_ON_WAYS):
        check_on_way(lengths, place)
    _keep(turn, command.layout)
    return Done(note=f"{len(command.layout.ways)} ways")


def check_on_way(lengths: Mapping[str, int], place: Place | Any) -> None:
    """Raises: Refused where no way has that name, or the place lies beyond its end."""
    length = lengths.get(place.way)
    if length is None:
        fix = unknown(place.way, lengths, "way")
        raise Refused("unknown_way", place=place.name, way=place.way, fix=fix)
    if not 0 <= place.y_mm <= length:
        fix = f"0 to {length} mm"
        raise Refused("place_beyond_way", place=place.name, way=place.way, got=place.y_mm, fix=fix)


def block_way(turn: Turn, command: BlockWay) -> WayBlocked:
    """Blocks a way or opens it again; tours that run and those to come go round it.

    Raises: NotFound for a way that the floor does not have, Refused for a spot beyond its end.
    """
    layout = grounds.layout(turn.db, turn.site)
    lengths = lengths_mm(layout)
    length = lengths.get(command.way)
    if length is None:
        raise NotFound("unknown_way", way=command.way, fix=unknown(command.way, lengths, "way"))
    if not -1 <= command.y_mm <= length:
        raise Refused("spot_beyond_way", way=command.way, got=command.y_mm, fix=f"0 to {length}")
    obstacle = Obstacle(
        way=command.way,
        y_mm=command.y_mm,
        by=turn.actor,
        since_ms=turn.now_ms,
        why=command.why,
    )
    others = tuple(each for each in layout.obstacles if each != obstacle)
    _keep(turn, replace(layout, obstacles=(*others, obstacle) if command.blocked else others))
    kind = "way_blocked" if command.blocked else "way_opened"
    turn.event(kind, subject=command.way, y_mm=command.y_mm, why=command.why)
    return WayBlocked(tours=resequencing.resequence_all(turn))


def _keep(turn: Turn, layout: FloorLayout) -> None:
    turn.put(tables.setting, [{"name": "layout", "value": to_json(layout).decode()}])


HANDLERS: Mapping[type[Command[Any]], Handler] = MappingProxyType(
    {SetUpLayout: handler(set_up_layout), BlockWay: handler(block_way)}
)

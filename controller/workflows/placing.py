"""Owns where goods go when they have arrived: the place, how many units fit there, and why.

The pick face while it has room; for goods without one a bin of a pod, where the site has stations;
else reserve. A place that holds the same SKU and lot comes before an empty one, and an open task
reserves the room. It refuses to put goods where they do not fit by volume; a place without a
volume takes any amount.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from controller.errors import Refused
from controller.turn import Turn
from controller.workflows import errands

STORAGE = ("pick", "reserve", "put_back", "buffer", "supplies")

_UNIT = "SELECT length_mm * width_mm * height_mm AS mm3 FROM item WHERE sku = :sku"
_ROOM = (
    "SELECT p.name, p.kind, p.volume_ml, CAST(COALESCE((SELECT "
    "SUM(s.qty * i.length_mm * i.width_mm * i.height_mm) FROM stock s "
    "JOIN item i ON i.sku = s.sku WHERE s.place = p.name), 0) + COALESCE((SELECT "
    "SUM((t.qty - t.done_qty) * i.length_mm * i.width_mm * i.height_mm) FROM task t "
    "JOIN item i ON i.sku = t.sku WHERE t.to_place = p.name AND t.state = 'open' "
    "AND t.kind IN ('putaway', 'replenish') AND t.id <> :task), 0) AS BIGINT) AS used_mm3 "
    "FROM place p "
)
_ROOM_AT = _ROOM + "WHERE p.name = :place"
_SAME = "AND p.name IN (SELECT place FROM stock WHERE sku = :sku AND lot = :lot AND place <> '') "
_EMPTY = (
    "SELECT p.name, p.kind, p.volume_ml, 0 AS used_mm3 FROM place p WHERE {kind}"
    "AND (p.volume_ml = 0 OR p.volume_ml * 1000 >= :mm3) "
    "AND NOT EXISTS (SELECT 1 FROM stock s WHERE s.place = p.name) "
    "AND p.name NOT IN (SELECT to_place FROM task WHERE kind IN ('putaway', 'replenish') "
    "AND state = 'open') ORDER BY {order}p.name LIMIT :most"
)
_ON_POD = (
    "p.kind = 'pod' AND p.pod IN (SELECT lpn FROM container WHERE kind = 'pod') "
    "AND EXISTS (SELECT 1 FROM place s WHERE s.kind = 'station') "
)
_FEW_PODS = (
    "CASE WHEN p.pod IN (SELECT lpn FROM container WHERE place = :here) THEN 0 "
    "WHEN p.pod IN (SELECT b.pod FROM task t JOIN place b ON b.name = t.to_place "
    "WHERE t.kind = 'putaway' AND t.state = 'open') THEN 1 ELSE 2 END, "
)
"""SQL: bins of the pod that stands here come first, then those of pods that come in any case."""
_IN_RESERVE = "p.kind = 'reserve' "
_PODS = (
    ("same_sku", f"{_ROOM}WHERE {_ON_POD}{_SAME}ORDER BY {_FEW_PODS}p.name"),
    ("empty", _EMPTY.format(kind=_ON_POD, order=_FEW_PODS)),
)
_RESERVE = (
    ("same_sku", f"{_ROOM}WHERE {_IN_RESERVE}{_SAME}ORDER BY p.name"),
    ("empty", _EMPTY.format(kind=_IN_RESERVE, order="")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Where units go: `why` is face, same_sku, empty, or no_room (then `place` is "")."""

    place: str
    qty: int
    why: str


def choose_place(
    turn: Turn, sku: str, qty: int, lot: str = "", without: Collection[str] = (), here: str = ""
) -> Choice:
    """The place for up to `qty` units and how many of them fit there; `here` is a station."""
    face = errands.face_of(turn, sku)
    if face is not None and face.place not in without:
        room = face.units_max - face.held - errands.coming(turn, sku, face.place)
        if room > 0:
            return Choice(place=face.place, qty=min(qty, room), why="face")
    unit_mm3 = _unit_mm3(turn, sku)
    asked = {"sku": sku, "lot": lot, "mm3": unit_mm3, "most": len(without) + 1}
    for why, query in _RESERVE if face is not None else (*_PODS, *_RESERVE):
        for row in turn.db.all(query, task=0, here=here, **asked):
            room = _fits(row, unit_mm3, qty)
            if room > 0 and row.name not in without:
                return Choice(place=row.name, qty=room, why=why)
    return Choice(place="", qty=qty, why="no_room")


def _unit_mm3(turn: Turn, sku: str) -> int:
    return int(turn.db.value(_UNIT, sku=sku))


def _fits(place: Any, unit_mm3: int, qty: int) -> int:
    """How many of `qty` units fit into what is left of a place."""
    if place.volume_ml == 0:
        return qty
    left_mm3 = int(place.volume_ml) * 1_000 - int(place.used_mm3)
    return max(0, min(qty, left_mm3 // unit_mm3))


def check_room(
    turn: Turn, task: Any, place: str, qty: int, kinds: Collection[str] = STORAGE
) -> None:
    """Raises: Refused where the place is none to store at, or `qty` units do not fit."""
    row = turn.db.one(_ROOM_AT, place=place, task=task.id)
    assert row is not None
    if row.kind not in kinds:
        raise Refused("not_storage", place=place, kind=row.kind, fix="scan a storage place")
    room = _fits(row, _unit_mm3(turn, task.sku), qty)
    if room < qty:
        raise Refused("place_full", place=place, room=room, qty=qty, fix="scan another place")

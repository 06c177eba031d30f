"""What is wrong with a layout, all of it at once, each with its field and its fix.

Owns the rules that a graph must keep before anything is computed on it. Refuses to judge where a
place lies: that is known only where places are.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from controller.messages.layout import FloorLayout, Point, Way

KINDS = ("aisle", "cross", "lift", "stairs")
LENGTH_MAX_MM = 10_000_000
POINTS_MAX = 20_000
WAYS_MAX = 40_000
_RANGES = (
    ("length_mm", 0, LENGTH_MAX_MM),
    ("pace_percent", 10, 10_000),
    ("seconds", 0, 86_400),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Row `nth` (from 0) of a table of the layout has something wrong in `field`."""

    table: str  # points, ways, depots, obstacles, layout
    nth: int
    field: str
    got: str
    fix: str


def faults(layout: FloorLayout) -> list[Fault]:
    """Everything that is wrong with the layout, table by table."""
    points = {point.name: point for point in layout.points}
    ways = {way.name: way for way in layout.ways}
    return [
        *_sizes(layout),
        *_twice("points", layout.points),
        *_twice("ways", layout.ways),
        *_twice("depots", layout.depots),
        *(fault for nth, way in enumerate(layout.ways) for fault in _way(nth, way, points)),
        *_depots(layout, points),
        *_obstacles(layout, ways),
    ]


def _sizes(layout: FloorLayout) -> Iterator[Fault]:
    for table, rows, most in (
        ("points", layout.points, POINTS_MAX),
        ("ways", layout.ways, WAYS_MAX),
    ):
        if not rows:
            yield _layout(table, "0", f"give at least one of the {table}")
        elif len(rows) > most:
            yield _layout(table, str(len(rows)), f"give at most {most}")
    if not 100 <= layout.walking_mm_s <= 10_000:
        yield _layout("walking_mm_s", str(layout.walking_mm_s), "write 100 to 10000 mm a second")


def _layout(field: str, got: str, fix: str) -> Fault:
    return Fault(table="layout", nth=0, field=field, got=got, fix=fix)


def _twice(table: str, rows: Sequence[Any]) -> Iterator[Fault]:
    seen: Counter[str] = Counter()
    for nth, row in enumerate(rows):
        seen[row.name] += 1
        if not row.name:
            yield Fault(table=table, nth=nth, field="name", got="", fix="give it a name")
        elif seen[row.name] == 2:
            fix = "is given twice: give each name once"
            yield Fault(table=table, nth=nth, field="name", got=row.name, fix=fix)


def _way(nth: int, way: Way, points: Mapping[str, Point]) -> Iterator[Fault]:
    def fault(field: str, got: object, fix: str) -> Fault:
        return Fault(table="ways", nth=nth, field=field, got=str(got), fix=fix)

    for field in ("start", "end"):
        if getattr(way, field) not in points:
            yield fault(field, getattr(way, field), unknown(getattr(way, field), points, "point"))
    if way.start == way.end:
        yield fault("end", way.end, "is its start too: split the loop at a point in the middle")
    if way.kind not in KINDS:
        yield fault("kind", way.kind, f"is unknown: write one of {', '.join(KINDS)}")
    for field, least, most in _RANGES:
        if not least <= getattr(way, field) <= most:
            yield fault(field, getattr(way, field), f"write {least} to {most}")
    start, end = points.get(way.start), points.get(way.end)
    if start and end and not way.length_mm:
        same_spot = (start.x_mm, start.y_mm) == (end.x_mm, end.y_mm)
        if start.level != end.level and not way.seconds:
            yield fault(
                "seconds", 0, "a way between levels takes time: write seconds or length_mm"
            )
        elif same_spot and start.level == end.level:
            yield fault("length_mm", 0, "its points lie on one spot: write length_mm or move one")


def unknown(name: str, known: Mapping[str, Any], what: str) -> str:
    """The nearest known name, or how to add this one."""
    near = get_close_matches(name, list(known), 1)
    return f"is no {what}" + (f": did you mean {near[0]}?" if near else f": add the {what} first")


def _depots(layout: FloorLayout, points: Mapping[str, Point]) -> Iterator[Fault]:
    for nth, depot in enumerate(layout.depots):
        if depot.point not in points:
            fix = unknown(depot.point, points, "point")
            yield Fault(table="depots", nth=nth, field="point", got=depot.point, fix=fix)
    for field in ("begins", "ends"):
        if not any(getattr(depot, field) for depot in layout.depots):
            verb = "begin" if field == "begins" else "end"
            yield _layout("depots", "none", f"tours {verb} nowhere: give a depot that {field}")


def _obstacles(layout: FloorLayout, ways: Mapping[str, Way]) -> Iterator[Fault]:
    for nth, each in enumerate(layout.obstacles):
        way = ways.get(each.way)
        if way is None:
            fix = unknown(each.way, ways, "way")
            yield Fault(table="obstacles", nth=nth, field="way", got=each.way, fix=fix)
        elif way.length_mm and not -1 <= each.y_mm <= way.length_mm:
            fix = f"the way has 0 to {way.length_mm} mm; -1 blocks all of it"
            yield Fault(table="obstacles", nth=nth, field="y_mm", got=str(each.y_mm), fix=fix)

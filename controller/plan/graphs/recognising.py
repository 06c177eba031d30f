"""A rectangle in a graph: parallel aisles, cross-aisles, one depot at the front.

Owns the recognition, so that such floors get exact tours. Refuses everything that the exact
method does not know, and says in one sentence what it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from controller.messages.layout import FloorLayout, Way
from controller.plan.graphs.graph import lengths_mm
from controller.plan.walks.rectangle import Layout


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Where a way stands in the rectangle; `turned` when it begins at the block's far end."""

    aisle: int
    block: int
    length_mm: int
    turned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rectangle:
    layout: Layout
    cells: Mapping[str, Cell]


class NoRectangle(ValueError):
    """Why the layout is none."""


@dataclass(slots=True)
class _Ends:
    """The ways that meet at a point, by kind."""

    aisles: list[Way] = field(default_factory=list)
    crosses: list[Way] = field(default_factory=list)


def rectangle_of(layout: FloorLayout) -> Rectangle | str:
    """The rectangle that the layout is, or why it is none.

    Shapes: aisles are counted along the front cross-aisle from the end whose point is named or
    listed first.
    """
    try:
        _check_plain(layout)
        return _swept(layout)
    except NoRectangle as no:
        return str(no)


def _check_plain(layout: FloorLayout) -> None:
    for way in layout.ways:
        if way.kind not in ("aisle", "cross"):
            raise NoRectangle(f"{way.name} is a {way.kind}")
        if way.one_way:
            raise NoRectangle(f"{way.name} is one-way")
        if way.pace_percent != 100 or way.seconds:
            raise NoRectangle(f"{way.name} is walked at another pace")
    if layout.obstacles:
        raise NoRectangle(f"{layout.obstacles[0].way} has an obstacle")
    if len({depot.point for depot in layout.depots}) > 1:
        raise NoRectangle("tours begin and end at several points")


def _swept(layout: FloorLayout) -> Rectangle:
    """Cross-aisle after cross-aisle from the depot's, block after block between them."""
    ends = _ends(layout)
    lengths = lengths_mm(layout)
    depot = layout.depots[0].point
    crossing, pitches = _cross_aisle(ends, lengths, depot, [point.name for point in layout.points])
    if len(set(pitches)) > 1:
        raise NoRectangle("its aisles are not equally far apart")
    first, seen = crossing, set(crossing)
    blocks: list[int] = []
    cells: dict[str, Cell] = {}
    while any(ends[point].aisles for point in crossing):
        ways = [_only_aisle(ends, point) for point in crossing]
        if len({lengths[way.name] for way in ways}) > 1:
            raise NoRectangle(f"the aisles behind {crossing[0]} are not equally long")
        beyond = []
        for aisle, (way, point) in enumerate(zip(ways, crossing, strict=True)):
            turned = way.start != point
            far = way.start if turned else way.end
            ends[far].aisles.remove(way)
            length = lengths[way.name]
            cells[way.name] = Cell(aisle=aisle, block=len(blocks), length_mm=length, turned=turned)
            beyond.append(far)
        blocks.append(lengths[ways[0].name])
        if seen & set(beyond) or len(set(beyond)) < len(beyond):
            raise NoRectangle(f"aisles behind {crossing[0]} meet")
        _check_same_cross(ends, lengths, beyond, pitches)
        seen |= set(beyond)
        crossing = beyond
    if len(seen) < len(layout.points):
        left = next(point.name for point in layout.points if point.name not in seen)
        raise NoRectangle(f"{left} lies at no crossing of an aisle and a cross-aisle")
    if not blocks:
        raise NoRectangle("it has no aisle")
    shape = Layout(
        aisles=len(first),
        block_lengths_mm=tuple(blocks),
        aisle_pitch_mm=pitches[0] if pitches else 0,
        depot_aisle=first.index(depot),
    )
    return Rectangle(layout=shape, cells=cells)


def _ends(layout: FloorLayout) -> dict[str, _Ends]:
    ends = {point.name: _Ends() for point in layout.points}
    for way in layout.ways:
        for point in (way.start, way.end):
            (ends[point].aisles if way.kind == "aisle" else ends[point].crosses).append(way)
    for name, each in ends.items():
        if len(each.crosses) > 2:
            raise NoRectangle(f"more than two cross-aisles meet at {name}")
    return ends


def _cross_aisle(
    ends: Mapping[str, _Ends], lengths: Mapping[str, int], depot: str, points: list[str]
) -> tuple[list[str], list[int]]:
    """The points of the cross-aisle that the depot lies on, and the steps between them."""
    reached, waiting = {depot}, [depot]
    while waiting:
        here = waiting.pop()
        for way in ends[here].crosses:
            other = way.end if way.start == here else way.start
            if other not in reached:
                reached.add(other)
                waiting.append(other)
    tips = [name for name in points if name in reached and len(ends[name].crosses) < 2]
    if not tips:
        raise NoRectangle(f"the cross-aisle of {depot} runs in a ring")
    path: list[str] = [tips[0]]
    pitches: list[int] = []
    while len(path) < len(reached):
        way = next(way for way in ends[path[-1]].crosses if not {way.start, way.end} <= set(path))
        pitches.append(lengths[way.name])
        path.append(way.end if way.start == path[-1] else way.start)
    return path, pitches


def _only_aisle(ends: Mapping[str, _Ends], point: str) -> Way:
    """The aisle that leads on from a point of the cross-aisle."""
    ways = ends[point].aisles
    if len(ways) != 1:
        what = "no aisle leads on" if not ways else "aisles lead to both sides"
        raise NoRectangle(f"at {point} {what}")
    return ways.pop()


def _check_same_cross(
    ends: Mapping[str, _Ends], lengths: Mapping[str, int], beyond: list[str], pitches: list[int]
) -> None:
    """The aisles end at another cross-aisle, in the same sequence and equally far apart."""
    wanted = {}
    for a, b, pitch in zip(beyond, beyond[1:], pitches, strict=False):
        wanted[frozenset((a, b))] = pitch
    found = {
        frozenset((way.start, way.end)): lengths[way.name]
        for point in beyond
        for way in ends[point].crosses
    }
    if found != wanted:
        raise NoRectangle(f"no cross-aisle like the front one joins {beyond[0]} to the others")

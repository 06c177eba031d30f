"""Owns the picture of a floor as SVG: ways, places, zones, depots, and a tour in walking order.

Names of strangers are text in it and nothing else. It refuses a floor whose points have no
coordinates.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from api.errors import WrongInput
from controller.messages import FloorLayout, Place, Point, Way
from controller.plan import Effort
from controller.plan.graphs.graph import Graph, graph_of, lengths_mm, point_stop
from controller.plan.graphs.ground import ground_of
from controller.plan.graphs.paths import FAR, Paths
from controller.plan.walking import Problem, Stop, solve

WIDTH, MARGIN, GAP, FOOT = 1_200.0, 50.0, 60.0, 40.0
COLOURS = ("#d7dde5", "#cfe3d4", "#f0dcc4", "#dcd3ea", "#f2d0d3", "#c9e2e8", "#e9e4b8")
WIDE = {"aisle": 14.0, "cross": 8.0, "lift": 4.0, "stairs": 4.0}
STYLE = """
text{font:11px system-ui,sans-serif;fill:#334}
.way{stroke-linecap:round}
.lift,.stairs{stroke-dasharray:6 5}
.arrow{fill:#5a6675}
.place{fill:#5a6675}
.lost{fill:#c62828}
.blocked{stroke:#c62828;stroke-width:3}
.depot{fill:#1b5e20}
.tour{fill:none;stroke:#1565c0;stroke-width:2.5;stroke-linejoin:round;opacity:.85}
.nth{fill:#1565c0}.on{fill:#fff;font-weight:600;text-anchor:middle}
.mid{text-anchor:middle}
"""

At = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """Where each point comes to lie on the picture; levels stand beside each other."""

    points: Mapping[str, At]
    levels: Mapping[int, At]
    height: float


def draw(layout: FloorLayout, places: Sequence[Place], tour: Sequence[str] = ()) -> str:
    """The floor as an SVG document; `tour` names places in walking order.

    Raises: WrongInput for points without coordinates, and for a tour that nobody can walk.
    """
    sheet = _sheet(layout)
    parts = [
        *_ways(layout, sheet),
        *_obstacles(layout, sheet),
        *_places(layout, places, sheet),
        *_tour(layout, places, sheet, tour),
        *_depots(layout, sheet),
        *(_text(x, y, f"level {level}", "") for level, (x, y) in sheet.levels.items()),
        *_legend(layout),
    ]
    wide, high = f"{WIDTH:.0f}", f"{sheet.height:.0f}"
    size = f'viewBox="0 0 {wide} {high}" width="{wide}" height="{high}"'
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}>\n<style>{STYLE}</style>\n'
        f'<rect width="100%" height="100%" fill="#fff"/>\n{body}\n</svg>\n'
    )


def _sheet(layout: FloorLayout) -> _Sheet:
    by_level: dict[int, list[Point]] = {}
    for point in layout.points:
        by_level.setdefault(point.level, []).append(point)
    if len({(point.x_mm, point.y_mm) for point in layout.points}) < 2:
        raise WrongInput("the points have no coordinates: give each its x_mm and y_mm to draw")
    wide = {
        level: max(p.x_mm for p in on) - min(p.x_mm for p in on) for level, on in by_level.items()
    }
    room = WIDTH - 2 * MARGIN - GAP * (len(by_level) - 1)
    scale = room / max(1, sum(wide.values()))
    deep = max(max(p.y_mm for p in on) - min(p.y_mm for p in on) for on in by_level.values())
    scale = min(scale, 1_000 / max(1, deep))
    height = deep * scale + 2 * MARGIN + FOOT
    points, levels, left = {}, {}, MARGIN
    for level, on in sorted(by_level.items()):
        x, y = min(p.x_mm for p in on), min(p.y_mm for p in on)
        for point in on:
            down = height - MARGIN - FOOT - (point.y_mm - y) * scale
            points[point.name] = (left + (point.x_mm - x) * scale, down)
        if len(by_level) > 1:
            levels[level] = (left, height - FOOT + 4)
        left += wide[level] * scale + GAP
    return _Sheet(points=points, levels=levels, height=height)


def _zones(layout: FloorLayout) -> dict[str, str]:
    names = sorted({way.zone for way in layout.ways} - {""})
    return {"": COLOURS[0]} | {
        name: COLOURS[1 + n % (len(COLOURS) - 1)] for n, name in enumerate(names)
    }


def _ways(layout: FloorLayout, sheet: _Sheet) -> Iterator[str]:
    zones = _zones(layout)
    for way in sorted(layout.ways, key=lambda way: way.kind == "aisle"):
        (a, b), (c, d) = sheet.points[way.start], sheet.points[way.end]
        yield (
            f'<line class="way {way.kind}" x1="{a:.1f}" y1="{b:.1f}" x2="{c:.1f}" y2="{d:.1f}" '
            f'stroke="{zones[way.zone]}" stroke-width="{WIDE[way.kind]}">'
            f"<title>{escape(_about(way))}</title></line>"
        )
        if way.one_way:
            yield _arrow((a, b), (c, d))


def _about(way: Way) -> str:
    more = [way.kind, way.zone, "one-way" if way.one_way else ""]
    more += [f"pace {way.pace_percent}%" if way.pace_percent != 100 else ""]
    more += [f"{way.seconds} s" if way.seconds else ""]
    return f"{way.name}: {', '.join(filter(None, more))}"


def _arrow(start: At, end: At) -> str:
    dx, dy = end[0] - start[0], end[1] - start[1]
    long = max(1e-6, (dx * dx + dy * dy) ** 0.5)
    ux, uy = dx / long * 6, dy / long * 6
    x, y = start[0] + dx / 2, start[1] + dy / 2
    tips = ((x + ux, y + uy), (x - ux - uy, y - uy + ux), (x - ux + uy, y - uy - ux))
    return f'<polygon class="arrow" points="{_line(tips)}"/>'


def _obstacles(layout: FloorLayout, sheet: _Sheet) -> Iterator[str]:
    ways, lengths = {way.name: way for way in layout.ways}, lengths_mm(layout)
    for each in layout.obstacles:
        y_mm = each.y_mm if each.y_mm >= 0 else lengths[each.way] // 2
        x, y = _along(ways[each.way], lengths[each.way], y_mm, sheet)
        yield (
            f'<path class="blocked" d="M{x - 7:.1f} {y - 7:.1f}l14 14m0 -14l-14 14">'
            f"<title>{escape(each.way)} is blocked</title></path>"
        )


def _along(way: Way, length: int, y_mm: int, sheet: _Sheet) -> At:
    (a, b), (c, d) = sheet.points[way.start], sheet.points[way.end]
    part = y_mm / length if length else 0
    return a + (c - a) * part, b + (d - b) * part


def _places(layout: FloorLayout, places: Sequence[Place], sheet: _Sheet) -> Iterator[str]:
    ways, lengths = {way.name: way for way in layout.ways}, lengths_mm(layout)
    numbers = {way.name: number for number, way in enumerate(layout.ways)}
    paths = Paths(graph_of(layout))
    for nth, place in enumerate(places):
        x, y = _along(ways[place.way], lengths[place.way], place.y_mm, sheet)
        stop = Stop(aisle=numbers[place.way], block=0, y_mm=place.y_mm)
        lost = "" if paths.reachable(stop) else " lost"
        side = 6 if nth % 2 else -6
        yield (
            f'<circle class="place{lost}" cx="{x + side:.1f}" cy="{y:.1f}" r="2">'
            f"<title>{escape(place.name)}</title></circle>"
        )


def _depots(layout: FloorLayout, sheet: _Sheet) -> Iterator[str]:
    for each in layout.depots:
        x, y = sheet.points[each.point]
        yield f'<rect class="depot" x="{x - 6:.1f}" y="{y - 6:.1f}" width="12" height="12"/>'
        yield _text(x, y + 24, each.name, "mid")


def _tour(
    layout: FloorLayout, places: Sequence[Place], sheet: _Sheet, tour: Sequence[str]
) -> Iterator[str]:
    if not tour:
        return
    graph, ways = graph_of(layout), layout.ways
    stops = [point_stop(graph.start), *stops_of(layout, places, tour), point_stop(graph.end)]
    paths = Paths(graph)
    walk = [stops[0]]
    for a, b in pairwise(stops):
        if paths.mm(a, b) >= FAR:
            raise WrongInput("nobody can walk this tour: layout check names places out of reach")
        walk += [*paths.walk(a, b), b]
    spots = [_spot(graph, ways, layout, stop, sheet) for stop in walk]
    yield f'<polyline class="tour" points="{_line(spots)}"/>'
    for nth, stop in enumerate(stops[1:-1], 1):
        x, y = _spot(graph, ways, layout, stop, sheet)
        yield f'<circle class="nth" cx="{x:.1f}" cy="{y:.1f}" r="9"/>'
        yield _text(x, y + 4, str(nth), "on")
    length = sum(paths.mm(a, b) for a, b in pairwise(stops))
    yield _text(MARGIN, 24, f"{len(tour)} stops, {length / 1000:.1f} m", "")


def stops_of(layout: FloorLayout, places: Sequence[Place], names: Sequence[str]) -> list[Stop]:
    """The places of a tour on the graph of the layout. Raises: WrongInput naming unknown ones."""
    known = {place.name: place for place in places}
    lost = [name for name in names if name not in known]
    if lost:
        raise WrongInput(f"{', '.join(lost[:5])}: no such place in the places of the layout")
    numbers = {way.name: number for number, way in enumerate(layout.ways)}
    return [Stop(aisle=numbers[known[name].way], block=0, y_mm=known[name].y_mm) for name in names]


def in_shortest_order(
    layout: FloorLayout, places: Sequence[Place], names: Sequence[str]
) -> list[str]:
    """The places of a tour in the sequence of the shortest walk.

    Raises: WrongInput for places that are unknown or out of reach.
    """
    stops_of(layout, places, names)
    ground, known = ground_of(layout), {place.name: place for place in places}
    stops = [ground.stop(known[name].way, 0, 0, known[name].y_mm) for name in names]
    lost = [name for name, stop in zip(names, stops, strict=True) if stop is None]
    if lost:
        raise WrongInput(f"{', '.join(lost[:5])}: out of reach; leave it out of the tour")
    found = tuple(stop for stop in stops if stop is not None)
    plan = solve(Problem(layout=ground.shape, stops=found), Effort())
    return [names[index] for index in plan.sequence]


def _spot(graph: Graph, ways: Sequence[Way], layout: FloorLayout, stop: Stop, sheet: _Sheet) -> At:
    if stop.aisle < 0:
        return sheet.points[layout.points[stop.block].name]
    return _along(ways[stop.aisle], graph.arcs[stop.aisle].length_mm, stop.y_mm, sheet)


def _legend(layout: FloorLayout) -> Iterator[str]:
    x = WIDTH - MARGIN
    for name, colour in reversed(_zones(layout).items()):
        if name:
            x -= 16 + 7 * len(name)
            yield f'<rect x="{x:.0f}" y="14" width="10" height="10" fill="{colour}"/>'
            yield _text(x + 13, 23, name, "")


def _line(spots: Sequence[At]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)


def _text(x: float, y: float, words: str, style: str) -> str:
    return f'<text class="{style}" x="{x:.1f}" y="{y:.1f}">{escape(words)}</text>'

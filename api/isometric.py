"""Owns the drawing of goods in a room as isometric SVG: a carton, a pallet, a container.

It refuses text that is no text: what others wrote is escaped. It decides nothing of what it draws.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from typing import Final
from xml.sax.saxutils import escape

Spot = tuple[float, float]
Corner = tuple[float, float, float]

INK: Final = "#27313c"
_ACROSS, _UP = cos(pi / 6), sin(pi / 6)
_SIDES: Final = ((0, 0.80), (1, 0.92), (2, 1.0))  # the axis that a side looks along, its light
_LEGIBLE: Final = 0.035  # of the longest side: smaller faces carry no text


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """nx x ny x nz units of dx x dy x dz with their lowest corner at x, y, z.

    Units: mm; `hue` in degrees, None for grey; `text` is written on top.
    """

    x: int
    y: int
    z: int
    dx: int
    dy: int
    dz: int
    nx: int = 1
    ny: int = 1
    nz: int = 1
    hue: int | None = None
    text: str = ""

    @property
    def low(self) -> Corner:
        return self.x, self.y, self.z

    @property
    def high(self) -> Corner:
        return (
            self.x + self.nx * self.dx,
            self.y + self.ny * self.dy,
            self.z + self.nz * self.dz,
        )


def seen(corner: Corner) -> Spot:
    """Where a corner is drawn; the eye is in front of the corner at x = y = 0, and above."""
    x, y, z = corner
    return (x - y) * _ACROSS, -(x + y) * _UP - z


def frame(room: Corner) -> tuple[float, float, float, float]:
    """Left, top, width and height of a drawing of this room, with a margin for its measures."""
    x, y, z = room
    margin = 0.09 * max(room)
    left, top = -y * _ACROSS - margin, -(x + y) * _UP - z - margin / 2
    return left, top, (x + y) * _ACROSS + 2 * margin, (x + y) * _UP + z + 1.5 * margin


def drawing(room: Corner, goods: Sequence[Drawn]) -> str:
    """The elements of a room with goods in it, to be put into an `svg` with its `frame`."""
    longest = max(room)
    empty = Drawn(x=0, y=0, z=0, dx=int(room[0]), dy=int(room[1]), dz=int(room[2]))
    parts = [_polygon(_face(empty, axis, far=True), "#f2f5f8") for axis in (0, 1, 2)]
    for each in from_behind(goods):
        parts += _box(each, longest)
    parts += [_polygon(_face(empty, axis, far=False), "none", dashed=True) for axis in (0, 1, 2)]
    return "".join(parts) + "".join(_measures(room))


def from_behind(goods: Sequence[Drawn]) -> list[Drawn]:
    """The goods, those first that others stand in front of."""
    spans = [(each.low, each.high) for each in goods]
    reached: set[int] = set()
    drawn: list[int] = []
    for start in range(len(goods)):
        waiting = [] if start in reached else [(start, iter(_behind(spans, start)))]
        reached.add(start)
        while waiting:
            at, others = waiting[-1]
            hidden = next((n for n in others if n not in reached), None)
            if hidden is None:
                drawn.append(at)
                waiting.pop()
            else:
                reached.add(hidden)
                waiting.append((hidden, iter(_behind(spans, hidden))))
    return [goods[at] for at in drawn]


def _behind(spans: Sequence[tuple[Corner, Corner]], at: int) -> list[int]:
    """What this one hides some of; no look meets both of two that hide each other."""
    (x0, y0, z0), (x1, y1, z1) = spans[at]
    return [
        n
        for n, ((a0, b0, c0), (a1, b1, c1)) in enumerate(spans)
        if (a0 >= x1 or b0 >= y1 or c1 <= z0) and not (x0 >= a1 or y0 >= b1 or z1 <= c0)
    ]


def _face(box: Drawn, axis: int, *, far: bool) -> tuple[Spot, ...]:
    """The side across an axis: on the eye's side, or the one behind."""
    at = box.high if (axis == 2) is not far else box.low
    u, v = (other for other in (0, 1, 2) if other != axis)
    corners = []
    for on_u, on_v in ((0, 0), (1, 0), (1, 1), (0, 1)):
        corner = list(at)
        corner[u] = (box.low, box.high)[on_u][u]
        corner[v] = (box.low, box.high)[on_v][v]
        corners.append(seen((corner[0], corner[1], corner[2])))
    return tuple(corners)


def _box(box: Drawn, longest: float) -> Iterator[str]:
    for axis, light in _SIDES:
        yield _polygon(_face(box, axis, far=False), _colour(box.hue, light))
        yield from _between(box, axis)
    if box.text:
        (x0, y0), _, (x1, y1), _ = _face(box, 2, far=False)
        size = min(box.high[0] - box.low[0], box.high[1] - box.low[1]) * 0.45
        if size >= _LEGIBLE * longest:
            yield text(((x0 + x1) / 2, (y0 + y1) / 2), box.text, min(size, longest * 0.09))


def _between(box: Drawn, axis: int) -> Iterator[str]:
    """The lines between the units of a block on one side of it."""
    counts, units = (box.nx, box.ny, box.nz), (box.dx, box.dy, box.dz)
    u, v = (other for other in (0, 1, 2) if other != axis)
    start = list(box.high if axis == 2 else box.low)
    for across, along in ((u, v), (v, u)):
        for nth in range(1, counts[across]):
            ends = []
            for end in (box.low, box.high):
                corner = list(start)
                corner[across] = box.low[across] + nth * units[across]
                corner[along] = end[along]
                ends.append(seen((corner[0], corner[1], corner[2])))
            (x1, y1), (x2, y2) = ends
            yield (
                f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
                f'stroke="{INK}" stroke-width=".6" vector-effect="non-scaling-stroke"/>'
            )


def _colour(hue: int | None, light: float) -> str:
    if hue is None:
        return f"hsl(210 12% {round(86 * light)}%)"
    return f"hsl({hue} 75% {round(72 * light)}%)"


def _polygon(spots: Sequence[Spot], fill: str, *, dashed: bool = False) -> str:
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
    dash = ' stroke-dasharray="4 4"' if dashed else ""
    return (
        f'<polygon points="{drawn}" fill="{fill}" stroke="{INK}" stroke-linejoin="round"{dash} '
        'vector-effect="non-scaling-stroke"/>'
    )


def _measures(room: Corner) -> Iterator[str]:
    """The inner measures of the room, beside its near edges."""
    x, y, z = room
    size = max(room) * 0.06
    for value, corner, anchor in (
        (x, (x / 2, 0, 0), "start"),
        (y, (0, y / 2, 0), "end"),
        (z, (x, 0, z / 2), "start"),
    ):
        across, down = seen(corner)
        aside = size * 0.4 * (1 if anchor == "start" else -1)
        yield text((across + aside, down + size * 0.8), f"{value:g}", size, anchor)


def text(at: Spot, words: str, size: float, anchor: str = "middle") -> str:
    """Words at a spot, as text whatever they contain."""
    return (
        f'<text x="{at[0]:.1f}" y="{at[1] + size * 0.35:.1f}" font-size="{size:.1f}" '
        f'text-anchor="{anchor}" font-family="sans-serif" font-weight="600" fill="{INK}" '
        f'stroke="none">{escape(words)}</text>'
    )

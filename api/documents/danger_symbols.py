"""Owns the symbols of labels of dangerous goods as paths of our own, whatever their colours.

A symbol is drawn around its middle, about 2 wide and 2 high, up is up. Units: of the caller's
canvas, which is scaled and moved before.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from math import cos, pi, sin
from typing import Any, Final

Spot = tuple[float, float]
Bend = tuple[float, float, float, float, float, float]

_FLAME: Final[tuple[Bend, ...]] = (
    (-0.62, -0.72, -0.80, -0.25, -0.62, 0.15),
    (-0.55, 0.35, -0.52, 0.50, -0.62, 0.72),
    (-0.35, 0.60, -0.25, 0.40, -0.24, 0.20),
    (-0.05, 0.45, -0.12, 0.75, -0.02, 1.05),
    (0.12, 0.70, 0.38, 0.50, 0.36, 0.12),
    (0.48, 0.25, 0.50, 0.42, 0.46, 0.62),
    (0.72, 0.30, 0.86, -0.20, 0.66, -0.50),
    (0.56, -0.68, 0.35, -0.76, 0.00, -0.76),
)
_TONGUE: Final[tuple[Bend, ...]] = (
    (-0.30, -0.62, -0.36, -0.35, -0.20, -0.12),
    (-0.14, -0.22, -0.10, -0.30, -0.06, -0.36),
    (0.02, -0.22, 0.06, -0.06, 0.02, 0.12),
    (0.24, -0.10, 0.36, -0.45, 0.00, -0.70),
)
_HAND: Final[tuple[Bend, ...]] = (
    (0.14, -0.56, 0.24, -0.58, 0.34, -0.50),
    (0.46, -0.40, 0.62, -0.40, 0.78, -0.42),
    (0.90, -0.42, 1.00, -0.46, 1.04, -0.52),
    (1.04, -0.72, 1.04, -0.78, 1.04, -0.84),
    (0.80, -0.84, 0.60, -0.82, 0.44, -0.76),
    (0.30, -0.70, 0.20, -0.68, 0.08, -0.66),
    (0.04, -0.60, 0.04, -0.50, 0.10, -0.44),
)
_METAL: Final[tuple[Spot, ...]] = (
    *((-1.0, -0.42), (-0.42, -0.42), (-0.34, -0.58), (-0.22, -0.50), (-0.10, -0.42)),
    *((0.0, -0.42), (0.0, -0.72), (-1.0, -0.72)),
)


def flame(canvas: Any, ink: Any, ground: Any) -> None:
    """A fire on a line."""
    canvas.setFillColor(ink)
    _shape(canvas, (0.0, -0.76), _FLAME)
    canvas.rect(-0.75, -1.0, 1.5, 0.12, 0, 1)
    canvas.setFillColor(ground)
    _shape(canvas, (0.0, -0.70), _TONGUE)


def flame_over_circle(canvas: Any, ink: Any, ground: Any) -> None:
    """What burns by the oxygen of another."""
    canvas.setFillColor(ink)
    canvas.circle(0, -0.45, 0.55, 0, 1)
    canvas.setFillColor(ground)
    canvas.circle(0, -0.45, 0.40, 0, 1)
    canvas.saveState()
    canvas.translate(0, 0.42)
    canvas.scale(0.72, 0.62)
    canvas.setFillColor(ink)
    _shape(canvas, (0.0, -0.76), _FLAME)
    canvas.setFillColor(ground)
    _shape(canvas, (0.0, -0.70), _TONGUE)
    canvas.restoreState()
    canvas.setFillColor(ink)
    canvas.rect(-0.75, -1.15, 1.5, 0.1, 0, 1)


def cylinder(canvas: Any, ink: Any, ground: Any) -> None:
    """A bottle of gas that lies askew."""
    del ground
    canvas.setFillColor(ink)
    canvas.saveState()
    canvas.rotate(28)
    canvas.roundRect(-1.05, -0.27, 1.55, 0.54, 0.16, 0, 1)
    canvas.rect(0.48, -0.12, 0.22, 0.24, 0, 1)
    canvas.rect(0.68, -0.20, 0.30, 0.40, 0, 1)
    canvas.restoreState()


def skull(canvas: Any, ink: Any, ground: Any) -> None:
    """A skull and two bones across."""
    canvas.setStrokeColor(ink)
    canvas.setFillColor(ink)
    canvas.setLineWidth(0.16)
    for side in (-1, 1):
        canvas.line(-0.85 * side, -0.25, 0.85 * side, -0.95)
        for x, y in ((-0.85 * side, -0.25), (0.85 * side, -0.95)):
            canvas.circle(x, y + 0.09, 0.11, 0, 1)
            canvas.circle(x, y - 0.09, 0.11, 0, 1)
    canvas.setFillColor(ground)
    canvas.circle(0, 0.40, 0.64, 0, 1)
    canvas.roundRect(-0.40, -0.50, 0.80, 0.62, 0.1, 0, 1)
    canvas.setFillColor(ink)
    canvas.circle(0, 0.40, 0.56, 0, 1)
    canvas.roundRect(-0.32, -0.42, 0.64, 0.54, 0.1, 0, 1)
    canvas.setFillColor(ground)
    canvas.circle(-0.23, 0.34, 0.15, 0, 1)
    canvas.circle(0.23, 0.34, 0.15, 0, 1)
    _polygon(canvas, ((0, 0.16), (-0.09, -0.02), (0.09, -0.02)))
    for x in (-0.18, -0.03, 0.12):
        canvas.rect(x, -0.42, 0.05, 0.26, 0, 1)


def crescents(canvas: Any, ink: Any, ground: Any) -> None:
    """Three crescents around a circle."""
    turns = [pi / 2 + nth * 2 * pi / 3 for nth in range(3)]
    for turn in turns:
        canvas.setFillColor(ink)
        canvas.circle(0.47 * cos(turn), 0.47 * sin(turn), 0.56, 0, 1)
    for turn in turns:
        canvas.setFillColor(ground)
        canvas.circle(0.59 * cos(turn), 0.59 * sin(turn), 0.42, 0, 1)
        canvas.setStrokeColor(ground)
        canvas.setLineWidth(0.10)
        canvas.line(0, 0, 0.30 * cos(turn), 0.30 * sin(turn))
        canvas.line(0.95 * cos(turn), 0.95 * sin(turn), 1.15 * cos(turn), 1.15 * sin(turn))
    canvas.setStrokeColor(ink)
    canvas.setLineWidth(0.13)
    canvas.circle(0, 0, 0.42, 1, 0)
    canvas.setFillColor(ground)
    canvas.circle(0, 0, 0.13, 0, 1)


def corrosion(canvas: Any, ink: Any, ground: Any) -> None:
    """Two glasses that spill on metal and on a hand."""
    canvas.setFillColor(ink)
    canvas.setStrokeColor(ink)
    canvas.setLineWidth(0.08)
    for side in (-1, 1):
        canvas.saveState()
        canvas.translate(0.42 * side, 0.62)
        canvas.scale(side, 1)
        canvas.rotate(18)
        canvas.roundRect(-0.36, -0.13, 0.92, 0.26, 0.05, 1, 0)
        canvas.rect(-0.36, -0.13, 0.5, 0.13, 0, 1)
        canvas.restoreState()
        for y in (0.18, -0.02, -0.22):
            canvas.circle(0.13 * side, y, 0.055, 0, 1)
            canvas.circle(0.27 * side, y + 0.1, 0.045, 0, 1)
    _polygon(canvas, _METAL)
    _shape(canvas, (0.10, -0.44), _HAND)
    canvas.setStrokeColor(ground)
    canvas.setLineWidth(0.03)
    for y in (-0.62, -0.70):
        canvas.line(0.08, y + 0.06, 0.40, y)


def batteries(canvas: Any, ink: Any, ground: Any) -> None:
    """Batteries side by side, of which one is broken and burns."""
    canvas.setFillColor(ink)
    for x in (-0.95, -0.55, -0.15, 0.25, 0.65):
        canvas.rect(x, -0.70, 0.30, 0.75, 0, 1)
        canvas.rect(x + 0.08, 0.05, 0.14, 0.12, 0, 1)
    canvas.setStrokeColor(ground)
    canvas.setLineWidth(0.07)
    zigzag = ((0.25, -0.15), (0.36, -0.40), (0.42, -0.20), (0.55, -0.45))
    for (x, y), (u, v) in pairwise(zigzag):
        canvas.line(x, y, u, v)
    canvas.saveState()
    canvas.translate(0.40, 0.62)
    canvas.scale(0.34, 0.42)
    canvas.setFillColor(ink)
    _shape(canvas, (0.0, -0.76), _FLAME)
    canvas.restoreState()


SYMBOLS: Final[Mapping[str, Callable[[Any, Any, Any], None]]] = {
    "flame": flame,
    "flame over circle": flame_over_circle,
    "cylinder": cylinder,
    "skull": skull,
    "crescents": crescents,
    "corrosion": corrosion,
    "batteries": batteries,
}


def _shape(canvas: Any, start: Spot, bends: Sequence[Bend]) -> None:
    path = canvas.beginPath()
    path.moveTo(*start)
    for bend in bends:
        path.curveTo(*bend)
    path.close()
    canvas.drawPath(path, 0, 1)


def _polygon(canvas: Any, corners: Sequence[Spot]) -> None:
    path = canvas.beginPath()
    path.moveTo(*corners[0])
    for corner in corners[1:]:
        path.lineTo(*corner)
    path.close()
    canvas.drawPath(path, 0, 1)

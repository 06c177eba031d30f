"""Owns the pictogram of an item that has no photo: its shape, proportions and colour as an SVG.

The same item always looks the same, and neighbours in a bin look different. It refuses text of
others in the picture: nothing that an item is called gets into the drawing.
"""

import colorsys
import zlib
from math import cos, pi, sin
from typing import Final

from controller.views.items import ItemLook

SIZE: Final = 96
_ROOM: Final = 78
_FLAT: Final = 0.3  # the thinnest side is drawn at this share of the longest, else it would vanish
_COLOURS: Final = (
    "red #c8362f blue #2f66c8 green #2f9150 yellow #e3b423 black #33373d white #dfe5ea "
    "pink #dd6f9f orange #e07f2a purple #7d4bb0 brown #8a5a38 grey #89929c gray #89929c "
    "silver #aab4bf gold #c79a2d ivory #e8dcc0 cream #e8dcc0"
)
_ROUND: Final = (
    "mug cup bottle can jar candle vase pot tin bowl tube flask drum bucket roll lantern glass "
    "tumbler kettle tealight jug plate"
)
_BAGS: Final = "bag sack pouch shopper tote cushion pillow towel apron shirt"
_NAMED: Final = dict(zip(_COLOURS.split()[::2], _COLOURS.split()[1::2], strict=True))
_IS_ROUND: Final = frozenset(_ROUND.split())
_IS_BAG: Final = frozenset(_BAGS.split())

_Point = tuple[float, float]


def picture(look: ItemLook) -> str:
    words = set(look.name.lower().replace(",", " ").replace("-", " ").split())
    colour = _colour(look, words)
    if words & _IS_ROUND:
        shape = _cylinder(look, colour)
    elif words & _IS_BAG:
        shape = _bag(look, colour)
    else:
        shape = _box(look, colour)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" '
        f'stroke="#27313c" stroke-width="1.5" stroke-linejoin="round">{shape}</svg>'
    )


def _colour(look: ItemLook, words: set[str]) -> str:
    named = next((_NAMED[name] for name in _NAMED if name in words), "")
    if named:
        return named
    seed = zlib.crc32(look.sku.encode())
    red, green, blue = colorsys.hls_to_rgb(seed % 360 / 360, 0.52, 0.35 + seed % 7 * 0.04)
    return _hex(red, green, blue)


def _shade(colour: str, by: float) -> str:
    """The colour lighter (above 1) or darker."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return _hex(*(min(1.0, part * by) for part in parts))


def _hex(red: float, green: float, blue: float) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in (red, green, blue))


def _sides(look: ItemLook) -> tuple[float, float, float]:
    """Length, width and height as shares of the longest."""
    longest = max(look.length_mm, look.width_mm, look.height_mm, 1)
    return (
        max(_FLAT, look.length_mm / longest),
        max(_FLAT, look.width_mm / longest),
        max(_FLAT, look.height_mm / longest),
    )


def _box(look: ItemLook, colour: str) -> str:
    """An isometric box: top, left and right face."""
    length, width, height = _sides(look)
    scale = _ROOM / max((length + width) * cos(pi / 6), (length + width) * sin(pi / 6) + height)
    right = (length * scale * cos(pi / 6), -length * scale * sin(pi / 6))
    left = (-width * scale * cos(pi / 6), -width * scale * sin(pi / 6))
    up = (0.0, -height * scale)
    foot = _foot(right, left, up)
    top = _add(foot, up)
    faces = (
        (_shade(colour, 0.78), (foot, _add(foot, right), _add(top, right), top)),
        (_shade(colour, 1.0), (foot, _add(foot, left), _add(top, left), top)),
        (
            _shade(colour, 1.22),
            (top, _add(top, right), _add(_add(top, right), left), _add(top, left)),
        ),
    )
    tape = _tape(top, right, left)
    return "".join(_polygon(fill, points) for fill, points in faces) + tape


def _foot(right: _Point, left: _Point, up: _Point) -> _Point:
    """The front lower corner, so that the box stands in the middle."""
    across, high = right[0] + left[0], right[1] + left[1] + up[1]
    return (SIZE - across) / 2, (SIZE - high) / 2


def _tape(top: _Point, right: _Point, left: _Point) -> str:
    near, far = (0.42, 0.58)
    points = (
        _add(top, _times(right, near)),
        _add(top, _times(right, far)),
        _add(_add(top, _times(right, far)), left),
        _add(_add(top, _times(right, near)), left),
    )
    return _polygon("#f3e6c4", points)


def _cylinder(look: ItemLook, colour: str) -> str:
    length, width, height = _sides(look)
    across = max(length, width)
    scale = _ROOM / max(across, height + across * 0.3)
    rx, ry, tall = across * scale / 2, across * scale * 0.15, height * scale
    middle, top = SIZE / 2, (SIZE - tall - 2 * ry) / 2 + ry
    side = (
        f"M{middle - rx:.1f} {top:.1f}V{top + tall:.1f}A{rx:.1f} {ry:.1f} 0 0 0 "
        f"{middle + rx:.1f} {top + tall:.1f}V{top:.1f}"
    )
    band = top + ry + tall * 0.3
    return (
        f'<path d="{side}" fill="{colour}"/>'
        f'<path d="M{middle - rx:.1f} {band:.1f}A{rx:.1f} {ry:.1f} 0 0 0 {middle + rx:.1f} '
        f"{band:.1f}v{tall * 0.3:.1f}A{rx:.1f} {ry:.1f} 0 0 1 {middle - rx:.1f} "
        f'{band + tall * 0.3:.1f}z" fill="{_shade(colour, 1.25)}" stroke="none"/>'
        f'<ellipse cx="{middle}" cy="{top:.1f}" rx="{rx:.1f}" ry="{ry:.1f}" '
        f'fill="{_shade(colour, 1.2)}"/>'
    )


def _bag(look: ItemLook, colour: str) -> str:
    _, width, height = _sides(look)
    tall = min(60.0, 44 + 24 * height)
    half = min(38.0, 24 + 16 * width)
    middle, foot = SIZE / 2, 86.0
    top = foot - tall
    return (
        f'<path d="M{middle - 12} {top}v-8a12 12 0 0 1 24 0v8" fill="none" stroke-width="3"/>'
        f'<path d="M{middle - half * 0.85:.1f} {top:.1f}h{half * 1.7:.1f}l{half * 0.15:.1f} '
        f'{tall:.1f}h{-half * 2:.1f}z" fill="{colour}"/>'
        f'<path d="M{middle - half * 0.85:.1f} {top:.1f}h{half * 1.7:.1f}l1.500 8h'
        f'{-half * 1.7 - 3:.1f}z" fill="{_shade(colour, 0.8)}"/>'
    )


def _polygon(fill: str, points: tuple[_Point, ...]) -> str:
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polygon points="{drawn}" fill="{fill}"/>'


def _add(one: _Point, other: _Point) -> _Point:
    return one[0] + other[0], one[1] + other[1]


def _times(point: _Point, by: float) -> _Point:
    return point[0] * by, point[1] * by

"""Owns the drawing of a plan of loads: a picture of each room, goods of one stop in one colour.

It refuses words of a language: it shows names, numbers and measures.
"""

from collections.abc import Iterator
from typing import Final

from api.isometric import INK, Drawn, drawing, frame, text
from controller.plan.loading import Load, Plan, Problem, Room

WIDTH: Final = 210
_MARGIN: Final = 10
_PICTURE: Final = 110
_HEAD: Final = 12
_HUES: Final = (32, 205, 130, 280, 0, 60, 170, 320)


def sheet(problem: Problem, plan: Plan) -> str:
    """An SVG as wide as A4, one room beneath the other; numbers are the order of loading."""
    rooms = {room.id: room for room in problem.rooms}
    parts: list[str] = []
    top = float(_MARGIN)
    for nth, load in enumerate(plan.loads, 1):
        parts += _load(problem, rooms[load.room], load, nth, top)
        top += _HEAD + _PICTURE + _MARGIN
    for id_, number, why in plan.unloaded:
        parts.append(text((_MARGIN, top + 3), f"{number} × {id_}: {why}", 3.4, "start"))
        top += 6
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}mm" height="{top:.0f}mm" '
        f'viewBox="0 0 {WIDTH} {top:.0f}" stroke="{INK}" stroke-width="1">'
        f'<rect width="100%" height="100%" fill="#fff" stroke="none"/>{"".join(parts)}</svg>'
    )


def _load(problem: Problem, room: Room, load: Load, nth: int, top: float) -> Iterator[str]:
    stops = {each.id: each.stop for each in problem.goods}
    goods = [
        Drawn(
            x=unit.x_mm,
            y=unit.y_mm,
            z=unit.z_mm,
            dx=unit.dx_mm,
            dy=unit.dy_mm,
            dz=unit.dz_mm,
            hue=_HUES[stops[unit.ref] % len(_HUES)],
            text=str(step),
        )
        for step, unit in enumerate(load.units, 1)
    ]
    box = " ".join(f"{number:.1f}" for number in frame(room.size))
    yield text(
        (_MARGIN, top + 3), f"{nth}. {room.id} · {len(load.units)} · {load.why}", 5, "start"
    )
    yield (
        f'<svg x="{_MARGIN}" y="{top + _HEAD:.1f}" width="{WIDTH - 2 * _MARGIN}" '
        f'height="{_PICTURE}" viewBox="{box}">{drawing(room.size, goods)}</svg>'
    )

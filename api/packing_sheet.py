"""Owns the sheet that tells a packer on paper how parcels are packed: a picture for each step.

It refuses words of a language: it shows names, numbers and measures.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from api.isometric import INK, Drawn, drawing, frame, text
from controller.messages import Block
from controller.views.stowage import Stowage
from controller.workflows.packing.stowing import Step

WIDTH: Final = 210
_COLUMNS: Final = 3
_MARGIN: Final = 10
_CELL: Final = (WIDTH - 2 * _MARGIN) / _COLUMNS
_PICTURE: Final = 52
_ROW: Final = 68
_HEAD: Final = 16
_NAME_MAX: Final = 34
_LIT: Final = 32  # orange, as on the bench's page


def sheet(parcels: Sequence[Stowage]) -> str:
    """An SVG as wide as A4, one parcel beneath the other."""
    parts: list[str] = []
    top = float(_MARGIN)
    for each in parcels:
        parts += _parcel(each, top)
        top += _HEAD + -(-max(1, len(each.steps)) // _COLUMNS) * _ROW
    height = top + _MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}mm" height="{height:.0f}mm" '
        f'viewBox="0 0 {WIDTH} {height:.0f}" stroke="{INK}" stroke-width="1">'
        f'<rect width="100%" height="100%" fill="#fff" stroke="none"/>{"".join(parts)}</svg>'
    )


def _parcel(parcel: Stowage, top: float) -> Iterator[str]:
    inner = f"{parcel.length_mm} × {parcel.width_mm} × {parcel.height_mm} mm"
    yield text((_MARGIN, top + 3), f"{parcel.carton} · {parcel.order}", 5.5, "start")
    yield text((_MARGIN, top + 9), f"{inner} · {parcel.box or parcel.parcel}", 3.6, "start")
    for nth, step in enumerate(parcel.steps):
        left = _MARGIN + nth % _COLUMNS * _CELL
        yield from _step(parcel, step, left, top + _HEAD + nth // _COLUMNS * _ROW)


def _step(parcel: Stowage, step: Step, left: float, top: float) -> Iterator[str]:
    room = (parcel.length_mm, parcel.width_mm, parcel.height_mm)
    if all(room):
        goods = [
            _drawn(block, each is step, str(each.step))
            for each in parcel.steps
            if each.step <= step.step
            for block in each.blocks
        ]
        box = " ".join(f"{number:.1f}" for number in frame(room))
        yield (
            f'<svg x="{left:.1f}" y="{top:.1f}" width="{_CELL - 4:.1f}" height="{_PICTURE}" '
            f'viewBox="{box}">{drawing(room, goods)}</svg>'
        )
    yield text(
        (left, top + _PICTURE + 4), f"{step.step}. {step.qty} × {_name(step)}", 3.4, "start"
    )
    if step.blocks:
        first = step.blocks[0]
        lies = f"{step.sku} · {first.dx} × {first.dy} mm ↑ {first.dz} mm"
        yield text((left, top + _PICTURE + 9), lies, 3, "start")


def _drawn(block: Block, lit: bool, words: str) -> Drawn:
    _, x, y, z, dx, dy, dz, nx, ny, nz = block
    hue = _LIT if lit else None
    return Drawn(x=x, y=y, z=z, dx=dx, dy=dy, dz=dz, nx=nx, ny=ny, nz=nz, hue=hue, text=words)


def _name(step: Step) -> str:
    name = step.name or step.sku
    return name if len(name) <= _NAME_MAX else f"{name[: _NAME_MAX - 1]}…"

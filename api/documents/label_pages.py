"""Owns labels as PDF: the same marks as on the label printer, on a page as large as the label."""

import io
from collections.abc import Iterable
from typing import Any, Final

from api.documents.fonts import PLAIN, ready, runs
from devices.label_marks import Bars, Mark, Rule, Words, size_of

POINTS: Final = 72 / 25.4 / 8  # of an eighth of a millimetre
LETTER: Final = 0.72  # the size of a font whose line is 1 high
BLACK: Final = "#000000"
RED: Final = "#e2001a"
FNC1: Final = "\xf1"


def page(marks: Iterable[Mark], size: str) -> bytes:
    """A PDF of one page. Raises: BadFrame for an unknown size."""
    return pages((marks,), size)


def pages(sheets: Iterable[Iterable[Mark]], size: str) -> bytes:
    """A PDF with a page for each sheet. Raises: BadFrame for an unknown size."""
    from reportlab.pdfgen.canvas import Canvas

    ready()
    width, height = size_of(size)
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(width * POINTS, height * POINTS), invariant=1)
    for marks in sheets:
        for mark in marks:
            _draw(canvas, mark, (width, height))
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _draw(canvas: Any, mark: Mark, sheet: tuple[int, int]) -> None:
    height = sheet[1]
    match mark:
        case Words():
            canvas.setFillColor(BLACK)
            line(canvas, mark, sheet)
        case Rule(x=x, y=y, width=long, thick=thick):
            below = (height - y - thick) * POINTS
            canvas.setFillColor(RED if mark.red else BLACK)
            canvas.rect(x * POINTS, below, long * POINTS, thick * POINTS, 0, 1)
        case Bars(x=x, y=y):
            symbol = bars(mark.data, mark.module * POINTS, mark.height * POINTS, gs1=mark.gs1)
            symbol.drawOn(canvas, x * POINTS, (height - y - mark.height) * POINTS)


def bars(data: str, module: float, height: float, *, gs1: bool = False) -> Any:
    """A Code 128 symbol to be drawn. Units: points."""
    from reportlab.graphics.barcode.code128 import Code128

    code = (FNC1 if gs1 else "") + data
    return Code128(code, barWidth=module, barHeight=height, quiet=0, humanReadable=0)


def line(canvas: Any, mark: Words, sheet: tuple[int, int]) -> None:
    """A line of text, pressed together where it would run over the edge."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    size = mark.height * LETTER * POINTS
    parts = runs("".join(c if c.isprintable() else " " for c in mark.value), PLAIN)
    wide = sum(stringWidth(part, font, size) for font, part in parts)
    room = (sheet[0] - mark.x - 20) * POINTS
    text = canvas.beginText(mark.x * POINTS, (sheet[1] - mark.y - mark.height * 0.8) * POINTS)
    text.setHorizScale(min(100, 100 * room / wide) if wide else 100)
    for font, part in parts:
        text.setFont(font, size)
        text.textOut(part)
    canvas.drawText(text)

"""Owns the labels of dangerous goods by class, in colour, one a page of A4.

It refuses labels of which it knows no model: whoever declares such goods has them in stock.
"""

import io
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import msgspec

from api.documents.danger_symbols import SYMBOLS
from api.documents.fonts import BOLD, PLAIN, ready
from api.documents.paper import A4, MM
from controller.forms import ClassLabels, Drawable

LINE: Final = 0.9  # of the way to a corner: 5 mm from the edge where sides have 100 mm
WHITE, BLACK, RED = "#ffffff", "#000000", "#d5281e"
ORANGE, GREEN, YELLOW, BLUE = "#f58220", "#00853f", "#ffd200", "#0072bc"
ROOT: Final = 2**0.5


class Model(NamedTuple):
    """A label: its upper and lower half, its symbol, and its figure in the lower corner.

    `stripes` cover the whole label, or its upper half alone. `said` stands in place of a symbol.
    """

    figure: str
    upper: str
    lower: str
    symbol: str = ""
    stripes: str = ""
    said: str = ""
    below: str = ""


MODELS: Final[Mapping[str, Model]] = {
    "1.4S": Model("1", ORANGE, ORANGE, said="1.4", below="S"),
    "2.1": Model("2", RED, RED, "flame"),
    "2.2": Model("2", GREEN, GREEN, "cylinder"),
    "2.3": Model("2", WHITE, WHITE, "skull"),
    "3": Model("3", RED, RED, "flame"),
    "4.1": Model("4", WHITE, WHITE, "flame", stripes="whole"),
    "4.2": Model("4", WHITE, RED, "flame"),
    "4.3": Model("4", BLUE, BLUE, "flame"),
    "5.1": Model("5.1", YELLOW, YELLOW, "flame over circle"),
    "5.2": Model("5.2", RED, YELLOW, "flame"),
    "6.1": Model("6", WHITE, WHITE, "skull"),
    "6.2": Model("6", WHITE, WHITE, "crescents"),
    "8": Model("8", WHITE, BLACK, "corrosion"),
    "9": Model("9", WHITE, WHITE, stripes="upper"),
    "9A": Model("9", WHITE, WHITE, "batteries", stripes="upper"),
}
"""Source: ADR 5.2.2.2.2, models 1.4 to 9A."""


def class_labels(drawable: Drawable) -> bytes:
    """Source: ADR 5.2.2.2.1 (a square on its corner, a line 5 mm from the edge, halves;
    small ones in proportion).
    """
    from reportlab.pdfgen.canvas import Canvas

    ready()
    data = msgspec.json.decode(drawable.data, type=ClassLabels)
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, invariant=1)
    for name in data.labels:
        _page(canvas, name, data)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _page(canvas: Any, name: str, data: ClassLabels) -> None:
    model, half = MODELS[name], data.side_mm / ROOT * MM
    canvas.saveState()
    canvas.translate(A4[0] / 2, A4[1] - 15 * MM - half)
    _label(canvas, model, half)
    canvas.restoreState()
    canvas.setFillColor(BLACK)
    canvas.setFont(PLAIN, 9)
    said = f"{data.parcel}: label {name}, sides of {data.side_mm} mm. Print at 100 %, in colour."
    canvas.drawCentredString(A4[0] / 2, A4[1] - 24 * MM - 2 * half, said)


def _label(canvas: Any, model: Model, half: float) -> None:
    line = half * LINE
    canvas.saveState()
    canvas.clipPath(_diamond(canvas, half), 0, 0)
    for colour, y in ((model.upper, 0.0), (model.lower, -half)):
        canvas.setFillColor(colour)
        canvas.rect(-half, y, 2 * half, half, 0, 1)
    if model.stripes:
        _stripes(canvas, model, half, line)
    canvas.restoreState()
    dark = model.lower == BLACK
    _edge(canvas, half, line, BLACK, WHITE if dark else BLACK)
    if model.symbol:
        _symbol(canvas, model, half)
    canvas.setFillColor(WHITE if dark else BLACK)
    if model.said:
        canvas.setFont(BOLD, half * 0.55)
        canvas.drawCentredString(0, -half * 0.04, model.said)
        canvas.setFont(BOLD, half * 0.3)
        canvas.drawCentredString(0, -half * 0.38, model.below)
    wide = len(model.figure) > 1
    size, up = half * (0.17 if wide else 0.24), -half * (0.69 if wide else 0.74)
    canvas.setFont(BOLD, size)
    canvas.drawCentredString(0, up, model.figure)
    if model.figure == "9":
        canvas.rect(-size * 0.34, up - half * 0.04, size * 0.68, half * 0.02, 0, 1)


def _stripes(canvas: Any, model: Model, half: float, line: float) -> None:
    """Seven upright ones: red over the whole label, or black over its upper half."""
    whole = model.stripes == "whole"
    canvas.clipPath(_diamond(canvas, half if whole else line), 0, 0)
    reach = half if whole else line
    step = 2 * reach / 15
    canvas.setFillColor(RED if whole else BLACK)
    for nth in range(7):
        x = -reach + step * (2 * nth + 1)
        canvas.rect(x, -half if whole else 0, step, 2 * half if whole else half, 0, 1)


def _edge(canvas: Any, half: float, line: float, above: str, below: str) -> None:
    """The outline, and the line within: coloured as the symbol is, below as the figure is."""
    canvas.setLineWidth(0.5)
    canvas.setStrokeColor(BLACK)
    canvas.drawPath(_diamond(canvas, half), 1, 0)
    canvas.setLineWidth(1.2)
    for colour, tip in ((above, line), (below, -line)):
        path = canvas.beginPath()
        path.moveTo(-line, 0)
        path.lineTo(0, tip)
        path.lineTo(line, 0)
        canvas.setStrokeColor(colour)
        canvas.drawPath(path, 1, 0)


def _symbol(canvas: Any, model: Model, half: float) -> None:
    canvas.saveState()
    below = model.stripes == "upper"
    canvas.translate(0, half * (-0.30 if below else 0.33))
    wide = half * (0.28 if below else 0.27 if model.symbol == "corrosion" else 0.36)
    canvas.scale(wide, wide)
    SYMBOLS[model.symbol](canvas, BLACK, model.upper)
    canvas.restoreState()


def _diamond(canvas: Any, half: float) -> Any:
    path = canvas.beginPath()
    path.moveTo(0, half)
    for corner in ((half, 0), (0, -half), (-half, 0)):
        path.lineTo(*corner)
    path.close()
    return path

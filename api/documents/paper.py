"""Owns what paper documents look like: page, letterhead, addresses, tables, marks of a copy.

A table flows over as many pages as it needs, with its heading on each.
"""

import base64
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from api.documents.fonts import BOLD, PLAIN, marked_up, ready
from api.documents.label_pages import bars
from controller.forms import Drawable, Party
from controller.messages import Recipient

A4: Final = (595.28, 841.89)
MM: Final = 72 / 25.4
MARGIN: Final = 15 * MM
GREY: Final = "#5f6b76"
PALE: Final = "#d5dbe0"
LOGO_PIXELS_MAX: Final = 8_000_000
LOGO_BOX: Final = (60 * MM, 22 * MM)


class Paper:
    """The parts of one document, laid down from top to bottom."""

    def __init__(
        self, drawable: Drawable, words: dict[str, str], size: tuple[float, float] = A4
    ) -> None:
        ready()
        self.drawable = drawable
        self.words = words
        self.size = size
        self.margin = MARGIN if size[0] > 300 else 4 * MM
        self.width = size[0] - 2 * self.margin
        self.parts: list[Any] = []

    def text(self, text: str, size: float = 9, *, bold: bool = False, color: str = "") -> Any:
        from reportlab.lib.styles import ParagraphStyle
        from reportlab.platypus import Paragraph

        font = BOLD if bold else PLAIN
        style = ParagraphStyle(
            "text",
            fontName=font,
            fontSize=size,
            leading=size * 1.25,
            textColor=color or "#101418",
            splitLongWords=1,
        )
        return Paragraph(marked_up(text, font), style)

    def add(self, *parts: Any) -> None:
        self.parts += parts

    def gap(self, mm: float) -> None:
        from reportlab.platypus import Spacer

        self.parts.append(Spacer(1, mm * MM))

    def side_by_side(self, left: Sequence[Any], right: Sequence[Any], share: float = 0.58) -> None:
        from reportlab.platypus import Table

        widths = [self.width * share, self.width * (1 - share)]
        table = Table([[list(left), list(right)]], colWidths=widths, hAlign="LEFT")
        table.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), *_no_padding()])
        self.parts.append(table)

    def rows(
        self,
        heading: Sequence[str],
        rows: Iterable[Sequence[str]],
        shares: Sequence[float],
        size: float = 8,
    ) -> None:
        """A table whose heading is repeated; shares below 0 stand to the right."""
        from reportlab.platypus import LongTable

        whole = sum(map(abs, shares))
        widths = [self.width * abs(share) / whole for share in shares]
        cells = [[self.text(word, size, bold=True) for word in heading]]
        cells += [[self.text(cell, size) for cell in row] for row in rows]
        for row in cells:
            for nth, share in enumerate(shares):
                if share < 0:
                    row[nth].style.alignment = 2
        table = LongTable(cells, colWidths=widths, repeatRows=1, hAlign="LEFT")
        table.setStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEBELOW", (0, 0), (-1, 0), 0.8, GREY),
                ("LINEBELOW", (0, 1), (-1, -1), 0.3, PALE),
                ("LEFTPADDING", (0, 0), (-1, -1), 2),
                ("RIGHTPADDING", (0, 0), (-1, -1), 2),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            ]
        )
        self.parts.append(table)

    def facts(self, facts: Iterable[tuple[str, str]], size: float = 9) -> list[Any]:
        """A line for each fact that is known."""
        return [self.text(f"{name}: {value}", size) for name, value in facts if value]

    def code(self, code: str, *, gs1: bool = False, height_mm: float = 12) -> Any:
        return bars(code, 0.33 * MM, height_mm * MM, gs1=gs1)

    def logo(self) -> list[Any]:
        """The logo of the shop within its box; a picture that cannot be read is left out."""
        from reportlab.platypus import Image

        raw = _readable(self.drawable.logo)
        if not raw:
            return []
        picture = Image(io.BytesIO(raw), hAlign="LEFT")
        scale = min(LOGO_BOX[0] / picture.imageWidth, LOGO_BOX[1] / picture.imageHeight, 1)
        picture.drawWidth = picture.imageWidth * scale
        picture.drawHeight = picture.imageHeight * scale
        return [picture]

    def done(self, title: str, foot: str = "") -> bytes:
        """The PDF, the same for the same parts."""
        from reportlab.platypus import SimpleDocTemplate

        file = io.BytesIO()
        document = SimpleDocTemplate(
            file,
            pagesize=self.size,
            leftMargin=self.margin,
            rightMargin=self.margin,
            topMargin=self.margin,
            bottomMargin=self.margin + (4 * MM if foot else 0),
            title=title,
            author="Pickwright",
            invariant=1,
        )
        document.build(self.parts, canvasmaker=_numbered(self._finish(foot)))
        return file.getvalue()

    def _finish(self, foot: str) -> Callable[[Any, int, int], None]:
        marks = []
        if self.drawable.voided:
            marks.append(self.words["void"])
        if self.drawable.copy > 1:
            marks.append(f"{self.words['copy']} {self.drawable.copy}")

        def finish(canvas: Any, page: int, pages: int) -> None:
            canvas.setFillColor(GREY)
            canvas.setFont(PLAIN, 7)
            if foot:
                count = f"{self.words['page']} {page} / {pages}"
                canvas.drawString(self.margin, self.margin, foot[:120])
                canvas.drawRightString(self.size[0] - self.margin, self.margin, count)
            canvas.setFont(BOLD, 12)
            right = self.size[0] - self.margin
            canvas.drawRightString(right, self.size[1] - self.margin + 2, "  ".join(marks))

        return finish


def _numbered(finish: Callable[[Any, int, int], None]) -> type[Any]:
    """A canvas that finishes its pages when it knows how many there are."""
    from reportlab.pdfgen.canvas import Canvas

    class Numbered(Canvas):  # type: ignore[misc]
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self._pages: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802
            self._pages.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for nth, page in enumerate(self._pages, 1):
                self.__dict__.update(page)
                finish(self, nth, len(self._pages))
                super().showPage()
            super().save()

    return Numbered


def _readable(logo: str) -> bytes:
    """The PNG in base64, if it is one to its last byte and of a sensible size; else nothing."""
    from PIL import Image

    try:
        raw = base64.b64decode(logo)
        picture = Image.open(io.BytesIO(raw), formats=["PNG"])
        if picture.width * picture.height > LOGO_PIXELS_MAX:
            return b""
        picture.load()
    except (ValueError, OSError, SyntaxError, Image.DecompressionBombError):
        return b""
    return raw


def _no_padding() -> list[tuple[Any, ...]]:
    sides = ("LEFTPADDING", "RIGHTPADDING", "TOPPADDING", "BOTTOMPADDING")
    return [(side, (0, 0), (-1, -1), 0) for side in sides]


def address(party: Party) -> str:
    """A sender's address, a line each."""
    town = f"{party.postcode} {party.city}".strip()
    return _stacked(party.name, party.street, town, party.country)


def recipient_of(drawable: Drawable) -> str:
    """The customer's address as far as it is known still."""
    who: Recipient = drawable.recipient
    town = f"{drawable.postcode} {who.city}".strip()
    return _stacked(who.name, who.street, town, drawable.country)


def _stacked(*lines: str) -> str:
    return "\n".join(line for line in lines if line)


def day(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d")

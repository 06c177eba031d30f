"""Owns the letters of documents: an embedded font, and others for what it does not hold.

Latin, Greek and Cyrillic letters are embedded. Chinese, Japanese and Korean ones are named, and
whoever shows or prints the page supplies them. It refuses nothing: what no font holds is a box.
"""

from functools import cache
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "letters"
PLAIN: Final = "DejaVuSans"
BOLD: Final = "DejaVuSans-Bold"
_CHINESE, _JAPANESE, _KOREAN = "STSong-Light", "HeiseiMin-W3", "HYSMyeongJo-Medium"
_RANGES: Final = (
    (0x1100, 0x11FF, _KOREAN),
    (0x2E80, 0x303F, _CHINESE),
    (0x3040, 0x30FF, _JAPANESE),
    (0x3130, 0x318F, _KOREAN),
    (0x3400, 0x9FFF, _CHINESE),
    (0xAC00, 0xD7AF, _KOREAN),
    (0xF900, 0xFAFF, _CHINESE),
    (0xFF00, 0xFFEF, _CHINESE),
)
_MISSING: Final = "\u25a1"


@cache
def ready() -> frozenset[int]:
    """Makes the fonts known once; the letters that the embedded one holds."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.ttfonts import TTFont

    for name in (PLAIN, BOLD):
        pdfmetrics.registerFont(TTFont(name, str(FOLDER / f"{name}.ttf")))
    pdfmetrics.registerFontFamily(PLAIN, normal=PLAIN, bold=BOLD, italic=PLAIN, boldItalic=BOLD)
    for name in (_CHINESE, _JAPANESE, _KOREAN):
        pdfmetrics.registerFont(UnicodeCIDFont(name))
    return frozenset(pdfmetrics.getFont(PLAIN).face.charToGlyph)


def runs(text: str, font: str = PLAIN) -> list[tuple[str, str]]:
    """The text as (font, letters) in turn."""
    known = ready()
    letters = [(_font_of(ord(letter), font, known), letter) for letter in text]
    return [
        (name or font, "".join(letter if name else _MISSING for _, letter in part))
        for name, part in groupby(letters, key=lambda each: each[0])
    ]


def _font_of(code: int, font: str, known: frozenset[int]) -> str:
    if code in known:
        return font
    return next((name for low, high, name in _RANGES if low <= code <= high), "")


def marked_up(text: str, font: str = PLAIN) -> str:
    """The text for a paragraph: harmless, its line breaks kept, each letter in its font."""
    parts = [
        escape(part, quote=False)
        if name == font
        else f'<font name="{name}">{escape(part, quote=False)}</font>'
        for name, part in _lines_kept(text, font)
    ]
    return "".join(parts).replace("\n", "<br/>")


def _lines_kept(text: str, font: str) -> list[tuple[str, str]]:
    clean = "\n".join(text.splitlines())
    out: list[tuple[str, str]] = []
    for nth, line in enumerate(clean.split("\n")):
        out += ([(font, "\n")] if nth else []) + runs(line, font)
    return out

"""Owns the marks of dangerous goods: limited quantities and small lithium batteries, on a sheet.

They come out as labels of their own beside the parcel's, so that no barcode is touched: in full
size on large packages, one mark a sheet, else smaller on one. Hatching is red where the paper has
colours. It refuses marks without anything to mark.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from devices.driver import BadFrame, read_job
from devices.label_marks import Mark, Rule, Text200, Words, size_of

ALONE_DIAGONAL: Final = 720  # a side of 63 mm
SHARED_DIAGONAL: Final = 572  # a side of 50 mm, the least
SIDE: Final = 800  # 100 mm
EDGE: Final = 23  # 2 mm across a line that rises at 45 degrees
FRAME: Final = 40  # 5 mm of hatching
BATTERY_WIDTH: Final = 800
BATTERY_HEIGHTS: Final = (800, 560)  # alone on the sheet, and below the other mark
FLAME: Final = (4, 10, 16, 24, 32, 40, 46, 50, 52, 50, 44, 34, 20)
Number = Annotated[str, Meta(pattern=r"\AUN[0-9]{4}\Z")]


class Marks(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`lithium` are the UN numbers of small batteries, `phone` is for who wants to know more.

    `large`: the package has room for marks of full size.
    """

    limited: bool = False
    large: bool = False
    lithium: Annotated[tuple[Number, ...], Meta(max_length=4)] = ()
    phone: Text200 = ""


def danger_sheets(marks: Mapping[str, Any], size: str) -> list[list[Mark]]:
    """The marks, sheet by sheet.

    Raises: BadFrame naming the field that is missing or unknown, or where there is no mark.
    Source: ADR 3.4.7.1 and 3.4.7.2 (sides of 100 mm, a line of 2 mm; where the size of the package
    so requires not under 50 mm), 5.2.1.9.2 (100 x 100 mm, where the package so requires 100 x 70
    mm; hatching of 5 mm, red); IATA DGR (digits of 12 mm).
    """
    data = read_job(dict(marks), Marks)
    if not (data.limited or data.lithium):
        raise BadFrame("marks field 'limited' is no, and 'lithium' names no UN number")
    width, _ = size_of(size)
    if data.large:
        left = (width - SIDE) // 2
        sheets = [[*_square(left)]] if data.limited else []
        if data.lithium:
            sheets.append([*_battery(left, 20, SIDE), *_said(data, width // 2, 20 + SIDE // 2)])
        return sheets
    found: list[Mark] = []
    top = 20
    if data.limited:
        diagonal = SHARED_DIAGONAL if data.lithium else ALONE_DIAGONAL
        found += _diamond(width // 2, top + diagonal // 2, diagonal // 2)
        top += diagonal + 20
    if data.lithium:
        tall = BATTERY_HEIGHTS[data.limited]
        found += _battery((width - BATTERY_WIDTH) // 2, top, tall)
        found += _said(data, width // 2, top + tall // 2)
    return [found]


def _square(x: int) -> Iterator[Mark]:
    """The mark of limited quantities in full size: the sheet is put on by its corner."""
    for row in range(0, SIDE, 4):
        if row < 16 or row >= SIDE - 16:
            yield Rule(x, 20 + row, SIDE, 4)
        else:
            yield Rule(x, 20 + row, max(16, SIDE // 2 - row), 4)
            right = max(16, row - SIDE // 2)
            yield Rule(x + SIDE - right, 20 + row, right, 4)
    yield Words(x + 20, 860, 40, "TURN: BLACK CORNERS ABOVE AND BELOW")


def _diamond(x: int, y: int, half: int) -> Iterator[Mark]:
    """A square on its corner, its upper and lower corner black."""
    for row in range(-half + 4, half, 4):
        reach = half - abs(row)
        if abs(row) > half // 2:
            yield Rule(x - reach, y + row, 2 * reach, 4)
        else:
            yield Rule(x - reach, y + row, EDGE, 4)
            yield Rule(x + reach - EDGE, y + row, EDGE, 4)


def _battery(x: int, y: int, tall: int) -> Iterator[Mark]:
    """A hatched frame, and in it batteries, one of which burns."""
    for row in range(0, tall, 8):
        whole = row < FRAME or row >= tall - FRAME
        spans = ((0, BATTERY_WIDTH),) if whole else ((0, FRAME), (760, BATTERY_WIDTH))
        for start in range(-(row % 32), BATTERY_WIDTH, 32):
            for least, most in spans:
                left, right = max(start, least), min(start + 16, most)
                if left < right:
                    yield Rule(x + left, y + row, right - left, 8, red=True)
    top = y + tall // 2 - 100
    for nth in range(3):
        yield from _cell(x + 230 + 125 * nth, top)
    for nth, wide in enumerate(FLAME):
        yield Rule(x + 400 - wide // 2, top - 80 + 5 * nth, wide, 5)


def _cell(x: int, y: int) -> Iterator[Mark]:
    yield Rule(x + 30, y - 12, 30, 12)
    yield Rule(x, y, 90, 6)
    yield Rule(x, y + 114, 90, 6)
    yield Rule(x, y, 6, 120)
    yield Rule(x + 84, y, 6, 120)


def _said(data: Marks, x: int, y: int) -> Iterator[Mark]:
    """The UN numbers below the picture, two in a line, and the telephone number."""
    pairs = [data.lithium[nth : nth + 2] for nth in range(0, len(data.lithium), 2)]
    height = 100 if len(pairs) == 1 else 96
    for nth, pair in enumerate(pairs):
        words = "  ".join(pair)
        yield Words(x - 24 * len(words), y + 30 + nth * height, height, words)
    if data.phone:
        y += 34 + len(pairs) * height
        yield Words(x - 9 * len(data.phone[:40]), y, 36, data.phone[:40])

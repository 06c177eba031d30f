"""Owns the layout of labels: label data in, marks on a sheet out, whatever prints them.

One layout serves the label printer and the paper, so the two agree. A length is an eighth of a
millimetre, which is a dot at 203 dpi. It refuses codes that cannot be printed at a scannable
width, and sizes that it does not know.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from devices.driver import BadFrame, read_job

SIZES: Final[Mapping[str, tuple[int, int]]] = {
    "4x6in": (812, 1_218),
    "100x150mm": (800, 1_200),
    "A6": (840, 1_184),
}
MODULES: Final = (4, 3, 2)  # widest first; under two eighths scanners fail
_QUIET: Final = 72  # a quiet zone of ten modules on both sides, and the edge

Text200 = Annotated[str, Meta(max_length=200)]
Lines = Annotated[tuple[Text200, ...], Meta(max_length=6)]
Sscc = Annotated[str, Meta(pattern=r"\A([0-9]{18})?\Z")]
Gtin = Annotated[str, Meta(pattern=r"\A([0-9]{14})?\Z")]
Day = Annotated[str, Meta(pattern=r"\A([0-9]{6})?\Z")]
Batch = Annotated[str, Meta(max_length=20)]
Count = Annotated[int, Meta(ge=0, le=99_999_999)]


class Label(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`sscc` has 18 digits; `tracking` is the carrier's barcode, `parcel` our own plate.

    `hazards` are the UN numbers and marks of dangerous goods in it, `piece` is which
    parcel of its order it is, as in 1 of 3.
    """

    to: Annotated[Lines, Meta(min_length=1)]
    sender: Lines = ()
    sscc: Sscc = ""
    tracking: Text200 = ""
    parcel: Text200 = ""
    order: Text200 = ""
    carrier: Text200 = ""
    service: Text200 = ""
    lane: Text200 = ""
    mass_g: Annotated[int, Meta(ge=0)] = 0
    hazards: Annotated[tuple[Text200, ...], Meta(max_length=4)] = ()
    piece: Text200 = ""


class Pallet(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A logistic unit: what is not known of its content stays empty. `use_by` is YYMMDD."""

    to: Annotated[Lines, Meta(min_length=1)]
    sscc: Annotated[Sscc, Meta(min_length=18)]
    sender: Lines = ()
    content: Text200 = ""
    gtin: Gtin = ""
    count: Count = 0
    use_by: Day = ""
    batch: Batch = ""
    lane: Text200 = ""
    mass_g: Annotated[int, Meta(ge=0)] = 0


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text of this height, its left upper corner at (x, y)."""

    x: int
    y: int
    height: int
    value: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A black bar, its left upper corner at (x, y); `red` where paper has colours."""

    x: int
    y: int
    width: int
    thick: int = 3
    red: bool = False


@dataclass(frozen=True, slots=True)
class Bars:
    """A Code 128 symbol; with `gs1` its data are element strings, parted by GS."""

    x: int
    y: int
    height: int
    module: int
    data: str
    gs1: bool = False


Mark = Words | Rule | Bars


def size_of(name: str) -> tuple[int, int]:
    """Raises: BadFrame naming the sizes that there are."""
    if name not in SIZES:
        raise BadFrame(f"label size {name!r} is unknown: there are {', '.join(SIZES)}")
    return SIZES[name]


def parcel_marks(label: Mapping[str, Any], size: str) -> list[Mark]:
    """The marks of a parcel's label.

    Raises: BadFrame naming the field that is missing, unknown or cannot be printed.
    """
    data = read_job(dict(label), Label)
    width, height = size_of(size)
    return [
        _words(40, 30, 44, f"{data.carrier} {data.service}".strip(), 24),
        _words(520, 24, 48, data.lane, 12),
        *_lines(40, 92, 24, data.sender),
        *(_words(520, 92 + 36 * nth, 34, each, 14) for nth, each in enumerate(data.hazards)),
        Rule(30, 250, width - 60),
        *_lines(60, 275, 40, data.to),
        Rule(30, 535, width - 60),
        *_tracking(data.tracking, width),
        Rule(30, 800, width - 60),
        _words(
            40, 818, 30, f"{data.order}  {data.mass_g / 1000:.3f} kg  {data.piece}".strip(), 44
        ),
        *_plate(data, width, height),
    ]


def pallet_marks(pallet: Mapping[str, Any], size: str) -> list[Mark]:
    """The marks of a logistic label: who, what, and at the bottom the SSCC.

    Raises: BadFrame naming the field that is missing, unknown or cannot be printed.
    Source: GS1 Logistic Label Guideline; GS1 General Specifications, AI (02) (37) (17) (10).
    """
    data = read_job(dict(pallet), Pallet)
    width, height = size_of(size)
    return [
        *_lines(40, 30, 30, data.sender),
        _words(520, 24, 48, data.lane, 12),
        Rule(30, 170, width - 60),
        *_lines(60, 190, 38, data.to),
        Rule(30, 420, width - 60),
        _words(40, 436, 30, data.content, 44),
        *_content(data, width),
        Rule(30, height - 398, width - 60),
        *_sscc(data.sscc, height - 380, 280, width),
    ]


def _words(x: int, y: int, height: int, value: str, chars_max: int) -> Words:
    return Words(x, y, height, value[:chars_max])


def _lines(x: int, y: int, height: int, lines: Lines) -> list[Mark]:
    return [
        _words(x, y + row * (height + 2), height, line, 1_400 // height)
        for row, line in enumerate(lines)
    ]


def _tracking(tracking: str, width: int) -> list[Mark]:
    if not tracking:
        return []
    return [
        _bars((50, 555), 190, tracking, "tracking", width),
        _words(50, 757, 32, tracking, 44),
    ]


def _plate(data: Label, width: int, height: int) -> list[Mark]:
    """The barcode that our own scanners read: the SSCC where there is one, else the plate."""
    bars = height - 938
    if data.sscc:
        return _sscc(data.sscc, 865, bars, width)
    if data.parcel:
        plate = _bars((50, 865), bars, data.parcel, "parcel", width)
        return [plate, _words(50, 880 + bars, 36, data.parcel, 40)]
    return []


def _sscc(sscc: str, y: int, height: int, width: int) -> list[Mark]:
    if sscc[17] != check_digit(sscc[:17]):
        raise BadFrame(f"label field 'sscc' has a wrong check digit: {sscc}")
    module = _module(11, "sscc", width)
    return [
        Bars(50, y, height, module, f"00{sscc}", gs1=True),
        _words(50, y + height + 15, 36, f"(00) {sscc}", 40),
    ]


def _content(data: Pallet, width: int) -> list[Mark]:
    """Two symbols at most: what and how many, then use-by date and batch, as far as known."""
    marks: list[Mark] = []
    y = 480
    known = (
        (("02", data.gtin), ("37", str(data.count) if data.gtin and data.count else "")),
        (("17", data.use_by), ("10", data.batch)),
    )
    for pairs in known:
        parts = [(ai, value) for ai, value in pairs if value]
        if parts:
            text = "".join(ai + value for ai, value in parts)  # fixed lengths come first
            _check_code(text, "batch")
            module = _module(len(text) + 1, "batch", width)
            marks.append(Bars(50, y, 110, module, text, gs1=True))
            shown = " ".join(f"({ai}) {value}" for ai, value in parts)
            marks.append(_words(50, y + 118, 26, shown, 54))
            y += 155
    return marks


def _bars(at: tuple[int, int], height: int, code: str, name: str, width: int) -> Bars:
    _check_code(code, name)
    pairs = code.isdigit() and len(code) % 2 == 0
    module = _module(len(code) // 2 if pairs else len(code), name, width)
    return Bars(*at, height, module, code)


def _check_code(code: str, name: str) -> None:
    if not code.isascii() or not code.isprintable():
        raise BadFrame(f"label field {name!r} is no printable ASCII: {code!r}")


def _module(symbols: int, name: str, width: int) -> int:
    """The widest module in which so many symbols fit."""
    modules = 11 * (symbols + 2) + 13  # start and check symbol, then the stop pattern
    for module in MODULES:
        if modules * module <= width - _QUIET:
            return module
    raise BadFrame(f"label field {name!r} is too long for a scannable barcode")


def check_digit(digits: str) -> str:
    """The GS1 check digit that follows `digits`."""
    total = 3 * sum(map(int, digits[::-2])) + sum(map(int, digits[-2::-2]))
    return str(-total % 10)

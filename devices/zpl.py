"""Owns ZPL II: the marks of a label in, its text for a printer of 203, 300 or 600 dpi out.

Text from shops and customers is hostile: what could be read as a ZPL command or as a control
character is written as `^FH` hex, so any label is exactly one `^XA` .. `^XZ`. ZPL that a carrier
sends is checked: it refuses what is not one or more formats, and commands that reach beyond the
label: everything with `~` or a control character, and all but what draws (no download, no stored
form). Settings that belong to the printer are left out of it. What a format sets stays with many
printers, so that each job begins with the settings that it means.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from devices.danger_marks import danger_sheets
from devices.driver import BadFrame
from devices.label_marks import Bars, Mark, Rule, Words, pallet_marks, parcel_marks, size_of

DPI: Final[Mapping[int, int]] = {203: 8, 300: 12, 600: 24}  # dots per millimetre
DOTS_MAX: Final = 10  # of a module, by ^BY
LABELS_MAX: Final = 10  # of a carrier, for one parcel

_UNSAFE: Final = [*range(0x20), *map(ord, "^~\\_"), *range(0x7F, 0xA0), 0x2028, 0x2029]
_HEX: Final = {
    code: "".join(f"_{byte:02X}" for byte in chr(code).encode("utf-8")) for code in _UNSAFE
}
_FORMATS: Final = re.compile(r"\s*+(?>\^XA.*?\^XZ\s*)++", re.DOTALL)  # atomic: in linear time
_COMMAND: Final = re.compile(r"\^([^^~]{0,2})([^^~]*)", re.DOTALL)
# What draws and places; all of ^A and ^B are fonts and barcodes.
_DRAWS: Final = re.compile(
    r"[AB].?|C[FI]|F[BCDEHMOPRSTVWX]|G[BCDEFS]|L[HLR]|P[FMOQW]|S[FN]|TB|X[ABZ]",
    re.IGNORECASE | re.DOTALL,
)
# What the printer knows better: its media, its darkness and speed, where the label begins.
_SETS: Final = re.compile(r"L[ST]|M[CDFMNTU]|PR", re.IGNORECASE)
_OTHERWISE: Final = re.compile(
    r"MCN|MU(?!D?$).*", re.IGNORECASE | re.DOTALL
)  # draws another label
_CONTROL: Final = re.compile(r"[\x00-\x08\x0B\x0C\x0E-\x1C\x1E\x1F\x7F]")
# Upright, not mirrored, not reversed, fields unturned, from the corner, in UTF-8, and with the
# font and the bars that a printer wakes up with.
START: Final = "^PON^PMN^LRN^FWN^LH0,0^CI28^CFA,9,5^BY2,3,10"


def parcel_label(label: Mapping[str, Any], size: str = "4x6in", dpi: int = 203) -> str:
    """The ZPL of a parcel's label.

    Raises: BadFrame naming the field that is missing, unknown or cannot be printed.
    Source: ZPL II Programming Guide (^BC, ^FH, ^CI28); GS1 General Specifications, AI (00).
    """
    return draw(parcel_marks(label, size), size, dpi)


def pallet_label(pallet: Mapping[str, Any], size: str = "4x6in", dpi: int = 203) -> str:
    """The ZPL of a logistic label. Raises: BadFrame as for `parcel_label`."""
    return draw(pallet_marks(pallet, size), size, dpi)


def mark_label(marks: Mapping[str, Any], size: str = "4x6in", dpi: int = 203) -> str:
    """The ZPL of the marks of dangerous goods. Raises: BadFrame as for `parcel_label`."""
    return "\n".join(draw(each, size, dpi) for each in danger_sheets(marks, size))


def draw(marks: Iterable[Mark], size: str, dpi: int) -> str:
    """One format with these marks. Raises: BadFrame for a size or density that is unknown."""
    head = opening(size, dpi)
    return "\n".join([head, *(_field(mark, DPI[dpi]) for mark in marks), "^XZ"])


def opening(size: str, dpi: int) -> str:
    """How every job begins: nothing is left of the label before. Raises: BadFrame as `draw`."""
    width, height = dots_of(size, dpi)
    return f"^XA{START}^PW{width}^LL{height}"


def dots_of(size: str, dpi: int) -> tuple[int, int]:
    """Width and height of a label in dots. Raises: BadFrame as `draw`."""
    if dpi not in DPI:
        raise BadFrame(f"{dpi} dpi is unknown: there are {', '.join(map(str, DPI))}")
    width, height = size_of(size)
    return width * DPI[dpi] // 8, height * DPI[dpi] // 8


def _field(mark: Mark, per_mm: int) -> str:
    x, y = mark.x * per_mm // 8, mark.y * per_mm // 8
    match mark:
        case Words(height=height, value=value):
            size = height * per_mm // 8
            return f"^FO{x},{y}^A0N,{size},{size}^FH^FD{escaped(value)}^FS"
        case Rule():
            width, thick = mark.width * per_mm // 8, mark.thick * per_mm // 8
            return f"^FO{x},{y}^GB{width},{thick},{min(width, thick)}^FS"
    return _bars(mark, x, y, per_mm)


def _bars(mark: Bars, x: int, y: int, per_mm: int) -> str:
    height = mark.height * per_mm // 8
    module = min(mark.module * per_mm // 8, DOTS_MAX)
    data = _symbols(mark)
    return f"^FO{x},{y}^BY{module},3,{height}^BCN,{height},N,N,N,N^FH^FD{data}^FS"


def _symbols(mark: Bars) -> str:
    """Field data of `^BC` in mode N: the code set, then FNC1 for GS1, then the data."""
    code = mark.data
    start = ">;" if code.isdigit() and len(code) % 2 == 0 else ">:"
    body = code.replace(">", ">0") if start == ">:" else code
    return f"{start}{'>8' if mark.gs1 else ''}{escaped(body)}"


def escaped(value: str) -> str:
    """`value` as field data under `^FH` and `^CI28`: commands and control characters in hex."""
    return value.encode("utf-8", "replace").decode("utf-8").translate(_HEX)


def of_carrier(zpl: str, size: str = "4x6in", dpi: int = 203) -> str:
    """The label as a carrier sent it, after a look at what it would do to the printer.

    Raises: BadFrame naming the command that is not let through; as `draw`.
    Source: ZPL II Programming Guide (RS and DLE stand for ^ and ~; ^MC, ^MN, ^PO and others stay).
    """
    if not _FORMATS.fullmatch(zpl):
        raise BadFrame("the carrier's label is no ZPL: it is not ^XA .. ^XZ")
    found = _CONTROL.search(zpl)
    if found or "~" in zpl:
        sign = found[0] if found else "~"
        raise BadFrame(f"the carrier's label holds a command to the printer: {_at(zpl, sign)!r}")
    labels = zpl.upper().count("^XA")
    for name, rest in _COMMAND.findall(zpl):
        if _OTHERWISE.fullmatch(name + rest.strip()):
            raise BadFrame(f"the carrier's label holds ^{name}{rest}, which is not let through")
        if not (_DRAWS.fullmatch(name) or _SETS.fullmatch(name)):
            raise BadFrame(f"the carrier's label holds ^{name}, which is not let through")
        if name.upper() == "PQ":
            labels += _copies(rest) - 1
    if labels > LABELS_MAX:
        raise BadFrame(f"the carrier's label is {labels} labels: {LABELS_MAX} at most")
    drawn = _COMMAND.sub(lambda each: "" if _SETS.fullmatch(each[1]) else each[0], zpl)
    head = opening(size, dpi)
    return drawn if drawn.startswith(head) else drawn.replace("^XA", head, 1)


def _copies(rest: str) -> int:
    told = rest.partition(",")[0].strip() or "1"
    if not (told.isascii() and told.isdecimal()):
        raise BadFrame(f"the carrier's label asks for {told[:20]!r} copies")
    return max(1, int(told[:9]))


def _at(text: str, sign: str) -> str:
    return text[text.index(sign) :][:8]

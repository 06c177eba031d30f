"""Owns the form of a parcel label: label data in, ZPL II text for 4 x 6 inch at 8 dots/mm out.

Text from shops and customers is hostile: what could be read as a ZPL command or as a control
character is written as `^FH` hex, so any label is exactly one `^XA` .. `^XZ`. It refuses codes
that cannot be printed at a scannable width.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from devices.driver import BadFrame, read_job

WIDTH_DOTS: Final = 812
HEIGHT_DOTS: Final = 1_218
CODE_DOTS_MAX: Final = 740  # leaves a quiet zone of ten modules on both sides
MODULE_DOTS: Final = (4, 3, 2)  # widest first; under two dots scanners fail

_UNSAFE: Final = [*range(0x20), *map(ord, "^~\\_"), *range(0x7F, 0xA0), 0x2028, 0x2029]
_HEX: Final = {
    code: "".join(f"_{byte:02X}" for byte in chr(code).encode("utf-8")) for code in _UNSAFE
}
Line = Annotated[str, Meta(max_length=200)]
Lines = Annotated[tuple[Line, ...], Meta(max_length=6)]


class Label(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`sscc` has 18 digits; `tracking` is the carrier's barcode, `parcel` our own plate."""

    to: Annotated[Lines, Meta(min_length=1)]
    sender: Lines = ()
    sscc: Annotated[str, Meta(pattern=r"\A([0-9]{18})?\Z")] = ""
    tracking: Line = ""
    parcel: Line = ""
    order: Line = ""
    carrier: Line = ""
    service: Line = ""
    lane: Line = ""
    mass_g: Annotated[int, Meta(ge=0)] = 0


def parcel_label(label: Mapping[str, Any]) -> str:
    """The ZPL of one label.

    Raises: BadFrame naming the field that is missing, unknown or cannot be printed.
    Source: ZPL II Programming Guide (^BC, ^FH, ^CI28); GS1 General Specifications, AI (00).
    """
    data = read_job(dict(label), Label)
    fields = [
        "^XA^CI28^LH0,0",
        f"^PW{WIDTH_DOTS}^LL{HEIGHT_DOTS}",
        text(40, 30, 44, f"{data.carrier} {data.service}".strip(), 24),
        text(520, 24, 48, data.lane, 12),
        *_lines(40, 92, 24, data.sender),
        "^FO30,250^GB752,3,3^FS",
        *_lines(60, 275, 40, data.to),
        "^FO30,535^GB752,3,3^FS",
        *_tracking(data.tracking),
        "^FO30,800^GB752,3,3^FS",
        text(40, 818, 30, f"{data.order}  {data.mass_g / 1000:.3f} kg", 44),
        *_plate(data),
        "^XZ",
    ]
    return "\n".join(fields)


def text(x: int, y: int, height: int, value: str, chars_max: int) -> str:
    """One line of text, cut at `chars_max`. Units: dots."""
    return f"^FO{x},{y}^A0N,{height},{height}^FH^FD{escaped(value[:chars_max])}^FS"


def escaped(value: str) -> str:
    """`value` as field data under `^FH` and `^CI28`: commands and control characters in hex."""
    return value.encode("utf-8", "replace").decode("utf-8").translate(_HEX)


def code_128(x: int, y: int, height: int, code: str, name: str) -> str:
    """A Code 128 symbol of printable ASCII in the widest module that fits. Units: dots.

    Raises: BadFrame naming the field `name`.
    """
    if not code.isascii() or not code.isprintable():
        raise BadFrame(f"label field {name!r} is no printable ASCII: {code!r}")
    pairs = code.isdigit() and len(code) % 2 == 0
    symbols = len(code) // 2 if pairs else len(code)
    start, body = (">;", code) if pairs else (">:", code.replace(">", ">0"))
    return _bars(x, y, height, symbols, f"{start}{escaped(body)}", name)


def gs1_sscc(x: int, y: int, height: int, sscc: str) -> str:
    """A GS1-128 symbol of AI (00). Raises: BadFrame when the check digit is wrong."""
    if sscc[17] != check_digit(sscc[:17]):
        raise BadFrame(f"label field 'sscc' has a wrong check digit: {sscc}")
    return _bars(x, y, height, 11, f">;>800{sscc}", "sscc")


def check_digit(digits: str) -> str:
    """The GS1 check digit that follows `digits`."""
    total = 3 * sum(map(int, digits[::-2])) + sum(map(int, digits[-2::-2]))
    return str(-total % 10)


def _bars(x: int, y: int, height: int, symbols: int, data: str, name: str) -> str:
    modules = 11 * (symbols + 2) + 13  # start and check symbol, then the stop pattern
    fitting = [dots for dots in MODULE_DOTS if modules * dots <= CODE_DOTS_MAX]
    if not fitting:
        raise BadFrame(f"label field {name!r} is too long for a scannable barcode")
    return f"^FO{x},{y}^BY{fitting[0]},3,{height}^BCN,{height},N,N,N,N^FH^FD{data}^FS"


def _lines(x: int, y: int, height: int, lines: Lines) -> list[str]:
    return [
        text(x, y + row * (height + 2), height, line, 1_400 // height)
        for row, line in enumerate(lines)
    ]


def _tracking(tracking: str) -> list[str]:
    if not tracking:
        return []
    return [code_128(50, 555, 190, tracking, "tracking"), text(50, 757, 32, tracking, 44)]


def _plate(data: Label) -> list[str]:
    """The barcode that our own scanners read: the SSCC where there is one, else the plate."""
    if data.sscc:
        return [gs1_sscc(50, 865, 280, data.sscc), text(50, 1160, 36, f"(00) {data.sscc}", 40)]
    if data.parcel:
        plate = code_128(50, 865, 280, data.parcel, "parcel")
        return [plate, text(50, 1160, 36, data.parcel, 40)]
    return []

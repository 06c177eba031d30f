"""Owns what a scan can be: GTIN, SSCC, lot, serial, expiry, printed command, number or text.

Pure: text in, frozen data out. Refuses to know which item, place or worker a code belongs to;
`Reading.code` is what the site's table of barcodes is asked for, and `read(x).code` is also how
a code is normalised before it is stored there.
"""

import re
from dataclasses import dataclass

from controller.barcodes.check_digits import (
    GTIN_LENGTHS,
    check_digit,
    gtin14,
    has_valid_check_digit,
    is_digits,
    make_sscc,
    upc_a,
)
from controller.barcodes.elements import (
    GS,
    Elements,
    from_brackets,
    from_link,
    from_string,
    starts_bracketed,
)
from controller.barcodes.rules import iso_date

__all__ = [
    "COMMANDS",
    "Reading",
    "check_digit",
    "gtin14",
    "has_valid_check_digit",
    "make_sscc",
    "read",
]

COMMANDS = (
    "UNDO",
    "SHORT",
    "FULL",
    "SKIP",
    "PRINT",
    "DAMAGED",
    "DONE",
    "EMPTY",
    "NEXT",
    "HOME",
    "TOO_SMALL",
    "TOO_LARGE",
    "OTHER_REASON",
    "MEASURE",
    "CUSTOMER",
    "NEIGHBOUR",
    "SAFE_PLACE",
    "NOT_HOME",
    "REFUSED",
    "LATER",
    "BREAK",
)

_CODES = {spelling: name for name in COMMANDS for spelling in (name, f"CMD:{name}")}
_FRAME = " \t\r\n\x02\x03"  # what serial lines and keyboard wedges put around a scan
_LENGTH_MAX = 1_000
_NUMBER_DIGITS_MAX = 6
_AIM = re.compile(r"\]?([A-Za-z][0-9A-F])")
_GS1_AIMS = frozenset({"C1", "e0", "e1", "e2", "d2", "Q3", "J1"})
_SEPARATORS = str.maketrans("|~^", GS * 3)  # what wedges type for FNC1; no element holds them
_ISO_15434 = str.maketrans("", "", "\x04\x1c\x1d\x1e\x1f")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one scan can be.

    `kind` is gtin, sscc, command, number, text, gs1 (elements without GTIN or SSCC) or invalid.
    `gtin` of an sscc or gs1 is that of its content. `expiry` is ISO text of use-by, else best
    before. `warning` is "", "fnc1_dropped", or for an invalid scan "reason:thing", reason being
    one of empty, too_long, unreadable_character, unknown_command, bad_check_digit, bad_date,
    bad_value, unknown_ai, two_values.
    """

    raw: str
    code: str
    kind: str
    gtin: str = ""
    sscc: str = ""
    lot: str = ""
    serial: str = ""
    expiry: str = ""
    count: int | None = None
    elements: tuple[tuple[str, str], ...] = ()
    warning: str = ""


def read(raw: str, symbology: str = "") -> Reading:
    """What a scan can be; `symbology` is its AIM identifier where `raw` does not begin with it.

    Differs: a scan without GS1 identifier and separator is an element string only when it starts
    with an SSCC or GTIN element whose check digit fits, and never when it has a GTIN's length.
    """
    text = raw.strip(_FRAME)
    if text[:1] == "]" and _AIM.match(text):
        symbology, text = text[:3], text[3:].strip(_FRAME)
    match = _AIM.fullmatch(symbology) if symbology else None
    aim = match[1] if match else ""
    fault = _unreadable(text)
    if fault:
        return Reading(raw=raw, code="", kind="invalid", warning=fault)
    if aim not in _GS1_AIMS and (plain := _plain(raw, text, aim)):
        return plain
    try:
        return _gs1(raw, text, aim) or Reading(raw=raw, code=text, kind="text")
    except ValueError as error:
        return Reading(raw=raw, code=text, kind="invalid", warning=str(error))


def _plain(raw: str, text: str, aim: str) -> Reading | None:
    """What a scan is when it is digits alone or a printed command; None leaves it open."""
    if is_digits(text):
        if len(text) <= _NUMBER_DIGITS_MAX:
            return Reading(raw=raw, code=text, kind="number")
        if len(text) in GTIN_LENGTHS:
            return _trade_item(raw, text, aim)
        if aim[:1] == "E" and len(text) in (15, 18):  # an EAN-13 with a magazine's add-on
            return _trade_item(raw, text[:13], aim)
        if len(text) == 18 or (len(text) == 20 and text.startswith("00")):
            return _logistic_unit(raw, text[-18:], aim)
        return None
    command = text.upper()
    if command in _CODES:
        return Reading(raw=raw, code=_CODES[command], kind="command")
    if command.startswith("CMD:"):
        return Reading(raw=raw, code=text, kind="invalid", warning=f"unknown_command:{text[4:]}")
    return None


def _trade_item(raw: str, text: str, aim: str) -> Reading:
    spellings = (upc_a(text), text) if aim == "E0" else (text, upc_a(text))
    for digits in spellings:
        if has_valid_check_digit(digits):
            gtin = digits.zfill(14)
            return Reading(raw=raw, code=gtin, kind="gtin", gtin=gtin)
    return _misread(raw, text, aim, "GTIN")


def _logistic_unit(raw: str, text: str, aim: str) -> Reading:
    if has_valid_check_digit(text):
        return Reading(raw=raw, code=text, kind="sscc", sscc=text)
    return _misread(raw, text, aim, "SSCC")


def _misread(raw: str, text: str, aim: str, key: str) -> Reading:
    """Digits of a key's length whose check digit does not fit.

    They are plain text where the symbol is known to be one that proves itself and promises no
    GTIN (Code 128, Code 39, 2D), so a house may print order numbers of any length there.
    """
    if aim and aim[0] not in "EI":
        return Reading(raw=raw, code=text, kind="text")
    return Reading(raw=raw, code=text, kind="invalid", warning=f"bad_check_digit:{key} {text}")


def _unreadable(text: str) -> str:
    if not text:
        return "empty:"
    if len(text) > _LENGTH_MAX:
        return f"too_long:{len(text)} characters"
    if text.isprintable() or text.translate(_ISO_15434).isprintable():
        return ""
    odd = next(mark for mark in text.translate(_ISO_15434) if not mark.isprintable())
    return f"unreadable_character:U+{ord(odd):04X}"


def _gs1(raw: str, text: str, aim: str) -> Reading | None:
    """The reading of GS1 elements in any spelling; None for text that holds none."""
    if starts_bracketed(text):
        return _of_elements(raw, from_brackets(text))
    if text[:4].lower() == "http":
        elements = from_link(text)
        return _of_elements(raw, elements) if elements else None
    if aim in _GS1_AIMS or (GS in text and text.lstrip(GS)[:1].isdigit()):
        return _of_string(raw, text)
    if text.startswith(("00", "01", "02")):
        try:
            return _of_string(raw, text)
        except ValueError:
            return None
    return None


def _of_string(raw: str, text: str) -> Reading:
    elements, dropped = from_string(text.translate(_SEPARATORS))
    if dropped:
        return _of_elements(raw, elements, whole=text, warning="fnc1_dropped")
    return _of_elements(raw, elements)


def _of_elements(raw: str, elements: Elements, whole: str = "", warning: str = "") -> Reading:
    values = dict(elements)
    sscc = values.get("00", "")
    item = values.get("01") or values.get("03", "")
    expiry = values.get("17") or values.get("7003") or values.get("15")
    count = values.get("37") or values.get("30")
    return Reading(
        raw=raw,
        code=sscc or item or whole or "".join(ai + value for ai, value in elements),
        kind="sscc" if sscc else "gtin" if item else "gs1",
        gtin=item or values.get("02", ""),
        sscc=sscc,
        lot=values.get("10", ""),
        serial=values.get("21", ""),
        expiry=iso_date(expiry) if expiry else "",
        count=int(count) if count else None,
        elements=elements,
        warning=warning,
    )

"""Owns what a cell of an imported file must look like: how its text becomes a value.

Each reader turns the text of a cell into a value, or raises ValueError that says what to write.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from iso3166 import countries_by_alpha2

from controller import barcodes
from controller.units import DAY, HOUR, MINUTE

TEXT_MAX = 200
YES, NO = frozenset(("yes", "y", "true", "1")), frozenset(("no", "n", "false", "0"))
_TIME: Final = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")


def text(cell: str) -> str:
    """Any text; a formula stays the text that it is."""
    if not cell:
        raise ValueError("is empty; write a text")
    if len(cell) > TEXT_MAX:
        raise ValueError(f"has {len(cell)} characters; write at most {TEXT_MAX}")
    if not cell.isprintable():
        raise ValueError("has a control character or a line break; write one plain line")
    return cell


def code(cell: str) -> str:
    """A name that is scanned or typed: text without spaces."""
    if any(letter.isspace() for letter in text(cell)):
        raise ValueError("has a space; write a code without spaces")
    return cell


def place_name(cell: str) -> str:
    if code(cell).startswith("~"):
        raise ValueError("starts with ~, which marks virtual places; write another name")
    return cell


def shop(cell: str) -> str:
    if "/" in code(cell):
        raise ValueError("has a slash, which parts shop and order; write a name without")
    return cell


def whole(least: int, most: int, unit: str = "") -> Callable[[str], int]:
    """A whole number within limits."""

    def read(cell: str) -> int:
        fix = f"write a whole number{unit and ' of '}{unit} from {least} to {most}, digits only"
        if not (cell.removeprefix("-").isascii() and cell.removeprefix("-").isdigit()):
            raise ValueError(f"is no whole number; {fix}")
        if len(cell) > 18 or not least <= int(cell) <= most:
            raise ValueError(f"is out of range; {fix}")
        return int(cell)

    return read


def yes_or_no(cell: str) -> bool:
    if cell.lower() in YES | NO:
        return cell.lower() in YES
    raise ValueError("is neither yes nor no; write yes or no")


def one_of(*words: str) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if cell in words:
            return cell
        raise ValueError(f"is unknown; write one of {', '.join(words)}")

    return read


def shaped(shape: str, fix: str) -> Callable[[str], str]:
    """A code of a known shape."""

    def read(cell: str) -> str:
        if re.fullmatch(shape, cell):
            return cell
        raise ValueError(f"is no such code; write {fix}")

    return read


def country(cell: str) -> str:
    code = cell.upper()
    if code in countries_by_alpha2:
        return code
    meant = {"UK": "GB", "EL": "GR"}.get(code, "two letters like GB")
    raise ValueError(f"is no country; write {meant} (ISO 3166)")


def date_ms(cell: str) -> int:
    """Midnight UTC of a date, in epoch milliseconds."""
    try:
        day = datetime.strptime(cell, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as error:
        raise ValueError("is no date; write a date like 2026-01-31") from error
    return int(day.timestamp()) * 1_000


def time_ms(cell: str) -> int:
    """A time in UTC, in epoch milliseconds."""
    try:
        at = datetime.strptime(cell, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
    except ValueError as error:
        raise ValueError("is no time; write one in UTC like 2026-01-31 09:00") from error
    return int(at.timestamp()) * 1_000


def clock_ms(cell: str) -> int:
    """A time of day, in milliseconds after midnight."""
    found = _TIME.fullmatch(cell)
    if found is None or (found[1] == "24" and found[2] != "00"):
        raise ValueError("is no time of day; write a time like 17:30")
    return int(found[1]) * HOUR + int(found[2]) * MINUTE


def countries(cell: str) -> tuple[str, ...]:
    """Countries parted by spaces; * is every one."""
    return tuple(part if part == "*" else country(part) for part in cell.split())


def degrees_e6(most: int) -> Callable[[str], int]:
    """Degrees as maps tell them, in micro-degrees."""

    def read(cell: str) -> int:
        fix = f"write degrees from -{most} to {most} with a point, like 53.96"
        if not re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,12})?", cell):
            raise ValueError(f"is no position; {fix}")
        found = round(float(cell) * 1_000_000)
        if abs(found) > most * 1_000_000:
            raise ValueError(f"is out of range; {fix}")
        return found

    return read


def day_ms(cell: str) -> int:
    """The last moment of a date in UTC, in epoch milliseconds."""
    return date_ms(cell) + DAY - 1


def packs(cell: str) -> tuple[tuple[str, int], ...]:
    """Barcodes of an item, with the units of one scan: `9521234567899 19521234567896:12`."""
    return tuple(_pack(part) for part in cell.split())


def _pack(part: str) -> tuple[str, int]:
    scanned, _, units = part.partition(":")
    reading = barcodes.read(scanned)
    if reading.kind == "invalid":
        reason = reading.warning.partition(":")[0].replace("_", " ")
        raise ValueError(f"holds the barcode {scanned} ({reason}); correct its digits")
    try:
        return scanned, whole(1, 100_000)(units or "1")
    except ValueError as error:
        raise ValueError(f"holds {part}; write barcode:units, like {scanned}:12") from error


def codes(cell: str) -> tuple[str, ...]:
    """Names parted by spaces, each once."""
    found = tuple(code(part) for part in cell.split())
    twice = next((each for each in found if found.count(each) > 1), None)
    if twice is not None:
        raise ValueError(f"holds {twice} twice; keep one")
    return found


def tiers(cell: str) -> tuple[tuple[int, int], ...]:
    """Parcels and the discount from there on in percent: `500:3 2000:6.5`."""
    return tuple(_tier(part) for part in cell.split())


def _tier(part: str) -> tuple[int, int]:
    start, _, percent = part.partition(":")
    before, _, after = percent.partition(".")
    if not (start.isdecimal() and before.isdecimal() and len(after) <= 2):
        raise ValueError(f"holds {part}; write parcels:percent, like 500:3 or 2000:6.5")
    return int(start), int(before) * 100 + int(after.ljust(2, "0") or "0")


def rooms(cell: str) -> tuple[tuple[str, int], ...]:
    """Pickups and the parcels that each takes: `EVENING:400`."""
    return tuple(_room(part) for part in cell.split())


def _room(part: str) -> tuple[str, int]:
    pickup, _, most = part.rpartition(":")
    if not (pickup and most.isdecimal()):
        raise ValueError(f"holds {part}; write pickup:parcels, like EVENING:400")
    return pickup, int(most)

"""Owns what a cell of a rate card says: how its text becomes a value, and a value its text.

Decimals are read as they stand, never through floats. Refuses commas and signs of currency.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from api.cells import clock_ms, code, codes, countries, country, one_of, text, whole, yes_or_no
from controller.plan.dangers import carrying
from controller.units import HOUR, MINUTE

_EPOCH: Final = date(1970, 1, 1)
_DECIMAL: Final = re.compile(r"(-?)(\d{1,12})(?:\.(\d+))?")
_COMMA: Final = re.compile(r"-?\d{1,12},\d{1,4}")
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Kind:
    """`read` raises ValueError with the fix; `literal` cells must be text in a workbook.

    `blank` stands for a value that cannot be read, while the others are looked at.
    """

    read: Callable[[str], Any]
    show: Callable[[Any], str]
    literal: bool = False
    blank: Any = 0


def _decimal(places: int, what: str) -> Callable[[str], int]:
    def read(cell: str) -> int:
        if _COMMA.fullmatch(cell):
            raise ValueError(f"has a decimal comma; write {cell.replace(',', '.')}")
        found = _DECIMAL.fullmatch(cell)
        if found is None:
            raise ValueError(f"is no {what}; write digits, and a point before decimals")
        sign, digits, decimals = found[1], found[2], found[3] or ""
        if len(decimals.rstrip("0")) > places:
            raise ValueError(f"has more than {places} decimals; round this {what}")
        number = int(digits + decimals[:places].ljust(places, "0"))
        return -number if sign else number

    return read


def _shown(places: int) -> Callable[[int], str]:
    def show(value: int) -> str:
        sign, digits = "-" * (value < 0), str(abs(value)).rjust(places + 1, "0")
        decimals = digits[-places:].rstrip("0") if places else ""
        return f"{sign}{digits[:-places]}{'.' if decimals else ''}{decimals}"

    return show


def _percent(cell: str) -> int:
    return _decimal(4, "percentage")(cell.removesuffix("%").rstrip())


def _day(cell: str) -> int:
    try:
        return (date.fromisoformat(cell) - _EPOCH).days
    except ValueError as error:
        raise ValueError("is no date; write a date like 2026-01-31") from error


def _times(cell: str) -> tuple[int, ...]:
    parts = cell.split()
    if len(parts) not in (1, 7):
        raise ValueError("write one time for every day, or seven from Monday on, - for none")
    times = tuple(-1 if part == "-" else clock_ms(part) for part in parts)
    return times * 7 if len(times) == 1 else times


def _weekdays(cell: str) -> tuple[int, ...]:
    for part in cell.lower().split():
        if part not in WEEKDAYS:
            raise ValueError(f"holds {part}; write days out of {' '.join(WEEKDAYS)}")
    return tuple(sorted({WEEKDAYS.index(part) for part in cell.lower().split()}))


def _dangers(cell: str) -> tuple[str, ...]:
    words = tuple(cell.split()) if cell != "-" else ()
    wrong = carrying.unknown(words)
    if wrong:
        raise ValueError(f"holds {wrong}; write words out of {' '.join(carrying.WORDS)}, or -")
    return words


def _land(cell: str) -> str:
    return cell if cell == "*" else country(cell)


def _currency(cell: str) -> str:
    if re.fullmatch("[A-Za-z]{3}", cell):
        return cell.upper()
    raise ValueError("is no currency; write three letters like EUR (ISO 4217)")


def _clock(value: int) -> str:
    return "-" if value < 0 else f"{value // HOUR:02}:{value % HOUR // MINUTE:02}"


def _same(value: Any) -> str:
    return str(value)


CODE: Final = Kind(code, _same, blank="")
TEXT: Final = Kind(text, _same, blank="")
POSTCODES: Final = Kind(text, _same, literal=True, blank="")
LAND: Final = Kind(_land, _same, blank="")
LANDS: Final = Kind(countries, " ".join)
DANGERS: Final = Kind(_dangers, lambda value: " ".join(value) or "-")
CURRENCY: Final = Kind(_currency, _same, blank="")
MONEY: Final = Kind(_decimal(2, "amount"), _shown(2))
MASS: Final = Kind(_decimal(3, "mass"), _shown(3))
RATE: Final = Kind(_decimal(6, "exchange rate"), _shown(6))
PERCENT: Final = Kind(_percent, _shown(4))
WHOLE: Final = Kind(whole(0, 1_000_000_000), _same)
DIVISOR: Final = Kind(whole(-1, 1_000_000), _same)
DAY: Final = Kind(_day, lambda value: (_EPOCH + timedelta(days=value)).isoformat())
TIME: Final = Kind(clock_ms, _clock)
TIMES: Final = Kind(_times, lambda value: " ".join(map(_clock, value)))
WEEK: Final = Kind(_weekdays, lambda value: " ".join(WEEKDAYS[each] for each in value))
FLAG: Final = Kind(yes_or_no, lambda value: "yes" if value else "no")
CODES: Final = Kind(codes, " ".join)
MASS_UNIT: Final = Kind(one_of("g", "kg", "oz", "lb"), _same)
LENGTH_UNIT: Final = Kind(one_of("cm", "in"), _same)
PER: Final = Kind(one_of("piece", "shipment"), _same)

"""Owns the columns of every file that can be imported: what a cell must look like.

A column turns the text of a cell into a value, or says in words what to write instead.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from iso3166 import countries_by_alpha2

from api.csv_rows import Header
from controller import barcodes
from controller.units import DAY

TEXT_MAX = 200
YES, NO = frozenset(("yes", "y", "true", "1")), frozenset(("no", "n", "false", "0"))


@dataclass(frozen=True, slots=True)
class Column:
    """`read` raises ValueError with the fix; `default` None makes the column required."""

    name: str
    read: Callable[[str], Any]
    example: str
    default: Any = None

    @property
    def required(self) -> bool:
        return self.default is None


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


QTY = whole(1, 1_000_000, "units")
SIDE = whole(1, 10_000, "mm")
PLACE_KINDS = (
    *("pick", "reserve", "dock", "bench", "buffer", "lane", "belt", "returns", "put_back"),
    *("wall", "hand_over", "supplies"),
)
WAY_KINDS = ("aisle", "cross", "lift", "stairs")
STATUSES = ("available", "quarantine", "damaged")

CARTON = (
    Column("code", code, "BOX-S"),
    Column("length_mm", SIDE, "300"),
    Column("width_mm", SIDE, "200"),
    Column("height_mm", SIDE, "150"),
    Column("tare_g", whole(0, 100_000, "grams"), "120"),
    Column("mass_max_g", whole(1, 1_000_000, "grams"), "15000"),
    Column("cost_cents", whole(0, 1_000_000_000, "cents"), "45"),
)
"""What is said of a carton wherever one is described."""

COLUMNS: Mapping[str, tuple[Column, ...]] = MappingProxyType(
    {
        "items": (
            Column("sku", code, "MUG-RED"),
            Column("name", text, "Red mug, 300 ml"),
            Column("length_mm", SIDE, "120"),
            Column("width_mm", SIDE, "90"),
            Column("height_mm", SIDE, "100"),
            Column("mass_g", whole(1, 1_000_000, "grams"), "340"),
            Column("barcodes", packs, "9521234567899 19521234567896:12", ()),
            Column("upright", yes_or_no, "no", False),
            Column("fragile", yes_or_no, "yes", False),
            Column("lot_tracked", yes_or_no, "no", False),
            Column("storage", code, "", ""),
            Column("goods", code, "", ""),
            Column("flat", yes_or_no, "no", False),
            Column("hazardous", yes_or_no, "no", False),
            Column("own_carton", yes_or_no, "no", False),
            Column("load_max_g", whole(-1, 1_000_000, "grams"), "-1", -1),
            Column("hs_code", shaped("[0-9]{6,12}", "6 to 12 digits"), "691200", ""),
            Column("origin_country", country, "PT", ""),
            Column("customs_words", text, "Ceramic mug", ""),
            Column("un_number", shaped("UN[0-9]{4}", "UN and four digits, like UN3481"), "", ""),
            Column("limited_quantity", yes_or_no, "no", False),
        ),
        "places": (
            Column("name", place_name, "A01-03-2"),
            Column("kind", one_of(*PLACE_KINDS), "pick"),
            Column("aisle", whole(0, 10_000), "1", 0),
            Column("block", whole(0, 100), "0", 0),
            Column("y_mm", whole(0, 10_000_000, "mm"), "4500", 0),
            Column("volume_ml", whole(0, 1_000_000_000, "ml"), "60000", 0),
            Column("mass_max_g", whole(0, 1_000_000_000, "grams"), "200000", 0),
            Column("height_mm", whole(0, 50_000, "mm"), "1100", 0),
            Column("storage", code, "", ""),
            Column("way", code, "", ""),
            Column("zone", code, "", ""),
        ),
        "cartons": (
            *CARTON,
            Column("outer_length_mm", whole(0, 10_000, "mm"), "306", 0),
            Column("outer_width_mm", whole(0, 10_000, "mm"), "206", 0),
            Column("outer_height_mm", whole(0, 10_000, "mm"), "160", 0),
            Column("flexible", yes_or_no, "no", False),
        ),
        "carton-rules": (
            Column("kind", one_of("channel", "carrier"), "channel"),
            Column("name", shop, "web"),
            Column("cartons", codes, "BOX-S", ()),
        ),
        "contracts": (
            Column("carrier", text, "Albion Parcels"),
            Column("period", one_of("day", "week", "month"), "day", "day"),
            Column("tiers", tiers, "500:3 2000:6.5", ()),
            Column("parcels_min", whole(0, 100_000_000, "parcels"), "0", 0),
            Column("missing_cents", whole(0, 100_000_000, "cents"), "0", 0),
            Column("daily_max", whole(0, 100_000_000, "parcels"), "0", 0),
            Column("pickups", rooms, "EVENING:400", ()),
        ),
        "preferences": (
            Column("name", text, "ALBION-NEXT-DAY"),
            Column("shop", shop, "web", ""),
            Column("penalty_cents", whole(0, 100_000_000, "cents"), "50", 0),
            Column("barred", yes_or_no, "no", False),
        ),
        "stock": (
            Column("sku", code, "MUG-RED"),
            Column("place", place_name, "A01-03-2"),
            Column("qty", QTY, "48"),
            Column("lot", code, "", ""),
            Column("expiry", date_ms, "", 0),
            Column("owner", code, "", ""),
            Column("status", one_of(*STATUSES), "available", "available"),
            Column("face", yes_or_no, "yes", False),
            Column("face_max", whole(0, 1_000_000, "units"), "60", 0),
        ),
        "orders": (
            Column("order", code, "1001"),
            Column("sku", code, "MUG-RED"),
            Column("qty", whole(1, 100_000, "units"), "2"),
            Column("price_cents", whole(0, 1_000_000_000, "cents"), "795", 0),
            Column("shop", shop, "web", "web"),
            Column("country", country, "GB", "GB"),
            Column("postcode", text, "SW1A 1AA", ""),
            Column("name", text, "Ada Example", ""),
            Column("street", text, "1 Example Road", ""),
            Column("city", text, "London", ""),
            Column("phone", text, "", ""),
            Column("email", text, "", ""),
            Column("priority", whole(0, 9), "0", 0),
            Column("arrive_by", day_ms, "", 0),
            Column("service", text, "", ""),
        ),
        "postcodes": (
            Column("country", country, "GB"),
            Column("code", text, "YO1 7HH"),
            Column("latitude", degrees_e6(90), "53.962"),
            Column("longitude", degrees_e6(180), "-1.0819"),
        ),
        "van-ways": (
            Column("origin", text, "HUB"),
            Column("target", text, "YO1 7HH"),
            Column("distance_m", whole(0, 10_000_000, "metres"), "4200"),
            Column("duration_s", whole(0, 1_000_000, "seconds"), "540"),
        ),
        "deliveries": (
            Column("order", code, "web/1001"),
            Column("latitude", degrees_e6(90), "53.962", 0),
            Column("longitude", degrees_e6(180), "-1.0819", 0),
            Column("from", time_ms, "2026-01-31 09:00", 0),
            Column("until", time_ms, "2026-01-31 12:00", 0),
            Column("skill", code, "", ""),
            Column("note", text, "second floor", ""),
        ),
    }
)


FLOOR: Mapping[str, tuple[Column, ...]] = MappingProxyType(
    {
        "places": COLUMNS["places"],
        "points": (
            Column("name", code, "A1"),
            Column("x_mm", whole(-10_000_000, 10_000_000, "mm"), "3500", 0),
            Column("y_mm", whole(-10_000_000, 10_000_000, "mm"), "0", 0),
            Column("level", whole(-100, 100), "0", 0),
        ),
        "ways": (
            Column("name", code, "A"),
            Column("start", code, "A1"),
            Column("end", code, "A2"),
            Column("length_mm", whole(0, 10_000_000, "mm"), "20000", 0),
            Column("kind", one_of(*WAY_KINDS), "aisle", "aisle"),
            Column("one_way", yes_or_no, "no", False),
            Column("zone", code, "", ""),
            Column("pace_percent", whole(10, 10_000), "100", 100),
            Column("seconds", whole(0, 86_400, "seconds"), "0", 0),
        ),
    }
)
"""The files that a layout section of a site file may name."""


def header_of(columns: Sequence[Column]) -> Header:
    return Header(
        required=[each.name for each in columns if each.required],
        optional=[each.name for each in columns if not each.required],
    )


def template(kind: str) -> str:
    """A file of this kind with its header and one line as an example."""
    cells = (
        f'"{each.example}"' if "," in each.example else each.example for each in COLUMNS[kind]
    )
    return f"{','.join(each.name for each in COLUMNS[kind])}\n{','.join(cells)}\n"

"""Owns the columns of every file that can be imported, and the example that shows them.

A column turns the text of a cell into a value, or says in words what to write instead.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from api.cells import (
    clock_ms,
    code,
    codes,
    countries,
    country,
    date_ms,
    day_ms,
    degrees_e6,
    one_of,
    packs,
    place_name,
    rooms,
    shaped,
    shop,
    text,
    tiers,
    time_ms,
    whole,
    yes_or_no,
)
from api.csv_rows import Header
from controller.plan.dangers.goods import CLASSES
from controller.units import HOUR


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


QTY = whole(1, 1_000_000, "units")
SIDE = whole(1, 10_000, "mm")
UNITS = whole(0, 1_000_000, "units")
CENTS = whole(0, 1_000_000, "cents")
NODE_KINDS = ("warehouse", "store", "partner")
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

DANGER = (
    Column("un_number", shaped("UN[0-9]{4}", "UN and four digits, like UN3481"), "", ""),
    Column("danger_class", one_of(*CLASSES), "", ""),
    Column("packing_group", one_of("I", "II", "III"), "", ""),
    Column("shipping_name", text, "", ""),
    Column("lithium", one_of("alone", "packed_with", "contained_in"), "", ""),
    Column("lithium_cell", yes_or_no, "no", False),
    Column("watt_hours", whole(0, 1_000_000, "Wh"), "0", 0),
    Column("lithium_mg", whole(0, 100_000_000, "mg"), "0", 0),
    Column("limited_quantity", yes_or_no, "no", False),
    Column("inner_max", whole(0, 5_000), "0", 0),
    Column("net_g", whole(0, 1_000_000, "grams"), "0", 0),
    Column("net_ml", whole(0, 1_000_000, "ml"), "0", 0),
)
"""What is said of dangerous goods; without a UN number nothing."""

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
            *DANGER,
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
        "nodes": (
            Column("code", place_name, "LEEDS"),
            Column("name", text, "Store Leeds", ""),
            Column("kind", one_of(*NODE_KINDS), "store", "warehouse"),
            Column("country", country, "GB", ""),
            Column("postcode", text, "LS1 4AP", ""),
            Column("latitude", degrees_e6(90), "53.797", 0),
            Column("longitude", degrees_e6(180), "-1.546", 0),
            Column("parcels_max", UNITS, "40", 0),
            Column("safety_units", UNITS, "2", 0),
            Column("handling_cents", CENTS, "150", 0),
            Column("unit_cents", CENTS, "0", 0),
            Column("cutoff", clock_ms, "16:00", 16 * HOUR),
            Column("days", shaped("[1-7]{1,7}", "days as digits, 1 is Monday"), "12345", "123456"),
            Column("hours", text, "Mon-Sat 9-18", ""),
            Column("countries", countries, "GB", ("*",)),
            Column("services", codes, "", ()),
            Column("collects", yes_or_no, "yes", False),
            Column("active", yes_or_no, "yes", True),
        ),
        "node-stock": (
            Column("node", code, "LEEDS"),
            Column("sku", code, "MUG-RED"),
            Column("qty", UNITS, "12"),
            Column("owner", code, "", ""),
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

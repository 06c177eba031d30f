"""Owns the sheets of a rate card and their columns, and the card that stands as the example."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from api.csv_rows import Header
from api.rate_cards import cells
from api.rate_cards.cells import Kind
from controller.messages import Holiday, RateCard, ShippingService
from controller.messages.rates import (
    AreaRow,
    FuelRow,
    RateRow,
    SizeRow,
    Surcharge,
    TermRow,
    TierRow,
    TransitRow,
    ZoneRow,
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A column and the field it fills; without a `default` it must be there."""

    column: str
    field: str
    kind: Kind
    default: Any = None
    about: str = ""

    @property
    def blank(self) -> Any:
        """What stands for a value that cannot be read."""
        return self.kind.blank if self.default is None else self.default


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of one shape; a sheet that is `needed` has at least one."""

    row: type[Any]
    columns: tuple[Cell, ...]
    needed: bool = False

    @property
    def header(self) -> Header:
        return Header(
            required=[each.column for each in self.columns if each.default is None],
            optional=[each.column for each in self.columns if each.default is not None],
        )


_SERVICE: Final = Cell("service", "service", cells.CODE, about="its code")
_OF_SERVICE: Final = Cell("service", "service", cells.CODE, "", "empty: every service")
_ZONE: Final = Cell("zone", "zone", cells.CODE, "")

_CARD: Final = (
    Cell("code", "code", cells.CODE, about="the name of this card"),
    Cell("carrier", "carrier", cells.TEXT),
    Cell("currency", "currency", cells.CURRENCY, about="of all amounts"),
    Cell("from", "from_day", cells.DAY, about="the first day"),
    Cell("until", "until_day", cells.DAY, 0, "the last day; empty: without end"),
    Cell("owner", "owner", cells.CODE, "", "of the goods; empty: everybody"),
    Cell("exchange", "exchange_ppm", cells.RATE, 0, "what 1 is in the site's currency"),
    Cell("mass_unit", "mass_unit", cells.MASS_UNIT, "kg"),
    Cell("length_unit", "length_unit", cells.LENGTH_UNIT, "cm"),
    Cell("divisor", "divisor", cells.WHOLE, 0, "cm3 per kg or in3 per lb; 0: real mass"),
    Cell("round_sides", "round_sides", cells.FLAG, False, "each side up to the cm or inch"),
    Cell("dimensional_over", "dimensional_over", cells.WHOLE, 0, "from this volume on"),
    Cell("step", "step", cells.MASS, 0, "billed mass is rounded up to it"),
)
_SERVICES: Final = (
    Cell("code", "code", cells.CODE),
    Cell("countries", "countries", cells.LANDS, ("*",), "two letters each; *: all"),
    Cell("transit_days", "transit_days", cells.WHOLE, about="where sheet transit is silent"),
    Cell("mass_max_g", "mass_max_g", cells.WHOLE),
    Cell("girth_max_mm", "girth_max_mm", cells.WHOLE, about="length plus girth"),
    Cell("mass_min_g", "mass_min_g", cells.WHOLE, 0),
    Cell("length_max_mm", "length_max_mm", cells.WHOLE, 0, "longest side; 0: any"),
    Cell("width_max_mm", "width_max_mm", cells.WHOLE, 0),
    Cell("height_max_mm", "height_max_mm", cells.WHOLE, 0),
    Cell("length_min_mm", "length_min_mm", cells.WHOLE, 0),
    Cell("width_min_mm", "width_min_mm", cells.WHOLE, 0),
    Cell("base_cents", "base_cents", cells.WHOLE, 0, "a price without a card"),
    Cell("per_kg_cents", "per_kg_cents", cells.WHOLE, 0),
    Cell("divisor_cm3_per_kg", "divisor_cm3_per_kg", cells.WHOLE, 0),
    Cell("lane", "lane", cells.CODE, ""),
    Cell("capacity", "capacity", cells.WHOLE, 0, "parcels a day; 0: any"),
    Cell("pickup", "pickup", cells.CODE, "", "services with the same share a vehicle"),
    Cell("pickups", "pickups_ms", cells.TIMES, (), "times, Monday to Sunday; -: none"),
    Cell("delivery_days", "delivery_days", cells.WEEK, (), "mon tue ...; empty: every day"),
    Cell("arrives_by", "arrives_by_ms", cells.TIME, 72_000_000),
    Cell("hazardous", "hazardous", cells.FLAG, True, "takes hazardous goods"),
    Cell("dangers", "dangers", cells.DANGERS, ("*",), "LQ 2.1 3 UN3481 ...; *: all, -: none"),
    Cell("po_box", "po_box", cells.FLAG, True),
    Cell("insured_max", "insured_max_cents", cells.MONEY, 0, "site's currency; 0: any"),
    Cell("pieces_max", "pieces_max", cells.WHOLE, 0, "parcels of one shipment; 0: one"),
    Cell("per", "per", cells.PER, "piece", "the base is for each piece, or the shipment"),
)
_SURCHARGES: Final = (
    Cell("code", "code", cells.CODE),
    Cell("name", "name", cells.TEXT, ""),
    _OF_SERVICE,
    Cell("amount", "cents", cells.MONEY, 0),
    Cell("percent", "base_ppm", cells.PERCENT, 0, "of the base"),
    Cell("per_unit", "unit_cents", cells.MONEY, 0, "per started kg, lb ... billed"),
    Cell("value_percent", "value_ppm", cells.PERCENT, 0, "of the value above value_over"),
    Cell("minimum", "least_cents", cells.MONEY, 0),
    Cell("group", "group", cells.CODE, "", "of a group the dearest applies"),
    Cell("fuel", "fuel", cells.FLAG, False, "fuel is charged on it"),
    Cell("active", "active", cells.FLAG, True),
    Cell("residential", "residential", cells.FLAG, False, "yes: for these only"),
    Cell("hazardous", "hazardous", cells.FLAG, False),
    Cell("po_box", "po_box", cells.FLAG, False),
    Cell("country", "country", cells.LAND, ""),
    _ZONE,
    Cell("area", "area", cells.CODE, "", "of sheet areas"),
    Cell("mass_over_g", "mass_over_g", cells.WHOLE, 0),
    Cell("longest_over_mm", "longest_over_mm", cells.WHOLE, 0),
    Cell("second_over_mm", "second_over_mm", cells.WHOLE, 0),
    Cell("girth_over_mm", "girth_over_mm", cells.WHOLE, 0),
    Cell("value_over", "value_over_cents", cells.MONEY, 0),
    Cell("from", "from_day", cells.DAY, 0),
    Cell("until", "until_day", cells.DAY, 0),
)

SHEETS: Final[Mapping[str, Sheet]] = MappingProxyType(
    {
        "card": Sheet(RateCard, _CARD, needed=True),
        "services": Sheet(ShippingService, _SERVICES),
        "zones": Sheet(
            ZoneRow,
            (
                Cell("zone", "zone", cells.CODE),
                Cell("country", "country", cells.LAND, about="*: every other one"),
                Cell("postcodes", "postcodes", cells.POSTCODES, "", "AB1, 010-045, or all"),
                Cell("origin_country", "origin_country", cells.LAND, ""),
                Cell("origin_postcodes", "origin_postcodes", cells.POSTCODES, ""),
                _OF_SERVICE,
            ),
        ),
        "rates": Sheet(
            RateRow,
            (
                _SERVICE,
                _ZONE,
                Cell("size", "size", cells.CODE, "", "of sheet sizes"),
                Cell("mass_over", "mass_over", cells.MASS, 0, "in the card's mass_unit"),
                Cell("mass_to", "mass_to", cells.MASS, 0, "empty: without end"),
                Cell("price", "price_cents", cells.MONEY),
                Cell("step", "step", cells.MASS, 0, "each started one above mass_over"),
                Cell("step_price", "step_cents", cells.MONEY, 0, "costs so much more"),
            ),
            needed=True,
        ),
        "sizes": Sheet(
            SizeRow,
            (
                Cell("size", "size", cells.CODE),
                Cell("length_mm", "length_mm", cells.WHOLE, about="longest side"),
                Cell("width_mm", "width_mm", cells.WHOLE),
                Cell("height_mm", "height_mm", cells.WHOLE),
                Cell("girth_mm", "girth_mm", cells.WHOLE, 0),
            ),
        ),
        "transit": Sheet(TransitRow, (_SERVICE, _ZONE, Cell("days", "days", cells.WHOLE))),
        "areas": Sheet(
            AreaRow,
            (
                Cell("area", "area", cells.CODE),
                Cell("country", "country", cells.LAND),
                Cell("postcodes", "postcodes", cells.POSTCODES, ""),
            ),
        ),
        "surcharges": Sheet(Surcharge, _SURCHARGES),
        "fuel": Sheet(
            FuelRow,
            (
                Cell("from", "from_day", cells.DAY),
                Cell("percent", "ppm", cells.PERCENT),
                _OF_SERVICE,
            ),
        ),
        "terms": Sheet(
            TermRow,
            (
                _SERVICE,
                Cell("discount", "discount_ppm", cells.PERCENT, 0, "percent off the price"),
                Cell("minimum", "least_cents", cells.MONEY, 0, "the base is at least"),
                Cell("divisor", "divisor", cells.DIVISOR, -1, "-1: the card's; 0: none"),
            ),
        ),
        "tiers": Sheet(
            TierRow,
            (
                Cell("parcels_min", "parcels_min", cells.WHOLE),
                Cell("discount", "discount_ppm", cells.PERCENT, about="percent off the base"),
            ),
        ),
        "holidays": Sheet(
            Holiday,
            (
                Cell("country", "country", cells.LAND),
                Cell("day", "day", cells.DAY),
                Cell("name", "name", cells.TEXT, ""),
            ),
        ),
    }
)

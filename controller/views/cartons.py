"""Owns the look at carton types: what they measure, how many are where, who takes them."""

from dataclasses import dataclass

from controller.store import Db
from controller.views.catalogue import site
from controller.workflows.packing import supplying

_TYPES = (
    "SELECT t.*, COALESCE(f.percent, 100) AS fill_percent FROM carton_type t "
    "LEFT JOIN carton_fill f ON f.carton = t.code ORDER BY t.code"
)
_SUPPLY = "SELECT * FROM carton_supply ORDER BY carton, place"
_STOCK = (
    "SELECT s.sku, CASE WHEN s.container <> '' THEN s.container ELSE s.place END AS place, "
    "CAST(SUM(s.qty) AS BIGINT) AS units FROM stock s JOIN carton_supply c ON c.carton = s.sku "
    "AND c.place = '' WHERE substr(s.place, 1, 1) <> '~' AND s.status = 'available' "
    "GROUP BY s.sku, CASE WHEN s.container <> '' THEN s.container ELSE s.place END "
    "ORDER BY s.sku, place"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CartonPlace:
    """`units` stand there; with fewer than `units_min` it is refilled to `units_max`."""

    place: str
    units: int
    units_min: int = 0
    units_max: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CartonRow:
    """`on_hand` -1: nobody counts them. `left` of them no planned parcel takes.

    `reorder_at`: so few left in the house raise an alarm. Shops and carriers that are named take
    it, with others that no rule is about.
    """

    code: str
    length_mm: int
    width_mm: int
    height_mm: int
    outer_length_mm: int
    outer_width_mm: int
    outer_height_mm: int
    tare_g: int
    mass_max_g: int
    cost_cents: int
    flexible: bool
    fill_percent: int
    on_hand: int
    left: int
    reorder_at: int
    places: tuple[CartonPlace, ...]
    channels: tuple[str, ...]
    carriers: tuple[str, ...]


def cartons(db: Db) -> tuple[CartonRow, ...]:
    """Every carton type."""
    settings = site(db)
    there: dict[str, dict[str, CartonPlace]] = {}
    for row in db.all(_STOCK):
        of = there.setdefault(row.sku, {})
        of[row.place] = CartonPlace(place=row.place, units=int(row.units))
    lows: dict[str, int] = {}
    for row in db.all(_SUPPLY):
        if not row.place:
            lows[row.carton] = row.units_min or (settings.cartons_min if settings else 0)
            continue
        of = there.setdefault(row.carton, {})
        units = of[row.place].units if row.place in of else 0
        of[row.place] = CartonPlace(
            place=row.place, units=units, units_min=row.units_min, units_max=row.units_max
        )
    left = supplying.left(db)
    channels = settings.channel_cartons if settings else ()
    carriers = settings.carrier_cartons if settings else ()
    same = (
        *("code", "length_mm", "width_mm", "height_mm", "tare_g", "mass_max_g", "cost_cents"),
        *("outer_length_mm", "outer_width_mm", "outer_height_mm", "fill_percent"),
    )
    return tuple(
        CartonRow(
            **{name: getattr(row, name) for name in same},
            flexible=bool(row.flexible),
            on_hand=sum(each.units for each in there.get(row.code, {}).values())
            if row.code in lows
            else -1,
            left=left.get(row.code, -1),
            reorder_at=lows.get(row.code, 0),
            places=tuple(there.get(row.code, {}).values()),
            channels=tuple(name for name, codes in channels if row.code in codes),
            carriers=tuple(name for name, codes in carriers if row.code in codes),
        )
        for row in db.all(_TYPES)
    )

"""What slotting is given: goods with their pick faces, spots that may hold them, tours walked.

Owns which spot may hold which goods. Refuses goods without a spot of their own, two goods at one
spot, and tours through goods that are not given.
"""

from dataclasses import dataclass
from functools import cached_property

from controller.plan.graphs.graph import Graph, check_on_graph
from controller.plan.walks.rectangle import Layout, Stop, check_stops


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """A SKU with its pick face: what a full face takes, and the units that lie there now.

    `storage` is what it must be kept as (frozen, hazard, ...); "" is anything usual.
    """

    sku: str
    place: str
    face_ml: int
    unit_mass_g: int
    face_units: int = 1
    units: int = 1
    storage: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place to pick from; 0 for volume, mass or height means that nobody has said."""

    name: str
    stop: Stop
    volume_ml: int = 0
    mass_max_g: int = 0
    height_mm: int = 0
    storage: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """One tour of the past: the SKUs that it visited, and stops that stay where they are."""

    skus: tuple[str, ...]
    stops: tuple[Stop, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What reaching and moving cost; heights above the floor, times for each visit or move.

    Source: bending and arising are 29.0 + 31.9 units of 36 ms in MTM-1.
    """

    golden_mm: tuple[int, int] = (700, 1_400)
    step_mm: int = 1_900
    heavy_g: int = 10_000
    bend_ms: int = 2_200
    stretch_ms: int = 1_400
    step_ms: int = 9_000
    walk_mm_s: int = 1_200
    move_ms: int = 60_000
    unit_ms: int = 1_000


@dataclass(frozen=True, kw_only=True)
class Problem:
    """The present faces, and the tours of `days` days; a move must pay within the horizon."""

    layout: Layout | Graph
    goods: tuple[Goods, ...]
    spots: tuple[Spot, ...]
    trips: tuple[Trip, ...]
    days: int
    horizon_days: int = 30
    moves_max: int = 20
    affinity: bool = True
    rules: Rules = Rules()

    def __post_init__(self) -> None:
        if min(self.days, self.horizon_days) < 1 or self.moves_max < 0:
            raise ValueError(
                f"days {self.days}, horizon_days {self.horizon_days} and moves_max "
                f"{self.moves_max}: give at least 1, 1 and 0"
            )
        stops = [spot.stop for spot in self.spots]
        if isinstance(self.layout, Graph):
            check_on_graph(self.layout, stops)
        else:
            check_stops(self.layout, stops)
        named, held = set(self.at), [goods.place for goods in self.goods]
        if len(named) < len(self.spots) or len(set(held)) < len(held):
            raise ValueError("a spot is given twice, or holds two SKUs: give each one once")
        for goods in self.goods:
            if goods.place not in named:
                raise ValueError(f"{goods.sku} lies at {goods.place}: give that spot, too")
        known = {goods.sku for goods in self.goods}
        for trip in self.trips:
            if not known.issuperset(trip.skus):
                raise ValueError(f"a trip visits {sorted({*trip.skus} - known)}: give the goods")

    @cached_property
    def at(self) -> dict[str, int]:
        """Index of each spot by its name."""
        return {spot.name: index for index, spot in enumerate(self.spots)}


def why_not(goods: Goods, spot: Spot, rules: Rules) -> str:
    """Why a spot may not hold the goods, or "" when it may."""
    if goods.storage != spot.storage:
        return f"storage {spot.storage or 'usual'}, not {goods.storage or 'usual'}"
    if 0 < spot.volume_ml < goods.face_ml:
        return f"holds {spot.volume_ml} ml of {goods.face_ml} ml"
    mass_g = goods.unit_mass_g * goods.face_units
    if 0 < spot.mass_max_g < mass_g:
        return f"bears {spot.mass_max_g} g of {mass_g} g"
    if spot.height_mm > rules.golden_mm[1] and goods.unit_mass_g >= rules.heavy_g:
        return f"{goods.unit_mass_g} g would be lifted above the shoulder"
    return ""

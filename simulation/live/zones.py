"""Owns where things stand in the living warehouse: three zones of racks on one walking grid.

A name tells zone, aisle, bay, side and level, like A-03-07L-2. Popular goods of a zone lie
nearest to the depot. It refuses quantities: those are the stock's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from controller.messages import Place

BLOCKS_MM: Final = (20_000, 20_000)
PITCH_MM: Final = 3_500
BAY_MM: Final = 2_000
BAYS: Final = 20
SIDES: Final = "LR"
DEPOT_AISLE: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """`pick_levels` at the bottom are faces, the levels above reserve."""

    name: str
    aisles: range
    levels: int
    pick_levels: int
    face_ml: int
    reserve_ml: int


ZONES: Final = (
    Zone(name="A", aisles=range(6), levels=4, pick_levels=2, face_ml=140_000, reserve_ml=400_000),
    Zone(
        name="B",
        aisles=range(6, 10),
        levels=4,
        pick_levels=1,
        face_ml=1_100_000,
        reserve_ml=1_200_000,
    ),
    Zone(
        name="C",
        aisles=range(10, 12),
        levels=4,
        pick_levels=2,
        face_ml=120_000,
        reserve_ml=300_000,
    ),
)
AISLES: Final = sum(len(zone.aisles) for zone in ZONES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Racks:
    """The places of one zone, nearest to the depot first."""

    zone: Zone
    faces: tuple[Place, ...]
    reserves: tuple[Place, ...]


def racks_of(zone: Zone) -> Racks:
    places = sorted(_places(zone), key=_distance)
    return Racks(
        zone=zone,
        faces=tuple(place for place in places if place.kind == "pick"),
        reserves=tuple(place for place in places if place.kind == "reserve"),
    )


def _places(zone: Zone) -> Iterator[Place]:
    for aisle in zone.aisles:
        for bay in range(BAYS):
            block, y_mm = divmod(bay * BAY_MM + BAY_MM // 2, BLOCKS_MM[0])
            for side in SIDES:
                for level in range(1, zone.levels + 1):
                    face = level <= zone.pick_levels
                    yield Place(
                        name=f"{zone.name}-{aisle + 1:02}-{bay + 1:02}{side}-{level}",
                        kind="pick" if face else "reserve",
                        aisle=aisle,
                        block=block,
                        y_mm=y_mm,
                        volume_ml=zone.face_ml if face else zone.reserve_ml,
                    )


def _distance(place: Place) -> tuple[int, str]:
    depth_mm = sum(BLOCKS_MM[: place.block]) + place.y_mm
    return depth_mm + PITCH_MM * abs(place.aisle - DEPOT_AISLE), place.name

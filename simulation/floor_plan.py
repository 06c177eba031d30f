"""Owns where things stand in the building: aisles, blocks, bays, faces, reserve, front.

A bay is one metre of shelf on one side of an aisle: pick faces below, reserve pallets above. The
most popular SKUs get the bays nearest to the depot, which is in the middle of the front.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from controller.messages import Place
from simulation.stocking import PALLET_ML, Shelved

BLOCK_LENGTHS_MM = (20_000, 20_000)
PITCH_MM = 3_500
BAY_MM = 1_000
BAY_ML = 400_000
BAY_FACES = 8
BAY_PALLETS = 3
SIDES = "LR"
AISLES_MIN = 4
SPARE_PALLETS = 40
SPARE_PERCENT = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Bay:
    aisle: int
    block: int
    y_mm: int
    side: str

    @property
    def code(self) -> str:
        """Aisle, metre and side, like 03-27L."""
        metre = sum(BLOCK_LENGTHS_MM[: self.block]) // BAY_MM + self.y_mm // BAY_MM
        return f"{self.aisle + 1:02}-{metre + 1:02}{self.side}"

    def place(self, kind: str, name: str, volume_ml: int) -> Place:
        return Place(
            name=name,
            kind=kind,
            aisle=self.aisle,
            block=self.block,
            y_mm=self.y_mm,
            volume_ml=volume_ml,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorPlan:
    """`faces` and `reserves` hold the place names of each SKU, in the sequence of `shelved`."""

    aisles: int
    depot_aisle: int
    places: tuple[Place, ...]
    faces: tuple[str, ...]
    reserves: tuple[tuple[str, ...], ...]


def floor_plan(shelved: Sequence[Shelved]) -> FloorPlan:
    """Places for every SKU, popular ones near the depot, and a quarter more reserve than used."""
    bay_of = _bays_of_faces(shelved)
    used = sum(len(each.pallets) for each in shelved)
    pallets = used + max(SPARE_PALLETS, used * SPARE_PERCENT // 100)
    aisles = _aisles(max(bay_of[-1] + 1 if bay_of else 1, -(-pallets // BAY_PALLETS)))
    bays = _bays_by_distance(aisles)
    faces = list(_faces(shelved, bay_of, bays))
    above = list(_above(bays, pallets))
    names = iter([place.name for place in above])
    return FloorPlan(
        aisles=aisles,
        depot_aisle=aisles // 2,
        places=(*faces, *above),
        faces=tuple(place.name for place in faces),
        reserves=tuple(tuple(next(names) for _ in each.pallets) for each in shelved),
    )


def _bays_of_faces(shelved: Sequence[Shelved]) -> list[int]:
    """The number of the bay for each face; a bay takes so many litres and faces, then the next."""
    bay, litres_left, faces_left = 0, BAY_ML, BAY_FACES
    numbers = []
    for each in shelved:
        if faces_left < BAY_FACES and (not faces_left or each.face_ml > litres_left):
            bay, litres_left, faces_left = bay + 1, BAY_ML, BAY_FACES
        numbers.append(bay)
        litres_left -= each.face_ml
        faces_left -= 1
    return numbers


def _aisles(bays: int) -> int:
    per_aisle = len(SIDES) * sum(length // BAY_MM for length in BLOCK_LENGTHS_MM)
    return max(AISLES_MIN, -(-bays // per_aisle))


def _bays_by_distance(aisles: int) -> list[Bay]:
    def distance(bay: Bay) -> tuple[int, str]:
        depth_mm = sum(BLOCK_LENGTHS_MM[: bay.block]) + bay.y_mm
        return depth_mm + PITCH_MM * abs(bay.aisle - aisles // 2), bay.code

    return sorted(
        (
            Bay(aisle=aisle, block=block, y_mm=y_mm, side=side)
            for aisle in range(aisles)
            for block, length_mm in enumerate(BLOCK_LENGTHS_MM)
            for y_mm in range(BAY_MM // 2, length_mm, BAY_MM)
            for side in SIDES
        ),
        key=distance,
    )


def _faces(
    shelved: Sequence[Shelved], bay_of: Sequence[int], bays: Sequence[Bay]
) -> Iterator[Place]:
    level = 0
    for nth, each in enumerate(shelved):
        level = level + 1 if nth and bay_of[nth] == bay_of[nth - 1] else 1
        bay = bays[bay_of[nth]]
        yield bay.place("pick", f"P-{bay.code}-{level}", each.face_ml)


def _above(bays: Sequence[Bay], pallets: int) -> Iterator[Place]:
    """Reserve places above the bays, nearest first."""
    for nth in range(pallets):
        bay = bays[nth // BAY_PALLETS]
        yield bay.place("reserve", f"R-{bay.code}-{nth % BAY_PALLETS + 1}", PALLET_ML)

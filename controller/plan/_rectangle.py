"""Rectangular warehouses: parallel aisles cut into blocks by cross-aisles, and their distances.

Owns `Layout`, `Stop` and the shortest path between stops. Refuses one-way aisles and layouts
that are not rectangles.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Parallel aisles; cross-aisle 0 is at the front, block b lies between cross-aisles b and b+1.

    The depot is where aisle `depot_aisle` meets cross-aisle 0.
    """

    aisles: int
    block_lengths_mm: tuple[int, ...]
    aisle_pitch_mm: int
    depot_aisle: int

    def __post_init__(self) -> None:
        if self.aisles < 1:
            raise ValueError(f"Layout.aisles is {self.aisles}: give at least 1")
        if not self.block_lengths_mm or min(self.block_lengths_mm) < 1:
            raise ValueError(
                f"Layout.block_lengths_mm is {self.block_lengths_mm}: give one length of at "
                "least 1 mm for each block"
            )
        if self.aisle_pitch_mm < 0:
            raise ValueError(f"Layout.aisle_pitch_mm is {self.aisle_pitch_mm}: give 0 or more")
        if not 0 <= self.depot_aisle < self.aisles:
            raise ValueError(
                f"Layout.depot_aisle is {self.depot_aisle}: give 0 to {self.aisles - 1}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A place to pick from: `y_mm` is counted from cross-aisle `block` into the block."""

    aisle: int
    block: int
    y_mm: int


def check_stops(layout: Layout, stops: Sequence[Stop]) -> None:
    """Refuse stops that lie outside the layout.

    Raises: ValueError naming the stop and the range it may lie in.
    """
    for stop in stops:
        if not 0 <= stop.aisle < layout.aisles:
            raise ValueError(f"{stop} has no aisle: the layout has 0 to {layout.aisles - 1}")
        if not 0 <= stop.block < len(layout.block_lengths_mm):
            last = len(layout.block_lengths_mm) - 1
            raise ValueError(f"{stop} has no block: the layout has 0 to {last}")
        if not 0 <= stop.y_mm <= layout.block_lengths_mm[stop.block]:
            length = layout.block_lengths_mm[stop.block]
            raise ValueError(f"{stop} lies outside its block: y_mm may be 0 to {length}")


def depth_mm(layout: Layout, stop: Stop) -> int:
    """The way from the front cross-aisle to the stop along its aisle."""
    return sum(layout.block_lengths_mm[: stop.block]) + stop.y_mm


def distance_mm(layout: Layout, a: Stop, b: Stop) -> int:
    """The shortest walk between two stops.

    Differs: cross-aisles have no width, their half belongs to the block lengths.
    """
    if a.aisle == b.aisle or a.block != b.block:
        along = abs(depth_mm(layout, a) - depth_mm(layout, b))
    else:
        both = a.y_mm + b.y_mm
        along = min(both, 2 * layout.block_lengths_mm[a.block] - both)
    return along + abs(a.aisle - b.aisle) * layout.aisle_pitch_mm


def depot_distance_mm(layout: Layout, stop: Stop) -> int:
    """The shortest walk between the depot and a stop."""
    return distance_mm(layout, Stop(aisle=layout.depot_aisle, block=0, y_mm=0), stop)


def length_of(layout: Layout, stops: Sequence[Stop], sequence: Sequence[int]) -> int:
    """The length in mm of the tour from the depot through `stops` in this sequence and back.

    Shapes: `sequence` holds indices into `stops`.
    """
    if not sequence:
        return 0
    walk = [stops[index] for index in sequence]
    ends = depot_distance_mm(layout, walk[0]) + depot_distance_mm(layout, walk[-1])
    return ends + sum(distance_mm(layout, a, b) for a, b in pairwise(walk))

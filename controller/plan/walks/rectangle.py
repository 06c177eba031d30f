"""Rectangular warehouses: parallel aisles cut into blocks by cross-aisles, and their distances.

Owns `Layout`, `Stop` and the shortest path between stops. Refuses one-way aisles and layouts
that are not rectangles.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Parallel aisles; cross-aisle 0 is at the front, block b lies between cross-aisles b and b+1.

    The depot is where aisle `depot_aisle` meets cross-aisle 0. A depot off the grid has in
    `depot_mm` its way to the front of each aisle; none may be shorter by way of another.
    """

    aisles: int
    block_lengths_mm: tuple[int, ...]
    aisle_pitch_mm: int
    depot_aisle: int
    depot_mm: tuple[int, ...] = ()

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
        if self.depot_mm:
            self._check_depot()

    def _check_depot(self) -> None:
        if len(self.depot_mm) != self.aisles or min(self.depot_mm) < 0:
            raise ValueError(
                f"Layout.depot_mm is {self.depot_mm}: give a way of 0 mm or more for each of "
                f"the {self.aisles} aisles"
            )
        for one, other in combinations(range(self.aisles), 2):
            a, b = self.depot_mm[one], self.depot_mm[other]
            along = (other - one) * self.aisle_pitch_mm
            if not abs(a - b) <= along <= a + b:
                raise ValueError(
                    f"Layout.depot_mm is {a} and {b} at aisles {one} and {other}, which lie "
                    f"{along} mm apart: give shortest ways"
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """Where an aisle meets a cross-aisle."""

    aisle: int
    cross: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A place to pick from: `y_mm` is counted from cross-aisle `block` into the block."""

    aisle: int
    block: int
    y_mm: int


End: TypeAlias = Stop | Crossing | None
Ends: TypeAlias = tuple[End, End]
DEPOT: Ends = (None, None)


def check_ends(layout: Layout, ends: Ends) -> None:
    """Refuse ends that lie outside the layout. Raises: ValueError naming the end."""
    for end in ends:
        if isinstance(end, Stop):
            check_stops(layout, (end,))
        elif end and not (
            0 <= end.aisle < layout.aisles and 0 <= end.cross <= len(layout.block_lengths_mm)
        ):
            raise ValueError(
                f"{end} is nowhere: the layout has aisles 0 to {layout.aisles - 1} and "
                f"cross-aisles 0 to {len(layout.block_lengths_mm)}"
            )


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


def end_distance_mm(layout: Layout, end: End, stop: Stop) -> int:
    """The shortest walk between a stop and an end of the tour."""
    return (
        distance_mm(layout, _place(layout, end), stop) if end else depot_distance_mm(layout, stop)
    )


def _place(layout: Layout, end: Stop | Crossing) -> Stop:
    if isinstance(end, Stop):
        return end
    if end.cross < len(layout.block_lengths_mm):
        return Stop(aisle=end.aisle, block=end.cross, y_mm=0)
    last = end.cross - 1
    return Stop(aisle=end.aisle, block=last, y_mm=layout.block_lengths_mm[last])


def depot_distance_mm(layout: Layout, stop: Stop) -> int:
    """The shortest walk between the depot and a stop."""
    if layout.depot_mm:
        return layout.depot_mm[stop.aisle] + depth_mm(layout, stop)
    return distance_mm(layout, Stop(aisle=layout.depot_aisle, block=0, y_mm=0), stop)


def length_of(
    layout: Layout, stops: Sequence[Stop], sequence: Sequence[int], ends: Ends = DEPOT
) -> int:
    """The length in mm of the tour through `stops` in this sequence, from one end to the other.

    Shapes: `sequence` holds indices into `stops`.
    """
    start, end = ends
    walk = [stops[index] for index in sequence]
    if not walk:
        if end:
            return end_distance_mm(layout, start, _place(layout, end))
        return end_distance_mm(layout, end, _place(layout, start)) if start else 0
    out, home = end_distance_mm(layout, start, walk[0]), end_distance_mm(layout, end, walk[-1])
    return out + home + sum(distance_mm(layout, a, b) for a, b in pairwise(walk))

"""The floor as planners see it: the rectangle that it is, or its graph, and each place on it.

Owns the step from names to numbers. A floor without a layout of its own is the rectangle of the
site's figures, whose ways are named aisle/block, like 3/0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from controller.messages.layout import Depot, FloorLayout, Point, Way
from controller.plan.graphs.graph import Graph, graph_of
from controller.plan.graphs.paths import paths_of
from controller.plan.graphs.recognising import Cell, rectangle_of
from controller.plan.walks.rectangle import Layout, Stop


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """`shape` is what distances are taken on; `cells` or `ways` say where a way is on it."""

    shape: Layout | Graph
    cells: Mapping[str, Cell]
    ways: Mapping[str, int]
    why: str  # why it is no rectangle; "" when it is one

    def stop(self, way: str, aisle: int, block: int, y_mm: int) -> Stop | None:
        """A place as a stop; None where its way is unknown or the place cannot be reached."""
        name = way or way_name(aisle, block)
        cell = self.cells.get(name)
        if cell is not None:
            y_mm = cell.length_mm - y_mm if cell.turned else y_mm
            return Stop(aisle=cell.aisle, block=cell.block, y_mm=y_mm)
        if isinstance(self.shape, Layout):
            return None if way else Stop(aisle=aisle, block=block, y_mm=y_mm)
        if name not in self.ways:
            return None
        stop = Stop(aisle=self.ways[name], block=0, y_mm=y_mm)
        return stop if paths_of(self.shape).reachable(stop) else None


def way_name(aisle: int, block: int) -> str:
    """The name of a way of a rectangle that nobody named."""
    return f"{aisle}/{block}"


def plain_ground(layout: Layout) -> Ground:
    """The rectangle of the site's figures."""
    return Ground(shape=layout, cells={}, ways={}, why="")


@lru_cache(maxsize=8)
def ground_of(layout: FloorLayout) -> Ground:
    """The ground of a layout in which `faults` finds nothing."""
    found = rectangle_of(layout)
    if isinstance(found, str):
        ways = {way.name: number for number, way in enumerate(layout.ways)}
        return Ground(shape=graph_of(layout), cells={}, ways=ways, why=found)
    return Ground(shape=found.layout, cells=found.cells, ways={}, why="")


def floor_of(layout: Layout) -> FloorLayout:
    """A rectangle as points and ways: cross-aisle c meets aisle a at a.c."""
    depths = [0]
    for length in layout.block_lengths_mm:
        depths.append(depths[-1] + length)
    aisles, crosses = range(layout.aisles), range(len(depths))
    points = tuple(
        Point(name=f"{a}.{c}", x_mm=a * layout.aisle_pitch_mm, y_mm=depths[c])
        for a in aisles
        for c in crosses
    )
    along = (
        Way(name=way_name(a, b), start=f"{a}.{b}", end=f"{a}.{b + 1}", length_mm=length)
        for a in aisles
        for b, length in enumerate(layout.block_lengths_mm)
    )
    across = (
        Way(
            name=f"{a}-{a + 1}.{c}",
            start=f"{a}.{c}",
            end=f"{a + 1}.{c}",
            length_mm=layout.aisle_pitch_mm,
            kind="cross",
        )
        for a in aisles[:-1]
        for c in crosses
    )
    depot = Depot(name="depot", point=f"{layout.depot_aisle}.0")
    return FloorLayout(points=points, ways=(*along, *across), depots=(depot,))

"""Walking distances on a floor of any shape, rectangle or graph.

Owns the choice between the two ways to measure. Refuses nothing.
"""

from collections.abc import Sequence
from itertools import pairwise

from controller.plan.graphs.graph import Graph, point_stop
from controller.plan.graphs.paths import paths_of
from controller.plan.walks import rectangle
from controller.plan.walks.rectangle import DEPOT, Ends, Layout, Stop


def distance_mm(shape: Layout | Graph, a: Stop, b: Stop) -> int:
    """The shortest walk from one stop to another."""
    if isinstance(shape, Graph):
        return paths_of(shape).mm(a, b)
    return rectangle.distance_mm(shape, a, b)


def depot_distance_mm(shape: Layout | Graph, stop: Stop) -> int:
    """The shortest walk from the depot to a stop."""
    if isinstance(shape, Graph):
        return paths_of(shape).mm(point_stop(shape.start), stop)
    return rectangle.depot_distance_mm(shape, stop)


def length_of(
    shape: Layout | Graph, stops: Sequence[Stop], sequence: Sequence[int], ends: Ends = DEPOT
) -> int:
    """The length in mm of the tour through `stops` in this sequence, from one end to the other.

    Shapes: `sequence` holds indices into `stops`.
    """
    if not isinstance(shape, Graph):
        return rectangle.length_of(shape, stops, sequence, ends)
    start, end = ends[0] or point_stop(shape.start), ends[1] or point_stop(shape.end)
    assert isinstance(start, Stop)
    assert isinstance(end, Stop)
    mm = paths_of(shape).mm
    return sum(mm(a, b) for a, b in pairwise([start, *(stops[i] for i in sequence), end]))


def home(shape: Layout | Graph) -> Stop:
    """Where tours begin, as a stop."""
    if isinstance(shape, Graph):
        return point_stop(shape.start)
    return Stop(aisle=shape.depot_aisle, block=0, y_mm=0)

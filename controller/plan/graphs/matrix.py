"""Distances between all stops of a walk as one matrix, with where it begins and ends.

Owns the turning of start, end and classes into distances: place 0 is the start for ways that
leave it and the end for ways that reach it, and a step back to an earlier class costs more.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from controller.plan.graphs.graph import Graph
from controller.plan.graphs.paths import FAR, Paths, paths_of
from controller.plan.walks.rectangle import (
    End,
    Layout,
    Stop,
    distance_mm,
    end_distance_mm,
    length_of,
)

Matrix = Any

NEVER_MM = 1 << 32


def matrix_of(shape: Layout | Graph, stops: Sequence[Stop], start: End, end: End) -> Matrix:
    """Walking distances in mm; place i + 1 is stop i.

    Raises: ValueError on a graph where a stop cannot be reached.
    """
    if isinstance(shape, Graph):
        assert isinstance(start, Stop)
        assert isinstance(end, Stop)
        return _on_graph(paths_of(shape), [start, *stops], [end, *stops])
    rows = [[distance_mm(shape, a, b) for b in stops] for a in stops]
    first = [end_distance_mm(shape, start, stop) for stop in stops]
    last = [end_distance_mm(shape, end, stop) for stop in stops]
    whole = [length_of(shape, (), (), (start, end)), *first]
    return np.array([whole, *([a, *row] for a, row in zip(last, rows, strict=True))], np.int64)


def with_classes(matrix: Matrix, classes: Sequence[int], class_mm: int | None) -> Matrix:
    """The matrix in which a step to an earlier class costs `class_mm` for each class; None never.

    With every such step forbidden, all stops of a class come before those of the next.
    """
    steps = np.array([0, *classes], np.int64)
    back = np.maximum(steps[:, None] - steps[None, :], 0)
    back[:, 0] = back[0, :] = 0
    return matrix + (np.minimum(back, 1) * NEVER_MM if class_mm is None else back * class_mm)


def length_of_tour(matrix: Matrix, tour: Any) -> int:
    """The length of a tour that is given as all its places from 0 to 0."""
    return int(matrix[tour[:-1], tour[1:]].sum())


def _on_graph(paths: Paths, sources: Sequence[Stop], targets: Sequence[Stop]) -> Matrix:
    leaving, out = _ends([paths.exits(stop) for stop in sources])
    entering, into = _ends([paths.entries(stop) for stop in targets])
    rows = {point: np.array(paths.from_point(point), np.int64) for point in set(leaving.flat)}
    best = np.full((len(sources), len(targets)), FAR, np.int64)
    for here in range(2):
        between = np.stack([rows[point] for point in leaving[:, here]])
        for there in range(2):
            way = out[:, here, None] + between[:, entering[:, there]] + into[None, :, there]
            np.minimum(best, way, out=best)
    by_way: dict[int, list[int]] = {}
    for place, stop in enumerate(targets):
        by_way.setdefault(stop.aisle, []).append(place)
    for place, stop in enumerate(sources):
        for other in by_way.get(stop.aisle, ()):
            best[place, other] = min(best[place, other], paths.along(stop, targets[other]))
    best = np.minimum(best, FAR)
    lost = (best[0] >= FAR) | (best[:, 0] >= FAR)
    if lost.any():
        what = targets[int(lost.argmax())]
        raise ValueError(f"{what} is out of reach: leave it out, or open a way to it")
    return best


def _ends(ends: Sequence[Sequence[tuple[int, int]]]) -> tuple[Any, Any]:
    """Two ends for each stop, the second one FAR where it has one; points and distances."""
    filled = [[*each, (each[0][0] if each else 0, FAR), (0, FAR)][:2] for each in ends]
    both = np.array(filled, np.int64)
    return both[:, :, 0], both[:, :, 1]

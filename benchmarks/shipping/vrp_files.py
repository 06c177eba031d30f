"""Routing instances of Solomon's form and of CVRPLIB's, as problems of delivering.

Owns both forms and their conventions of distance: Solomon's are truncated to one decimal (and kept
in tenths here), CVRPLIB's are rounded. Refuses other kinds of instances by name.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from controller.plan.delivering import Depot, Problem, Stop, Vans

TENTHS = 10


@dataclass(frozen=True, slots=True)
class Instance:
    """A problem, and by what its costs are divided when they are told."""

    problem: Problem
    divisor: int


def read(path: Path) -> Instance:
    """Raises: SystemExit naming the file and what in it is wrong."""
    try:
        text = path.read_text()
        return _cvrp(text) if path.suffix == ".vrp" else _solomon(text)
    except (OSError, ValueError, IndexError, KeyError) as error:
        raise SystemExit(
            f"{path}: {error}; give an instance of Solomon's form (.txt) or a CVRP with "
            "EUC_2D distances (.vrp)"
        ) from None


def _matrix(points: list[tuple[float, float]], whole: Callable[[float], int]) -> np.ndarray:
    rows = [[whole(math.dist(a, b)) for b in points] for a in points]
    return np.array(rows, dtype=np.int64)


def _solomon(text: str) -> Instance:
    rows = [line.split() for line in text.splitlines() if line.strip()]
    numbers = [row for row in rows if all(word.lstrip("-").isdigit() for word in row)]
    vans = next((row for row in numbers if len(row) == 2), None)
    table = [[int(word) for word in row] for row in numbers if len(row) == 7]
    if vans is None or not table or table[0][0] != 0:
        raise ValueError("there is no row of vans, or of the depot, customer 0")
    away = _matrix([(row[1], row[2]) for row in table], lambda length: int(length * TENTHS))
    depot = Depot(id="0", at=0, opens_s=table[0][4] * TENTHS, closes_s=table[0][5] * TENTHS)
    stops = tuple(
        Stop(
            id=str(row[0]),
            at=at,
            delivery=(row[3],),
            opens_s=row[4] * TENTHS,
            closes_s=row[5] * TENTHS,
            service_s=row[6] * TENTHS,
        )
        for at, row in enumerate(table[1:], 1)
    )
    fleet = Vans(kind="van", count=int(vans[0]), capacity=(int(vans[1]),), depot="0")
    return Instance(Problem((depot,), (fleet,), stops, away, away), TENTHS)


def _cvrp(text: str) -> Instance:
    head, sections, name = {}, {}, ""
    for line in (raw.strip() for raw in text.splitlines()):
        if ":" in line:
            key, _, value = line.partition(":")
            head[key.strip()] = value.strip()
        elif line.endswith("_SECTION"):
            name = line
            sections[name] = list[list[float]]()
        elif line and line != "EOF":
            sections[name].append([float(word) for word in line.split()])
    kind, weight = head.get("TYPE", ""), head.get("EDGE_WEIGHT_TYPE", "")
    if kind != "CVRP" or weight != "EUC_2D":
        raise ValueError(f"is of TYPE {kind or '(none)'} with distances {weight or '(none)'}")
    points = {int(row[0]): (row[1], row[2]) for row in sections["NODE_COORD_SECTION"]}
    demand = {int(row[0]): int(row[1]) for row in sections["DEMAND_SECTION"]}
    first = int(sections["DEPOT_SECTION"][0][0])
    nodes = [first, *(node for node in points if node != first)]
    away = _matrix([points[node] for node in nodes], lambda length: int(length + 0.5))
    stops = tuple(
        Stop(id=str(at), at=at, delivery=(demand[node],)) for at, node in enumerate(nodes[1:], 1)
    )
    capacity = (int(head["CAPACITY"]),)
    fleet = Vans(kind="van", count=len(stops), capacity=capacity, depot="0")
    return Instance(Problem((Depot(id="0", at=0),), (fleet,), stops, away, away), 1)

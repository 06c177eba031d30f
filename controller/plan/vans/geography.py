"""How far it is and how long it takes by road, where nobody has measured it.

Owns great circles times a detour at a mean speed, and the ways that a table knows better.
Refuses to know roads.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from controller.plan.vans.problem import Matrix

EARTH_M = 6_371_009
E6 = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A position in micro-degrees; ways of a table go by `name`: a depot's, or a postcode."""

    lat_e6: int
    lon_e6: int
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roads:
    """`ways` holds metres and seconds from one name to another, and wins over the rest."""

    speed_kmh: int = 35
    detour_percent: int = 130
    ways: tuple[tuple[str, str, int, int], ...] = ()


USUAL = Roads()


def matrices(points: Sequence[Point], roads: Roads) -> tuple[Matrix, Matrix]:
    """Metres and seconds from each point to each other.

    Shapes: points x points, both.
    Source: haversine formula.
    """
    lat = np.radians([point.lat_e6 / E6 for point in points])
    lon = np.radians([point.lon_e6 / E6 for point in points])
    half = np.sin((lat[:, None] - lat) / 2) ** 2
    half += np.cos(lat)[:, None] * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2
    straight = 2 * EARTH_M * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    metres = np.rint(straight * roads.detour_percent / 100).astype(np.int64)
    seconds = (metres * 36 + 10 * roads.speed_kmh - 1) // (10 * roads.speed_kmh)
    _measured(points, {(a, b): (m, s) for a, b, m, s in roads.ways}, metres, seconds)
    return metres, seconds


def _measured(
    points: Sequence[Point],
    ways: Mapping[tuple[str, str], tuple[int, int]],
    metres: Matrix,
    seconds: Matrix,
) -> None:
    rows: dict[str, list[int]] = {}
    for at, point in enumerate(points):
        rows.setdefault(point.name, []).append(at)
    for (start, end), known in ways.items():
        for one in rows.get(start, ()):
            for other in rows.get(end, ()):
                if one != other:
                    metres[one, other], seconds[one, other] = known

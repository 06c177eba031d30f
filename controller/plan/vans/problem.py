"""The form of a question of delivering, and of its answer.

Owns depots, vans, stops and tours. Refuses names that stand twice or for nothing.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.int64]

FAR = 1 << 40
"""A time or distance that is no limit."""


@dataclass(frozen=True, slots=True)
class Measure:
    """How loads of a measure are told: in units of which each is so many of the load."""

    unit: str = ""
    size: int = 1

    def told(self, load: int) -> str:
        figure = f"{load / self.size:,.3f}".rstrip("0").rstrip(".")
        return f"{figure} {self.unit}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Depot:
    """Where vans start, load and end; `at` is its row in the matrices."""

    id: str
    at: int
    opens_s: int = 0
    closes_s: int = FAR


@dataclass(frozen=True, slots=True, kw_only=True)
class Vans:
    """So many vans of a kind.

    Units: capacity in as many measures as stops have (volume, mass, ...); costs in any unit that
    is the same for all: `fixed` for a van that leaves, then for each metre and each second, and
    `dear_cost` for each stop of `dear`: those of another's territory. A van without stops costs
    nothing. It starts by `starts_by_s`: at once where it is under way.
    """

    kind: str
    count: int
    capacity: tuple[int, ...]
    depot: str
    end_depot: str = ""
    starts_s: int = 0
    starts_by_s: int = FAR
    ends_s: int = FAR
    shift_max_s: int = FAR
    distance_max_m: int = FAR
    fixed_cost: int = 0
    metre_cost: int = 1
    second_cost: int = 0
    dear_cost: int = 0
    reloads_max: int = 0
    refuses: frozenset[str] = frozenset()
    dear: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A customer: what is brought and what is taken along.

    `left_out_cost` is what it costs not to go there; None: it must be served. `ready_s` is when
    its parcels may leave the depot.
    """

    id: str
    at: int
    delivery: tuple[int, ...]
    pickup: tuple[int, ...] = ()
    service_s: int = 0
    opens_s: int = 0
    closes_s: int = FAR
    ready_s: int = 0
    left_out_cost: int | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Shapes: the matrices are places x places; `at` of depots and stops are rows in them.

    `measures` are those of loads, in their sequence; without any they are told as bare figures.
    """

    depots: tuple[Depot, ...]
    vans: tuple[Vans, ...]
    stops: tuple[Stop, ...]
    distance_m: Matrix
    duration_s: Matrix
    measures: tuple[Measure, ...] = ()

    def __post_init__(self) -> None:
        measures = {len(each.capacity) for each in self.vans}
        measures |= {len(each.delivery) for each in self.stops}
        measures |= {len(each.pickup) for each in self.stops if each.pickup}
        if len(measures) > 1:
            raise ValueError("capacities and loads differ in their measures; give each the same")
        ids = [each.id for each in self.stops]
        if len(set(ids)) < len(ids):
            twice = next(name for name in ids if ids.count(name) > 1)
            raise ValueError(f"stop {twice!r} stands twice; give each its own name")
        depots = {depot.id for depot in self.depots}
        for each in self.vans:
            for name in (each.depot, each.end_depot or each.depot):
                if name not in depots:
                    raise ValueError(f"vans {each.kind!r}: there is no depot {name!r}")
        if self.distance_m.shape != self.duration_s.shape:
            raise ValueError("the matrices of distance and duration differ in their size")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tour:
    """The tour of one van: trips of stops, between them it loads anew at its depot."""

    kind: str
    trips: tuple[tuple[str, ...], ...]
    starts_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Tours, their cost with what is left out, and the stops that no tour serves, with reasons."""

    tours: tuple[Tour, ...]
    cost: int
    left_out: tuple[tuple[str, str], ...]

"""Owns the words of the floor's shape: points, ways between them, depots, obstacles."""

from dataclasses import dataclass, field

from controller.messages.command import Command, Done


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Where ways meet or end. Units: mm from a corner of the building, on a level."""

    name: str
    x_mm: int = 0
    y_mm: int = 0
    level: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A stretch that people walk; places lie along it, counted in mm from `start`.

    A length of 0 is the distance of its points. `pace_percent` 150 takes half as long again as
    free walking (a narrow aisle, a ramp); `seconds` are added once (a lift, a door).
    """

    name: str
    start: str
    end: str
    length_mm: int = 0
    kind: str = "aisle"  # aisle, cross, lift, stairs
    one_way: bool = False
    zone: str = ""
    pace_percent: int = 100
    seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Depot:
    """A point where tours begin, end, or both; the first of each kind is the usual one."""

    name: str
    point: str
    begins: bool = True
    ends: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """A way that nobody can walk, or with `y_mm` one spot of it that nobody can pass.

    Who blocked it, when and why makes it no other obstacle.
    """

    way: str
    y_mm: int = -1
    by: str = field(default="", compare=False)
    since_ms: int = field(default=0, compare=False)
    why: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorLayout:
    """Any warehouse as a graph; `walking_mm_s` turns seconds into mm."""

    points: tuple[Point, ...]
    ways: tuple[Way, ...]
    depots: tuple[Depot, ...]
    obstacles: tuple[Obstacle, ...] = ()
    walking_mm_s: int = 1_200


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUpLayout(Command[Done]):
    """Places keep the names of their ways: a layout that lacks one of them is refused."""

    layout: FloorLayout


@dataclass(frozen=True, slots=True, kw_only=True)
class WayBlocked:
    """`tours` are those under way that go on in another order."""

    tours: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockWay(Command[WayBlocked]):
    """An aisle is blocked or free again, for tours that run and for those to come."""

    way: str
    y_mm: int = -1
    blocked: bool = True
    why: str = ""

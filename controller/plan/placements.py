"""Placements: whether units lie in a box, a container or on a pallet as the rules of packing ask.

Owns the check of an answer, apart from everything that finds one: bounds, overlap, ways to lie,
support, what carries what, mass and who may share a box. It refuses to mend: it names the faults.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

Size = tuple[int, int, int]
Area = tuple[int, int, int, int]
"""x0, y0, x1, y1."""


class Unit(NamedTuple):
    """One unit as it lies: its lowest corner and what it measures along x, y and z."""

    ref: str
    x_mm: int
    y_mm: int
    z_mm: int
    dx_mm: int
    dy_mm: int
    dz_mm: int

    @property
    def top_mm(self) -> int:
        return self.z_mm + self.dz_mm

    @property
    def base_mm2(self) -> int:
        return self.dx_mm * self.dy_mm

    @property
    def area(self) -> Area:
        return self.x_mm, self.y_mm, self.x_mm + self.dx_mm, self.y_mm + self.dy_mm


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """What is known of the units of a ref; nothing may be above a fragile one.

    `vertical` says which of its three measures may stand upright, `turns` whether it may be turned
    about the vertical; `load_max_g` limits what rests on it, None carries any load.
    """

    size: Size
    mass_g: int = 0
    vertical: tuple[bool, bool, bool] = (True, True, True)
    turns: bool = True
    fragile: bool = False
    load_max_g: int | None = None
    kit: str = ""
    kind: str = ""
    hazardous: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """The inside of a box, a container or what a pallet may carry."""

    size: Size
    mass_max_g: int | None = None
    volume_max_mm3: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What holds in every box.

    Units: a base rests on the floor or on tops by `support_percent` of its area at least; with
    `gravity` its centre lies over what carries it (true by itself from 50 % on). `apart` are pairs
    of kinds that share no box, `hazardous_max` limits hazardous units in one.
    """

    support_percent: int = 75
    gravity: bool = True
    apart: frozenset[tuple[str, str]] = frozenset()
    hazardous_max: int | None = None


def faults(
    room: Room, goods: Mapping[str, Goods], units: Sequence[Unit], rules: Rules
) -> list[str]:
    """What is wrong with the units in one room, each fault in words; nothing where all is well."""
    found = [*_lying(room, goods, units), *_overlaps(units), *_sums(room, goods, units)]
    found += _standing(goods, units, rules)
    found += _company(goods, units, rules)
    return found


def torn(goods: Mapping[str, Goods], rooms: Sequence[Sequence[Unit]]) -> list[str]:
    """Kits whose units do not all lie in one room."""
    held: Counter[str] = Counter()
    for units in rooms:
        held.update({goods[unit.ref].kit for unit in units})
    return [
        f"kit {kit} lies in {count} boxes"
        for kit, count in sorted(held.items())
        if kit and count > 1
    ]


def ways(goods: Goods) -> set[Size]:
    """The measures along x, y and z in which a unit may lie."""
    found = set()
    for up in range(3):
        if goods.vertical[up]:
            a, b = (goods.size[axis] for axis in range(3) if axis != up)
            found.add((a, b, goods.size[up]))
            if goods.turns:
                found.add((b, a, goods.size[up]))
    return found


def sequence(units: Sequence[Unit]) -> list[Unit]:
    """Units in an order in which each can be set down from above after those before it."""
    return sorted(units, key=lambda unit: (unit.z_mm, unit.y_mm, unit.x_mm, unit.ref))


def _lying(room: Room, goods: Mapping[str, Goods], units: Sequence[Unit]) -> Iterator[str]:
    allowed = {ref: ways(each) for ref, each in goods.items()}
    for unit in units:
        if unit[4:] not in allowed[unit.ref]:
            yield f"{unit.ref} may not lie as {unit.dx_mm} x {unit.dy_mm} x {unit.dz_mm} mm"
        ends = (unit.x_mm + unit.dx_mm, unit.y_mm + unit.dy_mm, unit.top_mm)
        if min(unit[1:4]) < 0 or any(e > s for e, s in zip(ends, room.size, strict=True)):
            yield f"{unit.ref} at {unit[1:4]} sticks out"


def _overlaps(units: Sequence[Unit]) -> Iterator[str]:
    by_x = sorted(units, key=lambda unit: unit.x_mm)
    for at, one in enumerate(by_x):
        for other in by_x[at + 1 :]:
            if other.x_mm >= one.x_mm + one.dx_mm:
                break
            above = other.z_mm < one.top_mm and one.z_mm < other.top_mm
            if above and _shared(one.area, other.area):
                yield f"{one.ref} at {one[1:4]} and {other.ref} at {other[1:4]} overlap"


def _shared(one: Area, other: Area) -> Area | None:
    """The part of the plane that two areas share."""
    area = (
        max(one[0], other[0]),
        max(one[1], other[1]),
        min(one[2], other[2]),
        min(one[3], other[3]),
    )
    return area if area[0] < area[2] and area[1] < area[3] else None


def _sums(room: Room, goods: Mapping[str, Goods], units: Sequence[Unit]) -> Iterator[str]:
    mass_g = sum(goods[unit.ref].mass_g for unit in units)
    if room.mass_max_g is not None and mass_g > room.mass_max_g:
        yield f"{mass_g} g are more than {room.mass_max_g} g"
    volume_mm3 = sum(unit.base_mm2 * unit.dz_mm for unit in units)
    if room.volume_max_mm3 is not None and volume_mm3 > room.volume_max_mm3:
        yield f"{volume_mm3} mm3 are more than {room.volume_max_mm3} mm3"


def _standing(goods: Mapping[str, Goods], units: Sequence[Unit], rules: Rules) -> Iterator[str]:
    """Support of each unit, and what rests on those that bear little."""
    loads = [0.0] * len(units)
    order = sorted(range(len(units)), key=lambda at: -units[at].z_mm)
    for at in order:
        unit = units[at]
        contacts = _contacts(units, at, goods)
        for crushed in contacts.crushed:
            yield f"{unit.ref} is above the fragile {crushed}"
        if unit.z_mm:
            yield from _support(unit, contacts.areas, rules)
        weight = goods[unit.ref].mass_g + loads[at]
        held = sum(_size(area) for area in contacts.areas)
        for below, area in zip(contacts.carriers, contacts.areas, strict=True):
            loads[below] += weight * _size(area) / held
    for at, load in enumerate(loads):
        most = goods[units[at].ref].load_max_g
        if most is not None and load > most + 0.5:
            yield f"{units[at].ref} carries {load:.0f} g, more than {most} g"


class _Contacts(NamedTuple):
    carriers: list[int]
    areas: list[Area]
    crushed: list[str]


def _contacts(units: Sequence[Unit], at: int, goods: Mapping[str, Goods]) -> _Contacts:
    unit, found = units[at], _Contacts([], [], [])
    for below, other in enumerate(units):
        area = _shared(unit.area, other.area)
        if area is None or other.top_mm > unit.z_mm:
            continue
        if goods[other.ref].fragile:
            found.crushed.append(other.ref)
        if other.top_mm == unit.z_mm:
            found.carriers.append(below)
            found.areas.append(area)
    return found


def _support(unit: Unit, areas: Sequence[Area], rules: Rules) -> Iterator[str]:
    percent = 100 * sum(map(_size, areas)) / unit.base_mm2
    if percent < rules.support_percent:
        yield (
            f"{unit.ref} at {unit[1:4]} rests on {percent:.0f}% of its base, "
            f"less than {rules.support_percent}%"
        )
    centre = (2 * unit.x_mm + unit.dx_mm, 2 * unit.y_mm + unit.dy_mm)
    if rules.gravity and not _over(centre, areas):
        yield f"{unit.ref} at {unit[1:4]} tips over"


def _size(area: Area) -> int:
    return (area[2] - area[0]) * (area[3] - area[1])


def _over(doubled: tuple[int, int], areas: Sequence[Area]) -> bool:
    """Whether a point, in half millimetres, lies in the convex hull of areas."""
    points = sorted({(2 * x, 2 * y) for area in areas for x in area[::2] for y in area[1::2]})
    return bool(points) and _left_of_all(doubled, points) and _left_of_all(doubled, points[::-1])


def _left_of_all(point: tuple[int, int], ordered: Sequence[tuple[int, int]]) -> bool:
    """Whether a point lies on the inner side of one half of the hull."""
    half: list[tuple[int, int]] = []
    for each in ordered:
        while len(half) > 1 and _turn(half[-2], half[-1], each) <= 0:
            half.pop()
        half.append(each)
    return all(_turn(a, b, point) >= 0 for a, b in pairwise(half))


def _turn(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> int:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _company(goods: Mapping[str, Goods], units: Sequence[Unit], rules: Rules) -> Iterator[str]:
    kinds = {goods[unit.ref].kind for unit in units}
    for one, other in sorted(rules.apart):
        if one in kinds and other in kinds:
            yield f"{one} and {other} share a box"
    hazardous = sum(goods[unit.ref].hazardous for unit in units)
    if rules.hazardous_max is not None and hazardous > rules.hazardous_max:
        yield f"{hazardous} hazardous units share a box, {rules.hazardous_max} may"

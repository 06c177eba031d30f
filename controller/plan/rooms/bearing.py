"""What rests on what, and in which order units can be brought in.

Owns the weight on each unit. Refuses to place.
"""

from collections.abc import Mapping, Sequence

from controller.plan.placements import Unit
from controller.plan.rooms.problem import Goods


def shared_mm2(one: Unit, other: Unit) -> int:
    """The area that two units share seen from above."""
    wide = min(one.x_mm + one.dx_mm, other.x_mm + other.dx_mm) - max(one.x_mm, other.x_mm)
    deep = min(one.y_mm + one.dy_mm, other.y_mm + other.dy_mm) - max(one.y_mm, other.y_mm)
    return wide * deep if min(wide, deep) > 0 else 0


def carriers(units: Sequence[Unit]) -> list[list[tuple[int, int]]]:
    """For each unit the units that carry it, with the areas on which it rests on them."""
    tops: dict[int, list[int]] = {}
    for at, unit in enumerate(units):
        tops.setdefault(unit.top_mm, []).append(at)
    return [
        [
            (below, area)
            for below in tops.get(unit.z_mm, ())
            if (area := shared_mm2(units[below], unit))
        ]
        for unit in units
    ]


def overloaded(goods: Mapping[str, Goods], units: Sequence[Unit]) -> int | None:
    """The lowest unit that carries too much, a higher stack or a later stop, if there is one."""
    below = carriers(units)
    loads = [0.0] * len(units)
    for at in sorted(range(len(units)), key=lambda at: -units[at].z_mm):
        weight = goods[units[at].ref].mass_g + loads[at]
        whole = sum(area for _, area in below[at])
        for carrier, area in below[at]:
            loads[carrier] += weight * area / whole
    faulty = [at for at, load in enumerate(loads) if _is_over(goods[units[at].ref], load)]
    for at, unit in enumerate(units):
        stack = goods[unit.ref].stack
        faulty += [below_ for below_, _ in below[at] if goods[units[below_].ref].stack < stack]
    stops = {goods[unit.ref].stop for unit in units}
    for at, unit in enumerate(units):
        own = goods[unit.ref]
        if (len(stops) > 1 or not own.bears) and any(
            _is_above(other, unit) and (not own.bears or goods[other.ref].stop > own.stop)
            for other in units
        ):
            faulty.append(at)
    return min(faulty, key=lambda at: (units[at].z_mm, at)) if faulty else None


def _is_over(goods: Goods, load: float) -> bool:
    return goods.load_max_g is not None and load > goods.load_max_g + 0.25


def highest_above(units: Sequence[Unit], at: int) -> int:
    """The last of a chain of units each of which lies above the one before, this one first."""
    while above := [each for each in range(len(units)) if _is_above(units[each], units[at])]:
        at = max(above, key=lambda each: (units[each].z_mm, each))
    return at


def _is_above(one: Unit, other: Unit) -> bool:
    return one.z_mm >= other.top_mm and shared_mm2(one, other) > 0


def relieved(goods: Mapping[str, Goods], units: Sequence[Unit]) -> tuple[list[Unit], list[Unit]]:
    """Units of which none carries too much, and those that were taken away for that."""
    kept, taken = [*units], []
    while (at := overloaded(goods, kept)) is not None:
        taken.append(kept.pop(highest_above(kept, at)))
    return kept, taken


def in_sequence(units: Sequence[Unit], open_top: bool) -> list[Unit]:
    """Units in an order in which each can be brought in: from above, or along the length."""
    waiting = sorted(units, key=_from_above if open_top else _from_the_door)
    placed: list[Unit] = []
    while waiting:
        at = next((at for at in range(len(waiting)) if _is_free(waiting, at, open_top)), 0)
        placed.append(waiting.pop(at))
    return placed


def _from_above(unit: Unit) -> tuple[int, ...]:
    return unit.z_mm, unit.y_mm, unit.x_mm


def _from_the_door(unit: Unit) -> tuple[int, ...]:
    return unit.x_mm, unit.z_mm, unit.y_mm


def _is_free(waiting: Sequence[Unit], at: int, open_top: bool) -> bool:
    """Whether nothing that waits must come in before this unit."""
    unit = waiting[at]
    for other in waiting:
        if other is unit:
            continue
        if other.top_mm <= unit.z_mm and shared_mm2(other, unit):
            return False
        if not open_top and other.x_mm + other.dx_mm <= unit.x_mm and _hides(unit, other):
            return False
    return True


def _hides(front: Unit, other: Unit) -> bool:
    """Whether two units meet seen along the length."""
    wide = min(front.y_mm + front.dy_mm, other.y_mm + other.dy_mm) - max(front.y_mm, other.y_mm)
    return wide > 0 and front.z_mm < other.top_mm and other.z_mm < front.top_mm


def bars(later: Unit, sooner: Unit, open_top: bool) -> bool:
    """Whether a unit that is delivered later is in the way of one that is delivered sooner."""
    if _is_above(later, sooner):
        return True
    return not open_top and later.x_mm >= sooner.x_mm + sooner.dx_mm and _hides(later, sooner)

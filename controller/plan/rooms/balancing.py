"""Where the weight of a load lies, and how the load is moved or lightened until it lies well.

Owns the centre of gravity and the loads of axles. Refuses to turn round what has several stops.
"""

from collections.abc import Mapping, Sequence

from controller.plan.placements import Unit
from controller.plan.rooms.bearing import carriers
from controller.plan.rooms.problem import Goods, Room


def mass_of(goods: Mapping[str, Goods], units: Sequence[Unit]) -> int:
    return sum(goods[unit.ref].mass_g for unit in units)


def centre_of(goods: Mapping[str, Goods], units: Sequence[Unit]) -> tuple[float, float]:
    """The centre of gravity along x and y; of weightless goods that of their volume."""
    weights = [goods[unit.ref].mass_g for unit in units]
    if not sum(weights):
        weights = [unit.base_mm2 * unit.dz_mm for unit in units]
    whole = max(1, sum(weights))
    x = sum(w * (2 * unit.x_mm + unit.dx_mm) for w, unit in zip(weights, units, strict=True))
    y = sum(w * (2 * unit.y_mm + unit.dy_mm) for w, unit in zip(weights, units, strict=True))
    return x / whole / 2, y / whole / 2


def axle_loads(room: Room, mass_g: int, centre_mm: float) -> tuple[float, float] | None:
    """What the front and the rear axle take of a load."""
    if room.axles is None:
        return None
    rear = mass_g * (centre_mm - room.axles.front_mm) / (room.axles.rear_mm - room.axles.front_mm)
    return mass_g - rear, rear


def window(room: Room, mass_g: int) -> tuple[float, float]:
    """Between which points along the length the centre of gravity may lie."""
    low, high = room.centre_mm or (0, room.size[0])
    if room.axles and mass_g:
        span = room.axles.rear_mm - room.axles.front_mm
        least = room.axles.rear_mm - room.axles.front_max_g * span / mass_g
        most = room.axles.front_mm + room.axles.rear_max_g * span / mass_g
        return max(low, least), min(high, most)
    return low, high


def off_centre(room: Room, goods: Mapping[str, Goods], units: Sequence[Unit]) -> str:
    """Why the weight of a load does not lie well; nothing where it does."""
    if not units:
        return ""
    x, y = centre_of(goods, units)
    low, high = window(room, mass_of(goods, units))
    if not low <= x <= high:
        return f"the centre of gravity at {x:.0f} mm is not within {low:.0f}-{high:.0f} mm"
    aside = abs(y - room.size[1] / 2)
    if room.aside_max_mm is not None and aside > room.aside_max_mm:
        return f"the centre of gravity is {aside:.0f} mm aside, more than {room.aside_max_mm} mm"
    return ""


def balanced(
    room: Room, goods: Mapping[str, Goods], sections: Sequence[Sequence[Unit]]
) -> tuple[list[Unit], list[Unit]]:
    """A load moved so that its weight lies well, and the units taken away for that.

    Shapes: sections are the units of each stop, from the front wall to the door.
    """
    units = _across(room, goods, sections)
    if len({goods[unit.ref].stop for unit in units}) < 2 and _centred(room, goods, units) > 0:
        turned = [_mirrored(unit, 0, room.size[0]) for unit in units]
        low = min(unit.x_mm for unit in turned)
        units = min(
            units,
            [unit._replace(x_mm=unit.x_mm - low) for unit in turned],
            key=lambda each: _centred(room, goods, each),
        )
    units = _along(room, goods, units)
    taken = []
    while off_centre(room, goods, units):
        worst = _furthest(room, goods, units)
        taken.append(units.pop(worst))
        units = _along(room, goods, units)
    return units, taken


def _mirrored(unit: Unit, axis: int, side: int) -> Unit:
    if axis:
        return unit._replace(y_mm=side - unit.y_mm - unit.dy_mm)
    return unit._replace(x_mm=side - unit.x_mm - unit.dx_mm)


def _across(
    room: Room, goods: Mapping[str, Goods], sections: Sequence[Sequence[Unit]]
) -> list[Unit]:
    """The heaviest section first, each turned so that the whole is as even as it can be."""
    moment, turned = 0.0, {}
    middle = room.size[1] / 2
    weights = [mass_of(goods, section) for section in sections]
    for at in sorted(range(len(sections)), key=lambda at: (-weights[at], at)):
        own = (centre_of(goods, sections[at])[1] - middle) * max(1, weights[at])
        turned[at] = abs(moment - own) < abs(moment + own)
        moment += -own if turned[at] else own
    return [
        _mirrored(unit, 1, room.size[1]) if turned[at] else unit
        for at, section in enumerate(sections)
        for unit in section
    ]


def _slack(room: Room, units: Sequence[Unit]) -> int:
    return room.size[0] - max((unit.x_mm + unit.dx_mm for unit in units), default=0)


def _centred(room: Room, goods: Mapping[str, Goods], units: Sequence[Unit]) -> float:
    """How far the centre is from its window when the load is moved along as well as it can be."""
    if not units:
        return 0
    x, _ = centre_of(goods, units)
    low, high = window(room, mass_of(goods, units))
    if low > high:
        return low - high
    return max(0.0, low - x - _slack(room, units), x - high)


def _along(room: Room, goods: Mapping[str, Goods], units: list[Unit]) -> list[Unit]:
    """The load moved towards the door as far as its window asks, and no further."""
    if not units:
        return units
    x, _ = centre_of(goods, units)
    low, _ = window(room, mass_of(goods, units))
    move = min(_slack(room, units), max(0, -int((x - low) // 1)))
    return [unit._replace(x_mm=unit.x_mm + move) for unit in units] if move else units


def _furthest(room: Room, goods: Mapping[str, Goods], units: Sequence[Unit]) -> int:
    """The unit with nothing on it whose weight pulls most to the wrong side."""
    x, y = centre_of(goods, units)
    low, high = window(room, mass_of(goods, units))
    covered = {below for row in carriers(units) for below, _ in row}
    axis = 0 if not low <= x <= high else 1
    side = x - (low + high) / 2 if axis == 0 else y - room.size[1] / 2

    def pull(at: int) -> float:
        unit = units[at]
        middle = (unit.x_mm + unit.dx_mm / 2 - x, unit.y_mm + unit.dy_mm / 2 - y)[axis]
        return middle * (1 if side > 0 else -1) * max(1, goods[unit.ref].mass_g)

    return max(
        (at for at in range(len(units)) if at not in covered), key=lambda at: (pull(at), at)
    )

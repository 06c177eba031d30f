"""Filling one room: the goods of each stop in a section of their own, the last stop deepest.

Owns the sections, how short each can be, and the order of loading. Refuses to choose rooms.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from controller.plan import Effort, placements
from controller.plan.loads.goods import UNLIMITED, Kind
from controller.plan.loads.searching import search
from controller.plan.placements import Size, Unit
from controller.plan.rooms.balancing import (
    axle_loads,
    balanced,
    centre_of,
    mass_of,
    off_centre,
)
from controller.plan.rooms.bearing import highest_above, in_sequence, relieved
from controller.plan.rooms.problem import Goods, Load, Room

TRIALS = 5  # to shorten a section that takes all its goods
LEAST = 0.05  # of its volume a unit is worth that has no price
STACKS = 1_000  # of one stop, where goods of sooner stops stand on those of later ones


@dataclass(slots=True)
class Filler:
    """Fills rooms with searches of so much work each; `spent` is what they took in all."""

    goods: Mapping[str, Goods]
    support: bool
    effort: Effort
    spent: int = 0
    _prices: Mapping[str, float] = field(default_factory=dict)

    def fill(
        self, room: Room, left: Mapping[str, int], prices: Mapping[str, float] | None = None
    ) -> Load | None:
        """The load found of what is left that is worth most, or holds most; or none."""
        self._prices = prices or {}
        sections = self._sections(room, left)
        kept = [relieved(self.goods, section)[0] for section in sections]
        units, _ = balanced(room, self.goods, [section for section in kept if section])
        return load_of(room, self.goods, units) if units else None

    def _sections(self, room: Room, left: Mapping[str, int]) -> list[list[Unit]]:
        stops = sorted({self.goods[id_].stop for id_ in left}, reverse=True)
        spare_g = UNLIMITED if room.mass_max_g is None else room.mass_max_g
        if room.open_top or len(stops) == 1:
            units, _ = self._all_or_most(room.size, left, spare_g)
            return [units]
        sections, start = [], 0
        for stop in stops:
            own = {id_: number for id_, number in left.items() if self.goods[id_].stop == stop}
            size = (room.size[0] - start, room.size[1], room.size[2])
            if size[0] < 1:
                break
            units, depth = self._all_or_most(size, own, spare_g)
            sections.append([unit._replace(x_mm=unit.x_mm + start) for unit in units])
            start += depth
            spare_g -= mass_of(self.goods, units)
        return sections

    def _all_or_most(
        self, size: Size, left: Mapping[str, int], spare_g: int
    ) -> tuple[list[Unit], int]:
        """Units and how deep they reach; where all goods fit, they are pushed together."""
        best = self._search(size, left, spare_g)
        if len(best) < sum(left.values()):
            return best, size[0]
        volume = sum(self.goods[id_].volume_mm3 * number for id_, number in left.items())
        low, high = -(-volume // (size[1] * size[2])), _depth(best)
        for _ in range(TRIALS):
            middle = (low + high) // 2
            if middle >= high or self.effort.should_stop():
                break
            units = self._search((middle, size[1], size[2]), left, spare_g)
            if len(units) == len(best):
                best, high = units, _depth(units)
            else:
                low = middle + 1
        return best, high

    def _search(self, size: Size, left: Mapping[str, int], spare_g: int) -> list[Unit]:
        ids = [id_ for id_, number in sorted(left.items()) if number]
        kinds = [self._kind(self.goods[id_], left[id_], size) for id_ in ids]
        found = search(size, kinds, self.support, self.effort, spare_g)
        self.spent += found.spent
        return [Unit(ids[kind], *place) for kind, *place in found.boxes]

    def _kind(self, goods: Goods, number: int, size: Size) -> Kind:
        most = size[0] * size[1] * size[2] // goods.volume_mm3
        return Kind(
            ways=tuple(sorted(placements.ways(goods.placed))),
            quantity=min(number, most),
            mass_g=goods.mass_g,
            stack=goods.stop * STACKS + min(goods.stack, STACKS - 1),
            bears=goods.bears,
            worth=self._worth(goods),
        )

    def _worth(self, goods: Goods) -> int | None:
        """What its price makes of the volume of a unit, that of the dearest volume whole."""
        if not self._prices:
            return None
        most = max(price / self.goods[id_].volume_mm3 for id_, price in self._prices.items())
        return int(max(self._prices[goods.id] / most, LEAST * goods.volume_mm3))


def _depth(units: Sequence[Unit]) -> int:
    return max((unit.x_mm + unit.dx_mm for unit in units), default=0)


def without(
    room: Room, goods: Mapping[str, Goods], load: Load, left: Mapping[str, int]
) -> Load | None:
    """A load without the units that are not left, and without those that lie on these."""
    units, held = [*load.units], Counter(unit.ref for unit in load.units)
    while True:
        over = [at for at, unit in enumerate(units) if held[unit.ref] > left.get(unit.ref, 0)]
        if not over:
            break
        held[units.pop(highest_above(units, over[-1])).ref] -= 1
    if len(units) == len(load.units):
        return load
    return load_of(room, goods, units) if units and not off_centre(room, goods, units) else None


def load_of(room: Room, goods: Mapping[str, Goods], units: Sequence[Unit]) -> Load:
    """What is known of a load whose units lie so."""
    ordered = in_sequence(units, room.open_top)
    mass_g = mass_of(goods, units)
    x, y = centre_of(goods, units)
    axles = axle_loads(room, mass_g, x)
    volume = sum(unit.base_mm2 * unit.dz_mm for unit in units)
    return Load(
        room=room.id,
        units=tuple(ordered),
        mass_g=mass_g,
        volume_mm3=volume,
        centre_mm=(round(x), round(y)),
        axles_g=(round(axles[0]), round(axles[1])) if axles else None,
        why=_why(room, volume, ordered),
    )


def _why(room: Room, volume: int, units: Sequence[Unit]) -> str:
    """A pattern of layers where there is one, and how full the room is."""
    layers: dict[tuple[int, int], int] = {}
    for unit in units:
        layers[unit.z_mm, unit.dz_mm] = layers.get((unit.z_mm, unit.dz_mm), 0) + 1
    alike = len({unit.ref for unit in units}) == 1 and len(layers) > 1
    even = alike and len({*layers.values()}) == 1
    pattern = f"{len(layers)} layers of {min(layers.values())}, " if even else ""
    return f"{pattern}{100 * volume / room.volume_mm3:.1f}% of the room"

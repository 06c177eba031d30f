"""Owns the physical truth of the simulated building, apart from what the controller believes.

Goods lie where people put them, whatever the books say, and parcels where belt and people put
them. `hidden` is what faults took from under the books: units that the books have at a place and
that are not there, or below zero the other way round. Checks compare the two worlds.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from controller.grounds import rectangle
from controller.messages import (
    ImportContainers,
    ImportItems,
    ImportPlaces,
    ImportStock,
    SetUpLayout,
    SetUpSite,
    SiteSettings,
)
from controller.plan.graphs.distances import distance_mm, home
from controller.plan.graphs.ground import ground_of, plain_ground
from controller.plan.spreading import to_end_mm
from controller.plan.walking import Graph, Layout, Stop
from simulation.scenario import Scenario

OUTSIDE = ""
PUT_BACK = "PUT-BACK"


@dataclass(slots=True)
class World:
    """Goods lie at places and in containers; `masses_g` are those of the SKUs."""

    shape: Layout | Graph
    site: SiteSettings
    stops: dict[str, Stop]
    masses_g: dict[str, int]
    goods: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    hidden: Counter[tuple[str, str]] = field(default_factory=Counter)
    lanes: dict[str, dict[str, None]] = field(default_factory=dict)  # parcels in order of arrival
    parcels: dict[str, str] = field(default_factory=dict)  # where each stands; OUTSIDE on the belt
    faults: Counter[str] = field(default_factory=Counter)  # those that have happened, by name

    def way_mm(self, one: str, other: str) -> int:
        """The walking distance between two named places; unknown ones are at the depot."""
        depot = home(self.shape)
        return distance_mm(self.shape, self.stops.get(one, depot), self.stops.get(other, depot))

    def block_of(self, place: str) -> tuple[int, int] | None:
        """The aisle, and the block of it, in which a place is picked; None for any other place."""
        stop = self.stops.get(place)
        return (stop.aisle, stop.block) if stop else None

    def inside_mm(self, place: str, towards: str) -> int:
        """How much of the way between a place and another lies in the block of the first."""
        other = self.stops.get(towards, home(self.shape))
        return to_end_mm(self.shape, self.stops[place], other)

    # --- goods -------------------------------------------------------------------------------

    def units(self, where: str, sku: str) -> int:
        return self.goods[where][sku]

    def move(
        self, sku: str, source: str, target: str, units: int, *, booked: int | None = None
    ) -> None:
        """Somebody carries units; `booked` is what the books are told, where that differs."""
        self._lay(source, sku, -units)
        self._lay(target, sku, units)
        wrong = units - (units if booked is None else booked)
        if wrong:
            self._hide(source, sku, wrong)
            self._hide(target, sku, -wrong)

    def carry(self, sku: str, source: str, target: str, booked: int) -> None:
        """Somebody carries as many of the booked units as there are."""
        self.move(sku, source, target, min(booked, self.units(source, sku)), booked=booked)

    def vanish(self, where: str, sku: str, units: int) -> None:
        """A fault takes units away, and nobody tells the books."""
        self._lay(where, sku, -units)
        self._hide(where, sku, units)

    def written_off(self, where: str, sku: str, units: int) -> None:
        """The books have found that so many units are not there."""
        self._hide(where, sku, -units)

    def counted(self, where: str, sku: str) -> None:
        """The books have learned how few units are there; of more than booked they do not hear."""
        found = self.hidden[where, sku]
        if found > 0:
            self._hide(where, sku, -found)

    def surplus(self, where: str) -> list[tuple[str, int]]:
        """What lies there that the books do not have, by SKU."""
        return [(sku, -units) for sku, units in self._hidden_at(where) if units < 0]

    def odd_mass_g(self, where: str) -> int:
        """How much heavier than booked a container is."""
        return sum(-units * self.masses_g[sku] for sku, units in self._hidden_at(where))

    def _hidden_at(self, where: str) -> list[tuple[str, int]]:
        return sorted((sku, n) for (place, sku), n in self.hidden.items() if place == where)

    def _lay(self, where: str, sku: str, units: int) -> None:
        if where != OUTSIDE:
            self.goods[where][sku] += units

    def _hide(self, where: str, sku: str, units: int) -> None:
        if where != OUTSIDE:
            self.hidden[where, sku] += units
            if not self.hidden[where, sku]:
                del self.hidden[where, sku]

    # --- parcels -----------------------------------------------------------------------------

    def put_down(self, parcel: str, lane: str) -> None:
        """A parcel comes to lie in a lane, or on another spot, behind those that are there."""
        self.pick_up(parcel)
        self.lanes.setdefault(lane, {})[parcel] = None
        self.parcels[parcel] = lane

    def pick_up(self, parcel: str) -> str:
        """A parcel is taken from where it stands, and is on its way; the place."""
        place = self.parcels.get(parcel, OUTSIDE)
        self.lanes.get(place, {}).pop(parcel, None)
        self.parcels[parcel] = OUTSIDE
        return place

    def leave(self, parcel: str) -> None:
        """A parcel leaves the building with all that is really in it."""
        self.pick_up(parcel)
        self.forget(parcel)

    def forget(self, parcel: str) -> None:
        """A carton that is of no use any more, with the secrets that it held."""
        self.parcels.pop(parcel, None)
        for sku in self.goods.pop(parcel, ()):
            self.hidden.pop((parcel, sku), None)


def world_of(scenario: Scenario) -> World:
    """The building as the set-up commands describe it."""
    site = next(each.settings for each in scenario.setup if isinstance(each, SetUpSite))
    given = [each.layout for each in scenario.setup if isinstance(each, SetUpLayout)]
    ground = ground_of(given[-1]) if given else plain_ground(rectangle(site))
    world = World(ground.shape, site, stops={}, masses_g={})
    for command in scenario.setup:
        match command:
            case ImportItems(items=items):
                world.masses_g |= {item.sku: item.mass_g for item in items}
            case ImportPlaces(places=places):
                for each in places:
                    stop = ground.stop(each.way, each.aisle, each.block, each.y_mm)
                    if stop is not None:
                        world.stops[each.name] = stop
            case ImportStock(lines=lines):
                for line in lines:
                    world.goods[line.place][line.sku] += line.qty
    return world


def spots(scenario: Scenario, kind: str) -> tuple[str, ...]:
    """The containers of a kind that the scenario starts with."""
    return tuple(
        each.lpn
        for command in scenario.setup
        if isinstance(command, ImportContainers)
        for each in command.containers
        if each.kind == kind
    )


def places(scenario: Scenario, kind: str) -> tuple[str, ...]:
    """The places of a kind that the scenario starts with."""
    return tuple(
        each.name
        for command in scenario.setup
        if isinstance(command, ImportPlaces)
        for each in command.places
        if each.kind == kind
    )

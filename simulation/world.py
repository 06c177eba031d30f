"""Owns the physical truth of the simulated building, apart from what the controller believes.

Goods lie in bins whatever the books say; labels carry what the printer printed; parcels are where
belt and people put them. People and machines act on this world, and checks compare the two.
"""

from collections import Counter
from dataclasses import dataclass, field

from controller.messages import ImportContainers, ImportPlaces, ImportStock, SetUpSite
from controller.plan.walking import Layout, Stop, distance_mm
from simulation.scenario import Scenario


@dataclass(slots=True)
class World:
    layout: Layout
    where: dict[str, Stop]
    bins: Counter[tuple[str, str]]  # (place, sku) -> units that really lie there
    lanes: dict[str, set[str]] = field(default_factory=dict)  # lane -> parcels that lie in it
    labels: dict[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # printer -> codes of the last
    walked_mm: int = 0

    def way_mm(self, one: str, other: str) -> int:
        """The walking distance between two named places; unknown ones are at the depot."""
        home = Stop(aisle=self.layout.depot_aisle, block=0, y_mm=0)
        return distance_mm(self.layout, self.where.get(one, home), self.where.get(other, home))


def world_of(scenario: Scenario) -> World:
    """The building as the set-up commands describe it."""
    layout = None
    where: dict[str, Stop] = {}
    bins: Counter[tuple[str, str]] = Counter()
    for command in scenario.setup:
        match command:
            case SetUpSite(settings=site):
                layout = Layout(
                    aisles=site.aisles,
                    block_lengths_mm=site.block_lengths_mm,
                    aisle_pitch_mm=site.aisle_pitch_mm,
                    depot_aisle=site.depot_aisle,
                )
            case ImportPlaces(places=places):
                where |= {p.name: Stop(aisle=p.aisle, block=p.block, y_mm=p.y_mm) for p in places}
            case ImportStock(lines=lines):
                bins.update({(line.place, line.sku): line.qty for line in lines})
    assert layout is not None, "a scenario sets its site up"
    return World(layout, where, bins)


def spots(scenario: Scenario, kind: str) -> tuple[str, ...]:
    """The containers of a kind that the scenario starts with."""
    return tuple(
        each.lpn
        for command in scenario.setup
        if isinstance(command, ImportContainers)
        for each in command.containers
        if each.kind == kind
    )

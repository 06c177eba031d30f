"""Owns what a simulated site may get: a put wall, zones for carts, cartons on carts, pods."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from controller.messages import (
    Container,
    ImportContainers,
    ImportPlaces,
    ImportStock,
    Place,
    SetUpSite,
    StockLine,
)
from simulation.scenario import Scenario
from simulation.world import places

WALL = "WALL-01"
SLOT_ML = 40_000
STATION = "STATION-01"
STATION_SLOTS = 6
BINS = 8  # of a pod
PLATES_PER_ORDER = 2
PLATES_LEAST = 100


def equipped(
    scenario: Scenario,
    *,
    wall_slots: int = 0,
    zones: int = 0,
    pick_to_carton: bool = False,
    pods: int = 0,
    lights: bool = False,
) -> Scenario:
    """The same site with what is asked for: a put wall, zones, cartons on carts, pods, lights."""
    scenario = with_wall(scenario, wall_slots) if wall_slots else scenario
    scenario = with_cartons(scenario) if pick_to_carton else scenario
    scenario = with_pods(scenario, pods) if pods else scenario
    scenario = with_lights(scenario) if lights else scenario
    return with_zones(scenario, zones) if zones > 1 else scenario


def with_wall(scenario: Scenario, slots: int) -> Scenario:
    """The same site with a put wall of so many slots beside the depot."""
    aisle = next(
        place.aisle
        for command in scenario.setup
        if isinstance(command, ImportPlaces)
        for place in command.places
        if place.kind == "buffer"
    )
    wall = Place(name=WALL, kind="wall", aisle=aisle)
    return replace(
        scenario,
        setup=(
            *scenario.setup,
            ImportPlaces(id="setup/wall", places=(wall,)),
            ImportContainers(
                id="setup/slots",
                containers=tuple(
                    Container(lpn=f"{WALL}-{nth:03}", kind="slot", place=WALL, volume_ml=SLOT_ML)
                    for nth in range(1, slots + 1)
                ),
            ),
        ),
    )


def with_cartons(scenario: Scenario) -> Scenario:
    """The same site where orders are picked into cartons: a roll of plates, enough for the run."""
    count = PLATES_PER_ORDER * len(scenario.demand) + PLATES_LEAST
    start = next(
        each.name
        for command in scenario.setup
        if isinstance(command, ImportPlaces)
        for each in command.places
        if each.kind == "buffer"
    )
    plates = ImportContainers(
        id="setup/plates",
        containers=tuple(
            Container(lpn=f"PLATE-{nth:06}", kind="carton", place=start)
            for nth in range(1, count + 1)
        ),
    )
    chosen = with_settings(scenario, pick_to_carton=True)
    return replace(chosen, setup=(*chosen.setup, plates))


def with_lights(scenario: Scenario) -> Scenario:
    """The same site with lights at the slots of its walls and stations."""
    names = (*places(scenario, "wall"), *places(scenario, "station"))
    chosen = with_settings(scenario, lights=names)
    return replace(chosen, machines=replace(chosen.machines, lights=names))


def with_narrow_aisles(scenario: Scenario, *, planned: bool) -> Scenario:
    """The same site where carts wait for one another in aisles; its plans know it, or do not."""
    chosen = with_settings(scenario, narrow_aisles=planned)
    return replace(chosen, narrow_aisles=True)


def with_settings(scenario: Scenario, **settings: Any) -> Scenario:
    """The same site with other figures."""
    setup = tuple(
        replace(each, settings=replace(each.settings, **settings))
        if isinstance(each, SetUpSite)
        else each
        for each in scenario.setup
    )
    return replace(scenario, setup=setup)


def with_pods(scenario: Scenario, pods: int) -> Scenario:
    """The same site where the goods of the first SKUs stand on so many pods, and one station."""
    lines = [
        line
        for command in scenario.setup
        if isinstance(command, ImportStock)
        for line in command.lines
    ]
    skus = list(dict.fromkeys(line.sku for line in lines))[: pods * BINS]
    bin_of = {sku: f"POD-{nth // BINS + 1:03}-{nth % BINS + 1}" for nth, sku in enumerate(skus)}
    setup = (
        replace(each, lines=tuple(_onto_pod(bin_of, line) for line in each.lines))
        if isinstance(each, ImportStock)
        else each
        for each in scenario.setup
    )
    names = [f"POD-{nth:03}" for nth in range(1, pods + 1)]
    spots = {name: f"SPOT-{nth:03}" for nth, name in enumerate(names, 1)}
    floor = ImportPlaces(
        id="setup/station",
        places=(
            Place(name=STATION, kind="station"),
            *(Place(name=spot, kind="spot", aisle=n % 2) for n, spot in enumerate(spots.values())),
            *(Place(name=each, kind="pod", pod=each[:7]) for each in bin_of.values()),
        ),
    )
    containers = ImportContainers(
        id="setup/pods",
        containers=(
            *(Container(lpn=name, kind="pod", place=spot) for name, spot in spots.items()),
            *(
                Container(lpn=f"{STATION}-{nth}", kind="slot", place=STATION, volume_ml=SLOT_ML)
                for nth in range(1, STATION_SLOTS + 1)
            ),
        ),
    )
    first, *rest = setup
    return replace(scenario, setup=(first, floor, containers, *rest))


def _onto_pod(bin_of: Mapping[str, str], line: StockLine) -> StockLine:
    if line.sku not in bin_of:
        return line
    return replace(line, place=bin_of[line.sku], face=False)


def with_zones(scenario: Scenario, zones: int) -> Scenario:
    """The same site with so many hand-over places, spread over the aisles."""
    site = next(each.settings for each in scenario.setup if isinstance(each, SetUpSite))
    ends = tuple(
        Place(name=f"HAND-{nth:02}", kind="hand_over", aisle=(nth - 1) * site.aisles // zones)
        for nth in range(1, zones + 1)
    )
    return replace(scenario, setup=(*scenario.setup, ImportPlaces(id="setup/zones", places=ends)))

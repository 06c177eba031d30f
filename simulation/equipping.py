"""Owns what a simulated site may get: a put wall with slots, zones for carts, cartons on carts."""

from dataclasses import replace

from controller.messages import Container, ImportContainers, ImportPlaces, Place, SetUpSite
from simulation.scenario import Scenario

WALL = "WALL-01"
SLOT_ML = 40_000
PLATES_PER_ORDER = 2
PLATES_LEAST = 100


def equipped(
    scenario: Scenario, *, wall_slots: int = 0, zones: int = 0, pick_to_carton: bool = False
) -> Scenario:
    """The same site with a put wall, zones and cartons on carts, as far as they are asked for."""
    scenario = with_wall(scenario, wall_slots) if wall_slots else scenario
    scenario = with_cartons(scenario) if pick_to_carton else scenario
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
    setup = (
        replace(each, settings=replace(each.settings, pick_to_carton=True))
        if isinstance(each, SetUpSite)
        else each
        for each in scenario.setup
    )
    plates = ImportContainers(
        id="setup/plates",
        containers=tuple(
            Container(lpn=f"PLATE-{nth:06}", kind="carton", place=start)
            for nth in range(1, count + 1)
        ),
    )
    return replace(scenario, setup=(*setup, plates))


def with_zones(scenario: Scenario, zones: int) -> Scenario:
    """The same site with so many hand-over places, spread over the aisles."""
    site = next(each.settings for each in scenario.setup if isinstance(each, SetUpSite))
    places = tuple(
        Place(name=f"HAND-{nth:02}", kind="hand_over", aisle=(nth - 1) * site.aisles // zones)
        for nth in range(1, zones + 1)
    )
    return replace(
        scenario, setup=(*scenario.setup, ImportPlaces(id="setup/zones", places=places))
    )

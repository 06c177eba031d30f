"""Owns what a simulated site gets beside what every site has: a put wall with slots for orders."""

from dataclasses import replace

from controller.messages import Container, ImportContainers, ImportPlaces, Place
from simulation.scenario import Scenario

WALL = "WALL-01"
SLOT_ML = 40_000


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

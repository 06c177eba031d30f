"""Owns the faults of the building, from the seed: bins that hold too little, crashes of the host.

Faults of the wire, of machines and of people are drawn where they happen; all are counted in
`World.faults`.
"""

from collections.abc import Iterator
from random import Random

from controller.units import DAY
from simulation.clock import MACHINES
from simulation.floor import Floor
from simulation.scenario import Scenario
from simulation.streams import Streams

PPM = 1_000_000


def inject(floor: Floor) -> None:
    """Takes goods out of some bins before the day begins, and schedules the crashes."""
    streams = Streams(floor.scenario.seed)
    _empty_places(floor, streams.stream("faults/stock"))
    every_ms = floor.scenario.faults.controller_crash_every_ms
    for at_ms in moments(floor.scenario, streams.stream("faults/crashes"), every_ms):
        floor.agenda.at(at_ms * 1_000, MACHINES, "controller", floor.crash)


def moments(scenario: Scenario, stream: Random, every_ms: int) -> Iterator[int]:
    """When something with this mean time between failures fails; never when that is 0."""
    at_ms, end_ms = scenario.day_start_ms, scenario.day_start_ms + scenario.days * DAY
    while every_ms:
        at_ms += max(1, round(stream.expovariate(1 / every_ms)))
        if at_ms >= end_ms:
            return
        yield at_ms


def _empty_places(floor: Floor, stream: Random) -> None:
    world, ppm = floor.world, floor.scenario.faults.empty_place_ppm
    for place in sorted(world.goods):
        for sku, units in sorted(world.goods[place].items()):
            if units and stream.randrange(PPM) < ppm:
                world.vanish(place, sku, units - stream.randrange(units))
                world.faults["empty_place"] += 1

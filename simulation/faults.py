"""Owns the faults of the building, from the seed: bins that hold too little, crashes of the host.

Faults of the wire, of machines and of people are drawn where they happen; all are counted in
`World.faults`.
"""

from random import Random

from simulation.clock import MACHINES
from simulation.floor import Floor
from simulation.host import Host
from simulation.streams import Streams, moments

PPM = 1_000_000
DOWN, OTHERS = "Albion Parcels", ("Meridian Express",)


def inject(floor: Floor, host: Host) -> None:
    """Takes goods out of some bins before the day begins, and schedules the crashes."""
    scenario, streams = floor.scenario, Streams(floor.scenario.seed)
    empty_places(floor)

    def crash() -> None:
        floor.world.faults["crash"] += 1
        host.crash()

    crashes = moments(
        streams.stream("faults/crashes"),
        scenario.faults.controller_crash_every_ms,
        scenario.day_start_ms,
        scenario.end_ms,
    )
    for at_ms in crashes:
        floor.agenda.at(at_ms * 1_000, MACHINES, "controller", crash)
    _fail_carriers(floor, host, streams.stream("faults/carriers"))


def _fail_carriers(floor: Floor, host: Host, stream: Random) -> None:
    """Now and then one of the carriers does not answer; the parcels go with another."""
    faults, scenario = floor.scenario.faults, floor.scenario
    if not faults.carrier_down_every_ms:
        return
    if scenario.street is None:
        host.partners.carriers.connect((DOWN, *OTHERS))

    def fail() -> None:
        floor.world.faults["carrier_down"] += 1
        host.partners.carriers.fail(DOWN, faults.carrier_down_ms)

    every_ms, start_ms = faults.carrier_down_every_ms, scenario.day_start_ms
    for at_ms in moments(stream, every_ms, start_ms, scenario.end_ms):
        floor.agenda.at(at_ms * 1_000, MACHINES, "carrier", fail)


def empty_places(floor: Floor) -> None:
    """Some bins hold fewer units than the books say, and nobody has told them."""
    world, ppm = floor.world, floor.scenario.faults.empty_place_ppm
    for place in sorted(world.goods):
        for sku, units in sorted(world.goods[place].items()):
            about = f"{place}/{sku}"
            if units and floor.chance.below(PPM, f"empty/{about}") < ppm:
                world.vanish(place, sku, units - floor.chance.below(units, f"left/{about}"))
                world.faults["empty_place"] += 1

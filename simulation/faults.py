"""Owns faults of the stock: bins that hold less than the books say, from the seed."""

from random import Random

from simulation.floor import Floor

PPM = 1_000_000


def inject(floor: Floor, stream: Random) -> None:
    """Takes goods out of some bins before the day begins; nobody has told the books."""
    bins = floor.world.bins
    for key in sorted(bins):
        if stream.randrange(PPM) < floor.scenario.faults.empty_place_ppm:
            bins[key] = stream.randrange(bins[key]) if bins[key] else 0

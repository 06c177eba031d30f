"""Owns the quick look at the planners: what they save against the plain rule of the trade.

Peers run in the same process on the same seeded problems. Quality is a ratio of lengths or costs;
times are shown for information.
"""

import sys
import time
from collections.abc import Iterator
from random import Random
from statistics import median

from benchmarks import Figure, tell
from controller.plan import Effort, batching, carriers, walking
from controller.plan.walking import Layout, Stop
from controller.plan.walks.heuristics import s_shape

SEED = 20240607
LISTS = 120
LOADS = 200
PARCELS = 600


def measure() -> list[Figure]:
    return [*_walks(), *_batches(), *_choices()]


def _stops(rng: Random, layout: Layout, count: int) -> tuple[Stop, ...]:
    return tuple(
        Stop(
            aisle=rng.randrange(layout.aisles),
            block=rng.randrange(len(layout.block_lengths_mm)),
            y_mm=rng.randrange(layout.block_lengths_mm[0]),
        )
        for _ in range(count)
    )


def _layout(blocks: int) -> Layout:
    return Layout(
        aisles=20, block_lengths_mm=(15_000,) * blocks, aisle_pitch_mm=3_500, depot_aisle=0
    )


def _walks() -> Iterator[Figure]:
    for blocks in (1, 2):
        rng = Random(SEED + blocks)
        layout = _layout(blocks)
        plain = ours = 0
        seconds = []
        for _ in range(LISTS):
            stops = _stops(rng, layout, rng.randint(5, 60))
            start = time.perf_counter()
            plan = walking.solve(walking.Problem(layout=layout, stops=stops), Effort())
            seconds.append(time.perf_counter() - start)
            plain += walking.length_of(layout, stops, s_shape(stops))
            ours += plan.length_mm
        yield Figure(
            name=f"walk, {blocks} block(s): S-shape / tour",
            value=plain / ours,
            unit="ratio",
            least=1.05,
        )
        yield Figure(
            name=f"walk, {blocks} block(s): median time", value=1e3 * median(seconds), unit="ms"
        )


def batch() -> batching.Problem:
    """The loads of a busy half hour, to be put on carts."""
    rng = Random(SEED)
    layout = _layout(2)
    loads = tuple(
        batching.Load(
            id=f"{n:04}",
            stops=_stops(rng, layout, rng.randint(1, 6)),
            volume_ml=1_000,
            mass_g=1_000,
            due_ms=n,
        )
        for n in range(LOADS)
    )
    cart = batching.Cart(slots=8, volume_ml=1 << 40, mass_g=1 << 40)
    return batching.Problem(layout=layout, cart=cart, loads=loads)


def _batches() -> Iterator[Figure]:
    problem = batch()
    start = time.perf_counter()
    plan = batching.solve(problem, Effort())
    seconds = time.perf_counter() - start
    yield Figure(
        name=f"batch of {LOADS} loads: first come, first served / plan",
        value=plan.first_come_mm / plan.total_mm,
        unit="ratio",
        least=1.2,
    )
    yield Figure(name=f"batch of {LOADS} loads: time", value=seconds, unit="s")


def _choices() -> Iterator[Figure]:
    """Pickups too small for all: the optimum against cheapest first while room is left."""
    rng = Random(SEED)
    prices = [(f"C{n}", rng.randint(300, 900), rng.randint(20, 150)) for n in range(6)]
    problem = carriers.Problem(
        parcels=tuple(_parcel(rng, n, prices) for n in range(PARCELS)),
        pickup_capacity={name: PARCELS // 5 for name, _, _ in prices},
        tiers={name: ((0, 0), (PARCELS // 6, 80_000)) for name, _, _ in prices},
    )
    start = time.perf_counter()
    plan = carriers.solve(problem, Effort())
    seconds = time.perf_counter() - start
    yield Figure(
        name=f"services for {PARCELS} parcels: cheapest first / plan",
        value=plan.greedy_cents / plan.cost_cents,
        unit="ratio",
        least=1.0,
    )
    yield Figure(name=f"services for {PARCELS} parcels: time", value=seconds, unit="s")


def _parcel(rng: Random, number: int, prices: list[tuple[str, int, int]]) -> carriers.Parcel:
    mass_kg = rng.randint(1, 12)
    return carriers.Parcel(
        id=f"{number:05}",
        options=tuple(
            carriers.Option(
                carrier=name, service=name, pickup=name, base_cents=base + mass_kg * kg
            )
            for name, base, kg in prices
        ),
    )


if __name__ == "__main__":
    sys.exit(tell(measure()))

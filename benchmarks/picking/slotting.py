"""Slotting: metres a day before, after velocity alone, and after ours with and without affinity.

Owns the sets and the peer, which puts the most visited SKU on the spot nearest to the depot. Moves
are planned on the first half of the tours and measured on the second, every tour walked by the
exact programme. Refuses to measure on what it has planned with.
"""

import argparse
import csv
import gzip
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

from controller.plan import Effort, slotting
from controller.plan.slots.visits import Visits
from controller.plan.slotting import Goods, Problem, Spot, Trip, why_not
from controller.plan.walking import Layout, Stop, depot_distance_mm

LEVELS_MM = (300, 1_000, 1_600)
ORDERS_PER_TOUR = 12
HELP = "Folder with online_retail_ii_2009_10_lines.csv.gz; left out where it is not there."
DATA = Path("../shared/data/orders")
LINES = "online_retail_ii_2009_10_lines.csv.gz"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command line may choose."""
    parser.add_argument("--orders", type=Path, default=DATA, help=HELP)
    parser.add_argument("--skus", type=int, default=300)
    parser.add_argument("--tours", type=int, default=200, help="Half to plan on, half to measure.")
    parser.add_argument("--moves", type=int, nargs="*", default=[20, 60])
    parser.add_argument("--work", type=int, default=60_000, help="Effort of each plan.")
    parser.add_argument("--out", type=Path, help="Write the rows as JSON.")


def run(arguments: argparse.Namespace) -> int:
    """Prints a row for each set, number of moves and method."""
    rows: list[dict[str, object]] = []
    _say("| set | moves allowed | method | moves | m a day | reach m a day | of before | s |")
    _say("|---|---:|---|---:|---:|---:|---:|---:|")
    for name, trips in _sets(arguments):
        for problem, measured in _problems(trips, arguments.moves):
            for row in _rows(name, problem, measured, arguments.work):
                rows.append(row)
                _say("| " + " | ".join(str(cell) for cell in row.values()) + " |")
    if arguments.out:
        arguments.out.write_text(json.dumps(rows, indent=1))
    return 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _sets(arguments: argparse.Namespace) -> Iterator[tuple[str, list[set[str]]]]:
    """Tours as sets of SKUs, in the sequence in which they came."""
    yield "generated", list(_generated(arguments.skus, arguments.tours))
    file = arguments.orders / LINES
    if file.exists():
        yield "online retail", _real(file, arguments.skus, arguments.tours)
    else:
        _say(f"{file} is not there: real orders are left out")


def _generated(skus: int, tours: int) -> Iterator[set[str]]:
    """Lines by a power law of popularity, a third of them of families that are bought together."""
    rng = Random(7)
    weights = [1 / (n + 1) ** 0.8 for n in range(skus)]
    families = [rng.sample(range(skus), 6) for _ in range(skus // 6)]
    for _ in range(tours):
        tour: set[int] = set()
        while len(tour) < 20:
            if rng.random() < 0.3:
                tour.update(rng.sample(rng.choice(families), 3))
            else:
                tour.update(rng.choices(range(skus), weights))
        yield {f"S{n:04}" for n in tour}


def _real(file: Path, skus: int, tours: int) -> list[set[str]]:
    """Invoices first come first served on carts, of the SKUs sold most often."""
    orders: dict[str, set[str]] = {}
    with gzip.open(file, "rt", newline="", encoding="utf-8") as text:
        for line in csv.DictReader(text):
            orders.setdefault(line["invoice"], set()).add(line["sku"])
            if len(orders) > tours * ORDERS_PER_TOUR:
                break
    often = Counter(sku for held in orders.values() for sku in held)
    known = {sku for sku, _ in sorted(often.items(), key=lambda each: (-each[1], each[0]))[:skus]}
    kept = [held & known for held in orders.values()]
    carts = [kept[at : at + ORDERS_PER_TOUR] for at in range(0, len(kept), ORDERS_PER_TOUR)]
    return [set().union(*cart) for cart in carts][:tours]


def _problems(
    tours: Sequence[set[str]], moves: Sequence[int]
) -> Iterator[tuple[Problem, Problem]]:
    """The problem to plan on and the one to measure on, for each number of moves."""
    rng = Random(3)
    skus = sorted(set().union(*tours))
    spots = list(_spots(len(skus) * 110 // 100))
    at = rng.sample(range(len(spots)), len(skus))
    goods = tuple(
        Goods(
            sku=sku,
            place=spots[spot].name,
            face_ml=rng.randint(2_000, 50_000),
            unit_mass_g=rng.choice([150, 400, 900, 2_500, 12_000]),
            face_units=12,
            units=rng.randint(2, 24),
        )
        for sku, spot in zip(skus, at, strict=True)
    )
    trips = tuple(Trip(skus=tuple(sorted(tour))) for tour in tours if tour)
    half = len(trips) // 2
    for most in moves:
        problem = Problem(
            layout=_layout(len(spots)),
            goods=goods,
            spots=tuple(spots),
            trips=trips[:half],
            days=5,
            horizon_days=60,
            moves_max=most,
        )
        yield problem, replace(problem, trips=trips[half:])


def _layout(spots: int) -> Layout:
    depth_mm = (spots // len(LEVELS_MM) // 12 + 1) * 1_400 + 1_400
    return Layout(
        aisles=12,
        block_lengths_mm=(depth_mm // 2, depth_mm - depth_mm // 2),
        aisle_pitch_mm=3_500,
        depot_aisle=0,
    )


def _spots(count: int) -> Iterator[Spot]:
    lengths = _layout(count).block_lengths_mm
    for nth in range(count):
        bay, level = divmod(nth, len(LEVELS_MM))
        aisle, y_mm = bay % 12, (bay // 12) * 1_400 + 700
        block = int(y_mm > lengths[0])
        stop = Stop(aisle=aisle, block=block, y_mm=y_mm - block * lengths[0])
        yield Spot(name=f"P{nth:05}", stop=stop, volume_ml=60_000, height_mm=LEVELS_MM[level])


def _rows(
    name: str, problem: Problem, measured: Problem, work: int
) -> Iterator[dict[str, object]]:
    before = Visits(measured)
    present = [problem.at[each.place] for each in problem.goods]
    first = before.walked_mm(present)

    def row(method: str, places: list[int], seconds: float) -> dict[str, object]:
        walked = before.walked_mm(places)
        return {
            "set": name,
            "moves_max": problem.moves_max,
            "method": method,
            "moves": sum(a != b for a, b in zip(places, present, strict=True)),
            "m_day": walked // measured.days // 1_000,
            "reach_m_day": before.total_reached_mm(places) // measured.days // 1_000,
            "of_before": round(walked / first, 3),
            "seconds": round(seconds, 1),
        }

    yield row("as it is", present, 0)
    yield row("velocity (peer), all moved", _by_velocity(problem), 0)
    for method, affinity in (("ours, visits and reach", False), ("ours, and affinity", True)):
        begun = time.process_time()
        plan = slotting.solve(replace(problem, affinity=affinity), Effort(work=work))
        where = {each.sku: problem.at[each.place] for each in problem.goods}
        for chain in plan.chains:
            where |= {move.sku: problem.at[move.target] for move in chain.moves}
        yield row(method, list(where.values()), time.process_time() - begun)


def _by_velocity(problem: Problem) -> list[int]:
    """The most visited SKU takes the free spot nearest to the depot that may hold it."""
    often = Counter(sku for trip in problem.trips for sku in trip.skus)
    free = sorted(
        range(len(problem.spots)),
        key=lambda spot: (depot_distance_mm(problem.layout, problem.spots[spot].stop), spot),
    )
    places = [0] * len(problem.goods)
    for goods in sorted(
        range(len(places)), key=lambda each: (-often[problem.goods[each].sku], each)
    ):
        places[goods] = next(
            spot
            for spot in free
            if not why_not(problem.goods[goods], problem.spots[spot], problem.rules)
        )
        free.remove(places[goods])
    return places

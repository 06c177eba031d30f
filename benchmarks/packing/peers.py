"""Pack the orders of a file with peers and with every effort of ours, in one run, as a table.

Owns the sub-command and the way peers choose cartons: the cheapest that takes all, else again and
again the one that costs least for what it takes. Refuses to tune a peer, and to check its answers.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.packing import orders, sharing
from benchmarks.picking.efforts import Watch
from controller.plan import cartonizing
from controller.plan.cartons.packages import carton_cents

Units = list[cartonizing.Piece]
PackInto = Callable[[cartonizing.Carton, Units], list[int]]
"""Which units, by number, a peer finds a place for in one carton."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--orders", type=Path, required=True, metavar="ORDERS.json")
    parser.add_argument("--support", type=float, default=0.75, metavar="SHARE")
    parser.add_argument("--most", type=int, default=0, help="the first so many orders only")
    parser.add_argument(
        "--efforts",
        nargs="+",
        default=[*cartonizing.EFFORTS],
        choices=[*cartonizing.EFFORTS],
    )
    parser.add_argument("--jobs", type=int, default=2, help="processes that pack side by side")
    parser.add_argument("--table", type=Path, help="write the table as Markdown to this file")


def run(arguments: argparse.Namespace) -> int:
    read = partial(_problems, arguments.orders, round(100 * arguments.support), arguments.most)
    rows = [*_ours(read, arguments.efforts, arguments.jobs), *_peers(read())]
    lines = ["| packer | cost, cents | cartons | orders a second |", "|---|---|---|---|"]
    lines += [f"| {name} | {cost:,} | {boxes} | {rate:.0f} |" for name, cost, boxes, rate in rows]
    lines += ["", f"Load of the machine over 1 and 5 minutes: {os.getloadavg()[:2]}"]
    sys.stdout.write("\n".join([*lines, ""]))
    if arguments.table:
        arguments.table.write_text("\n".join([*lines, ""]))
    return 0


def _problems(path: Path, support_percent: int, most: int) -> list[cartonizing.Problem]:
    given = [problem for _, problem in orders.problems(orders.read(path), support_percent)]
    return given[: most or len(given)]


Row = tuple[str, int, int, float]


def _ours(read: sharing.Problems, efforts: Sequence[str], jobs: int) -> Iterator[Row]:
    given = read()
    for name in efforts:
        done = sharing.pack(read, (cartonizing.EFFORTS[name].work,), jobs)
        for problem, plan in zip(given, done.plans, strict=True):
            orders.check(problem, plan)
        cost = sum(plan.cost_cents for plan in done.plans)
        boxes = sum(len(plan.cartons) for plan in done.plans)
        yield f"Pickwright, {name}, {jobs} processes", cost, boxes, len(given) / done.wall_s


def _peers(given: Sequence[cartonizing.Problem]) -> Iterator[Row]:
    for name, pack_into in (("py3dbp", _py3dbp()), ("packvium, fast", _packvium(given[0]))):
        seconds, cost, boxes = 0.0, 0, 0
        for problem in given:
            watch = Watch()
            prices = list(_cartons(problem, pack_into))
            seconds += watch.seconds()
            cost, boxes = cost + sum(prices), boxes + len(prices)
        yield name, cost, boxes, len(given) / seconds


def _cartons(problem: cartonizing.Problem, pack_into: PackInto) -> Iterator[int]:
    """The price of each carton that a peer fills."""
    units = [piece for piece in problem.pieces for _ in range(piece.qty)]
    while units:
        chosen = min(_options(problem, pack_into, units), key=lambda option: option[:2])
        yield chosen[1]
        units = [unit for at, unit in enumerate(units) if at not in chosen[2]]


def _options(
    problem: cartonizing.Problem, pack_into: PackInto, units: Units
) -> Iterator[tuple[float, int, set[int]]]:
    """For each carton: cents for a cubic millimetre, or less than nothing when all is in."""
    for carton in problem.cartons:
        packed = set(pack_into(carton, units))
        if packed:
            goods = [units[at] for at in packed]
            volume = sum(unit.volume_mm3 for unit in goods)
            cents = carton_cents(problem, carton, sum(unit.mass_g for unit in goods), volume)
            everything = len(packed) == len(units)
            yield (-1 if everything else cents / volume), cents, packed


def _py3dbp() -> PackInto:
    peer = import_module("py3dbp")

    def pack_into(carton: cartonizing.Carton, units: Units) -> list[int]:
        packer = peer.Packer()
        size = (carton.length_mm, carton.height_mm, carton.width_mm)
        packer.add_bin(peer.Bin(carton.code, *size, carton.mass_max_g))
        for at, unit in enumerate(units):
            measures = (unit.length_mm, unit.height_mm, unit.width_mm)
            packer.add_item(peer.Item(str(at), *measures, unit.mass_g))
        packer.pack(bigger_first=True, number_of_decimals=0)
        return [int(item.name) for item in packer.bins[0].items]

    return pack_into


def _packvium(problem: cartonizing.Problem) -> PackInto:
    peer = import_module("packvium")
    config = peer.PackingConfig.fast(minimum_support_ratio=problem.support_percent / 100)
    packer = peer.Packer(config)

    def size(thing: Any) -> Any:
        return peer.Dimensions.mm(*map(str, (thing.length_mm, thing.width_mm, thing.height_mm)))

    def pack_into(carton: cartonizing.Carton, units: Units) -> list[int]:
        box = peer.Container.create(
            carton.code, size(carton), max_payload=f"{carton.mass_max_g} g", quantity=1
        )
        items = [
            peer.Item.create(
                str(at),
                size(unit),
                f"{unit.mass_g} g",
                keep_upright=unit.upright,
                stackable=not unit.fragile,
            )
            for at, unit in enumerate(units)
        ]
        result = packer.pack(items=items, containers=[box])
        return [int(each.instance.item.id) for one in result.containers for each in one.placements]

    return pack_into

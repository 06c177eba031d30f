"""Pack BoxPacker's recorded orders and compare the boxes used, order by order.

Owns the sub-command. Refuses answers that the check of placements does not confirm.
"""

import argparse
import csv
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks import Figure, tell
from benchmarks.packing import orders
from benchmarks.picking.efforts import Watch
from controller.plan import cartonizing

BOX_CENTS, SMALLER_CENTS = 10_000, 100
TARIFF = cartonizing.Tariff(base_cents=0, per_kg_cents=0, divisor_cm3_per_kg=0, step_g=1)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dir", type=Path, required=True, help="items, boxes and expected .csv")
    parser.add_argument("--effort", choices=list(cartonizing.EFFORTS), default="fast")
    parser.add_argument("--support", type=float, default=0.0, metavar="SHARE")
    parser.add_argument("--orders", type=int, default=0, help="the first so many only")


def run(arguments: argparse.Namespace) -> int:
    recorded = {row[0]: int(row[4]) for row in _rows(arguments.dir / "expected.csv")}
    effort = cartonizing.EFFORTS[arguments.effort]
    cartonizing.warm()
    boxes = peer = worse = better = 0
    seconds, most = 0.0, arguments.orders or len(recorded)
    for name, problem in list(problems(arguments.dir, round(100 * arguments.support)))[:most]:
        watch = Watch()
        plan = cartonizing.solve(problem, effort)
        seconds += watch.seconds()
        orders.check(problem, plan)
        boxes, peer = boxes + len(plan.cartons), peer + recorded[name]
        worse += len(plan.cartons) > recorded[name]
        better += len(plan.cartons) < recorded[name]
    sys.stdout.write(f"BoxPacker used {peer} boxes; {better} orders need fewer here\n")
    return tell(
        [
            Figure(name="boxes", value=boxes, unit="boxes", most=peer - 8),
            Figure(name="orders that need more boxes", value=worse, unit="orders", most=0.5),
            Figure(name="orders a second", value=most / seconds, unit="orders/s", least=1500),
        ]
    )


def problems(folder: Path, support_percent: int) -> Iterator[tuple[str, cartonizing.Problem]]:
    """Every order with its name; a box counts much more than how large it is."""
    cartons = _cartons(folder)
    pieces: dict[str, list[cartonizing.Piece]] = {}
    for order, qty, _, length, width, height, mass_g in _rows(folder / "items.csv"):
        held = pieces.setdefault(order, [])
        held.append(
            cartonizing.Piece(
                ref=str(len(held)),
                length_mm=int(length),
                width_mm=int(width),
                height_mm=int(height),
                mass_g=int(mass_g),
                qty=int(qty),
            )
        )
    for order, held in pieces.items():
        yield (
            order,
            cartonizing.Problem(
                pieces=tuple(held),
                cartons=cartons,
                tariff=TARIFF,
                support_percent=support_percent,
                gravity=support_percent > 0,
                own_mass_max_g=0,
            ),
        )


def _cartons(folder: Path) -> tuple[cartonizing.Carton, ...]:
    """Boxes by volume; the limit of mass is that of the box with its contents."""
    rows = sorted(
        _rows(folder / "boxes.csv"), key=lambda row: int(row[5]) * int(row[6]) * int(row[7])
    )
    return tuple(
        cartonizing.Carton(
            code=row[0],
            length_mm=int(row[5]),
            width_mm=int(row[6]),
            height_mm=int(row[7]),
            tare_g=int(row[4]),
            mass_max_g=int(row[8]) - int(row[4]),
            cost_cents=BOX_CENTS + SMALLER_CENTS * at,
        )
        for at, row in enumerate(rows)
    )


def _rows(path: Path) -> list[list[str]]:
    with path.open(newline="") as file:
        return list(csv.reader(file))

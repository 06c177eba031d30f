"""Pack BoxPacker's recorded orders and compare the boxes used, order by order.

Owns the sub-command. Refuses answers that the check of placements does not confirm.
"""

import argparse
import csv
import os
import sys
from functools import partial
from pathlib import Path

from benchmarks import Figure, tell
from benchmarks.packing import orders, sharing
from controller.plan import cartonizing

BOX_CENTS, SMALLER_CENTS = 10_000, 100
BOX_MOST_CENTS = 10_300  # of the largest of four
TARIFF = cartonizing.Tariff(base_cents=0, per_kg_cents=0, divisor_cm3_per_kg=0, step_g=1)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dir", type=Path, required=True, help="items, boxes and expected .csv")
    parser.add_argument("--effort", choices=list(cartonizing.EFFORTS), default="fast")
    parser.add_argument("--support", type=float, default=0.0, metavar="SHARE")
    parser.add_argument(
        "--again",
        type=int,
        default=8_000,
        metavar="WORK",
        help="for orders of several boxes whose bound does not rule out fewer",
    )
    parser.add_argument("--jobs", type=int, default=2, help="processes that pack side by side")


def run(arguments: argparse.Namespace) -> int:
    recorded = [int(row[4]) for row in _rows(arguments.dir / "expected.csv")]
    read = partial(problems, arguments.dir, round(100 * arguments.support))
    works = (cartonizing.EFFORTS[arguments.effort].work, arguments.again)
    done = sharing.pack(read, works, arguments.jobs, _fewer)
    for problem, plan in zip(read(), done.plans, strict=True):
        orders.check(problem, plan)
    boxes = [len(plan.cartons) for plan in done.plans]
    pairs = [*zip(boxes, recorded, strict=True)]
    sys.stdout.write(
        f"BoxPacker used {sum(recorded)} boxes; {sum(ours < peer for ours, peer in pairs)} orders "
        f"need fewer here; {len(boxes) / done.busy_s:.0f} orders in a second of a processor; "
        f"{arguments.jobs} processes, load {os.getloadavg()[0]:.1f}\n"
    )
    worse = sum(ours > peer for ours, peer in pairs)
    return tell(
        [
            Figure(name="boxes", value=sum(boxes), unit="boxes", most=sum(recorded) - 8),
            Figure(name="orders that need more boxes", value=worse, unit="orders", most=0.5),
            Figure(
                name="orders a second",
                value=len(boxes) / done.wall_s,
                unit="orders/s",
                least=1500,
            ),
        ]
    )


def _fewer(plan: cartonizing.Plan) -> bool:
    """Whether fewer boxes might do."""
    return len(plan.cartons) > max(1, -(-plan.bound_cents // BOX_MOST_CENTS))


def problems(folder: Path, support_percent: int) -> list[cartonizing.Problem]:
    """Every order in the sequence of the file; a box counts much more than how large it is."""
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
    return [
        cartonizing.Problem(
            pieces=tuple(pieces[name]),
            cartons=cartons,
            tariff=TARIFF,
            support_percent=support_percent,
            gravity=support_percent > 0,
            own_mass_max_g=0,
        )
        for name, *_ in _rows(folder / "expected.csv")
    ]


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

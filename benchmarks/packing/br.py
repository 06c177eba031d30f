"""Load containers of the sets BR and of the same form, in the given seconds each.

Owns the sub-command. Refuses to write an answer that the check of placements does not confirm.
Form: how many instances; for each its number and seed, length width height, how many kinds, and
for each kind its number, three times (measure, whether it may be vertical), quantity.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from statistics import fmean
from typing import Any

from benchmarks.picking.efforts import Watch, effort_for
from controller.plan import Effort, placements
from controller.plan.loads.goods import Kind, Size
from controller.plan.loads.searching import Box, search

WARM_WORK = 100


@dataclass(frozen=True, slots=True)
class Instance:
    """One container and what may go into it."""

    room: Size
    goods: tuple[placements.Goods, ...]
    quantities: tuple[int, ...]

    @property
    def kinds(self) -> list[Kind]:
        """The goods as the search knows them."""
        pairs = zip(self.goods, self.quantities, strict=True)
        return [Kind(tuple(sorted(placements.ways(each))), number) for each, number in pairs]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--file", type=Path, required=True, metavar="BRk.txt")
    parser.add_argument("--instances", default="1-10", metavar="FROM-TO")
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--support", choices=("full", "none"), default="full")
    parser.add_argument("--json", type=Path, required=True, metavar="FILE")
    parser.add_argument("--out", type=Path, required=True, metavar="PLACEMENTS.json")


def run(arguments: argparse.Namespace) -> int:
    instances = read(arguments.file)
    support = arguments.support == "full"
    first, _, last = arguments.instances.partition("-")
    numbers = range(int(first), int(last or first) + 1)
    if not set(numbers) <= set(range(1, len(instances) + 1)):
        raise SystemExit(f"{arguments.file} holds the instances 1-{len(instances)}")
    search(instances[0].room, instances[0].kinds, support, Effort(work=WARM_WORK))
    rows: list[dict[str, Any]] = []
    answers = []
    for number in numbers:
        each, watch = instances[number - 1], Watch()
        found = search(each.room, each.kinds, support, effort_for(arguments.seconds))
        seconds = watch.seconds()
        check(each, found.boxes, support)
        x, y, z = each.room
        share = 100 * found.volume_mm3 / (x * y * z)
        rows.append({"instance": number, "utilisation": share, "seconds": round(seconds, 3)})
        answers.append({"instance": number, "placements": [list(box) for box in found.boxes]})
    arguments.json.write_text(json.dumps(rows) + "\n")
    arguments.out.write_text(json.dumps(answers) + "\n")
    sys.stdout.write(
        f"{len(rows)} containers, {fmean(row['utilisation'] for row in rows):.3f}% used, "
        f"{fmean(row['seconds'] for row in rows):.2f} s each\n"
    )
    return 0


def read(path: Path) -> list[Instance]:
    """All instances of a file. Raises: SystemExit naming a file that has not the form."""
    try:
        numbers = iter([int(word) for word in path.read_text().split()])
        return [_instance(numbers) for _ in range(next(numbers))]
    except (OSError, ValueError, StopIteration, RuntimeError) as fault:
        raise SystemExit(f"{path} does not have the form of the sets BR: {fault}") from None


def _instance(numbers: Iterator[int]) -> Instance:
    _, _, *room = (next(numbers) for _ in range(5))
    goods, quantities = [], []
    for _ in range(next(numbers)):
        _, *pairs, quantity = (next(numbers) for _ in range(8))
        size, upright = (pairs[0], pairs[2], pairs[4]), (pairs[1], pairs[3], pairs[5])
        vertical = (bool(upright[0]), bool(upright[1]), bool(upright[2]))
        goods.append(placements.Goods(size=size, vertical=vertical))
        quantities.append(quantity)
    return Instance((room[0], room[1], room[2]), tuple(goods), tuple(quantities))


def check(instance: Instance, boxes: Sequence[Box], support: bool) -> None:
    """Raises: ValueError naming the first rule that a load breaks."""
    for kind, number in Counter(box[0] for box in boxes).items():
        if number > instance.quantities[kind]:
            raise ValueError(
                f"kind {kind}: {number} are placed, {instance.quantities[kind]} exist"
            )
    faults = placements.faults(
        placements.Room(size=instance.room),
        {str(kind): goods for kind, goods in enumerate(instance.goods)},
        [placements.Unit(str(kind), *place) for kind, *place in boxes],
        placements.Rules(support_percent=100 if support else 0, gravity=support),
    )
    for fault in chain(faults):
        raise ValueError(fault)

"""Load everything of each instance of a file like thpack9 into as few containers as it can.

Owns the sub-command. Refuses to write an answer that the check of loads does not confirm.
Form: as of BR, without seeds; instances with a row that has not the form are left out.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.picking.efforts import Watch, effort_for
from controller.plan import loading

ROW = 8


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--file", type=Path, required=True, metavar="thpack9.txt")
    parser.add_argument("--instances", default="", metavar="FROM-TO")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--support", choices=("full", "none"), default="none")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")


def run(arguments: argparse.Namespace) -> int:
    loading.warm()
    first, _, last = arguments.instances.partition("-")
    rows: list[dict[str, Any]] = []
    for number, problem in read(arguments.file, arguments.support == "full"):
        if first and not int(first) <= number <= int(last or first):
            continue
        watch = Watch()
        plan = loading.solve(problem, effort_for(arguments.seconds))
        seconds = watch.seconds()
        for fault in loading.faults(problem, plan):
            raise ValueError(f"instance {number}: {fault}")
        bound = plan.bound_cents // problem.rooms[0].cost_cents
        row = {"instance": number, "containers": len(plan.loads), "bound": bound}
        rows.append(row | {"seconds": round(seconds, 3)})
    arguments.out.write_text(json.dumps(rows) + "\n")
    sys.stdout.write(
        f"{len(rows)} instances, {sum(row['containers'] for row in rows)} containers, "
        f"{sum(row['bound'] for row in rows)} at least; "
        f"longest {max((row['seconds'] for row in rows), default=0):.1f} s\n"
    )
    return 0


def read(path: Path, support: bool) -> Iterator[tuple[int, loading.Problem]]:
    """The usable instances with their numbers."""
    lines = [[int(word) for word in line.split()] for line in path.read_text().splitlines()]
    lines = [line for line in lines if line]
    at = 1
    for _ in range(lines[0][0]):
        number, size, kinds = lines[at][0], lines[at + 1], lines[at + 2][0]
        rows = lines[at + 3 : at + 3 + kinds]
        at += 3 + kinds
        if all(len(row) == ROW for row in rows):
            room = loading.Room(id="container", size=(size[0], size[1], size[2]))
            goods = tuple(_goods(row) for row in rows)
            yield number, loading.Problem(goods=goods, rooms=(room,), support=support)


def _goods(row: list[int]) -> loading.Goods:
    id_, a, a_up, b, b_up, c, c_up, quantity = row
    return loading.Goods(
        id=str(id_),
        size=(a, b, c),
        vertical=(bool(a_up), bool(b_up), bool(c_up)),
        quantity=quantity,
    )

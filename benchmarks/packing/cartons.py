"""Pack every order of a file: cartons, places, cost, whether proven, and the seconds it took.

Owns the sub-command. Refuses to write an answer that the check of placements does not confirm.
"""

import argparse
import os
import sys
from functools import partial
from pathlib import Path
from statistics import quantiles

from benchmarks.packing import orders, sharing
from controller.plan import cartonizing


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--orders", type=Path, required=True, metavar="ORDERS.json")
    parser.add_argument("--out", type=Path, required=True, metavar="RESULT.json")
    parser.add_argument("--effort", choices=list(cartonizing.EFFORTS), default="normal")
    parser.add_argument("--support", type=float, default=0.75, metavar="SHARE")
    parser.add_argument("--jobs", type=int, default=2, help="processes that pack side by side")


def run(arguments: argparse.Namespace) -> int:
    read = partial(_problems, arguments.orders, round(100 * arguments.support))
    done = sharing.pack(read, (cartonizing.EFFORTS[arguments.effort].work,), arguments.jobs)
    answers = []
    names = [order["id"] for order in orders.read(arguments.orders)["orders"]]
    for name, problem, plan, seconds in zip(names, read(), done.plans, done.seconds, strict=True):
        orders.check(problem, plan)
        answers.append(orders.answer(name, plan, seconds))
    orders.write(arguments.out, answers)
    sys.stdout.write(f"{_told(done)}; {arguments.jobs} processes, load {os.getloadavg()[0]:.1f}\n")
    return 0


def _problems(path: Path, support_percent: int) -> list[cartonizing.Problem]:
    return [problem for _, problem in orders.problems(orders.read(path), support_percent)]


def _told(done: sharing.Run) -> str:
    plans, seconds = done.plans, done.seconds
    small = [
        (plan.proven, took)
        for plan, took in zip(plans, seconds, strict=True)
        if sum(qty for packed in plan.cartons for _, qty in packed.contents) <= 8
    ]
    cuts = quantiles([*seconds, *seconds], n=100, method="inclusive")
    took = quantiles([*(took for _, took in small)] * 2, n=100, method="inclusive")
    return (
        f"{len(plans)} orders, {sum(len(plan.cartons) for plan in plans)} cartons, "
        f"{sum(plan.cost_cents for plan in plans)} cents, "
        f"{sum(plan.bound_cents for plan in plans)} at least, "
        f"{sum(plan.proven for plan in plans)} proven cheapest; "
        f"{len(plans) / done.wall_s:.0f} orders a second, "
        f"{len(plans) / done.busy_s:.0f} in one of a processor, "
        f"median {1e3 * cuts[49]:.2f} ms, p95 {1e3 * cuts[94]:.1f} ms, "
        f"p99 {1e3 * cuts[98]:.1f} ms, most {1e3 * max(seconds):.0f} ms; "
        f"of {len(small)} orders up to 8 units {sum(proven for proven, _ in small)} proven, "
        f"p95 {1e3 * took[94]:.1f} ms"
    )

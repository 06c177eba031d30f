"""Pack every order of a file: cartons, places, cost, whether proven, and the seconds it took.

Owns the sub-command. Refuses to write an answer that the check of placements does not confirm.
"""

import argparse
import sys
from pathlib import Path
from statistics import quantiles
from time import process_time

from benchmarks.packing import orders
from benchmarks.picking.efforts import Watch
from controller.plan import cartonizing


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--orders", type=Path, required=True, metavar="ORDERS.json")
    parser.add_argument("--out", type=Path, required=True, metavar="RESULT.json")
    parser.add_argument("--effort", choices=list(cartonizing.EFFORTS), default="normal")
    parser.add_argument("--support", type=float, default=0.75, metavar="SHARE")


def run(arguments: argparse.Namespace) -> int:
    content = orders.read(arguments.orders)
    effort = cartonizing.EFFORTS[arguments.effort]
    cartonizing.warm()
    answers, seconds, cost, bound, busy = [], [], 0, 0, 0.0
    for name, problem in orders.problems(content, round(100 * arguments.support)):
        watch, began = Watch(), process_time()
        plan = cartonizing.solve(problem, effort)
        seconds.append(watch.seconds())
        busy += process_time() - began
        orders.check(problem, plan)
        answers.append(orders.answer(name, plan, seconds[-1]))
        cost, bound = cost + plan.cost_cents, bound + plan.bound_cents
    orders.write(arguments.out, answers)
    cuts = quantiles([*seconds, *seconds], n=100, method="inclusive")
    boxes = sum(len(each["boxes"]) for each in answers)
    proven = sum(each["proven"] for each in answers)
    sys.stdout.write(
        f"{len(answers)} orders, {boxes} cartons, {cost} cents, {bound} at least, "
        f"{proven} proven cheapest; {len(seconds) / sum(seconds):.0f} orders a second, "
        f"{len(seconds) / busy:.0f} by processor time, "
        f"median {1e3 * cuts[49]:.2f} ms, p95 {1e3 * cuts[94]:.1f} ms, "
        f"p99 {1e3 * cuts[98]:.1f} ms, most {1e3 * max(seconds):.0f} ms\n"
    )
    return 0

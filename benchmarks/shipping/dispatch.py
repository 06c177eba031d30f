"""Plan generated days of own vans: two depots, windows, returns, drivers' rests.

Owns the sub-command: each day planned, driven a second time, and told beside tours by savings,
which know no rests. Refuses plans that the second walk finds a fault in.
"""

import argparse
import sys
import time

from benchmarks.shipping import van_days
from controller.plan import Effort, dispatching


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--stops", type=int, default=200)
    parser.add_argument("--vans", type=int, default=6)
    parser.add_argument("--days", type=int, default=3)
    parser.add_argument("--work", type=int, default=400_000, help="as a plan cycle spends")


def run(arguments: argparse.Namespace) -> int:
    """Prints the table; 1 where a stop is left out."""
    sys.stdout.write(
        "| day | tours | left out | cost | by savings | saved | km | by savings | CPU |\n"
        "|---|---|---|---|---|---|---|---|---|\n"
    )
    left_out = False
    for seed in range(1, arguments.days + 1):
        problem = van_days.day(seed, arguments.stops, arguments.vans)
        began = time.process_time()
        plan = dispatching.solve(problem, Effort(work=arguments.work))
        taken = time.process_time() - began
        van_days.check(problem, plan)
        left_out |= bool(plan.left_out)
        sys.stdout.write(f"| {seed} | {_told(plan)} | {taken:.1f} s |\n")
    return int(left_out)


def _told(plan: dispatching.Plan) -> str:
    saved = f"{1 - plan.cost / plan.by_savings_cost:.1%}" if plan.by_savings_cost else ""
    cents = 1_000
    figures = (
        len(plan.tours),
        len(plan.left_out),
        f"{plan.cost / cents / 100:.2f}",
        f"{plan.by_savings_cost / cents / 100:.2f}",
        saved,
        f"{plan.distance_m / 1_000:.0f}",
        f"{plan.by_savings_m / 1_000:.0f}",
    )
    return " | ".join(map(str, figures))

"""Plan generated days of own vans: two depots, windows, returns, drivers' rests.

Owns the sub-command: each day planned, driven a second time, and told beside tours by savings,
which know no rests. Refuses plans that the second walk finds a fault in.
"""

import argparse
import sys
import time

from benchmarks import Figure, tell
from benchmarks.shipping import van_days
from controller.plan import Effort, dispatching

LEAST_SAVED = 20.0
MOST_S = 10.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--stops", type=int, default=200)
    parser.add_argument("--vans", type=int, default=6)
    parser.add_argument("--days", type=int, default=3)
    parser.add_argument("--work", type=int, default=400_000, help="as a plan cycle spends")


def run(arguments: argparse.Namespace) -> int:
    """Prints the table, then the bars."""
    sys.stdout.write(
        "| day | tours | left out | cost | by savings | saved | km | by savings | CPU |\n"
        "|---|---|---|---|---|---|---|---|---|\n"
    )
    left_out, saved, seconds = 0, list[float](), list[float]()
    for seed in range(1, arguments.days + 1):
        problem = van_days.day(seed, arguments.stops, arguments.vans)
        began = time.process_time()
        plan = dispatching.solve(problem, Effort(work=arguments.work))
        seconds.append(time.process_time() - began)
        van_days.check(problem, plan)
        left_out += len(plan.left_out)
        saved.append(_saved(plan))
        sys.stdout.write(f"| {seed} | {_told(plan)} | {seconds[-1]:.1f} s |\n")
    served = 1 - left_out / (arguments.stops * arguments.days)
    return tell(
        [
            Figure(name="vans: stops served", value=100 * served, unit="%", least=100),
            Figure(
                name="vans: less than by savings, worst day",
                value=100 * min(saved),
                unit="%",
                least=LEAST_SAVED,
            ),
            Figure(name="vans: slowest plan", value=max(seconds), unit="CPU s", most=MOST_S),
        ]
    )


def _saved(plan: dispatching.Plan) -> float:
    return 1 - plan.cost / plan.by_savings_cost if plan.by_savings_cost else 0.0


def _told(plan: dispatching.Plan) -> str:
    cents = 1_000
    figures = (
        len(plan.tours),
        len(plan.left_out),
        f"{plan.cost / cents / 100:.2f}",
        f"{plan.by_savings_cost / cents / 100:.2f}",
        f"{_saved(plan):.1%}",
        f"{plan.distance_m / 1_000:.0f}",
        f"{plan.by_savings_m / 1_000:.0f}",
    )
    return " | ".join(map(str, figures))

"""Batch the orders of a file onto carts in the given seconds.

Owns the sub-command. Refuses to write an answer that the validator does not confirm.
"""

import argparse
import sys
from pathlib import Path

from benchmarks.picking import forms
from benchmarks.picking.checking import Ground, check_batches
from benchmarks.picking.efforts import Watch, effort_for
from controller.plan import batching


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--instance", type=Path, required=True, metavar="FILE.json")
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--deep", action="store_true", help="up to 150 orders: prove a bound")
    parser.add_argument("--out", type=Path, required=True, metavar="OUT.json")


def run(arguments: argparse.Namespace) -> int:
    problem = forms.read(arguments.instance, forms.BatchForm, forms.batch_problem)
    batching.warm()
    watch = Watch()
    plan = batching.solve(problem, effort_for(arguments.seconds), deep=arguments.deep)
    seconds = watch.seconds()
    check_batches(problem, plan, Ground.of_layout(problem.layout))
    forms.write(arguments.out, forms.batch_answer(plan, seconds))
    ratio = plan.total_mm / max(1, plan.first_come_mm)
    sys.stdout.write(
        f"{len(plan.tours)} tours, {plan.total_mm} mm, {ratio:.4f} of first come, first served; "
        f"bound {plan.bound_mm} mm ({plan.bound_why}); {seconds:.1f} s\n"
    )
    return 0

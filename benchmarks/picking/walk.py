"""Walk every list of a file: the sequence, its length, and whether none is shorter.

Owns the sub-command. Refuses to write an answer that the validator does not confirm.
"""

import argparse
import sys
from pathlib import Path
from statistics import quantiles

from benchmarks.picking import forms
from benchmarks.picking.checking import Ground
from benchmarks.picking.efforts import ENDLESS, Watch
from controller.plan import Effort, walking


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--instances", type=Path, required=True, metavar="FILE.json")
    parser.add_argument("--out", type=Path, required=True, metavar="OUT.json")


def run(arguments: argparse.Namespace) -> int:
    floor, problems = forms.read(arguments.instances, forms.WalkForm, forms.walks)
    walking.warm()
    ground = Ground.of_layout(floor)
    answers = []
    for problem in problems:
        watch = Watch()
        plan = walking.solve(problem, Effort(work=ENDLESS))
        seconds = watch.seconds()
        ground.check_tour(problem.stops, plan.sequence, plan.length_mm)
        answers.append(
            {
                "sequence": list(plan.sequence),
                "length_mm": plan.length_mm,
                "optimal": plan.optimal,
                "sec": round(seconds, 6),
            }
        )
    forms.write(arguments.out, answers)
    _tell(answers)
    return 0


def _tell(answers: list[forms.Json]) -> None:
    times = [1e3 * each["sec"] for each in answers] or [0.0]
    cuts = quantiles([*times, *times], n=20, method="inclusive")
    proven = sum(each["optimal"] for each in answers)
    sys.stdout.write(
        f"{len(answers)} lists, {proven} proven shortest, "
        f"{sum(each['length_mm'] for each in answers)} mm; "
        f"median {cuts[9]:.2f} ms, p95 {cuts[18]:.2f} ms\n"
    )

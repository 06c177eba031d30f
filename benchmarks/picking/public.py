"""Solve every instance of a public set in the given seconds each, against the best known.

Owns the sub-command. Refuses to write an answer that the validator does not confirm.
"""

import argparse
import sys
from importlib import import_module
from pathlib import Path
from statistics import fmean

from benchmarks.picking import foodmart, forms, public_sets
from benchmarks.picking.checking import Ground, check_batches
from benchmarks.picking.efforts import Watch, effort_for
from benchmarks.picking.public_sets import Instance
from controller.plan import batching

READERS = {
    "bahceci": public_sets.bahceci,
    "muter": public_sets.bahceci,
    "henn": public_sets.henn,
    "foodmart": foodmart.foodmart,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--set", choices=[*READERS, "sbpo"], required=True)
    parser.add_argument("--dir", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--seconds", type=float, required=True, help="for each instance")
    parser.add_argument("--out", type=Path, required=True, metavar="OUT.json")


def run(arguments: argparse.Namespace) -> int:
    batching.warm()
    if arguments.set == "sbpo":
        selecting = import_module("benchmarks.picking.sbpo")
        code: int = selecting.run(arguments.dir, arguments.seconds, arguments.out)
        return code
    rows = [row(each, arguments.seconds) for each in READERS[arguments.set](arguments.dir)]
    if not rows:
        raise SystemExit(f"{arguments.dir} holds no instance of the set {arguments.set}")
    forms.write(arguments.out, rows)
    tell(rows)
    return 0


def row(instance: Instance, seconds: float) -> forms.Json:
    """The confirmed answer to one instance."""
    watch = Watch()
    plan = batching.solve(instance.problem, effort_for(seconds))
    spent = watch.seconds()
    check_batches(instance.problem, plan, Ground.of_layout(instance.problem.layout))
    return {
        "instance": instance.name,
        "value": plan.total_mm / instance.unit,
        "bound": plan.bound_mm / instance.unit,
        "first_come": plan.first_come_mm / instance.unit,
        "best_known": instance.best or None,
        "seconds": round(spent, 3),
        "answer": forms.batch_answer(plan, spent),
    }


def tell(rows: list[forms.Json]) -> None:
    ratios = [each["value"] / each["best_known"] for each in rows if each["best_known"]]
    parts = [f"{len(rows)} instances"]
    if ratios:
        equal = sum(ratio <= 1 + 1e-9 for ratio in ratios)
        parts.append(f"mean {fmean(ratios):.4f} of the best known, {equal} no longer")
    parts.append(f"mean {fmean(r['value'] / r['first_come'] for r in rows):.4f} of first come")
    parts.append(f"{sum(r['value'] <= r['bound'] * (1 + 1e-9) for r in rows)} proven")
    parts.append(f"longest {max(r['seconds'] for r in rows):.2f} s")
    sys.stdout.write("; ".join(parts) + "\n")

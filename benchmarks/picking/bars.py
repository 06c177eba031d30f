"""Measure the bars of walking, batching and waves beside peers, and write their table.

Owns the bars: what is measured, with how many seconds, and what must be reached. Refuses to hide
the load of the machine: it stands beside the figures. All of it takes about half an hour.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from random import Random
from statistics import fmean, quantiles
from time import process_time

from benchmarks import Figure, tell
from benchmarks.picking import forms, public, sbpo, tours
from benchmarks.picking.checking import Ground, check_batches
from benchmarks.picking.efforts import ENDLESS, effort_for
from benchmarks.picking.peers import MISSING
from controller.plan import Effort, batching, walking
from controller.plan.walking import Layout, Stop

SETS = Path("../shared/data/picking")
SEED, LISTS, LINES, AISLES, LENGTH_MM, PITCH_MM = 1, 60, 100, 40, 31_000, 5_000

Bar = Callable[[Path], Iterator[Figure]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dir", type=Path, default=SETS, help="the folder of public sets")
    parser.add_argument("--only", choices=sorted(BARS), nargs="+", default=sorted(BARS))
    parser.add_argument(
        "--lists", type=int, default=10, help="of each kind, beside peers; 0: none"
    )
    parser.add_argument("--table", type=Path, help="write the tables as Markdown to this file")


def run(arguments: argparse.Namespace) -> int:
    batching.warm()
    peers = tours.compared(arguments.lists) if arguments.lists else ""
    sys.stdout.write(peers)
    figures = [each for name in arguments.only for each in BARS[name](arguments.dir)]
    code = tell(figures)
    load = f"Load of the machine over 1 and 5 minutes: {os.getloadavg()[:2]}"
    sys.stdout.write(load + "\n")
    if arguments.table:
        rows = [f"| {f.name} | {f.value:.4g} {f.unit} | {f.bar} |" for f in figures]
        head = ["| what | value | bar |", "|---|---|---|"]
        arguments.table.write_text("\n".join([*head, *rows, "", peers, load, ""]))
    return code


def _walks(_folder: Path) -> Iterator[Figure]:
    """Processor time of a tour, so that other work on the machine does not count."""
    for blocks in range(1, 6):
        rng = Random(SEED)
        lengths = (LENGTH_MM,) * blocks
        layout = Layout(
            aisles=AISLES, block_lengths_mm=lengths, aisle_pitch_mm=PITCH_MM, depot_aisle=11
        )
        times = [_walk_ms(layout, rng) for _ in range(LISTS)][1:]
        yield Figure(
            name=f"tour of {LINES} lines, {AISLES} aisles, {blocks} block(s), p95 of processor",
            value=quantiles(times, n=20)[18],
            unit="ms",
            most=5 if blocks <= 3 else 25,
        )


def _walk_ms(layout: Layout, rng: Random) -> float:
    blocks = len(layout.block_lengths_mm)
    stops = tuple(
        Stop(
            aisle=rng.randrange(AISLES),
            block=rng.randrange(blocks),
            y_mm=rng.randrange(LENGTH_MM),
        )
        for _ in range(LINES)
    )
    problem = walking.Problem(layout=layout, stops=stops)
    began = process_time()
    assert walking.solve(problem, Effort(work=ENDLESS)).optimal, "a tour without proof"
    return 1e3 * (process_time() - began)


def _bahceci(folder: Path) -> Iterator[Figure]:
    rows = _rows("bahceci", folder / "bahceci_oncan", 0.3)
    yield Figure(
        name="Bahceci & Oncan, mean of the optimum at 0.3 s",
        value=fmean(row["value"] / row["best_known"] for row in rows),
        unit="ratio",
        most=1.0000001,
    )


def _henn(folder: Path) -> Iterator[Figure]:
    for seconds, most in ((1.0, 0.995), (10.0, 0.985)):
        rows = _rows("henn", folder / "henn_lorenci", seconds)
        yield Figure(
            name=f"Henn, mean of the best genetic algorithm at {seconds:g} s",
            value=fmean(row["value"] / row["best_known"] for row in rows),
            unit="ratio",
            most=most,
        )


def _foodmart(folder: Path) -> Iterator[Figure]:
    rows = _rows("foodmart", folder / "foodmart" / "largeInstances", 60.0)
    for row in rows:
        yield Figure(
            name=f"Foodmart {row['instance']}, of first come at 60 s",
            value=row["value"] / row["first_come"],
            unit="ratio",
            most=0.65 if "ord5000" in row["instance"] else 0.0,
        )


def _waves(folder: Path) -> Iterator[Figure]:
    shares = sbpo.shares(sbpo.solved(folder / "sbpo2025", 20.0))
    yield Figure(
        name="Mercado Livre's waves, mean of the best known at 20 s",
        value=fmean(shares),
        unit="ratio",
        least=0.998,
    )
    yield Figure(name="and the least of them", value=min(shares), unit="ratio", least=0.98)


def _invented(folder: Path) -> Iterator[Figure]:
    """Made by the generator of the public sets' folder."""
    for orders, seconds, most in ((1_000, 10.0, 0.57), (5_000, 10.0, 0.53), (5_000, 60.0, 0.52)):
        line = [sys.executable, str(folder / "gen_batch.py"), "1", str(orders)]
        made = subprocess.run(line, capture_output=True, check=True, text=True).stdout
        problem = forms.batch_problem(forms.BatchForm.model_validate_json(made))
        plan = batching.solve(problem, effort_for(seconds))
        check_batches(problem, plan, Ground.of_layout(problem.layout))
        yield Figure(
            name=f"{orders} invented orders, of first come at {seconds:g} s",
            value=plan.total_mm / plan.first_come_mm,
            unit="ratio",
            most=most,
        )
        yield Figure(name="and the bound", value=plan.bound_mm / plan.first_come_mm, unit="ratio")


def _graphs(_folder: Path) -> Iterator[Figure]:
    if not find_spec("elkai"):
        sys.stdout.write(f"elkai {MISSING}\n")
        return
    yield Figure(
        name="floors of ways, 14 lists of 100 lines, mean of LKH at 50 ms",
        value=tours.of_lkh(lists=14, stops=100),
        unit="ratio",
        most=1.005,
    )


def _rows(name: str, folder: Path, seconds: float) -> list[forms.Json]:
    return [public.row(each, seconds) for each in public.READERS[name](folder)]


BARS: dict[str, Bar] = {
    "walk": _walks,
    "bahceci": _bahceci,
    "henn": _henn,
    "foodmart": _foodmart,
    "waves": _waves,
    "invented": _invented,
    "graphs": _graphs,
}

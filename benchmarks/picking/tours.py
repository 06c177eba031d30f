"""Tours against peers on random floors: length over the best known, and CPU time.

Owns the sub-command: rectangles of 1, 2 and 4 blocks, and floors with one-way aisles, obstacles
and a mezzanine; S-shape, largest gap, OR-Tools, PyVRP and LKH in the same run as Pickwright. A
peer that is not installed is left out and named.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import fmean, median, quantiles
from time import process_time

from benchmarks.picking import forms
from benchmarks.picking.floors import a_floor, some_stops
from benchmarks.picking.peers import MISSING, Matrix, lkh, pyvrp, routing
from controller.plan import Effort, walking
from controller.plan.graphs.graph import Graph, point_stop
from controller.plan.graphs.matrix import matrix_of
from controller.plan.walks.heuristics import largest_gap, s_shape
from controller.plan.walks.rectangle import Layout, Stop

ENDLESS = 1 << 60
KINDS = ("1 block", "2 blocks", "4 blocks", "graph")
QUICK_S = 0.05

Tour = Callable[[], Sequence[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    kind: str
    shape: Layout | Graph
    stops: tuple[Stop, ...]
    matrix: Matrix


@dataclass(slots=True)
class Score:
    ratios: list[float] = field(default_factory=list)
    ms: list[float] = field(default_factory=list)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--lists", type=int, default=10, help="lists of each kind")
    parser.add_argument("--stops", type=int, default=0, help="of each list; 0: 5 to 100")
    parser.add_argument("--seconds", type=float, default=1.0, help="of PyVRP and OR-Tools")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, metavar="OUT.json")


def run(arguments: argparse.Namespace) -> int:
    scores = _scores(arguments.seed, arguments.lists, arguments.stops, arguments.seconds)
    sys.stdout.write(_told(scores))
    if arguments.out:
        forms.write(arguments.out, {kind: _rows(methods) for kind, methods in scores.items()})
    return 0


def compared(lists: int) -> str:
    """The table of so many lists of each kind, with all peers that are installed."""
    return _told(_scores(1, lists, 0, 1.0))


def of_lkh(lists: int, stops: int) -> float:
    """The mean length on floors of ways, of what LKH finds."""
    rng, ratios = Random(1), []
    _ours(a_case(rng, "graph", stops))  # loads the compiled search
    for _ in range(lists):
        case = a_case(rng, "graph", stops)
        ratios.append(_length(case, _ours(case)) / _length(case, lkh.tour(case.matrix, 0)))
    return fmean(ratios)


def _scores(seed: int, lists: int, stops: int, seconds: float) -> dict[str, dict[str, Score]]:
    scores: dict[str, dict[str, Score]] = {kind: {} for kind in KINDS}
    rng, warmed = Random(seed), False
    for kind in KINDS:
        for _ in range(lists):
            case = a_case(rng, kind, stops or rng.randint(5, 100))
            if not warmed:
                _lengths(case, 0.01)
                warmed = True
            found = _lengths(case, seconds)
            best = min(length for length, _ in found.values())
            for method, (length, ms) in found.items():
                score = scores[kind].setdefault(method, Score())
                score.ratios.append(length / best)
                score.ms.append(ms)
    return scores


def a_case(rng: Random, kind: str, count: int) -> Case:
    """A random list on a random floor of this kind."""
    if kind == "graph":
        floor = a_floor(rng, aisles=rng.randint(10, 40), blocks=rng.choice((1, 2, 4)))
        graph, stops = some_stops(rng, floor, count)
        ends = point_stop(graph.start), point_stop(graph.end)
        matrix = matrix_of(graph, stops, *ends).tolist()
        return Case(kind=kind, shape=graph, stops=stops, matrix=matrix)
    blocks = int(kind.split()[0])
    layout = Layout(
        aisles=rng.randint(10, 40),
        block_lengths_mm=(rng.randint(8_000, 25_000),) * blocks,
        aisle_pitch_mm=rng.randint(2_500, 5_000),
        depot_aisle=0,
    )
    stops = tuple(
        Stop(
            aisle=rng.randrange(layout.aisles),
            block=rng.randrange(blocks),
            y_mm=rng.randrange(layout.block_lengths_mm[0]),
        )
        for _ in range(count)
    )
    matrix = matrix_of(layout, stops, None, None).tolist()
    return Case(kind=kind, shape=layout, stops=stops, matrix=matrix)


def _lengths(case: Case, seconds: float) -> dict[str, tuple[int, float]]:
    """Length and milliseconds of CPU of every method."""
    found = {}
    for method, tour in _methods(case, seconds).items():
        began = process_time()
        sequence = tour()
        ms = (process_time() - began) * 1e3
        assert sorted(sequence) == list(range(len(case.stops))), f"{method} lost a stop"
        found[method] = _length(case, sequence), ms
    return found


def _length(case: Case, sequence: Sequence[int]) -> int:
    walk = [0, *(index + 1 for index in sequence), 0]
    return sum(case.matrix[a][b] for a, b in pairwise(walk))


def _methods(case: Case, seconds: float) -> dict[str, Tour]:
    shape, matrix = case.shape, case.matrix
    methods: dict[str, Tour] = {}
    if isinstance(shape, Layout):
        methods["S-shape"] = lambda: s_shape(case.stops)
        methods["largest gap"] = lambda: largest_gap(shape, case.stops)
    methods["OR-Tools first solution"] = lambda: routing.first_solution(matrix, 0)
    methods[f"OR-Tools guided {seconds:g} s"] = lambda: routing.guided(matrix, seconds)
    if find_spec("pyvrp"):
        methods[f"PyVRP {seconds:g} s"] = lambda: pyvrp.tour(matrix, seconds)
    if find_spec("elkai"):
        methods["LKH (elkai)"] = lambda: lkh.tour(matrix, 0)
    methods["Pickwright"] = lambda: _ours(case)
    return methods


def _ours(case: Case) -> Sequence[int]:
    """Exact on rectangles, else the search with its share of CPU."""
    until = process_time() + QUICK_S
    effort = Effort(work=ENDLESS, should_stop=lambda: process_time() > until)
    if isinstance(case.shape, Layout):
        effort = Effort(work=ENDLESS)
    problem = walking.Problem(layout=case.shape, stops=case.stops)
    return walking.solve(problem, effort).sequence


def _rows(methods: dict[str, Score]) -> dict[str, dict[str, float]]:
    return {
        method: {
            "mean": fmean(score.ratios),
            "worst": max(score.ratios),
            "median_ms": median(score.ms),
            "p95_ms": quantiles([*score.ms, *score.ms], n=20, method="inclusive")[18],
        }
        for method, score in methods.items()
    }


def _told(scores: dict[str, dict[str, Score]]) -> str:
    """The table, what its figures are, and which peers are not there."""
    missing = [f"\n{peer} {MISSING}\n" for peer in ("elkai", "pyvrp") if find_spec(peer) is None]
    legend = "\nmean (worst) length over the best; median / p95 of CPU\n"
    return "".join([_table(scores), legend, *missing])


def _table(scores: dict[str, dict[str, Score]]) -> str:
    """Markdown: for each method and kind the mean (worst) ratio, and median / p95 of CPU ms."""
    rows = {kind: _rows(methods) for kind, methods in scores.items()}
    lines = [f"| method | {' | '.join(KINDS)} |", "|---|" + "---|" * len(KINDS)]
    for method in dict.fromkeys(name for kind in KINDS for name in rows[kind]):
        cells = []
        for kind in KINDS:
            row = rows[kind].get(method)
            cells.append(
                f"{row['mean']:.4f} ({row['worst']:.3f}), {row['median_ms']:.3g} / "
                f"{row['p95_ms']:.3g} ms"
                if row
                else "-"
            )
        lines.append(f"| {method} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"

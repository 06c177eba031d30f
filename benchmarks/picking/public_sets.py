"""Public instances of order batching, read as batching problems.

Owns the formats of bahceci_oncan, muter_oncan and henn_lorenci. Refuses to ship the instances:
they are read from a folder. Lengths are turned into whole millimetres or, in `henn`, kept as they
are; `unit` is the number of them in one unit of the published results.

Source: Bahceci & Oncan 2021; Muter & Oncan 2015; Henn & Wascher 2012.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.picking.forms import UNLIMITED
from controller.plan import batching
from controller.plan.walking import Layout, Stop

MM_PER_M = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """`best` is the best published value, 0 where none is known."""

    name: str
    problem: batching.Problem
    unit: int
    best: float


def bahceci(folder: Path) -> Iterator[Instance]:
    """Instances of Bahceci & Oncan, and of Muter & Oncan, which have the same format."""
    best = _published(folder.parent / "results" / "res_Benchmark1_Small.csv")
    for path in sorted(folder.glob("*.txt")):
        yield _bahceci(path, best.get(path.stem, 0.0))


def _published(path: Path) -> dict[str, float]:
    if not path.exists():
        return {}
    with path.open(encoding="latin-1", newline="") as file:
        return {row["Instance"]: float(row["Adaptive UB"]) for row in csv.DictReader(file)}


def _bahceci(path: Path, best: float) -> Instance:
    lines = path.read_text(encoding="latin-1").splitlines()
    head = dict(line.split(" : ", 1) for line in lines if " : " in line)
    ways = {key: round(float(head[f"DISTANCE_{key}"]) * MM_PER_M) for key in _DISTANCES}
    cells, step = int(head["NUM_CELLS"]), ways["CELL_TO_CELL"]
    length = ways["TOP_TO_CELL"] + (cells - 1) * step + ways["BOTTOM_TO_CELL"]
    weights, places, orders = _sections(lines)
    stops = {
        article: Stop(aisle=aisle, block=0, y_mm=length - ways["TOP_TO_CELL"] - cell * step)
        for article, (aisle, cell) in places.items()
    }
    layout = Layout(
        aisles=int(head["NUM_AISLES"]),
        block_lengths_mm=(length,),
        aisle_pitch_mm=ways["AISLE_TO_AISLE"],
        depot_aisle=int(head["DEPOT_AISLE"]),
    )
    loads = [
        _load(
            number,
            [stops[article] for article, _ in order],
            sum(weights[article] * quantity for article, quantity in order),
        )
        for number, order in enumerate(orders)
    ]
    problem = _problem(layout, loads, int(head["PICKER_CAPACITY"]))
    return Instance(name=path.stem, problem=problem, unit=MM_PER_M, best=best)


_DISTANCES = ("AISLE_TO_AISLE", "CELL_TO_CELL", "TOP_TO_CELL", "BOTTOM_TO_CELL")

Sections = tuple[dict[str, int], dict[str, tuple[int, int]], list[list[tuple[str, int]]]]


def _sections(lines: Sequence[str]) -> Sections:
    """Weights and places (aisle, cell) of the articles, and the orders as (article, quantity)."""
    weights: dict[str, int] = {}
    places: dict[str, tuple[int, int]] = {}
    orders: list[list[tuple[str, int]]] = []
    for line in lines:
        words = line.split()
        if line.startswith("NUM_ARTICLES_IN_ORDER"):
            orders.append([])
        elif words[:1] != ["ID"]:
            continue
        elif "WEIGHT" in words:
            weights[words[1]] = int(words[3])
        elif "AISLE" in words:
            places[words[1]] = int(words[3]), int(words[5])
        else:
            orders[-1].append((words[1], int(words[3])))
    return weights, places, orders


def henn(folder: Path) -> Iterator[Instance]:
    """Instances of Henn & Wascher with the best of 30 runs of a genetic algorithm."""
    with (folder / "best_known_ga.csv").open(newline="") as file:
        best = {row["instance"]: float(row["best"]) for row in csv.DictReader(file)}
    for path in sorted(folder.glob("*.ord")):
        yield _henn(path, best.get(path.stem, 0.0))


def _henn(path: Path, best: float) -> Instance:
    """Pick position l lies l + 1 from the front, so that the last one is at the back."""
    layout_name = path.stem.split("-")[0].rstrip("sl")
    words = (path.parent / f"{layout_name}.lyt").read_text().split()
    aisles, cells = int(words[0]), int(words[1])
    pitch = 2 * float(words[3]) + float(words[4])
    layout = Layout(
        aisles=aisles, block_lengths_mm=(cells,), aisle_pitch_mm=round(pitch), depot_aisle=0
    )
    rows = [line.split() for line in path.read_text().splitlines() if line.strip()]
    loads: list[batching.Load] = []
    at = 0
    while (at < len(rows) and rows[at] != ["0", "0"]) or not loads:
        count = int(rows[at][1])
        stops = [
            Stop(aisle=int(side) // 2, block=0, y_mm=int(cell) + 1)
            for _, side, cell in rows[at + 1 : at + 1 + count]
        ]
        loads.append(_load(len(loads), stops, count))
        at += 1 + count
    problem = _problem(layout, loads, int(words[6]))
    return Instance(name=path.stem, problem=problem, unit=1, best=best)


def _load(number: int, stops: Sequence[Stop], size: int) -> batching.Load:
    return batching.Load(
        id=f"{number:05}", stops=tuple(stops), volume_ml=size, mass_g=0, due_ms=number
    )


def _problem(layout: Layout, loads: Sequence[batching.Load], capacity: int) -> batching.Problem:
    cart = batching.Cart(slots=max(1, len(loads)), volume_ml=capacity, mass_g=UNLIMITED)
    return batching.Problem(layout=layout, cart=cart, loads=tuple(loads))

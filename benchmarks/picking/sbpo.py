"""Wave selection on the public instances of the SBPO challenge of 2025.

Owns the format and a validator of its own. Refuses to write an answer that does not hold.
Format: `orders items aisles`; a line for each order and then each aisle, `k item units ...`;
last `least most`, the limits of a wave's units.
"""

import csv
import gzip
import sys
from collections import Counter
from pathlib import Path
from statistics import fmean

from benchmarks.picking import forms
from benchmarks.picking.efforts import Watch, effort_for
from controller.plan import Effort
from controller.plan.wave_selecting import Aisle, Lines, Order, Plan, Problem, solve

WARM_WORK = 500


def run(folder: Path, seconds: float, out: Path) -> int:
    """Solve every instance of a folder in the given seconds each."""
    rows = solved(folder, seconds)
    forms.write(out, rows)
    tell(rows)
    return 0


def solved(folder: Path, seconds: float) -> list[forms.Json]:
    """A row for each instance of a folder, solved in the given seconds."""
    best = best_objectives(folder)
    rows: list[forms.Json] = []
    for path in sorted([*folder.glob("*_instance_*.txt"), *folder.glob("*_instance_*.txt.gz")]):
        name = path.name.split(".")[0]
        problem = read(path)
        if not rows:
            solve(problem, Effort(work=WARM_WORK))  # loads the compiled kernels
        row = answered(problem, seconds)
        rows.append({"instance": name, "best_known": best.get(name), **row})
    if not rows:
        raise SystemExit(f"{folder} holds no instance of the set sbpo")
    return rows


def answered(problem: Problem, seconds: float) -> forms.Json:
    """The confirmed answer to one instance."""
    watch = Watch()
    plan = solve(problem, effort_for(seconds))
    spent = watch.seconds()
    check(problem, plan)
    return {
        "value": float(plan.units_per_aisle),
        "bound": float(plan.bound),
        "seconds": round(spent, 3),
        "answer": {
            "orders": [int(order) for order in plan.orders],
            "aisles": [int(aisle) for aisle in plan.aisles],
        },
    }


def read(path: Path) -> Problem:
    """An instance; orders and aisles are named by their number, from 0."""
    packed = path.suffix == ".gz"
    lines = (gzip.decompress(path.read_bytes()).decode() if packed else path.read_text()).split(
        "\n"
    )
    orders, _, aisles = map(int, lines[0].split())
    rows = [_pairs(line) for line in lines[1 : 1 + orders + aisles]]
    least, most = map(int, lines[1 + orders + aisles].split())
    return Problem(
        orders=tuple(Order(id=str(n), lines=row) for n, row in enumerate(rows[:orders])),
        aisles=tuple(Aisle(id=str(n), stock=row) for n, row in enumerate(rows[orders:])),
        units_min=least,
        units_max=most,
    )


def _pairs(line: str) -> Lines:
    count, *numbers = line.split()
    items, units = numbers[0 : 2 * int(count) : 2], numbers[1 : 2 * int(count) : 2]
    return tuple((item, int(n)) for item, n in zip(items, units, strict=True) if int(n))


def best_objectives(folder: Path) -> dict[str, float]:
    """The best known value of each instance, by its name."""
    path = folder / "best_objectives.csv"
    if not path.exists():
        return {}
    with path.open(newline="") as file:
        return {
            f"{row['dataset']}_{row['instance'].split('.')[0]}": float(row["best_objective"])
            for row in csv.DictReader(file)
        }


def check(problem: Problem, plan: Plan) -> None:
    """Raises: ValueError naming the first limit that a wave breaks."""
    orders = {order.id: order.lines for order in problem.orders}
    aisles = {aisle.id: aisle.stock for aisle in problem.aisles}
    if len({*plan.orders}) < len(plan.orders) or len({*plan.aisles}) < len(plan.aisles):
        raise ValueError("an order or an aisle is chosen twice")
    asked = Counter(dict[str, int]())
    for order in plan.orders:
        _count(asked, orders[order])
    held = Counter(dict[str, int]())
    for aisle in plan.aisles:
        _count(held, aisles[aisle])
    for item, units in asked.items():
        if units > held[item]:
            raise ValueError(f"item {item}: {units} units asked for, {held[item]} in the aisles")
    units = asked.total()
    if not problem.units_min <= units <= problem.units_max or units != plan.units:
        raise ValueError(f"{units} units: give {problem.units_min} to {problem.units_max}")
    if plan.units_per_aisle > plan.bound:
        raise ValueError(f"{plan.units_per_aisle} units an aisle exceed the bound {plan.bound}")


def _count(total: Counter[str], lines: Lines) -> None:
    for item, units in lines:
        total[item] += units


def shares(rows: list[forms.Json]) -> list[float]:
    """What the waves reach of the best that is known, where one is."""
    return [row["value"] / row["best_known"] for row in rows if row["best_known"]]


def tell(rows: list[forms.Json]) -> None:
    """One line on standard output."""
    known = shares(rows)
    parts = [f"{len(rows)} instances"]
    if known:
        equal = sum(share >= 1 - 1e-9 for share in known)
        parts.append(f"mean {fmean(known):.4f} of the best known, least {min(known):.4f}")
        parts.append(f"{equal} as good")
    parts.append(f"{sum(row['value'] >= row['bound'] * (1 - 1e-9) for row in rows)} proven")
    parts.append(f"longest {max(row['seconds'] for row in rows):.2f} s")
    sys.stdout.write("; ".join(parts) + "\n")

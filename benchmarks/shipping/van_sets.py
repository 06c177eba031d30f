"""Tours on public instances, side by side: this house, OR-Tools, and savings.

Owns the set, its best-known values, the table and the bars. Refuses tours that the check of
delivering finds a fault in. Each row's planners run one after another, each for the same seconds;
OR-Tools has one core, and beside it stands what this house finds with one.
"""

import json
import math
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any, Final, NamedTuple

from benchmarks import Figure, tell
from benchmarks.picking.efforts import effort_for
from benchmarks.shipping import vrp_files
from controller.plan import delivering
from controller.plan.delivering import Plan, Problem, Tour
from controller.plan.vans import checking, savings

DATA: Final = Path(
    os.environ.get("PICKWRIGHT_DATA", Path(__file__).parents[3] / "shared" / "data")
)
FOLDER: Final = DATA / "shipping"
SET: Final = (
    *("R101", "R112", "RC104", "RC207", "R211", "C1_2_4", "R1_2_1", "RC2_2_4"),
    *("R1_4_1", "RC1_4_1", "X-n101-k25", "X-n200-k36", "X-n303-k21", "X-n401-k29"),
)

RESERVED: Final = 0.02
"""The share of the time in which tours are told and checked."""

GAPS: Final = {10.0: 0.8, 30.0: 0.5}
"""The most that the mean gap may be in so many seconds, in percent."""

Planner = Callable[[Problem, float], Plan]


class Column(NamedTuple):
    """A planner, and the seconds that it has."""

    head: str
    solve: Planner
    seconds: float = 0.0


def run(seconds: Sequence[float], names: tuple[str, ...], peers: bool) -> int:
    """Prints the table, then the bars, which a stop left out or a fault misses."""
    try:
        known = json.loads((FOLDER / "bks.json").read_text())
    except OSError:
        raise SystemExit(
            f"{FOLDER} is absent: set PICKWRIGHT_DATA to a folder with shipping/bks.json and the "
            f"instances of Solomon, Gehring & Homberger and CVRPLIB"
        ) from None
    columns = [Column("savings", by_savings)]
    for most in seconds:
        if peers:
            columns.append(Column(f"OR-Tools, {most:g} s", guided, most))
            columns.append(Column(f"one process, {most:g} s", alone, most))
        columns.append(Column(f"two processes, {most:g} s", ours, most))
    heads = [column.head for column in columns]
    sys.stdout.write(f"| gap to best known | best known | {' | '.join(heads)} |\n")
    sys.stdout.write(f"|---|---|{'---|' * len(columns)}\n")
    gaps: list[list[float]] = []
    for name in names:
        instance = vrp_files.read(_path(name))
        best = float(known[name]["value"])
        plans = (each.solve(instance.problem, each.seconds) for each in columns)
        gaps.append([_gap(instance, plan, best) for plan in plans])
        _row(name, f"{best:g}", gaps[-1])
    means = [fmean(each) for each in zip(*gaps, strict=True)]
    _row("mean", "", means)
    return tell(_figures(columns, gaps, means))


def _figures(
    columns: Sequence[Column], gaps: Sequence[Sequence[float]], means: Sequence[float]
) -> Iterator[Figure]:
    for nth, column in enumerate(columns):
        ours_ = column.solve is ours
        served = fmean(math.isfinite(each[nth]) for each in gaps)
        yield Figure(
            name=f"{column.head}: instances served, without a fault",
            value=100 * served,
            unit="%",
            least=100.0 * ours_,
        )
        yield Figure(
            name=f"{column.head}: mean gap to best known",
            value=means[nth],
            unit="%",
            most=GAPS.get(column.seconds, 0.0) * ours_,
        )


def _gap(instance: vrp_files.Instance, plan: Plan, best: float) -> float:
    """In percent; infinite where a stop is left out or the check finds a fault."""
    if plan.left_out or checking.faults(instance.problem, plan):
        return math.inf
    return 100 * (plan.cost / (best * instance.divisor) - 1)


def _row(name: str, best: str, gaps: Sequence[float]) -> None:
    sys.stdout.write(f"| {name} | {best} | {' | '.join(_percent(gap) for gap in gaps)} |\n")
    sys.stdout.flush()


def _percent(gap: float) -> str:
    return "leaves stops out" if math.isinf(gap) else f"{gap:.2f} %"


def _path(name: str) -> Path:
    if name.startswith("X-"):
        return FOLDER / "cvrp_x" / f"{name}.vrp"
    return FOLDER / ("gh" if "_" in name else "solomon") / f"{name}.txt"


def ours(problem: Problem, seconds: float) -> Plan:
    return delivering.solve(problem, effort_for(seconds, RESERVED), together=True)


def alone(problem: Problem, seconds: float) -> Plan:
    return delivering.solve(problem, effort_for(seconds, RESERVED))


def by_savings(problem: Problem, _seconds: float) -> Plan:
    return _told(problem, savings.tours(problem))


def guided(problem: Problem, seconds: float) -> Plan:
    """OR-Tools routing on matrices: parallel cheapest insertion, then guided local search."""
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    (vans,) = problem.vans
    places = pywrapcp.RoutingIndexManager(len(problem.distance_m), vans.count, 0)
    model = pywrapcp.RoutingModel(places)
    model.SetArcCostEvaluatorOfAllVehicles(
        model.RegisterTransitMatrix(problem.distance_m.tolist())
    )
    loads = [0, *(stop.delivery[0] for stop in problem.stops)]
    model.AddDimension(model.RegisterUnaryTransitVector(loads), 0, vans.capacity[0], True, "load")
    _times(problem, places, model)
    wanted = pywrapcp.DefaultRoutingSearchParameters()
    first = routing_enums_pb2.FirstSolutionStrategy
    wanted.first_solution_strategy = first.PARALLEL_CHEAPEST_INSERTION
    local = routing_enums_pb2.LocalSearchMetaheuristic
    wanted.local_search_metaheuristic = local.GUIDED_LOCAL_SEARCH
    wanted.time_limit.FromMilliseconds(round(seconds * 1_000))
    found = model.SolveWithParameters(wanted)
    if found is None:
        return _told(problem, ())
    tours = []
    for van in range(vans.count):
        trip, at = [], found.Value(model.NextVar(model.Start(van)))
        while not model.IsEnd(at):
            trip.append(problem.stops[places.IndexToNode(at) - 1].id)
            at = found.Value(model.NextVar(at))
        if trip:
            tours.append(Tour(kind=vans.kind, trips=(tuple(trip),), starts_s=0))
    return _told(problem, tuple(tours))


def _times(problem: Problem, places: Any, model: Any) -> None:
    """Windows, where the instance has them."""
    depot = problem.depots[0]
    ends_s = min(depot.closes_s, 1 << 30)
    if ends_s == 1 << 30:
        return
    service = [0, *(stop.service_s for stop in problem.stops)]
    taken = (problem.duration_s + [[each] for each in service]).tolist()
    model.AddDimension(model.RegisterTransitMatrix(taken), ends_s, ends_s, False, "time")
    time = model.GetDimensionOrDie("time")
    for nth, stop in enumerate(problem.stops, 1):
        window = time.CumulVar(places.NodeToIndex(nth))
        window.SetRange(stop.opens_s, min(stop.closes_s, ends_s))


def _told(problem: Problem, tours: tuple[Tour, ...]) -> Plan:
    gone = {name for tour in tours for trip in tour.trips for name in trip}
    left_out = tuple((stop.id, "left out") for stop in problem.stops if stop.id not in gone)
    return Plan(tours=tours, cost=checking.cost(problem, tours), left_out=left_out)

"""Proving: the exact question whether a few units fit one carton, put to CP-SAT.

Owns the model: every unit in one of its ways, apart from every other along some axis, on the floor
or covered from below by equal tops, and nothing above a fragile one. It refuses many units, where
the question takes too long.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from controller.plan import Effort
from controller.plan._cp_sat import UNITS_PER_DETERMINISTIC_SECOND, new_model, run
from controller.plan.fitting import IMPOSSIBLE, UNKNOWN, Fit, Lot, attempt
from controller.plan.packages import Carton, Placement, Problem
from controller.plan.stacking import Load

UNITS_MAX = 8
"""Units up to which a proof is worth its work."""
LOT_WORK = 3
"""Work of stacking one lot."""
SLOWNESS = 3
"""CPU seconds of these models per deterministic second."""
MODEL_WORK = 30
"""Work of a model per pair of units."""
QUESTION_WORK_MAX = 10_000
"""Work of one proof at most."""

Question = tuple[str, tuple[tuple[str, int], ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One unit in the model: its corner, its measures and its base as it lies."""

    item: Load
    corner: tuple[Any, Any, Any]
    size: tuple[Any, Any, Any]
    base_mm2: Any


class Oracle:
    """Answers whether lots fit a carton, remembers the answers and spends the effort on them.

    It stacks first; up to `units_max` units that do not stack get a proof while effort is left.
    """

    def __init__(self, problem: Problem, effort: Effort, units_max: int) -> None:
        self.problem = problem
        self.units_max = units_max
        self.work_left = effort.work
        self._effort = effort
        self._stacked: dict[Question, Fit] = {}
        self._proven: dict[Question, Fit] = {}

    def out(self) -> bool:
        """Whether the effort is spent."""
        return self.work_left <= 0 or self._effort.should_stop()

    def spend(self, work: int) -> None:
        """Take work from the effort."""
        self.work_left -= work

    def ask(self, carton: Carton, lots: Sequence[Lot]) -> Fit:
        """Whether the lots, which may fit by mass and volume, do fit."""
        question = (carton.code, tuple((item.piece.ref, qty) for item, qty in lots))
        units = sum(qty for _, qty in lots)
        if question not in self._stacked:
            self._stacked[question], tries = attempt(carton, lots, self.problem.fill_percent)
            self.spend(LOT_WORK * tries)
        fit = self._stacked[question]
        if fit.placements or units > self.units_max:
            return fit
        if question not in self._proven and not self.out():
            work = min(self.work_left // SLOWNESS, QUESTION_WORK_MAX)
            self._proven[question], spent = prove(carton, lots, replace(self._effort, work=work))
            self.spend(SLOWNESS * spent + MODEL_WORK * units * units)
        return self._proven.get(question, UNKNOWN)


def prove(carton: Carton, lots: Sequence[Lot], effort: Effort) -> tuple[Fit, int]:
    """Answer whether the units fit, and the work it took."""
    model = new_model()
    units = [_unit(model, carton, item) for item, qty in lots for _ in range(qty)]
    for one, other in combinations(units, 2):
        _keep_apart(model, one, other)
        if one.item is other.item:
            model.add(one.corner[0] <= other.corner[0])
    for unit in units:
        _support(model, unit, [other for other in units if other is not unit])
    answer = run(model, effort)
    seconds = answer.solver.response_proto.deterministic_time
    spent = round(seconds * UNITS_PER_DETERMINISTIC_SECOND)
    if answer.status == "infeasible":
        return IMPOSSIBLE, spent
    if not answer.found:
        return UNKNOWN, spent
    places = [_placement(answer.solver, unit) for unit in units]
    places.sort(key=lambda p: (p.z_mm, p.y_mm, p.x_mm))
    return Fit(placements=tuple(places)), spent


def _unit(model: Any, carton: Carton, item: Load) -> Unit:
    inner = (carton.length_mm, carton.width_mm, carton.height_mm)
    ways = [way for way in item.ways if all(d <= room for d, room in zip(way, inner, strict=True))]
    lies = [model.new_bool_var("") for _ in ways]
    model.add_exactly_one(lies)
    corner = tuple(model.new_int_var(0, room, "") for room in inner)
    size = tuple(
        sum(way[axis] * lie for way, lie in zip(ways, lies, strict=True)) for axis in range(3)
    )
    for start, length, room in zip(corner, size, inner, strict=True):
        model.add(start + length <= room)
    base_mm2 = sum(way[0] * way[1] * lie for way, lie in zip(ways, lies, strict=True))
    return Unit(item=item, corner=corner, size=size, base_mm2=base_mm2)


def _keep_apart(model: Any, one: Unit, other: Unit) -> None:
    """Apart along an axis. That nothing is above a fragile unit follows from the support too, but
    without the literal the search is smaller.
    """
    apart = []
    for axis in range(3):
        for low, high in ((one, other), (other, one)):
            if axis == 2 and low.item.piece.fragile:
                continue
            literal = model.new_bool_var("")
            end = low.corner[axis] + low.size[axis]
            model.add(end <= high.corner[axis]).only_enforce_if(literal)
            apart.append(literal)
    model.add_bool_or(apart)


def _support(model: Any, unit: Unit, others: Sequence[Unit]) -> None:
    floor = model.new_bool_var("")
    model.add(unit.corner[2] == 0).only_enforce_if(floor)
    covers = [_cover(model, unit, other) for other in others if not other.item.piece.fragile]
    model.add(sum(covers) >= unit.base_mm2).only_enforce_if(~floor)


def _cover(model: Any, unit: Unit, below: Unit) -> Any:
    """The area of the unit's base that stands on the other's top."""
    stands = model.new_bool_var("")
    top = below.corner[2] + below.size[2]
    model.add(unit.corner[2] == top).only_enforce_if(stands)
    overlaps = []
    for axis in (0, 1):
        most = min(max(u.item.ways, key=lambda way: way[axis])[axis] for u in (unit, below))
        overlap = model.new_int_var(0, most, "")
        for a, b in ((unit, below), (below, unit)):
            reach = a.corner[axis] + a.size[axis] - b.corner[axis]
            model.add(overlap <= reach).only_enforce_if(stands)
            model.add(overlap <= a.size[axis]).only_enforce_if(stands)
        model.add(overlap == 0).only_enforce_if(~stands)
        overlaps.append(overlap)
    most_mm2 = min(max(w[0] * w[1] for w in u.item.ways) for u in (unit, below))
    area = model.new_int_var(0, most_mm2, "")
    model.add_multiplication_equality(area, overlaps)
    return area


def _placement(solver: Any, unit: Unit) -> Placement:
    x, y, z = (solver.value(var) for var in unit.corner)
    dx, dy, dz = (solver.value(length) for length in unit.size)
    ref = unit.item.piece.ref
    return Placement(ref=ref, x_mm=x, y_mm=y, z_mm=z, dx_mm=dx, dy_mm=dy, dz_mm=dz)

"""Proving: the exact question whether a few units fit one carton, put to CP-SAT.

Owns the model: every unit in one of its ways, apart from every other along some axis, nothing
above a fragile one, and on the floor or on others. How much of a base rests is asked only when an
answer rests too little. It refuses to call impossible what it had no work left to decide.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, Literal, NamedTuple

from controller.plan import Effort
from controller.plan._cp_sat import UNITS_PER_DETERMINISTIC_SECOND, new_model, run
from controller.plan.cartons.checking import packed_faults
from controller.plan.cartons.packages import (
    Carton,
    Packed,
    Piece,
    Placement,
    Problem,
    orientations,
)

Verdict = Literal["found", "impossible", "unknown"]


class Proof(NamedTuple):
    """What the exact question answered, and the work it took."""

    verdict: Verdict
    placements: tuple[Placement, ...]
    spent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One unit in the model: its corner, its measures and its base as it lies."""

    piece: Piece
    corner: tuple[Any, Any, Any]
    size: tuple[Any, Any, Any]
    base_mm2: Any
    most_mm: tuple[int, int, int]
    most_mm2: int


def prove(problem: Problem, carton: Carton, pieces: Sequence[Piece], effort: Effort) -> Proof:
    """Whether units fit; pieces stand once for each unit, equal ones beside each other."""
    spent = 0
    for areas in (False, True):
        model, boxes = _model(problem, carton, pieces, areas)
        answer = run(model, replace(effort, work=max(0, effort.work - spent)))
        seconds = answer.solver.response_proto.deterministic_time
        spent += round(seconds * UNITS_PER_DETERMINISTIC_SECOND)
        if answer.status == "infeasible":
            return Proof("impossible", (), spent)
        if not answer.found:
            return Proof("unknown", (), spent)
        placements = [_placement(answer.solver, box) for box in boxes]
        placements.sort(key=lambda p: (p.z_mm, p.y_mm, p.x_mm))
        packed = Packed(carton=carton.code, contents=(), mass_g=0, placements=tuple(placements))
        if not packed_faults(problem, carton, packed):
            return Proof("found", tuple(placements), spent)
    return Proof("unknown", (), spent)


def _model(
    problem: Problem, carton: Carton, pieces: Sequence[Piece], areas: bool
) -> tuple[Any, list[Box]]:
    model = new_model()
    room = _room(model, carton)
    boxes = [_box(model, carton, room, piece) for piece in pieces]
    for one, other in combinations(boxes, 2):
        _keep_apart(model, one, other)
        if one.piece is other.piece:
            model.add(one.corner[0] <= other.corner[0])
    if problem.support_percent or problem.gravity:
        for box in boxes:
            others = [other for other in boxes if other is not box and not other.piece.fragile]
            _stand(model, problem, box, others, areas)
    return model, boxes


def _room(model: Any, carton: Carton) -> tuple[Any, Any, Any]:
    """The inside; a bag gets narrower by as much as it is thick."""
    length, width, height = carton.length_mm, carton.width_mm, carton.height_mm
    if not carton.flexible:
        return length, width, height
    thick = model.new_int_var(1, height, "")
    return length - thick, width - thick, thick


def _box(model: Any, carton: Carton, room: tuple[Any, Any, Any], piece: Piece) -> Box:
    inner = (carton.length_mm, carton.width_mm, carton.height_mm)
    ways = [
        way
        for way in orientations(piece)
        if all(d <= most for d, most in zip(way, inner, strict=True))
    ]
    lies = [model.new_bool_var("") for _ in ways]
    model.add_exactly_one(lies)
    corner = tuple(model.new_int_var(0, most, "") for most in inner)
    size = tuple(
        sum(way[axis] * lie for way, lie in zip(ways, lies, strict=True)) for axis in range(3)
    )
    for start, length, most in zip(corner, size, room, strict=True):
        model.add(start + length <= most)
    return Box(
        piece=piece,
        corner=(corner[0], corner[1], corner[2]),
        size=(size[0], size[1], size[2]),
        base_mm2=sum(way[0] * way[1] * lie for way, lie in zip(ways, lies, strict=True)),
        most_mm=(max(w[0] for w in ways), max(w[1] for w in ways), max(w[2] for w in ways)),
        most_mm2=max(way[0] * way[1] for way in ways),
    )


def _keep_apart(model: Any, one: Box, other: Box) -> None:
    """Apart along an axis, and never above a fragile one."""
    apart = []
    for axis in range(3):
        for low, high in ((one, other), (other, one)):
            if axis == 2 and low.piece.fragile:
                continue
            literal = model.new_bool_var("")
            end = low.corner[axis] + low.size[axis]
            model.add(end <= high.corner[axis]).only_enforce_if(literal)
            apart.append(literal)
    model.add_bool_or(apart)


def _stand(model: Any, problem: Problem, box: Box, others: Sequence[Box], areas: bool) -> None:
    """On the floor, or touching the top of another one; with areas, resting by enough."""
    floor = model.new_bool_var("")
    model.add(box.corner[2] == 0).only_enforce_if(floor)
    stands, rests = [floor], []
    for other in others:
        literal = model.new_bool_var("")
        model.add(box.corner[2] == other.corner[2] + other.size[2]).only_enforce_if(literal)
        for axis in (0, 1):
            for a, b in ((box, other), (other, box)):
                reach = a.corner[axis] + a.size[axis] - b.corner[axis]
                model.add(reach >= 1).only_enforce_if(literal)
        stands.append(literal)
        if areas:
            rests.append(_area(model, box, other, literal))
    model.add_bool_or(stands)
    if areas:
        share = problem.support_percent * box.base_mm2
        model.add(100 * sum(rests) >= share).only_enforce_if(~floor)


def _area(model: Any, box: Box, below: Box, literal: Any) -> Any:
    """The area of a base that rests on the top of another one."""
    overlaps = []
    for axis in (0, 1):
        overlap = model.new_int_var(0, min(box.most_mm[axis], below.most_mm[axis]), "")
        for a, b in ((box, below), (below, box)):
            reach = a.corner[axis] + a.size[axis] - b.corner[axis]
            model.add(overlap <= reach).only_enforce_if(literal)
            model.add(overlap <= a.size[axis])
        model.add(overlap == 0).only_enforce_if(~literal)
        overlaps.append(overlap)
    area = model.new_int_var(0, min(box.most_mm2, below.most_mm2), "")
    model.add_multiplication_equality(area, overlaps)
    return area


def _placement(solver: Any, box: Box) -> Placement:
    x, y, z = (solver.value(var) for var in box.corner)
    dx, dy, dz = (solver.value(length) for length in box.size)
    return Placement(ref=box.piece.ref, x_mm=x, y_mm=y, z_mm=z, dx_mm=dx, dy_mm=dy, dz_mm=dz)

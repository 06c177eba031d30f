"""Cartonizing: which cartons an order ships in and where each unit lies, at the lowest cost.

Owns the choice among cartons, own packaging and refusal, and says why. It refuses to float goods:
every unit stands on the floor or fully on others, and nothing stands on a fragile one.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from controller.plan import Effort, _cp_sat, placements
from controller.plan.fitting import Lot, may_fit
from controller.plan.packages import (
    OWN,
    Carton,
    Packed,
    Piece,
    Placement,
    Plan,
    Problem,
    Tariff,
    freight_cents,
)
from controller.plan.splitting import Split, split
from controller.plan.stacking import load

__all__ = [
    "EFFORTS",
    "OWN",
    "Carton",
    "Packed",
    "Piece",
    "Placement",
    "Plan",
    "Problem",
    "Tariff",
    "faults",
    "solve",
    "warm",
]

EFFORTS: Mapping[str, Effort] = {
    "fast": Effort(work=500),
    "normal": Effort(work=5_000),
    "best": Effort(work=100_000),
}


def warm() -> None:
    """Loads what plans need, so that the first of them is as fast as the others."""
    _cp_sat.new_model()


def faults(problem: Problem, plan: Plan) -> list[str]:
    """What is wrong with a plan by the rules of its problem, in words."""
    goods = {
        piece.ref: placements.Goods(
            size=(piece.length_mm, piece.width_mm, piece.height_mm),
            mass_g=piece.mass_g,
            vertical=(not piece.upright, not piece.upright, True),
            fragile=piece.fragile,
        )
        for piece in problem.pieces
    }
    rooms = {
        carton.code: placements.Room(
            size=(carton.length_mm, carton.width_mm, carton.height_mm),
            mass_max_g=carton.mass_max_g,
            volume_max_mm3=carton.room_mm3 * problem.fill_percent // 100,
        )
        for carton in problem.cartons
    }
    rules = placements.Rules(support_percent=problem.support_percent)
    return [
        f"{packed.carton}: {fault}"
        for packed in plan.cartons
        if packed.carton != OWN
        for fault in placements.faults(rooms[packed.carton], goods, [*packed.units()], rules)
    ]


def solve(problem: Problem, effort: Effort) -> Plan:
    """Pack an order into the cheapest cartons found, with a lower bound on any packing.

    Raises: ValueError when a reference or a carton code stands twice, or a tariff has no step.
    """
    _check(problem)
    lots, own, refused = _sort_out(problem)
    answer = split(problem, lots, effort)
    own_cents = sum(_own_cents(problem, piece) * piece.qty for piece in own)
    cartons = answer.cartons + tuple(
        packed for piece in own for packed in (_in_own_packaging(piece),) * piece.qty
    )
    return Plan(
        cartons=cartons,
        cost_cents=answer.cost_cents + own_cents,
        bound_cents=answer.bound_cents + own_cents,
        proven=answer.cost_cents == answer.bound_cents,
        refused=tuple(refused),
        why=_why(answer, own),
    )


def _check(problem: Problem) -> None:
    for kind, names in (
        ("piece", [piece.ref for piece in problem.pieces]),
        ("carton", [OWN, *(carton.code for carton in problem.cartons)]),
    ):
        if len(set(names)) < len(names):
            name = next(name for name in names if names.count(name) > 1)
            raise ValueError(f"{kind} {name!r} stands twice in the problem; name each once")
    for carton in problem.cartons:
        if min(carton.length_mm, carton.width_mm, carton.height_mm) < 1:
            raise ValueError(f"carton {carton.code!r} has no room; measure its inside")
    if problem.tariff.step_g < 1:
        raise ValueError(f"tariff has step_g {problem.tariff.step_g}; use at least 1")
    if not 1 <= problem.fill_percent <= 100:
        raise ValueError(f"fill_percent is {problem.fill_percent}; use 1 to 100")


def _sort_out(
    problem: Problem,
) -> tuple[list[Lot], list[Piece], list[tuple[str, str]]]:
    """Lots that some carton takes, pieces that ship as they are, and refusals with the reason."""
    lots: list[Lot] = []
    own: list[Piece] = []
    refused: list[tuple[str, str]] = []
    for piece in problem.pieces:
        fault = _fault(piece)
        if fault:
            refused.append((piece.ref, fault))
            continue
        item = load(piece)
        if any(may_fit(carton, [(item, 1)], problem.fill_percent) for carton in problem.cartons):
            lots.append((item, piece.qty))
        elif piece.mass_g <= problem.own_mass_max_g:
            own.append(piece)
        else:
            refused.append((piece.ref, _too_much(problem, piece)))
    return lots, own, refused


def _fault(piece: Piece) -> str:
    if piece.qty < 1:
        return f"quantity is {piece.qty}; order at least 1"
    if piece.mass_g < 0:
        return f"mass is {piece.mass_g} g; weigh it"
    if min(piece.length_mm, piece.width_mm, piece.height_mm) < 1:
        return f"measures {_measures(piece)}; measure it"
    return ""


def _measures(piece: Piece) -> str:
    return f"{piece.length_mm} x {piece.width_mm} x {piece.height_mm} mm"


def _too_much(problem: Problem, piece: Piece) -> str:
    return (
        f"{_measures(piece)} and {piece.mass_g} g fits no carton, and its own packaging "
        f"takes {problem.own_mass_max_g} g; ship it as freight"
    )


def _own_cents(problem: Problem, piece: Piece) -> int:
    volume_mm3 = piece.length_mm * piece.width_mm * piece.height_mm
    return freight_cents(problem.tariff, piece.mass_g, volume_mm3)


def _in_own_packaging(piece: Piece) -> Packed:
    lies = Placement(
        ref=piece.ref,
        x_mm=0,
        y_mm=0,
        z_mm=0,
        dx_mm=piece.length_mm,
        dy_mm=piece.width_mm,
        dz_mm=piece.height_mm,
    )
    return Packed(carton=OWN, contents=((piece.ref, 1),), mass_g=piece.mass_g, placements=(lies,))


def _why(answer: Split, own: Sequence[Piece]) -> str:
    words = []
    if answer.cartons:
        codes = Counter(packed.carton for packed in answer.cartons)
        names = " + ".join(f"{count} x {code}" for code, count in sorted(codes.items()))
        words.append(f"{names} for {answer.cost_cents} cents: {answer.why}")
    if own:
        refs = ", ".join(piece.ref for piece in own)
        words.append(f"in own packaging, larger or heavier than every carton allows: {refs}")
    return "; ".join(words) or "nothing to pack"

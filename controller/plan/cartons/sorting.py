"""Sorting: what of an order goes into cartons, what ships as it is, and what is refused.

Owns the checks of a problem and the reasons of refusal before any search. It refuses to search.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from controller.plan.cartons.lots import Lot, lots_of
from controller.plan.cartons.packages import OWN, Packed, Piece, Problem
from controller.plan.cartons.sites import Site, site_of

Refusals = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """Lots that some carton takes at sight, pieces that ship as they are, refusals."""

    site: Site
    lots: list[Lot]
    own: list[Piece]
    refused: Refusals


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Packed cartons of lots with their cost and bound."""

    cartons: tuple[Packed, ...]
    cost_cents: int
    bound_cents: int
    refused: Refusals
    why: str


NOTHING = Answer(cartons=(), cost_cents=0, bound_cents=0, refused=(), why="")


def _check(problem: Problem) -> None:
    _check_names("piece", [piece.ref for piece in problem.pieces])
    _check_names("carton", [OWN, *(carton.code for carton in problem.cartons)])
    if problem.apart and len({name for pair in problem.apart for name in pair}) > 62:
        raise ValueError("apart names more than 62 kinds of goods; join some of them")


def _check_names(kind: str, names: Sequence[str]) -> None:
    if len(set(names)) < len(names):
        name = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{kind} {name!r} stands twice in the problem; name each once")


def sort_out(problem: Problem) -> Sorted:
    """Pieces by how they ship. Raises: ValueError that names what has no sense in a problem."""
    _check(problem)
    site = site_of(problem)
    packable: list[Piece] = []
    own: list[Piece] = []
    refused: list[tuple[str, str]] = []
    for piece in problem.pieces:
        fault = _fault(piece)
        if fault:
            refused.append((piece.ref, fault))
        elif not piece.own_carton and _some_carton(problem, site, piece):
            packable.append(piece)
        elif piece.mass_g <= problem.own_mass_max_g:
            own.append(piece)
        else:
            refused.append((piece.ref, _too_much(problem, piece)))
    lots = []
    for lot in lots_of(packable):
        reason = _torn(problem, site, lot)
        refused += [(piece.ref, reason) for piece, _ in lot.pieces if reason]
        lots += [] if reason else [lot]
    return Sorted(site=site, lots=lots, own=own, refused=tuple(refused))


def _fault(piece: Piece) -> str:
    if piece.qty < 1:
        return f"quantity is {piece.qty}; order at least 1"
    if piece.mass_g < 0:
        return f"mass is {piece.mass_g} g; weigh it"
    if min(piece.length_mm, piece.width_mm, piece.height_mm) < 1:
        return f"measures {_measures(piece)}; measure it"
    return ""


def _some_carton(problem: Problem, site: Site, piece: Piece) -> bool:
    return not (piece.hazardous and problem.hazardous_max == 0) and site.some(piece)


def _torn(problem: Problem, site: Site, lot: Lot) -> str:
    """Why the units of a kit cannot share a carton, "" where that is not known."""
    if len(lot.pieces) == 1 and lot.pieces[0][1] == 1:
        return ""
    cartons = site.taking(lot.mass_g, lot.volume_mm3)
    fits = cartons.intersection(*(site.holding(piece) for piece, _ in lot.pieces))
    hazards = sum(qty for piece, qty in lot.pieces if piece.hazardous)
    goods = {piece.goods for piece, _ in lot.pieces}
    if any(one in goods and other in goods for one, other in problem.apart):
        return "its kit holds goods that may not share a carton; ship them apart"
    if problem.hazardous_max is not None and hazards > problem.hazardous_max:
        return f"{hazards} hazardous units stay together, {problem.hazardous_max} may; part them"
    return "" if fits else "what must stay together fits no carton; let it ship apart"


def _measures(piece: Piece) -> str:
    return f"{piece.length_mm} x {piece.width_mm} x {piece.height_mm} mm"


def _too_much(problem: Problem, piece: Piece) -> str:
    return (
        f"{_measures(piece)} and {piece.mass_g} g fits no carton, and its own packaging "
        f"takes {problem.own_mass_max_g} g; ship it as freight"
    )

"""Cartonizing: which cartons an order ships in and where each unit lies, at the lowest cost.

Owns the choice among cartons, own packaging and refusal, and says why. It refuses to float goods,
to lay anything above a fragile unit, and to throw for what cannot be packed: that it names.
Effort is in microseconds of work, about; presets are `EFFORTS`.
"""

from collections.abc import Callable, Mapping

from controller.plan import Effort
from controller.plan.cartons.checking import faults
from controller.plan.cartons.hurrying import hurried
from controller.plan.cartons.lots import Lot
from controller.plan.cartons.packages import (
    OWN,
    Carton,
    Packed,
    Piece,
    Placement,
    Plan,
    Problem,
    Tariff,
)
from controller.plan.cartons.sites import Site
from controller.plan.cartons.sorting import NOTHING, Answer, sort_out
from controller.plan.cartons.telling import in_own_packaging, told

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
    "at_once",
    "faults",
    "solve",
    "warm",
]

EFFORTS: Mapping[str, Effort] = {
    "fast": Effort(work=800),
    "normal": Effort(work=36_000),
    "best": Effort(work=600_000),
}


def warm() -> None:
    """Loads and compiles what plans need, so that the first of them is as fast as the others."""
    crate = Carton(
        code="warm",
        length_mm=20,
        width_mm=10,
        height_mm=10,
        tare_g=0,
        mass_max_g=9,
        cost_cents=1,
    )
    unit = Piece(ref="warm", length_mm=11, width_mm=6, height_mm=6, mass_g=1, qty=3)
    tariff = Tariff(base_cents=1, per_kg_cents=1, divisor_cm3_per_kg=1, step_g=1)
    for work in (0, 6_000):
        solve(Problem(pieces=(unit,), cartons=(crate,), tariff=tariff), Effort(work=work))


def solve(problem: Problem, effort: Effort) -> Plan:
    """Pack an order into the cheapest cartons found, with a lower bound on any packing.

    Raises: ValueError when a reference or a carton code stands twice, or a rule has no sense.
    """
    from controller.plan.cartons.answering import answered
    from controller.plan.cartons.kernels import compiled

    return _plan(problem, lambda site, lots: answered(problem, site, lots, effort, compiled()))


def at_once(problem: Problem) -> Plan:
    """Pack an order where no compiler may be loaded, in milliseconds; raises as `solve`."""
    return _plan(
        problem, lambda site, lots: told(problem, site, lots, hurried(problem, site, lots))
    )


def _plan(problem: Problem, pack: Callable[[Site, list[Lot]], Answer]) -> Plan:
    sorted_out = sort_out(problem)
    own = [in_own_packaging(problem, piece) for piece in sorted_out.own for _ in range(piece.qty)]
    answer = pack(sorted_out.site, sorted_out.lots) if sorted_out.lots else NOTHING
    own_cents = sum(packed.cost_cents for packed in own)
    words = [answer.why] if answer.why else []
    if own:
        words.append(f"in own packaging: {', '.join(piece.ref for piece in sorted_out.own)}")
    return Plan(
        cartons=answer.cartons + tuple(own),
        cost_cents=answer.cost_cents + own_cents,
        bound_cents=answer.bound_cents + own_cents,
        proven=answer.cost_cents <= answer.bound_cents,
        refused=sorted_out.refused + answer.refused,
        why="; ".join(words) or "nothing to pack",
    )

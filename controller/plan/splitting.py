"""Splitting: how the units of an order are divided among cartons, and how good that is.

Owns the choice of method by the number of units: one, a few with a proof, or many. It refuses to
place units itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from controller.plan import Effort
from controller.plan.bounding import several_bound
from controller.plan.dividing import Part, by_rate, improve, one_after_another, together, total
from controller.plan.fitting import Lot, by_price
from controller.plan.packages import Packed, Problem
from controller.plan.partitioning import partition
from controller.plan.proving import UNITS_MAX, Oracle
from controller.plan.stacking import Stack, flush

IMPROVED_MAX = 12
"""Cartons up to which their pairs are divided anew."""

STARTS_MAX = 2
"""Greedy answers that are improved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Packed cartons with their cost and a lower bound."""

    cartons: tuple[Packed, ...]
    cost_cents: int
    bound_cents: int
    why: str


NEVER_CENTS = 10**12
NOTHING = Split(cartons=(), cost_cents=0, bound_cents=0, why="nothing to pack")


def split(problem: Problem, lots: Sequence[Lot], effort: Effort) -> Split:
    """Divide lots that each fit some carton alone."""
    if not lots:
        return NOTHING
    units = sum(qty for _, qty in lots)
    if units == 1:
        return _one_unit(problem, lots[0])
    lots = sorted(lots, key=lambda lot: lot[0].piece.ref)
    if units <= UNITS_MAX:
        parts, bound_cents = partition(Oracle(problem, effort, UNITS_MAX), lots)
    else:
        parts, bound_cents = _many(Oracle(problem, effort, 0), lots)
    return _split(parts, bound_cents)


def _one_unit(problem: Problem, lot: Lot) -> Split:
    cents, carton = by_price(problem, [lot])[0]
    stack = Stack.empty(carton, problem.fill_percent)
    stack.add(lot[0], 1, flush)
    placements = tuple(stack.placements)
    part = Part(carton=carton, lots=(lot,), placements=placements, cents=cents)
    return _split([part], cents)


def _split(parts: Sequence[Part], bound_cents: int) -> Split:
    packed = {id(part): part.packed() for part in parts}
    return Split(
        cartons=tuple(packed[id(part)] for part in parts),
        cost_cents=total(parts),
        bound_cents=bound_cents,
        why=_gap(total(parts), bound_cents),
    )


def _gap(cost_cents: int, bound_cents: int) -> str:
    if cost_cents == bound_cents:
        return "proven cheapest"
    percent = 100 * (cost_cents - bound_cents) / bound_cents
    return f"at most {percent:.1f}% above the cheapest, which costs {bound_cents} or more"


def _many(oracle: Oracle, lots: Sequence[Lot]) -> tuple[list[Part], int]:
    """The cheapest of one carton for all and greedy splits led by each carton type."""
    several_cents = several_bound(oracle.problem, lots)
    whole = [cents for cents, _ in by_price(oracle.problem, lots)]
    bound_cents = min([several_cents, *whole[:1]])
    one = together(oracle, lots, NEVER_CENTS)
    best = [one] if one else []
    if one and one.cents <= several_cents:
        return best, bound_cents
    half = oracle.work_left // 2
    starts: list[list[Part]] = [best] if best else []
    for lead in by_rate(oracle.problem):
        if starts and (oracle.work_left < half or oracle.out()):
            break
        starts.append(one_after_another(oracle, lots, lead))
    return _improved(oracle, starts), bound_cents


def _improved(oracle: Oracle, starts: list[list[Part]]) -> list[Part]:
    """Improve the cheapest starts, first by stacking alone, then the best of them with proofs."""
    starts.sort(key=total)
    if len(starts[0]) > IMPROVED_MAX:
        return starts[0]
    best = min((improve(oracle, start) for start in starts[:STARTS_MAX]), key=total)
    oracle.units_max = UNITS_MAX
    return improve(oracle, best)
